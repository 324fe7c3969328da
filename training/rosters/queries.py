"""Questions about classes, lessons and who takes part."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import aliased

from association.accounts.models import Account
from association.accounts.rules import digest
from association.enterprises.models import Enterprise
from association.kernel.actors import Actor
from association.kernel.dates import civil_date
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.kernel.pagination import LARGEST_PAGE, PER_PAGE, Page
from association.persons import queries as persons
from association.persons.models import Person
from training import policy
from training.courses.models import Course, Room, Trainer
from training.rosters import rules
from training.rosters.models import CalendarLink, Enrolment, Lesson, TrainingClass
from training.rosters.rules import Slot
from training.vocabulary import ClassState, EnrolmentState


def training_class(class_id: int) -> TrainingClass:
    """The class with this id. Raises NotFound."""
    found = db.session.get(TrainingClass, class_id)
    if found is None:
        raise NotFound
    return found


def has_code(code: str) -> bool:
    """Whether a class has this code."""
    return db.session.scalar(select(TrainingClass.id).where(TrainingClass.code == code)) is not None


def lessons(class_id: int, *, cancelled: bool = False) -> Sequence[Lesson]:
    """The lessons of a class by time; cancelled ones only when asked for."""
    found = select(Lesson).where(Lesson.class_id == class_id).order_by(Lesson.starts_at, Lesson.id)
    return db.session.scalars(found if cancelled else found.where(Lesson.cancelled_at.is_(None))).all()


def lesson(lesson_id: int) -> Lesson:
    """The lesson with this id. Raises NotFound."""
    found = db.session.get(Lesson, lesson_id)
    if found is None:
        raise NotFound
    return found


def enrolments(class_id: int, *states: EnrolmentState) -> Sequence[Enrolment]:
    """Who takes part (or stands in one of ``states``), in the order they came."""
    wanted = states or (EnrolmentState.ENROLLED,)
    found = select(Enrolment).where(Enrolment.class_id == class_id, Enrolment.state.in_(wanted))
    return db.session.scalars(found.order_by(Enrolment.queued_at, Enrolment.id)).all()


def enrolment_of(class_id: int, person_id: int) -> Enrolment | None:
    """Somebody's row in a class, in whatever state."""
    return enrolments_of(class_id, [person_id]).get(person_id)


def enrolments_of(class_id: int, person_ids: Iterable[int]) -> dict[int, Enrolment]:
    """The rows of these persons in a class, in whatever state. One statement."""
    found = select(Enrolment).where(Enrolment.class_id == class_id, Enrolment.person_id.in_(list(person_ids)))
    return {row.person_id: row for row in db.session.scalars(found)}


def enrolments_by_ids(class_id: int, ids: Iterable[int]) -> Sequence[Enrolment]:
    """These rows of a class as they stand in the database now, in the order they came."""
    found = select(Enrolment).where(Enrolment.class_id == class_id, Enrolment.id.in_(list(ids)))
    ordered = found.order_by(Enrolment.queued_at, Enrolment.id)
    return db.session.scalars(ordered.execution_options(populate_existing=True)).all()


def counts(class_ids: Iterable[int]) -> dict[int, dict[EnrolmentState, int]]:
    """How many stand in which state, for each class. One statement."""
    rows = select(Enrolment.class_id, Enrolment.state, func.count()).where(Enrolment.class_id.in_(list(class_ids)))
    found: dict[int, dict[EnrolmentState, int]] = {}
    for class_id, state, count in db.session.execute(rows.group_by(Enrolment.class_id, Enrolment.state)):
        found.setdefault(class_id, {})[state] = count
    return found


def _slots() -> Select[Lesson, str]:
    return (
        select(Lesson, TrainingClass.code)
        .join(TrainingClass, TrainingClass.id == Lesson.class_id)
        .where(Lesson.cancelled_at.is_(None), TrainingClass.state != ClassState.CANCELLED)
        .order_by(Lesson.starts_at, Lesson.id)
    )


def _as_slots(statement: Select[Lesson, str]) -> list[Slot]:
    return [
        Slot(lesson.starts_at, lesson.ends_at, lesson.title, code, lesson.id, lesson.room_id, lesson.trainer_id)
        for lesson, code in db.session.execute(statement)
    ]


