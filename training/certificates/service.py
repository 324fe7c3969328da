"""Issuing certificates, and what may happen to them afterwards: always an event more, never a change of one."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from association.kernel.actors import Actor, require
from association.kernel.dates import civil_date
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, Invalid, Shortfall
from association.kernel.i18n import _
from association.ledger import service as ledger
from association.mandates import queries as mandates
from association.mandates.models import Mandate
from association.persons import queries as persons
from association.persons import service as persons_service
from association.vocabulary import MandateItem
from training import policy
from training.certificates import candidates, entering, events, queries, reminders, rules, telling
from training.certificates.candidates import Batch, Judged
from training.certificates.models import Certificate, CertificateCase
from training.certificates.rules import Held, Outcome, Term
from training.courses import queries as courses
from training.rosters.models import TrainingClass
from training.vocabulary import CertificateCaseState, CertificateEventKind, CertificateGround

# -- issuing -------------------------------------------------------------------------------------------------


def insist_issuable(found: Batch, *, now: datetime) -> Mandate:
    """The mandate under which a class's certificates are issued now. Raises NoMandate, Invalid (the title)."""
    mandate = mandates.require_in_force(MandateItem.TRAINING, civil_date(now))
    if found.title_faults:
        word, rule = found.title_faults[0]
        sentence = _("证书名称中不能有“{word}”（{source}），请先修改课程名称。", word=word, source=rule.source)
        raise Invalid(sentence, [Shortfall("title", "national_title", sentence)])
    return mandate


def issue(
    of: TrainingClass,
    enrolment_ids: Sequence[int],
    outcomes: Mapping[int, Outcome],
    *,
    actor: Actor,
    now: datetime,
) -> list[Certificate]:
    """Issue the certificates of these places in a class, all or none; who has theirs already is left as they are.

    Raises Forbidden, NoMandate, Invalid: somebody is not eligible, with the reason.
    """
    require(policy.issue_certificates, actor)
    with transaction():
        return enter(of, enrolment_ids, outcomes, actor=actor, now=now)


def enter(
    of: TrainingClass,
    enrolment_ids: Sequence[int],
    outcomes: Mapping[int, Outcome],
    *,
    actor: Actor,
    now: datetime,
) -> list[Certificate]:
    """The same inside the caller's transaction, whose permission the caller has checked."""
    entering.hold()
    found = candidates.batch(of, outcomes, now=now)
    mandate = insist_issuable(found, now=now)
    by_row = {one.row.id: one for one in found.rows}
    wanted = [by_row[row] for row in dict.fromkeys(enrolment_ids) if row in by_row]
    if len(wanted) < len(set(enrolment_ids)):
        raise Conflict(_("有人已不在班级名单中，请重新查看后签发。"))
    due = [one for one in wanted if one.issued is None]
    refused = [
        Shortfall(f"row-{one.row.id}", check.code, _("{name}：{why}", name=one.person.name, why=check.says))
        for one in due
        for check in one.checks
        if not check.met
    ]
    if refused:
        raise Invalid(_("有人不符合签发条件，一份也没有签发。"), refused)
    return issue_to(found, due, mandate, actor=actor, now=now)


def issue_to(
    found: Batch, ready: Sequence[Judged], mandate: Mandate, *, actor: Actor, now: datetime
) -> list[Certificate]:
    """Issue to those who were judged eligible, inside the caller's transaction; each is told in their inbox."""
    hours = courses.hours_of([found.syllabus]).get(found.syllabus.id, 0)
    issued = [_issue_to(found, one, hours, mandate, actor=actor, now=now) for one in ready]
    telling.issued(issued, now=now)
    return issued


def term_of(found: Batch, one: Judged, *, now: datetime) -> Term:
    """The days a certificate issued today is good, by the class's syllabus and what is continued."""
    today = civil_date(now)
    return rules.term(today, found.syllabus.validity_months, _held(one), queries.renewal_rule(today))


def _held(one: Judged) -> Held | None:
    if one.held is None or one.stands is None:
        return None
    return Held(one.held.number, one.stands.standing, one.held.valid_until)


def _issue_to(found: Batch, one: Judged, hours: int, mandate: Mandate, *, actor: Actor, now: datetime) -> Certificate:
    term = term_of(found, one, now=now)
    before = one.held if rules.renews(_held(one)) else None
    return entering.enter(
        found.course,
        found.syllabus,
        found.of,
        one.person,
        hours,
        valid_from=term.begins,
        valid_until=term.ends,
        enrolment_id=one.row.id,
        renews=before,
        mandate=mandate,
        actor=actor,
        now=now,
    )


