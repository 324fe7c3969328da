"""What is kept of a list that was judged: the receipt, its lines, the answers as given, and what people settled since.

Nothing here is changed after it was written; ``verification_settlement`` is added to.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.db import Model, TermType
from catalog.vocabulary import ReasonCode, Verdict


class Verification(Model):
    """One list, judged at a moment: who asked what, by which state of the register and of knowledge."""

    __tablename__ = "verification"
    __table_args__ = (
        Index("ix_verification_account_id", "account_id", "id"),
        Index("ix_verification_enterprise_id", "enterprise_id", "id"),
    )
    receipt: Mapped[str] = mapped_column(String(40))
    # Receipts are found by this: how long a wrong guess takes says nothing about the right one.
    receipt_hash: Mapped[str] = mapped_column(String(64), unique=True)
    asked_at: Mapped[datetime]
    known: Mapped[datetime]
    on: Mapped[date]
    made_on: Mapped[date | None]
    purpose: Mapped[str] = mapped_column(String(200))
    project: Mapped[str] = mapped_column(String(200))
    language: Mapped[str] = mapped_column(String(2))  # of the sentences as given
    head_entry: Mapped[int]
    head_hash: Mapped[str] = mapped_column(String(64))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"))
    lines: Mapped[int]
    summary: Mapped[dict[str, Any]]


class VerificationLine(Model):
    """One line's outcome, for looking up who relied on a registration and for filtering; the answer is in its part."""

    __tablename__ = "verification_line"
    __table_args__ = (
        UniqueConstraint("verification_id", "position"),
        Index("ix_verification_line_number_verdict", "number", "verdict", "verification_id"),
    )
    verification_id: Mapped[int] = mapped_column(ForeignKey("verification.id"))
    position: Mapped[int]  # from 1, in the order of the list
    verdict: Mapped[Verdict] = mapped_column(TermType(Verdict))
    reason: Mapped[ReasonCode | None] = mapped_column(TermType(ReasonCode))
    number: Mapped[str | None] = mapped_column(String(40))
    entry: Mapped[int | None]


class VerificationPart(Model):
    """Some lines in a row, question and answer as given: deflated JSON, a list of ``{"question", "answer"}``."""

    __tablename__ = "verification_part"
    __table_args__ = (UniqueConstraint("verification_id", "first"),)
    verification_id: Mapped[int] = mapped_column(ForeignKey("verification.id"))
    first: Mapped[int]  # position of its first line
    body: Mapped[bytes] = mapped_column(LargeBinary)


class VerificationSettlement(Model):
    """What a person found out about a line that could not be decided: which suggestion it is, or none; who and why.

    ``verdict`` and ``answer`` are those of the chosen registration at ``settled_at``, on the line's own days. The last
    settlement of a line counts; the answer as given stays as it was.
    """

    __tablename__ = "verification_settlement"
    __table_args__ = (
        Index("ix_verification_settlement_verification_id", "verification_id", "position", "id"),
        Index("ix_verification_settlement_number", "number", "verdict", "verification_id"),
    )
    verification_id: Mapped[int] = mapped_column(ForeignKey("verification.id"))
    position: Mapped[int]
    number: Mapped[str | None] = mapped_column(String(40))
    verdict: Mapped[Verdict | None] = mapped_column(TermType(Verdict))
    entry: Mapped[int | None]
    answer: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(Text)
    settled_at: Mapped[datetime]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    by_name: Mapped[str] = mapped_column(String(120))


class VerificationWorkbook(Model):
    """What is kept of a list that came as a workbook: how it was read, and which row each line is.

    The file itself is an upload (by ``upload_hash``), removed after ``kept_until``; this stays.
    """

    __tablename__ = "verification_workbook"
    verification_id: Mapped[int] = mapped_column(ForeignKey("verification.id"), unique=True)
    upload_hash: Mapped[str] = mapped_column(String(64))
    filename: Mapped[str] = mapped_column(String(200))
    sheet: Mapped[str] = mapped_column(String(255))
    heading_row: Mapped[int]
    choice: Mapped[dict[str, Any]]  # folded heading: key
    rows: Mapped[list[Any]]  # of each line, in order, its row in the sheet
    good: Mapped[int]
    faulty: Mapped[int]
    left_out: Mapped[int]
    said: Mapped[dict[str, Any]]  # faults and notices, in the language of the receipt
    kept_until: Mapped[date]
