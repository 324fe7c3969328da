"""Equipment lists as project offices make them: columns that repeat, forms, rows that are no lines, merged products."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from association.jobs import service as jobs
from association.kernel.db import db
from catalog.verifications import workbooks
from catalog.verifications.models import Verification
from tests.builders import a_registrant
from tests.catalog.small_register import MAKER, NOW, SmallRegister, small
from tests.catalog.verifications.test_workbooks import LISTS, PAGES, sent, sheet_of

__all__ = ["small"]


# -- two columns with the same heading ----------------------------------------------------------------------------------

BID = (
    "序号,名称,型号,品牌,型号,品牌,生产厂家\n"
    f"1,探测器,参考X1,某品牌,SL-PIR-010,样例安防,{MAKER}\n2,探测器,参考X2,某品牌,SL-MW-200,样例安防,{MAKER}\n"
)


def test_of_two_columns_with_the_same_heading_the_one_that_a_program_names_is_read(
    client: FlaskClient, small: SmallRegister
) -> None:
    asked = sent(client, BID.encode(), "text/csv", status=422)
    assert [one["code"] for one in asked["errors"]] == ["contested", "required"]
    said = sent(client, BID.encode(), "text/csv", query="?columns=ref,name,,,model,brand,manufacturer")
    columns = said["workbook"]["columns"]
    assert [columns[one] for one in "CDEFG"] == [None, None, "model", "brand", "manufacturer"]
    assert [line["verdict"] for line in said["lines"]] == ["compliant", "not_compliant"]
    assert "未使用的列：型号（C列）、品牌（D列）。" in said["workbook"]["notices"]
    back = sheet_of(client.get(f"{LISTS}/{said['receipt']}.xlsx").data, "csv")
    assert "撤销" in back["E3"].comment.text
    assert back["C3"].comment is None


def test_the_right_one_of_two_lists_side_by_side_is_read_when_it_is_named(
    client: FlaskClient, small: SmallRegister
) -> None:
    text = f"序号,名称,型号,厂家,序号,名称,型号,厂家\n1,探测器,X-1,无此厂,2,探测器,SL-PIR-010,{MAKER}\n".encode()
    said = sent(client, text, "text/csv", query="?heading_row=1&columns=,,,,ref,name,model,manufacturer")
    assert [(line["ref"], line["verdict"]) for line in said["lines"]] == [("2", "compliant")]


def test_of_two_columns_with_the_same_heading_the_one_that_a_person_chooses_is_read_and_remembered(
    browser: Callable[..., FlaskClient], small: SmallRegister
) -> None:
    mine = browser(a_registrant())

    def begun(text: str) -> str:
        return mine.post(f"{PAGES}/workbooks", data={"file": (BytesIO(text.encode()), "投标.csv")}).location

    place = begun(BID)
    choice = {"c1": "ref", "c2": "name", "c3": "", "c4": "", "c5": "model", "c6": "brand", "c7": "manufacturer"}
    again = mine.get(place, query_string={**choice, "sheet": "csv"}).text
    chosen = {name: again.partition(f'name="{name}"')[2].partition("</select>")[0] for name in ("c3", "c5")}
    assert 'value="model" selected' in chosen["c5"]
    assert 'value="model" selected' not in chosen["c3"]
    asked = "/api/v1" + mine.post(place, data={**choice, "sheet": "csv"}).location
    assert [one["model"] for one in mine.get(asked).get_json()["questions"]] == ["SL-PIR-010", "SL-MW-200"]
    asked = "/api/v1" + mine.post(begun(BID), data={"sheet": "csv"}).location
    assert [one["model"] for one in mine.get(asked).get_json()["questions"]] == ["SL-PIR-010", "SL-MW-200"]
    # What was said of that table says nothing of one with a single 型号.
    single = f"序号,名称,型号,品牌,生产厂家\n1,探测器,SL-PIR-010,样例安防,{MAKER}\n"
    asked = "/api/v1" + mine.post(begun(single), data={"sheet": "csv"}).location
    assert [one["model"] for one in mine.get(asked).get_json()["questions"]] == ["SL-PIR-010"]


def test_a_long_list_is_read_by_the_column_that_was_chosen_too(
    client: FlaskClient, small: SmallRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "AT_ONCE", 1)
    place = client.post(f"{PAGES}/workbooks", data={"file": (BytesIO(BID.encode()), "投标.csv")}).location
    choice = {"c1": "ref", "c2": "name", "c5": "model", "c6": "brand", "c7": "manufacturer", "sheet": "csv"}
    client.post(place, data=choice)
    jobs.work(NOW)
    verification = db.session.scalars(sa.select(Verification)).one()
    questions = client.get(f"{LISTS}/{verification.receipt}").get_json()["questions"]
    assert [one["model"] for one in questions] == ["SL-PIR-010", "SL-MW-200"]


# -- what stands above the heading, and headings in several rows ---------------------------------------------------------

PLAIN = [["序号", "设备名称", "型号", "厂家", "数量"]]
TWO = [[1, "探测器", "SL-PIR-010", MAKER, 2], [2, "微波探测器", "SL-MW-200", MAKER, 1]]


def sheet_with(*lines: list[Any], merges: tuple[str, ...] = ()) -> bytes:
    """A workbook with these rows from the first on."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "设备清单"
    for line in lines:
        sheet.append(line)
    for one in merges:
        sheet.merge_cells(one)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


