"""Workbooks that people's programs make and that are odd: what is added stands where it can be seen, and nothing of theirs
is written over."""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from openpyxl.drawing.image import Image
from openpyxl.utils import column_index_from_string

from association.kernel.errors import Invalid
from association.workbooks.cells import letters
from association.workbooks.layout import Source
from association.workbooks.marking import MAIN, Column, Mark, Marking
from association.workbooks.reading import read
from association.workbooks.words import Refusal
from association.workbooks.writing import whole_table
from tests.association.workbooks.builders import HEADINGS, LIST, SHEET, part, rows, with_parts, xlsx
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


def verdicts_at(content: bytes, heading_row: int = 1) -> str:
    """Where the added columns begin."""
    found = [one.column_letter for one in sheet_of(content)[heading_row] if one.value == "核验结论"]
    assert len(found) == 1
    return str(found[0])


@pytest.mark.parametrize("width", ["H1", "IV1", "XFD1"])
def test_a_title_as_wide_as_the_sheet_does_not_push_the_answers_away(width: str) -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.merge_range(f"A1:{width}", "某工程设备清单")
        sheet.write_row(1, 0, HEADINGS)
        sheet.write_row(2, 0, LINE)

    assert verdicts_at(given_back(xlsx(fill)), 2) == "G"


def test_a_note_as_wide_as_the_sheet_does_not_push_the_answers_away() -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, LINE)
        sheet.merge_range("A4:XFD4", "注：以上设备以实物为准")

    after = given_back(xlsx(fill))
    assert verdicts_at(after) == "G"
    assert sheet_of(after)["G2"].value == "不符合"


def test_answers_never_stand_where_a_merged_cell_hides_them() -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADINGS[:4])
        sheet.write_row(1, 0, LINE[:3])
        sheet.merge_range("D1:H1", "数量")
        sheet.merge_range("D2:H2", 3)

    assert verdicts_at(given_back(xlsx(fill))) == "I"


@pytest.mark.parametrize(("cell", "where"), [("GR2", "G"), ("G2", "H"), ("H2", "I")])
def test_a_blank_that_nobody_sees_pushes_nothing_and_is_not_written_over(cell: str, where: str) -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, LINE)
        sheet.write_string(cell, " ")

    after = given_back(xlsx(fill))
    assert verdicts_at(after) == where
    assert sheet_of(after)[cell].value == " "


def test_where_no_column_is_left_it_is_said_and_not_tried() -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, LINE)
        for row in range(2, 60):
            sheet.write_row(row, 0, LINE)
        sheet.write_string("XFC59", "远")

    with pytest.raises(Invalid) as refusal:
        given_back(xlsx(fill))
    assert refusal.value.code == Refusal.COLUMNS


def with_chart(cell: str, **how: Any) -> bytes:
    """A list of five columns and something beside it."""

    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(2, 0, HEADINGS[:5])
        for row in range(3, 9):
            sheet.write_row(row, 0, LINE)
        if how.pop("picture", False):
            sheet.insert_image(cell, "logo.png", {"image_data": BytesIO(PICTURE), **how})
            return
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": ["清单", 3, 3, 8, 3]})
        sheet.insert_chart(cell, chart, how)

    return xlsx(fill)


@pytest.mark.filterwarnings("ignore::UserWarning")
@pytest.mark.parametrize(
    ("content", "where"),
    [
        # 480 points of a chart over columns of 64.
        (with_chart("G4"), "O"),
        (with_chart("J4"), "F"),
        (with_chart("G4", object_position=3), "O"),
        # As it does not change with the columns and lies below the lines, or above the heading, it covers nothing.
        (with_chart("G40", object_position=2), "F"),
        (with_chart("G4", x_scale=9), "F"),
        (with_chart("F1", picture=True, x_scale=70, y_scale=20, object_position=2), "F"),
        (with_chart("F1", picture=True, x_scale=70, y_scale=90, object_position=2), "H"),
    ],
)
def test_answers_never_stand_under_a_chart_or_picture(content: bytes, where: str) -> None:
    assert verdicts_at(given_back(content), 3) == where


def test_answers_stand_beside_a_picture_that_only_says_how_large_it_is() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "清单"
    for line in (HEADINGS, LINE, LINE):
        sheet.append(line)
    picture = Image(BytesIO(PICTURE))
    picture.width, picture.height = 200, 60
    sheet.add_image(picture, "G2")
    book.save(target := BytesIO())
    assert verdicts_at(given_back(target.getvalue())) == "K"


def table_back(content: bytes, *, heading_row: int | None = None) -> Any:
    """The first sheet of a table that was rewritten with what is said of its lines."""
    source = Source(content)
    layout = source.lay_out(
        LIST, bare=True, heading_row=heading_row, chosen={"b": "model"} if heading_row == 0 else None
    )
    marks = {
        line.row: Mark(("结论",), "warn", tuple((one.cell, one.detail) for one in line.faults))
        for line in read(source, layout, LIST).lines
    }
    back = whole_table(source, layout, Marking((Column("核验结论"),), marks, author="平台"))
    return openpyxl.load_workbook(BytesIO(back)).worksheets[0]


