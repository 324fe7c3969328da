"""``/api/v1/training/rosters``: an enterprise's own people by program: where they enrolled, and when they have lessons."""

from datetime import time, timedelta
from typing import Any

from association.kernel import clock
from association.kernel.actors import require
from association.kernel.dates import at_clock
from association.kernel.errors import Shortfall
from association.kernel.i18n import _
from association.web.doors import api_door
from association.web.identity import current_actor
from association.web.problems import invalid
from training import policy
from training.rosters import queries, schemas
from training.rosters.queries import Hour

bp = api_door(
    __name__, "本企业人员的培训：只含现在任职并同意提供的人员 / Own people's training: those employed now who agreed"
)

LONGEST_DAYS = 366
DEFAULT_DAYS = 30


@bp.get("/enrolments")
@bp.arguments(schemas.EnrolmentsQuery, location="query")
@bp.response(200, schemas.EnrolmentPageOut)
def enrolments(asked: dict[str, Any]) -> dict[str, Any]:
    """报名情况：本企业为其任职单位期间的报名。/ Enrolments made while the person worked for the enterprise."""
    actor = current_actor()
    require(policy.read_own_people, actor)
    found = queries.own_people(actor, today=clock.today(), number=asked["page"], per_page=asked["per_page"])
    return found.of([_as_json(*item) for item in found.items]).as_json()


def _as_json(row: Any, person: Any, of: Any, course: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "person": {"id": person.id, "name": person.name},
        "training_class": {
            "id": of.id,
            "code": of.code,
            "course": course.code,
            "course_name": course.name,
            "level": course.level,
            "begins": of.begins,
            "ends": of.ends,
            "place": of.place,
            "state": of.state,
        },
        "state": row.state,
        "enrolled_at": row.enrolled_at,
    }


@bp.get("/lessons")
@bp.arguments(schemas.LessonsQuery, location="query")
@bp.response(200, schemas.LessonListOut)
def lessons(asked: dict[str, Any]) -> dict[str, Any]:
    """课表：自from至to（默认今天起30天，最长366天）。/ Timetable from ``from`` to ``to``: 30 days unless said, 366 at most."""
    actor, today = current_actor(), clock.today()
    require(policy.read_own_people, actor)
    first = asked["begins"] or today
    last = asked["ends"] or first + timedelta(days=DEFAULT_DAYS)
    if not first <= last <= first + timedelta(days=LONGEST_DAYS):
        raise invalid([Shortfall("to", "date_range", _("截止日期应在开始日期之后366天以内"))])
    begins, ends = at_clock(first, time()), at_clock(last, time()) + timedelta(days=1)
    found = queries.own_peoples_lessons(actor, today=today, begins=begins, ends=ends)
    return {"items": [_lesson(hour, people) for hour, people in found]}


def _lesson(hour: Hour, people: list[int]) -> dict[str, Any]:
    return {
        "id": hour.lesson.id,
        "class_id": hour.class_id,
        "class_code": hour.code,
        "course_name": hour.course,
        "title": hour.lesson.title,
        "starts_at": hour.lesson.starts_at,
        "ends_at": hour.lesson.ends_at,
        "room": hour.room,
        "address": hour.address,
        "cancelled": hour.lesson.cancelled_at is not None,
        "people": people,
    }
