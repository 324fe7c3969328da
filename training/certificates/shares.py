"""Secret addresses under which somebody shows certificates: made by the person, until a day, ended at any time."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select

from association.accounts.rules import digest
from association.kernel.actors import Actor, require
from association.kernel.dates import civil_date
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, NotFound
from association.kernel.i18n import N_, _
from association.persons import service as persons
from association.persons.models import Person
from training import policy
from training.certificates import checks, outside, queries, rules
from training.certificates.checks import Shown
from training.certificates.models import CertificateShare, OutsideCertificate

# Days from which the person chooses.
TERMS = {1: N_("1天"), 7: N_("7天"), 30: N_("30天"), 90: N_("90天")}
MOST_OPEN = 20
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Opened:
    """What somebody with the address is shown."""

    share: CertificateShare
    name: str
    certificates: Sequence[Shown]
    outside: Sequence[OutsideCertificate]


def make(
    person: Person, *, days: int, whole_name: bool, with_outside: bool, label: str, actor: Actor, now: datetime
) -> str:
    """A new address; its secret part is returned once and kept nowhere. Raises Forbidden, Conflict."""
    require(policy.share_certificates, actor, person)
    persons.insist_present(person)
    if days not in TERMS:
        raise Conflict(_("请选择分享多少天。"))
    token = secrets.token_urlsafe(24)
    until = civil_date(now) + timedelta(days=days - 1)
    with transaction():
        if len(open_of(person.id, civil_date(now))) >= MOST_OPEN:
            raise Conflict(_("最多同时分享{count}个地址，请先停用一些。", count=MOST_OPEN))
        share = CertificateShare(
            person_id=person.id,
            token_hash=digest(token),
            label=label,
            whole_name=whole_name,
            with_outside=with_outside,
            until=until,
            made_at=now,
        )
        db.session.add(share)
        db.session.flush()
        persons.note("certificate.shared", person, actor=actor, now=now, share=share.id, until=until.isoformat())
    return token


def end(share: CertificateShare, person: Person, *, actor: Actor, now: datetime) -> None:
    """Nobody sees anything under the address any more. Raises Conflict when it is over already."""
    require(policy.share_certificates, actor, person)
    with transaction():
        if share.ended_at is not None or share.until < civil_date(now):
            raise Conflict(_("这个地址已经停用。"))
        share.ended_at = now
        persons.note("certificate.share_ended", person, actor=actor, now=now, share=share.id)


def open_of(person_id: int, today: date) -> Sequence[CertificateShare]:
    """The addresses that still show something, the newest first."""
    found = select(CertificateShare).where(
        CertificateShare.person_id == person_id, CertificateShare.ended_at.is_(None), CertificateShare.until >= today
    )
    return db.session.scalars(found.order_by(CertificateShare.id.desc())).all()


def own(person: Person, share_id: int) -> CertificateShare:
    """One of the person's addresses. Raises NotFound."""
    found = db.session.get(CertificateShare, share_id)
    if found is None or found.person_id != person.id:
        raise NotFound
    return found


def opened(token: str, *, now: datetime) -> Opened:
    """What is shown under an address today. Raises NotFound: one that ended and one that never was are alike."""
    today = civil_date(now)
    share = db.session.scalar(
        select(CertificateShare).where(
            CertificateShare.token_hash == digest(token),
            CertificateShare.ended_at.is_(None),
            CertificateShare.until >= today,
        )
    )
    person = db.session.get(Person, share.person_id) if share is not None else None
    if share is None or person is None or person.gone:
        raise NotFound
    those = queries.certificates_of([person.id]).get(person.id, [])
    told = checks.shown_of(those, on=today, known=now, whole_name=share.whole_name)
    name = person.name if share.whole_name else rules.masked(person.name)
    recorded = outside.of_person(person.id) if share.with_outside else ()
    return Opened(share, name, [told[one.id] for one in reversed(those) if one.id in told], recorded)


def clear(now: datetime) -> int:
    """Forget addresses that ended some time ago; how many."""
    with transaction():
        over = delete(CertificateShare).where(
            func.coalesce(CertificateShare.ended_at, CertificateShare.made_at) < now - KEPT,
            CertificateShare.until < civil_date(now),
        )
        return int(getattr(db.session.execute(over), "rowcount", 0))
