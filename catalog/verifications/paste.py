"""A list as it is pasted from a spreadsheet: the same as a csv whose cells are parted by tabs. Without headings each cell
is told by its look, or each column by what most of its cells look like. Pure."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from association.kernel.errors import Invalid, Shortfall
from association.kernel.i18n import _
from association.kernel.numbers import compact, narrow, read_registration_number, uscc_fault
from association.workbooks.cells import Cell, Eaten
from association.workbooks.columns import fold_heading, recognise
from association.workbooks.layout import Layout, Source
from association.workbooks.nolines import is_no_line
from association.workbooks.sheets import Row
from association.workbooks.words import Refusal
from catalog.verifications.columns import list_columns

MOST_FAULTS = 50
TITLES = 5  # rows among which the headings of what was pasted are looked for
FEWEST_STACKED = 3
TABS = b"sep=\t\n"  # the first line of what was pasted, as spreadsheets say what parts the cells

_DATE = re.compile(r"\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}日?", re.ASCII)
_FIRM = re.compile(r"公司|厂$|集团|研究所|研究院|\b(?:co|ltd|inc|gmbh|corp|llc|ag)\b\.?", re.IGNORECASE)
_UNIT = r"(?:台|个|只|套|件|块|支|把|樘|樽|条|根|卷|箱|盒|批|项|组|副|张|部|辆|米|m|pcs|set|sets)"
_UNITS = re.compile(_UNIT, re.IGNORECASE)
_QUANTITY = re.compile(rf"\d{{1,6}}(?:\.\d+)? ?{_UNIT}", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,6}(?:\.\d{1,3})?")


def as_csv(text: str) -> bytes:
    """What was pasted as a csv. Without one tab it may be csv itself, if a row of headings near its beginning says so, or a
    table of bars; or each cell stands on a line of its own."""
    if "\t" not in text:
        sign = next((one for one in ",;，|" if _is_headed(text, one)), None)
        if sign is not None:
            return f"sep={sign}\n{_unquoted(text, sign) if sign == '|' else text}".encode()
        text = _set_side_by_side(text) or text
    return TABS + _unquoted(text, "\t").encode()


def _unquoted(text: str, sign: str) -> str:
    if '"' not in text:
        return text
    return "\n".join(sign.join(map(_literal, line.split(sign))) for line in text.split("\n"))


def _set_side_by_side(text: str) -> str:
    """A table as it is copied from a document that puts each cell on a line of its own: first its headings, then its cells,
    as many as there are headings for each line; where they are numbered 1, 2, 3, and in no other case."""
    cells = [line.strip() for line in text.strip().splitlines()]
    keys: list[str] = []
    for cell in cells:
        key = list_columns().spellings.get(fold_heading(cell))
        if key is None or key in keys:
            break
        keys.append(key)
    width = len(keys)
    if width < FEWEST_STACKED or "ref" not in keys or not list_columns().satisfied_by(keys):
        return ""
    rows = [cells[place : place + width] for place in range(0, len(cells), width)]
    counted = [row[keys.index("ref")] for row in rows[1:] if len(row) == width]
    if len(rows) < 2 or len(rows[-1]) < width or counted != [str(one) for one in range(1, len(rows))]:
        return ""
    return "\n".join("\t".join(row) for row in rows)


def _is_headed(text: str, sign: str) -> bool:
    begin = [line for line in text.splitlines() if line.strip()][:TITLES]
    for line in begin:
        found = recognise(list_columns(), list(enumerate(line.split(sign))))
        keys = {one.key for one in found if one.key and one.certain}
        if len(keys) > 1 and keys & list_columns().needed:
            return True
    return False


def _literal(cell: str) -> str:
    """A cell that begins with a quoted word (``"鹰眼"全景摄像机``) is none that a spreadsheet has put in quotation marks."""
    if cell.startswith('"') and not cell.rstrip().endswith('"') and cell.count('"') % 2 == 0:
        return '"' + cell.replace('"', '""') + '"'
    return cell


def pasted_in(content: bytes) -> str | None:
    """The text that ``as_csv`` was given; ``None`` for a file of somebody's own."""
    head, mark, text = content.partition(b"\n")
    if not mark or not head.startswith(b"sep=") or len(head.decode("utf-8", "replace")) != 5:
        return None
    return text.decode("utf-8", "replace")


def at_list(refused: Invalid) -> Invalid:
    """The refusal of a workbook as that of the form's field for a pasted list."""
    if any(one.code in (Refusal.EMPTY.value, "no_lines") for one in refused.shortfalls):
        return Invalid(refused.detail, [Shortfall("list", "no_lines", _("请粘贴清单，至少要有一行。"))])
    found = [Shortfall("list", one.code, one.detail) for one in refused.shortfalls]
    if (more := len(found) - MOST_FAULTS) > 0:
        found = [*found[:MOST_FAULTS], Shortfall("list", "more", _("另有{count}处。", count=more))]
    return Invalid(refused.detail, found)


