"""Who relied on a registration, and the one message owed to each of them. Inside the caller's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import insert, or_, select

from association.accounts.models import Account
from association.enterprises import queries as enterprises
from association.kernel.dates import civil_date
from association.kernel.db import db
from association.kernel.i18n import LANGUAGES, Language, language_named, speaking
from association.outbox import service as outbox
from association.outbox.models import Message
from association.outbox.service import Owed
from association.signing.rules import canonical
from association.vocabulary import MessageChannel
from catalog.categories import queries as categories
from catalog.register.models import Registration
from catalog.revocations import letters, queries, words
from catalog.revocations.letters import Addressee, News
from catalog.revocations.models import Revocation, Told, Watch
from catalog.subscriptions import queries as subscriptions
from catalog.subscriptions import service as subscribing
from catalog.subscriptions.models import Subscription
from catalog.verifications import kept
from catalog.verifications.kept import Relied
from catalog.vocabulary import RevocationKind, RevocationState

_AT_A_TIME = 500
LAPSE_IS_NEWS = timedelta(days=30)
Reached = tuple[int, str, Language]  # an account, its address, the language it is written to in


def addressees(registration: Registration, *, today: date, also: Iterable[int] = ()) -> list[Addressee]:
    """Everybody who is to be told of what happens to ``registration``: registrant, who relied, who watches, and the
    accounts of ``also``. A person with an account is told there, whatever else they left."""
    number, found = registration.number, dict[str, Addressee]()
    firm = enterprises.enterprise_by_uscc(registration.registrant_uscc) if registration.registrant_uscc else None
    relied = kept.relied_on(number)
    watchers = set(db.session.scalars(select(Watch.account_id).where(Watch.number == number, Watch.until >= today)))
    accounts = _accounts({one.account_id for one in relied if one.account_id is not None} | watchers | set(also))
    people = enterprises.addresses_of(
        {one.enterprise_id for one in relied if one.enterprise_id is not None} | ({firm.id} if firm else set()), today
    )
    for one in people.get(firm.id, ()) if firm else ():
        _account(found, one).registrant = True
    _holders(found, relied, accounts, people)
    for account_id in sorted((watchers | set(also)) & accounts.keys()):
        at = _account(found, accounts[account_id])
        at.watching = at.watching or account_id in watchers
        at.told_before = account_id in also
    _left(found, number, {one.verification_id: one for one in relied}, today)
    return [found[key] for key in sorted(found)]


def _account(found: dict[str, Addressee], one: Reached) -> Addressee:
    account_id, address, spoken = one
    key = f"account:{account_id}"
    return found.setdefault(key, Addressee(key, account_id, address, language=spoken))


def _holders(
    found: dict[str, Addressee],
    relied: list[Relied],
    accounts: Mapping[int, Reached],
    people: Mapping[int, Sequence[Reached]],
) -> None:
    """Those who asked signed in. What was asked for an enterprise is its own: where whoever asked acts for it no more,
    those who do are told; and whoever asked, where there is nobody else."""
    for receipt in relied:
        of_firm = people.get(receipt.enterprise_id, ()) if receipt.enterprise_id is not None else ()
        own = accounts.get(receipt.account_id) if receipt.account_id is not None else None
        told: Sequence[Reached] = of_firm if own is None or (of_firm and own not in of_firm) else (own,)
        for one in told:
            _account(found, one).receipts.append(receipt)


def _left(found: dict[str, Addressee], number: str, relied: dict[int, Relied], today: date) -> None:
    """Addresses that were left with such a receipt, or for this registration, and said yes: one message for each."""
    about = or_(Subscription.number == number, Subscription.verification_id.in_(kept.relying_on(number)))
    wanted = select(Subscription).where(*subscriptions.holding(today), about).order_by(Subscription.id)
    by_address = {one.address.casefold(): one for one in found.values()}
    places: dict[tuple[MessageChannel, str], Addressee] = {}
    for one in db.session.scalars(wanted):
        letter = one.channel is MessageChannel.MAIL
        at = by_address.get(one.address) if letter else None
        if at is not None:
            # Told as somebody with an account; what was left besides can still be ended from the letter.
            at.left = at.left or subscribing.way_out(one)
        else:
            at = places.setdefault(
                (one.channel, one.address),
                Addressee(
                    f"subscription:{one.id}",
                    None if letter else one.account_id,
                    one.address if letter else "",
                    to_url="" if letter else one.address,
                    unsubscribe=subscribing.way_out(one) if letter else "",
                    subscription="" if letter else subscribing.address_of(one),
                    language=language_named(one.language),
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
    who was told of the suspension or revocation that it ends."""
    also = told_of_undone(case.number) if case.kind is RevocationKind.REINSTATEMENT else ()
    view, grounds = categories.known_at(now), dict[Language, tuple[str, str]]()
    for spoken in LANGUAGES:
        with speaking(spoken):
            grounds[spoken] = words.ground_of(view, case.ground, case.proposed_at)
    people = addressees(registration, today=today, also=also)
    refs = queries.refs_of(letters.places_named(people))
    news = News(case, registration, queries.outcome(case), grounds, refs)
    owed = [_owed(news, one) for one in people]
    outbox.enqueue_many(owed, now=now)
    if owed:
        rows = [{"revocation_id": case.id, "message_key": one.key} for one in owed]
        db.session.execute(insert(Told), rows)
    return len(owed)


def _owed(news: News, one: Addressee) -> Owed:
    key = f"revocation:{news.case.id}:{one.key}"
    subject, body = letters.letter(news, one)
    if one.to_url:
        body = canonical(letters.for_program(news, key, one)).decode()
    url = f"/catalog/revocations/{news.case.id}"
    return Owed(key, one.account_id, one.address, subject, body, url, one.to_url, one.unsubscribe, spoken=one.language)


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
            body = canonical(letters.lapse_for_program(registration, since, key, one)).decode()
        url = f"/catalog/register/{number}"
        owed.append(
            Owed(key, one.account_id, one.address, subject, body, url, one.to_url, one.unsubscribe, spoken=one.language)
        )
    outbox.enqueue_many(owed, now=now)
    return len(owed)


def told_of_undone(number: str) -> set[int]:
    """The accounts that were told of the last suspension or revocation of ``number``: what a reinstatement ends."""
    last = (
        select(Revocation.id)
        .where(
            Revocation.number == number,
            Revocation.kind.in_((RevocationKind.SUSPENSION, RevocationKind.REVOCATION)),
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


def _accounts(ids: Iterable[int]) -> dict[int, Reached]:
    """Those accounts that are open."""
    wanted, found = sorted(ids), dict[int, Reached]()
    for begins in range(0, len(wanted), _AT_A_TIME):
        some = select(Account.id, Account.email, Account.language).where(
            Account.id.in_(wanted[begins : begins + _AT_A_TIME]), Account.active
        )
        found.update((row.id, (row.id, row.email, language_named(row.language))) for row in db.session.execute(some))
    return found
