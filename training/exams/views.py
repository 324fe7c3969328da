"""The desk of examinations: sittings, who sits, who came, marks by hand, release (``/training/exams``)."""

from datetime import timedelta
from typing import Any

from flask import request, url_for
from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.actors import require
from association.kernel.errors import Invalid, NotFound, Shortfall
from association.kernel.i18n import _
from association.mandates import queries as mandates
from association.vocabulary import MandateItem
from association.web.doors import member_door
from association.web.forms import read_form, read_query
from association.web.identity import current_actor
from association.web.problems import shown_again_by
from association.web.render import outcome, page, typed
from training import policy
from training.courses import queries as courses
from training.exams import choices, marking, queries, rules, schemas, service
from training.exams.models import Sitter
from training.exams.queries import Held
from training.rosters import queries as rosters
from training.vocabulary import Difficulty, Duty, MarkSource, Means, Part, QuestionKind, SittingState

bp = member_door(__name__)

# What theory and practice may be examined by.
WAYS = ((Part.THEORY, Means.SHEET), (Part.THEORY, Means.BANK), (Part.PRACTICE, Means.CHECKLIST))


# -- the list -----------------------------------------------------------------------------------------------


@bp.get("/")
def desk() -> ResponseReturnValue:
    actor, asked = current_actor(), read_query(schemas.DeskQuery)
    return page(
        "exams/desk.html",
        found=queries.sittings(actor, when=asked["when"], number=asked["page"]),
        when=asked["when"],
        may_keep=policy.keep_exams(actor),
        mandate=mandates.in_force(MandateItem.TRAINING, clock.today()),
        now=clock.now(),
    )


# -- arranging ----------------------------------------------------------------------------------------------


@bp.get("/new")
def new() -> ResponseReturnValue:
    """Step one: of which class, what, how. Step two: when, where, who, and the plan."""
    require(policy.keep_exams, current_actor())
    given = request.form if request.method == "POST" else request.args
    asked = schemas.chosen(given)
    classes = choices.classes(clock.today())
    of = next((one for one, _course in classes if one.id == asked["of"]), None)
    part, means = asked["part"], asked["means"]
    if of is None or (part, means) not in WAYS:
        ways = [(f"{one.value}.{way.value}", f"{one.label} · {way.label}") for one, way in WAYS]
        return page("exams/choose.html", classes=classes, of=of, ways=ways)
    course, syllabus = courses.course_by_id(of.course_id), courses.syllabus(of.syllabus_id)
    lines = choices.last_plan(course.id, means)
    return page(
        "exams/new.html",
        of=of,
        course=course,
        asked=queries.asked_of(syllabus)[part],
        part=part,
        means=means,
        term=rules.term_on(queries.terms(), clock.today()),
        lines=lines,
        day=max(of.ends, clock.today()) + timedelta(days=1),
        **_form(means),
        subjects=[one.name for one in courses.subjects(syllabus) if one.part is part],
    )


def _form(means: Means) -> dict[str, Any]:
    """What the fields of a sitting may be made of."""
    return {
        "rooms": [(one.id, _("{room}（{seats}座）", room=one.name, seats=one.seats)) for one in courses.rooms()],
        "rows": schemas.ROWS,
        "row_name": schemas.row_name,
        "difficulties": list(Difficulty),
        "kinds": list(QuestionKind),
        "bank": means is Means.BANK,
        "with_plan": means is not Means.SHEET,
    }


@bp.post("/new")
@shown_again_by(".new")
def arrange() -> ResponseReturnValue:
    actor, form = current_actor(), read_form(schemas.SittingIn)
    require(policy.keep_exams, actor)
    of = rosters.training_class(form.pop("of"))
    lines, rows = schemas.plan_of(form)
    way = schemas.chosen({"way": form.pop("way")})
    if (way["part"], way["means"]) not in WAYS:
        raise Invalid(_("请选择考试方式。"), [Shortfall("way", "unknown", _("请从所列的选项中选择"))])
    with schemas.in_the_form(rows):
        made = service.arrange(
            of, way["part"], way["means"], **schemas.times(form), plan=lines, actor=actor, now=clock.now()
        )
    said = _("考试{code}已安排，请安排监考、考评人员。", code=made.code)
    return outcome(to=url_for(".duties", sitting_id=made.id), said=said)


def _kept(sitting_id: int) -> Held:
    """A sitting, for those who arrange it."""
    actor = current_actor()
    found = queries.held_for(actor, sitting_id)
    require(policy.keep_exams, actor)
    return found


@bp.get("/<int:sitting_id>/edit")
def edit(sitting_id: int) -> ResponseReturnValue:
    found = _kept(sitting_id)
    return page(
        "exams/edit.html",
        held=found,
        lines=choices.plan_of(found),
        subjects=[one.name for one in courses.subjects(found.syllabus) if one.part is found.sitting.part],
        **_form(found.sitting.means),
    )


