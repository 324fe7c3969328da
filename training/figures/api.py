"""``/api/v1/training/figures``: an enterprise's own certified people on a day and its staffing, with its key."""

from datetime import date
from typing import Any

from association.kernel import clock
from association.kernel.actors import require
from association.kernel.errors import Shortfall
from association.kernel.i18n import _, pick
from association.web.doors import api_door
from association.web.identity import current_actor
from association.web.problems import invalid
from training import policy
from training.figures import queries, teams
from training.figures.queries import Audience, Filters
from training.figures.schemas import CertifiedPageOut, CertifiedQuery, StaffingOut, StaffingQuery
from training.figures.staffing import Against, Grade
from training.figures.teams import Member, Team

bp = api_door(
    __name__,
    "本企业持证人员和人员配备：只含现在任职并同意提供的人员 / Own certified people and staffing: those employed now who agreed",
)


def _own(asked: dict[str, Any]) -> tuple[Audience, int, date, date]:
    """Whoever acts for an enterprise, and the day asked for. Raises Forbidden, Invalid."""
    actor, today = current_actor(), clock.today()
    require(policy.see_own_figures, actor)
    assert actor.enterprise_id is not None
    on = asked["on"] or today
    if on > today:
        raise invalid([Shortfall("on", "future", _("请选择今天或以前的日期：以后的持证情况还不知道。"))])
    return Audience(True, actor.enterprise_id), actor.enterprise_id, on, today


@bp.get("/certified")
@bp.arguments(CertifiedQuery(), location="query")
@bp.response(200, CertifiedPageOut)
def certified(asked: dict[str, Any]) -> dict[str, Any]:
    """某一天本企业谁持有有效的培训证书。/ Who of your own people held a valid training certificate on a day, by name."""
    who, _enterprise, on, today = _own(asked)
    found = queries.certified(who, Filters(), on, today, number=asked["page"], per_page=asked["per_page"])
    items = [
        {
            "person": {"id": person.id, "name": person.name},
            "number": one.number,
            "title": one.title,
            "level": one.level,
            "valid_from": one.valid_from,
            "valid_until": one.valid_until,
        }
        for one, person, _firm in found.items
    ]
    return {**found.of(items).as_json(), "on": on}


@bp.get("/staffing")
@bp.arguments(StaffingQuery(), location="query")
@bp.response(200, StaffingOut)
def staffing(asked: dict[str, Any]) -> dict[str, Any]:
    """本企业人员配备与各级要求的对照；`verified`为假的要求没有核实。/ Your staffing against what each grade asks; what is
    asked is not verified where `verified` is false, and whether a grade is reached is for its issuer to say."""
    who, enterprise_id, on, today = _own(asked)
    team = teams.team(who, enterprise_id, on, today)
    return {
        "on": on,
        "soon_days": teams.settings().soon_days,
        "grades": [_grade(grade, rows) for grade, rows in team.standing()],
        "people": _people(team),
    }


def _grade(grade: Grade, rows: list[Against]) -> dict[str, Any]:
    return {
        "scheme": pick(grade, "scheme"),
        "grade": grade.code,
        "verified": grade.verified,
        "source": pick(grade, "source"),
        "address": grade.address,
        "asks": [
            {
                "role": row.ask.role,
                "name": pick(row.ask),
                "asked": row.ask.count,
                "counted": row.together if row.counted else None,
                "counted_outside": row.outside if row.counted else None,
                "lacking": row.lacking if row.counted else None,
                "lacking_outside": row.lacking_outside if row.counted else None,
                "ending_soon": row.ending if row.counted else None,
            }
            for row in rows
        ],
    }


def _people(team: Team) -> list[dict[str, Any]]:
    until = team.counting()
    return [_person(member, member.person_id in until, until.get(member.person_id)) for member in team.members]


def _person(member: Member, counts: bool, until: date | None) -> dict[str, Any]:
    return {
        "id": member.person_id,
        "name": member.name,
        "counts": counts,
        "counts_until": until,
        "certificates": [
            {
                "kind": one.proof.kind,
                "title": one.title,
                "number": one.number,
                "issuer": one.issuer or None,
                "level": one.level,
                "valid_from": one.proof.begins,
                "valid_until": one.proof.ends,
                "refused": one.proof.refused or None,
            }
            for one in member.held
        ],
    }
