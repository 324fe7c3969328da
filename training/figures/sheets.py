"""The same figures as workbooks: numbers are numbers, names and certificate numbers stay texts."""

from collections.abc import Iterable, Sequence
from datetime import date
from fractions import Fraction

from association.kernel.i18n import _, pick, show_date
from association.persons.models import Person
from association.workbooks import writing
from association.workbooks.marking import Sheet
from training.certificates.models import Certificate
from training.courses.models import Course
from training.figures import rules
from training.figures.queries import Counted, EndingRow, Soon
from training.figures.results import Results
from training.figures.tallies import Tally
from training.figures.teams import Team
from training.vocabulary import Level, Part


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


# -- results and staffing -------------------------------------------------------------------------------------


def results(found: Results, *, least: int) -> bytes:
    """By course, and on a second sheet by trainer; people counted, a rate only where there are enough."""
    headings = [(_("课程"), 36.0), (_("班级数"), 10.0), *((text, 12.0) for text in _result_heads())]
    rows: Iterable[tuple[Sequence[writing.Value], str]] = (
        ([course.name, so.classes, *_result_cells(so, least)], "") for course, so in found.courses
    )
    head = (_("教员"), _("班级数"), *_result_heads())
    body = [(trainer.name, so.classes, *_result_cells(so, least)) for trainer, so in found.trainers]
    further = Sheet(_("按教员"), [head, *body], (24, *(12,) * 10), frozenset({0}))
    return writing.table_with(_("考试结果"), headings, rows, toned=-1, further=further)


def _result_heads() -> list[str]:
    heads = [_("参考人数"), _("合格人数"), _("未合格人数"), _("缺考人数"), _("合格率（%）")]
    for part in Part:
        name = str(part.label)
        heads += [_("{part}参考", part=name), _("{part}合格", part=name)]
    return heads


def _result_cells(so: Tally, least: int) -> list[str | int]:
    rate = so.whole.rate(least)
    said: str | int = _("人数少，不计算") if rate is None else rate_said(rate)
    cells: list[str | int] = [so.whole.sat, so.whole.passed, so.whole.failed, so.whole.missed, said]
    for part in Part:
        cells += [so.parts[part].sat, so.parts[part].passed]
    return cells


def rate_said(rate: Fraction) -> str:
    """Percent with one place."""
    return f"{float(rate * 100):.1f}"


def staffing(team: Team, *, names: bool) -> bytes:
    """What there is of what is asked; a second sheet by name, certificate by certificate, for whoever may see names."""
    headings = [
        (_("等级"), 12.0),
        (_("要求"), 16.0),
        (_("要求人数"), 10.0),
        (_("外部证书可计"), 14.0),
        (_("加本协会培训证书"), 18.0),
        (_("还缺"), 10.0),
        (_("90天内到期"), 12.0),
        (_("依据"), 60.0),
    ]
    rows: list[tuple[Sequence[writing.Value], str]] = []
    for grade, found in team.standing():
        basis = f"{pick(grade, 'source')} {grade.address}" + ("" if grade.verified else _("（未经核实）"))
        for row in found:
            counted: list[str | int] = [row.outside, row.together, row.lacking, row.ending]
            cells = counted if row.counted else [_("本系统不计算")] * 4
            rows.append(([pick(grade), pick(row.ask), row.ask.count, *cells, basis], ""))
    further = None
    if names:
        until = team.counting()
        head = (_("姓名"), _("证书"), _("发证单位"), _("编号"), _("等级"), _("有效期至"), _("计入"), _("说明"))
        body = [
            (
                member.name,
                one.title,
                one.issuer or _("本协会"),
                one.number,
                one.level,
                one.proof.ends.isoformat() if one.proof.ends else "",
                _("是") if member.person_id in until and not one.proof.refused else _("否"),
                one.why,
            )
            for member in team.members
            for one in member.held
        ]
        further = Sheet(_("人员和证书"), [head, *body], (18, 36, 36, 24, 14, 14, 8, 40), frozenset({0}))
    return writing.table_with(_("人员配备"), headings, rows, toned=-1, further=further)
