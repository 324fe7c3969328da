"""委托事项清单: the seven items and what is in force, for anybody: ``/association/mandates``."""

from flask.typing import ResponseReturnValue

from association import policy
from association.kernel import clock
from association.mandates import queries
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
