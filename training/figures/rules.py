"""Counting certificates that end, month by month. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from association.kernel.dates import add_months

MONTHS = 12


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate that is neither withdrawn nor replaced: whose, of which course, its last good day (``None``: no end).

    ``enterprise_id``: whom the holder works for today.
    """

    id: int
    person_id: int
    course_id: int
    valid_until: date | None
    enterprise_id: int | None = None


def last_of_each(held: Iterable[Held]) -> list[Held]:
    """Of each person and course the certificate that lasts longest, the newer of two: whoever has renewed lacks nothing."""
    found: dict[tuple[int, int], Held] = {}
    for one in held:
        before = found.get((one.person_id, one.course_id))
        if before is None or _lasts(one) > _lasts(before):
            found[one.person_id, one.course_id] = one
    return list(found.values())


def _lasts(one: Held) -> tuple[date, int]:
    return one.valid_until or date.max, one.id


def month_of(day: date) -> date:
    """The first day of its month."""
    return day.replace(day=1)


def months_from(today: date) -> list[date]:
    """The first days of this month and the eleven after it."""
    return [add_months(month_of(today), number) for number in range(MONTHS)]


def last_of_months(today: date) -> date:
    """The last day of the twelve months."""
    return add_months(month_of(today), MONTHS) - timedelta(days=1)


def overdue_since(today: date) -> date:
    """What ended on that day or later is overdue; what ended before it is history."""
    return add_months(today, -MONTHS)


@dataclass(slots=True)
class Ending:
    """Certificates that end in each month, that ended in the twelve months before (``overdue``), or ``earlier``."""

    overdue: int = 0
    earlier: int = 0
    months: dict[date, int] = field(default_factory=dict)

    @property
    def coming(self) -> int:
        return sum(self.months.values())

    def add(self, last: date | None, today: date) -> None:
        """Count one whose last good day is ``last``; what ends later, or never, is not counted."""
        if last is None or last > last_of_months(today):
            return
        if last >= today:
            self.months[month_of(last)] = self.months.get(month_of(last), 0) + 1
        elif last >= overdue_since(today):
            self.overdue += 1
        else:
            self.earlier += 1


def ending(held: Iterable[Held], today: date) -> Mapping[int | None, Ending]:
    """What ends for the people of each enterprise, and of none, when nobody renews from today on.

    Only what is not renewed counts: see ``last_of_each``.
    """
    found: dict[int | None, Ending] = {}
    for one in last_of_each(held):
        mine = found.setdefault(one.enterprise_id, Ending())
        mine.add(one.valid_until, today)
    return {key: one for key, one in found.items() if one.coming or one.overdue or one.earlier}


def together(each: Iterable[Ending]) -> Ending:
    """The sum."""
    total = Ending()
    for one in each:
        total.overdue += one.overdue
        total.earlier += one.earlier
        for month, count in one.months.items():
            total.months[month] = total.months.get(month, 0) + count
    return total
