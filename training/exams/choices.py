"""What a sitting may be made of: classes that can be examined, people for its duties, the plan of the last one."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select

from association.accounts.models import Account
from association.kernel.actors import Role
from association.kernel.db import db
from training.courses.models import Course
from training.exams.models import Sitting
from training.exams.queries import Held
from training.exams.rules import PlanLine
from training.rosters.models import TrainingClass
from training.vocabulary import ClassState, Means

# Resits come months after a class; the longest that a syllabus of ours allows is a year.
LOOK_BACK = timedelta(days=550)


def classes(today: date) -> Sequence[tuple[TrainingClass, Course]]:
    """Classes that a sitting may be arranged for, the latest first."""
    rows = (
        select(TrainingClass, Course)
        .join(Course, Course.id == TrainingClass.course_id)
        .where(
            TrainingClass.state.not_in((ClassState.CANCELLED, ClassState.PLANNED)),
            TrainingClass.ends >= today - LOOK_BACK,
        )
        .order_by(TrainingClass.begins.desc(), TrainingClass.id.desc())
    )
    return [(of, course) for of, course in db.session.execute(rows)]


def people_for_duty() -> list[tuple[int, str]]:
    """Trainers, examiners and the training desk: account and name, by name."""
    wanted = {Role.TRAINER.value, Role.TRAINING_STAFF.value}
    rows = db.session.execute(
        select(Account.id, Account.name, Account.roles).where(Account.active).order_by(Account.name, Account.id)
    )
    return [(account_id, name) for account_id, name, held in rows if wanted.intersection(held)]


def last_plan(course_id: int, means: Means) -> list[PlanLine]:
    """The plan of the newest sitting of the course by these means; empty when there is none."""
    found = db.session.scalar(
        select(Sitting.plan)
        .join(TrainingClass, TrainingClass.id == Sitting.class_id)
        .where(TrainingClass.course_id == course_id, Sitting.means == means)
        .order_by(Sitting.id.desc())
        .limit(1)
    )
    return lines_of(found or ())


def lines_of(plan: Sequence[object]) -> list[PlanLine]:
    """A stored plan as the rules read it."""
    return [PlanLine(**line) for line in plan if isinstance(line, dict)]


def plan_of(found: Held) -> list[PlanLine]:
    """The blueprint of a sitting's paper, or its checklist."""
    return lines_of(found.sitting.plan)
