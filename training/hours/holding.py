"""What continuing hours hold of a person: evidence handed in, and what they were reminded of."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from association.enterprises.models import Enterprise
from association.kernel.db import db
from association.kernel.i18n import _
from association.persons.holdings import Doing, Holding, Section
from association.persons.models import Person
from training.courses.models import Course
from training.hours import earnings, queries
from training.hours.models import HoursEvidence, HoursReminder


def take(person: Person) -> Sequence[Section]:
    """Everything that counts, what was handed in, and the reminders."""
    reminded = db.session.execute(
        select(HoursReminder, Course.name, Enterprise.name)
        .join(Course, Course.id == HoursReminder.course_id)
        .outerjoin(Enterprise, Enterprise.id == HoursReminder.enterprise_id)
        .where(HoursReminder.person_id == person.id, HoursReminder.missing > 0)
        .order_by(HoursReminder.id)
    )
    return [
        Section(
            _("继续教育学时"),
            (_("来源"), _("内容"), _("班级或主办单位"), _("开始日期"), _("结束日期"), _("学时"), _("专业科目")),
            [
                (one.source.label, one.what, one.by, one.begins, one.ends, one.hours, _("是") if one.professional else _("否"))
                for one in earnings.credits_of([person.id]).get(person.id, [])
            ],
        ),
        Section(
            _("继续教育证明"),
            (_("主办单位"), _("内容"), _("开始日期"), _("结束日期"), _("提交的学时"), _("计入的学时"), _("状态"), _("理由"),
             _("提交时间")),
            [
                (one.organiser, one.subject, one.begins, one.ends, one.hours, one.hours_accepted, one.state.label, one.reason,
                 one.handed_in_at)
                for one in queries.evidence_of(person.id)
            ],
        ),
        Section(
            _("学时提醒"),
            (_("课程"), _("年度"), _("还缺学时"), _("提醒了谁"), _("日期")),
            [(name, one.year, one.missing, firm or _("本人"), one.told_on) for one, name, firm in reminded],
        ),
    ]  # fmt: skip


def forget(person: Person, _doing: Doing) -> None:
    """Evidence with its scans, and reminders, are deleted."""
    for table in (HoursEvidence, HoursReminder):
        db.session.execute(delete(table).where(table.person_id == person.id))
    db.session.flush()


def move(gone: Person, kept: Person, _doing: Doing) -> None:
    """Evidence follows; of reminders those that the kept file has not had already."""
    db.session.execute(update(HoursEvidence).where(HoursEvidence.person_id == gone.id).values(person_id=kept.id))
    had = {_about(one) for one in _reminders(kept)}
    for one in _reminders(gone):
        if _about(one) in had:
            db.session.delete(one)
        else:
            one.person_id = kept.id
    db.session.flush()


def _reminders(person: Person) -> Sequence[HoursReminder]:
    return db.session.scalars(select(HoursReminder).where(HoursReminder.person_id == person.id)).all()


def _about(one: HoursReminder) -> tuple[int, int, int, int | None]:
    return one.course_id, one.year, one.days, one.enterprise_id


HOLDING = Holding(take, forget, move, tables=("hours_evidence", "hours_reminder"))
