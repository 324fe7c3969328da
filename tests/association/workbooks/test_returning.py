"""The same workbook back: what was there is there, byte for byte; what is added is added."""

import re
import zipfile
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from openpyxl.comments import Comment
from python_calamine import CalamineWorkbook

from association.workbooks.layout import Source
from association.workbooks.marking import Column, Mark, Marking, Sheet
from association.workbooks.reading import read
from association.workbooks.returning import NEW_SHEET, give_back
from association.workbooks.writing import failing_rows, harmless, template, whole_table, workbook
from tests.association.workbooks.builders import HEADINGS, LIST, SHEET, part, read_all, rows, with_parts, xlsx

ADDED = (Column("核验结论", 14), Column("理由", 40))
SUMMARY = Sheet("核验汇总", [["项目", "数"], ["行数", 3]], bold=frozenset({0}))


def rich() -> bytes:
    """A workbook with what people put into theirs: chart, picture formats, drop-downs, comments, filters, a hidden
    sheet, conditional formats, a formula, merged titles, frozen panes, widths that reach to the last column."""

    def fill(book: Any, sheet: Any) -> None:
        red = book.add_format({"bg_color": "#FF0000", "num_format": "00000"})
        sheet.set_column(0, 0, 33)
        sheet.set_column(1, 16383, 9, book.add_format({"font_name": "SimSun"}))
        sheet.merge_range(0, 0, 0, 5, "清单", book.add_format({"bold": True}))
        sheet.write_row(1, 0, HEADINGS)
        for row in range(2, 8):
            sheet.write_row(row, 0, ["摄像机", f"A-{row}", "甲公司"])
            sheet.write_number(row, 3, row, red)
            sheet.write_blank(row, 9, None, red)
        sheet.write_formula(8, 3, "=SUM(D3:D8)", None, 27)
        sheet.write_comment(2, 1, "他们自己的批注")
        sheet.data_validation(2, 3, 99, 3, {"validate": "integer", "criteria": ">=", "value": 0})
        sheet.conditional_format(2, 3, 99, 3, {"type": "data_bar", "data_bar_2010": True})
        sheet.autofilter(1, 0, 7, 5)
        sheet.freeze_panes(2, 1)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": ["清单", 2, 3, 7, 3]})
        sheet.insert_chart("L2", chart)
        sheet.set_header("&C页眉")
        other = book.add_worksheet("核验汇总")
        other.write(0, 0, "同名的表")
        other.hide()
        book.define_name("总数", "=清单!$D$9")

    return xlsx(fill)


def given_back(content: bytes, sheet: str | None = None, **more: Any) -> bytes:
    source = Source(content)
    layout = source.lay_out(LIST, sheet=sheet)
    found = read(source, layout, LIST)
    marks = {
        line.row: Mark(("不符合", '=HYPERLINK("http://x")'), "bad", ((f"B{line.row}", "型号 <有误>"),))
        for line in found.good
    }
    return give_back(source, layout, Marking(ADDED, marks, SUMMARY, "平台", **more))


def changed_parts(before: bytes, after: bytes) -> set[str]:
    with zipfile.ZipFile(BytesIO(before)) as old, zipfile.ZipFile(BytesIO(after)) as new:
        assert new.testzip() is None
        assert set(old.namelist()) <= set(new.namelist())
        return {name for name in new.namelist() if name not in old.namelist() or old.read(name) != new.read(name)}


def test_every_part_that_holds_nothing_of_ours_comes_back_byte_for_byte() -> None:
    before = rich()
    assert changed_parts(before, given_back(before)) == {
        SHEET,
        NEW_SHEET,
        "xl/styles.xml",
        "xl/workbook.xml",
        "xl/_rels/workbook.xml.rels",
        "[Content_Types].xml",
        "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml",
    }


def test_every_original_cell_stays_as_its_bytes_are() -> None:
    before, after = rich(), given_back(rich())
    cells_before = re.findall(rb"<c [^>]*?(?:/>|>.*?</c>)", part(before, SHEET), re.DOTALL)
    cells_after = re.findall(rb"<c [^>]*?(?:/>|>.*?</c>)", part(after, SHEET), re.DOTALL)
    # The blank in column J only carried a format, and none of the added columns stands there.
    assert [one for one in cells_after if one in set(cells_before)] == cells_before
    for element in (b"autoFilter", b"dataValidation ", b"conditionalFormatting", b"mergeCell ", b"pane ", b"drawing "):
        assert part(before, SHEET).count(b"<" + element) == part(after, SHEET).count(b"<" + element)
    assert b'<col min="1" max="1" width="33' in part(after, SHEET)


@pytest.mark.filterwarnings("ignore::UserWarning")  # openpyxl says what it would lose: we do not
def test_what_is_added_stands_at_the_right_of_everything_and_is_text() -> None:
    book = openpyxl.load_workbook(BytesIO(given_back(rich())))
    sheet = book["清单"]
    assert [cell.value for cell in sheet[2]][:8] == [*HEADINGS, "核验结论", "理由"]
    assert sheet["G3"].value == "不符合"
    assert sheet["G3"].fill.fgColor.rgb == "FFFBECEA"
    assert (sheet["H3"].value, sheet["H3"].data_type) == ('=HYPERLINK("http://x")', "s")
    assert sheet["D9"].value == "=SUM(D3:D8)"
    assert sheet.column_dimensions["H"].width == 40
    assert sheet["B3"].comment.text == "他们自己的批注"
    assert "型号 <有误>" in sheet["B4"].comment.text
    assert book.sheetnames == ["清单", "核验汇总", "核验汇总 (2)"]
    assert [cell.value for cell in book["核验汇总 (2)"]["2"]] == ["行数", 3]
    assert book["核验汇总"].sheet_state == "hidden"


