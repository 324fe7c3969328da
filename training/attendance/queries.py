"""Who was where: lessons with their places, sightings, what follows from them. A handful of statements a page."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy import and_, func, select

from association.checkins import rules as checkins
from association.checkins.rules import Door
from association.kernel import config
from association.kernel.actors import Actor
from association.kernel.dates import civil_date, noon
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.persons import queries as persons
from association.persons.models import Person
from training import policy
from training.attendance import rules
from training.attendance.models import SightingRecord
from training.attendance.rules import Attendance, Share, Sighting, Span
from training.courses.models import Course, Room, Syllabus, Trainer
from training.rosters.models import Enrolment, Lesson, TrainingClass
from training.vocabulary import ClassState, EnrolmentState, SightingKind


@dataclass(frozen=True, slots=True)
class Held:
    """A lesson with what its pages say of it."""

    lesson: Lesson
    of: TrainingClass
    course: Course
    room: Room | None
    trainer: Trainer | None

    @property
    def span(self) -> Span:
        return Span(self.lesson.starts_at, self.lesson.ends_at, self.of.both_ways)

    @property
    def trainers_account(self) -> int | None:
        return self.trainer.account_id if self.trainer is not None else None

    @property
    def door(self) -> Door:
        """Where its codes are shown: bound to the lesson and to its room."""
        place = f"lesson-{self.lesson.id}-room-{self.lesson.room_id or 0}"
        return checkins.door(place, str(config.setting("SECRET_KEY")))


_HELD = (
    select(Lesson, TrainingClass, Course, Room, Trainer)
    .join(TrainingClass, TrainingClass.id == Lesson.class_id)
    .join(Course, Course.id == TrainingClass.course_id)
    .outerjoin(Room, Room.id == Lesson.room_id)
    .outerjoin(Trainer, Trainer.id == Lesson.trainer_id)
    .where(Lesson.cancelled_at.is_(None), TrainingClass.state != ClassState.CANCELLED)
)


def held(lesson_id: int) -> Held | None:
    """The lesson with this id, unless it was cancelled. For services; pages ask with an actor."""
    row = db.session.execute(_HELD.where(Lesson.id == lesson_id)).one_or_none()
    return Held(*row) if row is not None else None


def lesson_for(actor: Actor, lesson_id: int) -> Held:
    """A lesson whose attendance ``actor`` may look at. Raises NotFound: for others it is not there."""
    found = held(lesson_id)
    if found is None or not policy.see_attendance(actor, found.trainers_account):
        raise NotFound
    return found


def lesson_at(place: str) -> Held | None:
    """The lesson whose door goes by this name, in the room it is in now."""
    parts = place.split("-")
    if len(parts) != 4 or not parts[1].isdigit() or len(parts[1]) > 9:
        return None
    found = held(int(parts[1]))
    return found if found is not None and found.door.place == place else None


def today_s(actor: Actor, today: date) -> list[tuple[Held, int, int]]:
    """Today's lessons that ``actor`` may look at, with how many were seen of how many."""
    begins = noon(today) - timedelta(hours=12)
    rows = db.session.execute(
        _HELD.where(Lesson.starts_at >= begins, Lesson.starts_at < begins + timedelta(days=1)).order_by(
            Lesson.starts_at, Lesson.id
        )
    )
    lessons = [one for one in (Held(*row) for row in rows) if policy.see_attendance(actor, one.trainers_account)]
    places = _counted(
        select(Enrolment.class_id, func.count())
        .where(Enrolment.class_id.in_({one.of.id for one in lessons}), Enrolment.state == EnrolmentState.ENROLLED)
        .group_by(Enrolment.class_id)
    )
    there = attendance_of([one.lesson.id for one in lessons], spans={one.lesson.id: one.span for one in lessons})
    return [
        (one, sum(1 for found in there[one.lesson.id].values() if found.minutes or found.came_at), places[one.of.id])
        for one in lessons
    ]


def _counted(statement: object) -> dict[int, int]:
    return defaultdict(int, dict(db.session.execute(statement).all()))  # type: ignore[call-overload]


def sightings(lesson_ids: Iterable[int]) -> Sequence[SightingRecord]:
    """All that was seen in these lessons, in the order of its moments."""
    wanted = select(SightingRecord).where(SightingRecord.lesson_id.in_(list(lesson_ids)))
    return db.session.scalars(wanted.order_by(SightingRecord.at, SightingRecord.uid)).all()


def as_sighting(record: SightingRecord) -> Sighting:
    """What the rules see of a record."""
    return Sighting(record.uid, record.kind, record.at, record.minutes)


