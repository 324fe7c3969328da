"""Verbs: propose, confirm, reject, take back; cancel one's own registration; watch one.

A confirmation enters the register and owes everybody who relied their message, in one transaction.
"""

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select

from association.accounts.models import Account
from association.kernel.actors import Actor, require
from association.kernel.dates import civil_date
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, Invalid, NotFound, Shortfall
from association.kernel.i18n import _, language_named, show_date, speaking
from association.ledger import service as ledger
from association.mandates import queries as mandates
from association.mandates.models import Mandate
from association.outbox import service as outbox
from association.outbox.service import Owed
from association.vocabulary import MandateItem, MessageChannel
from catalog import policy
from catalog.categories import queries as categories
from catalog.register import queries as register
from catalog.register import service as entries
from catalog.register.models import Registration
from catalog.register.rules import in_effect
from catalog.revocations import announcing, queries, rules, telling
from catalog.revocations.models import Revocation, Watch
from catalog.subscriptions import queries as subscriptions_known
from catalog.subscriptions import service as subscriptions
from catalog.subscriptions.models import Subscription
from catalog.subscriptions.rules import DAYS, MOST_OF_RECEIPT, REMINDED_BEFORE, runs_until
from catalog.verifications.models import Verification
from catalog.vocabulary import EntryKind, RevocationKind, RevocationState

MOST_WATCHED = 2000


def propose(
    number: str,
    kind: RevocationKind,
    *,
    ground: str | None,
    reason: str,
    evidence: str,
    effective_from: date,
    actor: Actor,
    now: datetime,
) -> Revocation:
    """Propose to suspend, revoke or reinstate a registration. Raises Forbidden, NoMandate, Invalid, Conflict."""
    registration = queries.registration(number)
    require(policy.propose_revocation, actor, queries.concerned(registration))
    return _open(
        registration,
        kind,
        ground=ground,
        reason=reason,
        evidence=evidence,
        effective_from=effective_from,
        actor=actor,
        now=now,
    )


def propose_for_objection(number: str, *, reason: str, evidence: str, actor: Actor, now: datetime) -> Revocation:
    """The reinstatement that follows from an objection upheld; who may answer one was asked there. Raises NoMandate,
    Invalid, Conflict."""
    return _open(
        queries.registration(number),
        RevocationKind.REINSTATEMENT,
        ground=None,
        reason=reason,
        evidence=evidence,
        effective_from=civil_date(now),
        actor=actor,
        now=now,
    )


def _open(
    registration: Registration,
    kind: RevocationKind,
    *,
    ground: str | None,
    reason: str,
    evidence: str,
    effective_from: date,
    actor: Actor,
    now: datetime,
) -> Revocation:
    number = registration.number
    today = civil_date(now)
    mandate = mandates.require_in_force(MandateItem.REGISTRATION, on=today)
    found = rules.shortfalls(
        kind,
        ground=ground,
        reason=reason,
        effective_from=effective_from,
        first_day=registration.first_day,
        published=_grounds(kind, today=today, now=now),
        today=today,
    )
    if found:
        raise Invalid(_("提议尚不完整，请按各项提示补充。"), found)
    with transaction():
        # Whoever writes about registrations waits here, so that two cannot open a case on one of them.
        ledger.advance("register")
        _insist_possible(number, kind, today=today, now=now)
        if queries.open_case(number) is not None:
            raise Conflict(_("这项登记已有一件待确认的提议，请先处理。"))
        case = Revocation(
            number=number,
            kind=kind,
            state=RevocationState.PROPOSED,
            ground=ground if kind is not RevocationKind.REINSTATEMENT else None,
            reason=reason,
            evidence=evidence,
            effective_from=effective_from,
            proposed_by=actor.account_id,
            proposed_by_name=actor.name,
            proposed_at=now,
        )
        db.session.add(case)
        db.session.flush()
        _record(case, "proposed", actor=actor, now=now, mandate=mandate.number)
    return case


def confirm(case: Revocation, *, actor: Actor, now: datetime) -> int:
    """Confirm another person's proposal: the entry, and a message owed to everybody who relied; how many.

    All of it or nothing. Raises Forbidden (four eyes), NoMandate, Conflict, Invalid (the ground is published no more).
    """
    registration = queries.registration(case.number)
    require(policy.confirm_revocation, actor, queries.concerned(registration), case.proposed_by)
    today = civil_date(now)
    mandate = mandates.require_in_force(MandateItem.REGISTRATION, on=today)
    if not rules.grounds_hold(case.kind, case.ground, _grounds(case.kind, today=today, now=now)):
        sentence = _("所依据的事由今天已不再公布，或不能用于{kind}，不能确认。", kind=case.kind.label)
        raise Invalid(sentence, [Shortfall("ground", "choice", sentence)])
    with transaction():
        ledger.advance("register")
        _insist_open(case)
        _insist_possible(case.number, case.kind, today=today, now=now)
        return _carry_out(case, mandate, "confirmed", actor=actor, now=now)


