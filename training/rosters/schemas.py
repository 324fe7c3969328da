"""Forms of ``/training/rosters``, and what its API says."""

from marshmallow import fields as nested

from association.web import fields
from training.rosters.rules import LARGEST_CLASS, LARGEST_FEE
from training.vocabulary import ClassState, EnrolmentState, Level

LARGEST_ID = 2**31 - 1
MOST_CHOSEN = 200  # rows ticked at once; a page of a roster has fewer


class OffersQuery(fields.In):
    course = fields.Text(20, load_default="")


class DeskQuery(fields.In):
    when = fields.Text(8, load_default="current")
    page = fields.Whole(1, 100_000, load_default=1)


class PageQuery(fields.In):
    page = fields.Whole(1, 100_000, load_default=1)


class ClassChangeIn(fields.In):
    begins = fields.Day(required=True)
    ends = fields.Day(required=True)
    enrol_until = fields.Day(load_default=None, allow_none=True)
    place = fields.Text(200, load_default="")
    capacity = fields.Whole(1, LARGEST_CLASS, required=True)
    fee = fields.Whole(0, LARGEST_FEE, required=True)
    fee_note = fields.Text(200, load_default="")
    note = fields.Text(1000, load_default="", lines=True)
    both_ways = fields.Flag(load_default=False)


class ClassIn(ClassChangeIn):
    course = fields.Text(20, required=True, blank=False)
    code = fields.Text(30, required=True, blank=False)
    prepare = fields.Flag(load_default=False)


class StateIn(fields.In):
    state = fields.Word(ClassState, required=True)


class LessonIn(fields.In):
    title = fields.Text(80, required=True, blank=False)
    day = fields.Day(required=True)
    begins_at = fields.Clock(required=True)
    ends_at = fields.Clock(required=True)
    subject = fields.Whole(1, LARGEST_ID, load_default=None, allow_none=True)
    room = fields.Whole(1, LARGEST_ID, load_default=None, allow_none=True)
    trainer = fields.Whole(1, LARGEST_ID, load_default=None, allow_none=True)


class SheetQuery(fields.In):
    lesson = fields.Whole(1, LARGEST_ID, load_default=None)


class IdentityIn(fields.In):
    identity = fields.Text(40, required=True, blank=False)


class RosterQuery(fields.In):
    """What a roster is filtered and sorted by; words nobody knows count as not given."""

    name = fields.Text(80, load_default="")
    enterprise = fields.Text(200, load_default="")
    state = fields.Word(EnrolmentState, load_default=None)
    lacks = fields.Text(10, load_default="")
    sort = fields.Text(10, load_default="arrival")
    down = fields.Flag(load_default=False)
    page = fields.Whole(1, 100_000, load_default=1)


class ChosenIn(fields.In):
    row = fields.Several(fields.Whole(1, LARGEST_ID), MOST_CHOSEN, load_default=list)


class LessonsQuery(fields.In):
    begins = fields.Day(load_default=None, data_key="from")
    ends = fields.Day(load_default=None, data_key="to")


class EnrolmentsQuery(fields.In):
    page = fields.Whole(1, 100_000, load_default=1)
    per_page = fields.Whole(1, 200, load_default=50)


class LearnerOut(fields.Out):
    id = fields.Whole(1, LARGEST_ID)
    name = fields.Text(80)


class TrainingClassOut(fields.Out):
    id = fields.Whole(1, LARGEST_ID)
    code = fields.Text(30)
    course = fields.Text(20)
    course_name = fields.Text(80)
    level = fields.Word(Level)
    begins = fields.Day()
    ends = fields.Day()
    place = fields.Text(200)
    state = fields.Word(ClassState)


class EnrolmentOut(fields.Out):
    id = fields.Whole(1, LARGEST_ID)
    person = nested.Nested(LearnerOut)
    training_class = nested.Nested(TrainingClassOut, data_key="class")
    state = fields.Word(EnrolmentState)
    enrolled_at = fields.Moment(allow_none=True)


class EnrolmentPageOut(fields.Out):
    items = nested.List(nested.Nested(EnrolmentOut))
    page = fields.Whole(1, LARGEST_ID)
    pages = fields.Whole(1, LARGEST_ID)
    per_page = fields.Whole(1, 200)
    total = fields.Whole(0, LARGEST_ID)


class LessonOut(fields.Out):
    id = fields.Whole(1, LARGEST_ID)
    class_id = fields.Whole(1, LARGEST_ID)
    class_code = fields.Text(30)
    course_name = fields.Text(80)
    title = fields.Text(80)
    starts_at = fields.Moment()
    ends_at = fields.Moment()
    room = fields.Text(80)
    address = fields.Text(200)
    cancelled = fields.Flag()
    people = fields.Several(fields.Whole(1, LARGEST_ID), 2000)


class LessonListOut(fields.Out):
    items = nested.List(nested.Nested(LessonOut))
