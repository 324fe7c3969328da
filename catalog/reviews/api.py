"""/api/v1/catalog/reviews: the desk by program, with a staff member's key."""

from typing import Any

from association.kernel import clock
from association.kernel.dates import civil_date, show_utc
from association.web.doors import api_door
from association.web.identity import current_actor
from catalog.reviews import queries, service
from catalog.reviews.queries import Case
from catalog.reviews.schemas import CaseOut, CasePageOut, DecisionByProgramIn, QueueIn

bp = api_door(__name__, "审查：协会工作人员 / The desk")


def _as_json(case: Case) -> dict[str, Any]:
    product, submission = case.product, case.submission
    return {
        "id": product.id,
        "version": product.version,
        "state": product.state,
        "round": submission.round,
        "facts": submission.facts,
        "evidence": submission.papers,
        "digest": submission.digest,
        "changed": sorted(case.changed),
        "duplicates": [name.number for name in case.duplicates],
        "submitted_at": submission.submitted_at,
        "due_on": product.due_on,
        "registration_number": product.registration_number,
        "decisions": [
            {
                "kind": one.kind.value,
                "ground": one.ground,
                "reason": one.reason,
                "remarks": one.remarks,
                "decided_by": one.decided_by_name,
                "decided_at": show_utc(one.decided_at),
            }
            for one in queries.decisions_on(product.id)
        ],
    }


@bp.get("")
@bp.arguments(QueueIn, location="query")
@bp.response(200, CasePageOut)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """The queue, what is due first first."""
    found = queries.queue(
        current_actor(),
        state=asked.get("state"),
        today=civil_date(clock.now()),
        number=asked["page"],
        per_page=asked["per_page"],
    )
    rows = [
        {
            "id": one.product.id,
            "title": one.product.title,
            "category": one.product.category,
            "subtype": one.product.subtype,
            "state": one.product.state,
            "registrant": one.registrant,
            "submitted_at": one.product.submitted_at,
            "due_on": one.product.due_on,
            "overdue": one.overdue,
        }
        for one in found.items
    ]
    return found.of(rows).as_json()


@bp.get("/<int:product_id>")
@bp.response(200, CaseOut)
def show(product_id: int) -> dict[str, Any]:
    """One case: the frozen copy under review."""
    return _as_json(queries.case_for(current_actor(), product_id, now=clock.now()))


@bp.post("/<int:product_id>/decision")
@bp.arguments(DecisionByProgramIn)
@bp.response(200, CaseOut)
def decide(body: dict[str, Any], product_id: int) -> dict[str, Any]:
    """Return, approve, or propose or confirm a refusal."""
    actor, now = current_actor(), clock.now()
    case = queries.case_for(actor, product_id, now=now)
    kind = body.pop("decision")
    service.decide(case, kind, **body, actor=actor, now=now)
    return _as_json(queries.case_for(actor, product_id, now=now))
