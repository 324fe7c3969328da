"""Table ``sighting``."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.db import Model, TermType
from training.vocabulary import SightingKind, SightingSource


class SightingRecord(Model):
    """One thing seen of somebody in a lesson. Never changed: a correction is another one."""

    __tablename__ = "sighting"
    __table_args__ = (Index("ix_sighting_lesson_id_person_id", "lesson_id", "person_id"),)
    uid: Mapped[str] = mapped_column(String(36), unique=True)
    lesson_id: Mapped[int] = mapped_column(ForeignKey("lesson.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    kind: Mapped[SightingKind] = mapped_column(TermType(SightingKind))
    at: Mapped[datetime]
    minutes: Mapped[int | None]
    source: Mapped[SightingSource] = mapped_column(TermType(SightingSource))
    device: Mapped[str] = mapped_column(String(16), default="")  # mark of the telephone, to notice a shared one
    why: Mapped[str] = mapped_column(String(200), default="")
    by_account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
