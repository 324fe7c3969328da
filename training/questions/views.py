"""/training/questions: the bank, its questions with their history; a workbook in and out."""

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from association.jobs import service as jobs
from association.kernel import clock
from association.kernel.actors import require
from association.kernel.config import LARGEST_REQUEST
from association.kernel.i18n import _
from association.web.doors import staff_door
from association.web.forms import read_form, read_query
from association.web.identity import current_actor
from association.web.problems import shown_again_by
from association.web.render import outcome, page
from association.workbooks import looking, writing
from association.workbooks.answers import saved
from association.workbooks.looking import Looking
from training import policy
from training.questions import importing, queries, schemas, service
from training.questions.columns import cells_of, columns
from training.questions.rules import LETTERS
from training.vocabulary import Difficulty, QuestionKind

bp = staff_door(__name__)

# So many rows are entered while one waits; more become a job with its own page.
AT_ONCE = 200


@bp.before_request
def _for_the_desk() -> None:
    request.max_content_length = LARGEST_REQUEST
    require(policy.keep_questions, current_actor())


@bp.get("")
def index() -> ResponseReturnValue:
    asked = read_query(schemas.ListQuery)
    return page(
        "questions/index.html",
        found=queries.listed(**asked),
        filters=asked["filters"],
        stock=queries.stock(),
        subjects=queries.subjects_in_use(),
        kinds=list(QuestionKind),
        levels=list(Difficulty),
        letters=LETTERS,
    )


def _choices() -> dict[str, object]:
    return {
        "kinds": list(QuestionKind),
        "levels": list(Difficulty),
        "subjects": [(one, one) for one in queries.theory_subjects()],
        "letters": LETTERS,
    }


@bp.get("/new")
def new() -> ResponseReturnValue:
    return page("questions/new.html", **_choices())


@bp.post("")
@shown_again_by(".new")
def add() -> ResponseReturnValue:
    one = service.add(**read_form(schemas.QuestionIn), actor=current_actor(), now=clock.now())
    to = url_for(".new") if request.form.get("then") == "another" else url_for(".show", question_id=one.id)
    return outcome(to=to, said=_("已录入，编号{code}。", code=one.code))


@bp.get("/<int:question_id>")
@shown_again_by(".show")
def show(question_id: int) -> ResponseReturnValue:
    one, version = queries.question_for(current_actor(), question_id)
    versions = queries.history(one.id)
    return page("questions/show.html", one=one, version=version, versions=versions, letters=LETTERS)


@bp.get("/<int:question_id>/edit")
def edit(question_id: int) -> ResponseReturnValue:
    one, version = queries.question_for(current_actor(), question_id)
    return page("questions/edit.html", one=one, version=version, **_choices())


@bp.post("/<int:question_id>/edit")
@shown_again_by(".edit")
def change(question_id: int) -> ResponseReturnValue:
    one, _version = queries.question_for(current_actor(), question_id)
    changed = service.change(one, **read_form(schemas.ChangeIn), actor=current_actor(), now=clock.now())
    said = _("已改为第{number}版；已经用过旧版的试卷不变。", number=one.current) if changed else _("内容没有变化。")
    return outcome(to=url_for(".show", question_id=one.id), said=said)


@bp.post("/<int:question_id>/retire")
@shown_again_by(".show")
def retire(question_id: int) -> ResponseReturnValue:
    one, _version = queries.question_for(current_actor(), question_id)
    service.retire(one, **read_form(schemas.WhyIn), actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".show", question_id=one.id), said=_("已停用，今后的试卷不再抽取。"))


@bp.post("/<int:question_id>/reinstate")
@shown_again_by(".show")
def reinstate(question_id: int) -> ResponseReturnValue:
    one, _version = queries.question_for(current_actor(), question_id)
    service.reinstate(one, actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".show", question_id=one.id), said=_("已恢复使用。"))


# -- workbooks ------------------------------------------------------------------------------------------------


@bp.get("/bank.xlsx")
def bank() -> ResponseReturnValue:
    """The questions in use, under the headings that can be brought back."""
    headings = [(_(one.label), float(one.width)) for one in columns().fields]
    rows = (cells_of(one.code, queries.content_of(version)) for one, version in queries.everything())
    return saved(writing.workbook(_("题库"), headings, rows), _("题库") + ".xlsx")


@bp.get("/template.xlsx")
def template() -> ResponseReturnValue:
    return saved(writing.template(columns(tuple(queries.theory_subjects()))), _("题库模板") + ".xlsx")


@bp.get("/import")
def bring() -> ResponseReturnValue:
    return page("questions/import.html", columns=columns(), subjects=queries.theory_subjects())


@bp.post("/import")
@shown_again_by(".bring")
def upload() -> ResponseReturnValue:
    code = looking.brought(importing.PURPOSE, actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".look_through", code=code))


@bp.get("/import/<code>")
@shown_again_by(".look_through")
def look_through(code: str) -> ResponseReturnValue:
    actor, now, sheet = current_actor(), clock.now(), looking.sheet_asked()
    source, layout = importing.open_upload(code, sheet=sheet, actor=actor, now=now)
    judged = importing.judge(source, layout) if layout.is_complete else None
    return page(
        "questions/look_through.html",
        judged=judged,
        looked=Looking(code, sheet, columns(), source, layout, judged.reading if judged else None),
    )


@bp.post("/import/<code>/columns")
@shown_again_by(".look_through")
def choose(code: str) -> ResponseReturnValue:
    actor, now, sheet = current_actor(), clock.now(), looking.sheet_asked()
    _source, layout = importing.open_upload(code, sheet=sheet, actor=actor, now=now)
    said = looking.remember_choice(columns(), layout, actor=actor, now=now)
    return outcome(to=url_for(".look_through", code=code, sheet=sheet), said=said)


@bp.post("/import/<code>/enter")
@shown_again_by(".look_through")
def enter(code: str) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    sheet, good_only = looking.sheet_asked(), request.form.get("rows") == "good"
    job = importing.begin(code, good_only=good_only, sheet=sheet, actor=actor, now=now)
    judged = importing.read(code, sheet=sheet, actor=actor, now=now)
    if len(judged.to_enter) > AT_ONCE:
        return outcome(to=url_for("jobs_public.show", code=job.code))
    jobs.run(job, now=now)
    faulty = judged.reading.counts.faulty
    to = url_for(".look_through", code=code, sheet=sheet) if faulty else job.result_url
    return outcome(to=to, said=job.result)


@bp.get("/import/<code>/failing.xlsx")
def failing(code: str) -> Response:
    judged = importing.read(code, sheet=looking.sheet_asked(), actor=current_actor(), now=clock.now())
    return looking.failing(judged.source, judged.layout, judged.reading)
