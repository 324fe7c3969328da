"""What people write into the cells of a list, and how it is read: nothing given, as above, brand and model in one."""

from io import BytesIO
from typing import Any

import openpyxl
import pytest
from flask.testing import FlaskClient

from association.workbooks.cells import Cell, Eaten
from association.workbooks.columns import fold_heading, recognise
from catalog.verifications.blanks import WORDS, AsAbove, is_nothing
from catalog.verifications.columns import list_columns
from tests.catalog.small_register import MAKER, SmallRegister, small
from tests.catalog.verifications.test_workbooks import LISTS, PAGES, sent, sheet_of
from tests.contracts.test_statements import counted

__all__ = ["small"]


def a_table(*rows: list[Any]) -> bytes:
    """A workbook that holds these rows, the first its headings."""
    target = BytesIO()
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "设备清单"
    for row in rows:
        sheet.append(row)
    book.save(target)
    return target.getvalue()


def verdicts(said: dict[str, Any]) -> list[str]:
    return [one["verdict"] for one in said["lines"]]


def remarks(said: dict[str, Any]) -> list[tuple[str, str]]:
    return [(one["cell"], one["code"]) for one in said["workbook"]["remarks"]]


# -- nothing given --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["/", "—", "－", "无", "（无）", "暂无", "待定", "待补", "N/A", "n.a.", "NA", "null", "-", "详见图纸"])  # fmt: skip
def test_a_maker_that_nobody_named_does_not_hide_what_brand_and_model_find(
    client: FlaskClient, small: SmallRegister, word: str
) -> None:
    said = sent(client, a_table(["序号", "型号", "品牌", "厂家"], [1, "SL-MW-200", "样例安防", word]))
    assert [one["code"] for one in said["lines"][0]["reasons"]] == ["registration_revoked"]
    assert remarks(said) == [("D2", "nothing_given")]
    assert word in said["workbook"]["remarks"][0]["detail"]


@pytest.mark.parametrize("word", ["/", "无", "待定", "N/A", "NA", "null", "0", "未登记", "办理中", "待补", "暂无"])
def test_a_number_that_nobody_has_leaves_the_verdict_to_maker_and_model(
    client: FlaskClient, small: SmallRegister, word: str
) -> None:
    said = sent(client, a_table(["型号", "厂家", "登记编号"], ["SL-PIR-010", MAKER, word]))
    assert verdicts(said) == ["compliant"]
    assert remarks(said) == [("C2", "nothing_given")]


def test_a_word_that_is_no_model_is_shown_to_whoever_reads_the_answer(
    client: FlaskClient, small: SmallRegister
) -> None:
    rows = [["探测器", "STANDARD", MAKER], ["探测器", "/", MAKER], ["微波探测器", "SL-MW-200", "国产"]]
    said = sent(client, a_table(["名称", "型号", "厂家"], *rows))
    assert remarks(said) == [("B2", "no_value_of_it"), ("B3", "nothing_given"), ("C4", "no_value_of_it")]
    shown = client.get(f"{PAGES}/{said['receipt']}", headers={"Accept": "text/html"}).text
    assert "“STANDARD”不是这一列的内容" in shown
    assert "“国产”不是这一列的内容" in shown
    sheet = sheet_of(client.get(f"{LISTS}/{said['receipt']}.xlsx").data)
    assert "STANDARD" in sheet["B2"].comment.text


@pytest.mark.parametrize("word", ["无", "待定", "详见图纸", "N/A", "国标", "定制", "/"])
def test_a_model_that_nobody_gave_is_not_looked_for(client: FlaskClient, small: SmallRegister, word: str) -> None:
    said = sent(client, a_table(["序号", "名称", "型号", "厂家"], [1, "探测器", word, MAKER]))
    assert [one["code"] for one in said["lines"][0]["reasons"]] == ["model_not_given"]
    assert remarks(said) == [("C2", "no_value_of_it" if word in ("国标", "定制") else "nothing_given")]


def test_as_above_below_a_cell_that_could_not_be_read_is_at_fault_like_it(
    client: FlaskClient, small: SmallRegister
) -> None:
    rows = [["SL-PIR-010", MAKER, "2026年11月"], ["SL-MW-200", MAKER, "同上"], ["SL-PIR-010", MAKER, "2026-02-20"]]
    said = sent(client, a_table(["型号", "厂家", "到货日期"], *rows, ["SL-MW-200", MAKER, "同上"]))
    assert [(one["cell"], one["code"]) for one in said["workbook"]["faults"]] == [("C2", "date"), ("C3", "date")]
    assert said["workbook"]["line_rows"] == [4, 5]
    assert (said["workbook"]["good"], said["workbook"]["faulty"]) == (2, 2)


