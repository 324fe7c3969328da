"""/training/papers: one's own paper from opening to looking at it again; the desk's side of it; item analysis."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from flask import make_response, redirect, request, url_for
from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.errors import Conflict, NotFound
from association.kernel.i18n import _
from association.web.charts import Axis, Chart, Point, Series, bars, scatter
from association.web.doors import member_door
from association.web.forms import read_form
from association.web.identity import current_actor
from association.web.problems import shown_again_by
from association.web.render import outcome, page
from training import policy
from training.exams import queries as exams
from training.exams.rules import PlanLine
from training.papers import queries, rules, schemas, service
from training.papers.queries import Judged, Own
from training.questions import queries as questions
from training.questions.rules import LETTERS
from training.vocabulary import Duty, PaperState, SittingState

bp = member_door(__name__)


def _time(own: Own, now: datetime) -> dict[str, object]:
    due = own.due_at
    return {"due": due, "left": rules.minutes_left(due, now) if due else None, "polled": True}


@bp.get("/<int:sitting_id>")
@shown_again_by(".own")
def own(sitting_id: int) -> ResponseReturnValue:
    """Before: what to expect, and the start. During: where one stands. After: what became of it."""
    own, now = queries.own(current_actor(), sitting_id), clock.now()
    those = queries.items(own.paper) if own.paper is not None else []
    return page(
        "papers/own.html",
        own=own,
        state=own.state(now),
        refused=service.refusal(own, now),
        items=those,
        answered=sum(one.saved_at is not None for one in those),
        place=queries.last_place(those),
        term=queries.term_of(own.sitting),
        released=own.sitting.state(now) is SittingState.RELEASED,
        **_time(own, now),
    )


@bp.post("/<int:sitting_id>/open")
@shown_again_by(".own")
def start(sitting_id: int) -> ResponseReturnValue:
    own = queries.own(current_actor(), sitting_id)
    paper = service.open_paper(own, actor=current_actor(), now=clock.now())
    place = queries.last_place(queries.items(paper))
    return outcome(to=url_for(".question", sitting_id=sitting_id, place=place))


@bp.get("/<int:sitting_id>/questions/<int:place>")
@shown_again_by(".question")
def question(sitting_id: int, place: int) -> ResponseReturnValue:
    own, now = queries.own(current_actor(), sitting_id), clock.now()
    if own.paper is None or own.state(now) is not PaperState.OPEN:
        return redirect(url_for(".own", sitting_id=sitting_id), 303)
    one, version = queries.item(own.paper, place)
    those = queries.items(own.paper)
    return page(
        "papers/question.html",
        own=own,
        one=one,
        # Not the version itself: nothing on this page is to know which answer is right.
        kind=version.kind,
        stem=version.stem,
        options=[(LETTERS[at], version.options[original]) for at, original in enumerate(one.shown)],
        chosen=list(service.said(one.given, one)),
        tab=secrets.token_hex(4),
        items=those,
        scoring=own.paper.scoring,
        conflict="",
        **_time(own, now),
    )


@bp.post("/<int:sitting_id>/questions/<int:place>")
@shown_again_by(".question")
def answer(sitting_id: int, place: int) -> ResponseReturnValue:
    own, now = queries.own(current_actor(), sitting_id), clock.now()
    form, conflict = read_form(schemas.AnswerIn), ""
    try:
        service.save(own, place, form["answer"], seen=form["seen"], tab=form["tab"], actor=current_actor(), now=now)
    except Conflict as refused:
        if refused.code == "paper_over":
            return _over(sitting_id, refused)
        if refused.code != "answer_elsewhere" or not request.headers.get("HX-Request"):
            raise
        conflict = refused.detail
    if request.headers.get("HX-Request"):
        assert own.paper is not None
        one, _version = queries.item(own.paper, place)
        those = queries.items(own.paper)
        shown = {"own": own, "one": one, "tab": form["tab"], "items": those, "conflict": conflict}
        return page("papers/_saved.html", **shown, fresh=True)
    return outcome(to=_onwards(own, place, request.form.get("then", "")))


def _onwards(own: Own, place: int, then: str) -> str:
    last = own.questions
    to = {"previous": place - 1, "next": place + 1}.get(then, place)
    if then == "list" or to > last:
        return url_for(".own", sitting_id=own.sitting.id)
    return url_for(".question", sitting_id=own.sitting.id, place=max(1, to))


def _over(sitting_id: int, refused: Conflict) -> ResponseReturnValue:
    """What came too late is answered with the page that says what counts, and with what is true."""
    return outcome(to=url_for(".own", sitting_id=sitting_id), said=refused.detail)


@bp.get("/<int:sitting_id>/clock")
def time_left(sitting_id: int) -> ResponseReturnValue:
    """The time that is left, asked for now and then by the page of a question."""
    own, now = queries.own(current_actor(), sitting_id), clock.now()
    if own.state(now) is not PaperState.OPEN:
        over = make_response("", 204)
        over.headers["HX-Redirect"] = url_for(".own", sitting_id=sitting_id)
        return over
    return page("papers/_clock.html", own=own, **_time(own, now))


@bp.get("/<int:sitting_id>/submit")
def handing_in(sitting_id: int) -> ResponseReturnValue:
    own, now = queries.own(current_actor(), sitting_id), clock.now()
    if own.paper is None or own.state(now) is not PaperState.OPEN:
        return redirect(url_for(".own", sitting_id=sitting_id), 303)
    return page("papers/submit.html", own=own, items=queries.items(own.paper), **_time(own, now))


@bp.post("/<int:sitting_id>/submit")
@shown_again_by(".own")
def submit(sitting_id: int) -> ResponseReturnValue:
    own = queries.own(current_actor(), sitting_id)
    try:
        service.submit(own, actor=current_actor(), now=clock.now())
    except Conflict as refused:
        if refused.code != "paper_over":
            raise
        return _over(sitting_id, refused)
    return outcome(to=url_for(".own", sitting_id=sitting_id), said=_("已交卷。成绩公布后请登录查看。"))


@bp.get("/<int:sitting_id>/review")
def review(sitting_id: int) -> ResponseReturnValue:
    """One's own paper with right and given answers: once results are out, where the rule of the day allows it."""
    own, now = queries.own(current_actor(), sitting_id), clock.now()
    if own.paper is None or own.sitting.state(now) is not SittingState.RELEASED:
        raise NotFound
    if not queries.term_of(own.sitting).review:
        raise NotFound
    whole = queries.whole(own.paper)
    return page(
        "papers/review.html",
        found=own.held,
        sitter=own.sitter,
        paper=own.paper,
        whole=whole,
        person=None,
        letters=LETTERS,
    )


