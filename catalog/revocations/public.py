"""/catalog/revocations: what was suspended, revoked, cancelled, reinstated or lapsed; and leaving an address to hear of
it, with a receipt (…/receipts/<receipt>) or for one registration (…/registrations/<number>). For anybody."""

from collections.abc import Sequence

from flask import url_for
from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.dates import civil_date
from association.kernel.i18n import _, show_date
from association.vocabulary import MessageChannel
from association.web.doors import public_door
from association.web.forms import read_form, read_query
from association.web.identity import current_actor
from association.web.limits import asker_mark
from association.web.problems import shown_again_by
from association.web.render import outcome, page, refused, unlisted
from association.webhooks import words as program_words
from catalog import policy
from catalog.categories import queries as categories
from catalog.register import queries as register
from catalog.register.rules import standing_at
from catalog.revocations import objecting, queries, rules, service, words
from catalog.revocations.schemas import FollowIn, ListIn, ObjectionIn
from catalog.subscriptions import queries as subscriptions
from catalog.subscriptions import rules as terms
from catalog.subscriptions.models import Subscription
from catalog.verifications import kept
from catalog.vocabulary import ObjectorKind, RegisterEvent

bp = public_door(__name__)


@bp.get("")
@shown_again_by(".index")
def index() -> ResponseReturnValue:
    asked = ListIn().load({}) if refused() else read_query(ListIn)
    return page(
        "revocations/index.html",
        page=queries.public_list(kind=asked["kind"], q=asked["q"], number=asked["page"]),
        asked=asked,
        kinds=list(RegisterEvent),
        feed=url_for("revocations_api.feed"),
    )


@bp.get("/<int:revocation_id>")
def show(revocation_id: int) -> ResponseReturnValue:
    case, now = queries.published(revocation_id), clock.now()
    after = queries.outcome(case)
    view, known = categories.known_at(now), register.registration_to_show(case.number, known=now)
    return page(
        "revocations/show.html",
        case=case,
        product=queries.registration(case.number),
        after=after,
        stays=words.stays_suspended(after.stay_suspended),
        stands=standing_at(known.entries, civil_date(now)),
        still=queries.still_stands(case, known=now),
        ground=words.ground_of(view, case.ground, case.proposed_at),
        counts=queries.counts(case),
        until=objecting.last_day(case),
        today=civil_date(now),
        objections=objecting.counts(case),
    )


# -- objections -------------------------------------------------------------------------------------------------


@bp.get("/<int:revocation_id>/objections/new")
def new_objection(revocation_id: int) -> ResponseReturnValue:
    case, now = queries.published(revocation_id), clock.now()
    return page(
        "revocations/object.html",
        case=case,
        still=queries.still_stands(case, known=now),
        product=queries.registration(case.number),
        until=objecting.last_day(case),
        today=civil_date(now),
        kinds=list(ObjectorKind),
    )


@bp.post("/<int:revocation_id>/objections/new")
@shown_again_by(".new_objection")
def file_objection(revocation_id: int) -> ResponseReturnValue:
    case, form = queries.published(revocation_id), read_form(ObjectionIn)
    made = objecting.file(case, **form, asker=asker_mark(), actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".objection", code=made.code), said=_("异议已收到。请保存本页地址，凭它查看答复。"))


@bp.get("/objections/<code>")
@unlisted
def objection(code: str) -> ResponseReturnValue:
    """An objection and its answer, for whoever filed it."""
    found = objecting.by_code(code)
    case = objecting.case_of(found)
    return page("revocations/objection.html", one=found, case=case, product=queries.registration(case.number))


# -- leaving an address -----------------------------------------------------------------------------------------


@bp.get("/receipts/<receipt>")
def receipt(receipt: str) -> ResponseReturnValue:
    """What was left with a receipt, and what came of it; for whoever holds the receipt."""
    found, now = kept.receipt(receipt), clock.now()
    left = subscriptions.of_receipt(found.id, today=civil_date(now))
    return page(
        "revocations/receipt.html",
        receipt=found,
        left=left,
        posted=queries.posted_to(found, left),
        shown=rules.shown,
        fault_text=program_words.fault_text,
        **_terms(),
    )


@bp.post("/receipts/<receipt>")
@shown_again_by(".receipt")
def leave_with_receipt(receipt: str) -> ResponseReturnValue:
    found, form = kept.receipt(receipt), read_form(FollowIn)
    left = service.follow_receipt(found, **form, asker=asker_mark(), actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".receipt", receipt=found.receipt), said=_said(left))


@bp.post("/receipts/<receipt>/<int:subscription_id>/end")
def end_of_receipt(receipt: str, subscription_id: int) -> ResponseReturnValue:
    found = kept.receipt(receipt)
    service.unfollow_receipt(found, subscription_id, now=clock.now())
    return outcome(to=url_for(".receipt", receipt=found.receipt), said=_("已取消，地址已删除。"))


@bp.get("/registrations/<number>")
def registration(number: str) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    found = queries.registration(register.registration_to_show(number, known=now).number)
    return page(
        "revocations/follow.html",
        product=found,
        watch=queries.watch_of(actor, found.number, today=civil_date(now)) if actor.signed_in else None,
        may_watch=policy.watch_registrations(actor),
        **_terms(),
    )


@bp.post("/registrations/<number>")
@shown_again_by(".registration")
def leave_with_registration(number: str) -> ResponseReturnValue:
    now, form = clock.now(), read_form(FollowIn)
    found = queries.registration(register.registration_to_show(number, known=now).number)
    left = service.follow_registration(found.number, **form, asker=asker_mark(), actor=current_actor(), now=now)
    program = next((one for one in left if one.channel is MessageChannel.WEBHOOK), None)
    if program is None:
        return outcome(to=url_for(".registration", number=found.number), said=_said(left))
    said = f"{_said(left)} {_('请保存本页地址，凭它查看推送记录、延长或退订。')}"
    return outcome(to=url_for("subscriptions_public.show", code=program.code), said=said)


def _said(left: Sequence[Subscription]) -> str:
    return " ".join(_left(one) for one in left)


def _left(one: Subscription) -> str:
    """What becomes of an address that was left. Whether another person's mailbox said yes before is nobody's business: of all
    of them the same is said, and it holds for all."""
    if one.channel is MessageChannel.WEBHOOK:
        return _("已记录推送地址，到{day}为止，有变动时推送到那里。", day=show_date(one.until))
    if one.confirmed_at is not None and subscriptions.is_own_address(one.address, current_actor()):
        return _("您的邮箱已在接收，期限延长到{day}。", day=show_date(one.until))
    return _(
        "该邮箱还没有确认过的，会收到一封确认信，请打开信中的链接按“确认接收”；七天内没有确认的，邮箱会被删除。已经确认过的继续接收，不再询问。"
    )


def _terms() -> dict[str, object]:
    """What is agreed to, for how long, and which ways there are."""
    now = clock.now()
    today = civil_date(now)
    return {
        "consent": _(terms.CONSENTS[terms.CONSENT]),
        "days": categories.known_at(now).whole(terms.DAYS, today),
        "channels": list(MessageChannel),
    }
