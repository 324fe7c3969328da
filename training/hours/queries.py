"""Whose hours stand how: a handful of statements a thousand people. Working out is ``rules``'."""

import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import aliased

from association.kernel.actors import Actor
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.kernel.pagination import LARGEST_PAGE, PER_PAGE, Page
from association.persons import queries as persons
from association.persons import rules as persons_rules
from association.persons.models import Person
from training import policy
from training.certificates import queries as certificates
from training.certificates import reminders
from training.certificates.models import Certificate
from training.certificates.reminders import Ending
from training.courses.models import Course, Syllabus
from training.hours import earnings, rules
from training.hours.models import HoursEvidence
from training.hours.rules import Asked, CarryRule, Earned, ReminderRule, RenewalByHours, Term, Year
from training.vocabulary import (
    EvidenceState,
    HoursState,
    Level,
)

SETTINGS = Path(__file__).parent.parent / "data" / "hours.json"
AT_A_TIME = 1000
ONE_DAY = timedelta(days=1)


# -- settings ------------------------------------------------------------------------------------------------


@cache
def _settings() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = json.loads(SETTINGS.read_text(encoding="utf-8"))
    for rows in found.values():
        for row in rows:
            row["begins"], row["ends"] = (
                date.fromisoformat(row[one]) if row[one] else None for one in ("begins", "ends")
            )
            row["levels"] = tuple(Level(one) for one in row["levels"])
    return found


@cache
def carry_rules() -> tuple[CarryRule, ...]:
    """How hours are carried over, from when to when (``training/data/hours.json``)."""
    return tuple(CarryRule(**row) for row in _settings()["carry_over"])


@cache
def renewal_rules() -> tuple[RenewalByHours, ...]:
    """Where a certificate is renewed on hours, from when to when."""
    return tuple(RenewalByHours(**row) for row in _settings()["renewals"])


@cache
def reminder_rules() -> tuple[ReminderRule, ...]:
    """When somebody is reminded of missing hours, from when to when."""
    return tuple(ReminderRule(**{**row, "days": tuple(row["days"])}) for row in _settings()["reminders"])


# -- how somebody stands -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """How the hours of somebody's certificates of one course stand: ``certificate`` is the newest of them."""

    person_id: int
    name: str
    certificate: Certificate
    asked_now: Asked
    years: tuple[Year, ...]
    today: date

    @property
    def this_year(self) -> Year | None:
        return next((one for one in self.years if one.year == self.today.year and one.asked.hours), None)

    @property
    def behind(self) -> list[Year]:
        return rules.behind(self.years, self.today)

    @property
    def state(self) -> HoursState:
        now = self.this_year
        if now is not None and now.missing:
            return HoursState.MISSING
        if self.behind:
            return HoursState.BEHIND
        return HoursState.COMPLETE if now is not None else HoursState.NOT_ASKED

    @property
    def first_year(self) -> int | None:
        """The first year that asks, where this one does not."""
        until = self.certificate.valid_until
        year = self.today.year + 1
        return year if self.this_year is None and (until is None or until >= date(year, 12, 31)) else None


def standings_of(heads: Iterable[tuple[Certificate, str]], today: date) -> list[Standing]:
    """How the hours stand for the certificates of each person and course of which these are the newest, with the
    holder's name. Four statements a thousand persons."""
    those = list(heads)
    ids = {head.person_id for head, _name in those}
    held, earned = certificates.certificates_of(ids), earnings.credits_of(ids)
    asks = _asks(one.syllabus_id for theirs in held.values() for one in theirs)
    found = []
    for head, name in those:
        terms = [_term(one, asks) for one in held.get(head.person_id, ()) if one.course_id == head.course_id]
        wanted = rules.demands([one for one in terms if one is not None], today.year)
        got = [Earned(one.year, one.hours, one.professional) for one in earned.get(head.person_id, ())]
        carries = asks[head.syllabus_id][1]
        span = range(min([*wanted, *(one.year for one in got), today.year]), today.year + 1)
        carry = {
            year: rules.of_level(carry_rules(), head.level, date(year, 12, 31)) if carries else None for year in span
        }
        years = rules.balance(got, wanted, carry, today.year)
        found.append(Standing(head.person_id, name, head, asks[head.syllabus_id][0], tuple(years), today))
    return found


