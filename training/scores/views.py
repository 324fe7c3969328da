"""Practice examinations, scored by two: ``/training/scores``."""

from flask import url_for
from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.errors import NotFound
from association.kernel.i18n import _
from association.web.doors import member_door
from association.web.forms import read_form
from association.web.identity import current_actor
from association.web.problems import shown_again_by
from association.web.render import outcome, page
from training import policy
from training.exams import choices
from training.exams import queries as exams
from training.scores import queries, schemas, service
from training.vocabulary import Duty, MarkSource, ScoreState, SittingState

bp = member_door(__name__)


@bp.get("/")
def mine() -> ResponseReturnValue:
    """An examiner's own sittings."""
    actor, now = current_actor(), clock.now()
    if not policy.see_sittings(actor):
        raise NotFound
    return page("scores/mine.html", found=queries.own_sittings(actor), now=now)


@bp.get("/<int:sitting_id>")
def sitting(sitting_id: int) -> ResponseReturnValue:
    """Everybody who sits: what is still to be scored, and by whom."""
    actor, now = current_actor(), clock.now()
    found = queries.practice_for(actor, sitting_id)
    lines = queries.lines(found)
    return page(
        "scores/sitting.html",
        held=found,
        lines=lines,
        counts=[(one, sum(1 for line in lines if line.state is one)) for one in ScoreState],
        examiner=actor.account_id in exams.on_duty(sitting_id, Duty.EXAMINER),
        account_id=actor.account_id,
        may_keep=policy.keep_exams(actor),
        state=found.sitting.state(now),
        states=SittingState,
    )


@bp.get("/<int:sitting_id>/<int:sitter_id>")
def sitter(sitting_id: int, sitter_id: int) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    found = queries.practice_for(actor, sitting_id)
    line = queries.line_of(found, sitter_id)
    state = found.sitting.state(now)
    running = state in (SittingState.UNDER_WAY, SittingState.MARKING)
    examiner = policy.score_practice(actor, exams.on_duty(sitting_id, Duty.EXAMINER))
    return page(
        "scores/sitter.html",
        held=found,
        line=line,
        plan=choices.plan_of(found),
        own=line.by(actor.account_id),
        settled=next((entry for entry, _by in exams.entries(sitter_id)), None),
        joint=MarkSource.JOINT,
        may_score=examiner and running and line.open_to(actor.account_id),
        may_decide=running
        and line.state is ScoreState.THIRD
        and policy.record_joint_mark(actor, [one.account_id for one, _name in line.scores]),
        state=state,
        states=ScoreState,
    )


@bp.post("/<int:sitting_id>/<int:sitter_id>")
@shown_again_by(".sitter")
def score(sitting_id: int, sitter_id: int) -> ResponseReturnValue:
    actor = current_actor()
    found = queries.practice_for(actor, sitting_id)
    one, plan = exams.sitter_of(sitting_id, sitter_id), choices.plan_of(found)
    form = read_form(schemas.checklist(plan))
    points = schemas.points_of(form, plan)
    mark = service.score(found, one, points, note=form["note"], actor=actor, now=clock.now())
    said = _("评分已提交。") if mark is None else _("评分已提交，成绩已确定：{mark}分。", mark=mark)
    return outcome(to=url_for(".sitting", sitting_id=sitting_id), said=said)


@bp.post("/<int:sitting_id>/<int:sitter_id>/joint")
@shown_again_by(".sitter")
def decide_together(sitting_id: int, sitter_id: int) -> ResponseReturnValue:
    actor = current_actor()
    found = queries.practice_for(actor, sitting_id)
    one = exams.sitter_of(sitting_id, sitter_id)
    service.decide_together(found, one, **read_form(schemas.JointIn), actor=actor, now=clock.now())
    return outcome(to=url_for(".sitting", sitting_id=sitting_id), said=_("共同议定的成绩已登记。"))
