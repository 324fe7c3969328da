"""Working days."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.workdays.rules import add_working_days, is_working_day

NONE: frozenset[date] = frozenset()
DAYS = st.dates(date(2020, 1, 1), date(2030, 12, 31))
AMOUNTS = st.integers(0, 60)


@st.composite
def calendars(draw):
    """Holidays and make-up days that never contradict each other."""
    start = draw(DAYS)
    near = st.integers(-5, 120).map(lambda days: start + timedelta(days=days))
    holidays = draw(st.frozensets(near, max_size=12))
    worked = draw(st.frozensets(near, max_size=6)) - holidays
    return start, {"holidays": holidays, "worked": worked}


def test_ten_working_days_after_a_monday_are_the_second_monday():
    assert add_working_days(date(2026, 3, 2), 10, holidays=NONE, worked=NONE) == date(2026, 3, 16)


def test_spring_festival_and_its_make_up_days():
    holidays = {date(2026, 2, 15) + timedelta(days=days) for days in range(9)}
    worked = {date(2026, 2, 14), date(2026, 2, 28)}
    assert add_working_days(date(2026, 2, 13), 1, holidays=holidays, worked=worked) == date(2026, 2, 14)
    assert add_working_days(date(2026, 2, 13), 2, holidays=holidays, worked=worked) == date(2026, 2, 24)
    assert add_working_days(date(2026, 2, 27), 1, holidays=holidays, worked=worked) == date(2026, 2, 28)


def test_days_are_counted_forwards():
    with pytest.raises(ValueError):
        add_working_days(date(2026, 3, 2), -1, holidays=NONE, worked=NONE)


@given(calendars(), AMOUNTS)
def test_the_day_reached_is_a_working_day_and_so_many_lie_between(made, days):
    start, calendar = made
    reached = add_working_days(start, days, **calendar)
    between = [start + timedelta(days=step) for step in range(1, (reached - start).days + 1)]
    assert sum(is_working_day(day, **calendar) for day in between) == days
    assert days == 0 or is_working_day(reached, **calendar)


@given(calendars(), AMOUNTS, AMOUNTS)
def test_counting_in_two_steps_is_counting_in_one(made, first, second):
    start, calendar = made
    halfway = add_working_days(start, first, **calendar)
    assert add_working_days(halfway, second, **calendar) == add_working_days(start, first + second, **calendar)


@given(calendars(), AMOUNTS)
def test_another_holiday_never_makes_it_sooner(made, days):
    start, calendar = made
    reached = add_working_days(start, days, **calendar)
    more = calendar["holidays"] | {reached}
    assert add_working_days(start, days, holidays=more, worked=calendar["worked"] - more) >= reached
