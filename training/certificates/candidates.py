"""Everybody in a class, judged by every condition of a certificate. A handful of statements, however many they are."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from sqlalchemy import Select, select

from association.kernel.dates import civil_date
from association.kernel.db import db
from association.persons.models import Person
from training.attendance import queries as attendance
from training.certificates import queries, rules
from training.certificates.events import StandingAt
from training.certificates.models import Certificate
from training.certificates.rules import Asks, Candidate, Check, Held, HoursBehind, Outcome, TitleRule
from training.courses import queries as courses
from training.courses.models import Course, Syllabus
from training.rosters.models import Enrolment, TrainingClass
from training.vocabulary import ClassState, EnrolmentState


class HoursOf(Protocol):
    """How to find what continuing hours the holders of a course's certificates lack, of whom any are asked."""

    def __call__(self, person_ids: Iterable[int], course: Course, today: date) -> Mapping[int, HoursBehind]: ...


_hours_of: list[HoursOf] = []


def know_hours(hours_of: HoursOf) -> None:
    """Hand down how to find that; called by the floor's wiring."""
    _hours_of[:] = [hours_of]


@dataclass(frozen=True, slots=True)
class Judged:
    """Somebody in a class: every condition, and the certificate they have of it or that the new one continues."""

    row: Enrolment
    person: Person
    checks: tuple[Check, ...]
    issued: Certificate | None
    held: Certificate | None
    stands: StandingAt | None

    @property
    def eligible(self) -> bool:
        return rules.eligible(self.checks)


@dataclass(frozen=True, slots=True)
class Batch:
    """A class with what it asks, and everybody in it, judged."""

    of: TrainingClass
    course: Course
    syllabus: Syllabus
    rows: tuple[Judged, ...]
    title_faults: tuple[tuple[str, TitleRule], ...]

    @property
    def ready(self) -> list[Judged]:
        """Those who may have their certificate now."""
        return [one for one in self.rows if one.eligible]


def batch(of: TrainingClass, outcomes: Mapping[int, Outcome], *, now: datetime) -> Batch:
    """Everybody in a class judged, by name. ``outcomes``: what their examinations came to. About ten statements."""
    today = civil_date(now)
    course, syllabus = courses.course_by_id(of.course_id), courses.syllabus(of.syllabus_id)
    asks = Asks(
        syllabus.minimum_attendance,
        syllabus.theory_pass,
        syllabus.practice_pass,
        over=of.ends < today,
        cancelled=of.state is ClassState.CANCELLED,
    )
    places = [(row, person) for row, person in db.session.execute(_places(of.id))]
    ids = [person.id for _row, person in places]
    shares = attendance.shares(of.id, ids, now=now)
    issued = {one.enrolment_id: one for one in db.session.scalars(_issued(of.id))}
    held = queries.latest_of(ids, course.id)
    stands = queries.standings(held.values(), today)
    behind = _hours_of[0](held, course, today) if held and _hours_of else {}
    rows = []
    for row, person in places:
        latest = held.get(person.id)
        found = stands.get(latest.id) if latest is not None else None
        outcome, given = outcomes.get(person.id), issued.get(row.id)
        one = Candidate(
            enrolled=row.state is EnrolmentState.ENROLLED,
            present=not person.gone,
            share=shares[person.id].share,
            theory=outcome.theory if outcome else None,
            practice=outcome.practice if outcome else None,
            passed=outcome.passed if outcome else False,
            appeal_open=outcome.appeal_open if outcome else False,
            identity_checked=person.checked_at is not None,
            issued=given.number if given else "",
            held=Held(latest.number, found.standing, latest.valid_until) if latest and found else None,
            hours=behind.get(person.id),
        )
        rows.append(Judged(row, person, tuple(rules.conditions(asks, one)), given, latest, found))
    faults = rules.title_faults(queries.title_rules(), course.name, course.occupation, on=today)
    return Batch(of, course, syllabus, tuple(rows), tuple(faults))


def _places(class_id: int) -> Select[Enrolment, Person]:
    return (
        select(Enrolment, Person)
        .join(Person, Person.id == Enrolment.person_id)
        .where(Enrolment.class_id == class_id, Enrolment.state == EnrolmentState.ENROLLED, Person.erased_at.is_(None))
        .order_by(Person.name, Enrolment.id)
    )


def _issued(class_id: int) -> Select[Certificate]:
    return select(Certificate).where(Certificate.class_id == class_id, Certificate.enrolment_id.is_not(None))
