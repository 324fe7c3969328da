"""Where in somebody's file the table stands: sheet, heading row, which column is which. Pure: bytes in, findings out."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from association.kernel.errors import Invalid
from association.kernel.i18n import _
from association.workbooks import csvs, package
from association.workbooks.cells import Cell, Eaten, letters
from association.workbooks.columns import (
    ColumnSet,
    Heading,
    fold_heading,
    heading_keys,
    mapped,
    recognise,
    set_of_headings,
)
from association.workbooks.package import SheetPart
from association.workbooks.sheets import HEAD_ROWS, Area, Row, Survey, Workbook
from association.workbooks.words import Refusal, refused

FEWEST_HEADINGS = 2
LONGEST_FORM = 12  # rows of label and value above a list
NO_HEADING = 0  # the heading row of a table that has none: its columns are called by their letters


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the table stands in a sheet, and what its columns are taken for."""

    sheet: SheetPart
    heading_row: int
    headings: tuple[Heading, ...]
    missing: tuple[str, ...]  # labels of needed fields without a column (source texts)
    rows: int  # rows with content below the heading
    merges: tuple[Area, ...] = ()
    hidden_columns: frozenset[int] = frozenset()
    rows_above: int = 0
    recognised: bool = True  # by its words; else a guess at the heading row, whose columns are for a person to say

    @property
    def is_complete(self) -> bool:
        """Whether lines can be read from it."""
        return not self.missing

    @property
    def is_certain(self) -> bool:
        """Whether no column was taken for a field by likeness only."""
        return all(one.certain for one in self.headings)

    @property
    def by_key(self) -> dict[str, Heading]:
        return {one.key: one for one in self.headings if one.key}

    @property
    def words(self) -> dict[int, str]:
        """By which word a choice names each column."""
        return heading_keys([(one.column, one.text) for one in self.headings])

    @property
    def mark(self) -> str:
        """The mark of its set of headings, under which a mapping is remembered."""
        return set_of_headings([(one.column, one.text) for one in self.headings])


class Source:
    """An opened file, xlsx or csv. Raises Invalid when it cannot be read."""

    def __init__(self, content: bytes, *, most_columns: int = 256) -> None:
        self.content = content
        self.most_columns = most_columns
        self.encoding = self.delimiter = ""
        self.workbook: Workbook | None = None
        if len(content) > package.LARGEST_FILE:
            raise refused(Refusal.TOO_LARGE, part=f"{package.LARGEST_FILE >> 20} MB")
        self.kind = package.kind_of(content)
        if self.kind == "xlsx":
            self.workbook = Workbook(content)
            self.sheets = self.workbook.sheets
        else:
            self._text, self.encoding = csvs.decode(content)
            self.delimiter = csvs.delimiter_of(self._text)
            self.sheets = (SheetPart(0, "csv", False, ""),)
        self._surveys: dict[int, Survey] = {}

    @property
    def has_external_links(self) -> bool:
        return self.workbook is not None and self.workbook.package.has_external_links

    def survey(self, sheet: SheetPart) -> Survey:
        """The sheet seen through once; kept."""
        if sheet.index not in self._surveys:
            if self.workbook is not None:
                found = self.workbook.survey(sheet, most_columns=self.most_columns)
            else:
                found = Survey(sheet.name)
                for row in csvs.rows_of(self._text, self.delimiter, most_columns=self.most_columns):
                    found.rows += 1
                    found.last_row = row.number
                    found.columns.update(row.cells)
                    if len(found.head) < HEAD_ROWS:
                        found.head.append(row)
            self._surveys[sheet.index] = found
        return self._surveys[sheet.index]

    def rows(self, sheet: SheetPart, columns: Sequence[int]) -> Iterator[Row]:
        """The rows that hold something in one of ``columns``."""
        if self.workbook is not None:
            yield from self.workbook.rows(sheet, columns)
            return
        wanted = frozenset(columns)
        for row in csvs.rows_of(self._text, self.delimiter, most_columns=self.most_columns):
            found = {column: cell for column, cell in row.cells.items() if column in wanted}
            if found:
                yield Row(row.number, found)

    def lay_out(
        self,
        columns: ColumnSet,
        *,
        sheet: str | None = None,
        chosen: Mapping[str, str] | None = None,
        heading_row: int | None = None,
        bare: bool = False,
    ) -> Layout:
        """Find the table: in the sheet named, or in the likeliest; columns as recognised, or as ``chosen``
        (``Layout.words``: key) says. ``heading_row`` as somebody says, ``NO_HEADING`` when there is none; ``bare`` is for
        callers whose page asks what the columns of a table without any are.

        A row that only resembles a heading is none: nothing is read from it unless somebody says what its columns are.
        Raises Invalid when there is nothing in the file, or no such sheet or row. What is missing stands in the layout.
        """
        if sheet is not None and all(one.name != sheet for one in self.sheets):
            raise refused(Refusal.NO_SHEET, field="sheet", sheet=sheet[:31])
        best: tuple[tuple[int, ...], Layout] | None = None
        for one in self.sheets:
            if sheet is not None and one.name != sheet:
                continue
            found = _in_sheet(one, self.survey(one), columns, chosen, heading_row, bare=bare)
            if found is None:
                continue
            known = sum(heading.certain for heading in found.headings if heading.key)
            worth = (int(found.is_complete), int(not one.hidden), known, found.rows, -one.index)
            if best is None or worth > best[0]:
                best = (worth, found)
        if best is None:
            nothing = not any(self.survey(one).head for one in self.sheets if sheet in (None, one.name))
            raise refused(Refusal.EMPTY) if nothing else no_table(columns)
        return best[1]

    def other_sheets(self, columns: ColumnSet, layout: Layout) -> tuple[list[tuple[str, int]], list[str]]:
        """The sheets that hold something and are not the one of ``layout``: those that look like such a table, with
        their rows, and the names of the rest."""
        tables: list[tuple[str, int]] = []
        rest: list[str] = []
        for one in self.sheets:
            if one.index == layout.sheet.index:
                continue
            try:
                survey = self.survey(one)
                found = _in_sheet(one, survey, columns, None, None)
            except Invalid:
                # It is not the one that was asked for: that it cannot be read is no fault of that one.
                rest.append(one.name)
                continue
            if found is not None and found.is_complete and found.rows > 0:
                tables.append((one.name, found.rows))
            elif survey.rows:
                rest.append(one.name)
        return tables, rest


