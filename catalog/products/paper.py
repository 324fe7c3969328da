"""/catalog/products/<id>/receipt.pdf: the receipt of the last submission, for the registrant's people and the desk."""

from flask import Response, url_for

from association.kernel.errors import NotFound
from association.kernel.i18n import _, speaking
from association.paper.answers import printed
from association.paper.press import sheet_job
from association.web.doors import member_door
from association.web.identity import current_actor
from association.web.render import absolute
from catalog.categories import queries as categories
from catalog.products import queries, receipts

bp = member_door(__name__)


@bp.get("/<int:product_id>/receipt.pdf")
def receipt(product_id: int) -> Response:
    product = queries.product_for(current_actor(), product_id)
    submission = next(iter(queries.submissions_of(product)), None)
    if submission is None:
        raise NotFound
    view = categories.known_at(submission.submitted_at)
    # The language of the procedure is Chinese, whoever reads.
    with speaking("zh"):
        sheet = receipts.receipt(submission, view, address=absolute(url_for("products.show", product_id=product.id)))
        name = f"{product.id}-{submission.round}"
        return printed(sheet_job(sheet), f"receipt-{name}", f"{_('提交回执')}-{name}")