CSV = """某工程设备清单
编制：张三,,,,2026-11-01
,,,
,设备名称,规格型号,生产厂家,
,摄像机,A-1,甲公司,没有列名的内容,x

,录像机,3月5日,甲公司
,,,,只有这里有字
"""


def test_a_csv_comes_back_with_every_cell_in_its_place() -> None:
    sheet = table_back(CSV.encode())
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["某工程设备清单", None, None, None, None, None, None],
        ["编制：张三", None, None, None, "2026-11-01", None, None],
        [None] * 7,
        [None, "设备名称", "规格型号", "生产厂家", None, None, "核验结论"],
        [None, "摄像机", "A-1", "甲公司", "没有列名的内容", "x", "结论"],
        [None] * 7,
        [None, "录像机", "3月5日", "甲公司", None, None, "结论"],
        [None, None, None, None, "只有这里有字", None, None],
    ]
    assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment] == ["C7"]
    assert sheet.freeze_panes == "A5"


def test_a_csv_without_headings_comes_back_with_every_line_in_its_row() -> None:
    sheet = table_back("摄像机,A-1\n\n录像机,3月5日\n".encode(), heading_row=0)
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["摄像机", "A-1", "结论"],
        [None, None, None],
        ["录像机", "3月5日", "结论"],
    ]
    assert sheet["B3"].comment is not None


def test_a_workbook_that_is_written_anew_keeps_every_cell_in_its_place() -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.merge_range("A1:F1", "某工程设备清单")
        sheet.write_row(2, 0, HEADINGS)
        for row in (4, 5, 60):
            sheet.write_row(row, 0, LINE)
        sheet.write_string("L61", "远")

    sheet = table_back(xlsx(fill))
    assert [cell.value for cell in sheet[3]][:6] == HEADINGS
    assert [cell.value for cell in sheet[61]][-2:] == ["远", "结论"]
    assert sheet["M3"].value == "核验结论"
    assert [row[0].row for row in sheet.iter_rows() if row[12].value == "结论"] == [5, 6, 61]


def test_lines_behind_the_last_row_of_a_spreadsheet_are_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        Source(b"model,name\n" + b"\n" * 1_048_576 + b"A-1,x\n").lay_out(LIST)
    assert refusal.value.code == Refusal.ROWS


def test_a_program_that_reads_row_by_row_sees_the_answers_too() -> None:
    after = given_back(rows(LINE))
    book = openpyxl.load_workbook(BytesIO(after), read_only=True)
    assert [cell.value for cell in book["清单"]["2"]][6:] == ["不符合", HARMLESS]


@pytest.mark.parametrize(("hidden", "where", "said"), [("G:J", "K", False), ("G:XFD", "G", True), ("H:XFD", "G", True)])
def test_hidden_columns_stay_hidden_as_long_as_there_is_room_beside_them(
    hidden: str, where: str, *, said: bool
) -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, LINE)
        sheet.set_column(hidden, None, None, {"hidden": True})

    after = given_back(xlsx(fill))
    assert verdicts_at(after) == where
    last = hidden.partition(":")[2]
    sheet = sheet_of(after)
    assert sheet.column_dimensions["G"].hidden == (where == "K")
    summary = [row[-1].value for row in openpyxl.load_workbook(BytesIO(after))["核验汇总"].iter_rows()]
    assert any("原来是隐藏或分组折叠的" in str(one) for one in summary) is said
    # Behind what was added they are hidden as before.
    assert f'max="{column_index_from_string(last)}"'.encode() in part(after, SHEET)


def test_columns_that_are_folded_away_can_be_unfolded_as_before() -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, LINE)
        sheet.set_column("D:F", None, None, {"level": 1, "hidden": True})
        sheet.set_column("G:G", None, None, {"collapsed": True})

    after = given_back(xlsx(fill))
    assert verdicts_at(after) == "G"
    sheet = sheet_of(after)
    assert sheet.column_dimensions["D"].hidden
    assert sheet.column_dimensions["G"].collapsed


def renamed(content: bytes, change: Callable[[str], str]) -> bytes:
    """The same package, its parts called otherwise."""
    return with_parts(
        content, {change(name): part(content, name) for name in names(content)}, without=tuple(names(content))
    )


@pytest.mark.parametrize(
    "change",
    [
        lambda name: name.replace("sharedStrings", "SharedStrings"),
        lambda name: name.replace("worksheets/sheet1", "Worksheets/Sheet1"),
        lambda name: name.replace("_rels/workbook", "_rels/Workbook").replace("styles", "STYLES"),
        lambda name: name.replace("[Content_Types]", "[content_types]"),
    ],
)
def test_parts_whose_names_differ_in_case_are_found_and_kept(change: Callable[[str], str]) -> None:
    content = renamed(rows(LINE), change)
    after = given_back(content)
    assert [one for one in names(after) if one in names(content)] == names(content)
    assert len({name.lower() for name in names(after)}) == len(names(after))
    with zipfile.ZipFile(BytesIO(after)) as package:
        text = b"".join(package.read(one) for one in package.namelist() if "sheet" in one.lower())
    assert "不符合".encode() in text