def _asks(syllabus_ids: Iterable[int]) -> dict[int, tuple[Asked, bool]]:
    """What each version asks of a year, and whether what is left goes on to the next. One statement."""
    columns = (Syllabus.id, Syllabus.continuing_hours, Syllabus.professional_share, Syllabus.carry_over)
    rows = db.session.execute(select(*columns).where(Syllabus.id.in_(set(syllabus_ids))))
    return {row[0]: (rules.asked(row[1], row[2]), row[3]) for row in rows}


def _term(one: Certificate, asks: dict[int, tuple[Asked, bool]]) -> Term | None:
    """The days somebody held it; a suspension interrupts nothing."""
    last = one.valid_until if one.ended_on is None else one.ended_on - ONE_DAY
    if one.ended_on is not None and one.valid_until is not None:
        last = min(last, one.valid_until) if last is not None else one.valid_until
    if one.erased_at is not None or (last is not None and last < one.valid_from):
        return None
    return Term(one.valid_from, last, asks[one.syllabus_id][0])


def newest(today: date) -> Select[Certificate, str]:
    """The newest certificate of each person and course that is not over and asks for hours, with the holder's name."""
    newer = aliased(Certificate)
    later = select(newer.id).where(
        newer.person_id == Certificate.person_id, newer.course_id == Certificate.course_id,
        newer.id > Certificate.id, newer.ended_on.is_(None), newer.erased_at.is_(None),
    )  # fmt: skip
    return (
        select(Certificate, Person.name)
        .join(Person, Person.id == Certificate.person_id)
        .join(Syllabus, Syllabus.id == Certificate.syllabus_id)
        .where(
            Certificate.erased_at.is_(None),
            Certificate.ended_on.is_(None),
            or_(Certificate.valid_until.is_(None), Certificate.valid_until >= today),
            Syllabus.continuing_hours > 0,
            ~later.exists(),
        )
        .order_by(Person.name, Person.id, Certificate.id)
    )


def of_person(person_id: int, today: date) -> list[Standing]:
    """How somebody's hours stand, course by course."""
    rows = db.session.execute(newest(today).where(Certificate.person_id == person_id)).all()
    return standings_of([(one, name) for one, name in rows], today)


def missing_behind(person_ids: Iterable[int], course_id: int, today: date) -> dict[int, list[Year]]:
    """The years behind that lack hours, for each person who holds a certificate of the course that asks for some."""
    ids, found = list(person_ids), dict[int, list[Year]]()
    for first in range(0, len(ids), AT_A_TIME):
        wanted = newest(today).where(
            Certificate.person_id.in_(ids[first : first + AT_A_TIME]), Certificate.course_id == course_id
        )
        rows = [(one, name) for one, name in db.session.execute(wanted)]
        found |= {one.person_id: one.behind for one in standings_of(rows, today)} if rows else {}
    return found


# -- lists ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filters:
    """What the desk looks for: part of a name, a course, how the hours stand."""

    name: str = ""
    course: str = ""
    state: HoursState | None = None


def listed(actor: Actor, filters: Filters, *, today: date, number: int = 1) -> Page:
    """Everybody of whom hours are asked, by name. Raises NotFound without a desk."""
    if not policy.see_hours(actor):
        raise NotFound
    return _page(_filtered(filters, today), filters.state, today, number, PER_PAGE)


def all_listed(actor: Actor, filters: Filters, *, today: date) -> Iterator[Standing]:
    """The same, all of them, a thousand at a time. Raises NotFound."""
    if not policy.see_hours(actor):
        raise NotFound
    return _standing_so(_filtered(filters, today), filters.state, today)


def own_people(actor: Actor, *, today: date, number: int = 1, per_page: int = PER_PAGE) -> Page:
    """The same for an enterprise's own people who agreed that it is told of hours. Raises NotFound."""
    if not policy.read_own_peoples_hours(actor):
        raise NotFound
    shared = persons.shared_ids(actor.enterprise_id or 0, today, persons.HOURS_NAMED)
    return _page(newest(today).where(Certificate.person_id.in_(shared)), None, today, number, per_page)


