"""Tables ``hours_evidence``, ``hours_reminder``."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.db import Model, TermType
from training.vocabulary import EvidenceState


class HoursEvidence(Model):
    """Hours that somebody says were earned elsewhere, with a scanned proof (sealed), and what the desk made of it.

    ``proof_hash`` (SHA-256) shows that the same paper was handed in before. They belong to the year in which it ended.
    """

    __tablename__ = "hours_evidence"
    __table_args__ = (Index("ix_hours_evidence_person_id_ends", "person_id", "ends"),)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    organiser: Mapped[str] = mapped_column(String(120))
    subject: Mapped[str] = mapped_column(String(200))
    begins: Mapped[date]
    ends: Mapped[date]
    hours: Mapped[int]  # as claimed
    professional: Mapped[bool]  # as claimed; as the desk says once it has decided
    proof_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    proof_kind: Mapped[str] = mapped_column(String(10))
    proof_hash: Mapped[str] = mapped_column(String(64), index=True)
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"), index=True)  # that handed it in
    handed_in_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    handed_in_at: Mapped[datetime]
    state: Mapped[EvidenceState] = mapped_column(TermType(EvidenceState), index=True)
    hours_accepted: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(500), default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class HoursReminder(Model):
    """That the hours of a year were looked at so many ``days`` before its end, and somebody was told what is ``missing``
    (nothing: nobody was): the person, or the ``enterprise_id`` they work for. Written with the message."""

    __tablename__ = "hours_reminder"
    __table_args__ = (
        Index("uq_hours_reminder", "person_id", "course_id", "year", "days", "enterprise_id", unique=True),
        Index(
            "uq_hours_reminder_person",
            "person_id",
            "course_id",
            "year",
            "days",
            unique=True,
            sqlite_where=text("enterprise_id IS NULL"),
            postgresql_where=text("enterprise_id IS NULL"),
        ),
        Index("ix_hours_reminder_enterprise_id_told_on", "enterprise_id", "told_on"),
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    year: Mapped[int]
    days: Mapped[int]
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"))
    missing: Mapped[int]
    told_on: Mapped[date]
