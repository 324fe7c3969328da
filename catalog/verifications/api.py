"""/api/v1/catalog/verifications: one verdict for programs."""

from typing import Any

from association.kernel import clock
from association.kernel.dates import civil_date
from association.web.doors import open_api_door
from association.web.moments import known_moment
from catalog.verifications import queries
from catalog.verifications.schemas import CheckIn, VerdictOut
from catalog.verifications.shapes import verdict_json

bp = open_api_door(__name__, "核验：一个产品的登记信息核验结果 / Verification of one product")


@bp.get("/check")
@bp.arguments(CheckIn(), location="query")
@bp.response(200, VerdictOut)
def check(asked: dict[str, Any]) -> dict[str, Any]:
    """One verdict; leaves no trace."""
    now = clock.now()
    known = known_moment(asked["known"], now=now)
    answer = queries.answer(asked["question"], on=asked["on"] or civil_date(now), made_on=asked["made_on"], known=known)
    return verdict_json(answer)
