"""/catalog/products/<id>/receipt.pdf: the receipt of a submission, for the registrant's people and the desk; and the labels
of all that an enterprise registered."""

from itertools import chain

from flask import Response, url_for

from association.kernel import clock
from association.kernel.actors import require
from association.kernel.errors import Conflict, NotFound
from association.kernel.i18n import _, speaking
from association.paper.answers import printed, printed_together
from association.paper.press import sheet_job
from association.web.doors import member_door
from association.web.forms import read_query
from association.web.identity import current_actor
from association.web.render import absolute, asked_language, language_in_address
from catalog import policy
from catalog.categories import queries as categories
from catalog.products import queries, receipts
from catalog.products.schemas import RoundIn
from catalog.register import labels

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


@bp.get(f"/labels-<any({labels.SIZES}):size>-<any({labels.KINDS}):kind>.zip")
@language_in_address
def all_labels(size: str, kind: str) -> Response:
    """The labels of everything the enterprise registered and may still put on products, as one ZIP."""
    actor = current_actor()
    require(policy.list_products, actor)
    numbers = queries.registered_by(actor)
    made = labels.jobs(numbers, size, kind, language=asked_language(), now=clock.now())
    first = next(made, None)
    if first is None:
        raise Conflict(_("本企业现在没有可以印标签的登记。"))
    return printed_together(chain([first], made), f"labels-{size}", f"{_('登记标签')}-{size}")
