"""Reading a table line by line: every fault of every row at once, in words, with the cell's address; what is no line
(totals, repeated headings, notes) is left out and said. Pure. Counted once: rows = good + faulty + left out."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from string import ascii_uppercase
from typing import Any

from association.kernel.errors import Shortfall
from association.kernel.i18n import _
from association.workbooks import cells, nolines
from association.workbooks.cells import Cell, Eaten
from association.workbooks.columns import ColumnSet, Field, fold_heading
from association.workbooks.layout import NO_HEADING, Layout, Source, no_table
from association.workbooks.noticing import Tally, notices
from association.workbooks.parsers import Parsed
from association.workbooks.sheets import Row, shown_range
from association.workbooks.words import Fault, LeftOut, Refusal, Remark, refused


@dataclass(frozen=True, slots=True)
class Said:
    """Something said of one cell: the field's key and label, the cell's address, a fixed code, the sentence.

    Without key and label it is said of the row."""

    key: str
    label: str
    cell: str
    code: str
    detail: str

    @property
    def sentence(self) -> str:
        """With its place: ``B17（型号）：…``, or of a whole row ``第17行：…``."""
        if not self.label:
            return self.in_row
        return _("{cell}（{label}）：{detail}", cell=self.cell, label=self.label, detail=self.detail)

    @property
    def in_row(self) -> str:
        """The same of what was pasted, which has rows but no letters: ``第17行（型号）：…``."""
        row = self.cell.lstrip(ascii_uppercase)
        if not self.label:
            return _("第{row}行：{fault}", row=row, fault=self.detail)
        return _("第{row}行（{label}）：{detail}", row=row, label=self.label, detail=self.detail)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table. ``values`` holds every field of the set that has a column, empty ones as ``None``;
    of a faulty one only what could be read."""

    row: int
    values: Mapping[str, Any]
    faults: tuple[Said, ...] = ()
    remarks: tuple[Said, ...] = ()


@dataclass(slots=True)
class Counts:
    """Rows of the table; ``good`` and ``faulty`` are lines, the rest was left out."""

    good: int = 0
    faulty: int = 0
    left_out: int = 0

    @property
    def rows(self) -> int:
        return self.good + self.faulty + self.left_out

    @property
    def lines(self) -> int:
        return self.good + self.faulty


@dataclass(slots=True)
class Reading:
    """A table that was read to its end."""

    layout: Layout
    good: list[Line] = field(default_factory=list)
    faulty: list[Line] = field(default_factory=list)
    left_out: list[tuple[int, LeftOut]] = field(default_factory=list)
    notices: list[tuple[str, str]] = field(default_factory=list)  # code and sentence
    counts: Counts = field(default_factory=Counts)

    @property
    def lines(self) -> list[Line]:
        """All lines, faulty ones too, in the order of the sheet."""
        return sorted([*self.good, *self.faulty], key=lambda one: one.row)


def read(source: Source, layout: Layout, columns: ColumnSet) -> Reading:
    """Read the table. Raises Invalid when needed columns are missing or there are more lines than the set allows."""
    if not layout.is_complete:
        raise no_table(columns, layout)
    found = Reading(layout)
    reader = _Reader(source, layout, columns)
    for one in reader:
        if isinstance(one, Line):
            (found.faulty if one.faults else found.good).append(one)
        else:
            found.left_out.append(one)
    # Rows that only the whole list shows to be titles of sections come last.
    found.good.sort(key=lambda one: one.row)
    found.faulty.sort(key=lambda one: one.row)
    found.left_out.sort()
    found.counts = Counts(len(found.good), len(found.faulty), len(found.left_out))
    found.notices = notices(source, layout, columns, reader.tally, found.left_out)
    return found


