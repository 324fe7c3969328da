"""Tables ``exam_paper``, ``exam_paper_item``."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.db import Model, TermType
from training.vocabulary import Scoring


class Paper(Model):
    """Somebody's paper: drawn by its seed when they opened it, and theirs alone."""

    __tablename__ = "exam_paper"
    sitter_id: Mapped[int] = mapped_column(ForeignKey("exam_sitter.id"), unique=True)
    seed: Mapped[str] = mapped_column(String(32))  # which questions, in which order, with options in which order
    scoring: Mapped[Scoring] = mapped_column(TermType(Scoring))  # of multiple choice, by the rule of the day
    opened_at: Mapped[datetime]
    extra_minutes: Mapped[int] = mapped_column(default=0)
    extra_why: Mapped[str] = mapped_column(String(300), default="")
    submitted_at: Mapped[datetime | None]  # none: time ran out
    marked_at: Mapped[datetime | None]
    points: Mapped[int | None]  # as worked out; the mark that counts is the sitter's
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class PaperItem(Model):
    """A question of a paper. ``shown``: the bank's options in the order in which they stand there; ``given``: those that
    were chosen, by the bank's order, none before anything was saved."""

    __tablename__ = "exam_paper_item"
    __table_args__ = (UniqueConstraint("paper_id", "place"),)
    paper_id: Mapped[int] = mapped_column(ForeignKey("exam_paper.id"))
    place: Mapped[int]  # 1, 2, 3 … on the paper
    question_version_id: Mapped[int] = mapped_column(ForeignKey("exam_question_version.id"), index=True)
    points: Mapped[int]
    shown: Mapped[list[int]]
    given: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True))
    saved_at: Mapped[datetime | None]
    saves: Mapped[int] = mapped_column(default=0)  # how often it was saved: who saves says what they had seen
    tab: Mapped[str] = mapped_column(String(16), default="")  # the window that saved it last
    got: Mapped[int | None]  # points, once marked
