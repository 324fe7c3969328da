"""Workbooks that people's programs make and that are odd: what is added stands where it can be seen, and nothing of theirs
is written over."""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest

from association.workbooks.cells import letters
from tests.association.workbooks.builders import HEADINGS, SHEET, part, rows, with_parts, xlsx
from tests.association.workbooks.test_returning import given_back

LINE = ["摄像机", "A-1", "甲公司", 3]
# One pixel.
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360000002000001e221bc33"
    "0000000049454e44ae426082"
)
HARMLESS = '=HYPERLINK("http://x")'


def with_sheet(content: bytes, change: Callable[[str], str]) -> bytes:
    """The same workbook, the text of its sheet changed."""
    before = part(content, SHEET).decode()
    after = change(before)
    assert after != before
    return with_parts(content, {SHEET: after.encode()})


def names(content: bytes) -> list[str]:
    with zipfile.ZipFile(BytesIO(content)) as package:
        return package.namelist()


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


def with_picture_in_its_header(*, comment: bool) -> bytes:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, LINE)
        sheet.set_header("&L&G", {"image_left": "logo.png", "image_data_left": BytesIO(PICTURE)})
        if comment:
            sheet.write_comment(1, 0, "他们自己的批注")

    return xlsx(fill)


@pytest.mark.parametrize("comment", [True, False])
def test_comments_never_go_into_the_drawing_of_a_page_header(comment: bool) -> None:
    before = with_picture_in_its_header(comment=comment)
    after = given_back(before)
    drawings = {name for name in names(before) if name.endswith(".vml")}
    of_header = {name for name in drawings if b"Note" not in part(before, name)}
    assert len(of_header) == 1
    assert all(part(after, name) == part(before, name) for name in of_header)
    notes = [part(after, name).count(b'ObjectType="Note"') for name in names(after) if name.endswith(".vml")]
    assert sorted(notes) == [0, 2 if comment else 1]
    text = part(after, SHEET)
    assert text.index(b"<legacyDrawing ") < text.index(b"<legacyDrawingHF ")
    assert "型号 <有误>" in sheet_of(after)["B2"].comment.text
