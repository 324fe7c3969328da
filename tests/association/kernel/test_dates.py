"""Civil days in Shanghai, intervals inclusive at both ends."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.kernel.dates import (
    Interval,
    add_years,
    civil_date,
    end_of_day,
    holds,
    noon,
    show_utc,
    term_of_validity,
)

DAY = timedelta(days=1)
days = st.dates(date(1992, 1, 1), date(2100, 1, 1))  # since 1991 Shanghai keeps no summer time


def test_a_day_in_shanghai_begins_eight_hours_earlier() -> None:
    assert civil_date(datetime(2026, 3, 1, 15, 59, 59, tzinfo=UTC)) == date(2026, 3, 1)
    assert civil_date(datetime(2026, 3, 1, 16, 0, 0, tzinfo=UTC)) == date(2026, 3, 2)


def test_in_the_years_of_summer_time_the_day_began_nine_hours_earlier() -> None:
    assert civil_date(datetime(1988, 7, 1, 15, 0, 0, tzinfo=UTC)) == date(1988, 7, 2)


@given(days)
def test_the_last_second_of_a_day_belongs_to_it_and_the_next_does_not(day: date) -> None:
    assert civil_date(end_of_day(day)) == day
    assert civil_date(end_of_day(day) + timedelta(seconds=1)) == day + DAY
    assert end_of_day(day).tzinfo is UTC
    assert noon(day) == datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


@given(st.none() | days, st.none() | days, days)
def test_both_ends_are_inside_and_none_is_open(begins: date | None, ends: date | None, day: date) -> None:
    expected = not (begins is not None and day < begins) and not (ends is not None and day > ends)
    assert holds(begins, ends, day) is expected
    assert (day in Interval(begins, ends)) is expected


@pytest.mark.parametrize(
    ("first", "years", "last"),
    [
        ("2026-02-04", 3, "2029-02-03"),
        ("2024-02-29", 3, "2027-02-27"),
        ("2024-02-29", 4, "2028-02-28"),
        ("2025-03-01", 3, "2028-02-29"),
        ("2026-01-01", 1, "2026-12-31"),
        ("2020-02-28", 1, "2021-02-27"),
    ],
)
def test_a_term_ends_the_day_before_the_same_day_years_later(first: str, years: int, last: str) -> None:
    assert term_of_validity(date.fromisoformat(first), years) == date.fromisoformat(last)


@given(days, st.integers(0, 30))
def test_years_later_it_is_the_same_day_but_for_the_29th_of_february(day: date, years: int) -> None:
    later = add_years(day, years)
    assert (later.year, later.month) == (day.year + years, day.month)
    assert later.day == day.day or (day.month, day.day, later.day) == (2, 29, 28)


def test_moments_are_shown_in_utc_to_the_second() -> None:
    assert show_utc(datetime.fromisoformat("2026-03-01T08:00:00.9+08:00")) == "2026-03-01T00:00:00Z"
