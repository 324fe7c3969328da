"""Results of one's own and of an enterprise's people. A handful of statements, however many there are."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import func, select

from association.kernel.actors import Actor
from association.kernel.dates import civil_date
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.kernel.pagination import LARGEST_PAGE, PER_PAGE, Page
from association.persons import queries as persons
from association.persons.models import Person
from training import policy
from training.courses.models import Course, Room, Syllabus
from training.exams import queries as exams
from training.exams import rules
from training.exams.models import Appeal, MarkEntry, Sitter, Sitting
from training.exams.rules import Asked, Attempt, Outcome, Standing
from training.rosters.models import Enrolment, TrainingClass
from training.vocabulary import MarkSource, Part


@dataclass(frozen=True, slots=True)
class Seat:
    """A place somebody has in a sitting, with what their page says of it. ``appeal``: the newest; ``appeal_until``: the last day for
    one, once there is a result."""

    sitter: Sitter
    sitting: Sitting
    room: Room
    appeal: Appeal | None
    appeal_until: date | None

    @property
    def mark(self) -> int | None:
        """The mark, once it is released."""
        return self.sitter.mark if self.sitting.released_at is not None else None


@dataclass(frozen=True, slots=True)
class OwnPart:
    """Where somebody stands in a component: the mark that counts, what is asked, resits left and until when."""

    part: Part
    asked: Asked
    standing: Standing
    left: int
    until: date | None

    @property
    def passed(self) -> bool:
        return self.standing.passed_on is not None


@dataclass(slots=True)
class OwnClass:
    """A class somebody was examined in, or will be."""

    of: TrainingClass
    course: Course
    outcome: Outcome
    parts: list[OwnPart]
    seats: list[Seat] = field(default_factory=list)

    @property
    def coming(self) -> list[Seat]:
        """Those whose result is still to come, the next first."""
        return sorted(
            (one for one in self.seats if one.sitting.released_at is None), key=lambda one: one.sitting.starts_at
        )


def own(person_id: int, *, now: datetime) -> list[OwnClass]:
    """Everything somebody was admitted to that was not cancelled, the latest class first. Five statements."""
    rows = db.session.execute(
        select(Sitter, Sitting, TrainingClass, Course, Syllabus, Room)
        .join(Sitting, Sitting.id == Sitter.sitting_id)
        .join(TrainingClass, TrainingClass.id == Sitting.class_id)
        .join(Course, Course.id == TrainingClass.course_id)
        .join(Syllabus, Syllabus.id == TrainingClass.syllabus_id)
        .join(Room, Room.id == Sitting.room_id)
        .where(Sitter.person_id == person_id, Sitting.cancelled_at.is_(None))
        .order_by(TrainingClass.begins.desc(), TrainingClass.id.desc(), Sitting.starts_at.desc(), Sitting.id.desc())
    ).all()
    class_ids = list({of.id for _sitter, _sitting, of, _course, _syllabus, _room in rows})
    sat = exams.attempts(class_ids, [person_id], released_by=now)
    disputed = exams.appealing(class_ids, [person_id])
    sitter_ids = [sitter.id for sitter, *_rest in rows]
    appeals, corrections = _appeals(sitter_ids), corrected(sitter_ids)
    found: dict[int, OwnClass] = {}
    for sitter, sitting, of, course, syllabus, room in rows:
        if of.id not in found:
            parts = parts_of(syllabus, {part: sat[of.id, person_id, part] for part in Part})
            outcome = outcome_of(parts, appeal_open=(of.id, person_id) in disputed)
            found[of.id] = OwnClass(of, course, outcome, parts)
        found[of.id].seats.append(
            Seat(sitter, sitting, room, appeals.get(sitter.id), appeal_until(sitting, corrections.get(sitter.id)))
        )
    return list(found.values())


def _appeals(sitter_ids: Sequence[int]) -> dict[int, Appeal]:
    wanted = select(Appeal).where(Appeal.sitter_id.in_(sitter_ids)).order_by(Appeal.id)
    return {one.sitter_id: one for one in db.session.scalars(wanted)}


def corrected(sitter_ids: Sequence[int]) -> dict[int, datetime]:
    """When each mark was last corrected; who is not named had none corrected. One statement."""
    newest = (
        select(MarkEntry.sitter_id, func.max(MarkEntry.at))
        .where(MarkEntry.sitter_id.in_(sitter_ids), MarkEntry.source == MarkSource.CORRECTION)
        .group_by(MarkEntry.sitter_id)
    )
    return {row[0]: row[1] for row in db.session.execute(newest)}


def appeal_until(sitting: Sitting, corrected_at: datetime | None) -> date | None:
    """The last day on which an appeal is taken: after the release, or after a later correction of the mark. None: not
    released."""
    if sitting.released_at is None:
        return None
    newest = max(sitting.released_at, corrected_at or sitting.released_at)
    return rules.appeal_until(civil_date(newest), sitting.appeal_days)


def parts_of(syllabus: Syllabus, sat: dict[Part, list[Attempt]]) -> list[OwnPart]:
    """Each component that the syllabus asks for."""
    found = []
    for part, asked in exams.asked_of(syllabus).items():
        if asked.pass_mark is None:
            continue
        tries = sat.get(part, [])
        until = rules.last_day(min(one.on for one in tries), asked) if tries else None
        left = max(0, 1 + asked.resits - len(tries))
        found.append(OwnPart(part, asked, rules.standing(tries, asked), left, until))
    return found


def outcome_of(parts: Sequence[OwnPart], *, appeal_open: bool) -> Outcome:
    """What the components come to together."""
    nothing, unasked = Standing(None, None, 0), Asked(None, 0, None)
    standings, asked = defaultdict(lambda: nothing), defaultdict(lambda: unasked)
    for one in parts:
        standings[one.part], asked[one.part] = one.standing, one.asked
    return rules.outcome(
        {part: standings[part] for part in Part}, {part: asked[part] for part in Part}, appeal_open=appeal_open
    )


# -- an enterprise's own people -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Result:
    """What somebody of an enterprise reached in a class."""

    person: Person
    of: TrainingClass
    course: Course
    parts: tuple[OwnPart, ...]
    outcome: Outcome


def own_people(actor: Actor, *, now: datetime, number: int = 1, per_page: int = PER_PAGE) -> Page:
    """The released results of the enterprise's own people who agreed that it is told, of classes they were enrolled in
    while they worked for it; the latest class first. Five statements. Raises NotFound for whoever acts for none.
    """
    if not policy.read_own_people(actor):
        raise NotFound
    sat = (
        select(Sitter.id)
        .join(Sitting, Sitting.id == Sitter.sitting_id)
        .where(
            Sitter.person_id == Enrolment.person_id,
            Sitting.class_id == Enrolment.class_id,
            Sitting.cancelled_at.is_(None),
            Sitting.released_at <= now,
            Sitter.mark.is_not(None),
        )
        .exists()
    )
    statement = (
        select(Person, TrainingClass, Course, Syllabus)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .join(Course, Course.id == TrainingClass.course_id)
        .join(Syllabus, Syllabus.id == TrainingClass.syllabus_id)
        .where(
            Enrolment.enterprise_id == actor.enterprise_id,
            Enrolment.person_id.in_(persons.shared_ids(actor.enterprise_id or 0, civil_date(now))),
            sat,
        )
        .order_by(TrainingClass.begins.desc(), TrainingClass.id.desc(), Person.name, Person.id)
    )
    number, per_page = max(1, number), min(max(1, per_page), LARGEST_PAGE)
    total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    rows = db.session.execute(statement.limit(per_page).offset((number - 1) * per_page)).all()
    class_ids = list({of.id for _person, of, _course, _syllabus in rows})
    ids = [person.id for person, _of, _course, _syllabus in rows]
    tries = exams.attempts(class_ids, ids, released_by=now)
    disputed = exams.appealing(class_ids, ids)
    items = []
    for person, of, course, syllabus in rows:
        parts = parts_of(syllabus, {part: tries.get((of.id, person.id, part), []) for part in Part})
        outcome = outcome_of(parts, appeal_open=(of.id, person.id) in disputed)
        items.append(Result(person, of, course, tuple(parts), outcome))
    return Page(items, number, per_page, total)
