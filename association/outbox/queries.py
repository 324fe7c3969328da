"""Questions about messages."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Select, func, select

from association import policy
from association.kernel.actors import Actor, require
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.kernel.pagination import PER_PAGE, Page
from association.outbox.models import Message
from association.vocabulary import MessageChannel, MessageState


def inbox(actor: Actor, *, number: int = 1) -> Page:
    """The messages of ``actor``, newest first."""
    number = max(1, number)
    own = select(Message).where(Message.to_account_id == actor.account_id, Message.channel == MessageChannel.MAIL)
    total = db.session.scalar(select(func.count()).select_from(own.subquery())) or 0
    found = own.order_by(Message.id.desc()).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    return Page(db.session.scalars(found).all(), number, PER_PAGE, total)


def count_unread(actor: Actor) -> int:
    unread = select(func.count()).where(
        Message.to_account_id == actor.account_id,
        Message.channel == MessageChannel.MAIL,
        Message.read_at.is_(None),
    )
    return db.session.scalar(unread) or 0


def message_for(actor: Actor, message_id: int) -> Message:
    """A message, if it is to ``actor``. Raises NotFound."""
    message = db.session.get(Message, message_id)
    if message is None or actor.account_id is None or message.to_account_id != actor.account_id:
        raise NotFound
    return message


def due(now: datetime, *, channel: MessageChannel = MessageChannel.MAIL, limit: int = 100) -> Sequence[int]:
    """Ids of messages to be tried now, the longest owed first."""
    statement = (
        select(Message.id)
        .where(Message.state == MessageState.OWED, Message.next_try_at <= now, Message.channel == channel)
        .order_by(Message.next_try_at, Message.id)
        .limit(limit)
    )
    return db.session.scalars(statement).all()


def known_keys(keys: Sequence[str]) -> set[str]:
    """Which of these messages were owed already."""
    return set(db.session.scalars(select(Message.key).where(Message.key.in_(keys)))) if keys else set()


def is_owed(key: str) -> bool:
    """Whether this message still waits to be sent."""
    waits = select(Message.id).where(Message.key == key, Message.state == MessageState.OWED)
    return db.session.scalar(waits) is not None


def dead_letters(actor: Actor, *, number: int = 1) -> Page:
    """The messages that were given up, the newest first."""
    require(policy.see_dead_letters, actor)
    number = max(1, number)
    total = count_by_state()[MessageState.DEAD]
    found = _dead().order_by(Message.id.desc()).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    return Page(db.session.scalars(found).all(), number, PER_PAGE, total)


def dead_letter_for(actor: Actor, message_id: int) -> Message:
    """A message that staff may send again. Raises NotFound."""
    require(policy.see_dead_letters, actor)
    message = db.session.get(Message, message_id)
    if message is None:
        raise NotFound
    return message


def all_dead() -> Sequence[Message]:
    return db.session.scalars(_dead().order_by(Message.id)).all()


def count_by_state() -> dict[MessageState, int]:
    """How many messages are owed and how many were given up."""
    waiting = (MessageState.OWED, MessageState.DEAD)
    counted = select(Message.state, func.count()).where(Message.state.in_(waiting)).group_by(Message.state)
    found = dict(db.session.execute(counted).all())
    return {state: found.get(state, 0) for state in waiting}


def _dead() -> Select[Message]:
    return select(Message).where(Message.state == MessageState.DEAD)
