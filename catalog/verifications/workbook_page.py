"""What the page of an uploaded list shows of its columns, and what a person chose for them. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from association.kernel.i18n import _
from association.workbooks.cells import letters
from association.workbooks.columns import fold_heading
from association.workbooks.layout import Layout, Source
from association.workbooks.reading import Reading
from catalog.verifications.columns import list_columns

SHOWN = 3
LONGEST_SHOWN = 40
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
    faults = [one.sentence for line in reading.faulty for one in line.faults] if reading else []
    return {
        "source": source,
        "layout": layout,
        "columns": columns_of(source, layout),
        "fields": [(one.key, _(one.label)) for one in list_columns().fields],
        "missing": [_(label) for label in layout.missing],
        "reading": reading,
        "faults": faults[:MOST_FAULTS],
        "more_faults": max(0, len(faults) - MOST_FAULTS),
    }


def columns_of(source: Source, layout: Layout) -> list[ColumnShown]:
    """The columns in order, each with what stands first below its heading."""
    below = [row for row in source.survey(layout.sheet).head if row.number > layout.heading_row][:SHOWN]
    return [
        ColumnShown(
            f"c{one.column}",
            letters(one.column),
            one.text,
            tuple(row.cells[one.column].text[:LONGEST_SHOWN] for row in below if one.column in row.cells),
            one.key,
            one.certain,
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


def by_heading(layout: Layout, chosen: Mapping[int, str]) -> dict[str, str]:
    """The same by the folded heading, as it is remembered."""
    found: dict[str, str] = {}
    for one in layout.headings:
        if key := chosen.get(one.column, ""):
            found.setdefault(fold_heading(one.text), key)
    return found
