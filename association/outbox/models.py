"""Table ``message``."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.db import Model, TermType
from association.vocabulary import MessageChannel, MessageState


class Message(Model):
    """A message owed to somebody. ``key`` says what it is about; the same is never told twice."""

    __tablename__ = "message"
    __table_args__ = (Index("ix_message_state_next_try_at", "state", "next_try_at"),)
    key: Mapped[str] = mapped_column(String(200), unique=True)
    to_account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    channel: Mapped[MessageChannel] = mapped_column(
        TermType(MessageChannel), default=MessageChannel.MAIL, server_default="mail"
    )
    to_address: Mapped[str] = mapped_column(String(254))  # empty: the inbox only
    to_url: Mapped[str] = mapped_column(String(500), default="", server_default="")  # of a program; then body is JSON
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(String(300))
    unsubscribe: Mapped[str] = mapped_column(String(300), default="", server_default="")  # path that ends such letters
    language: Mapped[str] = mapped_column(String(2), default="zh", server_default="zh")  # in which it is written
    created_at: Mapped[datetime]
    state: Mapped[MessageState] = mapped_column(TermType(MessageState), default=MessageState.OWED)
    attempts: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
    read_at: Mapped[datetime | None]
    failure: Mapped[str] = mapped_column(String(200), default="", server_default="")  # of the last try
