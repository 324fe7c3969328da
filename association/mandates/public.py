"""委托事项清单: the seven items and what is in force, for anybody: ``/association/mandates``, each at ``…/<id>``."""

from flask.typing import ResponseReturnValue

from association import policy
from association.kernel import clock
from association.mandates import done, queries
from association.web.doors import public_door
from association.web.identity import current_actor
from association.web.render import page

bp = public_door(__name__, prefix="/association/mandates")


@bp.get("")
def index() -> ResponseReturnValue:
    today = clock.today()
    return page(
        "mandates/index.html",
        items=queries.by_item(today),
        today=today,
        may_record=policy.record_mandate(current_actor()),
    )


@bp.get("/<int:mandate_id>")
def show(mandate_id: int) -> ResponseReturnValue:
    actor, mandate = current_actor(), queries.mandate(mandate_id)
    return page(
        "mandates/show.html",
        mandate=mandate,
        today=clock.today(),
        work=done.under(mandate),
        may_record=policy.record_mandate(actor),
        may_read=policy.read_mandate_scan(actor),
    )