@pytest.mark.parametrize("heading", ["设备名称（类别）", "名称（品牌）"])
def test_what_goods_are_called_besides_keeps_no_list_with_models_from_being_judged(
    client: FlaskClient, small: SmallRegister, heading: str
) -> None:
    said = sent(client, a_table(["序号", heading, "型号", "厂家"], [1, "探测器", "SL-PIR-010", MAKER]))
    assert verdicts(said) == ["compliant"]


@pytest.mark.parametrize("word", ["/", "—", "无", "待定", "未到货"])
def test_a_day_that_nobody_knows_keeps_no_line_from_being_judged(
    client: FlaskClient, small: SmallRegister, word: str
) -> None:
    rows = [["型号", "厂家", "到货日期"], ["SL-PIR-010", MAKER, word], ["SL-PIR-010", MAKER, "2026年11月"]]
    said = sent(client, a_table(*rows))
    assert (verdicts(said), said["lines"][0]["on"]) == (["compliant"], "2026-03-02")
    assert remarks(said) == [("C2", "nothing_given")]
    assert [(one["cell"], one["code"]) for one in said["workbook"]["faults"]] == [("C3", "date")]


def test_what_means_nothing_is_counted_and_said_but_no_cell_is_commented_for_it(
    client: FlaskClient, small: SmallRegister
) -> None:
    content = a_table(["型号", "品牌", "厂家"], ["SL-PIR-010", "/", MAKER], ["SL-PIR-777", "无", MAKER])
    said = sent(client, content)
    assert "2格写的是“/”“无”“待定”之类（品牌），按没有填写读取。" in said["workbook"]["notices"]
    back = sheet_of(client.get(f"{LISTS}/{said['receipt']}.xlsx").data)
    assert back["B2"].comment is None
    begun = client.post(f"{PAGES}/workbooks", data={"file": (BytesIO(content), "a.xlsx")}).location
    assert "2格写的是" in client.get(begun).text


def test_pasted_lists_are_read_so_too_and_what_a_program_says_is_not(client: FlaskClient, small: SmallRegister) -> None:
    made = client.post(f"{PAGES}/", data={"list": "型号\t品牌\t厂家\nSL-PIR-010\t样例安防\t待定"})
    assert made.status_code == 303
    assert "按没有填写读取" in client.get(made.location).text
    asked = {"lines": [{"model": "SL-PIR-010", "brand": "样例安防", "manufacturer": "待定"}]}
    assert client.post(LISTS, json=asked).get_json()["lines"][0]["verdict"] == "not_registered"


def test_a_name_is_never_taken_for_nothing_and_words_are_data() -> None:
    fields = list_columns().by_key
    assert fields["name"].parse(Cell("无")).value == "无"
    assert fields["remarks"].parse(Cell("无")).value == "无"
    assert fields["model"].parse(Cell("0")).value == "0"
    assert fields["number"].parse(Cell("0", Eaten.NUMBER)).value is None
    assert is_nothing("model", "—")
    assert WORDS.name == "list_blanks.json"


# -- as above -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["同上", "〃", "″", "〞", '"', "同 上", "ditto", "（同上）"])
def test_as_above_is_the_maker_of_the_line_above(client: FlaskClient, small: SmallRegister, word: str) -> None:
    rows = [["型号", "厂家"], ["SL-PIR-010", MAKER], ["SL-MW-200", word], ["SL-MW-300", word]]
    said = sent(client, a_table(*rows))
    assert verdicts(said) == ["compliant", "not_compliant", "not_compliant"]
    assert remarks(said) == [("B3", "as_above"), ("B4", "as_above")]
    assert MAKER in said["workbook"]["remarks"][0]["detail"]
    assert "2格写的是“同上”之类（生产企业），按上一行读取。" in said["workbook"]["notices"]
    back = sheet_of(client.get(f"{LISTS}/{said['receipt']}.xlsx").data)
    assert MAKER in back["B3"].comment.text


