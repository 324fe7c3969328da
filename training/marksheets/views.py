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
from association.workbooks import service as workbooks
from association.workbooks import writing
from association.workbooks.answers import saved
from association.workbooks.columns import fold_heading
from training import policy
from training.exams import queries as exams
from training.exams.queries import Held
from training.marksheets import queries, service
from training.marksheets.rules import MARKS
from training.vocabulary import Means

bp = member_door(__name__)

SHOWN_ROWS = 200


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
    found, sent, actor, now = _held(sitting_id), request.files.get("file"), current_actor(), clock.now()
    service.insist_open(found, now=now)
    content = workbooks.uploaded(sent.stream if sent else None, sent.filename if sent else None)
    code = workbooks.take_in(content, (sent and sent.filename) or "", purpose=service.PURPOSE, actor=actor, now=now)
    return outcome(to=url_for(".look_through", sitting_id=sitting_id, code=code))


@bp.get("/<int:sitting_id>/<code>")
@shown_again_by(".look_through")
def look_through(sitting_id: int, code: str) -> ResponseReturnValue:
    found, actor, now = _held(sitting_id), current_actor(), clock.now()
    sheet = request.args.get("sheet") or None
    source, layout = service.open_upload(code, sheet=sheet, actor=actor, now=now)
    judged = queries.judge(source, layout, found) if layout.is_complete else None
    return page(
        "marksheets/look_through.html",
        held=found,
        code=code,
        source=source,
        layout=layout,
        columns=MARKS,
        judged=judged,
        faulty=judged.reading.faulty[:SHOWN_ROWS] if judged else [],
        sheet=sheet,
    )


@bp.post("/<int:sitting_id>/<code>/columns")
@shown_again_by(".look_through")
def choose(sitting_id: int, code: str) -> ResponseReturnValue:
    """What the headings are taken for, as a person says; remembered for the next file with the same headings."""
    _held(sitting_id)
    actor, now = current_actor(), clock.now()
    sheet = request.form.get("sheet") or None
    _source, layout = service.open_upload(code, sheet=sheet, actor=actor, now=now)
    choice = {
        fold_heading(one.text): request.form.get(f"column.{one.column}", "")
        for one in layout.headings
        if request.form.get(f"column.{one.column}", "") in MARKS.by_key
    }
    workbooks.remember(MARKS, layout, choice, actor=actor, now=now)
    said = _("已按您的选择重新读取，下次上传同样的表头时照此办理。")
    return outcome(to=url_for(".look_through", sitting_id=sitting_id, code=code, sheet=sheet), said=said)


@bp.post("/<int:sitting_id>/<code>/enter")
@shown_again_by(".look_through")
def enter(sitting_id: int, code: str) -> ResponseReturnValue:
    found, actor, now = _held(sitting_id), current_actor(), clock.now()
    sheet, good_only = request.form.get("sheet") or None, request.form.get("rows") == "good"
    job = service.begin(found, code, good_only=good_only, sheet=sheet, actor=actor, now=now)
    jobs.run(job, now=now)
    judged = service.read(code, found, sheet=sheet, actor=actor, now=now)
    again = url_for(".look_through", sitting_id=sitting_id, code=code, sheet=sheet)
    return outcome(to=again if judged.reading.counts.faulty else job.result_url, said=job.result)


@bp.get("/<int:sitting_id>/<code>/failing.xlsx")
def failing(sitting_id: int, code: str) -> ResponseReturnValue:
    found, actor, now = _held(sitting_id), current_actor(), clock.now()
    judged = service.read(code, found, sheet=request.args.get("sheet") or None, actor=actor, now=now)
    content = writing.failing_rows(
        judged.source, judged.layout, judged.reading.faulty, heading=_("问题"), author=_("技防产品登记与核验平台")
    )
    return saved(content, _("待改正的行") + f"-{found.sitting.code}.xlsx")
