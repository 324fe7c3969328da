"""What classes hold of a person: places in classes, and the secret address of the own timetable."""

from collections.abc import Sequence

from sqlalchemy import delete

from association.kernel.db import db
from association.kernel.errors import Conflict
from association.kernel.i18n import _
from association.persons.holdings import Doing, Holding, Section
from association.persons.models import Person
from training.rosters import queries, service
from training.rosters.models import CalendarLink
from training.vocabulary import EnrolmentState


def take(person: Person) -> Sequence[Section]:
    """Every class somebody enrolled in, the newest first."""
    columns = (_("班级"), _("课程"), _("开班日期"), _("状态"), _("报名时间"))
    rows = [
        (of.code, course.name, of.begins, row.state.label, row.queued_at)
        for row, of, course in queries.classes_of_person(person.id)
    ]
    return [Section(_("培训班级"), columns, rows)]


def forget(person: Person, doing: Doing) -> None:
    """The rows keep no name; places still to come are given up, and whoever waits moves up."""
    for row, of, _course in queries.classes_of_person(person.id):
        if row.state is not EnrolmentState.WITHDRAWN and queries.still_to_come(of, doing.now):
            row.state, row.withdrawn_at = EnrolmentState.WITHDRAWN, doing.now
            db.session.flush()
            service.move_up(of, actor=doing.actor, now=doing.now)
    db.session.execute(delete(CalendarLink).where(CalendarLink.person_id == person.id))


def move(gone: Person, kept: Person, _doing: Doing) -> None:
    """Places follow. Raises Conflict when both files have one in the same class."""
    own = {row.class_id: row for row, _of, _course in queries.classes_of_person(kept.id)}
    for row, of, _course in queries.classes_of_person(gone.id):
        other = own.get(row.class_id)
        if other is None:
            row.person_id = kept.id
        elif EnrolmentState.WITHDRAWN not in (row.state, other.state):
            raise Conflict(_("两份档案都在班级{code}的名单中，请先让其中一份退出该班。", code=of.code))
        elif other.state is EnrolmentState.WITHDRAWN and row.state is not EnrolmentState.WITHDRAWN:
            raise Conflict(_("保留的档案曾退出班级{code}，而并入的档案在该班名单中；请改为保留后者。", code=of.code))
    db.session.execute(delete(CalendarLink).where(CalendarLink.person_id == gone.id))
    db.session.flush()


HOLDING = Holding(take, forget, move, tables=("enrolment", "calendar_link"))
