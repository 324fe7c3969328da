"""/catalog/products/<id>/receipt.pdf: the receipt of a submission, for the registrant's people and the desk."""

from flask import Response, url_for

from association.kernel.errors import NotFound
from association.kernel.i18n import _, speaking
from association.paper.answers import printed
from association.paper.press import sheet_job
from association.web.doors import member_door
from association.web.forms import read_query
from association.web.identity import current_actor
from association.web.render import absolute
from catalog.categories import queries as categories
from catalog.products import queries, receipts
from catalog.products.schemas import RoundIn

bp = member_door(__name__)


@bp.get("/<int:product_id>/receipt.pdf")
def receipt(product_id: int) -> Response:
    """Of the round in ``?round=``, or of the last; an application can be handed in again, and each time is received."""
    of_round = read_query(RoundIn)["round"]
    product = queries.product_for(current_actor(), product_id)
    rounds = queries.submissions_of(product)
    submission = next((one for one in rounds if of_round in (None, one.round)), None)
    if submission is None:
        raise NotFound
    view = categories.known_at(submission.submitted_at)
    # The language of the procedure is Chinese, whoever reads.
    with speaking("zh"):
        sheet = receipts.receipt(submission, view, address=absolute(url_for("products.show", product_id=product.id)))
        name = f"{product.id}-{submission.round}"
        return printed(sheet_job(sheet), f"receipt-{name}", f"{_('提交回执')}-{name}")
