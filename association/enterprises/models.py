"""Tables ``enterprise`` and ``membership``."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.dates import holds
from association.kernel.db import Model, TermType
from association.vocabulary import EnterpriseKind, EnterpriseState


class Enterprise(Model):
    """A firm with a unified social credit code. Contact data is the workbench's, never public (Art. 14)."""

    __tablename__ = "enterprise"
    uscc: Mapped[str] = mapped_column(String(18), unique=True)
    name: Mapped[str] = mapped_column(String(120), index=True)
    kind: Mapped[EnterpriseKind | None] = mapped_column(TermType(EnterpriseKind))
    region: Mapped[str] = mapped_column(String(80), default="")
    address: Mapped[str] = mapped_column(String(200), default="")
    contact_name: Mapped[str] = mapped_column(String(80), default="")
    contact_phone: Mapped[str] = mapped_column(String(40), default="")
    state: Mapped[EnterpriseState] = mapped_column(
        TermType(EnterpriseState), default=EnterpriseState.UNCONFIRMED, index=True
    )
    confirmed_at: Mapped[datetime | None]  # first confirmation; a suspension leaves it
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class Membership(Model):
    """An account acts for an enterprise, from ``begins`` to ``ends``, both included."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("account_id", "enterprise_id"),)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    administrator: Mapped[bool] = mapped_column(default=False)
    begins: Mapped[date | None]
    ends: Mapped[date | None]

    def holds(self, day: date) -> bool:
        return holds(self.begins, self.ends, day)
