"""Table ``job``: one long work, how far it is, and where it goes on."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.db import Model, TermType
from association.vocabulary import JobState


class Job(Model):
    """A work that somebody began. Without an account, whoever holds the code may look.

    ``place`` is where it goes on; it is kept in the same transaction as what was done up to there.
    """

    __tablename__ = "job"
    __table_args__ = (Index("ix_job_state", "state", "id"),)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(60))
    title: Mapped[str] = mapped_column(String(200))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    language: Mapped[str] = mapped_column(String(2))
    arguments: Mapped[dict[str, Any]]
    place: Mapped[dict[str, Any]]
    state: Mapped[JobState] = mapped_column(TermType(JobState), default=JobState.QUEUED)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    step: Mapped[str] = mapped_column(String(200), default="")
    result_url: Mapped[str] = mapped_column(String(300), default="")
    result: Mapped[str] = mapped_column(String(1000), default="")
    attempts: Mapped[int] = mapped_column(default=0)
    cancel_asked: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}