def attendance_of(
    lesson_ids: Iterable[int], *, spans: dict[int, Span], person_id: int | None = None
) -> dict[int, dict[int, Attendance]]:
    """What follows, by lesson and person, for everybody of whom something was seen. One statement."""
    wanted = select(SightingRecord).where(SightingRecord.lesson_id.in_(list(lesson_ids)))
    if person_id is not None:
        wanted = wanted.where(SightingRecord.person_id == person_id)
    seen: dict[tuple[int, int], list[Sighting]] = defaultdict(list)
    for record in db.session.scalars(wanted):
        seen[record.lesson_id, record.person_id].append(as_sighting(record))
    found: dict[int, dict[int, Attendance]] = defaultdict(dict)
    for (lesson_id, someone), theirs in seen.items():
        found[lesson_id][someone] = rules.attendance(spans[lesson_id], theirs)
    return found


@dataclass(frozen=True, slots=True)
class Row:
    """Somebody in a lesson: what follows, what was seen, and whether their telephone checked in others too."""

    person: Person
    attendance: Attendance
    seen: tuple[SightingRecord, ...] = ()
    shared_with: tuple[str, ...] = ()


def roster_of(one: Held) -> list[Row]:
    """Everybody who takes part, by name, with their attendance in this lesson."""
    people = _people(one.of.id)
    seen: dict[int, list[SightingRecord]] = defaultdict(list)
    for record in sightings([one.lesson.id]):
        seen[record.person_id].append(record)
    names = {person.id: person.name for person in people}
    shared = rules.shared_devices((record.device, someone) for someone, theirs in seen.items() for record in theirs)
    return [
        Row(
            person,
            rules.attendance(one.span, map(as_sighting, seen[person.id])),
            tuple(seen[person.id]),
            tuple(
                sorted(
                    {
                        names[other]
                        for those in shared.values()
                        if person.id in those
                        for other in those
                        if other != person.id and other in names
                    }
                )
            ),
        )
        for person in people
    ]


def _people(class_id: int) -> Sequence[Person]:
    statement = (
        select(Person)
        .join(Enrolment, Enrolment.person_id == Person.id)
        .where(Enrolment.class_id == class_id, Enrolment.state == EnrolmentState.ENROLLED)
        .order_by(Person.name, Person.id)
    )
    return db.session.scalars(statement).all()


def takes_part(class_id: int, person_id: int) -> bool:
    """Whether somebody has a place in the class."""
    wanted = select(Enrolment.id).where(
        Enrolment.class_id == class_id,
        Enrolment.person_id == person_id,
        Enrolment.state == EnrolmentState.ENROLLED,
    )
    return db.session.scalar(wanted) is not None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A class over its lessons: for everybody the attendance of each lesson that has begun, and the share."""

    of: TrainingClass
    course: Course
    syllabus: Syllabus
    lessons: tuple[Lesson, ...]
    rows: tuple[tuple[Person, tuple[Attendance | None, ...], Share], ...]


def sheet_for(actor: Actor, class_id: int, *, now: datetime) -> Sheet:
    """The class's sheet, for the desk and those who look over its shoulder. Raises NotFound."""
    of = db.session.get(TrainingClass, class_id)
    if of is None or not policy.see_attendance(actor, None):
        raise NotFound
    people = _people(class_id)
    lessons = _lessons_of([class_id])
    spans = {one.id: Span(one.starts_at, one.ends_at, of.both_ways) for one in lessons}
    found = attendance_of(spans, spans=spans)
    rows = tuple(
        (person, *_line(lessons, spans, {key: value.get(person.id) for key, value in found.items()}, now))
        for person in people
    )
    return Sheet(
        of,
        db.session.get_one(Course, of.course_id),
        db.session.get_one(Syllabus, of.syllabus_id),
        tuple(lessons),
        rows,
    )


def _lessons_of(class_ids: Iterable[int]) -> Sequence[Lesson]:
    wanted = select(Lesson).where(Lesson.class_id.in_(list(class_ids)), Lesson.cancelled_at.is_(None))
    return db.session.scalars(wanted.order_by(Lesson.starts_at, Lesson.id)).all()


def _line(
    lessons: Sequence[Lesson], spans: dict[int, Span], found: dict[int, Attendance | None], now: datetime
) -> tuple[tuple[Attendance | None, ...], Share]:
    begun = [
        (found.get(one.id) or rules.NOTHING_SEEN) if one.starts_at <= now or found.get(one.id) else None
        for one in lessons
    ]
    over = [
        (spans[one.id], there)
        for one, there in zip(lessons, begun, strict=True)
        if there is not None and one.ends_at <= now
    ]
    return tuple(begun), rules.share(over)


def shares(class_id: int, person_ids: Iterable[int], *, now: datetime) -> dict[int, Share]:
    """For the rules of examinations: the share each person has reached in a class by now. Three statements."""
    of = db.session.get_one(TrainingClass, class_id)
    lessons = _lessons_of([class_id])
    spans = {one.id: Span(one.starts_at, one.ends_at, of.both_ways) for one in lessons}
    found = attendance_of(spans, spans=spans)
    return {
        someone: _line(lessons, spans, {key: value.get(someone) for key, value in found.items()}, now)[1]
        for someone in person_ids
    }


