"""Sheets for the desk and the trainers: ``/training/rosters/<id>/sign-in.pdf``, ``…/badges.pdf``, ``…/roster.pdf``."""

from flask import Response
from flask.typing import ResponseReturnValue

from association import policy as ground
from association.kernel import clock
from association.kernel.i18n import speaking
from association.paper.answers import printed
from association.paper.press import badges_job, sheet_job
from association.web.doors import member_door
from association.web.forms import read_query
from association.web.identity import current_actor
from training.courses import queries as courses
from training.rosters import listing, queries, rolls, schemas, sheets
from training.vocabulary import EnrolmentState

bp = member_door(__name__, prefix="/training/rosters")


@bp.get("/<int:class_id>/sign-in.pdf")
def sign_in(class_id: int) -> ResponseReturnValue:
    of = queries.desk_class(current_actor(), class_id)
    asked = read_query(schemas.SheetQuery)["lesson"]
    hours = [one for one in queries.timetable_of_class(of.id) if one.lesson.cancelled_at is None]
    chosen = [one for one in hours if asked in (None, one.lesson.id)]
    lines = queries.roster(of.id, EnrolmentState.ENROLLED)
    # Sheets are filled in by hand in the class, in its language, whoever prints them.
    with speaking("zh"):
        sheet = sheets.sign_in(of, courses.course_by_id(of.course_id), chosen, lines, now=clock.now())
        return _fresh(printed(sheet_job(sheet), f"sign-in-{of.id}", f"{sheet.title}-{of.id}"))


@bp.get("/<int:class_id>/roster.pdf")
def roster(class_id: int) -> ResponseReturnValue:
    """The list as it is filtered and sorted, with what the page shows to whoever asks."""
    actor = current_actor()
    of = queries.desk_class(actor, class_id)
    asked, files = read_query(schemas.RosterQuery), ground.keep_persons(actor)
    del asked["page"]
    filters = listing.filters(asked, files=files)
    lines = listing.whole(of, filters)
    with speaking("zh"):
        sheet = rolls.roster(of, courses.course_by_id(of.course_id), filters, lines, files=files, now=clock.now())
        return _fresh(printed(sheet_job(sheet), f"roster-{of.id}", f"{sheet.title}-{of.id}"))


@bp.get("/<int:class_id>/badges.pdf")
def badges(class_id: int) -> ResponseReturnValue:
    of = queries.desk_class(current_actor(), class_id)
    lines = queries.roster(of.id, EnrolmentState.ENROLLED)
    with speaking("zh"):
        made = sheets.badges(of, courses.course_by_id(of.course_id), lines, now=clock.now())
        return _fresh(printed(badges_job(made), f"badges-{of.id}", f"{made.title}-{of.id}"))


def _fresh(response: Response) -> Response:
    """A list of people is kept by no browser."""
    response.headers["Cache-Control"] = "private, no-store"
    return response
