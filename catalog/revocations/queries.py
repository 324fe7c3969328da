"""Questions about cases, the feed, who has been told, and what somebody watches."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, String, cast, func, literal, select, tuple_
from sqlalchemy import case as case_when

from association.enterprises.models import Enterprise
from association.kernel.actors import Actor
from association.kernel.dates import civil_date, show_utc
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.kernel.i18n import _
from association.kernel.pagination import PER_PAGE, Page
from association.outbox.models import Message
from association.vocabulary import MessageChannel, MessageState
from association.webhooks.queries import MOST_SHOWN, Posted, log_of
from catalog import policy
from catalog.register import queries as register
from catalog.register.models import Registration
from catalog.register.rules import in_effect, standing_at
from catalog.revocations import rules
from catalog.revocations.models import Announced, Revocation, Told, Watch
from catalog.subscriptions import queries as subscriptions
from catalog.subscriptions.models import Subscription
from catalog.verifications import kept
from catalog.verifications.models import Verification, VerificationPart
from catalog.verifications.receipts import PART, unpacked
from catalog.vocabulary import EntryKind, RegisterEvent, RevocationKind, RevocationState, Standing

_AT_A_TIME = 200  # both databases bound the parameters of a statement
MOST_LOOKED_UP = 1_000  # parts of lists, half a millisecond each


def registration(number: str) -> Registration:
    """The registration's row. Raises NotFound."""
    found = db.session.scalar(select(Registration).where(Registration.number == number))
    if found is None:
        raise NotFound(_("没有这个登记编号。请核对编号，或按生产企业和型号查询。"), code="unknown_number")
    return found


def concerned(of: Registration) -> frozenset[int]:
    """The enterprises whose people decide nothing about it: registrant and maker."""
    codes = {code for code in (of.registrant_uscc, of.manufacturer_uscc) if code}
    return frozenset(db.session.scalars(select(Enterprise.id).where(Enterprise.uscc.in_(codes))))


def registrant_id(of: Registration) -> int | None:
    """The enterprise that registered it, where it has people here."""
    if not of.registrant_uscc:
        return None
    return db.session.scalar(select(Enterprise.id).where(Enterprise.uscc == of.registrant_uscc))


def own_registration(actor: Actor, number: str) -> Registration:
    """The registration, for its registrant's people. Raises NotFound for others."""
    found = registration(number)
    if not policy.cancel_registration(actor, registrant_id(found)):
        raise NotFound
    return found


def desk_registration(actor: Actor, number: str) -> Registration:
    """The registration, for the desk. Raises NotFound for others."""
    if not policy.see_cases(actor):
        raise NotFound
    return registration(number)


def open_case(number: str) -> Revocation | None:
    """The proposal about ``number`` that waits for a second person."""
    return db.session.scalar(
        select(Revocation).where(Revocation.number == number, Revocation.state == RevocationState.PROPOSED).limit(1)
    )


def case_for(actor: Actor, revocation_id: int) -> Revocation:
    """A case, for the desk. Raises NotFound for others."""
    found = db.session.get(Revocation, revocation_id) if policy.see_cases(actor) else None
    if found is None:
        raise NotFound
    return found


def published(revocation_id: int) -> Revocation:
    """A case that took effect; what was only proposed is nobody's business. Raises NotFound."""
    found = db.session.get(Revocation, revocation_id)
    if found is None or found.state is not RevocationState.CONFIRMED:
        raise NotFound(_("没有这件公示。"))
    return found


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a case that took effect came to: whether it declared a revocation void, how the registration stood after it, on
    that day as then known, and of a reinstatement the first and last of the days before it that stay suspended."""

    void: bool
    standing: Standing
    stay_suspended: tuple[date, date] | None = None


def outcome(case: Revocation) -> Outcome:
    """Of a case that took effect. One statement."""
    assert case.decided_at is not None
    entries = [one for one in register.entries_of(case.number) if case.entry is None or one.entry <= case.entry]
    counted = in_effect(entries, known=case.decided_at)
    stood = standing_at(counted, civil_date(case.decided_at))
    void = any(one.entry == case.entry and one.kind is EntryKind.CORRECTED for one in entries)
    stay = None
    if case.kind is RevocationKind.REINSTATEMENT and not void:
        last = case.effective_from - timedelta(days=1)
        before = standing_at(counted, last)
        if before.standing is Standing.SUSPENDED and before.since is not None:
            stay = (before.since, last)
    return Outcome(void, stood.standing, stay)


def still_stands(case: Revocation, *, known: datetime) -> bool:
    """Whether what a case did has not been undone since. One statement."""
    return rules.still_stands(in_effect(register.entries_of(case.number), known=known), case.kind, case.entry)


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case in the desk's queue, with the product it is about."""

    case: Revocation
    product: Registration


