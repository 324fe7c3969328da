"""The lines of a list that came as a workbook or was pasted: what its cells say, and what that means."""

from collections.abc import Mapping
from dataclasses import replace
from string import ascii_uppercase
from typing import Any

from association.workbooks.layout import Layout, Source
from association.workbooks.reading import Found, Reading, Said, read
from association.workbooks.words import Remark
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
    """What is said of a table read again, with the remarks that only all of its lines together, or the register as it was
    then, gave: they are kept with the receipt (``said``)."""
    rows: dict[int, list[Said]] = {}
    for one in (said.get("read") or {}).get("remarks", ()):
        if one["code"] in meant.CODES:
            told = Said(one["column"], "", one["cell"], one["code"], one["detail"])
            rows.setdefault(int(told.cell.lstrip(ascii_uppercase)), []).append(told)
    return replace(
        found, remarks=found.remarks | {row: (*found.remarks.get(row, ()), *new) for row, new in rows.items()}
    )
