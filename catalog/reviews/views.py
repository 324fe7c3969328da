"""/catalog/reviews: the desk's queue and cases."""

from flask import request, url_for
from flask.typing import ResponseReturnValue

from association.documents import queries as filings
from association.kernel import clock
from association.kernel.dates import civil_date
from association.kernel.i18n import _
from association.ledger import queries as ledger
from association.mandates import queries as mandates
from association.vocabulary import MandateItem
from association.web.doors import staff_door
from association.web.fields import Text
from association.web.forms import read_form, read_query
from association.web.identity import current_actor
from association.web.problems import shown_again_by
from association.web.render import outcome, page
from catalog import policy
from catalog.categories import queries as categories
from catalog.products import rules as dossiers
from catalog.reviews import queries, rules, service
from catalog.reviews.schemas import LONGEST_REMARK, DecisionIn, QueueIn
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
    )


@bp.get("/<int:product_id>")
def show(product_id: int) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    case = queries.case_for(actor, product_id, now=now)
    view, today = categories.known_at(now), civil_date(now)
    product = case.product
    possible = rules.possible(product.state)
    return page(
        "reviews/show.html",
        case=case,
        product=product,
        facts=case.submission.facts,
        view=view,
        today=today,
        attributes=view.attributes(product.category, product.subtype),
        rows=view.requirements(product.category, product.subtype, today),
        unusual={
            index
            for index, paper in enumerate(case.submission.papers)
            if dossiers.number_is_unusual(view, EvidenceKind(paper["kind"]), paper["number"])
        },
        kinds={kind.value: kind for kind in EvidenceKind},
        grounds=view.grounds(today),
        mandate=mandates.in_force(MandateItem.REGISTRATION, on=today),
        can_decide=DecisionKind.APPROVED in possible and policy.decide_review(actor, product),
        can_confirm=DecisionKind.REFUSAL_CONFIRMED in possible
        and policy.confirm_refusal(actor, product, case.proposed_by),
        own=product.registrant_id in actor.enterprise_ids,
        letter=filings.filing_for(actor, case.submission.authorisation_id) if case.submission.authorisation_id else None,
        labels=dossiers.FIELDS,
        lines=ledger.lines_about(f"product:{product.id}"),
    )


@bp.post("/<int:product_id>")
@shown_again_by(".show")
def decide(product_id: int) -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    case = queries.case_for(actor, product_id, now=now)
    names = [f"remarks.{field}" for field in remarkable(case)]
    form = read_form(DecisionIn.from_dict({name: Text(LONGEST_REMARK, lines=True) for name in names}))  # type: ignore[arg-type]
    remarks = {name.removeprefix("remarks."): request.form.get(name, "").strip() for name in names}
    service.decide(
        case,
        form["decision"],
        version=form["version"],
        ground=form["ground"],
        reason=form["reason"],
        remarks=remarks,
        actor=actor,
        now=now,
    )
    return outcome(to=url_for(".show", product_id=product_id), said=_("决定已记录。"))


def remarkable(case: queries.Case) -> list[str]:
    """The fields beside which a remark can be written."""
    plain = ["name", "brand", "model", "manufacturer", "standards", "evidence", "authorisation"]
    return plain + [f"attributes.{key}" for key in case.submission.facts.get("attributes", {})]
