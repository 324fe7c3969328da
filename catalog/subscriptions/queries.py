"""Questions about addresses that were left."""

import hmac
from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, func, or_, select

from association.accounts.models import Account
from association.kernel.actors import Actor
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.kernel.i18n import _
from association.vocabulary import MessageChannel
from association.webhooks.queries import Posted
from catalog.subscriptions import rules
from catalog.subscriptions.models import Subscription


def by_code(code: str) -> Subscription:
    """The subscription that a letter's link opens. Raises NotFound: forged, or over."""
    found = still(code)
    if found is None:
        raise NotFound(_("这个链接已经用完或已失效。如仍要接收通知，请在核验回执或登记页面重新填写。"))
    return found


def still(code: str) -> Subscription | None:
    """The same; ``None`` for what is forged, or over."""
    found = None
    if 0 < len(code) <= 40:
        found = db.session.scalar(select(Subscription).where(Subscription.code_hash == rules.code_hash(code)))
    if found is None or not hmac.compare_digest(found.code.encode(), code.encode()) or not found.address:
        return None
    return found


def of_receipt(verification_id: int, *, today: date) -> Sequence[Subscription]:
    """What was left with a receipt and holds or waits to be confirmed, oldest first."""
    found = select(Subscription).where(Subscription.verification_id == verification_id, *_alive(today))
    return db.session.scalars(found.order_by(Subscription.id)).all()


def of_account(actor: Actor, *, today: date) -> Sequence[Subscription]:
    """What the actor left for single registrations, and what their own mailbox is told of, whoever left it: signed in or
    not it is the same person who reads it."""
    found = select(Subscription).where(_of(actor), Subscription.number.is_not(None), *_alive(today))
    return db.session.scalars(found.order_by(Subscription.number, Subscription.id)).all()


def own(actor: Actor, subscription_id: int) -> Subscription:
    """One of those. Raises NotFound."""
    mine = select(Subscription).where(
        Subscription.id == subscription_id, _of(actor), Subscription.number.is_not(None), Subscription.address != ""
    )
    found = db.session.scalar(mine) if actor.account_id is not None else None
    if found is None:
        raise NotFound
    return found


def _of(actor: Actor) -> ColumnElement[bool]:
    confirmed = Subscription.confirmed_at.is_not(None) & (Subscription.channel == MessageChannel.MAIL)
    return or_(Subscription.account_id == actor.account_id, confirmed & (Subscription.address == _address_of(actor)))


def of_person(account_id: int, own: Collection[str]) -> ColumnElement[bool]:
    """The condition of what somebody's account left, or their ``own`` mail addresses are told of, whoever left them."""
    letters = (Subscription.channel == MessageChannel.MAIL) & Subscription.address.in_(own)
    return or_(Subscription.account_id == account_id, letters)


def with_same_address(one: Subscription) -> Sequence[Subscription]:
    """All that this address is told of, itself included; of a program's what the same holder left: a stranger who knows
    the address can leave it too, and is shown the page of that."""
    found = select(Subscription).where(Subscription.address_mark == one.address_mark, Subscription.address != "")
    if one.channel is MessageChannel.WEBHOOK:
        found = found.where(held_by(one.account_id, one.asker))
    return db.session.scalars(found.order_by(Subscription.id)).all()


# What was posted to a program about that for which it was left: of which messages there are, upper rooms know.
LOGS: list[Callable[[Subscription], Sequence[Posted]]] = []


def posted_to(one: Subscription) -> list[Posted]:
    """The newest messages that went to a program because of this, and every try; of a letter's address nothing."""
    if one.channel is not MessageChannel.WEBHOOK:
        return []
    return [posted for log in LOGS for posted in log(one)]


def holding(today: date) -> tuple[ColumnElement[bool], ...]:
    """The conditions of one that is to be told today."""
    return (Subscription.confirmed_at.is_not(None), Subscription.until >= today, Subscription.address != "")


def _alive(today: date) -> tuple[ColumnElement[bool], ...]:
    return (Subscription.until >= today, Subscription.address != "")


def count_unconfirmed(mark: str, *, since: datetime) -> int:
    """How often an address was asked lately and did not say yes."""
    found = select(func.count()).where(
        Subscription.address_mark == mark, Subscription.confirmed_at.is_(None), Subscription.asked_at > since
    )
    return db.session.scalar(found) or 0


def count_asked(asker: str, *, since: datetime) -> int:
    """How many addresses an asker left lately."""
    found = select(func.count()).where(Subscription.asker == asker, Subscription.asked_at > since)
    return db.session.scalar(found) or 0


def count_of_address(mark: str) -> int:
    found = select(func.count()).where(Subscription.address_mark == mark, Subscription.address != "")
    return db.session.scalar(found) or 0


def same(
    mark: str,
    channel: MessageChannel,
    *,
    verification_id: int | None,
    number: str | None,
    held: ColumnElement[bool] | None = None,
    today: date,
) -> Subscription | None:
    """The same address left for the same thing before, its time not over; by whom it is ``held``, where that matters."""
    about = Subscription.verification_id == verification_id if number is None else Subscription.number == number
    found = select(Subscription).where(
        Subscription.address_mark == mark, Subscription.channel == channel, about, *_alive(today)
    )
    if held is not None:
        found = found.where(held)
    return db.session.scalar(found.order_by(Subscription.id).limit(1))


def is_own_address(address: str, actor: Actor) -> bool:
    """Whether letters to ``address`` are read by the actor: it is that of their account."""
    return bool(address) and address == _address_of(actor)


def _address_of(actor: Actor) -> str:
    if actor.account_id is None:
        return ""
    found = db.session.scalar(select(Account.email).where(Account.id == actor.account_id))
    return (found or "").casefold()


def held_by(account_id: int | None, asker: str) -> ColumnElement[bool]:
    """The condition of what one holder left: an account, or without one whoever asks under the same mark. Of a letter's
    address its reader is the holder; an address of a program may be left by many who do not know of each other."""
    if account_id is not None:
        return Subscription.account_id == account_id
    return Subscription.account_id.is_(None) & (Subscription.asker == asker)


def ending(today: date, last: date) -> Sequence[Subscription]:
    """Confirmed ones that end by ``last`` and whose holder was not reminded of that end."""
    found = select(Subscription).where(
        *holding(today),
        Subscription.until <= last,
        or_(Subscription.reminded_for.is_(None), Subscription.reminded_for != Subscription.until),
    )
    return db.session.scalars(found.order_by(Subscription.id)).all()


def reminder_key(one: Subscription, until: date) -> str:
    """The message that says that this ends."""
    return f"subscription:{one.id}:{one.code_hash[:12]}:ends:{until.isoformat()}"


def over(today: date, asked_before: datetime) -> Sequence[Subscription]:
    """Those whose time is over, and those that nobody confirmed in time."""
    found = select(Subscription).where(
        or_(
            Subscription.until < today,
            (Subscription.confirmed_at.is_(None)) & (Subscription.asked_at < asked_before),
        )
    )
    return db.session.scalars(found.order_by(Subscription.id)).all()
