"""Puts the training floor together: doors, menus, words, and what it hands to the ground floor."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import Flask, url_for

from association.jobs import service as jobs
from association.kernel.actors import Actor, Role
from association.kernel.dates import at_clock, civil_date
from association.kernel.i18n import N_, _, show_clock, show_date, show_moment
from association.ledger import words as ledger_words
from association.mandates import done as mandates
from association.mandates.models import Mandate
from association.persons import holdings
from association.persons import queries as persons
from association.signing import readings
from association.signing.readings import Reading
from association.web import daily, demonstration, front, menu, problems
from association.web.menu import Entry, Panel
from association.web.problems import Problem
from training import demo, policy, vocabulary
from training.attendance import api as attendance_api
from training.attendance import holding as attendance_holding
from training.attendance import views as attendance_views
from training.certificates import api as certificates_api
from training.certificates import candidates, issuing, printing, reminders, shares, statements
from training.certificates import holding as certificates_holding
from training.certificates import paper as certificates_paper
from training.certificates import public as certificates_public
from training.certificates import queries as certificates
from training.certificates import views as certificates_views
from training.certificates.rules import HoursBehind
from training.courses import offers
from training.courses import public as courses_public
from training.courses import views as courses_views
from training.courses.models import Course
from training.courses.offers import Offer
from training.enrolments import api as enrolments_api
from training.enrolments import holding as enrolments_holding
from training.enrolments import service as enrolments
from training.enrolments import views as enrolments_views
from training.exams import appointments, marking
from training.exams import holding as exams_holding
from training.exams import paper as exams_paper
from training.exams import queries as exams
from training.exams import views as exams_views
from training.figures import api as figures_api
from training.figures import queries as figures
from training.figures import views as figures_views
from training.hours import api as hours_api
from training.hours import holding as hours_holding
from training.hours import queries as hours
from training.hours import reminders as hours_reminders
from training.hours import rules as hours_rules
from training.hours import views as hours_views
from training.marksheets import holding as marksheets_holding
from training.marksheets import service as marksheets
from training.marksheets import views as marksheets_views
from training.papers import holding as papers_holding
from training.papers import queries as papers_known
from training.papers import service as papers
from training.papers import views as papers_views
from training.questions import importing as questions_importing
from training.questions import service as questions
from training.questions import views as questions_views
from training.results import api as results_api
from training.results import views as results_views
from training.rosters import api as rosters_api
from training.rosters import calendars, holding, paper
from training.rosters import public as rosters_public
from training.rosters import queries as rosters
from training.rosters import views as rosters_views
from training.scores import views as scores_views
from training.vocabulary import EnrolmentState, Level

DOORS = (
    courses_public,
    courses_views,
    rosters_public,
    rosters_views,
    paper,
    attendance_views,
    enrolments_views,
    exams_views,
    exams_paper,
    marksheets_views,
    results_views,
    scores_views,
    certificates_public,
    certificates_views,
    certificates_paper,
    hours_views,
    figures_views,
    questions_views,
    papers_views,
)
API_DOORS = (rosters_api, enrolments_api, attendance_api, certificates_api, hours_api, figures_api, results_api)

PROBLEMS = {
    "unknown_certificate": Problem(404, N_("没有可以显示的证书"), N_("请核对证书编号、姓名或二维码；本人没有同意公开核验的证书，请由本人出示。")),
    "certificate_erased": Problem(404, N_("证书信息已删除"), N_("持证人要求删除个人信息，证书不再显示；需要时请联系协会。")),
    "code_refused": Problem(409, N_("签到码不能用"), N_("签到码每15秒更换，只对本节课、本教室有效；请扫描屏幕上当前的二维码，或输入刚刚念出的6位数字。")),
    "check_in_closed": Problem(409, N_("现在不能签到"), N_("上课前60分钟至下课后60分钟可以签到；有遗漏的请联系教员更正。")),
    "not_on_roster": Problem(409, N_("不在本班名单中"), N_("请核对教室和班级，或联系培训专员。")),
    "not_checked_in": Problem(409, N_("还没有签到"), N_("请先签到；有遗漏的请联系教员更正。")),
    "enrolment_closed": Problem(409, N_("现在不能报名"), N_("班级不接受报名、已截止或已取消；请另选班级，或联系培训专员。")),
    "enrolled_already": Problem(409, N_("已经报名"), N_("此人已在本班名单或候补名单中，不必重复报名。")),
    "sitting_closed": Problem(409, N_("考试现在不能这样办理"), N_("考试尚未开始、已结束、已取消或成绩已公布；请刷新页面，按考试当前的状态办理。")),
    "sitter_present": Problem(409, N_("考生已入场"), N_("已入场或已有成绩的考生不能登记缺考；登记有误的请更正。")),
    "scored_already": Problem(409, N_("评分已经提交"), N_("每名考评员对每名考生评分一次，提交后不能修改；有误的请在成绩确定后由培训专员更正。")),
    "appeal_closed": Problem(409, N_("现在不能申诉"), N_("成绩公布后在规定的天数内可以申诉一次；逾期或已有答复的，请联系培训部门。")),
    "question_retired": Problem(409, N_("题目已停用"), N_("请先在题目页面恢复使用，再修改。")),
    "paper_closed": Problem(409, N_("试卷现在不能打开"), N_("开考以后，监考人员登记入场后可以打开；请按提示办理，或询问监考人员。")),
    "paper_over": Problem(409, N_("答题已结束"), N_("已交卷或时间已到；此前保存的作答有效，照此判分。")),
    "answer_elsewhere": Problem(409, N_("这道题刚在另一个窗口保存过"), N_("请核对两处的选择，要改用本页的，再保存一次。")),
    "questions_needed": Problem(409, N_("已安排的考试还要用这道题"), N_("请先补充同科目、题型和难度的题目，或调整那场考试的组卷方案。")),
    "no_mark": Problem(409, N_("还没有成绩"), N_("请先登记成绩，再更正。")),
    "marks_missing": Problem(409, N_("成绩还没有登记完"), N_("请为每名考生登记成绩，没有来的登记缺考，然后公布。")),
}  # fmt: skip


# For robots: courses and classes are open, nothing about a person is (web/front.py).
ROBOTS = {
    "/c/": False,
    "/training/": False,
    "/training/certificates$": True,
    "/training/courses": True,
    "/training/rosters": True,
    "/training/rosters/calendar/": False,
}


def init_app(app: Flask) -> None:
    """The floor of training; the ground floor is there already."""
    problems.publish(PROBLEMS)
    front.publish_for_robots(ROBOTS)
    ledger_words.publish(vocabulary.ACTIONS, vocabulary.SUBJECTS)
    for face in DOORS:
        app.register_blueprint(face.bp)
    app.register_blueprint(certificates_public.short)
    for programs in API_DOORS:
        app.extensions["smorest"].register_blueprint(programs.bp)
    app.extensions["smorest"].register_blueprint(certificates_api.own)
    holdings.add(app, holding.HOLDING)
    holdings.add(app, attendance_holding.HOLDING)
    holdings.add(app, enrolments_holding.HOLDING)
    holdings.add(app, papers_holding.HOLDING)
    holdings.add(app, exams_holding.HOLDING)
    holdings.add(app, marksheets_holding.HOLDING)
    holdings.add(app, certificates_holding.HOLDING)
    holdings.add(app, hours_holding.HOLDING)
    offers.add(app, _offers)
    jobs.publish(enrolments.WORK)
    jobs.publish(marksheets.WORK)
    jobs.publish(questions_importing.WORK)
    questions.know_plans(papers_known.plans_to_come)
    marking.know_papers(papers.mark_over)
    issuing.know_results(exams.outcomes)
    candidates.know_hours(_hours_behind)
    calendars.know_appointments(appointments.of_person)
    jobs.publish(issuing.WORK)
    jobs.publish(printing.WORK)
    daily.add(app, "certificate_reminders", reminders.remind)
    daily.add(app, "hours_reminders", hours_reminders.remind)
    daily.add(app, "certificate_prints", lambda _day, now: printing.clear(now))
    daily.add(app, "certificate_shares", lambda _day, now: shares.clear(now))
    daily.add(app, "papers_over", lambda _day, now: papers.mark_all_over(now))
    readings.add(app, statements.KIND, Reading(statements.OUTCOMES, _certificates_offline))
    mandates.add(app, _opened_under)
    demonstration.add(app, demo.load)
    _fill_menus(menu.of(app))


def _hours_behind(person_ids: Iterable[int], course: Course, today: date) -> Mapping[int, HoursBehind]:
    """How the hours of the years behind stand, for certificates to ask when one is renewed."""
    rule = hours_rules.of_level(hours.renewal_rules(), course.level, today)
    asked = rule is not None and rule.asked_of_class
    return {
        person_id: HoursBehind(tuple((one.year, one.missing) for one in years), asked)
        for person_id, years in hours.missing_behind(person_ids, course.id, today).items()
    }


def _offers(course: Course, today: date) -> Sequence[Offer]:
    found = rosters.offered(today, course_id=course.id)
    counts = rosters.counts(of.id for of, _course in found)
    return [
        Offer(
            f"/training/rosters/{of.id}",
            of.code,
            of.begins,
            of.ends,
            of.place,
            of.state.value,
            of.state.label,
            max(0, of.capacity - counts.get(of.id, {}).get(EnrolmentState.ENROLLED, 0)),
        )
        for of, _course in found
    ]


def _opened_under(mandate: Mandate) -> list[mandates.Figure]:
    count, latest = rosters.opened_under(mandate.id)
    links = [menu.Link(f"/training/rosters/{of.id}", of.code) for of in latest]
    figures = [mandates.Figure(_("培训班"), count, links)] if count else []
    given = certificates.issued_under(mandate.id)
    return [*figures, mandates.Figure(_("培训证书"), given)] if given else figures


def _certificates_offline() -> Mapping[str, Any]:
    """What the page for checking without a network needs to read certificates."""
    return {
        "name": "jifang-certificate-list",
        "typ": f"jifang-{statements.LIST_KIND}+jws",
        "url": url_for("certificates_api.status_list"),
        "words": {name: _(text) for name, text in statements.LABELS.items()},
        "levels": {level.value: level.label for level in Level},
    }


def _fill_menus(menus: menu.Menu) -> None:
    menus.public.insert(3, Entry("courses_public.index", N_("培训课程")))
    menus.public.insert(4, Entry("certificates_public.index", N_("证书查询")))
    menus.member[1:1] = [
        Entry("rosters.mine", N_("我的培训"), policy.see_own_training),
        Entry("attendance.mine", N_("上课签到"), policy.see_own_training),
        Entry("results.mine", N_("我的考试"), policy.see_own_training),
        Entry("certificates.mine", N_("我的证书"), policy.see_own_certificates),
        Entry("hours.mine", N_("我的学时"), policy.see_own_hours),
        Entry("rosters.desk", N_("培训班级"), policy.see_training_desk),
        Entry("attendance.today", N_("今日考勤"), policy.see_roster),
        Entry("questions.index", N_("题库"), policy.keep_questions),
        Entry("exams.desk", N_("考试管理"), policy.see_sittings),
        Entry("scores.mine", N_("我的实操评分"), lambda actor: actor.has(Role.TRAINER)),
        Entry("results.appeals", N_("成绩申诉"), policy.see_appeals),
        Entry("certificates.desk", N_("培训证书"), policy.see_withdrawals),
        Entry("hours.desk", N_("继续教育学时"), policy.see_hours),
        Entry("figures.expiring", N_("培训统计"), policy.see_figures),
        Entry("figures.exam_results", N_("考试结果"), policy.see_own_results),
        Entry("rosters.ours", N_("本企业培训"), policy.see_own_people_in_training),
        Entry("figures.certified", N_("本企业持证"), policy.see_own_people_in_training),
        Entry("figures.staffing", N_("人员配备"), policy.see_own_people_in_training),
        Entry("hours.ours", N_("本企业学时"), policy.see_own_peoples_hours),
    ]
    menus.panels[:0] = [
        _own_papers,
        _own_training,
        _own_certificates,
        _own_hours,
        _desk,
        _certificates_waiting,
        _certificates_ending,
        _hours_waiting,
    ]


def _own_papers(actor: Actor, now: datetime) -> Panel | None:
    """Examinations on screen that somebody sits, until a month after; nothing for others."""
    person = persons.own_person(actor) if policy.see_own_training(actor) else None
    those = papers_known.own_sittings(person.id, since=now - timedelta(days=31)) if person else []
    if not those:
        return None
    rows = [menu.Link(f"/training/papers/{one.id}", f"{show_moment(one.starts_at)} {one.code}") for one in those[:3]]
    return Panel(_("理论机考"), rows[0].url, len(those), rows=rows)


def _own_training(actor: Actor, now: datetime) -> Panel | None:
    if not policy.see_own_training(actor):
        return None
    person = persons.own_person(actor)
    hours = rosters.timetable_of_person(person.id, since=now) if person else []
    coming = [hour for hour in hours if hour.lesson.cancelled_at is None]
    rows = [menu.Link(f"/training/rosters/{hour.class_id}", _when(hour)) for hour in coming[:3]]
    return Panel(_("我的培训"), "/training/rosters/mine", len(coming), rows=rows, empty=_("没有待上的课"))


def _own_certificates(actor: Actor, now: datetime) -> Panel | None:
    """One's own certificates that are good today, the first to end first."""
    person = persons.own_person(actor) if policy.see_own_certificates(actor) else None
    if person is None:
        return None
    good = certificates.good_on([person.id], civil_date(now)).get(person.id, [])
    good.sort(key=lambda one: (one.valid_until or date.max, one.id))
    rows = [
        menu.Link(
            url_for("certificates.present", number=one.number),
            f"{one.title} · {show_date(one.valid_until) if one.valid_until else _('无截止日期')}",
        )
        for one in good[:3]
    ]
    return Panel(_("我的证书"), "/training/certificates/mine", len(good), rows=rows, empty=_("没有有效的培训证书"))