@pytest.mark.parametrize(
    "head",
    [
        [["设备进场报验清单"], ["项目名称", "某大厦安防工程", "位置", "石家庄"],
         ["建设单位", "某置业有限公司", "日期", "2026年11月1日"], []],
        [["项目名称", "某大厦安防工程", None, "数量", "10台"], ["供货单位", "某公司", None, "交货日期", "2026-11-01"]],
        [["系统名称", "视频监控", "设备名称", "摄像机"], ["甲方", "乙方", "丙方", "丁方"]],
        [["项目名称", None, "位置", None], ["建设单位", None, "日期", None]],
    ],
    ids=["报验清单", "with a number", "two names", "not filled in"],
)  # fmt: skip
def test_the_head_of_a_form_is_not_taken_for_the_heading_of_its_list(
    client: FlaskClient, small: SmallRegister, head: list[list[Any]]
) -> None:
    said = sent(client, sheet_with(*head, *PLAIN, *TWO))
    assert said["workbook"]["heading_row"] == len(head) + 1
    assert [line["verdict"] for line in said["lines"]] == ["compliant", "not_compliant"]
    assert said["workbook"]["faults"] == []


@pytest.mark.parametrize(
    "first",
    [
        [
            ["名称", "技术要求", "型号", "响应"],
            ["探测器", "壁装", "SL-PIR-010", "无偏离"],
            ["网线", "六类", "CAT6", "无偏离"],
        ],
        [["名称", None, "数量", None], ["探测器", None, 3, None], ["网线", None, 5, None]],
    ],
    ids=["models", "numbers"],
)
def test_a_list_whose_known_columns_stand_apart_is_no_form_and_its_lines_are_read(
    client: FlaskClient, small: SmallRegister, first: list[list[Any]]
) -> None:
    said = sent(client, sheet_with(*first, [], *PLAIN, *TWO))
    assert said["workbook"]["heading_row"] == 1
    assert said["workbook"]["line_rows"] == [2, 3]
    assert [one["code"] for one in said["workbook"]["faults"]] == ["other_heading"] * 3


def test_a_heading_in_three_rows_is_read_at_its_last_row(client: FlaskClient, small: SmallRegister) -> None:
    content = sheet_with(
        ["设备清单"],
        ["序号", "名称", "设备信息", None, None, "数量"],
        [None, None, "产品", None, "厂商", None],
        [None, None, "型号", "规格", "生产厂家", None],
        *([line[0], line[1], line[2], "x", line[3], line[4]] for line in TWO),
        merges=("A2:A4", "B2:B4", "C2:E2", "C3:D3", "F2:F4"),
    )
    said = sent(client, content)
    assert said["workbook"]["heading_row"] == 4
    assert list(said["workbook"]["columns"].values()) == [
        "ref", "name", "model", "specification", "manufacturer", "quantity",
    ]  # fmt: skip
    assert [line["verdict"] for line in said["lines"]] == ["compliant", "not_compliant"]


