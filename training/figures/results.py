"""Results of examinations by course and by trainer, of classes that ended in a time. Four statements for any number."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from sqlalchemy import select

from association.kernel.actors import Actor
from association.kernel.dates import civil_date
from association.kernel.db import db
from association.kernel.errors import NotFound
from training import policy
from training.courses.models import Course, Syllabus, Trainer
from training.exams.models import Sitter, Sitting
from training.exams.queries import asked_of
from training.figures import tallies
from training.figures.tallies import Line, Small, Tally
from training.figures.teams import DATA
from training.rosters.models import Lesson, TrainingClass


@cache
def small() -> tuple[Small, ...]:
    """How many people a rate needs, from when to when (``training/data/figures.json``)."""
    rows = json.loads(DATA.read_text(encoding="utf-8"))["small"]
    return tuple(Small(_day(row["begins"]), _day(row["ends"]), row["people"], row["source"]) for row in rows)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def courses() -> Sequence[Course]:
    """Courses of which results are released, by code."""
    examined = (
        select(TrainingClass.course_id)
        .join(Sitting, Sitting.class_id == TrainingClass.id)
        .where(Sitting.released_at.is_not(None), Sitting.cancelled_at.is_(None))
    )
    return db.session.scalars(select(Course).where(Course.id.in_(examined)).order_by(Course.code)).all()


@dataclass(frozen=True, slots=True)
class Results:
    """By course in the order of their codes, by trainer in the order of their names: nobody is ranked."""

    courses: Sequence[tuple[Course, Tally]]
    trainers: Sequence[tuple[Trainer, Tally]]
    total: Tally
    own: bool


def results(actor: Actor, begins: date, ends: date, *, course: int | None = None) -> Results:
    """Released results of classes whose last day lies between ``begins`` and ``ends``. A trainer sees the classes in
    which they give lessons, and only their own line. Raises NotFound."""
    if not policy.see_results(actor):
        raise NotFound
    own = not policy.see_figures(actor)
    where = [TrainingClass.ends >= begins, TrainingClass.ends <= ends]
    if course is not None:
        where.append(TrainingClass.course_id == course)
    if own:
        mine = (
            select(Lesson.class_id)
            .join(Trainer, Trainer.id == Lesson.trainer_id)
            .where(Trainer.account_id == actor.account_id, Lesson.cancelled_at.is_(None))
        )
        where.append(TrainingClass.id.in_(mine))
    classes = db.session.execute(
        select(TrainingClass.id, Course, Syllabus)
        .join(Course, Course.id == TrainingClass.course_id)
        .join(Syllabus, Syllabus.id == TrainingClass.syllabus_id)
        .where(*where)
        .order_by(Course.code)
    ).all()
    sat = db.session.execute(
        select(Sitting.class_id, Sitter.person_id, Sitting.part, Sitting.starts_at, Sitter.mark)
        .join(Sitting, Sitting.id == Sitter.sitting_id)
        .join(TrainingClass, TrainingClass.id == Sitting.class_id)
        .where(Sitting.released_at.is_not(None), Sitting.cancelled_at.is_(None), *where)
    )
    lines = [Line(class_id, person_id, part, civil_date(at), mark) for class_id, person_id, part, at, mark in sat]
    found = tallies.by_class(lines, {class_id: asked_of(syllabus) for class_id, _course, syllabus in classes})
    taught = (
        select(Lesson.class_id, Trainer)
        .join(Trainer, Trainer.id == Lesson.trainer_id)
        .join(TrainingClass, TrainingClass.id == Lesson.class_id)
        .where(Lesson.cancelled_at.is_(None), *where)
        .distinct()
    )
    if own:
        taught = taught.where(Trainer.account_id == actor.account_id)
    by_course: dict[int, tuple[Course, Tally]] = {}
    for class_id, one, _syllabus in classes:
        if class_id in found:
            by_course.setdefault(one.id, (one, Tally()))[1].add(found[class_id])
    by_trainer: dict[int, tuple[Trainer, Tally]] = {}
    for class_id, trainer in db.session.execute(taught):
        if class_id in found:
            by_trainer.setdefault(trainer.id, (trainer, Tally()))[1].add(found[class_id])
    trainers = sorted(by_trainer.values(), key=lambda row: (row[0].name, row[0].id))
    return Results(list(by_course.values()), trainers, tallies.joined(found.values()), own)
