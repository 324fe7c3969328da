"""Forms of ``/training/results``, and what its API says."""

from marshmallow import fields as nested

from association.web import fields
from training.exams.rules import FULL
from training.vocabulary import Level, Part

LARGEST_ID = 2**31 - 1


class ListQuery(fields.In):
    when = fields.Text(8, load_default="current")
    page = fields.Whole(1, 100_000, load_default=1)


class AppealIn(fields.In):
    text = fields.Text(1000, load_default="", lines=True)


class DecisionIn(fields.In):
    """``mark`` empty: the mark stands."""

    mark = fields.Whole(0, FULL, load_default=None, allow_none=True)
    answer = fields.Text(1000, load_default="", lines=True)


class ResultsQuery(fields.In):
    page = fields.Whole(1, 100_000, load_default=1)
    per_page = fields.Whole(1, 200, load_default=50)


class CandidateOut(fields.Out):
    id = fields.Whole(1, LARGEST_ID)
    name = fields.Text(80)


class ComponentOut(fields.Out):
    """A component of an examination, of 100; ``mark`` is the best that counts, none when none is released."""

    part = fields.Word(Part)
    mark = fields.Whole(0, FULL, allow_none=True)
    pass_mark = fields.Whole(1, FULL)
    passed_on = fields.Day(allow_none=True)
    attempts = fields.Whole(0, LARGEST_ID)
    resits_left = fields.Whole(0, LARGEST_ID)
    resits_until = fields.Day(allow_none=True)


class ResultOut(fields.Out):
    person = nested.Nested(CandidateOut)
    class_code = fields.Text(30)
    course = fields.Text(20)
    course_name = fields.Text(80)
    level = fields.Word(Level)
    components = nested.List(nested.Nested(ComponentOut))
    passed = fields.Flag()
    passed_on = fields.Day(allow_none=True)
    appeal_open = fields.Flag()


class ResultPageOut(fields.Out):
    items = nested.List(nested.Nested(ResultOut))
    page = fields.Whole(1, LARGEST_ID)
    pages = fields.Whole(1, LARGEST_ID)
    per_page = fields.Whole(1, 200)
    total = fields.Whole(0, LARGEST_ID)
