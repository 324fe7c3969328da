"""Reading a worksheet row by row from its XML. python-calamine gives values but neither formats, formulas, hidden rows
nor the digits as they stand, and it lays out every sheet as a full rectangle in memory: a cell at XFD1048576 would take
the machine with it. It is the tests' second opinion."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from heapq import heappop, heappush
from typing import Any

from association.workbooks import cells
from association.workbooks.cells import BUILT_IN, DATE_IDS, GENERAL, Cell, Eaten, Format, read_format
from association.workbooks.emptiness import Without, empty_end
from association.workbooks.package import (
    Elements,
    Package,
    SheetPart,
    is_1904,
    relations,
    sheets_of,
    workbook_part,
)
from association.workbooks.words import Refusal, refused

MOST_STRINGS = 2_000_000
MOST_MERGES = 50_000
HEAD_ROWS = 40
MOST_STYLES = 70_000
Area = tuple[int, int, int, int]  # first column, first row, last column, last row
DATE_FORMAT = read_format("yyyy-mm-dd")


@dataclass(frozen=True, slots=True)
class Row:
    """A row with content: its number in the sheet, its cells by column (1 for A)."""

    number: int
    cells: dict[int, Cell]
    hidden: bool = False


@dataclass(slots=True)
class Survey:
    """A sheet seen through once: its first rows, how many have content, what is hidden and merged."""

    sheet: str
    head: list[Row] = field(default_factory=list)
    rows: int = 0
    last_row: int = 0
    hidden_columns: set[int] = field(default_factory=set)
    merges: list[Area] = field(default_factory=list)
    columns: set[int] = field(default_factory=set)  # of csv all that hold something, else those of the first rows


class Workbook:
    """An xlsx file, ready to be read."""

    def __init__(self, content: bytes) -> None:
        """Raises Invalid for what cannot be read."""
        self.package = Package(content)
        self.sheets: tuple[SheetPart, ...] = sheets_of(self.package)
        self._formats = self._read_styles()
        self._strings = self._read_strings()
        self._1904 = is_1904(self.package)

    @property
    def blank_strings(self) -> frozenset[int]:
        """Which of its texts hold nothing to be seen, by their places in the list of texts."""
        return frozenset(place for place, text in enumerate(self._strings) if not text.strip())

    def _part(self, kind: str) -> str:
        for its, part in relations(self.package, workbook_part(self.package)).values():
            if its == kind and part in self.package.infos:
                return part
        return ""

    def _read_styles(self) -> list[Format]:
        part = self._part("styles")
        if not part:
            return [GENERAL]
        tree = self.package.tree(part)
        codes: dict[int, str] = dict(BUILT_IN)
        for one in tree.iter("{*}numFmt"):
            number = _whole(one.get("numFmtId"))
            if number is not None and one.getparent().tag.endswith("}numFmts"):
                codes[number] = str(one.get("formatCode") or "")
        found: list[Format] = []
        for above in tree.iter("{*}cellXfs"):
            for one in above.iterchildren("{*}xf"):
                style = _whole(one.get("numFmtId")) or 0
                form = DATE_FORMAT if style in DATE_IDS else read_format(codes.get(style, "General"))
                found.append(form)
                if len(found) > MOST_STYLES:
                    raise refused(Refusal.DAMAGED, part=part)
        return found or [GENERAL]

    def _read_strings(self) -> list[str]:
        part = self._part("sharedStrings")
        found: list[str] = []
        if part:
            for one in Elements(self.package, part, ("si",)):
                found.append(_text_of(one))
                if len(found) > MOST_STRINGS:
                    raise refused(Refusal.TOO_LARGE, part=part)
        return found

    def _elements(self, sheet: SheetPart, tags: tuple[str, ...]) -> Elements:
        """The elements of a sheet, but for empty rows without end behind the last that holds something."""
        gap = empty_end(self.package, sheet.part)
        return Elements(self.package, sheet.part, tags, read=partial(Without, gap=gap) if gap else None)

    def survey(self, sheet: SheetPart, *, most_columns: int) -> Survey:
        """See through the whole sheet once. Raises Invalid when ranges overlap, cells are too long or columns too many."""
        found = Survey(sheet.name)
        for element in self._elements(sheet, ("col", "row", "mergeCell")):
            name = str(element.tag).rpartition("}")[2]
            if name == "row":
                self._see_row(element, found, most_columns)
            elif name == "col":
                if element.get("hidden") in ("1", "true"):
                    first, last = _whole(element.get("min")) or 1, _whole(element.get("max")) or 1
                    found.hidden_columns.update(range(first, min(last, first + most_columns) + 1))
            else:
                area = cells.read_range(str(element.get("ref") or "").upper())
                if area is None or len(found.merges) >= MOST_MERGES:
                    raise refused(Refusal.DAMAGED, part=sheet.part)
                found.merges.append(area)
        if overlap := _overlap(found.merges):
            above, below = (shown_range(one) for one in overlap)
            raise refused(Refusal.MERGES, sheet=sheet.name[:31], first=above, second=below)
        return found

    def _see_row(self, element: Any, found: Survey, most_columns: int) -> None:
        if len(found.head) >= HEAD_ROWS:
            # Counted only: a cell that holds something has a value (or a text) inside.
            found.rows += any(len(one) for one in element)
            return
        row = self._row(element, found.last_row)
        found.last_row = row.number
        if row.cells:
            found.rows += 1
            # Columns that hold nothing count for nothing, however far formats reach.
            if max(row.cells) > most_columns:
                raise refused(Refusal.COLUMNS, limit=most_columns)
            found.head.append(row)
            found.columns.update(row.cells)

    def rows(self, sheet: SheetPart, columns: Sequence[int]) -> Iterator[Row]:
        """The rows that hold something in one of ``columns``, with those cells."""
        last, wanted = 0, frozenset(columns)
        for element in self._elements(sheet, ("row",)):
            row = self._row(element, last, wanted)
            last = row.number
            if row.cells:
                yield row

    def _row(self, element: Any, last: int, wanted: frozenset[int] | None = None) -> Row:
        number = _whole(element.get("r")) if element.get("r") else last + 1
        if number is None or not last < number <= cells.MOST_ROWS:
            raise refused(Refusal.DAMAGED, part=f"row {str(element.get('r'))[:12]}")
        found: dict[int, Cell] = {}
        column = 0
        for one in element:
            reference = one.get("r")
            if reference is None:
                column += 1
            else:
                name = reference.rstrip("0123456789")
                column = cells.column_of(name) or cells.column_of(name.upper())
            if not 1 <= column <= cells.MOST_COLUMNS:
                raise refused(Refusal.DAMAGED, part=f"cell {str(reference)[:12]}")
            if wanted is not None and column not in wanted:
                continue
            cell = self._cell(one, number, column)
            if cell is not cells.NOTHING:
                found[column] = cell
        return Row(number, found, element.get("hidden") in ("1", "true"))

    def _cell(self, element: Any, row: int, column: int) -> Cell:
        kind = element.get("t") or "n"
        raw: str | None = None
        formula = False
        inline: Any = None
        for one in element:
            tag = one.tag
            if not isinstance(tag, str):
                continue
            name = tag.rpartition("}")[2]
            if name == "v":
                raw = one.text
            elif name == "f":
                formula = True
            elif name == "is":
                inline = one
        if kind == "inlineStr":
            return self._checked(cells.of_text(_text_of(inline) if inline is not None else ""), row, column)
        if raw is None:
            return Cell("", Eaten.NO_VALUE, formula=True) if formula else cells.NOTHING
        if kind == "s":
            place = _whole(raw)
            if place is None or place >= len(self._strings):
                raise refused(Refusal.DAMAGED, part=cells.address(column, row))
            return self._checked(cells.of_text(self._strings[place], formula=formula), row, column)
        if kind == "str":
            return self._checked(cells.of_text(cells.unescaped(raw), formula=formula), row, column)
        if kind == "b":
            return Cell("TRUE" if raw.strip() in ("1", "true") else "FALSE", Eaten.BOOLEAN, formula=formula)
        if kind == "e":
            return Cell(raw[:40], Eaten.ERROR, formula=formula)
        if kind == "d":
            return _iso(raw, formula)
        style = _whole(element.get("s")) or 0
        form = self._formats[style] if style < len(self._formats) else GENERAL
        return cells.of_number(raw.strip(), form, date1904=self._1904, formula=formula)

    def _checked(self, cell: Cell, row: int, column: int) -> Cell:
        if len(cell.text) > cells.LONGEST_TEXT:
            raise refused(Refusal.CELL, cell=cells.address(column, row), limit=cells.LONGEST_TEXT)
        return cell


def _iso(raw: str, formula: bool) -> Cell:
    try:
        day = date.fromisoformat(raw[:10])
    except ValueError:
        return Cell(raw[:40], Eaten.ERROR, formula=formula)
    return Cell(day.isoformat(), Eaten.DATE, day=day, formula=formula)


def _whole(text: str | None) -> int | None:
    text = (text or "").strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 9 else None


def _text_of(element: Any) -> str:
    """The text of a string item: its runs one after the other, without readings (furigana)."""
    texts = []
    for one in element.iter("{*}t"):
        above = one.getparent()
        if not above.tag.endswith("}rPh"):
            texts.append(one.text or "")
    return cells.unescaped("".join(texts))


def shown_range(area: Area) -> str:
    left, top, right, bottom = area
    return f"{cells.address(left, top)}:{cells.address(right, bottom)}"


def _overlap(merges: list[Area]) -> tuple[Area, Area] | None:
    """Two ranges that share a cell, if there are any.

    By rows from above; those under way share no column, so only the neighbours to the left and right are looked at.
    """
    under_way: list[Area] = []
    ends: list[tuple[int, Area]] = []
    for one in sorted(merges, key=lambda area: (area[1], area[0])):
        while ends and ends[0][0] < one[1]:
            _bottom, over = heappop(ends)
            del under_way[bisect_left(under_way, over)]
        place = bisect_left(under_way, one)
        for other in under_way[max(0, place - 1) : place + 1]:
            if other[0] <= one[2] and one[0] <= other[2]:
                return other, one
        under_way.insert(place, one)
        heappush(ends, (one[3], one))
    return None
