"""Forms of ``/training/hours``, and what its API says."""

from marshmallow import fields as nested

from association.web import fields
from training.hours.rules import MOST_HOURS
from training.vocabulary import HoursState, Level

LARGEST_ID = 2**31 - 1


class EvidenceIn(fields.In):
    organiser = fields.Text(120, required=True, blank=False)
    subject = fields.Text(200, required=True, blank=False)
    begins = fields.Day(required=True)
    ends = fields.Day(required=True)
    hours = fields.Whole(1, MOST_HOURS, required=True)
    professional = fields.Flag(load_default=False)


class AcceptIn(fields.In):
    hours_accepted = fields.Whole(1, MOST_HOURS, required=True)
    professional = fields.Flag(load_default=False)
    reason = fields.Text(500, load_default="", lines=True)


class RefuseIn(fields.In):
    reason = fields.Text(500, load_default="", lines=True)


class ListQuery(fields.In):
    name = fields.Text(80, load_default="")
    course = fields.Text(20, load_default="")
    state = fields.Word(HoursState, load_default=None, allow_none=True)
    page = fields.Whole(1, 100_000, load_default=1)


class PageQuery(fields.In):
    page = fields.Whole(1, 100_000, load_default=1)
    per_page = fields.Whole(1, 200, load_default=50)


class HoursPersonOut(fields.Out):
    id = fields.Whole(1, LARGEST_ID)
    name = fields.Text(80)


class YearOut(fields.Out):
    """A year that asks for hours: what is asked, what counts, what is missing and by when."""

    year = fields.Whole(2000, 9999)
    asked = fields.Whole(0, 1000)
    asked_professional = fields.Whole(0, 1000)
    earned = fields.Whole(0, LARGEST_ID)
    carried_in = fields.Whole(0, LARGEST_ID)
    counted = fields.Whole(0, 1000)
    missing = fields.Whole(0, 1000)
    missing_professional = fields.Whole(0, 1000)
    by = fields.Day()


class OwnHoursOut(fields.Out):
    """The hours of one of your own people for one course of which they hold a certificate, year by year."""

    person = nested.Nested(HoursPersonOut)
    certificate = fields.Text(40)
    course = fields.Text(80)
    level = fields.Word(Level)
    valid_until = fields.Day(allow_none=True)
    state = fields.Word(HoursState)
    years = nested.List(nested.Nested(YearOut))


class OwnHoursPageOut(fields.Out):
    items = nested.List(nested.Nested(OwnHoursOut))
    page = fields.Whole(1, LARGEST_ID)
    pages = fields.Whole(1, LARGEST_ID)
    per_page = fields.Whole(1, 200)
    total = fields.Whole(0, LARGEST_ID)
