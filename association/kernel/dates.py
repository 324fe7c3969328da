"""Civil dates in Asia/Shanghai, inclusive intervals, moments. Pure.

Every interval is inclusive at both ends (有效期至 names the last good day); ``None`` is open.
"""

import calendar
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")


def civil_date(moment: datetime) -> date:
    """The day in Shanghai at ``moment``."""
    return moment.astimezone(SHANGHAI).date()


def end_of_day(day: date) -> datetime:
    """The last second of ``day`` in Shanghai, as a UTC moment: what was known on that day."""
    return datetime.combine(day, time(23, 59, 59), SHANGHAI).astimezone(UTC)


def at_clock(day: date, clock: time) -> datetime:
    """A moment of Shanghai's clock on ``day``, as a UTC moment."""
    return datetime.combine(day, clock, SHANGHAI).astimezone(UTC)


def noon(day: date) -> datetime:
    """Noon of ``day`` in Shanghai, as a UTC moment."""
    return at_clock(day, time(12))


def holds(begins: date | None, ends: date | None, day: date) -> bool:
    """Whether ``day`` lies in the interval, both ends included; ``None`` is open."""
    return (begins is None or begins <= day) and (ends is None or day <= ends)


def add_years(day: date, years: int) -> date:
    """The same day ``years`` later; 29 February becomes 28 in a common year."""
    year = day.year + years
    return date(year, day.month, min(day.day, calendar.monthrange(year, day.month)[1]))


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later; where that month is shorter, its last day."""
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def term_of_validity(first: date, years: int) -> date:
    """The last good day of a term of ``years`` beginning on ``first`` (2026-02-04 → 2029-02-03)."""
    return add_years(first, years) - timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Interval:
    """Days from ``begins`` to ``ends``, both included; ``None`` is open."""

    begins: date | None
    ends: date | None

    def __contains__(self, day: date) -> bool:
        return holds(self.begins, self.ends, day)


def show_utc(moment: datetime) -> str:
    """A moment for programs: UTC, to the second, with ``Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