def no_table(columns: ColumnSet, layout: Layout | None = None) -> Invalid:
    """The refusal of a file without a heading row, or without the columns that are needed."""
    names = [
        columns.by_key[key].label for key in sorted(columns.needed - columns.unasked, key=list(columns.by_key).index)
    ]
    if layout is not None and layout.recognised and layout.heading_row != NO_HEADING:
        missing = _("、").join(_(name) for name in layout.missing)
        return refused(Refusal.NO_COLUMN, row=layout.heading_row, names=missing)
    return refused(Refusal.NO_TABLE, rows=HEAD_ROWS, names=_("、").join(_(name) for name in names[:4]))


def _in_sheet(
    sheet: SheetPart,
    survey: Survey,
    columns: ColumnSet,
    chosen: Mapping[str, str] | None,
    heading_row: int | None,
    *,
    bare: bool = False,
) -> Layout | None:
    if not survey.head:
        return None
    if heading_row == NO_HEADING:
        return _layout(sheet, survey, columns, NO_HEADING, _by_letters(survey), chosen)
    found_rows: list[_HeadingRow] = []
    likely: tuple[tuple[int, ...], Row, tuple[Heading, ...]] | None = None
    for place, row in enumerate(survey.head):
        if heading_row is not None and row.number != heading_row:
            continue
        headings = _headings(row, survey)
        found = recognise(columns, headings)
        known = {one.key for one in found if one.key}
        exactly = {one.key for one in found if one.key and one.certain}
        if len(headings) < FEWEST_HEADINGS and heading_row is None and not columns.satisfied_by(exactly):
            # A title, unless it is the heading of a table of one column.
            continue
        certain = sum(one.certain for one in found if one.key)
        data = sum(_is_data(cell) for column, cell in row.cells.items() if not _names_one(found, column))
        if heading_row is None and not (certain if not data else certain >= max(2, data) and exactly & columns.needed):
            # It only resembles a heading. Of such rows the widest without numbers, models and firms is offered.
            width = (len(headings), -place)
            if not data and len(headings) == len(row.cells) and (likely is None or width > likely[0]):
                likely = (width, row, tuple(Heading(one.column, one.text) for one in found))
            continue
        worth = (int(columns.satisfied_by(known)), certain, len(known), len(headings) if not known else 0, -place)
        complete = columns.satisfied_by(exactly) and certain >= FEWEST_HEADINGS
        found_rows.append(_HeadingRow(row, found, worth, complete))
    if found_rows:
        best = _heading_of(found_rows, survey) if columns.titles else max(found_rows, key=lambda one: one.worth)
        return _layout(sheet, survey, columns, best.row.number, best.found, chosen)
    if likely is not None:
        return _layout(sheet, survey, columns, likely[1].number, likely[2], chosen, recognised=False)
    if not bare or heading_row is not None:
        return None
    return _layout(sheet, survey, columns, NO_HEADING, _by_letters(survey), chosen, recognised=False)


@dataclass(frozen=True, slots=True)
class _HeadingRow:
    """A row that may be the heading, by its words."""

    row: Row
    found: tuple[Heading, ...]
    worth: tuple[int, ...]
    complete: bool  # lines can be read by what it surely names

    @property
    def words(self) -> list[int]:
        """The columns of its own cells that surely name a field."""
        return [one.column for one in self.found if one.key and one.certain and one.column in self.row.cells]


