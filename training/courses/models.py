"""Tables ``course``, ``syllabus``, ``subject``, ``room``, ``trainer``, ``trainer_qualification``."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.dates import holds
from association.kernel.db import Model, TermType
from training.vocabulary import CourseKind, Level, Part, Qualification, RoomKind


class Course(Model):
    """A course of an occupation and a level. What is taught stands in its syllabus, version by version."""

    __tablename__ = "course"
    code: Mapped[str] = mapped_column(String(20), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    occupation: Mapped[str] = mapped_column(String(80))
    level: Mapped[Level] = mapped_column(TermType(Level))
    kind: Mapped[CourseKind] = mapped_column(TermType(CourseKind))
    summary: Mapped[str] = mapped_column(String(1000), default="")
    retired_on: Mapped[date | None]  # the last day on which a class could be opened
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    def offered(self, day: date) -> bool:
        """Whether classes of it may be opened on that day."""
        return holds(None, self.retired_on, day)


class Syllabus(Model):
    """What a course teaches and asks, in one version. Never changed: classes keep the version they began with."""

    __tablename__ = "syllabus"
    __table_args__ = (UniqueConstraint("course_id", "number"),)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    number: Mapped[int]  # 1, 2, 3 … within the course
    begins: Mapped[date]  # classes that begin from this day on take it
    hour_minutes: Mapped[int]  # minutes of one class hour
    entry: Mapped[str] = mapped_column(String(500), default="")  # what a learner brings
    theory_pass: Mapped[int | None]  # of 100; none: no such component
    practice_pass: Mapped[int | None]
    minimum_attendance: Mapped[int]  # percent of all minutes, to be admitted to the examination
    resits: Mapped[int]
    resit_months: Mapped[int | None]  # within how many months of the first sitting; none: no limit
    validity_months: Mapped[int | None]  # of the certificate; none: it has no end
    continuing_hours: Mapped[int]  # a year; 0: none asked
    professional_share: Mapped[int]  # percent of them in professional subjects
    carry_over: Mapped[bool] = mapped_column(default=False)  # hours beyond a year's count for the next
    basis: Mapped[str] = mapped_column(String(500), default="")  # what it follows, and what is the association's own
    note: Mapped[str] = mapped_column(String(500), default="")  # what changed against the version before
    published_at: Mapped[datetime]
    published_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))


class Subject(Model):
    """A subject of a syllabus version, with its hours."""

    __tablename__ = "subject"
    __table_args__ = (UniqueConstraint("syllabus_id", "position"),)
    syllabus_id: Mapped[int] = mapped_column(ForeignKey("syllabus.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(80))
    part: Mapped[Part] = mapped_column(TermType(Part))
    hours: Mapped[int]  # class hours


class Room(Model):
    """Where lessons are given."""

    __tablename__ = "room"
    name: Mapped[str] = mapped_column(String(80), unique=True)
    kind: Mapped[RoomKind] = mapped_column(TermType(RoomKind))
    address: Mapped[str] = mapped_column(String(200), default="")
    seats: Mapped[int]
    equipment: Mapped[str] = mapped_column(String(500), default="")
    in_use: Mapped[bool] = mapped_column(default=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class Trainer(Model):
    """Somebody who gives lessons; ``account_id`` lets them see their own."""

    __tablename__ = "trainer"
    name: Mapped[str] = mapped_column(String(80), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), unique=True)
    in_use: Mapped[bool] = mapped_column(default=True)
    recorded_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class TrainerQualification(Model):
    """What a trainer holds, since when, and until when if it ends."""

    __tablename__ = "trainer_qualification"
    trainer_id: Mapped[int] = mapped_column(ForeignKey("trainer.id"), index=True)
    kind: Mapped[Qualification] = mapped_column(TermType(Qualification))
    number: Mapped[str] = mapped_column(String(80), default="")
    issuer: Mapped[str] = mapped_column(String(120), default="")
    since: Mapped[date]
    until: Mapped[date | None]
