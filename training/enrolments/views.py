"""/training/enrolments/<class>: a roster uploaded, looked through, enrolled; the rows that failed to take away."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from association.jobs import service as jobs
from association.kernel import clock
from association.kernel.actors import require
from association.kernel.config import LARGEST_REQUEST
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
from training.courses import queries as courses
from training.enrolments import queries, service
from training.enrolments.rules import ROSTER
from training.rosters import queries as rosters

bp = member_door(__name__)

# So many rows are enrolled while one waits; more become a job with its own page.
AT_ONCE = 100
SHOWN_ROWS = 200


@bp.before_request
def _room_for_a_workbook() -> None:
    request.max_content_length = LARGEST_REQUEST
    require(policy.enrol_by_workbook, current_actor())


@bp.get("/<int:class_id>")
def new(class_id: int) -> ResponseReturnValue:
    of = rosters.training_class(class_id)
    own = queries.asking(current_actor()).enterprise_id is not None
    return page("enrolments/new.html", of=of, course=courses.course_by_id(of.course_id), columns=ROSTER, own=own)


@bp.get("/<int:class_id>/template.xlsx")
def template(class_id: int) -> ResponseReturnValue:
    of = rosters.training_class(class_id)
    return saved(writing.template(ROSTER), _("学员名册模板") + f"-{of.code}.xlsx")


@bp.post("/<int:class_id>")
@shown_again_by(".new")
def upload(class_id: int) -> ResponseReturnValue:
    of, sent = rosters.training_class(class_id), request.files.get("file")
    content = workbooks.uploaded(sent.stream if sent else None, sent.filename if sent else None)
    actor, now = current_actor(), clock.now()
    code = workbooks.take_in(content, (sent and sent.filename) or "", purpose=service.PURPOSE, actor=actor, now=now)
    return outcome(to=url_for(".look_through", class_id=of.id, code=code))


@bp.get("/<int:class_id>/<code>")
@shown_again_by(".look_through")
def look_through(class_id: int, code: str) -> ResponseReturnValue:
    of, actor, now = rosters.training_class(class_id), current_actor(), clock.now()
    sheet = request.args.get("sheet") or None
    source, layout = service.open_upload(code, sheet=sheet, chosen=None, actor=actor, now=now)
    judged = queries.judge(source, layout, of, actor=actor, now=now) if layout.is_complete else None
    return page(
        "enrolments/look_through.html",
        of=of,
        course=courses.course_by_id(of.course_id),
        code=code,
        source=source,
        layout=layout,
        columns=ROSTER,
        judged=judged,
        faulty=judged.reading.faulty[:SHOWN_ROWS] if judged else [],
        sheet=sheet,
    )


@bp.post("/<int:class_id>/<code>/columns")
@shown_again_by(".look_through")
def choose(class_id: int, code: str) -> ResponseReturnValue:
    """What the headings are taken for, as a person says; remembered for the next file with the same headings."""
    of, actor, now = rosters.training_class(class_id), current_actor(), clock.now()
    sheet = request.form.get("sheet") or None
    _source, layout = service.open_upload(code, sheet=sheet, chosen=None, actor=actor, now=now)
    choice = {
        fold_heading(one.text): request.form.get(f"column.{one.column}", "")
        for one in layout.headings
        if request.form.get(f"column.{one.column}", "") in ROSTER.by_key
    }
    workbooks.remember(ROSTER, layout, choice, actor=actor, now=now)
    said = _("已按您的选择重新读取，下次上传同样的表头时照此办理。")
    return outcome(to=url_for(".look_through", class_id=of.id, code=code, sheet=sheet), said=said)


@bp.post("/<int:class_id>/<code>/enrol")
@shown_again_by(".look_through")
def enrol(class_id: int, code: str) -> ResponseReturnValue:
    of, actor, now = rosters.training_class(class_id), current_actor(), clock.now()
    sheet, good_only = request.form.get("sheet") or None, request.form.get("rows") == "good"
    job = service.begin(of, code, good_only=good_only, sheet=sheet, chosen=None, actor=actor, now=now)
    judged = service.read(code, of, sheet=sheet, chosen=None, actor=actor, now=now)
    if len(judged.to_enrol) > AT_ONCE:
        return outcome(to=url_for("jobs_public.show", code=job.code))
    jobs.run(job, now=now)
    faulty = judged.reading.counts.faulty
    to = url_for(".look_through", class_id=of.id, code=code, sheet=sheet) if faulty else job.result_url
    return outcome(to=to, said=job.result)


@bp.get("/<int:class_id>/<code>/failing.xlsx")
def failing(class_id: int, code: str) -> ResponseReturnValue:
    of, actor, now = rosters.training_class(class_id), current_actor(), clock.now()
    judged = service.read(code, of, sheet=request.args.get("sheet") or None, chosen=None, actor=actor, now=now)
    content = writing.failing_rows(
        judged.source, judged.layout, judged.reading.faulty, heading=_("问题"), author=_("技防产品登记与核验平台")
    )
    return saved(content, _("待改正的行") + f"-{of.code}.xlsx", cache="private, no-store")