# -- suspending, lifting, replacing ---------------------------------------------------------------------------


def suspend(
    one: Certificate,
    *,
    ground: CertificateGround | None,
    note: str,
    effective_from: date,
    actor: Actor,
    now: datetime,
) -> None:
    """The certificate counts for nothing until the suspension is lifted. Raises Forbidden, NoMandate, Invalid, Conflict."""
    _at_once(one, CertificateEventKind.SUSPENDED, ground, note, effective_from, actor=actor, now=now)


def reinstate(one: Certificate, *, note: str, effective_from: date, actor: Actor, now: datetime) -> None:
    """It counts again, from ``effective_from``: from its first day on, if the suspension was without cause."""
    _at_once(one, CertificateEventKind.REINSTATED, None, note, effective_from, actor=actor, now=now)


def _at_once(
    one: Certificate,
    kind: CertificateEventKind,
    ground: CertificateGround | None,
    note: str,
    effective_from: date,
    *,
    actor: Actor,
    now: datetime,
) -> None:
    require(policy.suspend_certificate, actor, one.person_id)
    mandate = mandates.require_in_force(MandateItem.TRAINING, civil_date(now))
    with transaction():
        case = _case(one, kind, ground, note, effective_from, actor=actor, now=now)
        case.state, case.decided_by, case.decided_at = CertificateCaseState.CONFIRMED, actor.account_id, now
        facts = {"ground": ground.value if ground else None}
        event = entering.append(one, kind, effective_from, mandate, facts, actor=actor, now=now)
        telling.changed(one, kind, effective_from, event.position, now=now)


def _case(
    one: Certificate,
    kind: CertificateEventKind,
    ground: CertificateGround | None,
    note: str,
    effective_from: date,
    *,
    actor: Actor,
    now: datetime,
) -> CertificateCase:
    """What somebody asks to happen to a certificate, if it may. Raises Conflict, Invalid."""
    _insist_possible(one, kind, now=now)
    _insist_whole(one, kind, ground, note, effective_from, now=now)
    case = CertificateCase(
        certificate_id=one.id,
        kind=kind,
        state=CertificateCaseState.PROPOSED,
        ground=ground,
        note=note,
        effective_from=effective_from,
        proposed_by=actor.account_id,
        proposed_at=now,
    )
    db.session.add(case)
    return case


def replace_after_name_change(one: Certificate, *, actor: Actor, now: datetime) -> Certificate:
    """A certificate of the same course and days under the person's name of today; the old one is replaced from today.

    Raises Forbidden, NoMandate, Conflict: the name is the same, or the certificate's standing does not allow it.
    """
    require(policy.suspend_certificate, actor, one.person_id)
    today = civil_date(now)
    mandate = mandates.require_in_force(MandateItem.TRAINING, today)
    with transaction():
        _insist_possible(one, CertificateEventKind.REPLACED, now=now)
        person = persons.person(one.person_id)
        persons_service.insist_present(person)
        if person.name == one.name:
            raise Conflict(_("档案上的姓名与证书相同，不需要换发。请先在个人档案中更正姓名。"))
        if one.valid_until is not None and one.valid_until < today:
            raise Conflict(_("证书已到期，不再换发。"))
        if db.session.scalar(select(Certificate.id).where(Certificate.renews_id == one.id)) is not None:
            raise Conflict(_("这份证书已经续期，请换发最新的一份。"))
        new = entering.enter(
            courses.course_by_id(one.course_id),
            courses.syllabus(one.syllabus_id),
            db.session.get_one(TrainingClass, one.class_id),
            person,
            one.hours,
            valid_from=max(today, one.valid_from),
            valid_until=one.valid_until,
            replaces=one,
            mandate=mandate,
            actor=actor,
            now=now,
        )
        reminders.inherit(one, new)
        kind, facts = CertificateEventKind.REPLACED, {"by": new.number}
        event = entering.append(one, kind, today, mandate, facts, actor=actor, now=now)
        telling.changed(one, kind, today, event.position, now=now)
    return new


# -- withdrawing: two people ----------------------------------------------------------------------------------