def slots_between(
    starts_at: datetime, ends_at: datetime, *, class_id: int, room_id: int | None, trainer_id: int | None
) -> list[Slot]:
    """Lessons in that time that a lesson of this class, room or trainer could clash with."""
    touching = [Lesson.class_id == class_id]
    if room_id is not None:
        touching.append(Lesson.room_id == room_id)
    if trainer_id is not None:
        touching.append(Lesson.trainer_id == trainer_id)
    return _as_slots(_slots().where(Lesson.starts_at < ends_at, Lesson.ends_at > starts_at, or_(*touching)))


def slots_of_class(class_id: int) -> list[Slot]:
    """The lessons of a class."""
    return _as_slots(_slots().where(Lesson.class_id == class_id))


def slots_of_persons(person_ids: Iterable[int], *, except_class: int) -> dict[int, list[Slot]]:
    """The lessons of the other classes each has a place in. One statement."""
    held = _slots().add_columns(Enrolment.person_id).join(Enrolment, Enrolment.class_id == Lesson.class_id)
    held = held.where(Enrolment.person_id.in_(list(person_ids)), Enrolment.class_id != except_class)
    found: dict[int, list[Slot]] = {}
    for lesson, code, person_id in db.session.execute(held.where(Enrolment.state == EnrolmentState.ENROLLED)):
        slot = Slot(lesson.starts_at, lesson.ends_at, lesson.title, code, lesson.id, lesson.room_id, lesson.trainer_id)
        found.setdefault(person_id, []).append(slot)
    return found


def classes_of_person(person_id: int) -> Sequence[tuple[Enrolment, TrainingClass, Course]]:
    """Every class somebody is or was in, the latest first."""
    rows = (
        select(Enrolment, TrainingClass, Course)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .join(Course, Course.id == TrainingClass.course_id)
        .where(Enrolment.person_id == person_id)
        .order_by(TrainingClass.begins.desc(), TrainingClass.id.desc())
    )
    return [(row, of, course) for row, of, course in db.session.execute(rows)]


def still_to_come(of: TrainingClass, now: datetime) -> bool:
    """Whether the class has not ended yet."""
    return of.state is not ClassState.CANCELLED and civil_date(now) <= of.ends


def clash_of_learners(class_id: int, starts_at: datetime, ends_at: datetime) -> tuple[int, str] | None:
    """How many of a class's learners have a lesson of another class in that time, and one such class."""
    ours, theirs = aliased(Enrolment), aliased(Enrolment)
    rows = (
        select(func.count(ours.person_id.distinct()), func.min(TrainingClass.code))
        .select_from(ours)
        .join(theirs, and_(theirs.person_id == ours.person_id, theirs.class_id != class_id))
        .join(Lesson, Lesson.class_id == theirs.class_id)
        .join(TrainingClass, TrainingClass.id == theirs.class_id)
        .where(
            ours.class_id == class_id,
            ours.state == EnrolmentState.ENROLLED,
            theirs.state == EnrolmentState.ENROLLED,
            TrainingClass.state != ClassState.CANCELLED,
            Lesson.cancelled_at.is_(None),
            Lesson.starts_at < ends_at,
            Lesson.ends_at > starts_at,
        )
    )
    count, code = db.session.execute(rows).one()
    return (count, code) if count else None


def account_of(person_id: int) -> Account | None:
    """The account of a learner, for messages."""
    return db.session.scalar(select(Account).where(Account.person_id == person_id, Account.active))


def public_class(actor: Actor, class_id: int) -> TrainingClass:
    """A class, unless it is still in preparation: that one is the desk's. Raises NotFound."""
    found = training_class(class_id)
    if found.state is ClassState.PLANNED and not policy.see_training_desk(actor):
        raise NotFound
    return found


def class_by_code(actor: Actor, code: str) -> TrainingClass:
    """The same by its code, in any case. Raises NotFound."""
    found = db.session.scalar(select(TrainingClass.id).where(TrainingClass.code == code.strip().upper()))
    if found is None:
        raise NotFound
    return public_class(actor, found)


def desk_class(actor: Actor, class_id: int) -> TrainingClass:
    """A class, for whoever may see who is in it. Raises NotFound."""
    if not policy.see_roster(actor):
        raise NotFound
    return training_class(class_id)


def lesson_of(of: TrainingClass, lesson_id: int) -> Lesson:
    """A lesson of this class. Raises NotFound."""
    found = db.session.get(Lesson, lesson_id)
    if found is None or found.class_id != of.id:
        raise NotFound
    return found


