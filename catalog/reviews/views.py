"""/catalog/reviews: the desk's queue and cases."""

from flask import url_for
from flask.typing import ResponseReturnValue

from association.documents import queries as filings
from association.documents.models import Filing
from association.kernel import clock
from association.kernel.actors import Actor
from association.kernel.dates import civil_date
from association.kernel.i18n import _
from association.ledger import queries as ledger
from association.mandates import queries as mandates
from association.vocabulary import MandateItem
from association.web.doors import staff_door
from association.web.forms import read_form, read_query
from association.web.identity import current_actor
from association.web.problems import shown_again_by
from association.web.render import outcome, page
from catalog import policy
from catalog.categories import queries as categories
from catalog.products import rules as dossiers
from catalog.products import words
from catalog.reviews import queries, rules, service, shapes
from catalog.reviews.schemas import QueueIn, decision_form, remarks_of
from catalog.vocabulary import CaseState, DecisionKind, EvidenceKind

bp = staff_door(__name__)


@bp.get("/")
def index() -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    asked = read_query(QueueIn)
    found = queries.queue(actor, state=asked.get("state"), today=civil_date(now), number=asked["page"])
    return page(
        "reviews/index.html",
        page=found,
        state=asked.get("state"),
        states=[state for state in CaseState if state is not CaseState.DRAFT],
        counts=queries.waiting(actor),
        view=categories.known_at(now),
        mandate=mandates.in_force(MandateItem.REGISTRATION, on=civil_date(now)),
        today=civil_date(now),
    )


@bp.get("/<int:product_id>")
def show(product_id: int) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    case = queries.case_for(actor, product_id, now=now)
    view, today = categories.known_at(now), civil_date(now)
    product, facts = case.product, case.submission.facts
    possible = rules.possible(product.state)
    before = case.before.facts if case.before is not None else None
    lines = ledger.lines_about(f"product:{product.id}")
    papers = rules.papers_beside(case.before.papers if case.before else None, case.submission.papers)
    return page(
        "reviews/show.html",
        case=case,
        product=product,
        facts=facts,
        rows_of_facts=shapes.rows(facts, before, case.changed, view),
        papers=[(one, shapes.paper(one.paper, facts, view, today)) for one in papers if not one.gone],
        gone=[one.paper for one in papers if one.gone],
        view=view,
        today=today,
        attributes=view.attributes(product.category, product.subtype),
        rows=view.requirements(product.category, product.subtype, today),
        kinds={kind.value: kind for kind in EvidenceKind},
        grounds=view.grounds(today),
        mandate=mandates.in_force(MandateItem.REGISTRATION, on=today),
        can_decide=DecisionKind.APPROVED in possible and policy.decide_review(actor, product),
        can_confirm=DecisionKind.REFUSAL_CONFIRMED in possible
        and policy.confirm_refusal(actor, product, case.proposed_by),
        proposal=next((one for one in case.decisions if one.kind is DecisionKind.REFUSAL_PROPOSED), None)
        if product.state in (CaseState.REFUSAL_PROPOSED, CaseState.REFUSED)
        else None,
        proposed_it=case.proposed_by is not None and case.proposed_by == actor.account_id,
        duplicates=[one for one in case.duplicates if one.number != product.registration_number],
        own=product.registrant_id in actor.enterprise_ids,
        letter=_letter(actor, case),
        labels=dossiers.FIELDS,
        returned=words.last_of(lines, "case.returned"),
        ground_name=words.ground_name,
        now=now,
        history=words.history(lines, view, desk=True),
    )


@bp.post("/<int:product_id>")
@shown_again_by(".show")
def decide(product_id: int) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    case = queries.case_for(actor, product_id, now=now)
    names = remarkable(case)
    form = read_form(decision_form(names))
    service.decide(
        case,
        form["decision"],
        version=form["version"],
        ground=form["ground"],
        reason=form["reason"],
        remarks=remarks_of(form, names),
        actor=actor,
        now=now,
    )
    said = {
        DecisionKind.RETURNED: _("已退回补正，申请人会收到通知。"),
        DecisionKind.APPROVED: _("已登记，登记簿和通知同时写好。"),
        DecisionKind.REFUSAL_PROPOSED: _("已记录，等待第二人复核。"),
        DecisionKind.REFUSAL_CONFIRMED: _("已决定不予登记，申请人会收到通知。"),
        DecisionKind.REFUSAL_REJECTED: _("已退回重新审查。"),
    }[form["decision"]]
    return outcome(to=url_for(".show", product_id=product_id), said=said)


def remarkable(case: queries.Case) -> list[str]:
    """The fields beside which a remark can be written."""
    plain = ["name", "name_en", "brand", "model", "manufacturer", "standards", "evidence", "authorisation"]
    return plain + [f"attributes.{key}" for key in case.submission.facts.get("attributes", {})]


def _letter(actor: Actor, case: queries.Case) -> Filing | None:
    filing_id = case.submission.authorisation_id
    return None if filing_id is None else filings.filing_for(actor, filing_id)