def propose_withdrawal(
    one: Certificate,
    *,
    ground: CertificateGround | None,
    note: str,
    effective_from: date,
    actor: Actor,
    now: datetime,
) -> CertificateCase:
    """Propose to withdraw a certificate, from its first day on if need be. Raises Forbidden, NoMandate, Invalid, Conflict."""
    kind = CertificateEventKind.WITHDRAWN
    require(policy.propose_withdrawal, actor, one.person_id)
    mandate = mandates.require_in_force(MandateItem.TRAINING, civil_date(now))
    with transaction():
        if queries.open_case(one.id) is not None:
            raise Conflict(_("这份证书已有一件待确认的撤回提议，请先处理。"))
        case = _case(one, kind, ground, note, effective_from, actor=actor, now=now)
        db.session.flush()
        _record(case, one, "proposed", actor=actor, now=now, mandate=mandate.number)
    return case


def confirm_withdrawal(case: CertificateCase, *, actor: Actor, now: datetime) -> None:
    """A second person confirms: the certificate is withdrawn. Raises Forbidden (four eyes), NoMandate, Conflict."""
    one = queries.certificate(case.certificate_id)
    require(policy.confirm_withdrawal, actor, one.person_id, case.proposed_by)
    mandate = mandates.require_in_force(MandateItem.TRAINING, civil_date(now))
    with transaction():
        _insist_possible(one, CertificateEventKind.WITHDRAWN, now=now)
        _decide(case, CertificateCaseState.CONFIRMED, "", actor=actor, now=now)
        ground = case.ground.value if case.ground else None
        day = case.effective_from
        event = entering.append(one, case.kind, day, mandate, {"ground": ground}, actor=actor, now=now)
        telling.changed(one, case.kind, day, event.position, now=now)


def reject_withdrawal(case: CertificateCase, *, reason: str, actor: Actor, now: datetime) -> None:
    """The second person does not confirm, and says why."""
    one = queries.certificate(case.certificate_id)
    require(policy.confirm_withdrawal, actor, one.person_id, case.proposed_by)
    if not reason:
        sentence = _("请写明不予确认的理由。")
        raise persons_service.invalid(Shortfall("reason", "missing", sentence))
    with transaction():
        _decide(case, CertificateCaseState.REJECTED, reason, actor=actor, now=now)
        _record(case, one, "rejected", actor=actor, now=now)


def take_back_withdrawal(case: CertificateCase, *, actor: Actor, now: datetime) -> None:
    """Whoever proposed it takes it back."""
    require(policy.take_back_withdrawal, actor, case.proposed_by)
    with transaction():
        _decide(case, CertificateCaseState.TAKEN_BACK, "", actor=actor, now=now)
        _record(case, queries.certificate(case.certificate_id), "taken_back", actor=actor, now=now)


def _decide(case: CertificateCase, state: CertificateCaseState, answer: str, *, actor: Actor, now: datetime) -> None:
    entering.hold()
    db.session.refresh(case)
    if case.state is not CertificateCaseState.PROPOSED:
        raise Conflict(
            _("其他人刚刚处理了此提议（现为“{state}”）。请查看最新状态。", state=case.state.label), code="lost_race"
        )
    case.state, case.answer, case.decided_by, case.decided_at = state, answer, actor.account_id, now
    db.session.flush()


def _record(case: CertificateCase, one: Certificate, what: str, *, actor: Actor, now: datetime, **more: Any) -> None:
    # Grounds are words; what was written about a person stays where it can be erased.
    ground = case.ground.value if case.ground else None
    subject = f"certificate:{one.number}"
    ledger.record(f"certificate.withdrawal_{what}", subject, actor=actor, at=now, case=case.id, ground=ground, **more)


def _insist_possible(one: Certificate, kind: CertificateEventKind, *, now: datetime) -> None:
    """Raises Conflict when the certificate, as it stands now, does not allow it. Whoever asks holds the chain's head."""
    entering.hold()
    db.session.refresh(one)
    stands = queries.standing(one, civil_date(now))
    if one.erased_at is not None or stands is None or kind not in events.possible(stands.standing):
        word = stands.standing.label if stands and one.erased_at is None else _("已删除个人信息")
        raise Conflict(_("证书现在的状态是“{state}”，不能{what}。", state=word, what=kind.label))


def _insist_whole(
    one: Certificate,
    kind: CertificateEventKind,
    ground: CertificateGround | None,
    note: str,
    effective_from: date,
    *,
    now: datetime,
) -> None:
    found = events.event_shortfalls(
        kind,
        ground=ground,
        note=note,
        effective_from=effective_from,
        valid_from=one.valid_from,
        suspended_from=one.suspended_since,
        today=civil_date(now),
    )
    if found:
        raise persons_service.invalid(*found)
