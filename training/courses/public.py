"""``/training/courses``: what is taught, what it asks, and what its certificate is worth; for anybody."""

from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.web.doors import public_door
from association.web.identity import current_actor
from association.web.render import page
from training import policy
from training.courses import offers, queries, rules
from training.vocabulary import Part

bp = public_door(__name__, prefix="/training/courses")


@bp.get("")
def index() -> ResponseReturnValue:
    today = clock.today()
    found = queries.offered(today)
    current = queries.current_versions(found, today)
    return page(
        "courses/index.html",
        courses=found,
        current=current,
        hours=queries.hours_of(current.values()),
        may_edit=policy.edit_course(current_actor()),
    )


@bp.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    today, course = clock.today(), queries.course(code)
    known = queries.versions(course)
    current = queries.syllabus_on(course, today) or (known[-1] if known else None)
    taught = queries.subjects(current) if current else []
    return page(
        "courses/show.html",
        course=course,
        versions=known,
        current=current,
        subjects=taught,
        hours={part: rules.hours(taught, part) for part in Part},
        offers=offers.of(course, today),
        today=today,
        may_edit=policy.edit_course(current_actor()),
    )


@bp.get("/<code>/versions/<int:number>")
def version(code: str, number: int) -> ResponseReturnValue:
    course = queries.course(code)
    syllabus = queries.version(course, number)
    taught = queries.subjects(syllabus)
    hours = {part: rules.hours(taught, part) for part in Part}
    return page("courses/version.html", course=course, current=syllabus, subjects=taught, hours=hours)
