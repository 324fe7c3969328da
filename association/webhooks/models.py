"""Table ``webhook_try``."""

from datetime import datetime

from sqlalchemy import Index, String
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.db import Model


class WebhookTry(Model):
    """One try to post a message: when, and what came of it. What the other side said is not kept, only its number."""

    __tablename__ = "webhook_try"
    __table_args__ = (Index("ix_webhook_try_message_key", "message_key", "id"),)
    message_key: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(index=True)
    attempt: Mapped[int]
    status: Mapped[int | None]
    fault: Mapped[str] = mapped_column(String(40))  # empty: it was accepted
    milliseconds: Mapped[int]
