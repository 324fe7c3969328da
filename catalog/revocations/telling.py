"""Who relied on a registration, and the one message owed to each of them. Inside the caller's transaction."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import insert, or_, select

from association.accounts.models import Account
from association.enterprises import queries as enterprises
from association.kernel.dates import civil_date
from association.kernel.db import db
from association.outbox import service as outbox
from association.outbox.models import Message
from association.outbox.service import Owed
from association.signing.rules import canonical
from association.vocabulary import MessageChannel
from catalog.register.models import Registration
from catalog.revocations import letters
from catalog.revocations.letters import Addressee
from catalog.revocations.models import Revocation, Told, Watch
from catalog.subscriptions import queries as subscriptions
from catalog.subscriptions import service as subscribing
from catalog.subscriptions.models import Subscription
from catalog.verifications import kept
from catalog.verifications.kept import Relied
from catalog.vocabulary import RevocationKind, RevocationState

_AT_A_TIME = 500
LAPSE_IS_NEWS = timedelta(days=30)


def addressees(registration: Registration, *, today: date, also: Iterable[int] = ()) -> list[Addressee]:
    """Everybody who is to be told of what happens to ``registration``: registrant, who relied, who watches, and the
    accounts of ``also``. A person with an account is told there, whatever else they left."""
    number, found = registration.number, dict[str, Addressee]()
    firm = enterprises.enterprise_by_uscc(registration.registrant_uscc) if registration.registrant_uscc else None
    for account_id, address in enterprises.addresses(firm.id, today) if firm else ():
        found[f"account:{account_id}"] = Addressee(f"account:{account_id}", account_id, address, registrant=True)
    relied = kept.relied_on(number)
    watchers = set(db.session.scalars(select(Watch.account_id).where(Watch.number == number, Watch.until >= today)))
    accounts = _accounts({one.account_id for one in relied if one.account_id is not None} | watchers | set(also))
    by_address = {address.casefold(): account_id for account_id, address in accounts.items()} | {
        one.address.casefold(): one.account_id for one in found.values() if one.account_id is not None
    }
    _holders(found, relied, accounts, today)
    for account_id in sorted((watchers | set(also)) & accounts.keys()):
        one = _account(found, account_id, accounts[account_id])
        one.watching = one.watching or account_id in watchers
    _left(found, number, {one.verification_id: one for one in relied}, by_address, today)
    return [found[key] for key in sorted(found)]


def _account(found: dict[str, Addressee], account_id: int, address: str) -> Addressee:
    key = f"account:{account_id}"
    return found.setdefault(key, Addressee(key, account_id, address))


def _holders(found: dict[str, Addressee], relied: list[Relied], accounts: dict[int, str], today: date) -> None:
    """Those who asked signed in; where they have left since, their enterprise's people hold its receipts."""
    firms: dict[int, list[tuple[int, str]]] = {}
    for receipt in relied:
        if receipt.account_id in accounts:
            _account(found, receipt.account_id, accounts[receipt.account_id]).receipts.append(receipt)
        elif receipt.enterprise_id is not None:
            if receipt.enterprise_id not in firms:
                firms[receipt.enterprise_id] = enterprises.addresses(receipt.enterprise_id, today)
            for account_id, address in firms[receipt.enterprise_id]:
                _account(found, account_id, address).receipts.append(receipt)


