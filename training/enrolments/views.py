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
from association.workbooks import looking, writing
from association.workbooks.answers import saved
from association.workbooks.looking import Looking
from training import policy
from training.courses import queries as courses
from training.enrolments import queries, service
from training.enrolments.rules import ROSTER
from training.rosters import queries as rosters

bp = member_door(__name__)

# So many rows are enrolled while one waits; more become a job with its own page.
AT_ONCE = 100


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
    of = rosters.training_class(class_id)
    code = looking.brought(service.PURPOSE, actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".look_through", class_id=of.id, code=code))


@bp.get("/<int:class_id>/<code>")
@shown_again_by(".look_through")
def look_through(class_id: int, code: str) -> ResponseReturnValue:
    of, actor, now, sheet = rosters.training_class(class_id), current_actor(), clock.now(), looking.sheet_asked()
    source, layout = service.open_upload(code, sheet=sheet, actor=actor, now=now)
    judged = queries.judge(source, layout, of, actor=actor, now=now) if layout.is_complete else None
    return page(
        "enrolments/look_through.html",
        of=of,
        course=courses.course_by_id(of.course_id),
        judged=judged,
        looked=Looking(code, sheet, ROSTER, source, layout, judged.reading if judged else None),
    )


@bp.post("/<int:class_id>/<code>/columns")
@shown_again_by(".look_through")
def choose(class_id: int, code: str) -> ResponseReturnValue:
    of, actor, now, sheet = rosters.training_class(class_id), current_actor(), clock.now(), looking.sheet_asked()
    _source, layout = service.open_upload(code, sheet=sheet, actor=actor, now=now)
    said = looking.remember_choice(ROSTER, layout, actor=actor, now=now)
    return outcome(to=url_for(".look_through", class_id=of.id, code=code, sheet=sheet), said=said)


@bp.post("/<int:class_id>/<code>/enrol")
@shown_again_by(".look_through")
def enrol(class_id: int, code: str) -> ResponseReturnValue:
    of, actor, now = rosters.training_class(class_id), current_actor(), clock.now()
    sheet, good_only = looking.sheet_asked(), request.form.get("rows") == "good"
    job = service.begin(of, code, good_only=good_only, sheet=sheet, actor=actor, now=now)
    judged = service.read(code, of, sheet=sheet, actor=actor, now=now)
    if len(judged.to_enrol) > AT_ONCE:
        return outcome(to=url_for("jobs_public.show", code=job.code))
    jobs.run(job, now=now)
    faulty = judged.reading.counts.faulty
    to = url_for(".look_through", class_id=of.id, code=code, sheet=sheet) if faulty else job.result_url
    return outcome(to=to, said=job.result)


@bp.get("/<int:class_id>/<code>/failing.xlsx")
def failing(class_id: int, code: str) -> ResponseReturnValue:
    of, actor, now = rosters.training_class(class_id), current_actor(), clock.now()
    judged = service.read(code, of, sheet=looking.sheet_asked(), actor=actor, now=now)
    return looking.failing(judged.source, judged.layout, judged.reading, of.code)
