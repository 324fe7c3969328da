"""Continuing hours (继续教育学时): what a year asks, what counts for it, what is carried over, what is missing. Pure.

No national rule on post-training certificates was found: what is asked is what a version of the course's syllabus says
(hours a year, how many of them professional), and how it is counted is the association's own rule, dated
(``training/data/hours.json``).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Protocol, TypeVar

from association.kernel.dates import holds
from association.kernel.errors import Shortfall
from association.kernel.i18n import _, show_date
from training.vocabulary import Level

MOST_HOURS = 500
LARGEST_PROOF = 5 * 1024 * 1024


class Dated(Protocol):
    """A rule of some levels, from when to when; no level named: of all."""

    @property
    def begins(self) -> date | None: ...
    @property
    def ends(self) -> date | None: ...
    @property
    def levels(self) -> Collection[Level]: ...


Rule = TypeVar("Rule", bound=Dated)


@dataclass(frozen=True, slots=True)
class CarryRule:
    """What is left of a year counts for so many ``years`` after it, at most ``most`` hours of it in one of them."""

    begins: date | None
    ends: date | None
    levels: tuple[Level, ...]
    most: int
    years: int
    source: str


@dataclass(frozen=True, slots=True)
class RenewalByHours:
    """Whether a certificate is renewed on hours alone (``offered``), and whether who takes the class again is asked for
    the hours of the years behind as well (``asked_of_class``)."""

    begins: date | None
    ends: date | None
    levels: tuple[Level, ...]
    offered: bool
    asked_of_class: bool
    source: str


@dataclass(frozen=True, slots=True)
class ReminderRule:
    """Who still lacks hours is reminded so many ``days`` before the year's end."""

    begins: date | None
    ends: date | None
    levels: tuple[Level, ...]
    days: tuple[int, ...]
    source: str


def of_level(rules: Iterable[Rule], level: Level, on: date) -> Rule | None:
    """The first rule that holds for a level on a day."""
    return next(
        (one for one in rules if holds(one.begins, one.ends, on) and (not one.levels or level in one.levels)), None
    )


# -- earning -------------------------------------------------------------------------------------------------


def class_hours(minutes: int, hour_minutes: int) -> int:
    """Whole class hours in the minutes somebody was there in one class and one year; what is left over counts nothing."""
    return minutes // hour_minutes


@dataclass(frozen=True, slots=True)
class Earned:
    """Hours earned in a year, in professional subjects or others."""

    year: int
    hours: int
    professional: bool = True


@dataclass(frozen=True, slots=True)
class Asked:
    """What a year asks: hours in all, so many of them professional."""

    hours: int
    professional: int = 0


NOTHING = Asked(0)


