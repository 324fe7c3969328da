"""What the page of an uploaded list shows of its columns, and what a person chose for them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from association.kernel.actors import Actor
from association.kernel.errors import Invalid
from association.kernel.i18n import _
from association.workbooks.cells import letters
from association.workbooks.layout import NO_HEADING, Layout, Source
from association.workbooks.reading import Reading
from catalog.verifications.columns import list_columns
from catalog.verifications.lines import remarks_of
from catalog.verifications.workbooks import doubtful_columns, is_pasted, notices_of, open_list, told

SHOWN = 3
LONGEST_SHOWN = 40
MOST_NAMED = 4
MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class ColumnShown:
    """A column of the sheet: the form's field for it, its letters, heading, first contents, what it is taken for."""

    name: str
    letters: str
    heading: str
    samples: tuple[str, ...]
    key: str
    certain: bool


def shown(source: Source, layout: Layout, reading: Reading | None) -> dict[str, Any]:
    """What the page shows of a workbook: its columns and what they may be, what is missing, every fault."""
    pasted = is_pasted(source)
    faults = [told(one, pasted=pasted) for line in reading.faulty for one in line.faults] if reading else []
    remarks = remarks_of(reading) if reading else []
    return {
        "source": source,
        "layout": layout,
        "columns": columns_of(source, layout),
        "fields": [(one.key, _(one.label)) for one in list_columns().fields],
        "guessed": not layout.recognised,
        "doubtful": doubtful_columns(layout) if layout.recognised else [],
        "heading_rows": heading_rows(source, layout),
        "was": f"{layout.heading_row}|{layout.sheet.name}",
        "remarks": [told(one, pasted=pasted) for one in remarks[:MOST_FAULTS]],
        "more_remarks": max(0, len(remarks) - MOST_FAULTS),
        "missing": [_(label) for label in layout.missing],
        "reading": reading,
        "notices": notices_of(source, reading) if reading else [],
        "pasted": pasted,
        "faults": faults[:MOST_FAULTS],
        "more_faults": max(0, len(faults) - MOST_FAULTS),
    }


def heading_rows(source: Source, layout: Layout) -> list[tuple[str, str]]:
    """The rows that may be the heading, each by its first contents; and that there is none."""
    found = [(str(NO_HEADING), _("没有表头行"))]
    for row in source.survey(layout.sheet).head:
        first = [cell.text[:12] for _column, cell in sorted(row.cells.items())][:MOST_NAMED]
        found.append((str(row.number), _("第{row}行：{names}", row=row.number, names=_("、").join(first))))
    return found


def columns_of(source: Source, layout: Layout) -> list[ColumnShown]:
    """The columns in order, each with what stands first below its heading."""
    below = [row for row in source.survey(layout.sheet).head if row.number > layout.heading_row][:SHOWN]
    return [
        ColumnShown(
            f"c{one.column}",
            letters(one.column),
            one.text if layout.heading_row != NO_HEADING else "",
            tuple(row.cells[one.column].text[:LONGEST_SHOWN] for row in below if one.column in row.cells),
            one.key,
            one.certain and layout.recognised,
        )
        for one in layout.headings
    ]


def chosen_in(given: Mapping[str, str]) -> dict[int, str] | None:
    """What was chosen for each column (``c3=model``); ``None`` when nothing was said of any."""
    found = {
        int(name[1:]): str(value)
        for name, value in given.items()
        if name[:1] == "c" and 2 <= len(name) <= 6 and name[1:].isascii() and name[1:].isdigit()
    }
    return found or None


def heading_in(given: Mapping[str, str]) -> int | None:
    """The heading row that was chosen; ``None`` when nothing was said of it."""
    text = given.get("heading", "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 7 else None


def shown_before(given: Mapping[str, str]) -> tuple[str, int] | None:
    """The sheet and the heading row of which the page showed the columns that a form speaks of."""
    row, mark, sheet = given.get("was", "").partition("|")
    return (sheet[:255], int(row)) if mark and row.isascii() and row.isdigit() and len(row) <= 7 else None


def by_heading(layout: Layout, chosen: Mapping[int, str]) -> dict[str, str]:
    """The same by the words that a choice is remembered by."""
    return {word: key for column, word in layout.words.items() if (key := chosen.get(column, ""))}


def laid_out(content: bytes, given: Mapping[str, str], *, actor: Actor) -> tuple[Source, Layout, bool]:
    """Where in the workbook the list stands by what was chosen on its page, and whether that is the sheet and the heading
    row that the page showed: what was said of the columns of others counts for nothing."""
    sheet = given.get("sheet", "")[:255] or None
    shown = shown_before(given)
    row = heading_in(given)
    if shown is not None and shown[0] != sheet:
        row = None
    try:
        source, layout = open_list(content, actor=actor, sheet=sheet, heading_row=row)
    except Invalid:
        # Perhaps there is no such row.
        source, layout = open_list(content, actor=actor, sheet=sheet)
    same = shown is None or shown == (layout.sheet.name, layout.heading_row)
    chosen = chosen_in(given)
    if chosen is not None and same:
        choice = by_heading(layout, chosen)
        layout = source.lay_out(list_columns(), sheet=layout.sheet.name, chosen=choice, heading_row=layout.heading_row)
    return source, layout, same
