"""Charts drawn on the server: the geometry of bars, columns and scattered dots, for ``_charts.html``. Pure; no script,
no style.

Widths are percentages of the page's own column, so that letters keep their size on a telephone. A chart never stands
alone: the page shows the same figures in a table beside it.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from association.kernel.i18n import _

ROW_HEIGHT = 44
COLUMN_HEIGHT = 150
ABOVE, BELOW = 20, 38
# So many signs stand on a row of a telephone (a Chinese sign counts two); the table beside says all of a label.
ROW_SIGNS, LEAST_LABEL = 46, 16
# The field of a scatter inside its ticks: in percent across, in pixels down.
LEFT, RIGHT, TOP, BOTTOM = 9, 98, 28, 268
# So many names stand at one dot. The names of dots that are as close as this stand above and below by turns; from the
# edge on they stand before their dot.
NAMES_AT_A_DOT = 2
CLOSE_ACROSS, CLOSE_DOWN, EDGE = 18, 14, 80


@dataclass(frozen=True, slots=True)
class Series:
    """One kind of figure: its word, and the tone in which it is drawn (``good bad warn none out info accent``)."""

    word: str
    tone: str = "accent"


@dataclass(frozen=True, slots=True)
class Block:
    """A rectangle: places in percent across, in pixels down."""

    x: str
    y: int
    width: str
    height: int
    tone: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One row or column: its label (``under``: a second line), what it says, its rectangles, where its words stand."""

    label: str
    under: str
    said: str
    x: str
    y: int
    blocks: Sequence[Block]


@dataclass(frozen=True, slots=True)
class Axis:
    """A scale of a scatter, from its first tick to its last: its word, and where a line with its figure is drawn."""

    word: str
    ticks: Sequence[tuple[float, str]]

    def share(self, value: float) -> float:
        """How far along ``value`` lies, from 0 to 1; what lies outside is drawn at the edge."""
        lowest, highest = self.ticks[0][0], self.ticks[-1][0]
        return (min(max(value, lowest), highest) - lowest) / (highest - lowest)


@dataclass(frozen=True, slots=True)
class Point:
    """Something in a scatter: its name there, where it lies, whether it is drawn full (else as a ring)."""

    name: str
    across: float
    up: float
    full: bool = True


@dataclass(frozen=True, slots=True)
class Rule:
    """A line of a scatter's grid with its figure: one that stands (``x``) or one that lies (``y``)."""

    said: str
    x: str = ""
    y: int = 0


@dataclass(frozen=True, slots=True)
class Dot:
    """One place of a scatter where something lies, with the names of what lies there, written at the height ``at``: behind
    the dot, or before it."""

    x: str
    y: int
    said: str
    at: int
    before: bool
    full: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """What ``_charts.html`` draws: ``kind`` is ``bars``, ``columns`` or ``scatter`` (which has rules and dots)."""

    kind: str
    title: str
    text: str
    height: int
    marks: Sequence[Mark] = ()
    series: Sequence[Series] = ()
    across: str = ""
    up: str = ""
    rules: Sequence[Rule] = ()
    dots: Sequence[Dot] = ()


def _percent(share: float) -> str:
    return f"{share:.2f}%"


def _signs(text: str) -> int:
    return sum(1 if ord(sign) < 0x1100 else 2 for sign in text)


def shortened(text: str, beside: str) -> str:
    """A label that leaves room for what stands at the end of its row."""
    room = max(LEAST_LABEL, ROW_SIGNS - _signs(beside))
    if _signs(text) <= room:
        return text
    kept = text
    while kept and _signs(kept) > room - 2:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def bars(
    title: str,
    text: str,
    rows: Iterable[tuple[str, Sequence[int], str]],
    series: Sequence[Series],
    *,
    whole: int | None = None,
) -> Chart | None:
    """Lying bars, one a row: ``(label, a figure for each series, what is said at its end)``; nothing without figures.

    ``whole``: what the full width stands for; the longest bar, unless it is said.
    """
    drawn = list(rows)
    most = max((sum(values) for _label, values, _said in drawn), default=0) if whole is None else whole
    if not most:
        return None
    marks = []
    for place, (label, values, said) in enumerate(drawn):
        top, at, blocks = place * ROW_HEIGHT, 0.0, []
        for value, one in zip(values, series, strict=True):
            width = 100 * value / most
            if value:
                blocks.append(Block(_percent(at), top + 22, _percent(width), 12, one.tone))
            at += width
        marks.append(Mark(shortened(label, said), "", said, "0", top + 15, blocks))
    return Chart("bars", title, text, len(drawn) * ROW_HEIGHT, marks, series)


def columns(title: str, text: str, rows: Iterable[tuple[str, str, int, str]]) -> Chart | None:
    """Standing columns, one a row: ``(label, its second line, figure, tone)``; nothing without figures."""
    drawn = list(rows)
    most = max((value for _label, _under, value, _tone in drawn), default=0)
    if not most:
        return None
    step, marks = 100 / len(drawn), []
    for place, (label, under, value, tone) in enumerate(drawn):
        height = -(-COLUMN_HEIGHT * value // most)
        top = ABOVE + COLUMN_HEIGHT - height
        block = Block(_percent(place * step + step * 0.15), top, _percent(step * 0.7), height, tone)
        centre = _percent((place + 0.5) * step)
        marks.append(Mark(label, under, str(value) if value else "", centre, top - 6, [block] if value else []))
    return Chart("columns", title, text, ABOVE + COLUMN_HEIGHT + BELOW, marks, ())


def scatter(title: str, text: str, points: Iterable[Point], across: Axis, up: Axis) -> Chart | None:
    """Dots in a field; nothing without any. What lies in the same place is one dot, full when all of it is."""

    def place(value: float) -> float:
        return round(LEFT + across.share(value) * (RIGHT - LEFT), 2)

    def height(value: float) -> int:
        return round(BOTTOM - up.share(value) * (BOTTOM - TOP))

    there: dict[tuple[int, float], list[Point]] = defaultdict(list)
    for one in points:
        there[height(one.up), place(one.across)].append(one)
    if not there:
        return None
    dots: list[Dot] = []
    last, below = (0, 0.0), False
    for y, x in sorted(there):
        those = there[y, x]
        below = not below and y - last[0] < CLOSE_DOWN and abs(x - last[1]) < CLOSE_ACROSS
        said, full = _named([one.name for one in those]), all(one.full for one in those)
        dots.append(Dot(_percent(x), y, said, y + 15 if below else y - 6, x > EDGE, full))
        last = y, x
    rules = [Rule(said, x=_percent(place(value))) for value, said in across.ticks]
    rules += [Rule(said, y=height(value)) for value, said in up.ticks]
    return Chart("scatter", title, text, BOTTOM + 52, across=across.word, up=up.word, rules=rules, dots=dots)


def _named(names: Sequence[str]) -> str:
    """Some of the names, and how many more; the table beside says all."""
    shown = _("、").join(names[:NAMES_AT_A_DOT])
    more = len(names) - NAMES_AT_A_DOT
    return f"{shown} +{more}" if more > 0 else shown
