"""Table ``ledger_line`` (append-only: triggers refuse UPDATE and DELETE) and the heads of both chains."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.db import Model


class ChainHead(Model):
    """Where a chain stands. Writers lock this row, so that positions have no gaps and a chain cannot fork."""

    __tablename__ = "chain_head"
    name: Mapped[str] = mapped_column(String(20), unique=True)
    position: Mapped[int] = mapped_column(default=0)
    seal: Mapped[str] = mapped_column(String(64))


class LedgerLine(Model):
    """One thing done. ``subject`` is ``kind:id``; ``facts`` are what is needed to understand it later."""

    __tablename__ = "ledger_line"
    # Each filter of the ledger's page together with the position: a page far back costs what the first one does.
    __table_args__ = (
        Index("ix_ledger_line_at", "at"),
        Index("ix_ledger_line_subject", "subject", "position"),
        Index("ix_ledger_line_action", "action", "position"),
        Index("ix_ledger_line_actor_id", "actor_id", "position"),
        Index("ix_ledger_line_actor_name", "actor_name", "position"),
    )
    position: Mapped[int] = mapped_column(unique=True)
    at: Mapped[datetime]
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80))
    actor_id: Mapped[int | None]
    actor_name: Mapped[str] = mapped_column(String(120))
    enterprise_id: Mapped[int | None]
    via: Mapped[str] = mapped_column(String(20))
    facts: Mapped[dict[str, Any]]
    previous_seal: Mapped[str] = mapped_column(String(64), unique=True)
    seal: Mapped[str] = mapped_column(String(64), unique=True)
