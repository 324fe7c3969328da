"""The examinations somebody has a seat in, for their own calendar."""

from sqlalchemy import select

from association.kernel.db import db
from association.kernel.i18n import _
from training.courses.models import Course, Room
from training.exams.models import Sitter, Sitting
from training.rosters.calendars import Appointment
from training.rosters.models import TrainingClass


def of_person(person_id: int) -> list[Appointment]:
    """Every sitting the person has a seat in, cancelled ones too, by time. One statement."""
    statement = (
        select(Sitting, Sitter, Course.name, Room.name, Room.address)
        .join(Sitter, Sitter.sitting_id == Sitting.id)
        .join(TrainingClass, TrainingClass.id == Sitting.class_id)
        .join(Course, Course.id == TrainingClass.course_id)
        .join(Room, Room.id == Sitting.room_id)
        .where(Sitter.person_id == person_id)
        .order_by(Sitting.starts_at, Sitting.id)
    )
    return [
        Appointment(
            f"sitting-{sitting.id}",
            sitting.version,
            sitting.starts_at,
            sitting.ends_at,
            _("考试：{course}（{part}）", course=course, part=sitting.part.label),
            _("考试{code}，{seat}号座位。请携带身份证，提前到场。", code=sitting.code, seat=sitter.seat),
            " ".join(part for part in (room, address) if part),
            sitting.cancelled_at is not None,
        )
        for sitting, sitter, course, room, address in db.session.execute(statement)
    ]