def enrolment_for(of: TrainingClass, enrolment_id: int) -> Enrolment:
    """A row of this class. Raises NotFound."""
    found = db.session.get(Enrolment, enrolment_id)
    if found is None or found.class_id != of.id:
        raise NotFound
    return found


@dataclass(frozen=True, slots=True)
class Hour:
    """A lesson as timetables show it."""

    lesson: Lesson
    code: str
    course: str
    room: str
    address: str
    trainer: str
    class_id: int


def _hours() -> Select[Lesson, str, str, str, str, str, int]:
    return (
        select(Lesson, TrainingClass.code, Course.name, Room.name, Room.address, Trainer.name, TrainingClass.id)
        .join(TrainingClass, TrainingClass.id == Lesson.class_id)
        .join(Course, Course.id == TrainingClass.course_id)
        .outerjoin(Room, Room.id == Lesson.room_id)
        .outerjoin(Trainer, Trainer.id == Lesson.trainer_id)
        .where(TrainingClass.state != ClassState.CANCELLED)
        .order_by(Lesson.starts_at, Lesson.id)
    )


def _shown(statement: Select[Lesson, str, str, str, str, str, int]) -> list[Hour]:
    return [
        Hour(lesson, code, course, room or "", address or "", trainer or "", class_id)
        for lesson, code, course, room, address, trainer, class_id in db.session.execute(statement)
    ]


def timetable_of_class(class_id: int) -> list[Hour]:
    """The lessons of a class, cancelled ones too, by time. One statement."""
    return _shown(_hours().where(Lesson.class_id == class_id))


def seats_short(of: TrainingClass) -> dict[int, str]:
    """What is said of the rooms of the class's lessons that have too few seats, by room. Two statements."""
    used = select(Lesson.room_id).where(Lesson.class_id == of.id, Lesson.cancelled_at.is_(None))
    rooms = db.session.scalars(select(Room).where(Room.id.in_(used)).order_by(Room.name)).all()
    enrolled = counts([of.id]).get(of.id, {}).get(EnrolmentState.ENROLLED, 0)
    said = {one.id: rules.seats_short(one.name, one.seats, enrolled=enrolled, capacity=of.capacity) for one in rooms}
    return {room_id: sentence for room_id, sentence in said.items() if sentence}


def timetable_of_person(person_id: int, *, since: datetime | None = None) -> list[Hour]:
    """The lessons of every class somebody has a place in, by time. One statement."""
    own = select(Enrolment.class_id).where(Enrolment.person_id == person_id, Enrolment.state == EnrolmentState.ENROLLED)
    statement = _hours().where(Lesson.class_id.in_(own))
    return _shown(statement if since is None else statement.where(Lesson.ends_at >= since))


def timetable_of_trainer(trainer_id: int, *, since: datetime) -> list[Hour]:
    """The lessons a trainer gives from a moment on."""
    given = _hours().where(Lesson.trainer_id == trainer_id, Lesson.ends_at >= since, Lesson.cancelled_at.is_(None))
    return _shown(given.limit(100))


def timetable_of_day(begins: datetime, ends: datetime) -> list[Hour]:
    """All lessons that begin in that time."""
    today = _hours().where(Lesson.starts_at >= begins, Lesson.starts_at < ends, Lesson.cancelled_at.is_(None))
    return _shown(today)


def person_by_calendar(token: str) -> int:
    """Whose timetable a secret address is. Raises NotFound."""
    found = db.session.scalar(select(CalendarLink.person_id).where(CalendarLink.token_hash == digest(token)))
    if found is None:
        raise NotFound
    return found


