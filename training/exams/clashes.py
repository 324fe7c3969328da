"""What a sitting would clash with: its room, and those who invigilate or examine there. Each is named."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from association.accounts.models import Account
from association.kernel.db import db
from association.kernel.errors import Shortfall
from association.kernel.i18n import _, show_moment
from training.courses.models import Room, Trainer
from training.exams.models import OnDuty, Sitting
from training.rosters.models import Lesson, TrainingClass
from training.vocabulary import ClassState, Duty


def of_room(
    room: Room, starts_at: datetime, ends_at: datetime, *, except_sitting: int | None = None
) -> list[Shortfall]:
    """A lesson or another sitting in the room at that time. Two statements."""
    lesson = db.session.execute(
        select(TrainingClass.code, Lesson.title, Lesson.starts_at)
        .join(TrainingClass, TrainingClass.id == Lesson.class_id)
        .where(
            Lesson.room_id == room.id,
            Lesson.starts_at < ends_at,
            Lesson.ends_at > starts_at,
            Lesson.cancelled_at.is_(None),
            TrainingClass.state != ClassState.CANCELLED,
        )
        .order_by(Lesson.starts_at)
        .limit(1)
    ).one_or_none()
    if lesson is not None:
        code, title, when = lesson
        sentence = _("考场已被占用：{code}《{title}》{when}", code=code, title=title, when=show_moment(when))
        return [Shortfall("room", "clash", sentence)]
    other = db.session.execute(
        select(Sitting.code, Sitting.starts_at)
        .where(
            Sitting.room_id == room.id,
            Sitting.starts_at < ends_at,
            Sitting.ends_at > starts_at,
            Sitting.cancelled_at.is_(None),
            Sitting.id != (except_sitting or 0),
        )
        .order_by(Sitting.starts_at)
        .limit(1)
    ).one_or_none()
    if other is None:
        return []
    sentence = _("考场已被占用：考试{code}，{when}", code=other[0], when=show_moment(other[1]))
    return [Shortfall("room", "clash", sentence)]


def of_duties(
    accounts: Collection[int], starts_at: datetime, ends_at: datetime, *, except_sitting: int
) -> list[Shortfall]:
    """Those of these accounts who are on duty elsewhere at that time, or teach. Two statements."""
    found = [
        Shortfall(_field(duty), "busy", _("{name}同一时间在考试{code}{duty}", name=name, code=code, duty=duty.label))
        for name, code, duty in db.session.execute(
            select(Account.name, Sitting.code, OnDuty.duty)
            .join(OnDuty, OnDuty.account_id == Account.id)
            .join(Sitting, Sitting.id == OnDuty.sitting_id)
            .where(
                Account.id.in_(accounts),
                Sitting.starts_at < ends_at,
                Sitting.ends_at > starts_at,
                Sitting.cancelled_at.is_(None),
                Sitting.id != except_sitting,
            )
            .order_by(Account.id)
        )
    ]
    found += [
        Shortfall(
            "invigilators",
            "teaches",
            _("{name}同一时间有课：{code}《{title}》", name=name, code=code, title=title),
        )
        for name, code, title in db.session.execute(
            select(Account.name, TrainingClass.code, Lesson.title)
            .join(Trainer, Trainer.account_id == Account.id)
            .join(Lesson, Lesson.trainer_id == Trainer.id)
            .join(TrainingClass, TrainingClass.id == Lesson.class_id)
            .where(
                Account.id.in_(accounts),
                Lesson.starts_at < ends_at,
                Lesson.ends_at > starts_at,
                Lesson.cancelled_at.is_(None),
                TrainingClass.state != ClassState.CANCELLED,
            )
            .order_by(Account.id)
        )
    ]
    return found


def _field(duty: Duty) -> str:
    return "examiners" if duty is Duty.EXAMINER else "invigilators"
