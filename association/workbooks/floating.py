"""What lies over the cells of a sheet (charts, pictures, boxes) and what is drawn in them without being their content:
over which columns. Pure."""

import re
from collections.abc import Mapping
from typing import Any

from association.kernel.errors import Invalid
from association.workbooks.cells import MOST_COLUMNS, MOST_ROWS, read_range
from association.workbooks.package import Package, relations
from association.workbooks.room import Span
from association.workbooks.sheettext import SheetText

# English Metric Units, ECMA-376 part 1, 20.1.2.1.
PER_PIXEL, PER_POINT = 9525, 12700
WIDTH, HEIGHT = 8.43, 15.0  # of a column in characters, of a row in points, where the sheet says nothing
MOST_ANCHORS = 5_000


def columns_under(package: Package, part: str, sheet: SheetText, first_row: int, last_row: int) -> list[Span]:
    """The columns that charts, pictures and boxes lie over somewhere in these rows, or that they are as wide as."""
    found: list[Span] = []
    for kind, drawing in relations(package, part).values():
        if kind != "drawing" or drawing not in package.infos:
            continue
        try:
            tree = package.tree(drawing)
        except Invalid:
            # It comes back as it was, whatever it is.
            continue
        sizes = _Sizes(sheet, first_row)
        for count, anchor in enumerate(tree.iter("{*}twoCellAnchor", "{*}oneCellAnchor", "{*}absoluteAnchor")):
            if count >= MOST_ANCHORS:
                break
            area = _area(anchor, sizes)
            if area is None:
                continue
            left, top, right, bottom = area
            stretched = anchor.tag.endswith("}twoCellAnchor") and anchor.get("editAs") in (None, "twoCell")
            if stretched or (top <= last_row and bottom >= first_row):
                found.append((left, right))
    drawn = re.findall(rb"<(?:[\w.-]+:)?sparkline>.*?<(?:[\w.-]+:)?sqref>([^<]*)<", sheet.tail, re.DOTALL)
    areas = (read_range(cells.decode(errors="replace")) for cells in drawn)
    return found + [(its[0], its[2]) for its in areas if its is not None]


class _Sizes:
    """Where columns and rows end, as far as the sheet says how large they are."""

    def __init__(self, sheet: SheetText, rows: int) -> None:
        self.widths = {one: width for one, width in sheet.widths().items() if one <= MOST_COLUMNS}
        self.heights: Mapping[int, float] = sheet.heights(rows)
        self.width, self.height = sheet.standard("defaultColWidth", WIDTH), sheet.standard("defaultRowHeight", HEIGHT)

    def column_after(self, column: int, length: float) -> int:
        """The column in which something ends that begins in ``column`` and is ``length`` long."""
        while column < MOST_COLUMNS and (length := length - self._wide(column)) > 0:
            column += 1
        return column

    def row_after(self, row: int, length: float) -> int:
        """The row in which something ends that begins in ``row`` and is ``length`` high."""
        known = max(self.heights, default=0)
        while row <= known and (length := length - self.heights.get(row, self.height) * PER_POINT) > 0:
            row += 1
        if row <= known:
            return row
        return min(MOST_ROWS, row + int(max(0.0, length - 1) / max(PER_POINT, self.height * PER_POINT)))

    def _wide(self, column: int) -> float:
        return (self.widths.get(column, self.width) * 7 + 5) * PER_PIXEL


def _area(anchor: Any, sizes: _Sizes) -> tuple[int, int, int, int] | None:
    """First column, first row, last column, last row under an anchor; ``None`` when it does not say."""
    begins, ends, size = (anchor.find("{*}" + name) for name in ("from", "to", "ext"))
    left, top = (_number(begins, name) + 1 for name in ("col", "row"))
    if ends is not None:
        # What ends where a column begins does not lie over it.
        right, bottom = (_number(ends, name) + (_number(ends, f"{name}Off") > 0) for name in ("col", "row"))
        return left, top, max(left, right), max(top, bottom)
    if size is None:
        return None
    at = anchor.find("{*}pos")
    across, down = (_whole(at.get(name)) if at is not None else 0 for name in ("x", "y"))
    across += _number(begins, "colOff") + _whole(size.get("cx"))
    down += _number(begins, "rowOff") + _whole(size.get("cy"))
    right, bottom = sizes.column_after(left, across), sizes.row_after(top, down)
    if at is not None:
        left, top = sizes.column_after(1, _whole(at.get("x"))), sizes.row_after(1, _whole(at.get("y")))
    return left, top, right, bottom


def _number(place: Any, name: str) -> int:
    found = place.find("{*}" + name) if place is not None else None
    return _whole(found.text) if found is not None else 0


def _whole(text: str | None) -> int:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 12 else 0
