"""/catalog/products/<id>/letter-<decision>.pdf: a letter of the desk, for the registrant's people and the desk.

The address is that of the application, which the applicant knows; what stands in the letter is the desk's.
"""

from flask import Response, redirect, url_for
from flask.typing import ResponseReturnValue

from association.kernel.i18n import speaking
from association.mandates import queries as mandates
from association.paper.answers import printed
from association.paper.press import sheet_job
from association.web.doors import member_door
from association.web.forms import read_query
from association.web.identity import current_actor
from association.web.render import absolute
from catalog.categories import queries as categories
from catalog.products.schemas import RoundIn
from catalog.reviews import letters, queries
from catalog.vocabulary import DecisionKind

bp = member_door(__name__, prefix="/catalog/products")


@bp.get("/<int:product_id>/letter.pdf")
def last_letter(product_id: int) -> ResponseReturnValue:
    sent = queries.letter_for(current_actor(), product_id, of_round=read_query(RoundIn)["round"])
    return redirect(url_for(".letter", product_id=product_id, decision_id=sent.decision.id), 303)


@bp.get("/<int:product_id>/letter-<int:decision_id>.pdf")
def letter(product_id: int, decision_id: int) -> Response:
    sent = queries.letter_for(current_actor(), product_id, decision_id)
    decision = sent.decision
    # The language of the procedure is Chinese, whoever reads.
    with speaking("zh"):
        sheet = letters.letter(
            decision,
            sent.proposal,
            sent.submission,
            sent.enterprise,
            categories.known_at(decision.decided_at),
            mandate=mandates.mandate(decision.mandate_id).number if decision.mandate_id else "",
            address=absolute(url_for("products.show", product_id=product_id)),
        )
        kind = "refusal" if decision.kind is DecisionKind.REFUSAL_CONFIRMED else "return"
        return printed(
            sheet_job(sheet), f"{kind}-{product_id}-{decision.id}", f"{sheet.title}-{product_id}-{decision.id}"
        )