def weighed(read: Reading, columns: ColumnSet, faults: Mapping[int, Sequence[Shortfall]], *, otherwise: str) -> Reading:
    """The same reading with what a feature found wrong with its rows, by row, beyond what their cells say.

    What a cell's own fault says already is not said twice. ``otherwise``: the field at whose cell a fault is shown when
    its own field has no column.
    """
    good: list[Line] = []
    faulty: list[Line] = []
    for line in read.lines:
        told = {one.key for one in line.faults}
        found = [one for one in faults.get(line.row, ()) if one.field not in told]
        said = (*line.faults, *(_shown(read.layout, columns, line.row, one, otherwise) for one in found))
        (faulty if said else good).append(replace(line, faults=said))
    counts = Counts(len(good), len(faulty), read.counts.left_out)
    return Reading(read.layout, good, faulty, read.left_out, read.notices, counts)


def _shown(layout: Layout, columns: ColumnSet, row: int, fault: Shortfall, otherwise: str) -> Said:
    heading = layout.by_key.get(fault.field) or layout.by_key[otherwise]
    label = _(columns.by_key[fault.field].label)
    return Said(fault.field, label, cells.address(heading.column, row), fault.code, fault.detail)


@dataclass(slots=True)
class Found:
    """What is said of a table: the remarks on its good lines by row, its faulty lines, and the rows that were left out."""

    remarks: dict[int, tuple[Said, ...]] = field(default_factory=dict)
    faulty: list[Line] = field(default_factory=list)
    left_out: list[tuple[int, LeftOut]] = field(default_factory=list)


def said_of(source: Source, layout: Layout, columns: ColumnSet) -> Found:
    """Of a table that was read before. What the lines hold is let go of, so that a long table takes little room."""
    found = Found()
    for one in _Reader(source, layout, columns):
        if isinstance(one, Line):
            if one.faults:
                found.faulty.append(one)
            elif one.remarks:
                found.remarks[one.row] = one.remarks
        else:
            found.left_out.append(one)
    return found