def own_people_ending(actor: Actor, *, today: date) -> list[Ending]:
    """Certificates of an enterprise's own people that end before long. Raises NotFound."""
    if not policy.read_own_peoples_hours(actor):
        raise NotFound
    return reminders.ending_of(actor.enterprise_id or 0, today)


def _filtered(filters: Filters, today: date) -> Any:
    found = newest(today)
    if filters.name:
        found = found.where(Person.name.contains(persons_rules.normal_name(filters.name), autoescape=True))
    if filters.course:
        found = found.join(Course, Course.id == Certificate.course_id).where(Course.code == filters.course)
    return found


def _page(statement: Any, state: HoursState | None, today: date, number: int, per_page: int) -> Page:
    number, per_page = max(1, number), min(max(1, per_page), LARGEST_PAGE)
    first = (number - 1) * per_page
    if state is not None:
        # How somebody stands is worked out, not stored: everybody is looked at.
        found = list(_standing_so(statement, state, today))
        return Page(found[first : first + per_page], number, per_page, len(found))
    total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    rows = db.session.execute(statement.limit(per_page).offset(first)).all()
    return Page(standings_of([(one, name) for one, name in rows], today), number, per_page, total)


def _standing_so(statement: Any, state: HoursState | None, today: date) -> Iterator[Standing]:
    rows = [(one, name) for one, name in db.session.execute(statement)]
    for first in range(0, len(rows), AT_A_TIME):
        for one in standings_of(rows[first : first + AT_A_TIME], today):
            if state is None or one.state is state or (state is HoursState.BEHIND and one.behind):
                yield one


# -- evidence ------------------------------------------------------------------------------------------------


def evidence_of(person_id: int) -> Sequence[HoursEvidence]:
    """What was handed in for somebody, the newest first."""
    found = select(HoursEvidence).where(HoursEvidence.person_id == person_id)
    return db.session.scalars(found.order_by(HoursEvidence.ends.desc(), HoursEvidence.id.desc())).all()


def waiting(actor: Actor, *, number: int = 1) -> Page:
    """Evidence that nobody has looked at, the oldest first: (evidence, person). Raises NotFound."""
    if not policy.see_hours(actor):
        raise NotFound
    found = (
        select(HoursEvidence, Person)
        .join(Person, Person.id == HoursEvidence.person_id)
        .where(HoursEvidence.state == EvidenceState.WAITING)
        .order_by(HoursEvidence.handed_in_at, HoursEvidence.id)
    )
    total = db.session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0
    rows = db.session.execute(found.limit(PER_PAGE).offset((max(1, number) - 1) * PER_PAGE))
    return Page([(one, person) for one, person in rows], max(1, number), PER_PAGE, total)


def evidence_for(actor: Actor, evidence_id: int, *, today: date) -> tuple[HoursEvidence, Person]:
    """Evidence, for the person, the desk, and the enterprise that handed it in while it may be told. Raises NotFound."""
    one = db.session.get(HoursEvidence, evidence_id)
    person = db.session.get(Person, one.person_id) if one is not None else None
    if one is None or person is None or person.gone:
        raise NotFound
    firms: Collection[int] = employers(person, today) if one.enterprise_id == actor.enterprise_id else ()
    if not policy.hand_in_hours(actor, person, firms):
        raise NotFound
    return one, person


def employers(person: Person, today: date) -> frozenset[int]:
    """The enterprise the person works for, if they agreed that it is told of hours."""
    return persons.employers_agreed(person, today, persons.HOURS_NAMED)


def person_for(actor: Actor, person_id: int, *, today: date) -> Person:
    """Somebody for whom ``actor`` may hand evidence in. Raises NotFound."""
    person = db.session.get(Person, person_id)
    if person is None or person.gone or not policy.hand_in_hours(actor, person, employers(person, today)):
        raise NotFound
    return person


def same_proof(one: HoursEvidence) -> Sequence[tuple[HoursEvidence, str]]:
    """Evidence of others with the very same scan (a list of many may be that of many), with their names."""
    found = (
        select(HoursEvidence, Person.name)
        .join(Person, Person.id == HoursEvidence.person_id)
        .where(HoursEvidence.proof_hash == one.proof_hash, HoursEvidence.id != one.id)
        .order_by(HoursEvidence.id)
    )
    return [(other, name) for other, name in db.session.execute(found)]
