"""Writing certificates and their events, always inside the caller's transaction: events are appended, never changed."""

import secrets
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from association.kernel.actors import Actor
from association.kernel.dates import civil_date
from association.kernel.db import db
from association.kernel.errors import Conflict
from association.kernel.i18n import _
from association.ledger import service as ledger
from association.mandates.models import Mandate
from association.persons import service as persons_service
from association.persons.models import Person
from training.certificates import events, rules
from training.certificates.events import Event
from training.certificates.models import Certificate, CertificateEvent
from training.courses.models import Course, Syllabus
from training.rosters.models import TrainingClass
from training.vocabulary import CertificateEventKind

CHAIN = "certificates"


def hold() -> None:
    """Hold the head of the chain until the end of the transaction: two cannot take one serial or serve one place twice."""
    ledger.advance(CHAIN)


def enter(
    course: Course,
    syllabus: Syllabus,
    of: TrainingClass,
    person: Person,
    hours: int,
    *,
    valid_from: date,
    valid_until: date | None,
    enrolment_id: int | None = None,
    renews: Certificate | None = None,
    replaces: Certificate | None = None,
    mandate: Mandate,
    actor: Actor,
    now: datetime,
) -> Certificate:
    """A new certificate with its first event. What is printed is taken from the certificate replaced, if any."""
    today = civil_date(now)
    number, serial = _next_number(today.year)
    one = Certificate(
        number=number,
        code=_new_code(),
        year=today.year,
        serial=serial,
        person_id=person.id,
        name=person.name,
        course_id=course.id,
        syllabus_id=syllabus.id,
        class_id=of.id,
        enrolment_id=enrolment_id,
        title=replaces.title if replaces else course.name,
        occupation=replaces.occupation if replaces else course.occupation,
        level=replaces.level if replaces else course.level,
        hours=hours,
        trained_from=of.begins,
        trained_until=of.ends,
        issued_on=today,
        valid_from=valid_from,
        valid_until=valid_until,
        renews_id=renews.id if renews else None,
        replaces_id=replaces.id if replaces else None,
        mandate_id=mandate.id,
        issued_by=actor.account_id,
        issued_at=now,
    )
    db.session.add(one)
    db.session.flush()
    facts = {
        "course": course.code,
        "syllabus": syllabus.number,
        "class": of.code,
        "title": one.title,
        "level": one.level.value,
        "hours": hours,
        # Opens with the person's own salt, and to nobody once they are erased.
        "holder": persons_service.commit(person, number=number, name=person.name),
        "renews": renews.number if renews else None,
        "replaces": replaces.number if replaces else None,
    }
    append(one, CertificateEventKind.ISSUED, today, mandate, facts, actor=actor, now=now)
    return one


def _next_number(year: int) -> tuple[str, int]:
    last = db.session.scalar(select(func.max(Certificate.serial)).where(Certificate.year == year)) or 0
    try:
        return rules.next_number(year, last)
    except ValueError as full:
        raise Conflict(_("{year}年的证书编号已用完，请联系系统管理员。", year=year)) from full


def _new_code() -> str:
    return "".join(secrets.choice(rules.CODE_SIGNS) for _place in range(rules.CODE_LENGTH))


def append(
    one: Certificate,
    kind: CertificateEventKind,
    effective_from: date,
    mandate: Mandate,
    facts: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
) -> Event:
    """Append an event to the chain, and bring the certificate's latest word up to date."""
    head = ledger.advance(CHAIN)
    issued = kind is CertificateEventKind.ISSUED
    event = Event(
        head.position + 1,
        one.number,
        kind,
        effective_from,
        now,
        mandate.number,
        {name: value for name, value in facts.items() if value is not None},
        one.valid_from if issued else None,
        one.valid_until if issued else None,
        previous=head.seal,
    )
    event = replace(event, hash=events.event_hash(event))
    db.session.add(
        CertificateEvent(
            position=event.position,
            number=event.number,
            kind=kind,
            effective_from=effective_from,
            recorded_at=now,
            mandate=event.mandate,
            facts=dict(event.facts),
            valid_from=event.valid_from,
            valid_until=event.valid_until,
            previous=event.previous,
            hash=event.hash,
        )
    )
    head.position, head.seal = event.position, event.hash
    if kind in events.ENDS:
        one.ended_on = effective_from
    elif kind is CertificateEventKind.SUSPENDED:
        one.suspended_since = effective_from
    elif kind is CertificateEventKind.REINSTATED:
        one.suspended_since = None
    db.session.flush()
    ledger.record(
        f"certificate.{kind.value}",
        f"certificate:{one.number}",
        actor=actor,
        at=now,
        position=event.position,
        hash=event.hash,
        effective_from=effective_from.isoformat(),
        ground=event.facts.get("ground"),
    )
    return event