# -- the desk's side ------------------------------------------------------------------------------------------


@bp.get("/<int:sitting_id>/desk")
@shown_again_by(".desk")
def desk(sitting_id: int) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    found = queries.screen_sitting(actor, sitting_id)
    rows = queries.desk(found, now)
    state = found.sitting.state(now)
    lines = [PlanLine(**line) for line in found.sitting.plan]
    waiting = sum(
        one.state is PaperState.OVER and one.paper is not None and one.paper.marked_at is None for one in rows
    )
    coming = state in (SittingState.PLANNED, SittingState.UNDER_WAY)
    return page(
        "papers/desk.html",
        found=found,
        rows=rows,
        state=state,
        lines=lines,
        lacks=questions.lacking(lines) if coming else [],
        waiting=waiting,
        due={one.sitter.id: queries.due_at(found.sitting, one.paper) for one in rows},
        over=now >= found.sitting.ends_at,
        may_help=policy.invigilate(actor, exams.on_duty(sitting_id, Duty.INVIGILATOR)),
        may_mark=policy.keep_exams(actor),
        may_analyse=policy.see_training_desk(actor),
        open=PaperState.OPEN,
    )


@bp.post("/<int:sitting_id>/mark")
@shown_again_by(".desk")
def mark(sitting_id: int) -> ResponseReturnValue:
    actor = current_actor()
    found = queries.screen_sitting(actor, sitting_id)
    service.mark_due(found, actor=actor, now=clock.now())
    return outcome(to=url_for(".desk", sitting_id=sitting_id), said=_("时间已到的试卷已按保存的作答判分。"))