def desk(actor: Actor, *, state: RevocationState, number: int = 1, per_page: int = PER_PAGE) -> Page:
    """Cases in ``state``, oldest first while they wait, else newest first. Raises NotFound for others than the desk."""
    if not policy.see_cases(actor):
        raise NotFound
    total = db.session.scalar(select(func.count()).select_from(Revocation).where(Revocation.state == state)) or 0
    order = Revocation.id if state is RevocationState.PROPOSED else Revocation.id.desc()
    found = (
        select(Revocation, Registration)
        .join(Registration, Registration.number == Revocation.number)
        .where(Revocation.state == state)
        .order_by(order)
        .limit(per_page)
        .offset((number - 1) * per_page)
    )
    return Page([CaseRow(*row) for row in db.session.execute(found)], number, per_page, total)


# -- who has been told ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Counts:
    """How many a case was told to: all that are owed it, sent, not reached, read."""

    owed: int = 0
    told: int = 0
    unreached: int = 0
    acknowledged: int = 0

    @property
    def under_way(self) -> int:
        return self.owed - self.told - self.unreached


@dataclass(frozen=True, slots=True)
class AllCounts(Counts):
    """The same, and of each way by which people are told: ``account``, ``mail``, ``webhook``."""

    by_channel: Mapping[str, Counts] = field(default_factory=dict)


def counts(case: Revocation) -> AllCounts:
    """Numbers only, never who. A message of somebody erased since is counted no more."""
    has_account = case_when((Message.to_account_id.is_(None), 0), else_=1)
    of_case = (
        select(Message.channel, has_account, Message.state, func.count(), func.count(Message.read_at))
        .join(Told, Told.message_key == Message.key)
        .where(Told.revocation_id == case.id)
        .group_by(Message.channel, has_account, Message.state)
    )
    found = {"account": [0, 0, 0, 0], "mail": [0, 0, 0, 0], "webhook": [0, 0, 0, 0]}
    for channel, account, state, count, read in db.session.execute(of_case):
        webhook = channel == MessageChannel.WEBHOOK
        row = found["webhook" if webhook else "account" if account else "mail"]
        row[0] += count
        row[1] += count if state == MessageState.DELIVERED else 0
        row[2] += count if state == MessageState.DEAD else 0
        row[3] += read
    owed, told, unreached, read = (sum(row[place] for row in found.values()) for place in range(4))
    return AllCounts(owed, told, unreached, read, {name: Counts(*row) for name, row in found.items()})


# -- the feed and the public list -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Happened:
    """One item of the public list: what happened, to which product, and the case if there was one."""

    event: Announced
    product: Registration
    case: Revocation | None


def _happened() -> Select[Announced, Registration, Revocation]:
    return (
        select(Announced, Registration, Revocation)
        .join(Registration, Registration.number == Announced.number)
        .outerjoin(Revocation, (Revocation.entry == Announced.entry) & (Announced.kind != RegisterEvent.LAPSED))
    )


def public_list(*, kind: RegisterEvent | None = None, q: str = "", number: int = 1, per_page: int = PER_PAGE) -> Page:
    """What happened, newest decision first, whatever day it counts from; a lapse, which nobody decides, stands by the day
    from which it holds. Neutral."""
    conditions = []
    if kind is not None:
        conditions.append(Announced.kind == kind)
    if q:
        conditions.append(
            Registration.number.icontains(q, autoescape=True)
            | Registration.model.icontains(q, autoescape=True)
            | Registration.manufacturer.icontains(q, autoescape=True)
        )
    counted = select(func.count()).select_from(Announced).join(Registration, Registration.number == Announced.number)
    total = db.session.scalar(counted.where(*conditions)) or 0
    # A day beside moments: midnight UTC lies within the same civil day, so days stay in order.
    day = case_when((Announced.kind == RegisterEvent.LAPSED, Announced.effective_from), else_=Announced.recorded_at)
    found = _happened().where(*conditions).order_by(day.desc(), Announced.position.desc())
    rows = db.session.execute(found.limit(per_page).offset((number - 1) * per_page))
    return Page([Happened(*row) for row in rows], number, per_page, total)


def feed(*, since: int, limit: int) -> list[dict[str, Any]]:
    """Items after position ``since``, as programs get them."""
    found = _happened().where(Announced.position > since).order_by(Announced.position).limit(limit)
    return [
        {
            "position": event.position,
            "number": event.number,
            "kind": event.kind.value,
            "effective_from": event.effective_from.isoformat(),
            "recorded_at": show_utc(event.recorded_at),
            "entry": None if event.kind is RegisterEvent.LAPSED else event.entry,
            "ground": case.ground if case else None,
            "revocation": case.id if case else None,
        }
        for event, _product, case in db.session.execute(found)
    ]


