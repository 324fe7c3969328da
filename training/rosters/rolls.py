"""What the printed list of a class says: the roster page on paper, as it was filtered and sorted."""

from collections.abc import Sequence
from datetime import UTC, datetime, time

from association.kernel.dates import at_clock, civil_date
from association.kernel.i18n import _, show_date, show_moment
from association.paper.rules import Fact, Facts, Sheet, Table, Value, Words
from association.paper.words import ISSUER, PAGES
from training.courses.models import Course
from training.rosters.listing import LACKS, SORTS, Entry, Filters
from training.rosters.models import TrainingClass


def roster(
    of: TrainingClass, course: Course, filters: Filters, lines: Sequence[Entry], *, files: bool, now: datetime
) -> Sheet:
    """A line for each person. ``files``: with the last four of the identity number, the notice, the card."""
    columns, widths = [_("次序"), _("姓名"), _("工作单位"), _("状态"), _("报名时间")], [0.9, 2.0, 4.2, 1.2, 2.2]
    if files:
        columns[2:2], widths[2:2] = [_("身份证号码")], [1.5]
        columns.append(_("告知与核对"))
        widths.append(2.2)
    rows = [_line(one, files) for one in lines]
    facts = [
        Fact(_("课程"), Value(course.name)),
        Fact(_("班级"), Value(of.code, code=True)),
        Fact(_("日期"), Value(f"{show_date(of.begins)} – {show_date(of.ends)}")),
        Fact(_("人数"), Value(str(len(lines)))),
        Fact(_("范围"), Value(_extent(filters))),
        Fact(_("排序"), Value(_(SORTS[filters.sort]) + (_("（倒序）") if filters.down else ""))),
    ]
    nobody = Words("", [Value(_("没有符合条件的人员"))])
    return Sheet(
        title=_("学员名单"),
        name=_("学员名单，班级{code}", code=of.code),
        language="zh",
        issuer=_(ISSUER),
        over=_("培训"),
        lead="",
        parts=[Facts("", facts, columns=2), Table(_("学员名单"), columns, widths, rows) if rows else nobody],
        footer=_("本名单含个人信息，只用于本班培训管理，不得拍照外传。"),
        pages=_(PAGES),
        at=at_clock(civil_date(now), time()).astimezone(UTC),
    )


def _extent(filters: Filters) -> str:
    said = [
        filters.name and _("姓名含“{part}”", part=filters.name),
        filters.enterprise and _("工作单位含“{part}”", part=filters.enterprise),
        filters.state.label if filters.state else _("已报名和候补"),
        filters.lacks and _(LACKS[filters.lacks]),
    ]
    return _("；").join(part for part in said if part)


def _line(one: Entry, files: bool) -> list[Value]:
    row = [
        Value(str(one.number)),
        Value(one.person.name),
        Value(one.enterprise or "—"),
        Value(one.row.state.label),
        Value(show_moment(one.row.queued_at)),
    ]
    if files:
        row.insert(2, Value(f"…{one.person.identity_tail}", code=True))
        lacking = [
            "" if one.agrees else _("未同意培训告知"),
            "" if one.person.checked_at else _("身份证未核对"),
        ]
        row.append(Value(_("、").join(part for part in lacking if part) or _("齐全")))
    return row
