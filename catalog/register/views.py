"""/catalog/register/misses: what people looked for and did not find, for those who keep the catalog's words."""

from flask.typing import ResponseReturnValue

from association.kernel.actors import require
from association.web.doors import staff_door
from association.web.identity import current_actor
from association.web.render import page
from catalog import policy
from catalog.register import zero_hits

bp = staff_door(__name__)


@bp.get("/misses")
def misses() -> ResponseReturnValue:
    require(policy.see_catalog_desk, current_actor())
    return page("register/misses.html", rows=zero_hits.page(), kept_days=zero_hits.KEPT_DAYS)
