"""/catalog/revocations/desk, …/propose, …/cancel, …/watching: for people signed in; the desk is not there for others."""

from flask import url_for
from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.dates import civil_date
from association.kernel.errors import Invalid, NotFound, Shortfall
from association.kernel.i18n import _
from association.mandates import queries as mandates
from association.vocabulary import MandateItem
from association.web.doors import member_door
from association.web.forms import read_form, read_query
from association.web.identity import current_actor
from association.web.problems import invalid, shown_again_by
from association.web.render import outcome, page
from catalog import policy
from catalog.categories import queries as categories
from catalog.register import queries as register
from catalog.register.rules import standing_at
from catalog.revocations import objecting, queries, rules, service, telling, words
from catalog.revocations.schemas import (
    AnswerIn,
    CancelIn,
    DeskIn,
    ObjectionAnswerIn,
    ObjectionsIn,
    PageIn,
    RevocationIn,
    WatchIn,
)
from catalog.subscriptions import queries as subscriptions
from catalog.vocabulary import ObjectionState, RevocationKind, RevocationState

bp = member_door(__name__)


@bp.get("/desk")
def desk() -> ResponseReturnValue:
    asked = read_query(DeskIn)
    found = queries.desk(current_actor(), state=asked["state"], number=asked["page"])
    return page("revocations/desk.html", page=found, state=asked["state"], states=list(RevocationState))


@bp.get("/desk/<int:revocation_id>")
def case(revocation_id: int) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    found = queries.case_for(actor, revocation_id)
    product = queries.registration(found.number)
    today, concerned = civil_date(now), queries.concerned(product)
    known = register.registration_to_show(found.number, known=now)
    is_open = found.state is RevocationState.PROPOSED
    return page(
        "revocations/case.html",
        case=found,
        product=product,
        stands=standing_at(known.entries, today),
        ground=words.ground_of(categories.known_at(now), found.ground, found.proposed_at),
        relying=telling.addressees(product, today=today) if is_open else (),
        counts=None if is_open else queries.counts(found),
        mandate=mandates.in_force(MandateItem.REGISTRATION, on=today),
        can_confirm=is_open and policy.confirm_revocation(actor, concerned, found.proposed_by),
        can_take_back=is_open and policy.take_back_revocation(actor, found.proposed_by),
        own=not concerned.isdisjoint(actor.enterprise_ids),
    )


@bp.get("/desk/objections")
def objections() -> ResponseReturnValue:
    asked = read_query(ObjectionsIn)
    found = objecting.desk(current_actor(), state=asked["state"], number=asked["page"])
    return page("revocations/objections.html", page=found, state=asked["state"], states=list(ObjectionState))


@bp.get("/desk/objections/<int:objection_id>")
def objection(objection_id: int) -> ResponseReturnValue:
    actor = current_actor()
    found = objecting.for_desk(actor, objection_id)
    case = objecting.case_of(found)
    product = queries.registration(case.number)
    return page(
        "revocations/answer.html",
        one=found,
        case=case,
        product=product,
        may=policy.answer_objection(actor, queries.concerned(product), frozenset({case.proposed_by, case.decided_by})),
        outcomes=[one for one in ObjectionState if one is not ObjectionState.FILED],
    )


@bp.post("/desk/objections/<int:objection_id>")
@shown_again_by(".objection")
def answer_objection(objection_id: int) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    found = objecting.for_desk(actor, objection_id)
    objecting.answer(found, **read_form(ObjectionAnswerIn), actor=actor, now=now)
    return outcome(to=url_for(".objection", objection_id=objection_id), said=_("已答复，并通知提出异议的人。"))


@bp.get("/propose/<number>")
def propose(number: str) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    product = queries.desk_registration(actor, number)
    today = civil_date(now)
    known = register.registration_to_show(number, known=now)
    kinds = [kind for kind in rules.possible(known.entries, today=today) if kind in rules.BY_THE_DESK]
    return page(
        "revocations/propose.html",
        product=product,
        stands=standing_at(known.entries, today),
        kinds=kinds,
        grounds=categories.known_at(now).revocation_grounds(today),
        waiting=queries.open_case(number),
        mandate=mandates.in_force(MandateItem.REGISTRATION, on=today),
        may=policy.propose_revocation(actor, queries.concerned(product)),
        # What is yet to begin can be stopped from its first day only.
        latest=max(today, product.first_day),
    )


