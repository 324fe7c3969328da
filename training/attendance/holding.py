"""What attendance holds of a person: when they were seen in which lesson."""

from collections.abc import Sequence

from sqlalchemy import select, update

from association.kernel.db import db
from association.kernel.i18n import _
from association.persons.holdings import Doing, Holding, Section
from association.persons.models import Person
from training.attendance.models import SightingRecord
from training.rosters.models import Lesson, TrainingClass


def take(person: Person) -> Sequence[Section]:
    """Everything that was seen or stated, the newest first."""
    columns = (_("班级"), _("课次"), _("时间"), _("记录"), _("方式"), _("分钟"), _("原因"))
    found = db.session.execute(
        select(SightingRecord, Lesson, TrainingClass)
        .join(Lesson, Lesson.id == SightingRecord.lesson_id)
        .join(TrainingClass, TrainingClass.id == Lesson.class_id)
        .where(SightingRecord.person_id == person.id)
        .order_by(SightingRecord.at.desc(), SightingRecord.id.desc())
    )
    rows = [
        (of.code, lesson.title, one.at, one.kind.label, one.source.label, one.minutes, one.why)
        for one, lesson, of in found
    ]
    return [Section(_("考勤"), columns, rows)]


def forget(person: Person, _doing: Doing) -> None:
    """Minutes stay, as do those of everybody in the class; the mark of a telephone and what was written go."""
    own = update(SightingRecord).where(SightingRecord.person_id == person.id)
    db.session.execute(own.values(device="", why=""))


def move(gone: Person, kept: Person, _doing: Doing) -> None:
    """What was seen of one file was seen of the same person."""
    own = update(SightingRecord).where(SightingRecord.person_id == gone.id)
    db.session.execute(own.values(person_id=kept.id))


HOLDING = Holding(take, forget, move, tables=("sighting",))