def _heading_of(rows: Sequence[_HeadingRow], survey: Survey) -> _HeadingRow:
    """Of a list of goods: the row that is the heading.

    Of several tables one below the other the first, as what stands between two headings are lines and no titles. But the
    head of a form (项目名称 | … | 日期 | …) is no table, and a heading may take several rows.
    """
    rows = [one for one in rows if not _is_form_head(one, rows, survey)]
    best = max(rows, key=lambda one: one.worth)
    complete = [one for one in rows if one.complete]
    if not complete:
        return best
    first = complete[0]
    for one in complete[1:]:
        if _reaches(first, one, survey):
            first = one
    between = range(first.row.number + 1, best.row.number)
    return first if any(one.number in between and len(one.cells) >= FEWEST_HEADINGS for one in survey.head) else best


def _reaches(first: _HeadingRow, other: _HeadingRow, survey: Survey) -> bool:
    """Whether a heading of the first row goes down to the other by a merge: then both are rows of one heading."""
    named = {one.column for one in first.found if one.key and one.certain}
    return any(
        left in named and left == right and top <= first.row.number and other.row.number <= bottom
        for left, top, right, bottom in survey.merges
    )


def _is_form_head(one: _HeadingRow, rows: Sequence[_HeadingRow], survey: Survey) -> bool:
    """Whether a row says label and value by turns, above a heading that names more: no two of the words that it shares
    with headings stand side by side, and down to that heading nothing below them is what stands below headings."""
    if not _by_turns(one, survey):
        return False
    number = one.row.number
    heading = next(
        (it for it in rows if it.row.number > number and it.complete and not _by_turns(it, survey)),
        None,
    )
    if heading is None or len(heading.words) <= len(one.words):
        return False
    between = [row for row in survey.head if number < row.number < heading.row.number]
    return len(between) <= LONGEST_FORM and not any(
        _is_data(row.cells[column]) for row in between for column in one.words if column in row.cells
    )


def _by_turns(one: _HeadingRow, survey: Survey) -> bool:
    ends = {left: right for left, top, right, _bottom in survey.merges if top == one.row.number}
    words = one.words
    return len(words) > 1 and all(after > ends.get(word, word) + 1 for word, after in pairwise(words))


def _layout(
    sheet: SheetPart,
    survey: Survey,
    columns: ColumnSet,
    heading_row: int,
    found: tuple[Heading, ...],
    chosen: Mapping[str, str] | None,
    *,
    recognised: bool = True,
) -> Layout:
    if chosen is not None:
        found = mapped(columns, [(one.column, one.text) for one in found], chosen)
    above = [one for one in survey.head if one.number < heading_row]
    keys = {one.key for one in found if one.key}
    missing = [one.label for one in columns.fields if one.required and one.key not in keys]
    if columns.either and not keys & set(columns.either):
        missing += [columns.by_key[key].label for key in columns.asked_for]
    return Layout(
        sheet,
        heading_row,
        found,
        tuple(missing),
        survey.rows - len(above) - (heading_row != NO_HEADING),
        tuple(survey.merges),
        frozenset(survey.hidden_columns),
        len(above),
        recognised,
    )


def _by_letters(survey: Survey) -> tuple[Heading, ...]:
    """The columns of a table without headings."""
    return tuple(Heading(column, letters(column)) for column in sorted(survey.columns))


def _names_one(found: Sequence[Heading], column: int) -> bool:
    return any(one.column == column and one.key and one.certain for one in found)


_FIRM = re.compile(r"公司|集团|研究所|研究院|.{3}厂$|\b(?:co|ltd|inc|gmbh|corp|llc)\b", re.IGNORECASE)
# A number with or without a unit, a day, a code of letters and digits.
_CODE = re.compile(r"[\d.,]+\s*\w{0,3}|\d{1,4}[-/.年月]\d.*|(?=[!-~]*\d)(?=[!-~]*[A-Z])[!-~]{3,}", re.IGNORECASE)


def _is_data(cell: Cell) -> bool:
    """Whether it is what stands below headings: a number, a day, a model, a registration number, a firm."""
    if cell.eaten is not Eaten.NOTHING or cell.number is not None:
        return True
    text = unicodedata.normalize("NFKC", cell.text)
    return bool(_FIRM.search(text) or _CODE.fullmatch(text))


def _headings(row: Row, survey: Survey) -> list[tuple[int, str]]:
    """The texts of a heading row; where a heading of the row above reaches down into it by a merge, that one's."""
    found = {column: cell.text for column, cell in row.cells.items() if _is_heading(cell)}
    for left, top, right, bottom in survey.merges:
        if top < row.number <= bottom and left == right and left not in found:
            above = next((one for one in survey.head if one.number == top), None)
            if above is not None and left in above.cells:
                found[left] = above.cells[left].text
    return sorted(found.items())


def _is_heading(cell: Cell) -> bool:
    return bool(cell.text) and len(cell.text) <= 80 and bool(fold_heading(cell.text)) and cell.eaten is Eaten.NOTHING