@bp.post("/propose/<number>")
@shown_again_by(".propose")
def propose_submit(number: str) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    queries.desk_registration(actor, number)
    made = service.propose(number, **read_form(RevocationIn), actor=actor, now=now)
    return outcome(to=url_for(".case", revocation_id=made.id), said=_("已记录，等待第二人确认。"))


@bp.post("/desk/<int:revocation_id>/confirm")
@shown_again_by(".case")
def confirm(revocation_id: int) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    told = service.confirm(queries.case_for(actor, revocation_id), actor=actor, now=now)
    return outcome(
        to=url_for(".case", revocation_id=revocation_id),
        said=_("已生效并记入登记簿，正在通知{count}人。", count=told),
    )


@bp.post("/desk/<int:revocation_id>/reject")
@shown_again_by(".case")
def reject(revocation_id: int) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    found = queries.case_for(actor, revocation_id)
    service.reject(found, **read_form(AnswerIn), actor=actor, now=now)
    return outcome(to=url_for(".case", revocation_id=revocation_id), said=_("已记录：未予确认。登记不变。"))


@bp.post("/desk/<int:revocation_id>/take-back")
@shown_again_by(".case")
def take_back(revocation_id: int) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    service.take_back(queries.case_for(actor, revocation_id), actor=actor, now=now)
    return outcome(to=url_for(".case", revocation_id=revocation_id), said=_("提议已收回。登记不变。"))


@bp.get("/cancel/<number>")
def cancelling(number: str) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    product = queries.own_registration(actor, number)
    known = register.registration_to_show(number, known=now)
    return page(
        "revocations/cancel.html",
        product=product,
        stands=standing_at(known.entries, civil_date(now)),
        possible=RevocationKind.CANCELLATION in rules.possible(known.entries, today=civil_date(now)),
    )


@bp.post("/cancel/<number>")
@shown_again_by(".cancelling")
def cancel(number: str) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    queries.own_registration(actor, number)
    form = read_form(CancelIn)
    if form["sure"] != "yes":
        raise Invalid(
            _("填写内容有误，请按各项提示改正。"), [Shortfall("sure", "required", _("请勾选，确认要注销这项登记。"))]
        )
    made = service.cancel(number, reason=form["reason"], actor=actor, now=now)
    return outcome(to=url_for("revocations_public.show", revocation_id=made.id), said=_("登记已注销，登记簿已记录。"))


@bp.get("/watching")
def watching() -> ResponseReturnValue:
    actor, today = current_actor(), civil_date(clock.now())
    found = queries.watched_by(actor, number=read_query(PageIn)["page"])
    left = subscriptions.of_account(actor, today=today)
    return page("revocations/watching.html", page=found, left=left, shown=rules.shown)


@bp.post("/watching")
@shown_again_by(".watching")
def watch() -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    asked = read_form(WatchIn)["number"]
    try:
        number = register.registration_to_show(asked, known=now).number
    except NotFound as unknown:
        # The number is what was typed, not where the page is: it is put right at its field.
        raise invalid([Shortfall("number", unknown.code, unknown.detail)]) from unknown
    service.watch(number, actor=actor, now=now)
    return outcome(to=url_for(".watching"), said=_("已关注{number}，有变动会通知您。", number=number))


@bp.post("/watching/left/<int:subscription_id>/end")
def end_left(subscription_id: int) -> ResponseReturnValue:
    service.unfollow_registration(subscription_id, actor=current_actor())
    return outcome(to=url_for(".watching"), said=_("已取消，地址已删除。"))


@bp.post("/watching/<number>/end")
def unwatch(number: str) -> ResponseReturnValue:
    service.unwatch(number, actor=current_actor())
    return outcome(to=url_for(".watching"), said=_("已取消关注。"))