def last_position() -> int:
    """The newest position of the feed."""
    return db.session.scalar(select(func.max(Announced.position))) or 0


def refs_of(places: Iterable[tuple[int, int]]) -> dict[tuple[int, int], str]:
    """What lists call their lines, those that call them anything: by the list's id and the position. A statement for some
    hundred lines, and of each list only the parts that hold them. Of a recall that reaches very far the first are looked up:
    a letter then names the others by their position, and the case is confirmed in time."""
    wanted: dict[tuple[int, int], list[int]] = {}
    for verification_id, position in places:
        first = (position - 1) // PART * PART + 1
        wanted.setdefault((verification_id, first), []).append(position)
    part, keys, found = VerificationPart.__table__.c, sorted(wanted)[:MOST_LOOKED_UP], dict[tuple[int, int], str]()
    for begins in range(0, len(keys), _AT_A_TIME):
        some = tuple_(part.verification_id, part.first).in_(keys[begins : begins + _AT_A_TIME])
        bodies = db.session.execute(select(part.verification_id, part.first, part.body).where(some))
        for verification_id, first, body in bodies:
            lines = unpacked(body)
            for position in set(wanted[verification_id, first]):
                # A line break in a name would end the line of the letter it stands in.
                ref = " ".join((lines[position - first]["question"].get("ref") or "").split())
                if ref:
                    found[verification_id, position] = ref
    return found


def posted_to(of: Verification, left: Sequence[Subscription]) -> list[Posted]:
    """What was posted to the programs left with a receipt, about the registrations it relied on and of their own end, and
    what came of it."""
    programs = [one for one in left if one.channel is MessageChannel.WEBHOOK]
    if not programs:
        return []
    cases = select(Revocation.id).where(Revocation.number.in_(kept.numbers_of(of)))
    return log_of([*_keys_of(cases, programs), *_keys_of_reminders(programs)])


def posted_about(one: Subscription) -> list[Posted]:
    """What was posted to a program because of one subscription: for a registration, that it lapsed too."""
    if one.verification_id is not None:
        return posted_to(db.session.get_one(Verification, one.verification_id), [one])
    cases = select(Revocation.id).where(Revocation.number == one.number)
    return log_of([*_keys_of(cases, [one]), *_keys_of_lapses(one), *_keys_of_reminders([one])])


def _keys_of_reminders(programs: Sequence[Subscription]) -> list[str]:
    """That their time ends: the last time they were told so (older tries are kept no longer)."""
    return [subscriptions.reminder_key(one, one.reminded_for) for one in programs if one.reminded_for is not None]


def _keys_of_lapses(one: Subscription) -> list[str]:
    """Of all that was left at an address there is one message about a lapse, named after one of them (``telling``)."""
    lapsed = Announced.number == one.number, Announced.kind == RegisterEvent.LAPSED
    found = list[str]()
    for day in db.session.scalars(select(Announced.effective_from).where(*lapsed)).all():
        named = literal(f"lapse:{one.number}:{day.isoformat()}:subscription:") + cast(Subscription.id, String)
        names = select(named).where(Subscription.address_mark == one.address_mark)
        told = Message.key.in_(names), Message.to_url == one.address, Message.created_at >= one.asked_at
        found += db.session.scalars(select(Message.key).where(*told))
    return found


def _keys_of(cases: Select[int], programs: Sequence[Subscription]) -> list[str]:
    """The messages to these programs about ``cases``, since they were left."""
    keys = (
        select(Message.key)
        .join(Told, Told.message_key == Message.key)
        .where(
            Told.revocation_id.in_(cases),
            Message.to_url.in_([one.address for one in programs]),
            Message.created_at >= min(one.asked_at for one in programs),
        )
    )
    return list(db.session.scalars(keys.order_by(Message.id.desc()).limit(MOST_SHOWN)))


# -- watching ---------------------------------------------------------------------------------------------------


def watched_by(actor: Actor, *, number: int = 1, per_page: int = PER_PAGE) -> Page:
    """What the actor watches, by number."""
    mine = Watch.account_id == actor.account_id
    total = db.session.scalar(select(func.count()).select_from(Watch).where(mine)) or 0
    found = (
        select(Watch, Registration)
        .join(Registration, Registration.number == Watch.number)
        .where(mine)
        .order_by(Watch.number)
        .limit(per_page)
        .offset((number - 1) * per_page)
    )
    return Page(list(db.session.execute(found)), number, per_page, total)


def watch_of(actor: Actor, number: str, *, today: date) -> Watch | None:
    """Whether and until when the actor watches ``number``."""
    found = select(Watch).where(Watch.account_id == actor.account_id, Watch.number == number, Watch.until >= today)
    return db.session.scalar(found)
