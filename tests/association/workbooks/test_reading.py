"""What is read of people's own tables, and what is said of it."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from association.kernel.errors import Invalid
from association.workbooks.columns import Field, recognise
from association.workbooks.layout import Source
from association.workbooks.parsers import text
from tests.association.workbooks.builders import HEADINGS, LIST, read_all, rows, xlsx


def codes(said: Any) -> list[tuple[str, str]]:
    return [(one.cell, one.code) for one in said]


def test_a_plain_table_is_read_as_it_is() -> None:
    found = read_all(rows(["摄像机", "DS-2CD3T46", "甲公司", 3, "2026-03-01", "00812"]))
    (line,) = found.good
    assert line.row == 2
    assert line.values == {
        "name": "摄像机",
        "model": "DS-2CD3T46",
        "maker": "甲公司",
        "quantity": Decimal(3),
        "on": date(2026, 3, 1),
        "proof": "00812",
    }
    assert (found.counts.rows, found.counts.good, found.counts.faulty, found.counts.left_out) == (1, 1, 0, 0)


@pytest.mark.parametrize(
    ("form", "number", "read_as", "remark"),
    [
        ("00000", 812, "00812", "padded_by_format"),
        ('"DS-"000', 7, "DS-007", "padded_by_format"),
        ("General", 812, "812", "number_cell"),
        ("0", 812, "812", "number_cell"),
        ("@", 812, "812", "number_cell"),
        ("General", 1.5, "1.5", "fraction_cell"),
        ("General", 0.1 + 0.2, "0.3", "fraction_cell"),
    ],
)
def test_a_number_where_a_model_belongs_is_read_as_shown_and_remarked_on(
    form: str, number: float, read_as: str, remark: str
) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_number(1, 1, number, book.add_format({"num_format": form}))

    (line,) = read_all(xlsx(fill)).good
    assert line.values["model"] == read_as
    assert codes(line.remarks) == [("B2", remark)]


@pytest.mark.parametrize(
    ("form", "number", "fault"),
    [
        ("0.00E+00", 100000, "scientific"),
        ("yyyy/m/d", 45000, "date_eaten"),
        ("m-d", 45000, "date_eaten"),
        ('yyyy"年"m"月"', 45000, "date_eaten"),
        ("General", 2023010012345678, "digits_lost"),
        ("0", 1.3010219900307e17, "digits_lost"),
    ],
)
def test_what_a_spreadsheet_has_eaten_beyond_repair_is_a_fault_of_the_cell(
    form: str, number: float, fault: str
) -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_number(1, 1, number, book.add_format({"num_format": form}))
        sheet.write_string(2, 1, "1E5")
        sheet.write_string(3, 1, "2023010012345678")

    found = read_all(xlsx(fill))
    assert [codes(line.faults) for line in found.faulty] == [[("B2", fault)]]
    assert [line.values["model"] for line in found.good] == ["1E5", "2023010012345678"]


def test_title_rows_totals_sections_notes_and_repeated_headings_are_no_lines() -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 0, 5, "某小区安防工程设备清单")
        sheet.write(1, 0, "编制日期：2026年3月")
        sheet.write_row(2, 0, HEADINGS)
        sheet.write_string(3, 0, "一、视频监控系统")
        sheet.write_row(4, 0, ["摄像机", "A-1", "甲公司", 3])
        sheet.write_row(5, 0, ["小  计", "", "", 3])
        sheet.write_row(6, 0, HEADINGS)
        sheet.write_row(7, 0, ["合计风格摄像机", "A-2", "甲公司", 1])
        sheet.write_row(8, 0, ["合计（元）", "", "", 4])
        sheet.write_row(10, 0, ["制表人：张三", "审核人：李四"])

    found = read_all(xlsx(fill))
    assert [line.values["model"] for line in found.good] == ["A-1", "A-2"]
    assert [(row, why.value) for row, why in found.left_out] == [
        (4, "section"),
        (6, "subtotal"),
        (7, "heading"),
        (9, "subtotal"),
        (11, "footnote"),
    ]
    assert found.counts.rows == 7
    said = dict(found.notices)
    assert "第3行" in said["title_rows"]
    assert "left_out" in said


def test_merged_cells_reach_down_to_their_rows_and_no_further() -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADINGS)
        sheet.merge_range(1, 2, 2, 2, "甲公司")
        for row in (1, 2, 3):
            sheet.write_string(row, 1, f"A-{row}")

    found = read_all(xlsx(fill))
    assert [line.values["maker"] for line in found.good] == ["甲公司", "甲公司", None]
    assert codes(found.good[1].remarks) == [("C3", "merged")]


def test_a_heading_of_two_rows_is_understood() -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.merge_range(0, 0, 1, 0, "设备名称")
        sheet.merge_range(0, 1, 0, 2, "产品信息")
        sheet.write_row(1, 1, ["规格型号", "生产厂家"])
        sheet.write_row(2, 0, ["摄像机", "A-1", "甲公司"])

    (line,) = read_all(xlsx(fill)).good
    assert line.values == {"name": "摄像机", "model": "A-1", "maker": "甲公司"}


def test_hidden_rows_and_columns_are_read_and_said() -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ["a", "A-1", "甲"])
        sheet.write_row(2, 0, ["b", "A-2", "乙"])
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_column(2, 2, None, None, {"hidden": True})

    found = read_all(xlsx(fill))
    assert len(found.good) == 2
    said = dict(found.notices)
    assert "生产厂家" in said["hidden_columns"]
    assert "第3行" in said["hidden_rows"]


def test_formulas_give_their_saved_result_and_one_without_is_a_fault() -> None:
    def fill(_book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_formula(1, 1, '="A-"&1', None, "A-1")
        sheet.write_formula(2, 1, "=1/0", None, "#DIV/0!")

    found = read_all(xlsx(fill))
    assert [line.values["model"] for line in found.good] == ["A-1"]
    assert codes(found.good[0].remarks) == [("B2", "formula")]
    assert [codes(line.faults) for line in found.faulty] == [[("B3", "cell_error")]]


def test_the_likeliest_of_several_sheets_is_chosen_and_another_can_be_named() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write(0, 0, "说明：请填写第二张表")
        for name in ("明细", "旧表"):
            other = book.add_worksheet(name)
            other.write_row(0, 0, HEADINGS)
            other.write_row(1, 0, [name, f"{name}-1"])
            if name == "旧表":
                other.write_row(2, 0, ["x", "旧表-2"])
                other.hide()

    content = xlsx(fill)
    assert [line.values["model"] for line in read_all(content).good] == ["明细-1"]
    assert "明细" in dict(read_all(content).notices)["sheet_chosen"]
    assert [line.values["model"] for line in read_all(content, sheet="旧表").good] == ["旧表-1", "旧表-2"]
    with pytest.raises(Invalid) as refused:
        read_all(content, sheet="没有")
    assert refused.value.code == "workbook_no_sheet"


def test_every_fault_of_every_row_is_said_at_once_with_its_cell() -> None:
    found = read_all(
        rows(
            ["摄像机", "A-1", "甲公司", "很多", "26.3.1", ""],
            ["", "", "甲公司", -1, "2026-02-30", ""],
            ["好", "A-2", "甲", "4台", "2026年3月1日", ""],
        )
    )
    assert [codes(line.faults) for line in found.faulty] == [
        [("D2", "number"), ("E2", "date_short_year")],
        [("D3", "minimum"), ("E3", "date")],
    ]
    assert "很多" in found.faulty[0].faults[0].detail
    assert [line.values["quantity"] for line in found.good] == [Decimal(4)]
    assert found.counts.rows == found.counts.good + found.counts.faulty + found.counts.left_out == 3


def test_a_row_needs_something_to_be_asked_about() -> None:
    found = read_all(rows(["", "", "甲公司", 3, "", ""]))
    assert [codes(line.faults) for line in found.faulty] == [[("A2", "required")]]


@pytest.mark.parametrize(
    "heading", ["产品型号", " 规格 型号 ", "型号*", "型号（必填）", "Ｍｏｄｅｌ", "MODEL:", "规格/型号"]
)
def test_headings_are_recognised_however_they_are_written(heading: str) -> None:
    (found,) = recognise(LIST, [(1, heading)])
    assert (found.key, found.certain) == ("model", True)


def test_a_heading_that_only_contains_a_spelling_is_not_certain() -> None:
    found = recognise(LIST, [(1, "所选产品型号说明"), (2, "单价")])
    assert [(one.key, one.certain) for one in found] == [("model", False), ("", True)]


def test_of_two_columns_with_one_meaning_the_left_is_used_and_it_is_said() -> None:
    found = read_all(rows(["a", "A-1", "B-1"], headings=["名称", "型号", "产品型号"]))
    assert found.good[0].values["model"] == "A-1"
    assert "产品型号" in dict(found.notices)["repeated_columns"]


def test_a_person_can_say_which_column_is_which() -> None:
    content = rows(["a", "甲"], headings=["货", "产"])
    source = Source(content)
    assert not source.lay_out(LIST).is_complete
    found = read_all(content, chosen={"货": "model", "产": "maker"})
    assert found.good[0].values == {"model": "a", "maker": "甲"}


def test_fifty_columns_and_trailing_blanks_do_no_harm() -> None:
    headings = [f"列{n}" for n in range(50)] + ["型号", "厂家"]
    found = read_all(rows([*range(50), "A-1", "甲"], [" ", *[""] * 49, "  ", ""], headings=headings))
    assert [line.values for line in found.good] == [{"model": "A-1", "maker": "甲"}]
    assert found.counts.rows == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_csv_is_read_in_every_encoding_and_delimiter(encoding: str, delimiter: str) -> None:
    lines = [["设备名称", "规格型号", "生产厂家"], ["摄像机", "00812", "甲公司"], ["录像机", "1E5", "乙公司"]]
    content = "\r\n".join(delimiter.join(line) for line in lines).encode(encoding)
    found = read_all(content)
    assert [line.values["model"] for line in found.good] == ["00812", "1E5"]
    assert [line.row for line in found.good] == [2, 3]


def test_a_number_that_excel_spoilt_before_it_wrote_csv_is_a_fault() -> None:
    found = read_all("设备名称,规格型号\nx,1.30102E+17\ny,1E5\n".encode())
    assert [codes(line.faults) for line in found.faulty] == [[("B2", "scientific")]]
    assert [line.values["model"] for line in found.good] == ["1E5"]


# -- what is no heading -----------------------------------------------------------------------------------------------

GOODS = replace(LIST, titles=("name",))


@pytest.mark.parametrize(
    "first",
    [
        ["型号DS-1摄像机", "DS-1", "某设备厂家有限公司"],
        ["设备", "产品型号DS-2CD3T46", "甲公司"],
        ["摄像机", "规格型号", "河北某公司"],
        ["1", "被动红外", "SL-PIR-O10", "甲公司"],
    ],
)
def test_a_row_of_goods_is_no_heading_however_it_resembles_one(first: list[str]) -> None:
    content = "\n".join(",".join(line) for line in (first, first)).encode()
    layout = Source(content).lay_out(LIST, bare=True)
    assert (layout.recognised, layout.is_complete) == (False, False)
    with pytest.raises(Invalid) as refused:
        read_all(content)
    assert refused.value.code == "workbook_no_table"


def test_headings_that_only_resemble_ours_are_shown_and_not_believed() -> None:
    content = "拟用型号一览,供货厂家情况\nA-1,甲公司\n".encode()
    layout = Source(content).lay_out(LIST)
    assert (layout.heading_row, layout.recognised, layout.is_complete) == (1, False, False)
    found = read_all(content, heading_row=1)
    assert found.good[0].values == {"model": "A-1", "maker": "甲公司"}


def test_a_table_without_headings_is_read_from_its_first_row_when_somebody_says_so() -> None:
    found = read_all("A-1,甲公司\nA-2,乙公司\n".encode(), heading_row=0, chosen={"a": "model", "b": "maker"})
    assert [(line.row, line.values["model"]) for line in found.good] == [(1, "A-1"), (2, "A-2")]
    assert "no_headings" in dict(found.notices)
    assert found.counts.rows == 2


def test_the_line_that_says_the_delimiter_is_no_row() -> None:
    found = read_all("sep=;\n规格型号;生产厂家\nA-1;甲公司\n".encode())
    assert [line.row for line in found.good] == [2]


def test_other_sheets_are_named_though_they_cannot_be_read() -> None:
    def fill(book: Any, sheet: Any) -> None:
        sheet.write_row(0, 0, HEADINGS)
        sheet.write_row(1, 0, ["x", "A-1"])
        wide = book.add_worksheet("过宽")
        wide.write(0, 300, "x")

    assert "过宽" in dict(read_all(xlsx(fill), sheet="清单").notices)["other_sheets"]


def test_sums_in_a_column_of_remarks_do_not_take_a_line_away() -> None:
    columns = replace(GOODS, fields=(*GOODS.fields, Field("remarks", "备注", ("备注",), text(200), decides=False)))
    content = "设备名称,规格型号,备注\n网线,,含税总价\n摄像机,A-1,合计\n".encode()
    assert read_all(content, columns).counts.good == 2


def test_what_decides_nothing_is_remarked_on_and_left() -> None:
    quantity = replace(LIST.by_key["quantity"], decides=False)
    columns = replace(LIST, fields=tuple(quantity if one.key == "quantity" else one for one in LIST.fields))
    (line,) = read_all(rows(["摄像机", "A-1", "甲公司", "很多", "", ""]), columns).good
    assert codes(line.remarks) == [("D2", "not_used")]
    assert "很多" in line.remarks[0].detail
    assert line.values["quantity"] is None


def test_a_column_without_a_heading_is_said_not_to_be_used() -> None:
    found = read_all("设备名称,规格型号,\n摄像机,A-1,B-1\n".encode())
    assert "C列（没有列名）" in dict(found.notices)["unknown_columns"]