def test_as_above_holds_for_models_brands_names_and_days(client: FlaskClient, small: SmallRegister) -> None:
    rows = [
        ["序号", "名称", "型号", "品牌", "到货日期"],
        [1, "探测器", "SL-MW-500", "样例安防", "2021-03-01"],
        [2, "同上", "同上", "同上", "同上"],
    ]
    said = sent(client, a_table(*rows))
    assert said["lines"][1]["on"] == "2021-03-01"
    assert said["lines"][0]["registration"]["number"] == said["lines"][1]["registration"]["number"] == small.lapsed
    asked = client.get(f"{LISTS}/{said['receipt']}").get_json()["questions"][1]
    assert (asked["name"], asked["model"], asked["brand"]) == ("探测器", "SL-MW-500", "样例安防")


@pytest.mark.parametrize(
    "between",
    [["一、前端设备"], ["序号", "型号", "厂家"], ["小计", "", "", 3]],
    ids=["title of a part", "repeated heading", "subtotal"],
)
def test_as_above_does_not_reach_across_a_title_or_a_sum(
    client: FlaskClient, small: SmallRegister, between: list[Any]
) -> None:
    rows = [["序号", "型号", "厂家"], [1, "SL-PIR-010", MAKER], between, [2, "SL-MW-200", "同上"]]
    said = sent(client, a_table(*rows))
    assert [one["code"] for one in said["lines"][1]["reasons"]] == ["manufacturer_not_given"]
    assert remarks(said) == [("C4", "nothing_above")]


def test_as_above_under_nothing_is_nothing(client: FlaskClient, small: SmallRegister) -> None:
    rows = [["序号", "型号", "厂家"], [1, "SL-MW-200", "同上"], [2, "SL-MW-300", "/"], [3, "SL-MW-300", "同上"]]
    said = sent(client, a_table(*rows))
    assert {one["reasons"][0]["code"] for one in said["lines"]} == {"manufacturer_not_given"}
    assert remarks(said) == [("C2", "nothing_above"), ("C3", "nothing_given"), ("C4", "nothing_above")]


def test_as_above_without_headings_is_looked_through_by_a_person(client: FlaskClient, small: SmallRegister) -> None:
    shown = client.post(f"{PAGES}/", data={"list": f"SL-PIR-010\t{MAKER}\nSL-MW-200\t同上"})
    assert shown.status_code == 422


def test_the_sign_for_as_above_is_no_value() -> None:
    assert list_columns().by_key["manufacturer"].parse(Cell("〃")).value == AsAbove("〃")


# -- a proof's number without its kind -------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [None, "其他证书", "/"])
def test_a_certificates_number_is_looked_up_without_its_kind(
    client: FlaskClient, small: SmallRegister, kind: str | None
) -> None:
    rows = [
        ["型号", "厂家", "证明种类", "证书编号"],
        ["SL-PIR-010", MAKER, kind, "CSP-EX2026"],
        ["SL-PIR-010", MAKER, kind, "CSP-EX000"],
        ["SL-PIR-010", MAKER, "型式检验报告", "CSP-EX2026"],
    ]
    said = sent(client, a_table(*rows))
    told = [
        {one["code"] for one in line["warnings"]} & {"proof_not_on_file", "proof_wrong_kind"} for line in said["lines"]
    ]
    assert told == [set(), {"proof_not_on_file"}, {"proof_not_on_file"}]
    again = client.get(f"{LISTS}/{said['receipt']}").get_json()
    assert again["questions"][0]["proof"] == {"number": "CSP-EX2026"}
    assert [one["differs"] for one in again["now"]] == [[], [], []]


def test_a_column_of_certificate_numbers_alone_is_used(client: FlaskClient, small: SmallRegister) -> None:
    said = sent(client, a_table(["型号", "厂家", "证书编号"], ["SL-PIR-010", MAKER, "CSP-EX000"]))
    assert "proof_not_on_file" in {one["code"] for one in said["lines"][0]["warnings"]}
    assert client.get(f"{PAGES}/{said['receipt']}").status_code == 200


# -- columns that only resemble --------------------------------------------------------------------------------

RESEMBLING = [["序号", "设备名称及型号", "厂家"], [1, "SL-MW-200", MAKER]]


def test_a_program_is_asked_about_a_column_that_only_resembles_one_by_which_lines_are_judged(
    client: FlaskClient, small: SmallRegister
) -> None:
    said = sent(client, a_table(*RESEMBLING), status=422)
    assert [one["code"] for one in said["errors"]] == ["uncertain", "required"]
    assert "B列“设备名称及型号”" in said["detail"]
    assert said["errors"][1]["pointer"] == "/columns"
    told = sent(client, a_table(*RESEMBLING), query="?columns=ref,model,manufacturer")
    assert verdicts(told) == ["not_compliant"]


