"""What the pages of jobs are asked."""

from association.web.fields import In, Whole


class HistoryQuery(In):
    """A page of the history."""

    page = Whole(1, 100_000, load_default=1)
