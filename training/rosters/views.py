"""One's own training, and the desk's classes: ``/training/rosters/mine``, ``…/desk``, ``…/<id>/roster``."""

from datetime import time, timedelta
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from association import policy as ground
from association.kernel import clock
from association.kernel.actors import require
from association.kernel.dates import at_clock
from association.kernel.errors import NotFound, Shortfall
from association.kernel.i18n import _
from association.persons import queries as persons
from association.persons.models import Person
from association.web.doors import member_door
from association.web.forms import read_form, read_query
from association.web.identity import current_actor
from association.web.problems import invalid, shown_again_by
from association.web.render import absolute, outcome, page
from association.workbooks.answers import saved
from training import policy
from training.courses import queries as courses
from training.rosters import lessons, listing, queries, schemas, service
from training.rosters.listing import Filters
from training.rosters.models import Lesson, TrainingClass
from training.vocabulary import ClassState, EnrolmentState

bp = member_door(__name__)


# -- one's own ----------------------------------------------------------------------------------------------


@bp.get("/mine")
def mine() -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    if not policy.see_own_training(actor):
        raise NotFound
    person = persons.own_person(actor)
    hours = queries.timetable_of_person(person.id, since=now) if person else []
    coming = [hour for hour in hours if hour.lesson.cancelled_at is None]
    return page(
        "rosters/mine.html",
        person=person,
        places=queries.classes_of_person(person.id) if person else [],
        hours=hours,
        coming=coming[0] if coming else None,
        calendar=queries.has_calendar(person.id) if person else None,
        leavable={EnrolmentState.ENROLLED, EnrolmentState.WAITING},
        today=clock.today(),
    )


def _own_person() -> Person:
    person = persons.own_person(current_actor())
    if person is None:
        raise NotFound
    return person


@bp.post("/mine/calendar")
def make_calendar() -> ResponseReturnValue:
    token = service.make_calendar_link(_own_person(), actor=current_actor(), now=clock.now())
    address = absolute(url_for("rosters_public.own_calendar", token=token))
    return page("rosters/calendar.html", address=address)


@bp.post("/<int:class_id>/enrol")
def enrol(class_id: int) -> ResponseReturnValue:
    actor, person = current_actor(), _own_person()
    row = service.enrol(queries.public_class(actor, class_id), person, actor=actor, now=clock.now())
    full = _("班级已满，您已列入候补；有人退出时按先后顺序递补，并在站内通知您。")
    said = full if row.state is EnrolmentState.WAITING else _("报名成功。首次上课请携带身份证。")
    return outcome(to=url_for(".mine"), said=said)


@bp.post("/<int:class_id>/leave")
def leave(class_id: int) -> ResponseReturnValue:
    actor, person = current_actor(), _own_person()
    of = queries.public_class(actor, class_id)
    row = queries.enrolment_of(of.id, person.id)
    if row is None:
        raise NotFound
    service.withdraw(of, row, actor=actor, now=clock.now())
    return outcome(to=url_for(".mine"), said=_("已退出班级{code}。", code=of.code))


@bp.get("/ours")
def ours() -> ResponseReturnValue:
    """An enterprise's people who agreed to it: where they enrolled."""
    found = queries.own_people(current_actor(), today=clock.today(), number=read_query(schemas.PageQuery)["page"])
    return page("rosters/ours.html", found=found)


@bp.get("/teaching")
def teaching() -> ResponseReturnValue:
    """A trainer's own lessons."""
    trainer = courses.trainer_of_account(current_actor().account_id)
    if trainer is None:
        raise NotFound
    return page("rosters/teaching.html", hours=queries.timetable_of_trainer(trainer.id, since=clock.now()))


# -- the desk -----------------------------------------------------------------------------------------------


@bp.get("/desk")
def desk() -> ResponseReturnValue:
    actor, asked = current_actor(), read_query(schemas.DeskQuery)
    today = clock.today()
    begins = at_clock(today, time())
    found = queries.classes(actor, today=today, when=asked["when"], number=asked["page"])
    return page(
        "rosters/desk.html",
        found=found,
        when=asked["when"],
        counts=queries.counts(of.id for of, _course in found.items),
        # What the files of people say is for who keeps the files; of classes that are over nothing waits.
        waits=listing.lacking(of.id for of, _course in found.items)
        if ground.keep_persons(actor) and asked["when"] != "past"
        else None,
        lacks=listing.LACKS,
        states=EnrolmentState,
        today=today,
        lessons=queries.timetable_of_day(begins, begins + timedelta(days=1)),
        may_edit=policy.open_class(actor),
        may_see=policy.see_roster(actor),
    )


