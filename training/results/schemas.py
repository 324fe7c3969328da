"""Forms of ``/training/results``."""

from association.web import fields
from training.exams.rules import FULL


class ListQuery(fields.In):
    when = fields.Text(8, load_default="current")
    page = fields.Whole(1, 100_000, load_default=1)


class AppealIn(fields.In):
    text = fields.Text(1000, load_default="", lines=True)


class DecisionIn(fields.In):
    """``mark`` empty: the mark stands."""

    mark = fields.Whole(0, FULL, load_default=None, allow_none=True)
    answer = fields.Text(1000, load_default="", lines=True)