def has_calendar(person_id: int) -> datetime | None:
    """Since when somebody's timetable has a secret address."""
    return db.session.scalar(select(CalendarLink.made_at).where(CalendarLink.person_id == person_id))


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a roster: the row, who it is, and the enterprise they come for."""

    row: Enrolment
    person: Person
    enterprise: str


def roster(class_id: int, *states: EnrolmentState) -> list[Line]:
    """Who is in a class, by name. One statement."""
    wanted = states or tuple(EnrolmentState)
    rows = (
        select(Enrolment, Person, Enterprise.name)
        .join(Person, Person.id == Enrolment.person_id)
        .outerjoin(Enterprise, Enterprise.id == Enrolment.enterprise_id)
        .where(Enrolment.class_id == class_id, Enrolment.state.in_(wanted), Person.erased_at.is_(None))
        .order_by(Person.name, Enrolment.id)
    )
    return [Line(row, person, firm or "") for row, person, firm in db.session.execute(rows)]


def classes(actor: Actor, *, today: date, when: str = "current", number: int = 1) -> Page:
    """Classes ``current`` (not over yet) or ``past``, with their course, for the desk. Raises NotFound."""
    if not policy.see_training_desk(actor):
        raise NotFound
    statement = select(TrainingClass, Course).join(Course, Course.id == TrainingClass.course_id)
    if when == "past":
        over = or_(TrainingClass.ends < today, TrainingClass.state == ClassState.CANCELLED)
        statement = statement.where(over).order_by(TrainingClass.begins.desc(), TrainingClass.code)
    else:
        going = and_(TrainingClass.ends >= today, TrainingClass.state != ClassState.CANCELLED)
        statement = statement.where(going).order_by(TrainingClass.begins, TrainingClass.code)
    total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    rows = db.session.execute(statement.limit(PER_PAGE).offset((max(1, number) - 1) * PER_PAGE))
    return Page([(of, course) for of, course in rows], max(1, number), PER_PAGE, total)


def offered(today: date, *, course_id: int | None = None) -> list[tuple[TrainingClass, Course]]:
    """Classes that the public may enrol in or that are under way, the next first."""
    statement = (
        select(TrainingClass, Course)
        .join(Course, Course.id == TrainingClass.course_id)
        .where(TrainingClass.state.in_((ClassState.OPEN, ClassState.CLOSED)), TrainingClass.ends >= today)
        .order_by(TrainingClass.begins, TrainingClass.code)
    )
    if course_id is not None:
        statement = statement.where(TrainingClass.course_id == course_id)
    return [(of, course) for of, course in db.session.execute(statement)]


def own_people(actor: Actor, *, today: date, number: int = 1, per_page: int = PER_PAGE) -> Page:
    """The enrolments of the enterprise's own people who agreed that it is told, made while they worked for it.

    Items are (row, person, class, course), the latest class first. Raises NotFound for whoever acts for none.
    """
    if not policy.read_own_people(actor):
        raise NotFound
    statement = (
        select(Enrolment, Person, TrainingClass, Course)
        .join(Person, Person.id == Enrolment.person_id)
        .join(TrainingClass, TrainingClass.id == Enrolment.class_id)
        .join(Course, Course.id == TrainingClass.course_id)
        .where(
            Enrolment.enterprise_id == actor.enterprise_id,
            Enrolment.person_id.in_(persons.shared_ids(actor.enterprise_id or 0, today)),
        )
        .order_by(TrainingClass.begins.desc(), TrainingClass.id.desc(), Person.name, Enrolment.id)
    )
    number, per_page = max(1, number), min(max(1, per_page), LARGEST_PAGE)
    total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    rows = db.session.execute(statement.limit(per_page).offset((number - 1) * per_page))
    return Page([tuple(row) for row in rows], number, per_page, total)


def own_peoples_lessons(actor: Actor, *, today: date, begins: datetime, ends: datetime) -> list[tuple[Hour, list[int]]]:
    """The lessons in that time in which own people have a place, with the ids of those people. Two statements."""
    if not policy.read_own_people(actor):
        raise NotFound
    rows = select(Enrolment.class_id, Enrolment.person_id).where(
        Enrolment.enterprise_id == actor.enterprise_id,
        Enrolment.state == EnrolmentState.ENROLLED,
        Enrolment.person_id.in_(persons.shared_ids(actor.enterprise_id or 0, today)),
    )
    people: dict[int, list[int]] = {}
    for class_id, person_id in db.session.execute(rows.order_by(Enrolment.person_id)):
        people.setdefault(class_id, []).append(person_id)
    within = _hours().where(Lesson.class_id.in_(list(people)), Lesson.starts_at >= begins, Lesson.starts_at < ends)
    return [(hour, people[hour.class_id]) for hour in _shown(within)]


def opened_under(mandate_id: int) -> tuple[int, list[TrainingClass]]:
    """How many classes were opened under a mandate, and the latest of them."""
    opened = select(TrainingClass).where(
        TrainingClass.mandate_id == mandate_id, TrainingClass.state != ClassState.PLANNED
    )
    count = db.session.scalar(select(func.count()).select_from(opened.subquery())) or 0
    latest = db.session.scalars(opened.order_by(TrainingClass.opened_at.desc(), TrainingClass.id.desc()).limit(5)).all()
    return count, list(latest)
