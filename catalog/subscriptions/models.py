"""Table ``subscription``."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.db import Model, TermType
from association.vocabulary import MessageChannel


class Subscription(Model):
    """An address that is to be told what becomes of one registration, or of those that a receipt relied on.

    A letter's address counts once its holder has said yes; until then it gets that question and nothing else. What ended
    is deleted; of an address that said no stays a mark for some days, so that it is not asked again and again.
    """

    __tablename__ = "subscription"
    __table_args__ = (
        Index("ix_subscription_number", "number", "until"),
        Index("ix_subscription_asker", "asker", "asked_at"),
    )
    code: Mapped[str] = mapped_column(String(40))
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    channel: Mapped[MessageChannel] = mapped_column(TermType(MessageChannel))
    address: Mapped[str] = mapped_column(String(500))
    address_mark: Mapped[str] = mapped_column(String(64), index=True)
    verification_id: Mapped[int | None] = mapped_column(ForeignKey("verification.id"), index=True)
    number: Mapped[str | None] = mapped_column(String(40))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)  # who left it, if signed in
    asker: Mapped[str] = mapped_column(String(64))  # a mark of who asked, against abuse
    language: Mapped[str] = mapped_column(String(2))
    consent: Mapped[str] = mapped_column(String(20))  # version of the words agreed to
    asked_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    until: Mapped[date] = mapped_column(index=True)
    reminded_for: Mapped[date | None]  # the end of which a reminder was sent
