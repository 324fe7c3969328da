"""Questions about courses, syllabus versions, rooms and trainers."""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path

from sqlalchemy import func, or_, select

from association.kernel.db import db
from association.kernel.errors import NotFound
from training.courses import rules
from training.courses.models import Course, Room, Subject, Syllabus, Trainer, TrainerQualification
from training.courses.rules import Held, TrainerRule, Way
from training.vocabulary import Level, Qualification

TRAINER_RULES = Path(__file__).parent.parent / "data" / "trainers.json"


def course(code: str) -> Course:
    """The course of this code; courses are public. Raises NotFound."""
    found = db.session.scalar(select(Course).where(Course.code == code.upper()))
    if found is None:
        raise NotFound
    return found


def course_by_id(course_id: int) -> Course:
    """The same by id."""
    found = db.session.get(Course, course_id)
    if found is None:
        raise NotFound
    return found


def offered(today: date) -> Sequence[Course]:
    """The courses that classes may be opened of, by code."""
    still = or_(Course.retired_on.is_(None), Course.retired_on >= today)
    return db.session.scalars(select(Course).where(still).order_by(Course.code)).all()


def all_courses() -> Sequence[Course]:
    """Every course, by code."""
    return db.session.scalars(select(Course).order_by(Course.code)).all()


def versions(course: Course) -> Sequence[Syllabus]:
    """Every version of its syllabus, the newest first."""
    found = select(Syllabus).where(Syllabus.course_id == course.id).order_by(Syllabus.number.desc())
    return db.session.scalars(found).all()


def syllabus(syllabus_id: int) -> Syllabus:
    """The version with this id. Raises NotFound."""
    found = db.session.get(Syllabus, syllabus_id)
    if found is None:
        raise NotFound
    return found


def syllabus_on(course: Course, day: date) -> Syllabus | None:
    """The version that a class beginning on that day takes: the newest that has begun."""
    found = select(Syllabus).where(Syllabus.course_id == course.id, Syllabus.begins <= day)
    return db.session.scalars(found.order_by(Syllabus.number.desc()).limit(1)).first()


def current_versions(courses: Iterable[Course], day: date) -> dict[int, Syllabus]:
    """For each course the version in force on that day. One statement."""
    ids = [one.id for one in courses]
    found = select(Syllabus).where(Syllabus.course_id.in_(ids), Syllabus.begins <= day).order_by(Syllabus.number)
    return {one.course_id: one for one in db.session.scalars(found)}


def subjects(syllabus: Syllabus) -> Sequence[Subject]:
    """What a version teaches, in its order."""
    found = select(Subject).where(Subject.syllabus_id == syllabus.id).order_by(Subject.position)
    return db.session.scalars(found).all()


def rooms(*, in_use: bool = True) -> Sequence[Room]:
    """Rooms by name."""
    found = select(Room).order_by(Room.name)
    return db.session.scalars(found.where(Room.in_use) if in_use else found).all()


def room(room_id: int) -> Room:
    """The room with this id. Raises NotFound."""
    found = db.session.get(Room, room_id)
    if found is None:
        raise NotFound
    return found


def trainers(*, in_use: bool = True) -> Sequence[Trainer]:
    """Trainers by name."""
    found = select(Trainer).order_by(Trainer.name, Trainer.id)
    return db.session.scalars(found.where(Trainer.in_use) if in_use else found).all()


def trainer(trainer_id: int) -> Trainer:
    """The trainer with this id. Raises NotFound."""
    found = db.session.get(Trainer, trainer_id)
    if found is None:
        raise NotFound
    return found


def trainer_of_account(account_id: int | None) -> Trainer | None:
    """The trainer whose account this is."""
    return None if account_id is None else db.session.scalar(select(Trainer).where(Trainer.account_id == account_id))


def qualifications(trainer_ids: Iterable[int]) -> dict[int, list[TrainerQualification]]:
    """What each trainer holds. One statement."""
    found: dict[int, list[TrainerQualification]] = {}
    ids = list(trainer_ids)
    rows = select(TrainerQualification).where(TrainerQualification.trainer_id.in_(ids))
    for one in db.session.scalars(rows.order_by(TrainerQualification.since, TrainerQualification.id)):
        found.setdefault(one.trainer_id, []).append(one)
    return found


def has_code(code: str) -> bool:
    """Whether a course has this code."""
    return db.session.scalar(select(Course.id).where(Course.code == code)) is not None


def has_room(name: str) -> bool:
    """Whether a room has this name."""
    return db.session.scalar(select(Room.id).where(Room.name == name)) is not None


@cache
def trainer_rules() -> tuple[TrainerRule, ...]:
    """Who may teach which level, from when to when (``training/data/trainers.json``)."""
    return tuple(
        TrainerRule(
            begins=date.fromisoformat(row["begins"]) if row["begins"] else None,
            ends=date.fromisoformat(row["ends"]) if row["ends"] else None,
            levels=tuple(Level(level) for level in row["levels"]),
            ways=tuple(Way(Qualification(way["holds"]), way["years"]) for way in row["any_of"]),
            source=row["source"],
        )
        for row in json.loads(TRAINER_RULES.read_text(encoding="utf-8"))
    )


def may_teach(trainer: Trainer, level: Level, on: date) -> bool:
    """Whether a trainer may teach that level on that day."""
    held = [Held(one.kind, one.since, one.until) for one in qualifications([trainer.id]).get(trainer.id, [])]
    return rules.may_teach(trainer_rules(), level, held, on)


def levels_taught(held: Iterable[TrainerQualification], on: date) -> list[Level]:
    """The levels that whoever holds this may teach on that day."""
    has = [Held(one.kind, one.since, one.until) for one in held]
    return [level for level in Level if rules.may_teach(trainer_rules(), level, has, on)]


def version(course: Course, number: int) -> Syllabus:
    """A version of a course's syllabus by its number. Raises NotFound."""
    found = select(Syllabus).where(Syllabus.course_id == course.id, Syllabus.number == number)
    syllabus = db.session.scalars(found).first()
    if syllabus is None:
        raise NotFound
    return syllabus


def hours_of(syllabuses: Iterable[Syllabus]) -> dict[int, int]:
    """Class hours of each version, all subjects together. One statement."""
    ids = [one.id for one in syllabuses]
    rows = select(Subject.syllabus_id, func.sum(Subject.hours)).where(Subject.syllabus_id.in_(ids))
    return {row[0]: int(row[1]) for row in db.session.execute(rows.group_by(Subject.syllabus_id))}
