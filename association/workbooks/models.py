"""Tables ``upload`` (workbooks that somebody sent, for some time) and ``heading_choice`` (which heading is which)."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.db import Model


class Upload(Model):
    """A workbook in the data folder (``uploads/ab/cdef…``, by its code's hash): kept until ``expires_at``, then removed.

    Without an account, whoever holds the code may go on with it. ``purpose`` says what it was sent for.
    """

    __tablename__ = "upload"
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    purpose: Mapped[str] = mapped_column(String(60))
    filename: Mapped[str] = mapped_column(String(200))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class HeadingChoice(Model):
    """What somebody took the headings of a table for; the next table with the same headings is read so."""

    __tablename__ = "heading_choice"
    __table_args__ = (UniqueConstraint("owner", "column_set", "headings"),)
    owner: Mapped[str] = mapped_column(String(40))  # enterprise:3 or account:5
    column_set: Mapped[str] = mapped_column(String(60))
    headings: Mapped[str] = mapped_column(String(64))
    choice: Mapped[dict[str, Any]]
    chosen_at: Mapped[datetime]