def asked(hours: int, professional_share: int) -> Asked:
    """What a syllabus version asks of a year; a share that is no whole number of hours is rounded up.

    >>> asked(90, 67)
    Asked(hours=90, professional=61)
    """
    return Asked(hours, -(-hours * professional_share // 100))


@dataclass(frozen=True, slots=True)
class Year:
    """How a year stands: ``counted`` of what is asked, of it ``carried_in`` from years before; ``left`` goes on to the
    next years, ``lapsed`` to none. ``missing_professional`` of the ``missing`` have to be professional ones."""

    year: int
    asked: Asked
    earned: int
    earned_professional: int
    carried_in: int
    counted: int
    missing: int
    missing_professional: int
    left: int
    lapsed: int

    @property
    def last_day(self) -> date:
        """By when what is missing is to be made up."""
        return date(self.year, 12, 31)


@dataclass(slots=True)
class _Lot:
    year: int
    professional: bool
    hours: int


def balance(
    earned: Iterable[Earned], demands: Mapping[int, Asked], carry: Mapping[int, CarryRule | None], until: int
) -> list[Year]:
    """Every year from the first in which something was earned or asked to ``until``.

    In each year hours of other subjects count first, up to what need not be professional, then professional ones; of
    each kind the oldest first. What is left goes on by the rule of the year it is left in (``carry``; none: it lapses):
    professional hours before others, the newest first, up to the rule's most, for so many years after they were earned.
    """
    lots = [_Lot(one.year, one.professional, one.hours) for one in earned if one.hours > 0 and one.year <= until]
    years = sorted({lot.year for lot in lots} | {year for year in demands if year <= until})
    found: list[Year] = []
    carried: list[_Lot] = []
    for year in range(years[0], until + 1) if years else ():
        own = [lot for lot in lots if lot.year == year]
        demand = demands.get(year, NOTHING)
        brought = sum(lot.hours for lot in carried)
        here = sorted([*carried, *own], key=lambda lot: lot.year)
        gained = (sum(lot.hours for lot in own), sum(lot.hours for lot in own if lot.professional))
        other = _use((lot for lot in here if not lot.professional), demand.hours - demand.professional)
        able = _use((lot for lot in here if lot.professional), demand.hours - other)
        remains = sum(lot.hours for lot in here)
        carried = _carry(here, carry.get(year), year)
        goes_on = sum(lot.hours for lot in carried)
        missing = demand.hours - other - able
        found.append(
            Year(
                year=year,
                asked=demand,
                earned=gained[0],
                earned_professional=gained[1],
                carried_in=brought,
                counted=other + able,
                missing=missing,
                missing_professional=max(0, demand.professional - able),
                left=goes_on,
                lapsed=remains - goes_on,
            )
        )
    return found


def _use(lots: Iterable[_Lot], most: int) -> int:
    used = 0
    for lot in lots:
        some = min(lot.hours, most - used)
        lot.hours -= some
        used += some
    return used


def _carry(lots: Iterable[_Lot], rule: CarryRule | None, year: int) -> list[_Lot]:
    kept: list[_Lot] = []
    room = rule.most if rule is not None else 0
    for lot in sorted(lots, key=lambda lot: (not lot.professional, -lot.year)):
        if rule is None or year + 1 - lot.year > rule.years:
            continue
        some = min(lot.hours, room)
        room -= some
        if some:
            kept.append(_Lot(lot.year, lot.professional, some))
    return kept


# -- asking --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Term:
    """The days of a certificate, and what the syllabus version it was issued under asks of each year."""

    begins: date
    ends: date | None
    asked: Asked


def demands(terms: Iterable[Term], until: int) -> dict[int, Asked]:
    """What each year asks of somebody who holds these certificates of one course, one after the other.

    Only a year throughout which somebody holds one (1 January to 31 December, of several in a row without a gap) asks
    anything: the year of the first certificate and that of the last ask nothing. The version counts that the year began with.
    """
    held = sorted(terms, key=lambda one: one.begins)
    found: dict[int, Asked] = {}
    if not held:
        return found
    for year in range(held[0].begins.year, until + 1):
        begun = [one for one in held if holds(one.begins, one.ends, date(year, 1, 1))]
        if begun and begun[-1].asked.hours and _throughout(held, year):
            found[year] = begun[-1].asked
    return found


def _throughout(held: Sequence[Term], year: int) -> bool:
    day = date(year, 1, 1)
    for one in held:
        if one.begins <= day and (one.ends is None or one.ends >= day):
            if one.ends is None:
                return True
            day = one.ends + timedelta(days=1)
    return day > date(year, 12, 31)


def behind(years: Iterable[Year], on: date) -> list[Year]:
    """The years that are over on a day and lack hours."""
    return [one for one in years if one.missing and one.last_day < on]


# -- evidence ------------------------------------------------------------------------------------------------


def evidence_shortfalls(*, begins: date, ends: date, hours: int, today: date) -> list[Shortfall]:
    """What is wrong with evidence of hours from outside. It belongs to the year in which it ended."""
    found: list[Shortfall] = []
    if ends > today:
        found.append(Shortfall("ends", "future", _("结束日期不能晚于今天；学完后再提交")))
    if begins > ends:
        found.append(Shortfall("begins", "after_end", _("开始日期不能晚于结束日期{day}", day=show_date(ends))))
    elif hours > 24 * ((ends - begins).days + 1):
        found.append(Shortfall("hours", "too_many", _("学时超过了这几天可能的时间，请核对日期和学时")))
    return found


def accepted_shortfalls(*, hours: int, claimed: int) -> list[Shortfall]:
    """The desk counts at most what was claimed."""
    if not 1 <= hours <= claimed:
        return [Shortfall("hours_accepted", "bounds", _("应在{least}与{most}之间", least=1, most=claimed))]
    return []


def reminder_due(year: int, on: date, days: Iterable[int]) -> int | None:
    """Which reminder of a year's missing hours is due on a day: the nearest of those reached, as with certificates."""
    left = (date(year, 12, 31) - on).days
    return min((one for one in days if left <= one), default=None) if left >= 0 else None
