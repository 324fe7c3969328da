"""Tables ``daily_run`` and ``sign_of_life``: which of a day's works are done, and when the worker was last seen."""

from datetime import date, datetime

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.db import Model


class DailyRun(Model):
    """One work of one Shanghai day. Without ``done_at`` it is under way, failed (``outcome`` says so), or died."""

    __tablename__ = "daily_run"
    __table_args__ = (UniqueConstraint("day", "work"),)
    day: Mapped[date]
    work: Mapped[str] = mapped_column(String(60))
    begun_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    outcome: Mapped[str] = mapped_column(String(200))


class SignOfLife(Model):
    """When something that runs in the background was last seen."""

    __tablename__ = "sign_of_life"
    name: Mapped[str] = mapped_column(String(40), unique=True)
    seen_at: Mapped[datetime]
