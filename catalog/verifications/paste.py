"""A list as it is pasted from a spreadsheet: cells apart by tabs, a heading if there is one. Pure."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, cast

from association.kernel.errors import Invalid, Shortfall
from association.kernel.i18n import _
from association.kernel.numbers import compact, narrow, read_registration_number, uscc_fault
from association.workbooks.columns import recognise
from catalog.verifications.columns import list_columns
from catalog.verifications.receipts import MOST_LINES
from catalog.verifications.rules import Question
from catalog.verifications.service import AskedLine

LONGEST = {
    "ref": 80, "number": 80, "manufacturer": 200, "manufacturer_uscc": 40, "brand": 200, "model": 120, "name": 200,
    "category": 60, "subtype": 60, "quantity": 40,
}  # fmt: skip
MOST_FAULTS = 50

_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", re.ASCII)
_FIRM = re.compile(r"公司|厂$|集团|研究所|\b(?:co|ltd|inc|gmbh|corp|llc|ag)\b\.?", re.IGNORECASE)
_QUANTITY = re.compile(r"\d{1,6}(?:\.\d+)? ?(?:台|个|只|套|件|块|支|把|樘|米|m|pcs)?", re.IGNORECASE)


def read(text: str) -> list[AskedLine]:
    """The lines of ``text``. A first row that names columns says what they are; else each cell is told by its look.

    Raises Invalid at ``list`` with every fault, each naming its row.
    """
    rows = [(place, _cells(row)) for place, row in enumerate(text.splitlines(), 1)]
    rows = [(place, cells) for place, cells in rows if any(cells)]
    columns = headings(rows[0][1]) if rows else {}
    if columns:
        rows = rows[1:]
    if not rows:
        raise Invalid(_("清单中没有内容。"), [Shortfall("list", "no_lines", _("请粘贴清单，至少要有一行。"))])
    if len(rows) > MOST_LINES:
        sentence = _("清单有{count}行，最多{limit}行，请分开核验。", count=len(rows), limit=MOST_LINES)
        raise Invalid(sentence, [Shortfall("list", "too_many", sentence)])
    lines, found = [], []
    for place, cells in rows:
        said = _by_columns(cells, columns) if columns else by_look(cells)
        line, faults = _line(said)
        lines.append(line)
        found += [
            Shortfall("list", code, _("第{row}行：{fault}", row=place, fault=sentence)) for code, sentence in faults
        ]
    if found:
        more = len(found) - MOST_FAULTS
        shown = found[:MOST_FAULTS]
        if more > 0:
            shown.append(Shortfall("list", "more", _("另有{count}处。", count=more)))
        raise Invalid(_("清单中有{count}处需要改正。", count=len(found)), shown)
    return lines


def _cells(row: str) -> list[str]:
    return [" ".join(cell.strip().strip('"').split()) for cell in row.split("\t")]


def headings(cells: Sequence[str]) -> dict[int, str]:
    """What each column is, when ``cells`` are headings: none when they are not."""
    said = recognise(list_columns(), list(enumerate(cells)))
    found = {one.column: one.key for one in said if one.certain and one.key in (*LONGEST, "on", "made_on")}
    return found if {"number", "model", "name"} & set(found.values()) else {}


def _by_columns(cells: Sequence[str], columns: Mapping[int, str]) -> dict[str, str]:
    return {name: cells[place] for place, name in columns.items() if place < len(cells) and cells[place]}


def by_look(cells: Sequence[str]) -> dict[str, str]:
    """What the cells of a row without headings are, told by how they look."""
    said: dict[str, str] = {}

    def put(name: str, cell: str) -> None:
        said.setdefault(name, cell)

    rest = []
    for cell in cells:
        code = compact(cell)
        if not cell:
            continue
        if read_registration_number(cell).number is not None:
            put("number", cell)
        elif len(code) == 18 and uscc_fault(code) is None:
            put("manufacturer_uscc", cell)
        elif _DATE.fullmatch(cell):
            put("on" if "on" not in said else "made_on", cell)
        elif _FIRM.search(cell):
            put("manufacturer", cell)
        else:
            rest.append(cell)
    for cell in rest:
        coded = any(sign.isascii() and sign.isalnum() for sign in narrow(cell))
        if _QUANTITY.fullmatch(cell) and len(rest) > 1 and "quantity" not in said and "model" in said:
            put("quantity", cell)
        elif coded and "model" not in said:
            put("model", cell)
        elif not coded and "name" not in said:
            put("name", cell)
        elif "brand" not in said:
            put("brand", cell)
    return said


def _line(said: dict[str, str]) -> tuple[AskedLine, list[tuple[str, str]]]:
    faults: list[tuple[str, str]] = []
    days: dict[str, date | None] = {}
    for name in ("on", "made_on"):
        text = said.pop(name, "")
        days[name] = _day(text) if text else None
        if text and days[name] is None:
            faults.append(("date", _("“{said}”不是日期，请写成2026-03-01的样子", said=text[:40])))
    for name, text in said.items():
        if len(text) > LONGEST[name]:
            faults.append(("too_long", _("“{said}…”过长，最多{limit}个字符", said=text[:20], limit=LONGEST[name])))
    if not any(said.get(name) for name in ("number", "model", "name")):
        faults.append(("required", _("登记编号、型号、产品名称至少要有一项")))
    return AskedLine(Question(**cast(dict[str, Any], said)), days["on"], days["made_on"]), faults


def _day(text: str) -> date | None:
    found = _DATE.fullmatch(narrow(text).split(" ")[0])
    if found is None:
        return None
    try:
        day = date(*(int(part) for part in found.groups()))
    except ValueError:
        return None
    return day if 1900 <= day.year <= 2100 else None
