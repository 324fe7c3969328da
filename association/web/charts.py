"""Charts drawn on the server: the geometry of bars and columns, for ``_charts.html``. Pure; no script, no style.

Widths are percentages of the page's own column, so that letters keep their size on a telephone. A chart never stands
alone: the page shows the same figures in a table beside it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

ROW_HEIGHT = 44
COLUMN_HEIGHT = 150
ABOVE, BELOW = 20, 38
# So many signs stand on a row of a telephone (a Chinese sign counts two); the table beside says all of a label.
ROW_SIGNS, LEAST_LABEL = 46, 16


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
class Chart:
    """What ``_charts.html`` draws: ``kind`` is ``bars`` or ``columns``."""

    kind: str
    title: str
    text: str
    height: int
    marks: Sequence[Mark]
    series: Sequence[Series]


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
    title: str, text: str, rows: Iterable[tuple[str, Sequence[int], str]], series: Sequence[Series]
) -> Chart | None:
    """Lying bars, one a row: ``(label, a figure for each series, what is said at its end)``; nothing without figures."""
    drawn = list(rows)
    most = max((sum(values) for _label, values, _said in drawn), default=0)
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
