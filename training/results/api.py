"""``/api/v1/training/results``: what an enterprise's own people reached in examinations, by program."""

from typing import Any

from association.kernel import clock
from association.kernel.actors import require
from association.web.doors import api_door
from association.web.identity import current_actor
from training import policy
from training.results import queries, schemas
from training.results.queries import Result

bp = api_door(
    __name__, "考试成绩：只含现在任职并同意提供的人员 / Examination results: of those employed now who agreed"
)


@bp.get("")
@bp.arguments(schemas.ResultsQuery, location="query")
@bp.response(200, schemas.ResultPageOut)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """已公布的成绩，按班级：各科目的成绩、合格线、补考，两项都合格才是`passed`。/ Released results, class by class: each component's mark that
    counts, its pass mark, resits left; `passed` when every component asked has reached its pass mark.
    """
    actor, now = current_actor(), clock.now()
    require(policy.read_own_people, actor)
    found = queries.own_people(actor, now=now, number=asked["page"], per_page=asked["per_page"])
    return found.of([_as_json(one) for one in found.items]).as_json()


def _as_json(one: Result) -> dict[str, Any]:
    return {
        "person": {"id": one.person.id, "name": one.person.name},
        "class_code": one.of.code,
        "course": one.course.code,
        "course_name": one.course.name,
        "level": one.course.level,
        "components": [
            {
                "part": part.part,
                "mark": part.standing.mark,
                "pass_mark": part.asked.pass_mark,
                "passed_on": part.standing.passed_on,
                "attempts": part.standing.attempts,
                "resits_left": 0 if part.passed else part.left,
                "resits_until": None if part.passed else part.until,
            }
            for part in one.parts
        ],
        "passed": one.outcome.passed,
        "passed_on": one.outcome.passed_on,
        "appeal_open": one.outcome.appeal_open,
    }