def _desk(actor: Actor, now: datetime) -> Panel | None:
    if not policy.see_training_desk(actor):
        return None
    begins = at_clock(civil_date(now), time())
    hours = rosters.timetable_of_day(begins, begins + timedelta(days=1))
    rows = [menu.Link(f"/training/rosters/{hour.class_id}", _when(hour)) for hour in hours[:5]]
    return Panel(_("今天的课"), "/training/rosters/desk", len(hours), rows=rows, empty=_("今天没有课"))


def _certificates_waiting(actor: Actor, _now: datetime) -> Panel | None:
    """Withdrawals that somebody may confirm, for whoever may."""
    if not policy.see_withdrawals(actor):
        return None
    found = certificates.waiting_cases(actor)
    rows = [menu.Link(f"/training/certificates/cases/{case.id}", one.number) for case, one in found.items[:5]]
    empty = _("没有待确认的提议。")
    return Panel(_("待第二人确认的撤回"), "/training/certificates/desk", found.total, rows=rows, empty=empty)


def _own_hours(actor: Actor, now: datetime) -> Panel | None:
    """Hours that are missing this year; nothing is said where none are asked."""
    person = persons.own_person(actor) if policy.see_own_hours(actor) else None
    found = [one for one in hours.of_person(person.id, civil_date(now)) if one.this_year] if person else []
    if not found:
        return None
    missing = max(one.this_year.missing for one in found if one.this_year)
    return Panel(_("本年还缺学时"), "/training/hours/mine", missing, empty=_("本年学时已齐"))