def test_another_program_reads_the_same_values_as_before() -> None:
    before = CalamineWorkbook.from_filelike(BytesIO(rich())).get_sheet_by_name("清单").to_python()
    after = CalamineWorkbook.from_filelike(BytesIO(given_back(rich()))).get_sheet_by_name("清单").to_python()
    assert [row[:6] for row in after] == [row[:6] for row in before]


def test_a_workbook_without_comments_gets_them_and_one_with_tables_keeps_its_order() -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.add_table(0, 0, 2, 1, {"columns": [{"header": "设备名称"}, {"header": "规格型号"}]})
        sheet.write_row(1, 0, ["摄像机", "A-1"])
        sheet.write_row(2, 0, ["录像机", "A-2"])

    after = given_back(xlsx(fill))
    text = part(after, SHEET)
    assert text.index(b"<legacyDrawing ") < text.index(b"<tableParts ")
    sheet = openpyxl.load_workbook(BytesIO(after))["清单"]
    assert "型号 <有误>" in sheet["B2"].comment.text
    assert list(sheet.tables) == ["Table1"]


def test_a_workbook_of_another_program_and_with_prefixes_is_treated_alike() -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "清单"
    sheet.append(HEADINGS)
    sheet.append(["摄像机", "A-1", "甲", 1])
    sheet["A2"].comment = Comment("旧", "某人")
    target = BytesIO()
    book.save(target)
    again = openpyxl.load_workbook(BytesIO(given_back(target.getvalue())))["清单"]
    assert again["G2"].value == "不符合"
    assert again["A2"].comment.text == "旧"
    plain = rows(["摄像机", "A-1"])
    text = part(plain, SHEET).decode()
    head, _sign, rest = text.partition("?>")
    prefixed = rest.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:").replace("xmlns=", "xmlns:x=")
    content = with_parts(plain, {SHEET: (head + "?>" + prefixed).encode()})
    assert read_all(content).counts.good == 1
    again = openpyxl.load_workbook(BytesIO(given_back(content)))["清单"]
    assert again["G2"].value == "不符合"


def test_cells_that_only_carry_a_format_make_room() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, ["设备名称", "规格型号"])
        sheet.write_row(1, 0, ["摄像机", "A-1"])
        for column in range(2, 9):
            sheet.write_blank(1, column, None, book.add_format({"border": 1}))

    sheet = openpyxl.load_workbook(BytesIO(given_back(xlsx(fill))))["清单"]
    assert [cell.value for cell in sheet[2]] == ["摄像机", "A-1", "不符合", '=HYPERLINK("http://x")', *[None] * 5]
    assert sheet["I2"].border.left.style == "thin"


def test_the_failing_rows_come_back_alone_with_their_causes_and_can_be_sent_again() -> None:
    content = rows(
        ["摄像机", "00812", "甲", "很多", "", "x"],
        ["录像机", "A-2", "甲", 2, "", "00009"],
        ["探测器", "A-3", "乙", -2, "昨天", "1E5"],
    )
    source = Source(content)
    layout = source.lay_out(LIST)
    found = read(source, layout, LIST)
    back = failing_rows(source, layout, found.faulty, heading="问题", author="平台")
    sheet = openpyxl.load_workbook(BytesIO(back)).active
    assert [[cell.value for cell in row][:6] for row in sheet.iter_rows()] == [
        HEADINGS,
        ["摄像机", "00812", "甲", "很多", None, "x"],
        ["探测器", "A-3", "乙", -2, "昨天", "1E5"],
    ]
    assert "很多" in sheet["G2"].value
    assert sheet["D2"].comment is not None
    assert read_all(back).counts.faulty == found.counts.faulty == 2


def test_csv_comes_back_as_a_workbook_with_every_text_as_it_was() -> None:
    source = Source("设备名称,规格型号\n摄像机,00812\n=1+1,1E5\n".encode())
    layout = source.lay_out(LIST)
    read(source, layout, LIST)
    back = whole_table(source, layout, Marking(ADDED, {2: Mark(("符合", ""), "good")}, SUMMARY, "平台"))
    sheet = openpyxl.load_workbook(BytesIO(back)).worksheets[0]
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == [
        ["设备名称", "规格型号", "核验结论", "理由"],
        ["摄像机", "00812", "符合", None],
        ["=1+1", "1E5", None, None],
    ]
    assert sheet["A3"].data_type == "s"


def test_a_template_holds_texts_as_they_are_typed_and_is_recognised() -> None:
    book = openpyxl.load_workbook(BytesIO(template(LIST)))
    assert [cell.value for cell in book.worksheets[0][1]] == [
        "产品名称",
        "型号",
        "生产企业",
        "数量",
        "到货日期",
        "证书编号",
    ]
    assert book.worksheets[0].column_dimensions["B"].width
    source = Source(template(LIST))
    assert source.lay_out(LIST).is_complete


@pytest.mark.parametrize("text", ["=1+1", "+1+cmd", "-2+3", "@SUM(A1)", "\t=1", "＝1"])
def test_no_text_of_an_export_is_run_by_a_spreadsheet(text: str) -> None:
    sheet = openpyxl.load_workbook(BytesIO(workbook("出", [("列", 10)], [[text]]))).active
    assert (sheet["A2"].value, sheet["A2"].data_type) == (text, "s")
    assert harmless(text) == "'" + text
    assert harmless("-12.5") == "-12.5"
