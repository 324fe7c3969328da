"""``/training/figures``: what ends when, who was certified on a day; for the desk, for supervisors, for enterprises."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.dates import add_months
from association.kernel.errors import Shortfall
from association.kernel.i18n import _, pick, show_date
from association.kernel.pagination import PER_PAGE, Page
from association.web.charts import Chart, Series, bars, columns
from association.web.doors import member_door
from association.web.forms import read_query
from association.web.identity import current_actor
from association.web.menu import Link
from association.web.problems import invalid
from association.web.render import page
from association.workbooks.answers import saved
from training import policy
from training.figures import queries, results, rules, sheets, tallies, teams
from training.figures.queries import Audience, Counted, Filters
from training.figures.rules import Ending
from training.figures.schemas import DayQuery, FiltersQuery, ResultsQuery
from training.figures.staffing import Against, Grade
from training.figures.tallies import Tally
from training.figures.teams import Team
from training.vocabulary import Part

bp = member_door(__name__)

SOON_DAYS = 90
# So many rows are drawn; the table beside has all of them.
MOST_BARS = 15
MOST_NAMES = 50


def tabs(here: str) -> list[Link]:
    """The pages of figures that this person has."""
    actor, titles = current_actor(), {}
    if policy.see_figures(actor) or policy.see_own_figures(actor):
        titles = {"expiring": _("到期"), "certified": _("持证"), "staffing": _("人员配备")}
    if policy.see_results(actor):
        titles["exam_results"] = _("考试结果")
    return [Link(url_for(f"figures.{name}"), title, name == here) for name, title in titles.items()]


def _filters(who: Audience, asked: dict[str, object]) -> Filters:
    firm = asked["enterprise"] if who.enterprise_id is None else None
    return Filters(asked["course"], asked["level"], firm)  # type: ignore[arg-type]


def _slice(rows: list[queries.EndingRow], number: int) -> Page:
    begin = (number - 1) * PER_PAGE
    return Page(rows[begin : begin + PER_PAGE], number, PER_PAGE, len(rows))


def _first(rows: list[queries.Soon]) -> Page:
    return Page(rows[:MOST_NAMES], 1, MOST_NAMES, len(rows))


# -- what ends ------------------------------------------------------------------------------------------------


@bp.get("/expiring")
def expiring() -> ResponseReturnValue:
    """Certificates that end, by enterprise and month; by name for whoever may see names."""
    who, asked, today = queries.audience(current_actor()), read_query(FiltersQuery), clock.today()
    filters = _filters(who, asked)
    rows = queries.ending(who, filters, today)
    total = rules.together(row.ending for row in rows)
    until = today + timedelta(days=SOON_DAYS)
    overdue_since = rules.overdue_since(today)
    people = queries.soon(who, filters, today, until, since=overdue_since) if who.names else []
    those = queries.courses()
    return page(
        "figures/expiring.html",
        who=who,
        tabs=tabs("expiring"),
        courses=those,
        levels=queries.levels_of(those),
        enterprises=queries.enterprises(who),
        filters=filters,
        rows=_slice(rows, asked["page"]),
        total=total,
        months=queries.by_month(total, today),
        month_heads=[(sheets.month_short(month), "number tight") for month in rules.months_from(today)],
        soon=_first([one for one in people if not one.over(today)]),
        overdue=_first([one for one in reversed(people) if one.over(today)]),
        chart=_chart_of_months(total, today),
        days=SOON_DAYS,
        today=today,
    )


def _chart_of_months(total: Ending, today: date) -> Chart | None:
    months = queries.by_month(total, today)
    text = _(
        "过去12个月内到期未续期{overdue}份；今后12个月内到期{coming}份，逐月数字见旁边的表。",
        overdue=total.overdue,
        coming=total.coming,
    )
    standing = [
        (f"{month.month}", f"{month.year}" if place == 0 or month.month == 1 else "", count, "accent")
        for place, (month, count) in enumerate(months.items())
    ]
    return columns(_("按月到期的证书"), text, [(_("逾期"), "", total.overdue, "warn"), *standing])


@bp.get("/expiring.xlsx")
def expiring_workbook() -> Response:
    who, asked, today = queries.audience(current_actor()), read_query(FiltersQuery), clock.today()
    filters = _filters(who, asked)
    until = rules.last_of_months(today)
    people = queries.soon(who, filters, today, until, since=rules.overdue_since(today)) if who.names else []
    content = sheets.ending(queries.ending(who, filters, today), people, today=today)
    return saved(content, f"{_('到期证书')}-{today.isoformat()}.xlsx")


# -- certified on a day ----------------------------------------------------------------------------------------


def _day(asked: dict[str, object], today: date) -> date:
    on = asked["on"] or today
    if not isinstance(on, date) or on > today:
        raise invalid([Shortfall("on", "future", _("请选择今天或以前的日期：以后的持证情况还不知道。"))])
    return on


@bp.get("/certified")
def certified() -> ResponseReturnValue:
    """Who was certified on a day: counts by course and enterprise, and by name for whoever may see names."""
    who, asked, today = queries.audience(current_actor()), read_query(DayQuery), clock.today()
    filters, on = _filters(who, asked), _day(asked, today)
    those = queries.courses()
    by_course = queries.certified_by_course(who, filters, on, today)
    firms = queries.certified_by_enterprise(who, filters, on, today) if who.enterprise_id is None else []
    return page(
        "figures/certified.html",
        who=who,
        tabs=tabs("certified"),
        courses=those,
        levels=queries.levels_of(those),
        enterprises=queries.enterprises(who),
        filters=filters,
        on=on,
        total=queries.certified_total(who, filters, on, today),
        by_course=by_course,
        firms=Page(firms[: PER_PAGE * 5], 1, PER_PAGE * 5, len(firms)),
        found=queries.certified(who, filters, on, today, number=asked["page"]) if who.names else None,
        course_chart=_chart_of([(course.name, so) for course, so in by_course], _("按课程的持证人数"), on),
        firm_chart=_chart_of(
            [(name or _("没有登记任职单位"), so) for _key, name, so in firms], _("按企业的持证人数"), on
        ),
        today=today,
    )


def _chart_of(rows: list[tuple[str, Counted]], title: str, on: date) -> Chart | None:
    drawn = [(name, [so.people], str(so.people)) for name, so in rows[:MOST_BARS]]
    text = _("{day}的人数，共{count}行，数字见旁边的表。", day=show_date(on), count=len(rows))
    return bars(title, text, drawn, [Series(_("人数"))])


@bp.get("/certified.xlsx")
def certified_workbook() -> Response:
    who, asked, today = queries.audience(current_actor()), read_query(DayQuery), clock.today()
    filters, on = _filters(who, asked), _day(asked, today)
    if who.names:
        content = sheets.certified(queries.every_certified(who, filters, on, today), on=on)
    else:
        courses = queries.certified_by_course(who, filters, on, today)
        content = sheets.counted(courses, queries.certified_by_enterprise(who, filters, on, today), on=on)
    return saved(content, f"{_('持证人员')}-{on.isoformat()}.xlsx")


# -- results --------------------------------------------------------------------------------------------------


def _time(asked: dict[str, Any], today: date) -> tuple[date, date]:
    ends = asked["ends"] or today
    begins = asked["begins"] or add_months(ends, -12) + timedelta(days=1)
    if begins > ends:
        raise invalid([Shortfall("begins", "after_end", _("开始日期不能晚于结束日期"))])
    return begins, ends


@bp.get("/results")
def exam_results() -> ResponseReturnValue:
    """Results by course and by trainer; a trainer sees their own."""
    actor, asked, today = current_actor(), read_query(ResultsQuery), clock.today()
    begins, ends = _time(asked, today)
    found = results.results(actor, begins, ends, course=asked["course"])
    return page(
        "figures/results.html",
        tabs=tabs("exam_results"),
        found=found,
        begins=begins,
        ends=ends,
        course=asked["course"],
        courses=results.courses(),
        least=tallies.small_on(results.small(), today),
        parts=Part,
        course_chart=_chart_of_results(_("按课程"), [(course.name, so) for course, so in found.courses]),
        trainer_chart=_chart_of_results(_("按教员"), [(trainer.name, so) for trainer, so in found.trainers]),
    )


def _chart_of_results(title: str, rows: list[tuple[str, Tally]]) -> Chart | None:
    drawn = [
        (
            name,
            [so.whole.passed, so.whole.failed],
            _("合格{passed}人，参考{sat}人", passed=so.whole.passed, sat=so.whole.sat),
        )
        for name, so in rows[:MOST_BARS]
    ]
    text = _("共{count}行，按名称排列，不排名；数字见旁边的表。", count=len(rows))
    return bars(title, text, drawn, [Series(_("合格人数"), "good"), Series(_("未合格人数"), "none")])


@bp.get("/results.xlsx")
def results_workbook() -> Response:
    actor, asked, today = current_actor(), read_query(ResultsQuery), clock.today()
    begins, ends = _time(asked, today)
    found = results.results(actor, begins, ends, course=asked["course"])
    least = tallies.small_on(results.small(), today)
    return saved(sheets.results(found, least=least), f"{_('考试结果')}-{begins.isoformat()}-{ends.isoformat()}.xlsx")


# -- staffing -------------------------------------------------------------------------------------------------


@bp.get("/staffing")
def staffing() -> ResponseReturnValue:
    """Every enterprise's counted people, for the desk and its supervisors; an enterprise is led to its own."""
    actor, asked, today = current_actor(), read_query(DayQuery), clock.today()
    who, on = queries.audience(actor), _day(asked, today)
    if who.enterprise_id is not None:
        return redirect(url_for(".staffing_of", enterprise_id=who.enterprise_id))
    found = teams.teams(actor, on, today)
    begin = (asked["page"] - 1) * PER_PAGE
    rows = [(team, team.standing()) for team in found[begin : begin + PER_PAGE]]
    return page(
        "figures/staffing.html",
        tabs=tabs("staffing"),
        on=on,
        rows=rows,
        found=Page(rows, asked["page"], PER_PAGE, len(found)),
        grades=teams.grades(on),
        days=teams.settings().soon_days,
        chart=_chart_of_teams([team for team, _standing in rows], on),
        today=today,
    )


