"""/api/v1/training/attendance: an enterprise's own people, with its key."""

from typing import Any

from association.kernel import clock
from association.kernel.actors import require
from association.web.doors import api_door
from association.web.identity import current_actor
from training import policy
from training.attendance import queries
from training.attendance.schemas import AttendedListOut

bp = api_door(__name__, "考勤：本企业人员 / Attendance of an enterprise's own people")


@bp.get("")
@bp.response(200, AttendedListOut)
def index() -> dict[str, Any]:
    """The attendance of your own people who agreed that you are told, class by class."""
    actor, now = current_actor(), clock.now()
    require(policy.read_own_people, actor)
    return {"items": queries.of_enterprise(actor.enterprise_id or 0, now=now)}
