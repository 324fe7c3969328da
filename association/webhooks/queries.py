"""What came of messages to programs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select

from association.kernel.actors import Actor
from association.kernel.db import db
from association.kernel.pagination import PER_PAGE, Page
from association.outbox.models import Message
from association.outbox.rules import shown_address
from association.vocabulary import MessageChannel, MessageState
from association.webhooks.models import WebhookTry
from association.webhooks.rules import message_id

MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Posted:
    """A message to a program with its tries, oldest first; the address without its path."""

    id: str
    subject: str
    address: str
    url: str
    created_at: datetime
    state: MessageState
    next_try_at: datetime | None
    tries: tuple[WebhookTry, ...]


def log_of(keys: Sequence[str]) -> list[Posted]:
    """The messages of these keys (the newest hundred), newest first."""
    if not keys:
        return []
    return _posted(_messages().where(Message.key.in_(keys)).order_by(Message.id.desc()).limit(MOST_SHOWN))


def log_for(actor: Actor, *, number: int = 1) -> Page:
    """The messages that go to programs of ``actor``'s account, newest first."""
    mine = _messages().where(Message.to_account_id == actor.account_id)
    total = db.session.scalar(select(func.count()).select_from(mine.subquery())) or 0
    found = mine.order_by(Message.id.desc()).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    return Page(_posted(found), number, PER_PAGE, total)


def _messages() -> Select[Message]:
    return select(Message).where(Message.channel == MessageChannel.WEBHOOK)


def _posted(found: Select[Message]) -> list[Posted]:
    messages = db.session.scalars(found).all()
    tries: dict[str, list[WebhookTry]] = {}
    wanted = select(WebhookTry).where(WebhookTry.message_key.in_([one.key for one in messages]))
    for one in db.session.scalars(wanted.order_by(WebhookTry.id)):
        tries.setdefault(one.message_key, []).append(one)
    return [
        Posted(
            message_id(one.key),
            one.subject,
            shown_address(one.to_url) if one.to_url else "—",
            one.url,
            one.created_at,
            one.state,
            one.next_try_at if one.state == MessageState.OWED else None,
            tuple(tries.get(one.key, ())),
        )
        for one in messages
    ]
