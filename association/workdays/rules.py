"""Counting working days. Pure: holidays and make-up days are dated data that the caller brings."""

from collections.abc import Set
from datetime import date, timedelta

SATURDAY = 5


def is_working_day(day: date, *, holidays: Set[date], worked: Set[date]) -> bool:
    """Whether offices work on ``day``: Monday to Friday without ``holidays``, and ``worked`` (调休上班日)."""
    return day in worked or (day.weekday() < SATURDAY and day not in holidays)


def add_working_days(start: date, days: int, *, holidays: Set[date], worked: Set[date]) -> date:
    """The ``days``-th working day after ``start``; the first day itself does not count (民法典第二百零一条).

    No days is ``start`` itself, whatever day that is. Raises ValueError for fewer than none.
    """
    if days < 0:
        raise ValueError("days are counted forwards")
    day = start
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day, holidays=holidays, worked=worked)
    return day