def test_of_two_lists_below_one_merged_label_the_first_is_read(client: FlaskClient, small: SmallRegister) -> None:
    second = [[None, *line] for line in (["型号", "设备名称", "厂家", "数量", "品牌"], ["SL-MW-200", "探测器", MAKER])]
    content = sheet_with(
        ["前端", *PLAIN[0][1:4]], [None, *TWO[0][1:4]], [None, *TWO[0][1:4]], *second, merges=("A1:A5",)
    )
    said = sent(client, content)
    assert (said["workbook"]["heading_row"], said["workbook"]["line_rows"]) == (1, [2, 3])


# -- one product over several rows ---------------------------------------------------------------------------------------

SPECIFIED = ["序号", "名称", "型号", "厂家", "技术参数", "数量", "备注", "图号"]


def over_two_rows(further: list[Any], columns: str) -> bytes:
    """Two products, each over two rows, ``columns`` merged; ``further`` stands in the second row of each."""
    lines = [
        [1, "探测器", "SL-PIR-010", MAKER, "供电DC12V", 2],
        further,
        [2, "微波探测器", "SL-MW-200", MAKER, "供电DC12V", 1],
        further,
    ]
    return sheet_with(
        SPECIFIED, *lines, merges=tuple(f"{one}{top}:{one}{top + 1}" for one in columns for top in (2, 4))
    )


@pytest.mark.parametrize(
    "further",
    [
        [None, None, None, None, "防护等级IP65"],
        [None, None, None, None, "防护等级IP65", None, "含支架", "A-2"],
        [None, None, None, None, None, None, None, "A-2"],
    ],
)
def test_a_product_whose_description_takes_two_rows_is_one_line(
    client: FlaskClient, small: SmallRegister, further: list[Any]
) -> None:
    said = sent(client, over_two_rows(further, "ABCDF"))
    assert [line["verdict"] for line in said["lines"]] == ["compliant", "not_compliant"]
    assert said["workbook"]["line_rows"] == [2, 4]
    assert said["workbook"]["rows_left_out"] == [{"row": 3, "code": "continued"}, {"row": 5, "code": "continued"}]
    assert any("续行）：第3、5行" in one for one in said["workbook"]["notices"])
    back = sheet_of(client.get(f"{LISTS}/{said['receipt']}.xlsx").data)
    assert "续行" in back["J3"].value
    assert "撤销" in back["C4"].comment.text


def test_a_second_delivery_of_merged_goods_is_a_line_of_its_own(client: FlaskClient, small: SmallRegister) -> None:
    content = sheet_with(
        ["序号", "名称", "型号", "厂家", "数量", "到货日期"],
        [1, "微波探测器", "SL-MW-200", MAKER, 4, "2026-01-20"],
        [None, None, None, None, None, "2026-02-20"],
        merges=tuple(f"{letter}2:{letter}3" for letter in "ABCDE"),
    )
    said = sent(client, content)
    assert said["workbook"]["rows_left_out"] == []
    assert [line["verdict"] for line in said["lines"]] == ["undetermined", "not_compliant"]


@pytest.mark.parametrize(
    ("further", "columns"),
    [
        ([None, None, None, None, None, 3], "ABCD"),
        ([None, None, None, None, "防护等级IP65", 3], "ABCD"),
        ([None, None, "SL-PIR-010", None, "防护等级IP65"], "ABDF"),
        ([3, None, None, None, "防护等级IP65", 2], "BCD"),
        ([None, None, None, None, "防护等级IP65"], "BCD"),
    ],
    ids=["a quantity", "a quantity and more", "a model", "a number", "neither number nor quantity merged"],
)
def test_a_row_with_something_of_its_own_to_count_is_a_line_of_its_own(
    client: FlaskClient, small: SmallRegister, further: list[Any], columns: str
) -> None:
    said = sent(client, over_two_rows(further, columns))
    assert (said["workbook"]["good"], said["workbook"]["left_out"]) == (4, 0)
    back = sheet_of(client.get(f"{LISTS}/{said['receipt']}.xlsx").data)
    # What a merge hides is not commented on; the columns say it.
    assert back["C5"].comment is None
    assert [back.cell(row, 9).value for row in range(2, 6)] == [
        {"compliant": "符合", "not_compliant": "不符合"}[line["verdict"]] for line in said["lines"]
    ]