def test_cells_may_be_named_in_small_letters() -> None:
    content = with_sheet(
        rows(LINE), lambda text: re.sub(r'(<c r=)"([A-Z])', lambda its: f'{its[1]}"{its[2].lower()}', text)
    )
    assert verdicts_at(given_back(content)) == "G"


@pytest.mark.parametrize("behind", ["<!-- x -->", "\n<!-- </Types>\n -->\n", "<?x y?>\n"])
def test_a_remark_behind_a_list_of_parts_does_no_harm(behind: str) -> None:
    plain = rows(LINE)
    lists = ("[Content_Types].xml", "xl/_rels/workbook.xml.rels")
    after = given_back(with_parts(plain, {name: part(plain, name) + behind.encode() for name in lists}))
    assert "核验汇总" in openpyxl.load_workbook(BytesIO(after)).sheetnames
    assert all(behind.strip().encode() in part(after, name) for name in lists)


def test_what_was_given_back_can_be_sent_and_given_back_again() -> None:
    def fill(book: Any, sheet: Any) -> None:
        other = book.add_worksheet("另一张")
        for one in (sheet, other):
            one.write_row(0, 0, HEADINGS)
            one.write_row(1, 0, LINE)

    content = xlsx(fill)
    for sheet in ("清单", "另一张", "清单"):
        content = given_back(content, sheet)
    book = openpyxl.load_workbook(BytesIO(content))
    assert book.sheetnames == ["清单", "另一张", "核验汇总", "核验汇总 (2)", "核验汇总 (3)"]
    assert all("型号 <有误>" in book[name]["B2"].comment.text for name in ("清单", "另一张"))
    named = re.findall(rb'PartName="([^"]*)"', part(content, "[Content_Types].xml"))
    assert len(named) == len(set(named))
    leads = re.findall(rb'Target="([^"]*)"', part(content, "xl/_rels/workbook.xml.rels"))
    assert len(leads) == len(set(leads))
    # The columns of the first time are theirs now.
    assert [cell.value for cell in book["清单"][1]] == [*HEADINGS, "核验结论", "理由", "核验结论", "理由"]


EMPTY = "".join(f'<row r="{row}" ht="15"><c r="A{row}" s="0"/></row>' for row in range(3, 5_003))


def with_end(end: str, *, remark: str = "") -> bytes:
    return with_sheet(
        rows(LINE),
        lambda text: text.replace("<sheetData>", remark + "<sheetData>").replace("</sheetData>", end + "</sheetData>"),
    )


@pytest.mark.parametrize(
    ("end", "remark", "left_out"),
    [
        (EMPTY, "", True),
        (EMPTY, "<!-- <v>1</v> -->", False),
        (EMPTY + '<row r="9000"><c r="B9000" t="str"><v>A-2</v></c></row>', "", False),
        (EMPTY + '<row r="9000"><c r="B9000" t="inlineStr"><is><t>A-2</t></is></c></row>', "", False),
        (EMPTY + f'<x:row xmlns:x="{MAIN}" r="9000"><x:c r="B9000" t="str"><x:v>A-2</x:v></x:c></x:row>', "", False),
    ],
)
def test_rows_that_hold_nothing_to_the_end_are_not_read_and_come_back_as_they_were(
    end: str, remark: str, *, left_out: bool
) -> None:
    content = with_end(end, remark=remark)
    source = Source(content)
    found = read(source, source.lay_out(LIST), LIST)
    assert [line.values["model"] for line in found.good] == ["A-1", "A-2"][: 1 + ("9000" in end)]
    assert source.workbook is not None
    assert (source.workbook.package.gaps[SHEET] is not None) is left_out
    after = part(given_back(content), SHEET)
    assert EMPTY.encode() in after
    assert verdicts_at(given_back(content)) == "G"


def test_empty_rows_do_no_harm_in_another_encoding() -> None:
    plain = with_end(EMPTY)
    text = part(plain, SHEET).decode().replace('"UTF-8"', '"GBK"', 1).replace("</sheetData>", "</sheetData><!-- 注 -->")
    after = given_back(with_parts(plain, {SHEET: text.encode("gbk")}))
    assert [cell.value for cell in sheet_of(after)[2]][6] == "不符合"
    assert len(re.findall(rb"<row ", part(after, SHEET))) == 5_002


def test_no_comment_is_put_where_a_merged_cell_hides_it() -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADINGS)
        for row in range(1, 7):
            sheet.write_row(row, 0, LINE)
        sheet.merge_range("B3:B5", "A-1")
        sheet.merge_range("A6:B7", "摄像机")

    sheet = sheet_of(given_back(xlsx(fill)))
    assert [cell.coordinate for row in sheet.iter_rows() for cell in row if cell.comment] == ["B2", "B3"]
    assert [sheet[f"G{row}"].value for row in range(2, 6)] == ["不符合"] * 4
