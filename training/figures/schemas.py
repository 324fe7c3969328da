"""Queries of ``/training/figures``."""

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
