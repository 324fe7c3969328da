"""Table ``mandate``."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.dates import holds
from association.kernel.db import Model, TermType
from association.vocabulary import MandateItem


class Mandate(Model):
    """The police entrust the association with one item (Art. 18), from ``begins`` to ``ends``, both included.

    ``ended_on`` is the last good day when it was ended early.
    """

    __tablename__ = "mandate"
    number: Mapped[str] = mapped_column(String(80))
    item: Mapped[MandateItem] = mapped_column(TermType(MandateItem), index=True)
    issuer: Mapped[str] = mapped_column(String(120))
    begins: Mapped[date]
    ends: Mapped[date | None]
    document_id: Mapped[int | None] = mapped_column(ForeignKey("document.id"))
    recorded_at: Mapped[datetime]
    ended_on: Mapped[date | None]
    note: Mapped[str] = mapped_column(String(500), default="")
    ended_note: Mapped[str] = mapped_column(String(500), default="")
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    @property
    def last_day(self) -> date | None:
        """The last day it is in force; ``None`` while open."""
        return min((day for day in (self.ends, self.ended_on) if day is not None), default=None)

    def holds(self, day: date) -> bool:
        return holds(self.begins, self.last_day, day)
