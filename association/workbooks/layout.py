"""Where in somebody's file the table stands: sheet, heading row, which column is which. Pure: bytes in, findings out."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from association.kernel.i18n import _
from association.workbooks import csvs, package
from association.workbooks.cells import Cell
from association.workbooks.columns import ColumnSet, Heading, fold_heading, mapped, recognise, set_of_headings
from association.workbooks.package import SheetPart
from association.workbooks.sheets import HEAD_ROWS, Area, Row, Survey, Workbook
from association.workbooks.words import Refusal, refused

FEWEST_HEADINGS = 2


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
    ) -> Layout:
        """Find the table: in the sheet named, or in the likeliest; columns as recognised, or as ``chosen``
        (folded heading: key) says.

        Raises Invalid when no row looks like a heading. What is missing then stands in the layout.
        """
        if sheet is not None and all(one.name != sheet for one in self.sheets):
            raise refused(Refusal.NO_SHEET, field="sheet", sheet=sheet[:31])
        best: tuple[tuple[int, ...], Layout] | None = None
        for one in self.sheets:
            if sheet is not None and one.name != sheet:
                continue
            found = _in_sheet(one, self.survey(one), columns, chosen, heading_row)
            if found is None:
                continue
            known = sum(heading.certain for heading in found.headings if heading.key)
            worth = (int(found.is_complete), int(not one.hidden), known, found.rows, -one.index)
            if best is None or worth > best[0]:
                best = (worth, found)
        if best is None:
            raise no_table(columns)
        return best[1]


def no_table(columns: ColumnSet) -> Exception:
    """The refusal of a file without a heading row."""
    names = [columns.by_key[key].label for key in sorted(columns.needed, key=list(columns.by_key).index)]
    return refused(Refusal.NO_TABLE, rows=HEAD_ROWS, names=_("、").join(_(name) for name in names[:4]))


def _in_sheet(
    sheet: SheetPart, survey: Survey, columns: ColumnSet, chosen: Mapping[str, str] | None, heading_row: int | None
) -> Layout | None:
    best: tuple[tuple[int, ...], Row, tuple[Heading, ...]] | None = None
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
        worth = (int(columns.satisfied_by(known)), certain, len(known), len(headings) if not known else 0, -place)
        if best is None or worth > best[0]:
            best = (worth, row, found)
    if best is None:
        return None
    _worth, row, found = best
    if chosen is not None:
        found = mapped(columns, [(one.column, one.text) for one in found], chosen)
    above = [one for one in survey.head if one.number < row.number]
    keys = {one.key for one in found if one.key}
    missing = [one.label for one in columns.fields if one.required and one.key not in keys]
    if columns.either and not keys & set(columns.either):
        missing += [columns.by_key[key].label for key in columns.either]
    return Layout(
        sheet,
        row.number,
        found,
        tuple(missing),
        survey.rows - len(above) - 1,
        tuple(survey.merges),
        frozenset(survey.hidden_columns),
        len(above),
    )


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
    return bool(cell.text) and len(cell.text) <= 80 and bool(fold_heading(cell.text)) and cell.number is None