@bp.get("/<int:sitting_id>/sitters/<int:sitter_id>")
@shown_again_by(".read")
def read(sitting_id: int, sitter_id: int) -> ResponseReturnValue:
    """Somebody's paper, once the sitting is over: for marking appeals. During it: their time."""
    actor, now = current_actor(), clock.now()
    found = queries.paper_to_read(actor, sitting_id, sitter_id)
    sitter = exams.sitter_of(sitting_id, sitter_id)
    paper = queries.papers_of(sitting_id).get(sitter_id)
    over = now >= found.sitting.ends_at
    [person] = [person for one, person in exams.sitters(sitting_id) if one.id == sitter.id]
    return page(
        "papers/read.html",
        found=found,
        sitter=sitter,
        person=person,
        paper=paper,
        state=queries.state_of(found.sitting, paper, now),
        due=queries.due_at(found.sitting, paper),
        items=queries.items(paper) if paper else [],
        whole=queries.whole(paper) if paper and over else [],
        over=over,
        may_help=policy.invigilate(actor, exams.on_duty(sitting_id, Duty.INVIGILATOR)),
        letters=LETTERS,
        open=PaperState.OPEN,
    )


@bp.post("/<int:sitting_id>/sitters/<int:sitter_id>/extend")
@shown_again_by(".read")
def extend(sitting_id: int, sitter_id: int) -> ResponseReturnValue:
    found = queries.screen_sitting(current_actor(), sitting_id)
    sitter = exams.sitter_of(sitting_id, sitter_id)
    service.extend(found, sitter, **read_form(schemas.ExtendIn), actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".read", sitting_id=sitting_id, sitter_id=sitter_id), said=_("已延长答题时间。"))


@bp.get("/<int:sitting_id>/analysis")
def analysis(sitting_id: int) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    found = queries.screen_sitting(actor, sitting_id)
    if not policy.see_training_desk(actor) or now < found.sitting.ends_at:
        raise NotFound
    judged, term = queries.analysis(sitting_id), queries.term_of(found.sitting)
    return page(
        "papers/analysis.html",
        found=found,
        judged=judged,
        fewest=term.fewest,
        chart=_chart_of_items(judged, term.fewest),
        letters=LETTERS,
        may_keep=policy.keep_questions(actor),
    )


def _chart_of_items(judged: Sequence[Judged], fewest: int) -> Chart | None:
    """Difficulty against discrimination, by number in the table; a question that tells nothing apart has no dot."""
    points = [
        Point(str(number), one.item.difficulty, tells, one.item.certain(fewest))
        for number, one in enumerate(judged, 1)
        if (tells := one.item.discrimination) is not None
    ]
    across = Axis(_("难度P（越大越容易）"), [(0, "0"), (0.25, "0.25"), (0.5, "0.5"), (0.75, "0.75"), (1, "1")])
    up = Axis(_("区分度D"), [(-0.5, "-0.5"), (0, "0"), (0.5, "0.5"), (1, "1.0")])
    text = _("每个点是一道题，数字是下表的序号；实心点有足够的人作答，空心点样本少。")
    return scatter(_("难度和区分度"), text, points, across, up)


def _chart_of_choices(one: Judged) -> Chart | None:
    """How many chose each option, of those who had the question."""
    right, counts = one.version.answers, one.item.choices
    rows = [
        (
            f"{LETTERS[place]} ✓" if place in right else LETTERS[place],
            (counts[place], 0) if place in right else (0, counts[place]),
            str(counts[place]),
        )
        for place in range(len(one.version.options))
    ]
    series = [Series(_("正确答案")), Series(_("其他选项"), "out")]
    return bars(_("各选项有多少人选"), "", rows, series, whole=one.item.asked)


@bp.get("/questions/<int:question_id>")
def over_time(question_id: int) -> ResponseReturnValue:
    """What was made of one question, version by version and sitting by sitting."""
    one, _version = questions.question_for(current_actor(), question_id)
    versions, sittings = queries.over_time(question_id)
    term = rules.term_on(queries.terms(), clock.today())
    return page(
        "papers/over_time.html",
        one=one,
        versions=[(each, _chart_of_choices(each)) for each in reversed(versions)],
        sittings=sittings,
        fewest=term.fewest,
        letters=LETTERS,
    )