def test_a_fault_of_a_merged_cell_is_commented_on_where_the_cell_is_to_be_seen(
    client: FlaskClient, small: SmallRegister
) -> None:
    content = sheet_with(
        ["型号", "厂家", "到货日期"],
        *[["A-1", MAKER, "三月"], ["A-2", MAKER, None], ["A-3", MAKER, None]],
        merges=("C2:C3",),
    )
    said = sent(client, content)
    assert [one["cell"] for one in said["workbook"]["faults"]] == ["C2", "C3"]
    back = sheet_of(client.get(f"{LISTS}/{said['receipt']}.xlsx").data)
    assert back["C2"].comment is not None
    assert back["C3"].comment is None
    assert "C3" in back["E3"].value


# -- rows that look like headings and are lines, and the other way round ---------------------------------------------------

WIDE = ["序号", "名称", "型号", "厂家", "数量", "单位", "备注"]


@pytest.mark.parametrize(
    "other",
    [
        [2, "其他", None, None, 1, "项", "说明"],
        [2, "其他", None, None, None, None, "说明"],
        [None, "其他", None, None, "1项", None, "说明"],
        [2, "设备", None, None, 1, "项", None],
        ["2.1", "系统", "配置", None, "1", "套", None],
        ["（2）", "产品", "型号", "厂家", None, None, None],
    ],
)
def test_a_numbered_or_counted_row_is_a_line_though_its_words_are_what_columns_are_called(
    client: FlaskClient, small: SmallRegister, other: list[Any]
) -> None:
    said = sent(client, sheet_with(WIDE, [1, *TWO[0][1:]], other, [3, *TWO[1][1:]]))
    assert said["workbook"]["faults"] == []
    assert said["workbook"]["line_rows"] == [2, 3, 4]
    assert [said["lines"][place]["verdict"] for place in (0, 2)] == ["compliant", "not_compliant"]


def test_another_heading_whose_number_column_begins_with_a_year_is_no_line(
    client: FlaskClient, small: SmallRegister
) -> None:
    other = ["2026年", "型号", "名称", "厂家", "3号楼数量", "单位", "备注"]
    said = sent(client, sheet_with(WIDE, [1, *TWO[0][1:]], other, [2, "SL-MW-200", "探测器", MAKER, 1]))
    assert said["workbook"]["line_rows"] == [2]
    assert [one["code"] for one in said["workbook"]["faults"]] == ["other_heading", "other_heading"]


@pytest.mark.parametrize(
    "numbers",
    [
        [1, 2, 3, 4, 5, 6, 7],
        ["1", "2", "3", "4", "5", "6", "7"],
        ["①", "②", "③", "④", "⑤", "⑥", "⑦"],
        ["（1）", "（2）", "（3）", "（4）", "（5）", "（6）", "（7）"],
        ["A", "B", "C", "D", "E", "F", "G"],
        ["一", "二", "三", "四", "五", "六", "七"],
        ["甲", "乙", 1, 2, 3, 4, 5],
        [1, 2, 3, 4, "5=3×4", 6, None],
        [None, 2, 3, 4, 5, 6, 7],
    ],
)
def test_the_numbers_of_the_columns_below_the_heading_are_no_product(
    client: FlaskClient, small: SmallRegister, numbers: list[Any]
) -> None:
    said = sent(client, sheet_with(["设备清单"], WIDE, numbers, *TWO, WIDE, numbers, *TWO))
    assert said["workbook"]["line_rows"] == [4, 5, 8, 9]
    left = [(one["row"], one["code"]) for one in said["workbook"]["rows_left_out"]]
    assert left == [(3, "column_numbers"), (6, "heading"), (7, "column_numbers")]
    assert "2行不是明细，未计入（各列的编号）：第3、7行。" in said["workbook"]["notices"]


