"""Certificates of other bodies: recorded as shown, checked by the desk against the original, never issued here."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import func, select

from association.documents import rules as papers
from association.kernel.actors import Actor, require
from association.kernel.dates import civil_date
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, Invalid, NotFound, Shortfall
from association.kernel.i18n import _, pick
from association.kernel.pagination import PER_PAGE, Page
from association.ledger import service as ledger
from association.persons import service as persons
from association.persons.models import Person
from association.persons.vault import vault
from association.vocabulary import DocumentKind
from training import policy
from training.certificates import queries
from training.certificates.issuers import IssuerDoubt, issuer_doubt
from training.certificates.models import OutsideCertificate
from training.vocabulary import OutsideState

LARGEST_PROOF = 5 * 1024 * 1024
MOST = 50


def record(
    person: Person,
    *,
    issuer: str,
    title: str,
    number: str,
    level: str,
    issued_on: date,
    valid_until: date | None,
    proof: bytes,
    actor: Actor,
    now: datetime,
) -> OutsideCertificate:
    """Record what was shown. Raises Forbidden, Invalid, Conflict: this number of this issuer is recorded already."""
    require(policy.record_outside_certificate, actor, person)
    persons.insist_present(person)
    today, kind = civil_date(now), _kind_of(proof)
    found = []
    if issued_on > today:
        found.append(Shortfall("issued_on", "future", _("发证日期不能晚于今天")))
    if valid_until is not None and valid_until < issued_on:
        found.append(Shortfall("valid_until", "before_begin", _("有效期不能早于发证日期")))
    if proof and kind is None:
        found.append(Shortfall("proof", "kind", _("请上传完整的PDF、JPEG或PNG文件")))
    if len(proof) > LARGEST_PROOF:
        found.append(Shortfall("proof", "too_large", _("文件不能超过5 MB")))
    if found:
        raise persons.invalid(*found)
    with transaction():
        known = of_person(person.id)
        if len(known) >= MOST:
            raise Conflict(_("最多登记{count}份外部证书。", count=MOST))
        if any((one.issuer, one.number) == (issuer, number) for one in known):
            raise Conflict(_("这份证书已经登记。"))
        one = OutsideCertificate(
            person_id=person.id,
            issuer=issuer,
            title=title,
            number=number,
            level=level,
            issued_on=issued_on,
            valid_until=valid_until,
            proof_sealed=vault().seal(proof) if proof else None,
            proof_kind=kind.name.lower() if kind else "",
            state=OutsideState.RECORDED,
            recorded_by=actor.account_id,
            recorded_at=now,
        )
        db.session.add(one)
        db.session.flush()
        _note("recorded", one, actor=actor, now=now)
    return one


def _kind_of(content: bytes) -> DocumentKind | None:
    kind = papers.apparent_kind(content[: papers.HEAD], content[-papers.TAIL :]) if content else None
    return kind if kind is not None and papers.is_whole(content, kind) else None


def check(one: OutsideCertificate, *, state: OutsideState, note: str, actor: Actor, now: datetime) -> None:
    """The desk looked at the original, or has doubts and says which. Raises Forbidden, Invalid."""
    require(policy.check_outside_certificate, actor, one.person_id)
    if state is OutsideState.RECORDED:
        raise Invalid(_("填写内容有误，请按各项提示改正。"), [Shortfall("state", "choice", _("请选择核对结果"))])
    if state is OutsideState.DOUBTFUL and not note:
        raise persons.invalid(Shortfall("note", "missing", _("请写明存疑的原因")))
    with transaction():
        one.state, one.note, one.checked_by, one.checked_at = state, note, actor.account_id, now
        _note("checked", one, actor=actor, now=now, state=state.value)


def remove(one: OutsideCertificate, person: Person, *, actor: Actor, now: datetime) -> None:
    """The record is deleted, with its scan: it was the person's to show."""
    require(policy.record_outside_certificate, actor, person)
    with transaction():
        _note("removed", one, actor=actor, now=now)
        db.session.delete(one)


def _note(what: str, one: OutsideCertificate, *, actor: Actor, now: datetime, **more: object) -> None:
    # What the paper says of a person stays where it can be erased.
    subject = f"outside_certificate:{one.id}"
    ledger.record(f"outside_certificate.{what}", subject, actor=actor, at=now, person=one.person_id, **more)


# -- questions -----------------------------------------------------------------------------------------------


def of_person(person_id: int) -> Sequence[OutsideCertificate]:
    """What somebody has shown, the newest first."""
    found = select(OutsideCertificate).where(OutsideCertificate.person_id == person_id)
    return db.session.scalars(found.order_by(OutsideCertificate.issued_on.desc(), OutsideCertificate.id.desc())).all()


def for_actor(actor: Actor, outside_id: int) -> tuple[OutsideCertificate, Person]:
    """One of them, for the person and the desk. Raises NotFound."""
    one = db.session.get(OutsideCertificate, outside_id)
    person = db.session.get(Person, one.person_id) if one is not None else None
    if one is None or person is None or not policy.record_outside_certificate(actor, person):
        raise NotFound
    return one, person


def waiting(actor: Actor, *, number: int = 1) -> Page:
    """Records that nobody has checked yet, the oldest first: (record, person). Raises NotFound."""
    if not policy.see_certificates(actor):
        raise NotFound
    found = (
        select(OutsideCertificate, Person)
        .join(Person, Person.id == OutsideCertificate.person_id)
        .where(OutsideCertificate.state == OutsideState.RECORDED)
        .order_by(OutsideCertificate.id)
    )
    total = db.session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    rows = db.session.execute(found.limit(PER_PAGE).offset((max(1, number) - 1) * PER_PAGE))
    return Page([(one, person) for one, person in rows], max(1, number), PER_PAGE, total)


def proof_of(one: OutsideCertificate) -> bytes:
    """The scan. Raises NotFound when there is none."""
    if one.proof_sealed is None:
        raise NotFound
    return vault().open(one.proof_sealed)


def doubt_of(one: OutsideCertificate) -> IssuerDoubt | None:
    """What makes one look twice at its issuer's name."""
    return issuer_doubt(queries.issuers(), one.issuer, on=one.issued_on)


def doubt_said(found: IssuerDoubt | None) -> str:
    """The same in a sentence; empty when there is nothing."""
    if found is None:
        return ""
    if found.kind == "look_alike" and found.issuer is not None:
        return pick(found.issuer, "reason")
    if found.kind == "not_then" and found.issuer is not None:
        return _("按名录，“{name}”在发证日期不颁发这类证书，请核对。", name=pick(found.issuer))
    if found.kind == "near" and found.issuer is not None:
        return _("发证单位名称与“{name}”相近但不相同，请逐字核对。", name=found.issuer.name_zh)
    return _("发证单位不在名录中，请核对后登记。")