def by_look(row: Row) -> dict[str, Cell] | None:
    """What the cells of a row without headings are, told by how they look; ``None`` when that is not certain."""
    said: dict[str, Cell] = {}
    rest: list[Cell] = []
    for _column, cell in sorted(row.cells.items()):
        kind = _kind(cell)
        if kind in ("coded", "text", "manufacturer"):
            if read_registration_number(bare := _ENUMERATED.sub("", cell.text)).number is not None:
                kind, cell = "number", replace(cell, text=bare)
            elif _is_several(cell.text):
                return None
        if kind == "day":
            kind = "on" if "on" not in said else "made_on"
        if kind in ("number", "manufacturer_uscc", "manufacturer", "on", "made_on", "quantity"):
            if kind in said:
                return None
            said[kind] = cell
        elif kind in ("coded", "text"):
            rest.append(cell)
        else:
            # A number is a model only where nothing else could be: alone, or beside the firm.
            if kind != "digits" or len(rest) or len(row.cells) > 2:
                return None
            rest.append(cell)
    if any(fold_heading(cell.text) in list_columns().spellings for cell in rest):
        # A heading among lines: perhaps of a table that stands on its side.
        return None
    for cell in rest:
        key = "name" if _kind(cell) == "text" else "model"
        if key in said:
            return None
        said[key] = cell
    if (
        "model" in said
        and _kind(said["model"]) == "digits"
        and said.keys() - {"model", "manufacturer", "manufacturer_uscc"}
    ):
        return None
    if is_no_line(row) or not said.keys() & {"number", "model", "name"}:
        return None
    return said


# 1. 2、 (3) before what is meant.
_ENUMERATED = re.compile(r"^\s*[(（]?\d{1,4}[)）.、．:：]\s*")
_PARTED = re.compile(r"[,;，；|]|\s{2,}")


def _is_several(text: str) -> bool:
    """Whether one cell holds a whole row: of csv, or of a text whose columns stand apart by blanks."""
    if len([one for one in _PARTED.split(text) if one.strip()]) > 2:
        return True
    return sum(fold_heading(one) in list_columns().spellings for one in text.split()) > 1


def _kind(cell: Cell) -> str:
    text, code = cell.text, compact(cell.text)
    if cell.eaten in (Eaten.NUMBER, Eaten.FRACTION):
        return "digits"
    if read_registration_number(text).number is not None:
        return "number"
    if len(code) == 18 and uscc_fault(code) is None:
        return "manufacturer_uscc"
    if _DATE.fullmatch(text):
        return "day"
    if cell.eaten is not Eaten.NOTHING:
        return "eaten"
    if _FIRM.search(text):
        return "manufacturer"
    if _QUANTITY.fullmatch(text):
        return "quantity"
    if _UNITS.fullmatch(text):
        return "unit"
    if any(sign.isascii() and sign.isalnum() for sign in narrow(text)):
        return "coded"
    return "text"


def guessed(source: Source, layout: Layout) -> Mapping[str, str]:
    """What the columns of a table without known headings may be (``Layout.words``: key), by what most of their cells look
    like: for a person to check."""
    rows = [one for one in source.survey(layout.sheet).head if one.number > layout.heading_row and not is_no_line(one)]
    kinds = {
        one.column: Counter(_kind(row.cells[one.column]) for row in rows if one.column in row.cells)
        for one in layout.headings
    }
    taken: dict[str, int] = {}

    def give(key: str, *wanted: str, least: float = 0.5) -> None:
        free = [column for column in kinds if column not in taken.values() and kinds[column]]
        shares = {column: sum(kinds[column][one] for one in wanted) / kinds[column].total() for column in free}
        best = max(free, key=lambda one: (shares[one], -one), default=None)
        if best is not None and shares[best] >= least and shares[best] > 0:
            taken[key] = best

    for column in kinds:
        values = [row.cells[column].text for row in rows if column in row.cells]
        if _counts_up(values):
            taken["ref"] = column
            break
    give("number", "number")
    give("manufacturer_uscc", "manufacturer_uscc")
    give("manufacturer", "manufacturer")
    give("on", "day")
    give("made_on", "day")
    give("unit", "unit")
    give("model", "coded", least=0.3)
    give("quantity", "quantity", "digits")
    if "model" not in taken:
        give("model", "coded", "digits", "eaten")
    give("name", "text")
    give("brand", "text")
    by_column = {column: key for key, column in taken.items()}
    return {word: by_column[column] for column, word in layout.words.items() if column in by_column}


def _counts_up(values: Sequence[str]) -> bool:
    """Whether they are 1, 2, 3 … or nearly so."""
    numbers = [int(one) for one in values if one.isascii() and one.isdigit() and len(one) <= 5]
    if len(numbers) < max(1, len(values) * 0.7) or numbers[0] > 1:
        return False
    return all(0 < after - before <= 3 for before, after in pairwise(numbers))
