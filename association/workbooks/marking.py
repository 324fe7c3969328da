"""What is written into a workbook that goes back: added columns, comments, a further sheet. Pure."""

import math
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

from association.workbooks.cells import MOST_COLUMNS, MOST_ROWS, address, read_range
from association.workbooks.sheets import Area

MOST_COMMENTS = 1_000
LONGEST_COMMENT = 1_000
# name: font colour, fill; the same tones as the pages have (docs/design.md), light.
TONES: Mapping[str, tuple[str, str]] = {
    "good": ("FF1A5F37", "FFE9F4EC"),
    "bad": ("FFA1231E", "FFFBECEA"),
    "warn": ("FF7A5000", "FFFCF3DF"),
    "none": ("FF3C5470", "FFEAEFF5"),
    "out": ("FF53575B", "FFF0F0EE"),
}
STYLES = ("heading", "plain", *TONES)


@dataclass(frozen=True, slots=True)
class Column:
    """A column added at the right; ``width`` in characters."""

    heading: str
    width: float = 16


@dataclass(frozen=True, slots=True)
class Mark:
    """What is said of one row: a text for each added column, the tone of the first, comments by cell address; ``asides``
    are comments for which there may be no room."""

    texts: Sequence[str]
    tone: str = ""
    comments: Sequence[tuple[str, str]] = ()
    asides: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A further sheet: rows of texts and numbers; those of ``bold`` are headings. A text alone in its row runs on over the
    columns beside it."""

    name: str
    rows: Sequence[Sequence[str | int]]
    widths: Sequence[float] = (28, 18, 60)
    bold: frozenset[int] = field(default_factory=frozenset)

    def style(self, number: int) -> str | None:
        """How the cells of a row are set."""
        if number in self.bold:
            return "heading"
        return "plain" if len(self.rows[number]) > 1 else None


LINE, HIGHEST = 15.0, 409.0  # points; of a row in every program


def height(row: Sequence[object], widths: Sequence[float]) -> float | None:
    """The height of a row in which texts need more than one line, in points. Not every program works it out by itself when
    it opens a workbook, and cuts them off instead."""
    lines = max(
        (_lines(text, width) for text, width in zip(row, widths, strict=False) if isinstance(text, str)), default=1
    )
    return min(lines * LINE, HIGHEST) if lines > 1 else None


def _lines(text: str, width: float) -> int:
    # A Chinese character takes the room of two digits, and three bytes.
    units = ((len(one) + len(one.encode(errors="replace"))) / 2 for one in text.split("\n"))
    return sum(max(1, math.ceil(one / max(1.0, width - 1))) for one in units)


@dataclass(frozen=True, slots=True)
class Marking:
    """Everything that is added."""

    columns: Sequence[Column]
    rows: Mapping[int, Mark]
    sheet: Sheet | None = None
    author: str = ""

    def comments(self, merges: Sequence[Area] = ()) -> list[tuple[str, str]]:
        """The comments in order of rows, no more than a workbook stays quick with; asides in the room they leave. Of merged
        cells only the first is to be seen: on another a comment would never be."""
        rows = sorted(self.rows)
        first = [one for row in rows for one in self.rows[row].comments]
        then = [one for row in rows for one in self.rows[row].asides]
        hidden = _hidden({cell for cell, _text in (*first, *then)}, merges)
        found = [one for one in first if one[0] not in hidden][:MOST_COMMENTS]
        found += [one for one in then if one[0] not in hidden][: MOST_COMMENTS - len(found)]
        return [(cell, text[:LONGEST_COMMENT]) for cell, text in found]


def _hidden(named: Set[str], merges: Sequence[Area]) -> set[str]:
    """Those of the cells that lie within merged cells and are not the first of them."""
    if not merges:
        return set()
    places = {cell: area for cell in named if (area := read_range(cell)) is not None}
    over: dict[int, list[tuple[int, int, int]]] = {column: [] for column, *_rest in places.values()}
    for left, top, right, bottom in merges:
        for column, its in over.items():
            if left <= column <= right:
                its.append((top, bottom, left))
    for its in over.values():
        its.sort()
    found = set()
    for cell, (column, row, *_rest) in places.items():
        its = over[column]
        at = bisect_right(its, (row, MOST_ROWS, MOST_COLUMNS)) - 1
        if at >= 0 and its[at][1] >= row and its[at][::2] != (row, column):
            found.add(cell)
    return found


# What XML cannot hold; an underscore that could be read as an escape is itself escaped.
_UNFIT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")


def xml_text(text: str) -> str:
    """``text`` as it stands in a workbook's XML."""
    return escape(_LOOKS_ESCAPED.sub("_x005F_", _UNFIT.sub("\ufffd", text))[:32_767])


def text_cell(column: int, row: int, text: str, style: int | None, prefix: str = "") -> str:
    """A cell that holds a text, whatever it looks like: never a formula."""
    p, s = prefix, "" if style is None else f' s="{style}"'
    if not text:
        return f'<{p}c r="{address(column, row)}"{s}/>'
    return (
        f'<{p}c r="{address(column, row)}"{s} t="inlineStr"><{p}is><{p}t xml:space="preserve">{xml_text(text)}</{p}t>'
        f"</{p}is></{p}c>"
    )


MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def sheet_xml(sheet: Sheet, styles: Mapping[str, int], *, namespace: str = MAIN) -> bytes:
    """The part of a further sheet."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n',
        f'<worksheet xmlns="{namespace}"><cols>',
        *(f'<col min="{n}" max="{n}" width="{width}" customWidth="1"/>' for n, width in enumerate(sheet.widths, 1)),
        "</cols><sheetData>",
    ]
    for number, row in enumerate(sheet.rows, 1):
        called = sheet.style(number - 1)
        style = styles.get(called) if called else None
        high = height(row, sheet.widths) if called else None
        lines.append(f'<row r="{number}">' if high is None else f'<row r="{number}" ht="{high}" customHeight="1">')
        for column, value in enumerate(row, 1):
            if isinstance(value, str):
                lines.append(text_cell(column, number, value, style))
            else:
                lines.append(f'<c r="{address(column, number)}"><v>{value}</v></c>')
        lines.append("</row>")
    lines.append("</sheetData></worksheet>")
    return "".join(lines).encode()


def free_name(wanted: str, taken: Sequence[str]) -> str:
    """A sheet name that is not taken: at most 31 characters, none of ``[]:*?/\\``."""
    plain = re.sub(r"[\[\]:*?/\\']", " ", wanted).strip()[:31] or "Sheet"
    used = {one.casefold() for one in taken}
    name, number = plain, 2
    while name.casefold() in used:
        name = f"{plain[:26]} ({number})"
        number += 1
    return name