def _left(
    found: dict[str, Addressee], number: str, relied: dict[int, Relied], by_address: dict[str, int], today: date
) -> None:
    """Addresses that were left with such a receipt, or for this registration, and said yes: one message for each."""
    about = or_(Subscription.number == number, Subscription.verification_id.in_(kept.relying_on(number)))
    wanted = select(Subscription).where(*subscriptions.holding(today), about).order_by(Subscription.id)
    places: dict[tuple[MessageChannel, str], Addressee] = {}
    for one in db.session.scalars(wanted):
        letter = one.channel is MessageChannel.MAIL
        known = by_address.get(one.address) if letter else None
        if known is not None:
            at = _account(found, known, one.address)
        else:
            at = places.setdefault(
                (one.channel, one.address),
                Addressee(
                    f"subscription:{one.id}",
                    None if letter else one.account_id,
                    one.address if letter else "",
                    to_url="" if letter else one.address,
                    unsubscribe=subscribing.way_out(one) if letter else "",
                    language="en" if one.language == "en" else "zh",
                ),
            )
            found[at.key] = at
        if one.verification_id is not None:
            receipt = relied[one.verification_id]
            if receipt not in at.receipts:
                at.receipts.append(receipt)
        else:
            at.watching = True


def tell(case: Revocation, registration: Registration, *, today: date, now: datetime) -> int:
    """Owe everybody concerned exactly one message about ``case``; how many. A reinstatement is told to everybody, too,
    who was told of the suspension it ends."""
    also = told_of_suspension(case.number) if case.kind is RevocationKind.REINSTATEMENT else ()
    owed = [_owed(case, registration, one) for one in addressees(registration, today=today, also=also)]
    outbox.enqueue_many(owed, now=now)
    if owed:
        rows = [{"revocation_id": case.id, "message_key": one.key} for one in owed]
        db.session.execute(insert(Told), rows)
    return len(owed)


def _owed(case: Revocation, registration: Registration, one: Addressee) -> Owed:
    key = f"revocation:{case.id}:{one.key}"
    subject, body = letters.letter(case, registration, one)
    if one.to_url:
        body = canonical(letters.for_program(case, key, one)).decode()
    url = f"/catalog/revocations/{case.id}"
    return Owed(key, one.account_id, one.address, subject, body, url, one.to_url, one.unsubscribe)


def tell_of_lapse(number: str, since: date, *, now: datetime) -> int:
    """Whoever follows a registration, and its registrant, learn that it lapsed; how many. Receipts say nothing of the days
    after their goods were delivered, so those who only hold one are left in peace; so is everybody when it is long past."""
    today = civil_date(now)
    if since < today - LAPSE_IS_NEWS:
        return 0
    registration = db.session.scalars(select(Registration).where(Registration.number == number)).one()
    following = [one for one in addressees(registration, today=today) if one.watching or one.registrant]
    owed = []
    for one in following:
        one.receipts.clear()
        key = f"lapse:{number}:{since.isoformat()}:{one.key}"
        subject, body = letters.lapse_letter(registration, since, one)
        if one.to_url:
            body = canonical(letters.lapse_for_program(registration, since, key)).decode()
        url = f"/catalog/register/{number}"
        owed.append(Owed(key, one.account_id, one.address, subject, body, url, one.to_url, one.unsubscribe))
    outbox.enqueue_many(owed, now=now)
    return len(owed)


def told_of_suspension(number: str) -> set[int]:
    """The accounts that were told of the last suspension of ``number``."""
    last = (
        select(Revocation.id)
        .where(
            Revocation.number == number,
            Revocation.kind == RevocationKind.SUSPENSION,
            Revocation.state == RevocationState.CONFIRMED,
        )
        .order_by(Revocation.id.desc())
        .limit(1)
    )
    found = (
        select(Message.to_account_id)
        .join(Told, Told.message_key == Message.key)
        .where(
            Told.revocation_id == last.scalar_subquery(),
            Message.channel == MessageChannel.MAIL,
            Message.to_account_id.is_not(None),
        )
    )
    return {one for one in db.session.scalars(found) if one is not None}


def _accounts(ids: Iterable[int]) -> dict[int, str]:
    """The addresses of those accounts that are open."""
    wanted, found = sorted(ids), defaultdict[int, str](str)
    for begins in range(0, len(wanted), _AT_A_TIME):
        some = select(Account.id, Account.email).where(Account.id.in_(wanted[begins : begins + _AT_A_TIME]))
        found.update((row.id, row.email) for row in db.session.execute(some.where(Account.active)))
    return dict(found)
