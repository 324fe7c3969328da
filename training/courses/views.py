"""The desk's pages: ``/training/courses/new``, ``…/<code>/edit``, ``…/<code>/syllabus``, rooms, trainers."""

from dataclasses import replace

from flask import url_for
from flask.typing import ResponseReturnValue

from association.accounts import queries as accounts
from association.kernel import clock
from association.kernel.actors import require
from association.kernel.errors import Invalid, Shortfall
from association.kernel.i18n import _
from association.web.doors import staff_door
from association.web.forms import read_form
from association.web.identity import current_actor
from association.web.problems import invalid, shown_again_by
from association.web.render import outcome, page
from training import policy
from training.courses import queries, schemas, service
from training.vocabulary import CourseKind, Level, Part, Qualification, RoomKind

bp = staff_door(__name__)


@bp.get("/new")
def new() -> ResponseReturnValue:
    require(policy.edit_course, current_actor())
    return page("courses/new.html", levels=list(Level), kinds=list(CourseKind))


@bp.post("/new")
@shown_again_by(".new")
def create() -> ResponseReturnValue:
    course = service.create_course(**read_form(schemas.CourseIn), actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".new_version", code=course.code), said=_("课程已设立，请填写第一版教学大纲。"))


@bp.get("/<code>/edit")
def edit(code: str) -> ResponseReturnValue:
    require(policy.edit_course, current_actor())
    return page("courses/edit.html", course=queries.course(code))


@bp.post("/<code>/edit")
@shown_again_by(".edit")
def change(code: str) -> ResponseReturnValue:
    course = queries.course(code)
    service.change_course(course, **read_form(schemas.CourseChangeIn), actor=current_actor(), now=clock.now())
    return outcome(to=url_for("courses_public.show", code=course.code), said=_("课程已修改。"))


@bp.post("/<code>/retire")
@shown_again_by(".edit")
def retire(code: str) -> ResponseReturnValue:
    course = queries.course(code)
    service.retire_course(course, **read_form(schemas.LastDayIn), actor=current_actor(), now=clock.now())
    return outcome(to=url_for("courses_public.show", code=course.code), said=_("课程已停开，已开的班级照常进行。"))


@bp.get("/<code>/syllabus")
def new_version(code: str) -> ResponseReturnValue:
    require(policy.edit_course, current_actor())
    course = queries.course(code)
    known = queries.versions(course)
    last = known[0] if known else None
    taught = queries.subjects(last) if last else []
    return page(
        "courses/syllabus.html",
        course=course,
        last=last,
        subjects=taught,
        rows=schemas.ROWS,
        row_name=schemas.row_name,
        parts=list(Part),
        today=clock.today(),
    )


@bp.post("/<code>/syllabus")
@shown_again_by(".new_version")
def publish(code: str) -> ResponseReturnValue:
    course = queries.course(code)
    plan, rows = schemas.plan_of(read_form(schemas.SyllabusIn))
    try:
        syllabus = service.publish_syllabus(course, plan, actor=current_actor(), now=clock.now())
    except Invalid as refused:
        raise Invalid(refused.detail, [_at_its_row(one, rows) for one in refused.shortfalls]) from refused
    said = _("第{number}版教学大纲已发布；已开的班级仍用原来的版本。", number=syllabus.number)
    return outcome(to=url_for("courses_public.show", code=course.code), said=said)


def _at_its_row(one: Shortfall, rows: list[int]) -> Shortfall:
    """What a rule says of the third subject stands at the row in which that was typed."""
    kind, _dot, rest = one.field.partition(".")
    place, _dot, part = rest.partition(".")
    if kind != "subjects" or not place:
        return one if kind != "subjects" else replace(one, field=schemas.row_name(0, "name"))
    return replace(one, field=schemas.row_name(rows[int(place)], part))


# -- rooms and trainers -------------------------------------------------------------------------------------


@bp.get("/rooms")
def rooms() -> ResponseReturnValue:
    require(policy.edit_course, current_actor())
    return page("courses/rooms.html", rooms=queries.rooms(in_use=False), kinds=list(RoomKind))


@bp.post("/rooms")
@shown_again_by(".rooms")
def record_room() -> ResponseReturnValue:
    room = service.record_room(**read_form(schemas.RoomIn), actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".rooms"), said=_("场地已登记：{name}", name=room.name))


@bp.get("/rooms/<int:room_id>")
def room(room_id: int) -> ResponseReturnValue:
    require(policy.edit_course, current_actor())
    return page("courses/room.html", room=queries.room(room_id))


@bp.post("/rooms/<int:room_id>")
@shown_again_by(".room")
def change_room(room_id: int) -> ResponseReturnValue:
    found = queries.room(room_id)
    service.change_room(found, **read_form(schemas.RoomChangeIn), actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".rooms"), said=_("场地已修改。"))


@bp.get("/trainers")
def trainers() -> ResponseReturnValue:
    require(policy.edit_course, current_actor())
    found = queries.trainers(in_use=False)
    today = clock.today()
    held = queries.qualifications(one.id for one in found)
    return page(
        "courses/trainers.html",
        trainers=found,
        held=held,
        levels={one.id: queries.levels_taught(held.get(one.id, []), today) for one in found},
        rules=queries.trainer_rules(),
    )


@bp.post("/trainers")
@shown_again_by(".trainers")
def record_trainer() -> ResponseReturnValue:
    form = read_form(schemas.TrainerIn)
    account = accounts.account_by_email(form["email"]) if form["email"] else None
    if form["email"] and account is None:
        raise invalid([Shortfall("email", "unknown", _("没有使用此邮箱的账号；可以留空，以后再关联。"))])
    account_id = account.id if account else None
    trainer = service.record_trainer(form["name"], account_id=account_id, actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".trainer", trainer_id=trainer.id), said=_("教员已登记，请填写其证书。"))


@bp.get("/trainers/<int:trainer_id>")
def trainer(trainer_id: int) -> ResponseReturnValue:
    require(policy.edit_course, current_actor())
    found = queries.trainer(trainer_id)
    held = queries.qualifications([found.id]).get(found.id, [])
    return page(
        "courses/trainer.html",
        trainer=found,
        held=held,
        levels=queries.levels_taught(held, clock.today()),
        kinds=list(Qualification),
    )


@bp.post("/trainers/<int:trainer_id>")
@shown_again_by(".trainer")
def note_qualification(trainer_id: int) -> ResponseReturnValue:
    found = queries.trainer(trainer_id)
    service.note_qualification(found, **read_form(schemas.QualificationIn), actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".trainer", trainer_id=trainer_id), said=_("证书已登记。"))


@bp.post("/trainers/<int:trainer_id>/rest")
def rest_trainer(trainer_id: int) -> ResponseReturnValue:
    found = queries.trainer(trainer_id)
    service.rest_trainer(found, not found.in_use, actor=current_actor(), now=clock.now())
    said = _("已恢复排课。") if found.in_use else _("不再排课，已排的课次不变。")
    return outcome(to=url_for(".trainers"), said=said)
