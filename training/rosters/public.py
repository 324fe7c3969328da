"""``/training/rosters``: classes that may be enrolled in, their timetables, also as calendars; for anybody."""

from urllib.parse import urlsplit

from flask import Response
from flask.typing import ResponseReturnValue

from association import policy as ground
from association.kernel import clock
from association.kernel.i18n import _
from association.persons import queries as persons
from association.web.doors import public_door
from association.web.forms import read_query
from association.web.identity import current_actor
from association.web.render import absolute, page
from training import policy
from training.courses import queries as courses
from training.rosters import calendars, queries, rules, schemas
from training.vocabulary import EnrolmentState

bp = public_door(__name__, prefix="/training/rosters")

CALENDAR = "text/calendar; charset=utf-8"


@bp.get("")
def index() -> ResponseReturnValue:
    asked, today = read_query(schemas.OffersQuery), clock.today()
    course = courses.course(asked["course"]) if asked["course"] else None
    found = queries.offered(today, course_id=course.id if course else None)
    counts = queries.counts(of.id for of, _course in found)
    return page(
        "rosters/index.html",
        found=found,
        course=course,
        courses=courses.offered(today),
        free={of.id: of.capacity - counts.get(of.id, {}).get(EnrolmentState.ENROLLED, 0) for of, _course in found},
        counts=counts,
        waiting=EnrolmentState.WAITING,
        why_not=lambda of: rules.may_enrol(of.state, of.enrol_until, of.begins, today=today, by_desk=False),
    )


@bp.get("/<int:class_id>")
def show(class_id: int) -> ResponseReturnValue:
    actor, today = current_actor(), clock.today()
    of = queries.public_class(actor, class_id)
    counts = queries.counts([of.id]).get(of.id, {})
    person = persons.own_person(actor)
    return page(
        "rosters/show.html",
        of=of,
        course=courses.course_by_id(of.course_id),
        syllabus=courses.syllabus(of.syllabus_id),
        hours=queries.timetable_of_class(of.id),
        taken=counts.get(EnrolmentState.ENROLLED, 0),
        waiting=counts.get(EnrolmentState.WAITING, 0),
        why_not=rules.may_enrol(of.state, of.enrol_until, of.begins, today=today, by_desk=False),
        own=queries.enrolment_of(of.id, person.id) if person else None,
        person=person,
        may_begin=ground.record_own_person(actor),
        may_edit=policy.open_class(actor),
        may_see=policy.see_roster(actor),
    )


@bp.get("/<int:class_id>.ics")
def calendar(class_id: int) -> ResponseReturnValue:
    of = queries.public_class(current_actor(), class_id)
    name = _("班级{code}课表", code=of.code)
    lessons = map(calendars.of_lesson, queries.timetable_of_class(of.id))
    return _ics(calendars.calendar(name, lessons, host=_host(), now=clock.now()))


@bp.get("/calendar/<token>.ics")
def own_calendar(token: str) -> ResponseReturnValue:
    """Whoever knows the secret address reads lessons and examinations, and nothing else: it names nobody."""
    person_id = queries.person_by_calendar(token)
    lessons = [calendars.of_lesson(hour) for hour in queries.timetable_of_person(person_id)]
    everything = sorted([*lessons, *calendars.of_person(person_id)], key=lambda one: (one.starts_at, one.key))
    return _ics(calendars.calendar(_("我的培训课表"), everything, host=_host(), now=clock.now()), secret=True)


def _host() -> str:
    return urlsplit(absolute("/")).hostname or "localhost"


def _ics(content: bytes, *, secret: bool = False) -> Response:
    response = Response(content, content_type=CALENDAR)
    response.headers["Cache-Control"] = "private, no-store" if secret else "public, max-age=300"
    return response
