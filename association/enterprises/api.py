"""``GET /api/v1/association/enterprises/<uscc>``: what the association has confirmed of an enterprise."""

from typing import Any

from association.enterprises import queries
from association.enterprises.schemas import EnterpriseOut
from association.kernel.dates import civil_date
from association.web.doors import open_api_door

bp = open_api_door(__name__, "企业 · enterprises the association has confirmed")


@bp.get("/<uscc>")
@bp.response(200, EnterpriseOut)
def show(uscc: str) -> dict[str, Any]:
    """An enterprise by its unified social credit code: confirmed since when, and licences seen (Art. 11)."""
    enterprise = queries.published(uscc)
    return {
        "uscc": enterprise.uscc,
        "name": enterprise.name,
        "state": enterprise.state,
        "confirmed_on": civil_date(enterprise.confirmed_at) if enterprise.confirmed_at else None,
        "licences": [],
    }
