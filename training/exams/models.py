"""Tables ``exam_sitting``, ``exam_duty``, ``exam_sitter``, ``exam_mark``, ``exam_score``, ``exam_appeal``."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.db import Model, TermType
from training.vocabulary import AppealState, Duty, MarkSource, Means, Part, SittingState


class Sitting(Model):
    """One component of a class's examination, at one time in one room, under the mandate in force when it was arranged.

    ``plan`` is the blueprint of a paper, or the lines of a practice checklist; the points of either sum to 100.
    """

    __tablename__ = "exam_sitting"
    code: Mapped[str] = mapped_column(String(40), unique=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("training_class.id"), index=True)
    part: Mapped[Part] = mapped_column(TermType(Part))
    means: Mapped[Means] = mapped_column(TermType(Means))
    starts_at: Mapped[datetime] = mapped_column(index=True)
    ends_at: Mapped[datetime]
    minutes: Mapped[int]  # to answer in, from opening the own paper; never beyond the end
    room_id: Mapped[int] = mapped_column(ForeignKey("room.id"), index=True)
    seats: Mapped[int]
    plan: Mapped[list[Any]] = mapped_column(default=list)
    tolerance: Mapped[int]  # points by which two examiners may differ
    appeal_days: Mapped[int]  # after the release
    note: Mapped[str] = mapped_column(String(500), default="")
    mandate_id: Mapped[int] = mapped_column(ForeignKey("mandate.id"), index=True)
    arranged_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    arranged_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    released_at: Mapped[datetime | None]
    released_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    def state(self, now: datetime) -> SittingState:
        """Where it stands at a moment."""
        if self.cancelled_at is not None:
            return SittingState.CANCELLED
        if self.released_at is not None:
            return SittingState.RELEASED
        if now < self.starts_at:
            return SittingState.PLANNED
        return SittingState.UNDER_WAY if now < self.ends_at else SittingState.MARKING


class OnDuty(Model):
    """Somebody who invigilates or examines at a sitting."""

    __tablename__ = "exam_duty"
    __table_args__ = (UniqueConstraint("sitting_id", "account_id", "duty"),)
    sitting_id: Mapped[int] = mapped_column(ForeignKey("exam_sitting.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    duty: Mapped[Duty] = mapped_column(TermType(Duty))


class Sitter(Model):
    """Somebody admitted to a sitting: their seat, whether they came, and the mark as it stands."""

    __tablename__ = "exam_sitter"
    __table_args__ = (UniqueConstraint("sitting_id", "person_id"), UniqueConstraint("sitting_id", "seat"))
    sitting_id: Mapped[int] = mapped_column(ForeignKey("exam_sitting.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    seat: Mapped[int]
    admitted_at: Mapped[datetime]
    admitted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    came_at: Mapped[datetime | None]  # identity looked at, at the door
    came_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    absent: Mapped[bool] = mapped_column(default=False)
    mark: Mapped[int | None]  # of 100
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class MarkEntry(Model):
    """A mark given or corrected; never changed, the newest counts."""

    __tablename__ = "exam_mark"
    sitter_id: Mapped[int] = mapped_column(ForeignKey("exam_sitter.id"), index=True)
    mark: Mapped[int]
    before: Mapped[int | None]
    source: Mapped[MarkSource] = mapped_column(TermType(MarkSource))
    why: Mapped[str] = mapped_column(String(500), default="")
    by_account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))  # none: worked out from the paper
    at: Mapped[datetime]


class Score(Model):
    """One examiner's checklist of one sitter: points line by line. Handed in once."""

    __tablename__ = "exam_score"
    __table_args__ = (UniqueConstraint("sitter_id", "account_id"),)
    sitter_id: Mapped[int] = mapped_column(ForeignKey("exam_sitter.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    points: Mapped[list[Any]]
    total: Mapped[int]
    note: Mapped[str] = mapped_column(String(500), default="")
    given_at: Mapped[datetime]


class Appeal(Model):
    """Somebody asks that their mark be looked at again; decided by somebody who did not mark."""

    __tablename__ = "exam_appeal"
    sitter_id: Mapped[int] = mapped_column(ForeignKey("exam_sitter.id"), index=True)
    state: Mapped[AppealState] = mapped_column(TermType(AppealState), default=AppealState.OPEN, index=True)
    text: Mapped[str] = mapped_column(String(1000))
    made_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(String(1000), default="")
    decided_at: Mapped[datetime | None]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}
