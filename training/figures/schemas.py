"""Queries of ``/training/figures``, and what its API says."""

from marshmallow import fields as nested

from association.web import fields
from training.vocabulary import Level

LARGEST_ID = 2**31 - 1


class FiltersQuery(fields.In):
    course = fields.Whole(1, LARGEST_ID, load_default=None, allow_none=True)
    level = fields.Word(Level, load_default=None, allow_none=True)
    enterprise = fields.Whole(1, LARGEST_ID, load_default=None, allow_none=True)
    page = fields.Whole(1, 100_000, load_default=1)


class DayQuery(FiltersQuery):
    """And on which day."""

    on = fields.Day(load_default=None, allow_none=True)


class ResultsQuery(FiltersQuery):
    """Of classes whose last day lies in this time."""

    begins = fields.Day(load_default=None, allow_none=True)
    ends = fields.Day(load_default=None, allow_none=True)


# -- programs -------------------------------------------------------------------------------------------------


class StaffingQuery(fields.In):
    on = fields.Day(load_default=None, allow_none=True)


class CertifiedQuery(StaffingQuery):
    page = fields.Whole(1, 100_000, load_default=1)
    per_page = fields.Whole(1, 200, load_default=50)


class PersonOut(fields.Out):
    id = fields.Whole(1, LARGEST_ID)
    name = fields.Text(80)


class CertifiedOut(fields.Out):
    """A certificate that was valid on the day, of one of your own people who agreed that you are told."""

    person = nested.Nested(PersonOut)
    number = fields.Text(40)
    title = fields.Text(80)
    level = fields.Word(Level)
    valid_from = fields.Day()
    valid_until = fields.Day(allow_none=True)


class CertifiedPageOut(fields.Out):
    on = fields.Day()
    items = nested.List(nested.Nested(CertifiedOut))
    page = fields.Whole(1, LARGEST_ID)
    pages = fields.Whole(1, LARGEST_ID)
    per_page = fields.Whole(1, 200)
    total = fields.Whole(0, LARGEST_ID)


class AskOut(fields.Out):
    """People of a kind: how many are asked for, how many count. Null where no record says who they are."""

    role = fields.Text(40)
    name = fields.Text(80)
    asked = fields.Whole(0, LARGEST_ID)
    counted = fields.Whole(0, LARGEST_ID, allow_none=True)
    counted_outside = fields.Whole(0, LARGEST_ID, allow_none=True)
    lacking = fields.Whole(0, LARGEST_ID, allow_none=True)
    lacking_outside = fields.Whole(0, LARGEST_ID, allow_none=True)
    ending_soon = fields.Whole(0, LARGEST_ID, allow_none=True)


class GradeOut(fields.Out):
    scheme = fields.Text(120)
    grade = fields.Text(20)
    verified = fields.Flag()
    source = fields.Text(400)
    address = fields.Text(400)
    asks = nested.List(nested.Nested(AskOut))


class HeldOut(fields.Out):
    """A certificate in somebody's hand: `own` of ours, `outside` of another body; `refused` says why it does not count."""

    kind = fields.Text(10)
    title = fields.Text(120)
    number = fields.Text(80)
    issuer = fields.Text(120, allow_none=True)
    level = fields.Text(60)
    valid_from = fields.Day()
    valid_until = fields.Day(allow_none=True)
    refused = fields.Text(20, allow_none=True)


class MemberOut(PersonOut):
    counts = fields.Flag()
    counts_until = fields.Day(allow_none=True)
    certificates = nested.List(nested.Nested(HeldOut))


class StaffingOut(fields.Out):
    on = fields.Day()
    soon_days = fields.Whole(0, LARGEST_ID)
    grades = nested.List(nested.Nested(GradeOut))
    people = nested.List(nested.Nested(MemberOut))
