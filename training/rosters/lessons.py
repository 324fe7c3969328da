"""Planning, moving and cancelling lessons: none clashes with another of its room, its trainer or its class."""

from datetime import datetime
from typing import Any

from sqlalchemy import select

from association.kernel.actors import Actor, require
from association.kernel.dates import civil_date
from association.kernel.db import db, lock_row, transaction
from association.kernel.errors import Conflict, Shortfall
from association.kernel.i18n import _, show_date
from association.ledger import service as ledger
from training import policy
from training.courses import queries as courses
from training.courses.models import Room, Trainer
from training.rosters import queries, rules, service
from training.rosters.models import Lesson, TrainingClass
from training.rosters.rules import Slot


def plan_lesson(
    of: TrainingClass,
    *,
    title: str,
    starts_at: datetime,
    ends_at: datetime,
    subject_id: int | None = None,
    room_id: int | None = None,
    trainer_id: int | None = None,
    actor: Actor,
    now: datetime,
) -> Lesson:
    """A lesson of a class. Raises Invalid and says what it clashes with: room, trainer, the class, its learners."""
    require(policy.plan_lesson, actor)
    service.insist_not_cancelled(of)
    lesson = Lesson(
        class_id=of.id,
        title=title.strip(),
        starts_at=starts_at,
        ends_at=ends_at,
        subject_id=subject_id,
        room_id=room_id,
        trainer_id=trainer_id,
    )
    with transaction():
        _insist_lesson(of, lesson)
        db.session.add(lesson)
        db.session.flush()
        ledger.record("lesson.planned", service.subject(of), actor=actor, at=now, **_lesson_facts(lesson))
    return lesson


def change_lesson(of: TrainingClass, lesson: Lesson, *, actor: Actor, now: datetime, **details: Any) -> None:
    """Move a lesson, or give it another room or trainer. Raises Invalid, Conflict."""
    require(policy.plan_lesson, actor)
    service.insist_not_cancelled(of)
    if lesson.cancelled_at is not None:
        raise Conflict(_("这节课已取消。"))
    with transaction():
        for name, value in details.items():
            setattr(lesson, name, value)
        _insist_lesson(of, lesson)
        ledger.record("lesson.changed", service.subject(of), actor=actor, at=now, **_lesson_facts(lesson))


def cancel_lesson(of: TrainingClass, lesson: Lesson, *, actor: Actor, now: datetime) -> None:
    """The lesson is not given; it stays on record. Raises Conflict."""
    require(policy.plan_lesson, actor)
    if lesson.cancelled_at is not None:
        raise Conflict(_("这节课已取消。"))
    with transaction():
        lesson.cancelled_at = now
        ledger.record("lesson.cancelled", service.subject(of), actor=actor, at=now, **_lesson_facts(lesson))


def _insist_lesson(of: TrainingClass, lesson: Lesson) -> None:
    """Inside the transaction that writes it: two people planning at once see each other's lessons."""
    found = []
    if not lesson.title:
        found.append(Shortfall("title", "blank", _("请填写此项")))
    if not 1 <= lesson.minutes <= rules.LONGEST_LESSON_MINUTES:
        found.append(Shortfall("ends_at", "length", _("下课时间应晚于上课时间，一节课最长12小时")))
    if not of.begins <= civil_date(lesson.starts_at) <= of.ends:
        sentence = _(
            "课次应在班级的起止日期（{begins}至{ends}）之内", begins=show_date(of.begins), ends=show_date(of.ends)
        )
        found.append(Shortfall("starts_at", "outside", sentence))
    if found:
        raise service.invalid(*found)
    # Who plans a lesson waits for whoever plans another in the same room or with the same trainer.
    occupied = [(Room, lesson.room_id), (Trainer, lesson.trainer_id), (TrainingClass, of.id)]
    for model, row_id in occupied:
        if row_id is not None:
            db.session.execute(lock_row(select(model.id).where(model.id == row_id)))
    with db.session.no_autoflush:
        known = queries.slots_between(
            lesson.starts_at, lesson.ends_at, class_id=of.id, room_id=lesson.room_id, trainer_id=lesson.trainer_id
        )
        course = courses.course_by_id(of.course_id)
        planned = Slot(
            lesson.starts_at, lesson.ends_at, lesson.title, of.code, lesson.id, lesson.room_id, lesson.trainer_id
        )
        found = rules.clashes(planned, known)
        day = civil_date(lesson.starts_at)
        if lesson.trainer_id is not None and not courses.may_teach(
            courses.trainer(lesson.trainer_id), course.level, day
        ):
            sentence = _(
                "此教员在{day}不具备{level}的授课条件，请核对其证书", day=show_date(day), level=course.level.label
            )
            found.append(Shortfall("trainer", "not_qualified", sentence))
        if not found and (clash := queries.clash_of_learners(of.id, lesson.starts_at, lesson.ends_at)) is not None:
            count, other = clash
            sentence = _("本班{count}名学员同一时间在{code}另有课", count=count, code=other)
            found.append(Shortfall("starts_at", "clash_learners", sentence))
    if found:
        raise service.invalid(*found)


def _lesson_facts(lesson: Lesson) -> dict[str, Any]:
    return {
        "lesson": lesson.id,
        "starts_at": lesson.starts_at.isoformat(),
        "ends_at": lesson.ends_at.isoformat(),
        "room": lesson.room_id,
        "trainer": lesson.trainer_id,
    }