@pytest.mark.parametrize(
    "line",
    [
        [1, None, "2", None, 3],
        [1, "2", "X-1", MAKER, 5],
        [3, "2", "1", MAKER, 5],
        ["A", "B", "C", "D", 5],
    ],
)
def test_a_first_line_of_digits_is_a_line_unless_each_is_the_number_of_its_column(
    client: FlaskClient, small: SmallRegister, line: list[Any]
) -> None:
    said = sent(client, sheet_with(WIDE, line, *TWO))
    assert (said["workbook"]["line_rows"], said["workbook"]["left_out"]) == ([2, 3, 4], 0)


def test_digits_further_down_are_a_line(client: FlaskClient, small: SmallRegister) -> None:
    said = sent(client, sheet_with(WIDE, *TWO, [1, 2, 3, 4, 5, 6, 7]))
    assert said["workbook"]["line_rows"] == [2, 3, 4]


@pytest.mark.parametrize("model", ["VAT-100", "Total-500", "SUM", "TAX", "Subtotal", "总线制造价"])
def test_a_model_that_reads_like_a_sum_is_a_line_where_it_has_a_maker(
    client: FlaskClient, small: SmallRegister, model: str
) -> None:
    said = sent(client, sheet_with(WIDE, *TWO, [3, "探测器", model, MAKER, 1], [None, None, model, MAKER, 1]))
    assert (said["workbook"]["line_rows"], said["workbook"]["left_out"]) == ([2, 3, 4, 5], 0)


@pytest.mark.parametrize("model", ["VAT-100", "Total-500", "SUM"])
def test_a_model_that_reads_like_a_sum_is_a_line_where_it_is_numbered_and_named(
    client: FlaskClient, small: SmallRegister, model: str
) -> None:
    said = sent(client, sheet_with(WIDE, *TWO, [3, "探测器", model, None, 1]))
    assert (said["workbook"]["line_rows"], said["workbook"]["left_out"]) == ([2, 3, 4], 0)


@pytest.mark.parametrize(
    "line",
    [
        [None, None, "合计", None, 3],
        [None, None, "SUM", None, 3],
        [None, None, "Total", "/", 3],
        [None, None, "VAT 13%", None, None],
        [None, "视频监控系统", "小计", None, 3],
        [3, "视频监控系统", "小计", None, 3],
        [3, "Total", "SUM", None, 3],
        [None, None, "合计（大写）", "人民币壹万元整", None],
        [None, None, "合计", "总计", None],
    ],
)
def test_a_sum_in_the_column_of_models_is_left_out_as_before(
    client: FlaskClient, small: SmallRegister, line: list[Any]
) -> None:
    said = sent(client, sheet_with(WIDE, *TWO, line))
    assert said["workbook"]["rows_left_out"] == [{"row": 4, "code": "subtotal"}]


# -- bills of quantities ---------------------------------------------------------------------------------------------------

BILL = ["序号", "项目编码", "项目名称", "项目特征描述", "计量单位", "工程量", "合价"]
ITEMS = [[n, f"03050700{n}001", "摄像机", "1.名称:摄像机", "台", n, 100] for n in (1, 2, 3)]


@pytest.mark.parametrize(
    "title",
    [
        [None, "0305", "建筑智能化工程"],
        [None, None, "视频监控系统", None, None, None, 30000],
        ["一", "0305", "安全防范系统工程"],
    ],
)
def test_the_title_of_a_part_of_a_bill_of_quantities_is_no_line(
    client: FlaskClient, small: SmallRegister, title: list[Any]
) -> None:
    said = sent(client, sheet_with(BILL, title, *ITEMS))
    assert said["workbook"]["line_rows"] == [3, 4, 5]
    assert said["workbook"]["rows_left_out"] == [{"row": 2, "code": "section"}]