@pytest.mark.parametrize(
    ("heading", "sure"), [("生产厂家（品牌）", False), ("厂家（全称）", True), ("生产企业（厂家）", True)]
)
def test_a_heading_that_says_another_in_brackets_is_not_certain(heading: str, sure: bool) -> None:
    [found] = recognise(list_columns(), [(1, heading)])
    assert (found.key, found.certain) == ("manufacturer", sure)


def test_a_column_that_names_the_model_among_others_is_asked_about_where_no_other_is_the_model(
    client: FlaskClient, small: SmallRegister
) -> None:
    rows = [["序号", "名称", "型号/参数", "厂家"], [1, "探测器", "SL-MW-200", MAKER]]
    assert "C列“型号/参数”（像“型号”）" in sent(client, a_table(*rows), status=422)["detail"]
    rows = [["序号", "名称", "型号/参数", "厂家", "型号"], [1, "探测器", "DC12V", MAKER, "SL-MW-200"]]
    assert verdicts(sent(client, a_table(*rows))) == ["not_compliant"]


def test_a_column_that_decides_nothing_may_resemble(client: FlaskClient, small: SmallRegister) -> None:
    said = sent(client, a_table(["型号", "厂家", "施工安装位置说明"], ["SL-PIR-010", MAKER, "一楼"]))
    assert said["workbook"]["columns"]["C"] == "place"


def test_the_page_says_above_everything_which_columns_only_resemble(client: FlaskClient, small: SmallRegister) -> None:
    begun = client.post(f"{PAGES}/workbooks", data={"file": (BytesIO(a_table(*RESEMBLING)), "a.xlsx")}).location
    page = client.get(begun).text
    assert "有的列只是看来像" in page
    assert page.index("B列“设备名称及型号”") < page.index("核验1行")
    sure = a_table(["型号", "厂家"], ["SL-PIR-010", MAKER])
    begun = client.post(f"{PAGES}/workbooks", data={"file": (BytesIO(sure), "a.xlsx")}).location
    assert "有的列只是看来像" not in client.get(begun).text


# -- brand and model in one cell -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "heading", ["品牌型号", "品牌规格型号", "品牌/型号", "品牌、规格型号", "Make & Model", "Brand/Model"]
)
@pytest.mark.parametrize("between", [" ", "/", " / ", "　"])
def test_brand_and_model_in_one_cell_are_read_apart(
    client: FlaskClient, small: SmallRegister, heading: str, between: str
) -> None:
    rows = [["序号", heading, "数量"], [1, f"样例安防{between}SL-PIR-010", 2], [2, f"样例安防{between}SL-MW-200", 1]]
    said = sent(client, a_table(*rows))
    assert verdicts(said) == ["compliant", "not_compliant"]
    assert said["workbook"]["columns"]["B"] == "brand_model"
    assert remarks(said) == [("B2", "brand_parted"), ("B3", "brand_parted")]
    assert "2格同时写有品牌和型号（品牌和型号），已分开读取。" in said["workbook"]["notices"]
    assert client.get(f"{LISTS}/{said['receipt']}.xlsx").status_code == 200


def test_what_begins_with_no_brand_of_the_register_is_the_model_and_said_to_be(
    client: FlaskClient, small: SmallRegister
) -> None:
    rows = [
        ["序号", "品牌型号", "厂家"],
        [1, "样例安防 SL-PIR-010", MAKER],
        [2, "样例安防 SL-MW-200", MAKER],
        [3, "SL-MW-300", MAKER],
        [4, "同上", MAKER],
    ]
    said = sent(client, a_table(*rows))
    assert verdicts(said) == ["compliant", "not_compliant", "not_compliant", "not_compliant"]
    assert ("B4", "brand_not_parted") in remarks(said)
    page = client.post(f"{PAGES}/workbooks", data={"file": (BytesIO(a_table(*rows)), "a.xlsx")}, follow_redirects=True)
    assert "“SL-MW-300”不以登记簿中的品牌开头" in page.text


