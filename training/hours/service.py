"""Handing in evidence of hours, and what the desk makes of it."""

import hashlib
from datetime import date, datetime

from sqlalchemy import select

from association.accounts.models import Account
from association.documents import rules as papers
from association.kernel.actors import Actor, require
from association.kernel.dates import civil_date
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, NotFound, Shortfall
from association.kernel.i18n import _, language_named, speaking
from association.ledger import service as ledger
from association.outbox import service as outbox
from association.persons import service as persons
from association.persons.models import Person
from association.persons.vault import vault
from association.vocabulary import DocumentKind
from training import policy
from training.hours import queries, rules
from training.hours.models import HoursEvidence
from training.vocabulary import EvidenceState

MINE = "/training/hours/mine"
MOST_WAITING = 30


def hand_in(
    person: Person,
    *,
    organiser: str,
    subject: str,
    begins: date,
    ends: date,
    hours: int,
    professional: bool,
    proof: bytes,
    actor: Actor,
    now: datetime,
) -> HoursEvidence:
    """Hand in what was learned elsewhere. Raises Forbidden, Invalid, Conflict: this scan was handed in for this person."""
    today = civil_date(now)
    require(policy.hand_in_hours, actor, person, queries.employers(person, today))
    persons.insist_present(person)
    found = rules.evidence_shortfalls(begins=begins, ends=ends, hours=hours, today=today)
    kind = _kind_of(proof)
    if len(proof) > rules.LARGEST_PROOF:
        found.append(Shortfall("proof", "too_large", _("文件不能超过5 MB")))
    elif kind is None:
        found.append(Shortfall("proof", "kind", _("请上传完整的PDF、JPEG或PNG文件")))
    if found or kind is None:
        raise persons.invalid(*found)
    digest = hashlib.sha256(proof).hexdigest()
    with transaction():
        own = queries.evidence_of(person.id)
        before = next((one for one in own if one.proof_hash == digest and one.state is not EvidenceState.REFUSED), None)
        if before is not None:
            raise Conflict(_("同一份证明已经提交过（{subject}），不必重复提交。", subject=before.subject))
        if sum(1 for one in own if one.state is EvidenceState.WAITING) >= MOST_WAITING:
            raise Conflict(_("已有{count}份证明等待核对，请等处理后再提交。", count=MOST_WAITING))
        one = HoursEvidence(
            person_id=person.id,
            organiser=organiser,
            subject=subject,
            begins=begins,
            ends=ends,
            hours=hours,
            professional=professional,
            proof_sealed=vault().seal(proof),
            proof_kind=kind.name.lower(),
            proof_hash=digest,
            enterprise_id=None if actor.person_id == person.id else actor.enterprise_id,
            handed_in_by=actor.account_id,
            handed_in_at=now,
            state=EvidenceState.WAITING,
        )
        db.session.add(one)
        db.session.flush()
        _note("handed_in", one, actor=actor, now=now)
    return one


def _kind_of(content: bytes) -> DocumentKind | None:
    kind = papers.apparent_kind(content[: papers.HEAD], content[-papers.TAIL :]) if content else None
    return kind if kind is not None and papers.is_whole(content, kind) else None


def accept(
    one: HoursEvidence, *, hours_accepted: int, professional: bool, reason: str = "", actor: Actor, now: datetime
) -> None:
    """Count it, or less than was claimed, and then say why. Raises Forbidden (four eyes), Invalid, Conflict."""
    require(policy.decide_hours, actor, one.person_id, one.handed_in_by)
    found = rules.accepted_shortfalls(hours=hours_accepted, claimed=one.hours)
    changed = hours_accepted != one.hours or professional is not one.professional
    if not found and changed and not reason:
        found.append(Shortfall("reason", "missing", _("与提交的不一致，请写明理由；本人能看到")))
    if found:
        raise persons.invalid(*found)
    with transaction():
        _decide(one, EvidenceState.ACCEPTED, reason, actor=actor, now=now)
        one.hours_accepted, one.professional = hours_accepted, professional
        _note("accepted", one, actor=actor, now=now, hours=hours_accepted)
        _tell(one, now=now)


def refuse(one: HoursEvidence, *, reason: str, actor: Actor, now: datetime) -> None:
    """Do not count it, and say why. Raises Forbidden (four eyes), Invalid, Conflict."""
    require(policy.decide_hours, actor, one.person_id, one.handed_in_by)
    if not reason:
        raise persons.invalid(Shortfall("reason", "missing", _("请写明不予计入的理由；本人能看到")))
    with transaction():
        _decide(one, EvidenceState.REFUSED, reason, actor=actor, now=now)
        _note("refused", one, actor=actor, now=now)
        _tell(one, now=now)


def take_back(one: HoursEvidence, person: Person, *, actor: Actor, now: datetime) -> None:
    """Nobody has decided yet: it is deleted, with its scan. Raises Forbidden, Conflict."""
    require(policy.take_back_hours, actor, person, one.handed_in_by)
    with transaction():
        _insist_waiting(one)
        _note("taken_back", one, actor=actor, now=now)
        db.session.delete(one)


def proof_of(one: HoursEvidence) -> bytes:
    """The scan. Raises NotFound when there is none."""
    if not one.proof_sealed:
        raise NotFound
    return vault().open(one.proof_sealed)


def _insist_waiting(one: HoursEvidence) -> None:
    db.session.refresh(one)
    if one.state is not EvidenceState.WAITING:
        raise Conflict(
            _("其他人刚刚处理了这份证明（现为“{state}”）。请查看最新状态。", state=one.state.label), code="lost_race"
        )


def _decide(one: HoursEvidence, state: EvidenceState, reason: str, *, actor: Actor, now: datetime) -> None:
    _insist_waiting(one)
    one.state, one.reason, one.decided_by, one.decided_at = state, reason, actor.account_id, now
    db.session.flush()


def _tell(one: HoursEvidence, *, now: datetime) -> None:
    """The person learns what became of it, if they have an account."""
    account = db.session.scalar(select(Account).where(Account.person_id == one.person_id, Account.active))
    if account is None:
        return
    with speaking("en" if account.language == "en" else "zh"):
        counted = one.state is EvidenceState.ACCEPTED
        subject = _("继续教育证明{state}：{subject}", state=one.state.label, subject=one.subject)
        body = _("计入{year}年度{hours}学时。", year=one.ends.year, hours=one.hours_accepted) if counted else ""
        lines = [line for line in (body, _("理由：{reason}", reason=one.reason) if one.reason else "") if line]
    outbox.enqueue(
        f"hours:{one.id}:{one.state.value}",
        to_account_id=account.id,
        to_address=account.email,
        subject=subject,
        body="\n".join(lines),
        url=MINE,
        spoken=language_named(account.language),
        now=now,
    )


def _note(what: str, one: HoursEvidence, *, actor: Actor, now: datetime, **more: object) -> None:
    # What the paper says of a person stays where it can be erased.
    ledger.record(f"hours.{what}", f"hours_evidence:{one.id}", actor=actor, at=now, person=one.person_id, **more)
