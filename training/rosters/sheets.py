"""What a sign-in sheet and badges say. Names only: no number, no telephone."""

from collections.abc import Sequence
from datetime import UTC, datetime, time

from association.kernel.dates import at_clock, civil_date
from association.kernel.i18n import _, show_clock, show_date
from association.paper.rules import Badge, Badges, Fact, Facts, Sheet, Table, Value, Words
from association.paper.words import ISSUER, PAGES
from training.courses.models import Course
from training.rosters.models import TrainingClass
from training.rosters.queries import Hour, Line

MOST_LESSONS = 60


def _day(now: datetime) -> datetime:
    """Sheets printed on one day are the same file."""
    return at_clock(civil_date(now), time()).astimezone(UTC)


def sign_in(of: TrainingClass, course: Course, hours: Sequence[Hour], lines: Sequence[Line], *, now: datetime) -> Sheet:
    """A table to sign for each lesson; a class without lessons gets one for its first day."""
    columns = (_("序号"), _("姓名"), _("单位"), _("签到"), _("签退"))
    rows = [
        (Value(str(place)), Value(line.person.name), Value(line.enterprise), Value(""), Value(""))
        for place, line in enumerate(lines, 1)
    ]
    titles = [_title(hour) for hour in hours[:MOST_LESSONS]] or [show_date(of.begins)]
    tables = [Table(title, columns, (0.9, 2.2, 4.2, 2.4, 2.4), rows) for title in titles]
    nobody = [Words("", [Value(_("还没有人报名。"))])]
    return Sheet(
        title=_("签到表"),
        name=_("签到表，班级{code}", code=of.code),
        language="zh",
        issuer=_(ISSUER),
        over=_("培训"),
        lead="",
        parts=[
            Facts(
                "",
                [
                    Fact(_("课程"), Value(course.name)),
                    Fact(_("班级"), Value(of.code, code=True)),
                    Fact(_("日期"), Value(f"{show_date(of.begins)} – {show_date(of.ends)}")),
                    Fact(_("人数"), Value(str(len(lines)))),
                ],
                columns=2,
            ),
            *(tables if lines else nobody),
        ],
        footer=_("本表只用于本班签到，用后由培训部门保存，不得拍照外传。"),
        pages=_(PAGES),
        at=_day(now),
    )


def _title(hour: Hour) -> str:
    lesson = hour.lesson
    when = f"{show_date(civil_date(lesson.starts_at))} {show_clock(lesson.starts_at)}–{show_clock(lesson.ends_at)}"
    return " · ".join(part for part in (when, lesson.title, hour.room, hour.trainer) if part)


def badges(of: TrainingClass, course: Course, lines: Sequence[Line], *, now: datetime) -> Badges:
    """One badge for each learner, by name."""
    return Badges(
        title=_("胸卡"),
        language="zh",
        issuer=_(ISSUER),
        empty=_("还没有人报名。"),
        badges=[
            Badge(line.person.name, line.enterprise, course.name, _("班级{code}", code=of.code), str(place))
            for place, line in enumerate(lines, 1)
        ],
        at=_day(now),
    )