@pytest.mark.parametrize(
    "line",
    [
        [None, "0305", "网线"],
        [4, "0305", "视频监控系统"],
        [None, "0305", "视频监控系统", "型号SL-PIR-010"],
        [None, "0305", "视频监控系统", None, "套"],
        [None, "0305", "视频监控系统", None, None, 1],
    ],
    ids=["no part by its name", "numbered", "described", "with its unit", "with its quantity"],
)
def test_an_item_of_a_bill_of_quantities_is_a_line_whatever_it_lacks(
    client: FlaskClient, small: SmallRegister, line: list[Any]
) -> None:
    said = sent(client, sheet_with(BILL, *ITEMS, line))
    assert (said["workbook"]["line_rows"], said["workbook"]["left_out"]) == ([2, 3, 4, 5], 0)


# -- tables pasted as signs, and one cell per line -------------------------------------------------------------------------


def pasted(client: FlaskClient, text: str, status: int) -> Any:
    answer = client.post(f"{PAGES}/", data={"list": text}, headers={"Accept": "text/html"})
    assert answer.status_code == status, answer.text
    return answer


@pytest.mark.parametrize(
    "lay",
    [
        lambda rows: "\n".join("|".join(row) for row in rows),
        lambda rows: "\r\n".join("| " + " | ".join(row) + " |" for row in [rows[0], ["---"] * 5, *rows[1:]]),
        lambda rows: "\n".join("|" + "|".join(row) + "|" for row in [rows[0], [":-:", ":--", "--", "--", "--:"], *rows[1:]]),
        lambda rows: "\n".join(cell for row in rows for cell in row),
    ],
    ids=["bars", "bars all round", "bars without blanks", "a cell on each line"],
)  # fmt: skip
def test_a_table_pasted_with_bars_or_with_a_cell_on_each_line_is_judged_at_once(
    client: FlaskClient, small: SmallRegister, lay: Callable[[list[list[str]]], str]
) -> None:
    rows = [PLAIN[0], *([str(cell) for cell in line] for line in TWO)]
    rows[1][1] = '"鹰眼"探测器'
    receipt = client.get("/api/v1" + pasted(client, lay(rows), 303).headers["Location"]).get_json()
    assert [line["verdict"] for line in receipt["lines"]] == ["compliant", "not_compliant"]
    assert [(one["ref"], one["model"], one["manufacturer"]) for one in receipt["questions"]] == [
        ("1", "SL-PIR-010", MAKER), ("2", "SL-MW-200", MAKER),
    ]  # fmt: skip
    assert receipt["questions"][0]["name"] == '"鹰眼"探测器'
    assert [one["code"] for one in receipt["workbook"]["rows_left_out"]] == ["nothing_read"] * ("--" in lay(rows))


def test_cells_on_lines_of_their_own_that_do_not_come_out_even_are_looked_through(
    client: FlaskClient, small: SmallRegister
) -> None:
    cells = [*PLAIN[0], "1", "探测器", "SL-PIR-010", MAKER, "2", "2", "微波探测器", "SL-MW-200", MAKER]
    pasted(client, "\n".join(cells), 422)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Verification)) == 0


def test_a_column_of_registration_numbers_does_not_settle_which_of_two_models_is_meant(
    client: FlaskClient, small: SmallRegister
) -> None:
    text = f"编号,名称,型号,型号\n{small.in_force},探测器,X-1,SL-PIR-010\n".encode()
    said = sent(client, text, "text/csv", status=422)
    assert [one["code"] for one in said["errors"]] == ["contested", "required"]
    said = sent(client, text, "text/csv", query="?columns=number,name,,model")
    assert said["lines"][0]["verdict"] == "compliant"
    single = f"编号,名称,型号\n{small.in_force},探测器,SL-PIR-010\n".encode()
    assert sent(client, single, "text/csv")["workbook"]["columns"] == {"A": "number", "B": "name", "C": "model"}
