"""Tables ``training_class``, ``lesson``, ``enrolment``, ``calendar_link``."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.db import Model, TermType
from training.vocabulary import ClassState, EnrolmentState


class TrainingClass(Model):
    """A class of a course, under the syllabus version it began with and the mandate in force when it was opened."""

    __tablename__ = "training_class"
    code: Mapped[str] = mapped_column(String(30), unique=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    syllabus_id: Mapped[int] = mapped_column(ForeignKey("syllabus.id"), index=True)
    begins: Mapped[date] = mapped_column(index=True)
    ends: Mapped[date]
    enrol_until: Mapped[date]  # the last day on which somebody may enrol by themselves
    place: Mapped[str] = mapped_column(String(200), default="")
    capacity: Mapped[int]
    fee: Mapped[int]  # yuan, shown; a condition for nothing else; 0: free
    fee_note: Mapped[str] = mapped_column(String(200), default="")
    note: Mapped[str] = mapped_column(String(1000), default="")
    both_ways: Mapped[bool] = mapped_column(default=False)  # leaving has to be seen too, else the lesson counts nothing
    state: Mapped[ClassState] = mapped_column(TermType(ClassState), default=ClassState.PLANNED, index=True)
    mandate_id: Mapped[int] = mapped_column(ForeignKey("mandate.id"), index=True)
    opened_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    opened_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class Lesson(Model):
    """One lesson of a class. A cancelled one stays, and counts for nothing."""

    __tablename__ = "lesson"
    __table_args__ = (
        Index("ix_lesson_room_id", "room_id", "starts_at"),
        Index("ix_lesson_trainer_id", "trainer_id", "starts_at"),
    )
    class_id: Mapped[int] = mapped_column(ForeignKey("training_class.id"), index=True)
    subject_id: Mapped[int | None] = mapped_column(ForeignKey("subject.id"))
    title: Mapped[str] = mapped_column(String(80))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    room_id: Mapped[int | None] = mapped_column(ForeignKey("room.id"))
    trainer_id: Mapped[int | None] = mapped_column(ForeignKey("trainer.id"))
    cancelled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    @property
    def minutes(self) -> int:
        """How long it is."""
        return int((self.ends_at - self.starts_at).total_seconds()) // 60


class Enrolment(Model):
    """Somebody takes part in a class, or waits for a place; one row for each person and class.

    ``enterprise_id`` is the enterprise that enrolled them, or the one they worked for, if any.
    """

    __tablename__ = "enrolment"
    __table_args__ = (
        UniqueConstraint("class_id", "person_id"),
        Index("ix_enrolment_class_id_state", "class_id", "state", "queued_at"),
    )
    class_id: Mapped[int] = mapped_column(ForeignKey("training_class.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    state: Mapped[EnrolmentState] = mapped_column(TermType(EnrolmentState))
    enrolled_at: Mapped[datetime | None]  # when the place was given
    queued_at: Mapped[datetime]  # the order of the waiting list: first come, first served
    enrolled_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    withdrawn_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class CalendarLink(Model):
    """The secret address of somebody's own timetable; a new one ends the old one. Only its hash is kept."""

    __tablename__ = "calendar_link"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    made_at: Mapped[datetime]