def _chart_of_teams(those: list[Team], on: date) -> Chart | None:
    drawn = []
    for team in those:
        outside, together = len(team.counting(outside_only=True)), len(team.counting())
        said = _("{count}人，其中外部证书{outside}人", count=together, outside=outside)
        drawn.append((team.name, [outside, together - outside], said))
    text = _("{day}的人数，本页{count}家，按名称排列；数字见旁边的表。", day=show_date(on), count=len(those))
    series = [Series(_("有外部证书"), "good"), Series(_("只有本协会培训证书"), "accent")]
    return bars(_("可以计入的人数"), text, drawn, series)


@bp.get("/staffing/<int:enterprise_id>")
def staffing_of(enterprise_id: int) -> ResponseReturnValue:
    """One enterprise: what it has of what is asked on a day, what it lacks, which certificates count and until when."""
    actor, asked, today = current_actor(), read_query(DayQuery), clock.today()
    who, on = queries.audience(actor), _day(asked, today)
    team = teams.team(who, enterprise_id, on, today)
    standing, begin = team.standing(), (asked["page"] - 1) * PER_PAGE
    return page(
        "figures/staffing_of.html",
        who=who,
        tabs=tabs("staffing"),
        team=team,
        members=Page(team.members[begin : begin + PER_PAGE], asked["page"], PER_PAGE, len(team.members)),
        standing=standing,
        until=team.counting(),
        ways=teams.bases(on),
        on=on,
        days=teams.settings().soon_days,
        soon=on + timedelta(days=teams.settings().soon_days),
        chart=_chart_of_standing(standing, on),
        today=today,
    )


def _chart_of_standing(standing: Sequence[tuple[Grade, Sequence[Against]]], on: date) -> Chart | None:
    drawn = []
    for grade, rows in standing:
        for row in rows:
            if not row.counted:
                continue
            outside, ours = min(row.outside, row.ask.count), min(row.together, row.ask.count)
            said = _("可计{have}人，要求{count}人", have=row.together, count=row.ask.count)
            drawn.append((f"{pick(grade)} {pick(row.ask)}", [outside, ours - outside, row.lacking], said))
    text = _("{day}的人数，对照各级要求的人数；数字见旁边的表。", day=show_date(on))
    series = [Series(_("有外部证书"), "good"), Series(_("只有本协会培训证书"), "accent"), Series(_("还缺"), "out")]
    return bars(_("人员配备与要求"), text, drawn, series)


@bp.get("/staffing/<int:enterprise_id>.xlsx")
def staffing_workbook(enterprise_id: int) -> Response:
    asked, today = read_query(DayQuery), clock.today()
    who, on = queries.audience(current_actor()), _day(asked, today)
    team = teams.team(who, enterprise_id, on, today)
    return saved(sheets.staffing(team, names=who.names), f"{_('人员配备')}-{team.uscc}-{on.isoformat()}.xlsx")
