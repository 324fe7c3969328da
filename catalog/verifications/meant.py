"""What the lines of a list mean beyond what their cells say: what stands in the line above (同上), and what the whole list
shows. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from association.kernel.i18n import N_, _
from association.kernel.terms import Term
from association.workbooks.cells import address
from association.workbooks.reading import Line, Reading, Said
from association.workbooks.words import LeftOut, Remark
from catalog.verifications.blanks import AsAbove
from catalog.verifications.columns import list_columns
from catalog.vocabulary import EvidenceKind

# Whatever says whose product it is, or which.
MAKERS = ("manufacturer", "manufacturer_uscc", "brand", "number")
MOST_NAMED = 12
# Rows that part one piece of a list from the next: nothing below them is as above them.
PARTING = frozenset({LeftOut.SECTION, LeftOut.HEADING, LeftOut.SUBTOTAL})


class Meant(Term):
    """What is remarked of a cell that only the lines around it, or the register, explain."""

    AS_ABOVE = "as_above", N_("“{shown}”按上一行（第{row}行）读取为“{value}”")
    NOTHING_ABOVE = "nothing_above", N_("“{shown}”，但上面没有可以照用的内容，按没有填写读取")

    PARTED = "brand_parted", N_("读作品牌“{brand}”、型号“{model}”")
    NOT_PARTED = "brand_not_parted", N_("“{shown}”不以登记簿中的品牌开头，整格读作型号")


# What a notice counts, so that the rest is seen.
COUNTED = frozenset({Remark.NOTHING.value, Meant.AS_ABOVE.value, Meant.PARTED.value})
CODES = frozenset(one.value for one in Meant)

Values = Mapping[str, Any]


def remark(reading: Reading, key: str, row: int, code: Meant, /, **values: Any) -> Said:
    """A remark on the cell of the field ``key`` in a row."""
    label = _(list_columns().by_key[key].label)
    return Said(key, label, address(reading.layout.by_key[key].column, row), code.value, _(code.zh, **values))


def by_the_lines_above(reading: Reading) -> Reading:
    """The same reading with every 同上 read as what stands above it in the same part of the list, else as nothing."""
    if not any(isinstance(value, AsAbove) for line in reading.lines for value in line.values.values()):
        return reading
    good: list[Line] = []
    faulty: list[Line] = []
    above: Line | None = None
    for line in _in_order(reading):
        if line is None:
            above = None
            continue
        resolved = _resolved(reading, line, above)
        (faulty if resolved.faults else good).append(resolved)
        above = resolved
    moved = len(faulty) - len(reading.faulty)
    counts = replace(reading.counts, good=reading.counts.good - moved, faulty=reading.counts.faulty + moved)
    return replace(reading, good=good, faulty=faulty, counts=counts)


def _in_order(reading: Reading) -> Iterator[Line | None]:
    """The lines, and ``None`` where a part of the list ends."""
    parted = [(row, None) for row, why in reading.left_out if why in PARTING]
    lines: list[tuple[int, Line | None]] = [(line.row, line) for line in reading.lines]
    for _row, line in sorted([*lines, *parted], key=lambda one: one[0]):
        yield line


def _resolved(reading: Reading, line: Line, above: Line | None) -> Line:
    asked = {key: value for key, value in line.values.items() if isinstance(value, AsAbove)}
    if not asked:
        return line
    values, remarks, faults = dict(line.values), list(line.remarks), list(line.faults)
    wrong = {one.key: one for one in above.faults} if above is not None else {}
    for key, mark in asked.items():
        if key in wrong:
            # As a cell that could not be read.
            cell = address(reading.layout.by_key[key].column, line.row)
            values[key] = None
            faults.append(replace(wrong[key], cell=cell))
            continue
        value = above.values.get(key) if above is not None else None
        values[key] = value
        if above is None or value in (None, ""):
            remarks.append(remark(reading, key, line.row, Meant.NOTHING_ABOVE, shown=mark.said))
        else:
            shown = _shown(key, value)
            remarks.append(remark(reading, key, line.row, Meant.AS_ABOVE, shown=mark.said, row=above.row, value=shown))
    return replace(line, values=values, remarks=tuple(remarks), faults=tuple(faults))


def _shown(key: str, value: Any) -> str:
    if key == "proof_kind":
        return EvidenceKind(value).label
    return value.isoformat() if isinstance(value, date) else str(value)[:60]


def without_makers(reading: Reading) -> list[int]:
    """The rows that name no maker below one that does: as of cells that were merged, which csv and what is copied from a
    sheet have in the first row only."""
    found: list[int] = []
    above = False
    for line in _in_order(reading):
        if line is None:
            above = False
        elif line.values.get("manufacturer"):
            above = True
        elif above and not line.faults and line.values.get("model") and not any(line.values.get(key) for key in MAKERS):
            found.append(line.row)
    return found


def notice_of_makers(reading: Reading) -> list[tuple[str, str]]:
    """That makers are missing below others, where it may be for merged cells."""
    if not (rows := without_makers(reading)):
        return []
    shown = _("、").join(map(str, rows[:MOST_NAMED]))
    named = shown if len(rows) <= MOST_NAMED else _("{names}等", names=shown)
    sentence = _(
        "{count}行没有生产企业，而上面的行有：第{rows}行。原来若是合并单元格，粘贴和csv只带出第一行的内容；请把生产企业填到每一行，或上传xlsx文件。",
        count=len(rows),
        rows=named,
    )
    return [("makers_missing", sentence)]


def notices(reading: Reading) -> list[tuple[str, str]]:
    """How many cells were read as empty, and how many as those above them."""
    found: list[tuple[str, str]] = []
    for code, sentence in (
        (Remark.NOTHING, N_("{count}格写的是“/”“无”“待定”之类（{names}），按没有填写读取。")),
        (Meant.AS_ABOVE, N_("{count}格写的是“同上”之类（{names}），按上一行读取。")),
        (Meant.PARTED, N_("{count}格同时写有品牌和型号（{names}），已分开读取。")),
    ):
        said = Counter(one.label for line in reading.good for one in line.remarks if one.code == code)
        if said:
            found.append((code.value, _(sentence, count=said.total(), names=_("、").join(said))))
    return found
