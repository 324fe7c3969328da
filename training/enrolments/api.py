"""``/api/v1/training/enrolments``: an enterprise enrols its own people by program, and takes that back."""

from typing import Any

from association.kernel import clock
from association.kernel.actors import require
from association.web.doors import api_door
from association.web.identity import current_actor
from training import policy
from training.enrolments import queries, service
from training.enrolments.schemas import EnrolIn, EnrolledOut, WithdrawnOut
from training.rosters import queries as rosters
from training.vocabulary import EnrolmentState

bp = api_door(__name__, "报名：企业为本企业人员 / Enrolment of an enterprise's own people")


@bp.post("")
@bp.arguments(EnrolIn)
@bp.response(201, EnrolledOut)
def create(body: dict[str, Any]) -> dict[str, Any]:
    """为本企业人员报名，全部成功或全部不成；`waiting`是候补。/ All or nobody; who is `waiting` is on the waiting list.

    `class` is the class's code. Somebody without a file gets one; with `agreed` false a person must have agreed online.
    Who has a place already keeps it (`already`). Every fault of every line is named.
    """
    actor, now = current_actor(), clock.now()
    require(policy.enrol_own_people, actor)
    of = rosters.class_by_code(actor, body["code"])
    placed = service.enrol_own(of, body["rows"], actor=actor, now=now)
    new = [row.state for _line, row, already in placed if not already]
    return {
        "items": [
            {
                "line": line.row,
                "id": row.id,
                "state": row.state,
                "state_label": row.state.label,
                "already": already,
            }
            for line, row, already in placed
        ],
        "enrolled": new.count(EnrolmentState.ENROLLED),
        "waiting": new.count(EnrolmentState.WAITING),
        "already": len(placed) - len(new),
    }


@bp.post("/<int:enrolment_id>/withdraw")
@bp.response(200, WithdrawnOut)
def withdraw(enrolment_id: int) -> dict[str, Any]:
    """退出本企业所报的名；候补者依次递补。/ Take back an enrolment the enterprise made; who waits moves up."""
    actor, now = current_actor(), clock.now()
    require(policy.enrol_own_people, actor)
    row, of = queries.own_enrolment(actor, enrolment_id, today=clock.today())
    service.withdraw_own(of, row, actor=actor, now=now)
    return {"id": row.id, "state": row.state, "withdrawn_at": row.withdrawn_at}