@bp.get("/new")
def new() -> ResponseReturnValue:
    require(policy.open_class, current_actor())
    today = clock.today()
    return page("rosters/new.html", courses=courses.offered(today), course=request.args.get("course", ""), today=today)


@bp.post("/new")
@shown_again_by(".new")
def open_class() -> ResponseReturnValue:
    form = read_form(schemas.ClassIn)
    course = courses.course(form.pop("course"))
    state = ClassState.PLANNED if form.pop("prepare") else ClassState.OPEN
    made = service.open_class(course, **form, state=state, actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".timetable", class_id=made.id), said=_("班级{code}已开设，请排课。", code=made.code))


@bp.get("/<int:class_id>/edit")
def edit(class_id: int) -> ResponseReturnValue:
    require(policy.open_class, current_actor())
    return page("rosters/edit.html", of=queries.training_class(class_id), states=ClassState)


@bp.post("/<int:class_id>/edit")
@shown_again_by(".edit")
def change(class_id: int) -> ResponseReturnValue:
    of, form = queries.training_class(class_id), read_form(schemas.ClassChangeIn)
    form["enrol_until"] = form["enrol_until"] or form["begins"]
    moved = service.change_class(of, **form, actor=current_actor(), now=clock.now())
    said = _("班级已修改，{count}名候补转正。", count=len(moved)) if moved else _("班级已修改。")
    return outcome(to=url_for("rosters_public.show", class_id=of.id), said=said)


@bp.post("/<int:class_id>/state")
def set_state(class_id: int) -> ResponseReturnValue:
    of = queries.training_class(class_id)
    service.set_state(of, read_form(schemas.StateIn)["state"], actor=current_actor(), now=clock.now())
    said = _("班级现在的状态是“{state}”。", state=of.state.label)
    return outcome(to=url_for("rosters_public.show", class_id=of.id), said=said)


# -- timetable ----------------------------------------------------------------------------------------------


@bp.get("/<int:class_id>/timetable")
def timetable(class_id: int) -> ResponseReturnValue:
    require(policy.plan_lesson, current_actor())
    of = queries.training_class(class_id)
    short = queries.seats_short(of)
    return page("rosters/timetable.html", hours=queries.timetable_of_class(of.id), short=short, **_choices(of))


def _choices(of: TrainingClass) -> dict[str, Any]:
    """What a lesson may be made of."""
    return {
        "of": of,
        "subjects": [(one.id, one.name) for one in courses.subjects(courses.syllabus(of.syllabus_id))],
        "rooms": [(one.id, _("{room}（{seats}座）", room=one.name, seats=one.seats)) for one in courses.rooms()],
        "trainers": [(one.id, one.name) for one in courses.trainers()],
    }


@bp.post("/<int:class_id>/timetable")
@shown_again_by(".timetable")
def plan_lesson(class_id: int) -> ResponseReturnValue:
    of = queries.training_class(class_id)
    made = lessons.plan_lesson(of, **_lesson(of), actor=current_actor(), now=clock.now())
    said = _("课次已安排。") + queries.seats_short(of).get(made.room_id or 0, "")
    return outcome(to=url_for(".timetable", class_id=of.id), said=said)


def _lesson(of: TrainingClass) -> dict[str, Any]:
    """A lesson as its form says it; what it names has to be there. Raises Invalid."""
    require(policy.plan_lesson, current_actor())
    form, choices = read_form(schemas.LessonIn), _choices(of)
    found = [
        Shortfall(name, "unknown", _("请从所列的选项中选择"))
        for name, known in (("subject", "subjects"), ("room", "rooms"), ("trainer", "trainers"))
        if form[name] is not None and form[name] not in dict(choices[known])
    ]
    if found:
        raise invalid(found)
    return {
        "title": form["title"],
        "starts_at": at_clock(form["day"], form["begins_at"]),
        "ends_at": at_clock(form["day"], form["ends_at"]),
        "subject_id": form["subject"],
        "room_id": form["room"],
        "trainer_id": form["trainer"],
    }


def _lesson_of(class_id: int, lesson_id: int) -> tuple[TrainingClass, Lesson]:
    require(policy.plan_lesson, current_actor())
    of = queries.training_class(class_id)
    return of, queries.lesson_of(of, lesson_id)