class _Reader:
    """The rows under the heading, as lines or left out."""

    def __init__(self, source: Source, layout: Layout, columns: ColumnSet) -> None:
        self.source, self.layout, self.columns = source, layout, columns
        self.fields: list[tuple[int, Field]] = [
            (one.column, columns.by_key[one.key]) for one in layout.headings if one.key
        ]
        # Without these a row is no line but perhaps a total or a note.
        telling = {one.key for one in columns.fields if one.exact} | columns.needed
        self.telling = frozenset(column for column, one in self.fields if one.key in telling)
        self.exact = frozenset(column for column, one in self.fields if one.exact)
        self.titles = frozenset(column for column, one in self.fields if one.key in columns.titles)
        self.read = frozenset(column for column, _one in self.fields)
        self.once = frozenset(column for column, one in self.fields if one.key in columns.once)
        # What lines have and the titles of parts do not: models, or where there are none quantities.
        self.marks = self.exact or self.once - self.titles
        # What decides something and is neither a model nor a name.
        self.makers = frozenset(column for column, one in self.fields if one.decides) - self.exact - self.titles
        self.further = self.read - {column for column, one in self.fields if one.key in columns.details}
        self.tally = Tally()
        self.lines = 0
        self._starts: dict[int, list[tuple[int, int, int, int]]] = {}
        for area in layout.merges:
            if area[3] > layout.heading_row:
                self._starts.setdefault(area[1], []).append(area)

    def __iter__(self) -> Iterator[Line | tuple[int, LeftOut]]:
        every = [one.column for one in self.layout.headings]
        carried: dict[int, tuple[int, Cell]] = {}
        with_exact = with_more = 0
        held: list[tuple[Row, dict[int, Cell], bool]] = []
        other = ordinal = 0
        is_line, is_first = False, self.layout.heading_row != NO_HEADING  # the row before; that it is the heading
        counted = next((column for column, one in self.fields if one.key in self.columns.titles[:1]), 0)
        for row in self.source.rows(self.layout.sheet, every):
            if row.number <= self.layout.heading_row:
                continue
            was_line, is_line = is_line, False
            if why := self._left_out(row, is_first=is_first, goes_on=self._reaches(row.number, carried)):
                is_first = is_first or why is LeftOut.HEADING
                other = 0 if why is LeftOut.HEADING else other
                yield row.number, why
                continue
            is_first = False
            words = self._heading_words(row.cells)
            other = row.number if words > 1 else other
            if words or other:
                yield self._below_another_heading(row, other or row.number)
                continue
            found = self._with_merged(row, carried)
            if not any(column in found for column, _field in self.fields):
                yield row.number, LeftOut.NOTHING
                continue
            if was_line and self._goes_on(row, found):
                is_line = True
                yield row.number, LeftOut.CONTINUED
                continue
            self.tally.merged += len(found) - len(row.cells)
            if self.titles and self.marks:
                if self.marks & found.keys():
                    with_exact += 1
                    with_more += bool((self.read - self.titles - self.exact) & row.cells.keys())
                elif not (self.read - self.titles) & row.cells.keys():
                    held.append((row, found, ordinal > 1 and nolines.ordinal_of(found.get(counted)) == ordinal))
                    ordinal = nolines.ordinal_of(found.get(counted)) + 1
                    continue
            ordinal = nolines.ordinal_of(found.get(counted)) + 1
            is_line = True
            yield self._line(row, found)
        # Number and name alone: the title of a part where lines have models and more, a line of its own where names
        # alone are usual, or where it is counted among the lines (1, 2, 3).
        parts = 3 * with_exact >= len(held) if self.exact else with_exact > len(held)
        for row, found, among in held:
            usual = 2 * with_more >= max(1, with_exact) and not among
            if parts and (usual or self._names_a_part(row)) and (self.exact or self._is_bare(row)):
                yield row.number, LeftOut.SECTION
                continue
            yield self._line(row, found)

    def _names_a_part(self, row: Row) -> bool:
        return nolines.names_a_part([row.cells[one].text for one in self.titles & row.cells.keys()])

    def _is_bare(self, row: Row) -> bool:
        """Of a list without a column of models: whether a row names a part, is not numbered, and beside its name has
        nothing but codes and amounts."""
        return (
            self._names_a_part(row)
            and not any(nolines.ordinal_of(row.cells[one]) for one in self.titles & self.once & row.cells.keys())
            and all(nolines.counts(cell) for column, cell in row.cells.items() if column not in self.titles)
        )

    def _heading_words(self, found: Mapping[int, Cell]) -> int:
        """Of a list of goods: how many cells are what columns are called, where one stands for a model or a name."""
        # Not where items are numbered: 备注 stands there before a note.
        return (
            nolines.heading_words(found, self.columns.spellings, self.telling, self.once) if self.columns.titles else 0
        )

    def _below_another_heading(self, row: Row, heading: int) -> Line:
        self._count()
        sentence = _(Fault.OTHER_HEADING.zh, row=heading)
        place = self.place(min(row.cells), row.number)
        return Line(row.number, {}, (Said("", "", place, Fault.OTHER_HEADING.value, sentence),), ())

    def _reaches(self, row: int, carried: Mapping[int, tuple[int, Cell]]) -> bool:
        """Whether what the goods are stands in a merge that reaches down to a row."""
        return any(bottom >= row for column, (bottom, _cell) in carried.items() if column in self.exact)

    def _left_out(self, row: Row, *, is_first: bool, goes_on: bool) -> LeftOut | None:
        found = row.cells
        texts = [cell.text for cell in found.values()]
        if len(found) > 1 and all(
            (one := found.get(heading.column)) is None or fold_heading(one.text) == fold_heading(heading.text)
            for heading in self.layout.headings
        ):
            return LeftOut.HEADING
        if self.columns.titles:
            if is_first and nolines.numbers_columns(found, len(self.layout.headings)):
                return LeftOut.COLUMNS
            if nolines.is_sum(found, self.exact, self.titles, self.once, self.makers):
                return LeftOut.SUBTOTAL
            if (
                not goes_on
                and not any(column in self.exact and cell.eaten is not Eaten.NOTHING for column, cell in found.items())
                and all(nolines.FOOTNOTE.fullmatch(one) or nolines.CLOSING.fullmatch(one) for one in texts)
            ):
                return LeftOut.FOOTNOTE
        elif not self.exact & found.keys() and any(
            nolines.SUBTOTAL.fullmatch(re.sub(r"\s+", "", one).casefold()) for one in texts
        ):
            return LeftOut.SUBTOTAL
        if not goes_on and all(nolines.FOOTNOTE.fullmatch(one) for one in texts):
            return LeftOut.FOOTNOTE
        if len(found) > 1 and all(nolines.RULE.fullmatch(one) for one in texts):
            return LeftOut.NOTHING
        if len(found) == 1:
            ((column, cell),) = found.items()
            wide = any(left <= column and right - left >= 2 for left, _t, right, _b in self._starts.get(row.number, ()))
            if wide or (nolines.SECTION.fullmatch(cell.text) and column not in self.exact):
                return LeftOut.SECTION
        return None

    def _with_merged(self, row: Row, carried: dict[int, tuple[int, Cell]]) -> dict[int, Cell]:
        """The row's cells, with those that a merge from above reaches down to."""
        for area in self._starts.get(row.number, ()):
            left, _top, _right, bottom = area
            if bottom > row.number and (cell := row.cells.get(left)) is not None:
                kept = Cell(cell.text, cell.eaten, cell.number, cell.day, cell.formula, shown_range(area))
                carried[left] = (bottom, kept)
        if not carried:
            return row.cells
        found = dict(row.cells)
        for column, (bottom, cell) in list(carried.items()):
            if bottom < row.number:
                del carried[column]
            elif column not in found:
                found[column] = cell
        return found

    def _goes_on(self, row: Row, found: Mapping[int, Cell]) -> bool:
        """Whether it is the same goods as the row before, by their merged cells, with more of what is told of them."""
        from_above = found.keys() - row.cells.keys()
        return bool(self.once & from_above and self.exact & from_above) and not self.further & row.cells.keys()

    def _count(self) -> None:
        self.lines += 1
        if self.lines > self.columns.most_rows:
            raise refused(Refusal.ROWS, limit=self.columns.most_rows)

    def _line(self, row: Row, found: Mapping[int, Cell]) -> Line:
        self._count()
        values: dict[str, Any] = {}
        faults: list[Said] = []
        remarks: list[Said] = []
        for column, one in self.fields:
            cell = found.get(column, cells.NOTHING)
            if not cell.text and cell.eaten is not Eaten.NO_VALUE:
                values[one.key] = None
                if one.required:
                    faults.append(self._said(one, column, row.number, Parsed(fault=Fault.REQUIRED)))
                continue
            parsed = one.parse(cell)
            if parsed.fault is not None and not one.decides:
                parsed = Parsed(remark=Remark.UNUSED, values={"fault": parsed.detail})
            if parsed.fault is not None:
                faults.append(self._said(one, column, row.number, parsed))
                continue
            values[one.key] = parsed.value
            if parsed.remark is not None:
                remarks.append(self._said(one, column, row.number, parsed))
            if cell.merged and one.decides:
                said = Parsed(remark=Remark.MERGED, values={"range": cell.merged, "shown": cell.text[:60]})
                remarks.append(self._said(one, column, row.number, said))
            if cell.formula:
                self.tally.formulas += 1
                if one.exact:
                    said = Parsed(remark=Remark.FORMULA, values={"shown": cell.text[:60]})
                    remarks.append(self._said(one, column, row.number, said))
        either = self.columns.either
        if either and not faults and not any(values.get(key) not in (None, "") for key in either):
            column = next(column for column, one in self.fields if one.key in either)
            names = _("、").join(_(self.columns.by_key[key].label) for key in self.columns.asked_for)
            sentence = _(Fault.EITHER.zh, names=names)
            faults.append(Said("", "", self.place(column, row.number), Fault.REQUIRED.value, sentence))
        if row.hidden:
            self.tally.hidden_rows.append(row.number)
        return Line(row.number, values, tuple(faults), tuple(remarks))

    def _said(self, one: Field, column: int, row: int, parsed: Parsed) -> Said:
        said = parsed.fault or parsed.remark
        assert said is not None
        where = self.place(column, row)
        return Said(one.key, _(one.label), where, said.value, parsed.detail)

    def place(self, column: int, row: int) -> str:
        return cells.address(column, row)
