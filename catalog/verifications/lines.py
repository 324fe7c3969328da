"""The lines of a list that came as a workbook or was pasted: what its cells say, and what that means."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from string import ascii_uppercase
from typing import Any

from association.kernel.i18n import _
from association.workbooks.layout import Layout, Source
from association.workbooks.reading import Found, Line, Reading, Said, read
from association.workbooks.words import LeftOut, Remark
from catalog.verifications import brands, meant
from catalog.verifications.columns import list_columns

# What a notice counts already.
COUNTED = meant.COUNTED | {Remark.MERGED.value, Remark.FORMULA.value}


def read_lines(source: Source, layout: Layout) -> Reading:
    """Every line. Raises Invalid when needed columns are missing or there are too many lines."""
    found = brands.parted(meant.by_the_lines_above(read(source, layout, list_columns())))
    merged = meant.notice_of_makers(found) if source.kind == "csv" else []
    return replace(found, notices=[*found.notices, *meant.notices(found), *merged])


def remarks_of(reading: Reading) -> list[Said]:
    """What was remarked of cells of the lines, but for what a notice counts already."""
    return [one for line in reading.good for one in line.remarks if one.code not in COUNTED]


def with_kept(found: Found, said: Mapping[str, Any]) -> Found:
    """What is said of a table read again, by what is kept of the first reading (``said``): the remarks that only all of its
    lines together, or the register as it was then, gave; and the rows that were at fault or left out then, however such
    rows would be read today."""
    if not (read := said.get("read")):
        return found
    told = [_told(one) for one in read["remarks"] if one["code"] in meant.CODES]
    for row, remarks in _by_row(told).items():
        found.remarks[row] = (*found.remarks.get(row, ()), *remarks)
    faulty = [Line(row, {}, tuple(faults)) for row, faults in _by_row(map(_told, read["faults"])).items()]
    left_out = [(int(one["row"]), LeftOut(one["code"])) for one in read["rows_left_out"]]
    return replace(found, faulty=faulty, left_out=left_out)


def _told(one: Mapping[str, Any]) -> Said:
    field = list_columns().by_key.get(one["column"])
    return Said(one["column"], _(field.label) if field else "", one["cell"], one["code"], one["detail"])


def _by_row(told: Iterable[Said]) -> dict[int, list[Said]]:
    rows: dict[int, list[Said]] = {}
    for one in told:
        rows.setdefault(int(one.cell.lstrip(ascii_uppercase)), []).append(one)
    return rows