@bp.post("/<int:sitting_id>/edit")
@shown_again_by(".edit")
def change(sitting_id: int) -> ResponseReturnValue:
    found, form = _kept(sitting_id), read_form(schemas.SittingChangeIn)
    lines, rows = schemas.plan_of(form)
    seats = form.pop("seats")
    with schemas.in_the_form(rows):
        service.change(
            found,
            **schemas.times(form),
            seats=found.sitting.seats if seats is None else seats,
            plan=lines if found.sitting.means is not Means.SHEET else (),
            actor=current_actor(),
            now=clock.now(),
        )
    return outcome(to=url_for(".show", sitting_id=sitting_id), said=_("考试已调整；时间、考场有变的已通知考生。"))


@bp.post("/<int:sitting_id>/cancel")
@shown_again_by(".edit")
def cancel(sitting_id: int) -> ResponseReturnValue:
    found = _kept(sitting_id)
    service.cancel(found, why=read_form(schemas.WhyIn)["why"], actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".show", sitting_id=sitting_id), said=_("考试已取消，已通知考生。"))


@bp.get("/<int:sitting_id>/duties")
def duties(sitting_id: int) -> ResponseReturnValue:
    found = _kept(sitting_id)
    chosen = queries.duties(sitting_id)
    return page(
        "exams/duties.html",
        held=found,
        people=choices.people_for_duty(),
        chosen={duty: [account.id for one, account in chosen if one is duty] for duty in Duty},
        duty=Duty,
        practice=found.sitting.means is Means.CHECKLIST,
    )


@bp.post("/<int:sitting_id>/duties")
@shown_again_by(".duties")
def set_duties(sitting_id: int) -> ResponseReturnValue:
    found = _kept(sitting_id)
    service.set_duties(found, **read_form(schemas.DutiesIn), actor=current_actor(), now=clock.now())
    to = ".show" if queries.sitters(sitting_id) else ".candidates"
    return outcome(to=url_for(to, sitting_id=sitting_id), said=_("监考、考评人员已安排。"))


# -- one sitting --------------------------------------------------------------------------------------------


@bp.get("/<int:sitting_id>")
def show(sitting_id: int) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    found = queries.held_for(actor, sitting_id)
    people = queries.sitters(sitting_id)
    chosen = queries.duties(sitting_id)
    own, examiners = ([account.id for one, account in chosen if one is duty] for duty in Duty)
    return page(
        "exams/show.html",
        held=found,
        state=found.sitting.state(now),
        states=SittingState,
        people=people,
        duties=chosen,
        lines=choices.plan_of(found),
        counts={
            "came": sum(1 for sitter, _person in people if sitter.came_at),
            "absent": sum(1 for sitter, _person in people if sitter.absent),
            "marked": sum(1 for sitter, _person in people if sitter.mark is not None),
        },
        practice=found.sitting.means is Means.CHECKLIST,
        may_keep=policy.keep_exams(actor),
        may_admit=policy.invigilate(actor, own),
        may_score=policy.score_practice(actor, examiners),
        see_scores=policy.see_scores(actor, examiners),
        mandate=mandates.mandate(found.sitting.mandate_id),
        now=now,
    )


@bp.get("/<int:sitting_id>/candidates")
def candidates(sitting_id: int) -> ResponseReturnValue:
    """Everybody of the class, rule by rule."""
    found, now = _kept(sitting_id), clock.now()
    rows = queries.candidates(found, now=now)
    return page(
        "exams/candidates.html",
        held=found,
        rows=rows,
        state=found.sitting.state(now),
        states=SittingState,
        ready=[one.person.id for one in rows if one.may_sit and not one.admitted],
        left=found.sitting.seats - sum(1 for one in rows if one.admitted),
    )


@bp.post("/<int:sitting_id>/candidates")
@shown_again_by(".candidates")
def admit(sitting_id: int) -> ResponseReturnValue:
    found, form, now = _kept(sitting_id), read_form(schemas.PeopleIn), clock.now()
    ids = form["people"]
    if form["everybody"]:
        ids = [one.person.id for one in queries.candidates(found, now=now) if one.may_sit and not one.admitted]
    made = service.admit(found, ids, actor=current_actor(), now=now)
    return outcome(
        to=url_for(".candidates", sitting_id=sitting_id),
        said=_("已安排{count}人，座位号已通知本人。", count=len(made)),
    )


def _sitter(sitting_id: int, sitter_id: int) -> tuple[Held, Sitter]:
    found = queries.held_for(current_actor(), sitting_id)
    return found, queries.sitter_of(sitting_id, sitter_id)


@bp.post("/<int:sitting_id>/sitters/<int:sitter_id>/leave-out")
@shown_again_by(".sitter")
def leave_out(sitting_id: int, sitter_id: int) -> ResponseReturnValue:
    found, sitter = _sitter(sitting_id, sitter_id)
    service.leave_out(found, sitter, why=read_form(schemas.WhyIn)["why"], actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".show", sitting_id=sitting_id), said=_("已移出并通知本人，座位可以另行安排。"))