def reject(case: Revocation, *, reason: str, actor: Actor, now: datetime) -> None:
    """The second person does not confirm, and says why."""
    require(policy.confirm_revocation, actor, queries.concerned(queries.registration(case.number)), case.proposed_by)
    if not reason:
        raise Invalid(
            _("填写内容有误，请按各项提示改正。"), [Shortfall("reason", "missing", _("请写明不予确认的理由。"))]
        )
    _end(case, RevocationState.REJECTED, reason, actor=actor, now=now)


def take_back(case: Revocation, *, reason: str = "", actor: Actor, now: datetime) -> None:
    """Whoever proposed it takes it back."""
    require(policy.take_back_revocation, actor, case.proposed_by)
    _end(case, RevocationState.TAKEN_BACK, reason, actor=actor, now=now)


def cancel(number: str, *, reason: str, actor: Actor, now: datetime) -> Revocation:
    """The registrant gives its registration up, from today. An open proposal of the desk goes on all the same."""
    registration = queries.registration(number)
    require(policy.cancel_registration, actor, queries.registrant_id(registration))
    today = civil_date(now)
    mandate = mandates.require_in_force(MandateItem.REGISTRATION, on=today)
    with transaction():
        ledger.advance("register")
        _insist_possible(number, RevocationKind.CANCELLATION, today=today, now=now)
        case = Revocation(
            number=number,
            kind=RevocationKind.CANCELLATION,
            state=RevocationState.PROPOSED,
            ground=None,
            reason=reason,
            evidence="",
            effective_from=today,
            proposed_by=actor.account_id,
            proposed_by_name=actor.name,
            proposed_at=now,
        )
        db.session.add(case)
        db.session.flush()
        _carry_out(case, mandate, "cancelled", actor=actor, now=now)
    return case


def watch(number: str, *, actor: Actor, now: datetime) -> Watch:
    """Hear of what happens to a registration, for the published time from now; asking again renews it. Raises Conflict."""
    require(policy.watch_registrations, actor)
    queries.registration(number)
    today = civil_date(now)
    until = runs_until(today, categories.known_at(now).whole(DAYS, today))
    with transaction():
        found = db.session.scalar(select(Watch).where(Watch.account_id == actor.account_id, Watch.number == number))
        if found is None:
            if queries.watched_by(actor).total >= MOST_WATCHED:
                raise Conflict(_("最多关注{count}项登记，请先取消一些。", count=MOST_WATCHED))
            found = Watch(account_id=actor.account_id, number=number, since=now, until=until)
            db.session.add(found)
        found.until = until
        db.session.flush()
    return found


def unwatch(number: str, *, actor: Actor) -> None:
    """Hear of it no more; what was kept about it is deleted."""
    require(policy.watch_registrations, actor)
    queries.registration(number)
    with transaction():
        db.session.execute(delete(Watch).where(Watch.account_id == actor.account_id, Watch.number == number))


def follow_receipt(
    of: Verification, *, email: str, webhook: str, asker: str, actor: Actor, now: datetime
) -> list[Subscription]:
    """Whoever holds a receipt leaves an address with it; one that stands there already may be left again however many
    stand beside it. Raises Invalid, TooMany, Conflict."""
    today = civil_date(now)
    with transaction():
        before = len(subscriptions_known.of_receipt(of.id, today=today))
        left = _leave(email, webhook, verification_id=of.id, number=None, asker=asker, actor=actor, now=now)
        if max(before, MOST_OF_RECEIPT) < len(subscriptions_known.of_receipt(of.id, today=today)):
            raise Conflict(_("一张回执最多留{count}个地址，请先取消一个。", count=MOST_OF_RECEIPT))
    return left


def follow_registration(
    number: str, *, email: str, webhook: str, asker: str, actor: Actor, now: datetime
) -> list[Subscription]:
    """Anybody leaves an address to hear of one registration. Raises Invalid, TooMany."""
    queries.registration(number)
    return _leave(email, webhook, verification_id=None, number=number, asker=asker, actor=actor, now=now)


def _leave(email: str, webhook: str, **about: Any) -> list[Subscription]:
    if not email and not webhook:
        raise Invalid(
            _("填写内容有误，请按各项提示改正。"), [Shortfall("email", "required", _("请填写邮箱，或推送地址。"))]
        )
    given = ((MessageChannel.MAIL, email, "email"), (MessageChannel.WEBHOOK, webhook, "webhook"))
    with transaction():
        return [
            subscriptions.leave(channel, address, field=field, **about) for channel, address, field in given if address
        ]


def unfollow_receipt(of: Verification, subscription_id: int, *, now: datetime) -> None:
    """Whoever holds a receipt ends what was left with it. Raises NotFound for another receipt's."""
    left = subscriptions_known.of_receipt(of.id, today=civil_date(now))
    found = next((one for one in left if one.id == subscription_id), None)
    if found is None:
        raise NotFound
    subscriptions.end(found)


