"""One's own examinations and their results: ``/training/results``."""

from flask import url_for
from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.errors import NotFound
from association.kernel.i18n import _
from association.persons import queries as persons
from association.web.doors import member_door
from association.web.forms import read_form, read_query
from association.web.identity import current_actor
from association.web.problems import shown_again_by
from association.web.render import outcome, page
from training import policy
from training.exams import queries as exams
from training.results import appeals as appeals_of
from training.results import queries, schemas
from training.vocabulary import AppealState

bp = member_door(__name__)


@bp.get("/")
def mine() -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    if not policy.see_own_training(actor):
        raise NotFound
    person = persons.own_person(actor)
    classes = queries.own(person.id, now=now) if person is not None else []
    coming = [(own, seat) for own in classes for seat in own.coming if seat.sitting.ends_at > now]
    return page(
        "results/mine.html",
        person=person,
        classes=classes,
        nearest=min(coming, key=lambda one: one[1].sitting.starts_at, default=None),
        now=now,
        today=clock.today(),
    )


@bp.get("/ours")
def ours() -> ResponseReturnValue:
    """What an enterprise's people who agreed to it reached."""
    actor, number = current_actor(), read_query(schemas.ListQuery)["page"]
    if not policy.see_own_people_in_training(actor):
        raise NotFound
    found = queries.own_people(actor, now=clock.now(), number=number)
    return page("results/ours.html", found=found, today=clock.today())


# -- appeals ------------------------------------------------------------------------------------------------


@bp.get("/<int:sitter_id>/appeal")
def appeal(sitter_id: int) -> ResponseReturnValue:
    """One's own appeal about one sitting: to lodge, or as it stands."""
    found, sitter, lodged = appeals_of.own_sitter(current_actor(), sitter_id)
    return page(
        "results/appeal.html",
        held=found,
        sitter=sitter,
        lodged=lodged,
        until=appeals_of.until(found.sitting, sitter),
        why_not=appeals_of.why_not(found.sitting, sitter, lodged, today=clock.today()),
    )


@bp.post("/<int:sitter_id>/appeal")
@shown_again_by(".appeal")
def lodge(sitter_id: int) -> ResponseReturnValue:
    actor = current_actor()
    found, sitter, _lodged = appeals_of.own_sitter(actor, sitter_id)
    appeals_of.lodge(found, sitter, read_form(schemas.AppealIn)["text"], actor=actor, now=clock.now())
    return outcome(to=url_for(".mine"), said=_("申诉已提交，有答复时在站内通知您。"))


@bp.get("/appeals")
def appeals() -> ResponseReturnValue:
    """For those who decide appeals, and those who supervise them."""
    actor, asked = current_actor(), read_query(schemas.ListQuery)
    found = appeals_of.listed(actor, when=asked["when"], number=asked["page"])
    return page("results/appeals.html", found=found, when=asked["when"])


@bp.get("/appeals/<int:appeal_id>")
def case(appeal_id: int) -> ResponseReturnValue:
    actor = current_actor()
    found = appeals_of.case_for(actor, appeal_id)
    return page(
        "results/case.html",
        case=found,
        entries=exams.entries(found.sitter.id),
        may_decide=policy.decide_appeal(actor, found.took_part, found.sitter.person_id),
        open=found.appeal.state is AppealState.OPEN,
    )


@bp.post("/appeals/<int:appeal_id>")
@shown_again_by(".case")
def decide(appeal_id: int) -> ResponseReturnValue:
    actor = current_actor()
    found, form = appeals_of.case_for(actor, appeal_id), read_form(schemas.DecisionIn)
    appeals_of.decide(found, **form, actor=actor, now=clock.now())
    return outcome(to=url_for(".case", appeal_id=appeal_id), said=_("答复已登记，已通知申诉人。"))
