"""What follows from what was seen of somebody in a lesson. Pure.

Nothing is overwritten: a scan, a tick of a trainer, a correction are *sightings*, each with an id of its own, made where it
happened. Attendance is worked out from the set of them, so that a device that was off the network may hand in its part
late, twice, or in any order, and the result is the same.

Sightings are read in the order of their moments (then of their ids):
- *came* opens, *left* closes; a second *came* or *left* changes nothing;
- a *statement* (present, absent, excused) is about the whole lesson up to then and sets aside what was seen before it;
  with minutes it counts just these;
- who came and was not seen leaving is counted to the end, unless the class wants both: then not at all, and it is said.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction

from training.vocabulary import AttendanceState, SightingKind

STATEMENTS = frozenset({SightingKind.PRESENT, SightingKind.ABSENT, SightingKind.EXCUSED})


@dataclass(frozen=True, slots=True)
class Span:
    """When a lesson is: both are moments; ``both_ways`` when leaving has to be seen too."""

    begins: datetime
    ends: datetime
    both_ways: bool = False

    @property
    def minutes(self) -> int:
        return whole_minutes(self.ends - self.begins)


@dataclass(frozen=True, slots=True)
class Sighting:
    """Something seen of one person in one lesson; ``minutes`` only with *present*."""

    uid: str
    kind: SightingKind
    at: datetime
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class Attendance:
    """What follows: the minutes that count, and what staff should look at."""

    state: AttendanceState
    minutes: int = 0
    came_at: datetime | None = None
    left_at: datetime | None = None
    not_seen_leaving: bool = False


NOTHING_SEEN = Attendance(AttendanceState.NOT_SEEN)


def whole_minutes(length: timedelta) -> int:
    """Minutes begun do not count."""
    return max(0, int(length.total_seconds()) // 60)


def attendance(span: Span, sightings: Iterable[Sighting]) -> Attendance:
    """What follows from ``sightings``, in whatever order and however often they are given."""
    once = {one.uid: one for one in sightings}
    seen = timedelta()
    came: datetime | None = None
    first: datetime | None = None
    last: datetime | None = None
    stated: Sighting | None = None
    for one in sorted(once.values(), key=lambda one: (one.at, one.uid)):
        if one.kind in STATEMENTS:
            seen, came, first, last, stated = timedelta(), None, None, None, one
        elif one.kind is SightingKind.CAME and came is None:
            came = _within(span, one.at)
            first = first or one.at
        elif one.kind is SightingKind.LEFT and came is not None:
            seen += _within(span, one.at) - came
            came, last = None, one.at
    open_end = came is not None
    if came is not None and not span.both_ways:
        seen += span.ends - came
    if first is None:
        return _as_stated(span, stated) if stated is not None else NOTHING_SEEN
    minutes = min(whole_minutes(seen) + _stated_minutes(span, stated), span.minutes)
    missing = open_end and span.both_ways
    state = AttendanceState.PARTLY if missing or minutes < span.minutes else AttendanceState.PRESENT
    return Attendance(state, minutes, first, last, missing)


def _within(span: Span, at: datetime) -> datetime:
    return min(max(at, span.begins), span.ends)


def _stated_minutes(span: Span, stated: Sighting | None) -> int:
    """What a statement gives for the time before it, when something was seen after it."""
    if stated is None or stated.kind is not SightingKind.PRESENT:
        return 0
    if stated.minutes is not None:
        return stated.minutes
    return whole_minutes(_within(span, stated.at) - span.begins)


def _as_stated(span: Span, stated: Sighting) -> Attendance:
    if stated.kind is SightingKind.ABSENT:
        return Attendance(AttendanceState.ABSENT)
    if stated.kind is SightingKind.EXCUSED:
        return Attendance(AttendanceState.EXCUSED)
    minutes = span.minutes if stated.minutes is None else min(stated.minutes, span.minutes)
    return Attendance(AttendanceState.PRESENT if minutes == span.minutes else AttendanceState.PARTLY, minutes)


@dataclass(frozen=True, slots=True)
class Share:
    """Minutes attended of minutes held; excused time is not attended time, and is shown beside it."""

    minutes: int
    of: int
    excused: int = 0

    @property
    def share(self) -> Fraction:
        return Fraction(self.minutes, self.of) if self.of else Fraction(0)

    def reaches(self, percent: int) -> bool:
        """Whether the minimum attendance (a whole percentage of the syllabus) is reached."""
        return self.share * 100 >= percent


def share(lessons: Sequence[tuple[Span, Attendance]]) -> Share:
    """The sum over the lessons of a class that have been held."""
    return Share(
        sum(found.minutes for _span, found in lessons),
        sum(span.minutes for span, _found in lessons),
        sum(span.minutes for span, found in lessons if found.state is AttendanceState.EXCUSED),
    )


# How long before a lesson, and after it, somebody can check in; statements may come later.
OPENS_BEFORE = timedelta(minutes=60)
CLOSES_AFTER = timedelta(minutes=60)
# A device's clock may go wrong by so much before its sightings are refused.
CLOCK_TOLERANCE = timedelta(minutes=2)


def is_open(span: Span, at: datetime) -> bool:
    """Whether somebody can come or leave at this moment."""
    return span.begins - OPENS_BEFORE <= at <= span.ends + CLOSES_AFTER


def in_future(at: datetime, now: datetime) -> bool:
    """Whether a sighting claims to be later than it can be."""
    return at > now + CLOCK_TOLERANCE


def shared_devices(seen: Iterable[tuple[str, int]]) -> dict[str, frozenset[int]]:
    """Telephones (by their mark) with which several people checked in to one lesson: to be looked at, nothing more."""
    people: dict[str, set[int]] = {}
    for device, person_id in seen:
        if device:
            people.setdefault(device, set()).add(person_id)
    return {device: frozenset(those) for device, those in people.items() if len(those) > 1}