def test_a_column_of_brands_nobody_registered_is_asked_about(client: FlaskClient, small: SmallRegister) -> None:
    rows = [["序号", "品牌型号"], [1, "无此牌 SL-PIR-010"], [2, "无此牌 SL-MW-200"]]
    said = sent(client, a_table(*rows), status=422)
    assert [one["code"] for one in said["errors"]] == ["uncertain", "required"]
    told = sent(client, a_table(*rows), query="?columns=ref,brand_model")
    assert verdicts(told) == ["undetermined", "undetermined"]


def test_a_brand_of_several_words_is_known_as_a_whole(client: FlaskClient, small: SmallRegister) -> None:
    small.add("ZX 9", brand="Example Safe Works")
    small.add("ZX 8", brand="Example")
    said = sent(client, a_table(["ref", "Make & Model"], [1, "Example Safe Works ZX 9"], [2, "example ZX 8"]))
    assert [one["registration"]["model"] for one in said["lines"]] == ["ZX 9", "ZX 8"]


def test_the_template_asks_nobody_for_brand_and_model_in_one(client: FlaskClient) -> None:
    template = openpyxl.load_workbook(BytesIO(client.get(f"{PAGES}/template.xlsx").data)).worksheets[0]
    assert "品牌和型号" not in [cell.value for cell in template[1]]


# -- several models in one cell --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    ["SL-MW-200/ABC-900", "ABC-900、SL-MW-200", "ABC-900\nSL-MW-200", "SL-MW-200或同等产品", "型号：SL-MW-200", "SL-MW-200*2", "SL-MW-200（白色）"],
)  # fmt: skip
@pytest.mark.parametrize("who", ["厂家", "品牌"])
def test_one_of_several_models_in_a_cell_is_suggested_and_never_decides(
    client: FlaskClient, small: SmallRegister, text: str, who: str
) -> None:
    said = sent(client, a_table(["序号", "型号", who], [1, text, MAKER if who == "厂家" else "样例安防"]))
    [line] = said["lines"]
    assert (line["verdict"], [one["code"] for one in line["reasons"]]) == ("not_registered", ["not_found"])
    assert [one["code"] for one in line["warnings"]] == ["several_models"]
    assert [one["number"] for one in line["suggestions"]] == [small.revoked]
    back = sheet_of(client.get(f"{LISTS}/{said['receipt']}.xlsx").data)
    assert "不止是一个型号" in "".join(str(cell.value) for cell in back[2])
    assert small.revoked in "".join(str(cell.value) for cell in back[2])


def test_of_two_registered_models_in_a_cell_both_are_suggested_and_of_none_nothing(
    client: FlaskClient, small: SmallRegister
) -> None:
    asked = {"manufacturer": MAKER, "model": "SL-PIR-010/SL-MW-200"}
    alone = client.get(f"{LISTS}/check", query_string=asked).get_json()
    assert [one["number"] for one in alone["suggestions"]] == sorted([small.in_force, small.revoked])
    for model, maker in (("ABC-900/ABC-901", MAKER), ("SL-PIR-010/SL-MW-200", "别的厂")):
        line = client.get(f"{LISTS}/check", query_string={"manufacturer": maker, "model": model}).get_json()
        assert line["verdict"] == "not_registered"


def test_a_number_suggests_the_same_makers_number_with_the_zeros_it_lost(
    client: FlaskClient, small: SmallRegister
) -> None:
    number = small.add("00812")
    small.add("000812", manufacturer={"name": "别的厂", "uscc": None, "country": "CN"})
    said = sent(client, a_table(["型号", "厂家"], [812, MAKER], ["0000812", MAKER], [912, MAKER]))
    assert verdicts(said) == ["not_registered"] * 3
    assert [[one["number"] for one in line["suggestions"]] for line in said["lines"]] == [[number], [number], []]
    assert said["lines"][0]["suggestions"][0]["differs"] == [[0, "", "00"]]
    assert remarks(said)[0] == ("A2", "number_cell")
    alone = client.get(f"{LISTS}/check", query_string={"manufacturer": MAKER, "model": "812"}).get_json()
    assert [one["number"] for one in alone["suggestions"]] == [number]


def test_however_many_lines_are_parted_or_hold_several_models_the_statements_are_as_many(
    client: FlaskClient, small: SmallRegister
) -> None:
    taken = []
    for lines in (10, 400):
        rows = [[f"样例安防 SL-PIR-010/X-{place:03}", ""] for place in range(lines)]
        with counted() as said:
            sent(client, a_table(["品牌型号", "备注"], *rows))
        taken.append(len(said))
    # The first call fills what is kept of the catalog.
    assert taken[1] <= taken[0]


