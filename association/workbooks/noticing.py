"""What is noticed of a table as a whole: which sheet, what is hidden, what was left out, which columns are not used. Pure."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from association.kernel.i18n import _
from association.workbooks import cells
from association.workbooks.columns import ColumnSet, Heading, fold_heading
from association.workbooks.layout import NO_HEADING, Layout, Source
from association.workbooks.words import LeftOut, Notice

NAMED_AT_MOST = 12


@dataclass(slots=True)
class Tally:
    """What was counted while the lines were read."""

    hidden_rows: list[int] = field(default_factory=list)
    formulas: int = 0
    merged: int = 0


def notices(
    source: Source, layout: Layout, columns: ColumnSet, tally: Tally, left_out: Sequence[tuple[int, LeftOut]]
) -> list[tuple[str, str]]:
    """Code and sentence of each."""
    alike = Counter(fold_heading(one.text) for one in layout.headings)
    found: list[tuple[Notice, dict[str, Any]]] = []
    if len(source.sheets) > 1:
        found.append((Notice.SHEET, {"count": len(source.sheets), "sheet": layout.sheet.name}))
        tables, rest = source.other_sheets(columns, layout)
        if tables:
            names = [_("“{sheet}”（{count}行）", sheet=name[:31], count=count) for name, count in tables]
            found.append((Notice.OTHER_LISTS, {"names": _names(names)}))
        if rest:
            found.append((Notice.OTHER_SHEETS, {"names": _names(rest)}))
    if layout.sheet.hidden:
        found.append((Notice.HIDDEN_SHEET, {"sheet": layout.sheet.name}))
    if source.kind == "csv":
        sign = _("制表符") if source.delimiter == "\t" else source.delimiter
        found.append((Notice.ENCODING, {"encoding": source.encoding, "delimiter": sign}))
        found.append((Notice.CSV_NUMBERS, {}))
    if layout.heading_row == NO_HEADING:
        found.append((Notice.NO_HEADINGS, {}))
    if layout.rows_above:
        found.append((Notice.TITLE_ROWS, {"row": layout.heading_row, "count": layout.rows_above}))
    if source.has_external_links:
        found.append((Notice.EXTERNAL, {}))
    hidden = [_called(one, alike) for one in layout.headings if one.key and one.column in layout.hidden_columns]
    if hidden:
        found.append((Notice.HIDDEN_COLUMNS, {"names": _names(hidden)}))
    if tally.hidden_rows:
        rows = _names([str(one) for one in tally.hidden_rows])
        found.append((Notice.HIDDEN_ROWS, {"count": len(tally.hidden_rows), "rows": rows}))
    if tally.formulas:
        found.append((Notice.FORMULAS, {"count": tally.formulas}))
    if tally.merged:
        found.append((Notice.MERGES, {"count": tally.merged}))
    for why in LeftOut:
        rows_left = [str(row) for row, its in left_out if its is why]
        if rows_left:
            values = {"count": len(rows_left), "why": why.label, "rows": _names(rows_left)}
            found.append((Notice.LEFT_OUT, values))
    repeated = [_called(one, alike) for one in layout.headings if one.repeated]
    if repeated:
        found.append((Notice.REPEATED_COLUMNS, {"names": _names(repeated)}))
    bare = layout.heading_row == NO_HEADING
    unknown = [
        _("{letters}列", letters=one.text) if bare else _called(one, alike)
        for one in layout.headings
        if not one.key and not one.repeated
    ]
    # What stands below no heading at all: as far as the first rows show.
    headed = {one.column for one in layout.headings}
    below = {one for row in source.survey(layout.sheet).head if row.number > layout.heading_row for one in row.cells}
    unknown += [_("{letters}列（没有列名）", letters=cells.letters(one)) for one in sorted(below - headed)]
    if unknown:
        found.append((Notice.UNKNOWN_COLUMNS, {"names": _names(unknown)}))
    return [(notice.value, _(notice.zh, **values)) for notice, values in found]


def _called(one: Heading, alike: Counter[str]) -> str:
    """A column by its heading; where others have the same, by its letters too."""
    if alike[fold_heading(one.text)] == 1:
        return one.text
    return _("{name}（{letters}列）", name=one.text[:50], letters=cells.letters(one.column))


def _names(names: list[str]) -> str:
    shown = _("、").join(one[:60] for one in names[:NAMED_AT_MOST])
    return shown if len(names) <= NAMED_AT_MOST else _("{names}等", names=shown)