@dataclass(slots=True)
class Own:
    """A learner's class: its lessons, what was seen, the share so far, and what the syllabus asks."""

    of: TrainingClass
    course: Course
    minimum: int
    lessons: list[tuple[Lesson, Room | None, Attendance | None]] = field(default_factory=list)
    share: Share = field(default_factory=lambda: Share(0, 0))

    def next_lesson(self, now: datetime) -> tuple[Lesson, Room | None, Attendance | None] | None:
        """The one under way, or the next."""
        return next((one for one in self.lessons if one[0].ends_at > now), None)


def own_classes(person_id: int, *, now: datetime) -> list[Own]:
    """The classes somebody has a place in, those under way first. Three statements."""
    rows = db.session.execute(
        select(TrainingClass, Course, Syllabus.minimum_attendance)
        .join(Enrolment, and_(Enrolment.class_id == TrainingClass.id, Enrolment.person_id == person_id))
        .join(Course, Course.id == TrainingClass.course_id)
        .join(Syllabus, Syllabus.id == TrainingClass.syllabus_id)
        .where(Enrolment.state == EnrolmentState.ENROLLED, TrainingClass.state != ClassState.CANCELLED)
    )
    found = {of.id: Own(of, course, minimum) for of, course, minimum in rows}
    timetable = db.session.execute(
        select(Lesson, Room)
        .outerjoin(Room, Room.id == Lesson.room_id)
        .where(Lesson.class_id.in_(found), Lesson.cancelled_at.is_(None))
        .order_by(Lesson.starts_at, Lesson.id)
    ).all()
    spans = {one.id: Span(one.starts_at, one.ends_at, found[one.class_id].of.both_ways) for one, _room in timetable}
    there = attendance_of(spans, spans=spans, person_id=person_id)
    for lesson, room in timetable:
        seen = there[lesson.id].get(person_id)
        begun = seen or (rules.NOTHING_SEEN if lesson.starts_at <= now else None)
        found[lesson.class_id].lessons.append((lesson, room, begun))
    for own in found.values():
        own.share = rules.share(
            [(spans[one.id], there or rules.NOTHING_SEEN) for one, _room, there in own.lessons if one.ends_at <= now]
        )
    today = civil_date(now)
    return sorted(found.values(), key=lambda own: (own.of.ends < today, own.of.begins, own.of.code))


def device_mark(cookie: str) -> str:
    """What is kept of a telephone: enough to see that it was the same one, and nothing to find it by."""
    key = str(config.setting("SECRET_KEY"))
    return hashlib.blake2b(cookie.encode(), key=key.encode()[:64], digest_size=8).hexdigest() if cookie else ""


def last_of(lesson_id: int, person_id: int) -> SightingKind | None:
    """What was last seen of somebody there: they came, or left."""
    wanted = select(SightingRecord.kind).where(
        SightingRecord.lesson_id == lesson_id,
        SightingRecord.person_id == person_id,
        SightingRecord.kind.in_((SightingKind.CAME, SightingKind.LEFT)),
    )
    return db.session.scalar(wanted.order_by(SightingRecord.at.desc(), SightingRecord.id.desc()).limit(1))


def of_enterprise(enterprise_id: int, *, now: datetime) -> list[dict[str, object]]:
    """The attendance of an enterprise's own people who agreed to it, by class and name. Four statements."""
    shared = persons.shared_with(enterprise_id, civil_date(now))
    rows = db.session.execute(
        select(Enrolment.person_id, Person.name, TrainingClass, Course, Syllabus.minimum_attendance)
        .join(Person, Person.id == Enrolment.person_id)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .join(Course, Course.id == TrainingClass.course_id)
        .join(Syllabus, Syllabus.id == TrainingClass.syllabus_id)
        .where(
            Enrolment.person_id.in_(shared),
            Enrolment.state == EnrolmentState.ENROLLED,
            TrainingClass.state != ClassState.CANCELLED,
        )
        .order_by(TrainingClass.code, Person.name, Person.id)
    ).all()
    classes = {of.id: of for _person, _name, of, _course, _minimum in rows}
    lessons = _lessons_of(classes)
    spans = {one.id: Span(one.starts_at, one.ends_at, classes[one.class_id].both_ways) for one in lessons}
    found = attendance_of(spans, spans=spans)
    items: list[dict[str, object]] = []
    for person_id, name, of, course, minimum in rows:
        own = [one for one in lessons if one.class_id == of.id]
        share = _line(own, spans, {key: value.get(person_id) for key, value in found.items()}, now)[1]
        items.append(
            {
                "person_id": person_id,
                "name": name,
                "class_code": of.code,
                "course": course.name,
                "minutes": share.minutes,
                "of_minutes": share.of,
                "excused_minutes": share.excused,
                "minimum_percent": minimum,
                "reached": share.reaches(minimum),
            }
        )
    return items