def _hours_waiting(actor: Actor, _now: datetime) -> Panel | None:
    if not policy.see_hours(actor):
        return None
    found = hours.waiting(actor)
    rows = [menu.Link(f"/training/hours/evidence/{one.id}", one.subject) for one, _person in found.items[:5]]
    return Panel(_("待核对的学时证明"), "/training/hours/desk", found.total, rows=rows, empty=_("没有待核对的证明。"))


def _certificates_ending(actor: Actor, now: datetime) -> Panel | None:
    """Certificates that end within ninety days: of everybody for those who keep them, of its own people for an enterprise."""
    if not policy.see_certificates(actor) and not policy.see_own_people_in_training(actor):
        return None
    today = civil_date(now)
    until = today + timedelta(days=figures_views.SOON_DAYS)
    found = figures.soon(figures.audience(actor), figures.Filters(), today, until)
    rows = [
        menu.Link("/training/figures/expiring", f"{one.certificate.valid_until:%Y-%m-%d} {one.person.name}")
        for one in found[:5]
    ]
    return Panel(
        _("90天内到期的证书"), "/training/figures/expiring", len(found), rows=rows, empty=_("90天内没有证书到期")
    )


def _when(hour: rosters.Hour) -> str:
    starts = hour.lesson.starts_at
    return f"{civil_date(starts):%m-%d} {show_clock(starts)} {hour.lesson.title}"