# -- what columns are called -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "key"),
    [
        ("厂商名称", "manufacturer"), ("厂名", "manufacturer"), ("生产厂", "manufacturer"), ("制造厂家", "manufacturer"),
        ("Mfr", "manufacturer"), ("Mfg.", "manufacturer"), ("到场时间", "on"), ("供货时间", "on"), ("制造年月", "made_on"),
        ("Part #", "model"), ("Model #", "model"), ("设备型号规格", "model"), ("登记证号", "number"), ("技防登记号", "number"),
        ("检测报告号", "proof_number"), ("品牌名称", "brand"), ("标的名称", "name"), ("Item #", "ref"),
        ("型号 Model", "model"), ("Model/型号", "model"), ("1.型号", "model"), ("型号\nModel No.", "model"), ("厂家/制造商", "manufacturer"),
        ("生产厂家/Manufacturer", "manufacturer"), ("数量 Qty", "quantity"), ("登记编号 Registration No.", "number"),
        ("产品规格型号", "model"), ("Product Model", "model"), ("制造商名称", "manufacturer"), ("生产厂家名称", "manufacturer"),
        ("Manufactured by", "manufacturer"), ("登记证书编号", "number"), ("到货", "on"), ("Date of purchase", "on"),
        ("Manufacture Date", "made_on"), ("商品名称", "name"), ("工程数量", "quantity"), ("制造商信用代码", "manufacturer_uscc"),
    ],
)  # fmt: skip
def test_headings_that_lists_have_are_known_for_certain(heading: str, key: str) -> None:
    [found] = recognise(list_columns(), [(1, heading)])
    assert (found.key, found.certain) == (key, True)


@pytest.mark.parametrize("heading", ["型号/厂家", "名称 Model", "Model, Manufacturer"])
def test_a_heading_that_names_two_things_is_not_known_for_certain(heading: str) -> None:
    [found] = recognise(list_columns(), [(1, heading)])
    assert not (found.key and found.certain)


def test_no_heading_is_called_two_things() -> None:
    called: dict[str, str] = {}
    for one in list_columns().fields:
        for name in (*one.names, one.label, one.key):
            assert called.setdefault(fold_heading(name), one.key) == one.key, name


def test_a_number_that_a_program_wrote_with_a_point_is_remarked_on(client: FlaskClient, small: SmallRegister) -> None:
    number = small.add("00812")
    said = sent(client, f"型号,厂家\n812.0,{MAKER}\n".encode(), "text/csv")
    assert remarks(said) == [("A2", "number_cell")]
    assert [one["number"] for one in said["lines"][0]["suggestions"]] == [number]


# -- merged cells that were pasted -----------------------------------------------------------------------------


def test_makers_missing_below_others_in_a_pasted_list_are_noticed(client: FlaskClient, small: SmallRegister) -> None:
    text = f"序号\t型号\t厂家\n1\tSL-PIR-010\t{MAKER}\n2\tSL-MW-200\t\n3\tSL-MW-300\t\n"
    made = client.post(f"{PAGES}/", data={"list": text})
    assert made.status_code == 303
    assert "2行没有生产企业，而上面的行有：第3、4行。原来若是合并单元格" in client.get(made.location).text
    said = sent(client, text.replace("\t", ",").encode(), "text/csv")
    assert any("合并单元格" in one for one in said["workbook"]["notices"])


@pytest.mark.parametrize(
    "text",
    [
        "型号\t厂家\t品牌\nSL-PIR-010\tMAKER\t\nSL-MW-200\t\t样例安防\n",
        "型号\t厂家\nSL-PIR-010\t\nSL-MW-200\tMAKER\n",
        "序号\t名称\t型号\t厂家\n1\t探测器\tSL-PIR-010\tMAKER\n二、后端设备\n2\t探测器\tSL-MW-200\t\n",
        "名称\t型号\t厂家\n探测器\tSL-PIR-010\tMAKER\n网线\t\t\n",
    ],
    ids=["a brand says whose", "none above", "another part", "no model either"],
)
def test_makers_that_are_missing_for_other_reasons_are_not(
    client: FlaskClient, small: SmallRegister, text: str
) -> None:
    made = client.post(f"{PAGES}/", data={"list": text.replace("MAKER", MAKER)})
    assert made.status_code == 303
    assert "原来若是合并单元格" not in client.get(made.location).text
