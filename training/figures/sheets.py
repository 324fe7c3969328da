"""The same figures as workbooks: numbers are numbers, names and certificate numbers stay texts."""

from collections.abc import Iterable, Sequence
from datetime import date

from association.kernel.i18n import _, show_date
from association.persons.models import Person
from association.workbooks import writing
from association.workbooks.marking import Sheet
from training.certificates.models import Certificate
from training.courses.models import Course
from training.figures import rules
from training.figures.queries import Counted, EndingRow, Soon
from training.vocabulary import Level


def month_said(month: date) -> str:
    """A month as it heads a column."""
    return f"{month:%Y-%m}"


def month_short(month: date) -> str:
    """The same where there is little room."""
    return f"{month:%y-%m}"


def level_said(level: Level) -> str:
    return str(level.label)


def ending(rows: Sequence[EndingRow], people: Sequence[Soon], *, today: date) -> bytes:
    """Enterprise by enterprise and month by month; a second sheet by name, for whoever may see names."""
    months = rules.months_from(today)
    headings = [
        (_("工作单位"), 36.0),
        (_("已逾期"), 10.0),
        *((month_said(month), 10.0) for month in months),
        (_("合计"), 10.0),
    ]
    table: Iterable[tuple[Sequence[writing.Value], str]] = (
        (
            [
                row.name or _("没有登记任职单位"),
                row.ending.overdue,
                *(row.ending.months.get(month, 0) for month in months),
                row.ending.coming,
            ],
            "",
        )
        for row in rows
    )
    names = None
    if people:
        head = (_("姓名"), _("工作单位"), _("证书编号"), _("课程"), _("等级"), _("有效期至"))
        body = [
            (
                one.person.name,
                one.enterprise,
                one.certificate.number,
                one.certificate.title,
                level_said(one.certificate.level),
                one.certificate.valid_until.isoformat() if one.certificate.valid_until else "",
            )
            for one in people
        ]
        names = Sheet(_("到期人员"), [head, *body], (18, 36, 24, 36, 14, 14), frozenset({0}))
    return writing.table_with(_("到期证书"), headings, table, toned=-1, further=names)


def certified(those: Iterable[tuple[Certificate, Person, str]], *, on: date) -> bytes:
    """Who held which certificate on that day."""
    headings = [
        (_("姓名"), 18.0),
        (_("当日任职单位"), 36.0),
        (_("证书编号"), 24.0),
        (_("课程"), 36.0),
        (_("等级"), 14.0),
        (_("签发日期"), 14.0),
        (_("有效期至"), 14.0),
    ]
    rows = (
        (person.name, firm, one.number, one.title, level_said(one.level), one.issued_on, one.valid_until or "")
        for one, person, firm in those
    )
    return writing.workbook(_("持证人员"), headings, rows, title=_("{day}的持证人员", day=show_date(on)))


def counted(
    courses: Sequence[tuple[Course, Counted]], firms: Sequence[tuple[int | None, str, Counted]], *, on: date
) -> bytes:
    """The same in numbers only: by course, and on a second sheet by enterprise."""
    headings = [(_("课程"), 36.0), (_("等级"), 14.0), (_("人数"), 10.0), (_("证书数"), 10.0)]
    rows: Iterable[tuple[Sequence[writing.Value], str]] = (
        ([course.name, level_said(course.level), so.people, so.certificates], "") for course, so in courses
    )
    head = (_("当日任职单位"), _("人数"), _("证书数"))
    body = [(name or _("没有登记任职单位"), so.people, so.certificates) for _key, name, so in firms]
    further = Sheet(_("按企业"), [head, *body], (36, 10, 10), frozenset({0}))
    return writing.table_with(_("持证人数") + f" {on.isoformat()}", headings, rows, toned=-1, further=further)
