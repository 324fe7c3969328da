"""Tables ``exam_question``, ``exam_question_version``."""

from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.db import Model, TermType
from training.vocabulary import Difficulty, QuestionKind


class Question(Model):
    """A question of the bank. What it says stands in its versions; ``subject``, ``kind`` and ``difficulty`` are those of
    the current one, for looking up. A retired one is drawn no more, and stays."""

    __tablename__ = "exam_question"
    code: Mapped[str] = mapped_column(String(20), unique=True)
    mark: Mapped[str] = mapped_column(String(64), unique=True)  # of kind, stem and options: the same question twice
    current: Mapped[int]  # the number of the version in use
    subject: Mapped[str] = mapped_column(String(80), index=True)  # as the syllabus names it
    kind: Mapped[QuestionKind] = mapped_column(TermType(QuestionKind))
    difficulty: Mapped[Difficulty] = mapped_column(TermType(Difficulty))
    added_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    retired_why: Mapped[str] = mapped_column(String(300), default="")
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class QuestionVersion(Model):
    """What a question says, in one version. Never changed: papers name the version that was asked.

    ``options`` in the order of the bank (A, B, C …); ``answers`` are the places of the right ones, from 0.
    """

    __tablename__ = "exam_question_version"
    __table_args__ = (UniqueConstraint("question_id", "number"),)
    question_id: Mapped[int] = mapped_column(ForeignKey("exam_question.id"))
    number: Mapped[int]  # 1, 2, 3 … within the question
    subject: Mapped[str] = mapped_column(String(80))
    kind: Mapped[QuestionKind] = mapped_column(TermType(QuestionKind))
    difficulty: Mapped[Difficulty] = mapped_column(TermType(Difficulty))
    stem: Mapped[str] = mapped_column(String(1000))
    options: Mapped[list[str]]
    answers: Mapped[list[int]]
    explanation: Mapped[str] = mapped_column(String(1000), default="")
    source: Mapped[str] = mapped_column(String(200), default="")
    why: Mapped[str] = mapped_column(String(300), default="")  # what was put right against the version before
    made_at: Mapped[datetime]
    made_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
