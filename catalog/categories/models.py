"""Tables ``catalog_load``, ``catalog_fact`` (every version of every dated fact) and ``catalog_upload``."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Float, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.db import Model, TermType
from catalog.categories.words import LoadKind


class CatalogLoad(Model):
    """One change of the catalog: a file loaded, or one fact changed by the staff.

    ``sha256`` is of the canonical JSON (RFC 8785) of the file, or of the changed fact.
    """

    __tablename__ = "catalog_load"
    sha256: Mapped[str] = mapped_column(String(64))
    as_of: Mapped[date]
    loaded_at: Mapped[datetime]
    actor_name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[LoadKind] = mapped_column(TermType(LoadKind, 10), default=LoadKind.FILE)
    reason: Mapped[str] = mapped_column(String(500), default="")
    actor_id: Mapped[int | None]


class CatalogFact(Model):
    """One version of one fact, as the file or the staff said it (``body``).

    Only ``superseded_at`` and ``superseded_by`` (the load that did it) are set later, once. Known at a moment when
    ``known_from`` (the day of publication) and ``corrects_from`` (our own correction) have come, and
    ``superseded_at`` has not.
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
    superseded_by: Mapped[int | None]
    load_id: Mapped[int] = mapped_column(ForeignKey("catalog_load.id"), index=True)


class CatalogUpload(Model):
    """A catalog file that was offered, sound, byte for byte; ``sha256`` is of these bytes."""

    __tablename__ = "catalog_upload"
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    filename: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    uploaded_at: Mapped[datetime]
    uploaded_by: Mapped[int | None]
    uploaded_by_name: Mapped[str] = mapped_column(String(120))