# -- on the day ---------------------------------------------------------------------------------------------


@bp.get("/<int:sitting_id>/door")
def door(sitting_id: int) -> ResponseReturnValue:
    """For a phone at the door: who came, who did not."""
    actor, now = current_actor(), clock.now()
    found = queries.held_for(actor, sitting_id)
    require(policy.invigilate, actor, queries.on_duty(sitting_id, Duty.INVIGILATOR))
    return page(
        "exams/door.html",
        held=found,
        people=queries.sitters(sitting_id),
        state=found.sitting.state(now),
        states=SittingState,
        opened=rules.doors_open(found.sitting.starts_at, found.sitting.ends_at, now),
        begun=now >= found.sitting.starts_at,
        minutes=rules.DOORS_OPEN_MINUTES,
    )


@bp.post("/<int:sitting_id>/sitters/<int:sitter_id>/come")
@shown_again_by(".sitter")
def let_in(sitting_id: int, sitter_id: int) -> ResponseReturnValue:
    found, sitter = _sitter(sitting_id, sitter_id)
    service.let_in(found, sitter, actor=current_actor(), now=clock.now())
    return _at_the_door(sitting_id, sitter)


@bp.post("/<int:sitting_id>/sitters/<int:sitter_id>/absent")
@shown_again_by(".sitter")
def note_absent(sitting_id: int, sitter_id: int) -> ResponseReturnValue:
    found, sitter = _sitter(sitting_id, sitter_id)
    service.note_absent(found, sitter, actor=current_actor(), now=clock.now())
    return _at_the_door(sitting_id, sitter)


def _at_the_door(sitting_id: int, sitter: Sitter) -> ResponseReturnValue:
    return outcome(to=url_for(".door", sitting_id=sitting_id, _anchor=f"seat-{sitter.seat}"))


@bp.post("/<int:sitting_id>/absent")
@shown_again_by(".door")
def note_the_rest_absent(sitting_id: int) -> ResponseReturnValue:
    """Whoever neither came nor has a mark."""
    found = queries.held_for(current_actor(), sitting_id)
    count = service.note_the_rest_absent(found, actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".door", sitting_id=sitting_id), said=_("已登记缺考{count}人。", count=count))


# -- marks --------------------------------------------------------------------------------------------------


@bp.get("/<int:sitting_id>/marks")
def marks(sitting_id: int) -> ResponseReturnValue:
    found, now = _kept(sitting_id), clock.now()
    if found.sitting.means is Means.CHECKLIST:
        raise NotFound
    return page(
        "exams/marks.html",
        held=found,
        people=queries.sitters(sitting_id),
        state=found.sitting.state(now),
        states=SittingState,
        begun=now >= found.sitting.starts_at,
        full=rules.FULL,
        typed=typed,
    )


@bp.post("/<int:sitting_id>/marks")
@shown_again_by(".marks")
def record_marks(sitting_id: int) -> ResponseReturnValue:
    found = _kept(sitting_id)
    given: Any = read_form(schemas.MarksIn)
    count = marking.record_marks(found, given, source=MarkSource.SHEET, actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".marks", sitting_id=sitting_id), said=_("已登记{count}人的成绩。", count=count))


@bp.get("/<int:sitting_id>/sitters/<int:sitter_id>")
def sitter(sitting_id: int, sitter_id: int) -> ResponseReturnValue:
    """Somebody's seat and marks: who gave them, who put them right and why."""
    actor, now = current_actor(), clock.now()
    found, one = _sitter(sitting_id, sitter_id)
    person = next(person for sitter, person in queries.sitters(sitting_id) if sitter.id == one.id)
    return page(
        "exams/sitter.html",
        held=found,
        sitter=one,
        person=person,
        entries=queries.entries(one.id),
        state=found.sitting.state(now),
        states=SittingState,
        may_keep=policy.keep_exams(actor),
        full=rules.FULL,
    )


@bp.post("/<int:sitting_id>/sitters/<int:sitter_id>")
@shown_again_by(".sitter")
def correct(sitting_id: int, sitter_id: int) -> ResponseReturnValue:
    found, one = _sitter(sitting_id, sitter_id)
    marking.correct(found, one, **read_form(schemas.CorrectionIn), actor=current_actor(), now=clock.now())
    said = _("成绩已更正。") if found.sitting.released_at is None else _("成绩已更正，已通知本人。")
    return outcome(to=url_for(".sitter", sitting_id=sitting_id, sitter_id=sitter_id), said=said)


@bp.post("/<int:sitting_id>/release")
@shown_again_by(".show")
def release(sitting_id: int) -> ResponseReturnValue:
    marking.release(_kept(sitting_id), actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".show", sitting_id=sitting_id), said=_("成绩已公布，已通知考生。"))
