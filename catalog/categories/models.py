"""Tables ``catalog_load`` and ``catalog_fact``: every version of every dated fact of the national catalog."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.db import Model


class CatalogLoad(Model):
    """One catalog file, loaded. ``sha256`` is of its canonical JSON (RFC 8785)."""

    __tablename__ = "catalog_load"
    sha256: Mapped[str] = mapped_column(String(64))
    as_of: Mapped[date]
    loaded_at: Mapped[datetime]
    actor_name: Mapped[str] = mapped_column(String(120))


class CatalogFact(Model):
    """One version of one fact, as the file said it (``body``). Only ``superseded_at`` is set later, once.

    Known at a moment when ``known_from`` (the day of publication) and ``corrects_from`` (our own
    correction) have come, and ``superseded_at`` has not.
    """

    __tablename__ = "catalog_fact"
    __table_args__ = (UniqueConstraint("kind", "key", "version"),)
    kind: Mapped[str] = mapped_column(String(20))
    key: Mapped[str] = mapped_column(String(160))
    version: Mapped[int]
    place: Mapped[float] = mapped_column(Float(53))
    body: Mapped[dict[str, Any]]
    begins: Mapped[date | None]
    ends: Mapped[date | None]
    known_from: Mapped[date | None]
    recorded_at: Mapped[datetime]
    corrects_from: Mapped[datetime | None]
    superseded_at: Mapped[datetime | None]
    load_id: Mapped[int] = mapped_column(ForeignKey("catalog_load.id"), index=True)