def unfollow_registration(subscription_id: int, *, actor: Actor) -> None:
    """Whoever left an address for a registration, signed in, ends it. Raises NotFound for another person's."""
    require(policy.watch_registrations, actor)
    subscriptions.end(subscriptions_known.own(actor, subscription_id))


def remind_watchers(now: datetime) -> int:
    """Tell people once that what they follow ends soon, with the page that renews it; how many were told of how much."""
    if not categories.is_loaded():
        return 0
    today = civil_date(now)
    before = timedelta(days=categories.known_at(now).whole(REMINDED_BEFORE, today))
    ending = (
        select(Watch.account_id, Account.email, Account.language, Watch.until, func.count())
        .join(Account, Account.id == Watch.account_id)
        .where(Watch.until.between(today, today + before), Account.active)
        .group_by(Watch.account_id, Account.email, Account.language, Watch.until)
    )
    owed = []
    for account_id, address, spoken, until, count in db.session.execute(ending).all():
        with speaking(language_named(spoken)):
            subject, said = (
                _("关注即将到期"),
                _(
                    "您关注的{count}项登记到{day}为止不再通知。要继续关注的，请在“关注的登记”中续期。",
                    count=count,
                    day=show_date(until),
                ),
            )
        key = f"watching:{account_id}:ends:{until.isoformat()}"
        owed.append(
            Owed(
                key, account_id, address, subject, said, "/catalog/revocations/watching", spoken=language_named(spoken)
            )
        )
    with transaction():
        outbox.enqueue_many(owed, now=now)
    return len(owed)


def clear_watches(today: date) -> int:
    """Delete what has run out: nobody asked for it to be kept."""
    with transaction():
        gone = db.session.scalars(delete(Watch).where(Watch.until < today).returning(Watch.id)).all()
    return len(gone)


def _carry_out(case: Revocation, mandate: Mandate, action: str, *, actor: Actor, now: datetime) -> int:
    facts: dict[str, Any] = {"note": case.reason, "ground": case.ground, "revocation": case.id}
    kind, today = rules.ENTRY_OF[case.kind], civil_date(now)
    revoked = rules.revoked_by(in_effect(register.entries_of(case.number), known=now))
    if case.kind is RevocationKind.REINSTATEMENT and revoked is not None:
        # After its end nothing brings a registration back but a correction: the revocation should not have been made.
        kind, facts = EntryKind.CORRECTED, {**facts, "entry": revoked.entry, "void": True}
    case.effective_from = rules.takes_effect(
        case.kind, case.effective_from, revoked_from=revoked.effective_from if revoked else None, today=today
    )
    entry = entries.append(
        case.number,
        kind,
        {key: value for key, value in facts.items() if value},
        effective_from=case.effective_from,
        mandate=mandate,
        actor=actor,
        now=now,
    )
    case.state, case.entry, case.mandate_id = RevocationState.CONFIRMED, entry.entry, mandate.id
    case.decided_by, case.decided_by_name, case.decided_at = actor.account_id, actor.name, now
    db.session.flush()
    told = telling.tell(case, queries.registration(case.number), today=today, now=now)
    announcing.catch_up(now, lapses=False)
    _record(case, action, actor=actor, now=now, entry=entry.entry, told=told, mandate=mandate.number)
    return told


def _end(case: Revocation, state: RevocationState, reason: str, *, actor: Actor, now: datetime) -> None:
    with transaction():
        ledger.advance("register")
        _insist_open(case)
        case.state, case.answer = state, reason
        case.decided_by, case.decided_by_name, case.decided_at = actor.account_id, actor.name, now
        db.session.flush()
        _record(case, state.value, actor=actor, now=now)


def _grounds(kind: RevocationKind, *, today: date, now: datetime) -> set[str]:
    """The grounds published today that a decision of this kind may rest on."""
    return {one.code for one in categories.known_at(now).revocation_grounds(today, supporting=kind)}


def _insist_open(case: Revocation) -> None:
    db.session.refresh(case)
    if case.state is not RevocationState.PROPOSED:
        raise Conflict(
            _("其他人刚刚处理了此提议（现为“{state}”）。请查看最新状态。", state=case.state.label), code="lost_race"
        )


def _insist_possible(number: str, kind: RevocationKind, *, today: date, now: datetime) -> None:
    if kind not in rules.possible(in_effect(register.entries_of(number), known=now), today=today):
        raise Conflict(_("按这项登记现在的状态，不能{kind}。", kind=kind.label))


def _record(case: Revocation, action: str, *, actor: Actor, now: datetime, **more: object) -> None:
    ledger.record(
        f"revocation.{action}",
        f"revocation:{case.id}",
        actor=actor,
        at=now,
        number=case.number,
        kind=case.kind.value,
        ground=case.ground,
        reason=case.answer or case.reason,
        effective_from=case.effective_from.isoformat(),
        **more,
    )
