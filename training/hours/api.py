"""``/api/v1/training/hours``: what continuing hours an enterprise's own people have, lack, and by when."""

from typing import Any

from association.kernel import clock
from association.kernel.actors import require
from association.web.doors import api_door
from association.web.identity import current_actor
from training import policy
from training.hours import queries
from training.hours.queries import Standing
from training.hours.rules import Year
from training.hours.schemas import OwnHoursPageOut, PageQuery

bp = api_door(__name__, "继续教育学时：本企业人员 / Continuing hours of an enterprise's own people")


@bp.get("")
@bp.arguments(PageQuery(), location="query")
@bp.response(200, OwnHoursPageOut)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """本企业人员各年度的学时：要求、已计、还缺、截止日期。/ Your own people's hours: asked, counted, missing, and by when.

    Only people who agreed that you are told of hours; by name; the years that ask for some, the newest first.
    """
    actor = current_actor()
    require(policy.read_own_peoples_hours, actor)
    found = queries.own_people(actor, today=clock.today(), number=asked["page"], per_page=asked["per_page"])
    return found.of([_as_json(one) for one in found.items]).as_json()


def _as_json(one: Standing) -> dict[str, Any]:
    return {
        "person": {"id": one.person_id, "name": one.name},
        "certificate": one.certificate.number,
        "course": one.certificate.title,
        "level": one.certificate.level,
        "valid_until": one.certificate.valid_until,
        "state": one.state,
        "years": [_year(each) for each in reversed(one.years) if each.asked.hours],
    }


def _year(one: Year) -> dict[str, Any]:
    return {
        "year": one.year,
        "asked": one.asked.hours,
        "asked_professional": one.asked.professional,
        "earned": one.earned,
        "carried_in": one.carried_in,
        "counted": one.counted,
        "missing": one.missing,
        "missing_professional": one.missing_professional,
        "by": one.last_day,
    }
