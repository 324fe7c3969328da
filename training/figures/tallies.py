"""Results counted: by course, by trainer, component by component. Pure.

People are counted, not sittings: somebody who passes a resit has passed. Few people make no rate (``Small``).
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction

from association.kernel.dates import holds
from training.exams.rules import Asked, Attempt, standing
from training.vocabulary import Part


@dataclass(frozen=True, slots=True)
class Small:
    """From ``begins`` to ``ends``, fewer than ``people`` who sat make no rate."""

    begins: date | None
    ends: date | None
    people: int
    source: str


def small_on(rows: Iterable[Small], on: date) -> int:
    """How many people a rate needs on that day; 0: no rule."""
    return next((one.people for one in rows if holds(one.begins, one.ends, on)), 0)


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody admitted to a released sitting of a class: what they reached, ``None`` when they did not come."""

    class_id: int
    person_id: int
    part: Part
    on: date
    mark: int | None


@dataclass(slots=True)
class Count:
    """People who sat, and who passed; ``missed``: admitted, and came to no sitting."""

    sat: int = 0
    passed: int = 0
    missed: int = 0

    @property
    def failed(self) -> int:
        return self.sat - self.passed

    def rate(self, least: int) -> Fraction | None:
        """Passed of sat; none with fewer than ``least`` people, or none at all."""
        return Fraction(self.passed, self.sat) if self.sat and self.sat >= least else None

    def add(self, other: "Count") -> None:
        self.sat += other.sat
        self.passed += other.passed
        self.missed += other.missed


@dataclass(slots=True)
class Tally:
    """All components together (``passed``: every component that is asked for), and each of them."""

    whole: Count = field(default_factory=Count)
    parts: dict[Part, Count] = field(default_factory=lambda: {part: Count() for part in Part})
    classes: int = 0

    def add(self, other: "Tally") -> None:
        self.whole.add(other.whole)
        for part, count in other.parts.items():
            self.parts[part].add(count)
        self.classes += other.classes


def by_class(lines: Iterable[Line], asked: Mapping[int, Mapping[Part, Asked]]) -> dict[int, Tally]:
    """What the people of each class came to; ``asked``: what its syllabus asks of each component."""
    sat: dict[tuple[int, int], dict[Part, list[Attempt]]] = defaultdict(dict)
    for line in lines:
        attempts = sat[line.class_id, line.person_id].setdefault(line.part, [])
        if line.mark is not None:
            attempts.append(Attempt(line.on, line.mark))
    found: dict[int, Tally] = {}
    for (class_id, _person), parts in sat.items():
        mine, needed = found.setdefault(class_id, Tally(classes=1)), asked[class_id]
        reached = {}
        for part, attempts in parts.items():
            reached[part] = standing(attempts, needed[part]).passed_on is not None
            _count(mine.parts[part], bool(attempts), reached[part])
        wanted = [part for part in Part if needed[part].pass_mark is not None]
        passed = bool(wanted) and all(reached.get(part) for part in wanted)
        _count(mine.whole, any(parts.values()), passed)
    return found


def _count(count: Count, sat: bool, passed: bool) -> None:
    if sat:
        count.sat += 1
        count.passed += passed
    else:
        count.missed += 1


def joined(each: Iterable[Tally]) -> Tally:
    """The sum; a class that several share counts for each of them, so only sum what is disjoint."""
    total = Tally()
    for one in each:
        total.add(one)
    return total
