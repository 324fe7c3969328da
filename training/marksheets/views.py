"""/training/marksheets/<sitting>: a mark sheet uploaded, looked through, entered; the rows that failed to take away."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from association.jobs import service as jobs
from association.kernel import clock
from association.kernel.actors import require
from association.kernel.config import LARGEST_REQUEST
from association.kernel.errors import NotFound
from association.kernel.i18n import _
from association.web.doors import member_door
from association.web.identity import current_actor
from association.web.problems import shown_again_by
from association.web.render import outcome, page
from association.workbooks import looking, writing
from association.workbooks.answers import saved
from association.workbooks.looking import Looking
from training import policy
from training.exams import queries as exams
from training.exams.queries import Held
from training.marksheets import queries, service
from training.marksheets.rules import MARKS
from training.vocabulary import Means

bp = member_door(__name__)


@bp.before_request
def _room_for_a_workbook() -> None:
    request.max_content_length = LARGEST_REQUEST


def _held(sitting_id: int) -> Held:
    """A paper sitting, for those who enter its marks. Raises NotFound, Forbidden."""
    actor = current_actor()
    found = exams.held_for(actor, sitting_id)
    require(policy.keep_exams, actor)
    if found.sitting.means is Means.CHECKLIST:
        raise NotFound
    return found


@bp.get("/<int:sitting_id>")
def new(sitting_id: int) -> ResponseReturnValue:
    found = _held(sitting_id)
    return page("marksheets/new.html", held=found, people=queries.seated(found), now=clock.now())


@bp.get("/<int:sitting_id>/template.xlsx")
def template(sitting_id: int) -> ResponseReturnValue:
    """With the seats and names of those who sit, and what stands already."""
    found = _held(sitting_id)
    rows = [
        {"seat": one.seat, "name": one.name, "mark": one.mark, "absent": _("是") if one.absent else None}
        for one in queries.seated(found)
    ]
    return saved(writing.template(MARKS, rows=rows), _("成绩表") + f"-{found.sitting.code}.xlsx")


@bp.post("/<int:sitting_id>")
@shown_again_by(".new")
def upload(sitting_id: int) -> ResponseReturnValue:
    now = clock.now()
    service.insist_open(_held(sitting_id), now=now)
    code = looking.brought(service.PURPOSE, actor=current_actor(), now=now)
    return outcome(to=url_for(".look_through", sitting_id=sitting_id, code=code))


@bp.get("/<int:sitting_id>/<code>")
@shown_again_by(".look_through")
def look_through(sitting_id: int, code: str) -> ResponseReturnValue:
    found, actor, now, sheet = _held(sitting_id), current_actor(), clock.now(), looking.sheet_asked()
    source, layout = service.open_upload(code, sheet=sheet, actor=actor, now=now)
    judged = queries.judge(source, layout, found) if layout.is_complete else None
    return page(
        "marksheets/look_through.html",
        held=found,
        judged=judged,
        looked=Looking(code, sheet, MARKS, source, layout, judged.reading if judged else None),
    )


@bp.post("/<int:sitting_id>/<code>/columns")
@shown_again_by(".look_through")
def choose(sitting_id: int, code: str) -> ResponseReturnValue:
    _held(sitting_id)
    actor, now, sheet = current_actor(), clock.now(), looking.sheet_asked()
    _source, layout = service.open_upload(code, sheet=sheet, actor=actor, now=now)
    said = looking.remember_choice(MARKS, layout, actor=actor, now=now)
    return outcome(to=url_for(".look_through", sitting_id=sitting_id, code=code, sheet=sheet), said=said)


@bp.post("/<int:sitting_id>/<code>/enter")
@shown_again_by(".look_through")
def enter(sitting_id: int, code: str) -> ResponseReturnValue:
    found, actor, now = _held(sitting_id), current_actor(), clock.now()
    sheet, good_only = looking.sheet_asked(), request.form.get("rows") == "good"
    job = service.begin(found, code, good_only=good_only, sheet=sheet, actor=actor, now=now)
    jobs.run(job, now=now)
    judged = service.read(code, found, sheet=sheet, actor=actor, now=now)
    again = url_for(".look_through", sitting_id=sitting_id, code=code, sheet=sheet)
    return outcome(to=again if judged.reading.counts.faulty else job.result_url, said=job.result)


@bp.get("/<int:sitting_id>/<code>/failing.xlsx")
def failing(sitting_id: int, code: str) -> ResponseReturnValue:
    found, actor, now = _held(sitting_id), current_actor(), clock.now()
    judged = service.read(code, found, sheet=looking.sheet_asked(), actor=actor, now=now)
    return looking.failing(judged.source, judged.layout, judged.reading, found.sitting.code)
