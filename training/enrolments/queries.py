"""A roster judged: its rows beside what is known of the people they name. A handful of statements, however long."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, select

from association.enterprises.models import Enterprise, Membership
from association.kernel.actors import Actor
from association.kernel.dates import civil_date
from association.kernel.db import db
from association.kernel.errors import NotFound, Shortfall
from association.persons import queries as persons
from association.persons.models import Person
from association.vocabulary import ConsentPurpose, EnterpriseState
from association.workbooks import reading
from association.workbooks.layout import Layout, Source
from association.workbooks.reading import Reading
from training import policy
from training.enrolments import rules
from training.enrolments.rules import ROSTER, Asking, KnownPerson, Row
from training.rosters import queries as rosters
from training.rosters.models import Enrolment, Lesson, TrainingClass
from training.rosters.rules import Slot
from training.vocabulary import ClassState, EnrolmentState

CHUNK = 900


@dataclass(frozen=True, slots=True)
class Judged:
    """A roster read and judged: ``reading`` has every fault of every row; ``rows`` are the good ones, by sheet row;
    ``there`` those of them who are in the class already."""

    source: Source
    layout: Layout
    reading: Reading
    rows: Mapping[int, Row]
    known: Mapping[str, Person]
    employers: Mapping[str, int]
    there: frozenset[int]

    @property
    def to_enrol(self) -> list[Row]:
        """Whom an import would enrol, in the order of the sheet."""
        return [row for number, row in sorted(self.rows.items()) if number not in self.there]


@dataclass(frozen=True, slots=True)
class Weighed:
    """What is known of the persons and employers of some rows, and what is wrong with each row, by its number."""

    known: Mapping[str, Person]
    employers: Mapping[str, int]
    faults: Mapping[int, Sequence[Shortfall]]
    there: frozenset[int]


def asking(actor: Actor) -> Asking:
    """The desk, or an enterprise for its own people."""
    return Asking(None if policy.keep_training(actor) else actor.enterprise_id)


def judge(source: Source, layout: Layout, of: TrainingClass, *, actor: Actor, now: datetime) -> Judged:
    """Read the table and say of each row all that is wrong with it. Raises Invalid when it cannot be read."""
    read = reading.read(source, layout, ROSTER)
    rows = {line.row: rules.row_of(line.row, line.values) for line in read.lines}
    weighed = weigh(rows, of, actor=actor, now=now)
    judged = reading.weighed(read, ROSTER, weighed.faults, otherwise="identity")
    kept = {line.row: rows[line.row] for line in judged.good}
    there = frozenset(number for number in kept if number in weighed.there)
    return Judged(source, layout, judged, kept, weighed.known, weighed.employers, there)


def weigh(rows: Mapping[int, Row], of: TrainingClass, *, actor: Actor, now: datetime) -> Weighed:
    """All that is wrong with rows, from a workbook or a program. A handful of statements, however many rows."""
    known = persons.by_identities(row.identity for row in rows.values() if row.identity)
    employers = _enterprises(row.uscc for row in rows.values() if row.uscc)
    facts = _known(known, of, now=now)
    first = rules.first_rows([row for row in rows.values() if row.identity])
    planned = rosters.slots_of_class(of.id)
    who, today = asking(actor), civil_date(now)
    found = {
        number: rules.faults(
            row,
            facts.get(row.identity),
            first_at=first.get(row.identity, row.row),
            employers=employers,
            planned=planned,
            asking=who,
            today=today,
        )
        for number, row in rows.items()
    }
    there = frozenset(number for number, row in rows.items() if (one := facts.get(row.identity)) and one.enrolled)
    return Weighed(known, employers, found, there)


def places(of: TrainingClass, identities: Iterable[str]) -> dict[str, Enrolment]:
    """The rows of a class by identity number. Two statements."""
    known = {one.id: number for number, one in persons.by_identities(identities).items()}
    rows = rosters.enrolments(of.id, EnrolmentState.ENROLLED, EnrolmentState.WAITING)
    return {known[row.person_id]: row for row in rows if row.person_id in known}


def own_enrolment(actor: Actor, enrolment_id: int, *, today: date) -> tuple[Enrolment, TrainingClass]:
    """An enrolment that the enterprise made for somebody who still works for it. Raises NotFound for every other."""
    statement = (
        select(Enrolment, TrainingClass, Membership.enterprise_id)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .outerjoin(
            Membership,
            and_(Membership.account_id == Enrolment.enrolled_by, Membership.enterprise_id == Enrolment.enterprise_id),
        )
        .where(Enrolment.id == enrolment_id)
    )
    found = db.session.execute(statement).one_or_none()
    if found is None:
        raise NotFound
    row, of, made_for = found
    employer = persons.employment_on([row.person_id], today).get(row.person_id)
    if not policy.withdraw_own_people(actor, row.enterprise_id, made_for) or employer != actor.enterprise_id:
        raise NotFound
    return row, of


def _enterprises(codes: Iterable[str]) -> dict[str, int]:
    wanted = sorted(set(codes))
    found: dict[str, int] = {}
    for first in range(0, len(wanted), CHUNK):
        some = select(Enterprise.uscc, Enterprise.id).where(
            Enterprise.uscc.in_(wanted[first : first + CHUNK]), Enterprise.state == EnterpriseState.CONFIRMED
        )
        found |= {code: enterprise_id for code, enterprise_id in db.session.execute(some)}  # noqa: C416 - rows are no pairs
    return found


def _known(people: Mapping[str, Person], of: TrainingClass, *, now: datetime) -> dict[str, KnownPerson]:
    ids = [person.id for person in people.values()]
    agreed = persons.consents_in_force(ids)
    employers = persons.employment_on(ids, civil_date(now))
    enrolled = {row.person_id for row in rosters.enrolments(of.id, EnrolmentState.ENROLLED, EnrolmentState.WAITING)}
    slots = _slots_of(ids, except_class=of.id)
    return {
        number: KnownPerson(
            person.id,
            person.name,
            ConsentPurpose.TRAINING in agreed[person.id],
            person.id in enrolled,
            employers.get(person.id),
            slots.get(person.id, ()),
        )
        for number, person in people.items()
    }


def _slots_of(person_ids: list[int], *, except_class: int) -> dict[int, list[Slot]]:
    """The lessons of the other classes each has a place in."""
    found: dict[int, list[Slot]] = defaultdict(list)
    for first in range(0, len(person_ids), CHUNK):
        rows = db.session.execute(
            select(Enrolment.person_id, Lesson, TrainingClass.code)
            .join(Lesson, Lesson.class_id == Enrolment.class_id)
            .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
            .where(
                Enrolment.person_id.in_(person_ids[first : first + CHUNK]),
                Enrolment.state == EnrolmentState.ENROLLED,
                Enrolment.class_id != except_class,
                Lesson.cancelled_at.is_(None),
                TrainingClass.state != ClassState.CANCELLED,
            )
        )
        for person_id, one, code in rows:
            found[person_id].append(
                Slot(one.starts_at, one.ends_at, one.title, code, one.id, one.room_id, one.trainer_id)
            )
    return found