@bp.get("/<int:class_id>/timetable/<int:lesson_id>")
def lesson(class_id: int, lesson_id: int) -> ResponseReturnValue:
    of, found = _lesson_of(class_id, lesson_id)
    return page("rosters/lesson.html", lesson=found, **_choices(of))


@bp.post("/<int:class_id>/timetable/<int:lesson_id>")
@shown_again_by(".lesson")
def change_lesson(class_id: int, lesson_id: int) -> ResponseReturnValue:
    of, found = _lesson_of(class_id, lesson_id)
    lessons.change_lesson(of, found, **_lesson(of), actor=current_actor(), now=clock.now())
    said = _("课次已调整。") + queries.seats_short(of).get(found.room_id or 0, "")
    return outcome(to=url_for(".timetable", class_id=of.id), said=said)


@bp.post("/<int:class_id>/timetable/<int:lesson_id>/cancel")
def cancel_lesson(class_id: int, lesson_id: int) -> ResponseReturnValue:
    of, found = _lesson_of(class_id, lesson_id)
    lessons.cancel_lesson(of, found, actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".timetable", class_id=of.id), said=_("课次已取消。"))


# -- who takes part -----------------------------------------------------------------------------------------


def _asked() -> tuple[Filters, int, bool]:
    """What is looked for, the page, and whether who asks may know what the persons' files say."""
    asked, files = read_query(schemas.RosterQuery), ground.keep_persons(current_actor())
    number = asked.pop("page")
    return listing.filters(asked, files=files), number, files


@bp.get("/<int:class_id>/roster")
def roster(class_id: int) -> ResponseReturnValue:
    actor = current_actor()
    of = queries.desk_class(actor, class_id)
    filters, number, files = _asked()
    return page(
        "rosters/roster.html",
        of=of,
        course=courses.course_by_id(of.course_id),
        found=listing.entries(of.id, filters, number=number),
        counts=queries.counts([of.id]).get(of.id, {}),
        filters=filters,
        sorts=[(code, _(text)) for code, text in listing.SORTS.items()],
        lacks=[(code, _(text)) for code, text in listing.LACKS.items()],
        states=EnrolmentState,
        may_edit=policy.keep_training(actor),
        may_know=files,
    )


@bp.get("/<int:class_id>/roster.xlsx")
def workbook(class_id: int) -> ResponseReturnValue:
    """What the filters leave, to be saved."""
    of = queries.desk_class(current_actor(), class_id)
    filters, _number, files = _asked()
    return saved(listing.workbook(of, filters, files=files), _("学员名单") + f"-{of.code}.xlsx")


@bp.post("/<int:class_id>/roster")
@shown_again_by(".roster")
def add(class_id: int) -> ResponseReturnValue:
    """The desk enrols somebody who has a file, by the number."""
    actor = current_actor()
    of = queries.desk_class(actor, class_id)
    require(policy.keep_training, actor)
    person = persons.by_identity(read_form(schemas.IdentityIn)["identity"])
    if person is None:
        sentence = _("没有这个身份证号码的档案，请先在“人员档案”中建立。")
        raise invalid([Shortfall("identity", "unknown", sentence)])
    row = service.enrol(of, persons.person(person.id), actor=actor, now=clock.now())
    return outcome(to=url_for(".roster", class_id=of.id), said=_("已办理：{state}。", state=row.state.label))


@bp.get("/<int:class_id>/roster/withdraw")
def ask_withdrawal(class_id: int) -> ResponseReturnValue:
    """Who was ticked, once more, before anybody leaves."""
    actor = current_actor()
    of = queries.desk_class(actor, class_id)
    require(policy.keep_training, actor)
    ids = read_query(schemas.ChosenIn)["row"]
    return page("rosters/withdraw.html", of=of, lines=listing.chosen(of, ids), states=EnrolmentState)


@bp.post("/<int:class_id>/roster/withdraw")
@shown_again_by(".roster")
def withdraw(class_id: int) -> ResponseReturnValue:
    actor = current_actor()
    of = queries.desk_class(actor, class_id)
    require(policy.keep_training, actor)
    ids = read_form(schemas.ChosenIn)["row"]
    moved = service.withdraw_many(of, ids, actor=actor, now=clock.now())
    said = _("已移出{count}人。", count=len(set(ids)))
    if moved:
        said += _("{count}名候补转正。", count=len(moved))
    return outcome(to=url_for(".roster", class_id=of.id), said=said)
