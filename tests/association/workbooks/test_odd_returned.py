"""Workbooks that people's programs make and that are odd: what is added stands where it can be seen, and nothing of theirs
is written over."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl

from association.workbooks.cells import letters
from tests.association.workbooks.builders import HEADINGS, SHEET, part, rows, with_parts
from tests.association.workbooks.test_returning import given_back

LINE = ["摄像机", "A-1", "甲公司", 3]
HARMLESS = '=HYPERLINK("http://x")'


def with_sheet(content: bytes, change: Callable[[str], str]) -> bytes:
    """The same workbook, the text of its sheet changed."""
    before = part(content, SHEET).decode()
    after = change(before)
    assert after != before
    return with_parts(content, {SHEET: after.encode()})


def sheet_of(content: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(content))["清单"]


def test_a_sheet_with_megabytes_of_empty_formatted_rows_comes_back() -> None:
    empty = "".join(
        f'<row r="{row}">{"".join(f"""<c r="{letters(n)}{row}" s="0"/>""" for n in range(1, 21))}</row>'
        for row in range(3, 30_003)
    )
    content = with_sheet(rows(LINE), lambda text: text.replace("</sheetData>", empty + "</sheetData>"))
    assert len(part(content, SHEET)) > 10_000_000
    text = part(given_back(content), SHEET)
    assert text.count(b"<row ") == 30_002
    assert "不符合".encode() in text


def test_cells_that_do_not_name_their_place_stay_where_they_are() -> None:
    content = with_sheet(rows(LINE), lambda text: re.sub(r"(<(?:c|row)) r=\"[A-Z]*\d+\"", r"\1", text))
    sheet = sheet_of(given_back(content))
    assert [cell.value for cell in sheet[1]] == [*HEADINGS, "核验结论", "理由"]
    assert [cell.value for cell in sheet[2]][:7] == [*LINE, None, None, "不符合"]


def test_empty_cells_that_do_not_name_their_place_make_room_too() -> None:
    content = with_sheet(
        rows(LINE),
        lambda text: re.sub(r"(<(?:c|row)) r=\"[A-Z]*\d+\"", r"\1", text).replace(
            "</row></sheetData>", '<c s="0"/>' * 6 + "</row></sheetData>"
        ),
    )
    text = part(given_back(content), SHEET)
    assert [cell.value for cell in sheet_of(given_back(content))[2]][:8] == [*LINE, None, None, "不符合", HARMLESS]
    assert text.count(b'<c s="0"/>') == 4
