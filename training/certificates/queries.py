"""Questions about certificates: one, a person's, a chain, how they stand on a day, a class's candidates."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import func, or_, select
from sqlalchemy.orm import aliased

from association.kernel.actors import Actor
from association.kernel.dates import holds
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.kernel.pagination import PER_PAGE, Page
from association.mandates.models import Mandate
from association.persons import queries as persons
from association.persons.models import Person
from association.vocabulary import ConsentPurpose
from training import policy
from training.certificates import events, rules
from training.certificates.events import Event, StandingAt
from training.certificates.issuers import Issuer
from training.certificates.models import Certificate, CertificateCase, CertificateEvent, CertificatePrint
from training.certificates.rules import ReminderRule, RenewalRule, TitleRule
from training.courses.models import Course
from training.rosters.models import Enrolment, TrainingClass
from training.vocabulary import CertificateCaseState, CertificateStanding, ClassState, EnrolmentState

SETTINGS = Path(__file__).parent.parent / "data" / "certificates.json"
ISSUERS = SETTINGS.with_name("issuers.json")
AT_A_TIME = 1000


# -- settings ------------------------------------------------------------------------------------------------


@cache
def _settings() -> tuple[tuple[TitleRule, ...], tuple[RenewalRule, ...], tuple[ReminderRule, ...]]:
    found = json.loads(SETTINGS.read_text(encoding="utf-8"))
    titles = tuple(
        TitleRule(_day(row["begins"]), _day(row["ends"]), tuple(row["words"]), row["source"], row["address"])
        for row in found["titles"]
    )
    renewals = tuple(
        RenewalRule(_day(row["begins"]), _day(row["ends"]), row["early_days"], row["source"])
        for row in found["renewals"]
    )
    reminders = tuple(
        ReminderRule(_day(row["begins"]), _day(row["ends"]), tuple(row["days"]), row["source"])
        for row in found["reminders"]
    )
    return titles, renewals, reminders


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def title_rules() -> Sequence[TitleRule]:
    """Words that stand on no certificate of ours, from when to when (``training/data/certificates.json``)."""
    return _settings()[0]


def renewal_rule(on: date) -> RenewalRule | None:
    """How early a renewal loses no day, as the association has it on that day."""
    return next((one for one in _settings()[1] if holds(one.begins, one.ends, on)), None)


def reminder_rule(on: date) -> ReminderRule | None:
    """How many days before its end somebody is reminded of a certificate, as the association has it on that day."""
    return next((one for one in _settings()[2] if holds(one.begins, one.ends, on)), None)


@cache
def issuers() -> tuple[Issuer, ...]:
    """Bodies whose certificates are recorded, and those that are taken for them (``training/data/issuers.json``)."""
    rows = json.loads(ISSUERS.read_text(encoding="utf-8"))
    return tuple(Issuer(**{**row, "begins": _day(row["begins"]), "ends": _day(row["ends"])}) for row in rows)


# -- certificates and how they stand -------------------------------------------------------------------------


def certificate(certificate_id: int) -> Certificate:
    """The certificate with this id. Raises NotFound. For services; pages ask with an actor."""
    found = db.session.get(Certificate, certificate_id)
    if found is None:
        raise NotFound
    return found


def by_number(number: str) -> Certificate | None:
    """The certificate of this number, as printed. For services; pages ask with an actor."""
    return db.session.scalar(select(Certificate).where(Certificate.number == number))


def certificates_of(person_ids: Iterable[int]) -> dict[int, list[Certificate]]:
    """All certificates of each person, the oldest first. One statement a thousand persons."""
    ids, found = list(person_ids), defaultdict[int, list[Certificate]](list)
    for first in range(0, len(ids), AT_A_TIME):
        some = select(Certificate).where(Certificate.person_id.in_(ids[first : first + AT_A_TIME]))
        for one in db.session.scalars(some.order_by(Certificate.id)):
            found[one.person_id].append(one)
    return dict(found)


def events_of(numbers: Iterable[str]) -> dict[str, list[Event]]:
    """The events of these certificates, in order. One statement a thousand certificates."""
    wanted, found = list(numbers), defaultdict[str, list[Event]](list)
    for first in range(0, len(wanted), AT_A_TIME):
        some = select(CertificateEvent).where(CertificateEvent.number.in_(wanted[first : first + AT_A_TIME]))
        for one in db.session.scalars(some.order_by(CertificateEvent.position)):
            found[one.number].append(one.as_event())
    return dict(found)


def standings(
    certificates: Iterable[Certificate], on: date, *, known: datetime | None = None
) -> dict[int, StandingAt | None]:
    """How each stands on ``on`` by what was known at ``known``, by id; ``None`` before its first event was known."""
    those = list(certificates)
    found = events_of(one.number for one in those)
    return {one.id: events.standing_at(found.get(one.number, ()), on, known=known) for one in those}


def standing(certificate: Certificate, on: date, *, known: datetime | None = None) -> StandingAt | None:
    """The same of one."""
    return standings([certificate], on, known=known)[certificate.id]


def valid_until(certificate: Certificate, *, known: datetime | None = None) -> date | None:
    """Its last good day by its events: the day before it was withdrawn or replaced, else the end of its term.

    ``None``: it has no end. A suspension ends nothing.
    """
    found = [
        one
        for one in events_of([certificate.number]).get(certificate.number, ())
        if known is None or one.recorded_at <= known
    ]
    ended = [one.effective_from - events.NEXT_DAY for one in found if one.kind in events.ENDS]
    return min([*ended, *([certificate.valid_until] if certificate.valid_until else [])], default=None)


def chain(certificate: Certificate) -> list[Certificate]:
    """The chain of renewals and replacements it lies in, the first certificate first. One statement."""
    those = {
        one.id: one
        for one in db.session.scalars(
            select(Certificate).where(
                Certificate.person_id == certificate.person_id, Certificate.course_id == certificate.course_id
            )
        )
    }
    return [those[one] for one in events.chain_of(those.values(), certificate.id)]


def good_on(person_ids: Iterable[int], on: date, *, known: datetime | None = None) -> dict[int, list[Certificate]]:
    """The certificates of each person that are good on ``on``. Two statements a thousand persons."""
    everything = certificates_of(person_ids)
    stands = standings((one for those in everything.values() for one in those), on, known=known)
    found: dict[int, list[Certificate]] = {}
    for person_id, those in everything.items():
        good = [one for one in those if _is(stands[one.id], CertificateStanding.VALID)]
        if good:
            found[person_id] = good
    return found


def _is(found: StandingAt | None, word: CertificateStanding) -> bool:
    return found is not None and found.standing is word


def latest_of(person_ids: Iterable[int], course_id: int) -> dict[int, Certificate]:
    """The newest certificate of a course that each person has, at the end of its chain. One statement a thousand."""
    ids, found = list(person_ids), dict[int, Certificate]()
    for first in range(0, len(ids), AT_A_TIME):
        some = select(Certificate).where(
            Certificate.person_id.in_(ids[first : first + AT_A_TIME]), Certificate.course_id == course_id
        )
        for one in db.session.scalars(some.order_by(Certificate.id)):
            found[one.person_id] = one
    return found


# -- for pages -----------------------------------------------------------------------------------------------


def certificate_for(actor: Actor, number: str) -> Certificate:
    """A certificate by its number, for the desk. Raises NotFound."""
    found = by_number(rules.read_number(number) or "")
    if found is None or not policy.see_certificates(actor):
        raise NotFound
    return found


def of_class(actor: Actor, class_id: int) -> list[Certificate]:
    """The certificates a class gave, replacements too, by name. Raises NotFound."""
    if not policy.see_certificates(actor):
        raise NotFound
    found = select(Certificate).where(Certificate.class_id == class_id).order_by(Certificate.name, Certificate.id)
    return list(db.session.scalars(found))


def cases_of(certificate: Certificate) -> Sequence[CertificateCase]:
    """What was proposed and done about it, the newest first."""
    found = select(CertificateCase).where(CertificateCase.certificate_id == certificate.id)
    return db.session.scalars(found.order_by(CertificateCase.id.desc())).all()


def open_case(certificate_id: int) -> CertificateCase | None:
    """The proposal about a certificate that waits for a second person."""
    return db.session.scalar(
        select(CertificateCase).where(
            CertificateCase.certificate_id == certificate_id, CertificateCase.state == CertificateCaseState.PROPOSED
        )
    )


def case_for(actor: Actor, case_id: int) -> tuple[CertificateCase, Certificate]:
    """A proposal, for those who may see what waits. Raises NotFound."""
    found = db.session.get(CertificateCase, case_id)
    if found is None or not policy.see_withdrawals(actor):
        raise NotFound
    return found, certificate(found.certificate_id)


def waiting_cases(actor: Actor, *, number: int = 1) -> Page:
    """Proposals that wait for a second person, the oldest first: (case, certificate). Raises NotFound."""
    if not policy.see_withdrawals(actor):
        raise NotFound
    found = (
        select(CertificateCase, Certificate)
        .join(Certificate, Certificate.id == CertificateCase.certificate_id)
        .where(CertificateCase.state == CertificateCaseState.PROPOSED)
        .order_by(CertificateCase.id)
    )
    total = db.session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    rows = db.session.execute(found.limit(PER_PAGE).offset((max(1, number) - 1) * PER_PAGE))
    return Page([(case, one) for case, one in rows], max(1, number), PER_PAGE, total)


def mandate_of(certificate: Certificate) -> Mandate:
    """The entrustment it was issued under."""
    return db.session.get_one(Mandate, certificate.mandate_id)


def issued_under(mandate_id: int) -> int:
    """How many certificates were issued under a mandate."""
    found = select(func.count()).select_from(Certificate).where(Certificate.mandate_id == mandate_id)
    return db.session.scalar(found) or 0


def finished_classes(actor: Actor, *, today: date, number: int = 1) -> Page:
    """Classes that are over, the latest first: (class, course, places, certificates given). Raises NotFound."""
    if not policy.see_certificates(actor):
        raise NotFound
    places = (
        select(func.count(Enrolment.id))
        .where(Enrolment.class_id == TrainingClass.id, Enrolment.state == EnrolmentState.ENROLLED)
        .scalar_subquery()
    )
    given = (
        select(func.count(Certificate.id))
        .where(Certificate.class_id == TrainingClass.id, Certificate.enrolment_id.is_not(None))
        .scalar_subquery()
    )
    found = (
        select(TrainingClass, Course, places, given)
        .join(Course, Course.id == TrainingClass.course_id)
        .where(TrainingClass.ends < today, TrainingClass.state != ClassState.CANCELLED)
        .order_by(TrainingClass.ends.desc(), TrainingClass.id.desc())
    )
    total = db.session.scalar(
        select(func.count(TrainingClass.id)).where(
            TrainingClass.ends < today, TrainingClass.state != ClassState.CANCELLED
        )
    )
    rows = db.session.execute(found.limit(PER_PAGE).offset((max(1, number) - 1) * PER_PAGE))
    return Page([tuple(row) for row in rows], max(1, number), PER_PAGE, total or 0)


# -- the list for checking without a network ---------------------------------------------------------------


def head() -> tuple[int, str]:
    """Position and hash of the newest event; nothing before the first."""
    row = db.session.execute(
        select(CertificateEvent.position, CertificateEvent.hash).order_by(CertificateEvent.position.desc()).limit(1)
    ).one_or_none()
    return (row[0], row[1]) if row is not None else (0, "")


def ids_standing(on: date, words: Collection[str]) -> list[int]:
    """Ids of the certificates that the status list has under one of ``words``."""
    return [one.id for one, word in _not_good(on) if word in words]


def not_good(on: date) -> list[tuple[str, str]]:
    """Every certificate that is not good on ``on``, today or later, by the word of the status list. One statement."""
    return [(one.number, word) for one, word in _not_good(on)]


def _not_good(on: date) -> list[tuple[Certificate, str]]:
    new = aliased(Certificate)
    agreed = persons.has_agreed(ConsentPurpose.CERTIFICATE_CHECK)
    rows = db.session.execute(
        select(Certificate, agreed, new.id)
        .join(Person, Person.id == Certificate.person_id)
        .outerjoin(new, new.replaces_id == Certificate.id)
        .where(
            or_(
                Certificate.erased_at.is_not(None),
                Certificate.ended_on <= on,
                Certificate.suspended_since <= on,
                Certificate.valid_from > on,
                Certificate.valid_until < on,
                ~agreed,
            )
        )
    )
    return [(one, _why_not(one, bool(may), replaced is not None, on)) for one, may, replaced in rows]


def _why_not(one: Certificate, agreed: bool, replaced: bool, on: date) -> str:
    if one.erased_at is not None:
        return "erased"
    if one.ended_on is not None and one.ended_on <= on:
        return "replaced" if replaced else "withdrawn"
    if not agreed:
        return "withheld"
    if one.valid_from > on:
        return "not_yet_valid"
    return "suspended" if one.suspended_since is not None and one.suspended_since <= on else "expired"


# -- to print ------------------------------------------------------------------------------------------------


def own_certificate(actor: Actor, number: str) -> Certificate:
    """A certificate of whoever asks, or any for the desk. Raises NotFound."""
    found = by_number(rules.read_number(number) or "")
    if found is None or found.erased_at is not None:
        raise NotFound
    own = actor.person_id is not None and actor.person_id == found.person_id and policy.see_own_certificates(actor)
    if not own and not policy.see_certificates(actor):
        raise NotFound
    return found


def print_for(actor: Actor, code: str) -> CertificatePrint:
    """A batch that ``actor`` had printed. Raises NotFound."""
    found = db.session.scalar(select(CertificatePrint).where(CertificatePrint.code == code))
    if found is None or found.account_id != actor.account_id or not policy.see_certificates(actor):
        raise NotFound
    return found
