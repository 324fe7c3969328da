"""Equipment lists as workbooks: read as they are, judged, and given back with the answers."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
import xlsxwriter
from flask.testing import FlaskClient

from association.jobs import service as jobs
from association.jobs.models import Job
from association.kernel.db import db
from association.workbooks import service as spool
from association.workbooks.cells import Cell
from association.workbooks.columns import recognise
from association.workbooks.models import HeadingChoice, Upload
from association.workbooks.writing import XLSX
from catalog.verifications import workbooks
from catalog.verifications.columns import list_columns, template_fields
from catalog.verifications.models import Verification, VerificationWorkbook
from catalog.vocabulary import EvidenceKind
from tests.builders import a_registrant
from tests.catalog.small_register import MAKER, NOW, SmallRegister, small

__all__ = ["small"]

LISTS = "/api/v1/catalog/verifications"
PAGES = "/catalog/verifications"
HEADINGS = ["序号", "设备名称", "规格型号", "生产厂家", "数量", "到货日期", "备注"]


def a_list(*lines: list[Any], headings: list[str] | None = None, title: str = "某工程设备清单") -> bytes:
    """A list as people have it: a title, headings, lines, a total, who made it."""
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("设备清单")
        sheet.set_column(0, 0, 33)
        sheet.merge_range(0, 0, 0, 6, title)
        sheet.write_row(2, 0, headings or HEADINGS)
        for row, line in enumerate(lines, 3):
            sheet.write_row(row, 0, line)
        sheet.write_row(len(lines) + 3, 0, ["合计", "", "", "", 9])
        sheet.write_row(len(lines) + 5, 0, ["制表人：张三"])
    return target.getvalue()


def mixed(small: SmallRegister) -> bytes:
    return a_list(
        ["1", "探测器", "SL-PIR-010", MAKER, 3, "2026-03-01", "a"],
        ["2", "微波探测器", "SL-MW-200", MAKER, 2, "", ""],
        ["3", "网线", "CAT6", "", 100, "", ""],
        ["4", "探测器", "", MAKER, 1, "三月", ""],
        ["5", "探测器", "SL-PIR-O10", MAKER, 1, "", ""],
        ["6", "探测器", 812, MAKER, 1, "", ""],
    )


def sent(client: FlaskClient, content: bytes, kind: str = XLSX, query: str = "", status: int = 201) -> dict[str, Any]:
    answer = client.post(LISTS + query, data=content, content_type=kind)
    assert answer.status_code == status, answer.get_json()
    said: dict[str, Any] = answer.get_json()
    return said


def sheet_of(content: bytes, name: str = "设备清单") -> Any:
    return openpyxl.load_workbook(BytesIO(content))[name]


def count(table: Any) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0


def test_a_program_sends_the_workbook_and_gets_every_line_judged(client: FlaskClient, small: SmallRegister) -> None:
    said = sent(client, mixed(small), query="?project=示例项目&filename=清单.xlsx")
    assert [line["verdict"] for line in said["lines"]] == [
        "compliant", "not_compliant", "not_in_catalog", "undetermined", "not_registered",
    ]  # fmt: skip
    assert [line["ref"] for line in said["lines"]] == ["1", "2", "3", "5", "6"]
    book = said["workbook"]
    assert (book["rows"], book["good"], book["faulty"], book["left_out"]) == (8, 5, 1, 2)
    assert book["line_rows"] == [4, 5, 6, 8, 9]
    assert [(one["cell"], one["code"]) for one in book["faults"]] == [("F7", "date")]
    assert [(one["cell"], one["code"]) for one in book["remarks"]] == [("C9", "number_cell")]
    assert [(one["row"], one["code"]) for one in book["rows_left_out"]] == [(10, "subtotal"), (12, "footnote")]
    assert said["project"] == "示例项目"
    assert said["summary"]["lines"] == 5
    assert said["summary"]["in_catalog"] == 4
    again = client.get(f"{LISTS}/{said['receipt']}").get_json()
    assert again["workbook"] == book
    plain = client.post(LISTS, json={"lines": [{"number": small.in_force}]}).get_json()
    assert "workbook" not in client.get(f"{LISTS}/{plain['receipt']}").get_json()


def test_of_an_older_receipt_its_workbook_is_told_as_far_as_it_is_kept(
    client: FlaskClient, small: SmallRegister
) -> None:
    receipt = sent(client, mixed(small))["receipt"]
    workbook = db.session.scalars(sa.select(VerificationWorkbook)).one()
    workbook.said = {name: workbook.said[name] for name in ("faults", "notices")}
    db.session.commit()
    book = client.get(f"{LISTS}/{receipt}").get_json()["workbook"]
    assert (book["rows"], book["good"], book["faulty"], book["left_out"]) == (8, 5, 1, 2)
    assert [one["detail"] for one in book["faults"]] == workbook.said["faults"]
    assert client.get(f"{PAGES}/{receipt}.pdf").status_code == 200


def test_the_same_workbook_comes_back_with_the_answers(client: FlaskClient, small: SmallRegister) -> None:
    before = mixed(small)
    receipt = sent(client, before, query="?filename=清单.xlsx")["receipt"]
    answer = client.get(f"{LISTS}/{receipt}.xlsx")
    assert answer.status_code == 200
    assert answer.mimetype == XLSX
    assert "attachment" in answer.headers["Content-Disposition"]
    page = client.get(f"{PAGES}/{receipt}.xlsx")
    assert page.data == answer.data
    old, new = sheet_of(before), sheet_of(answer.data)
    for row in old.iter_rows():
        for cell in row:
            assert new[cell.coordinate].value == cell.value
    assert new.column_dimensions["A"].width == pytest.approx(33, abs=1)
    assert [new.cell(3, column).value for column in range(8, 12)] == ["核验结论", "理由", "登记编号（核验）", "怎么办"]
    assert [new.cell(row, 8).value for row in range(4, 11)] == [
        "符合", "不符合", "目录外", "未核验", "无法判定", "未登记", None,
    ]  # fmt: skip
    assert new["J4"].value == small.in_force
    assert "撤销" in new["I5"].value
    assert "不要采购或安装" in new["K5"].value
    assert "F7" in new["I7"].value
    assert new["F7"].comment is not None
    assert "撤销" in new["C5"].comment.text
    assert "核对" in new["C9"].comment.text
    assert new["C4"].comment is None
    assert new["I10"].value == "不是明细，未计入：小计、合计行"
    summary = sheet_of(answer.data, "核验汇总")
    said = {row[0].value: row[1].value for row in summary.iter_rows()}
    assert (said["符合"], said["不符合"], said["目录外"], said["有误，未核验"], said["目录内合计"]) == (1, 1, 1, 1, 4)
    assert said["回执编号"] == receipt
    assert any("验收结论" in str(cell.value) for row in summary.iter_rows() for cell in row)


@pytest.mark.parametrize("kind", ["text/csv", XLSX])
def test_csv_is_told_by_its_content_and_comes_back_as_a_workbook(
    client: FlaskClient, small: SmallRegister, kind: str
) -> None:
    content = f"型号,生产企业\nSL-PIR-010,{MAKER}\nX-1,=1+1\n=1+1,无此厂\n".encode("gb18030")
    said = sent(client, content, kind)
    assert [(one["cell"], one["code"]) for one in said["workbook"]["faults"]] == [("A4", "formula_text")]
    assert [line["verdict"] for line in said["lines"]] == ["compliant", "not_registered"]
    back = openpyxl.load_workbook(BytesIO(client.get(f"{LISTS}/{said['receipt']}.xlsx").data)).worksheets[0]
    assert [[cell.value for cell in row][:3] for row in back.iter_rows()] == [
        ["型号", "生产企业", "核验结论"],
        ["SL-PIR-010", MAKER, "符合"],
        ["X-1", "=1+1", "未登记"],
        ["=1+1", "无此厂", "未核验"],
    ]
    assert back["A4"].data_type == back["B3"].data_type == "s"


def test_a_list_that_was_json_comes_as_a_new_workbook(client: FlaskClient, small: SmallRegister) -> None:
    asked = {"lines": [{"number": small.in_force, "ref": "00812"}, {"model": "=1+1", "manufacturer": MAKER}]}
    receipt = client.post(LISTS, json=asked).get_json()["receipt"]
    book = openpyxl.load_workbook(BytesIO(client.get(f"{LISTS}/{receipt}.xlsx").data))
    sheet = book.worksheets[0]
    assert [sheet["A2"].value, sheet["G2"].value, sheet["K2"].value] == ["00812", small.in_force, "符合"]
    assert (sheet["D3"].value, sheet["D3"].data_type) == ("=1+1", "s")
    assert book.sheetnames[1] == "核验汇总"


def test_nothing_on_our_own_sheets_is_cut_off(client: FlaskClient, small: SmallRegister) -> None:
    """Not every program works out by itself how high a row of several lines is."""
    given = sent(client, mixed(small))["receipt"]
    asked = {"lines": [{"model": "SL-MW-2O0", "manufacturer": MAKER, "name": "很长的名称" * 20}]}
    fresh = client.post(LISTS, json=asked).get_json()["receipt"]
    for receipt in (given, fresh):
        book = openpyxl.load_workbook(BytesIO(client.get(f"{LISTS}/{receipt}.xlsx").data))
        sheet = book["核验汇总"]
        # A sentence of its own runs on over the columns beside it.
        assert sheet["A2"].value.startswith("本结果是登记信息核验结果")
        assert not sheet["A2"].alignment.wrap_text
        assert [sheet["A7"].value, sheet["A8"].value, sheet["A9"].value] == ["登记簿", "到货日期", "生产日期"]
        assert sheet["C7"].value
    lines = openpyxl.load_workbook(BytesIO(client.get(f"{LISTS}/{fresh}.xlsx").data)).worksheets[0]
    texts = {cell.column_letter: str(cell.value) for cell in lines[2] if cell.value}
    needed = max(len(text) * 2 / lines.column_dimensions[letter].width for letter, text in texts.items())
    assert lines.row_dimensions[2].height >= 15 * needed


def test_when_the_workbook_is_kept_no_longer_a_new_one_is_made(client: FlaskClient, small: SmallRegister) -> None:
    receipt = sent(client, mixed(small))["receipt"]
    spool.clear(NOW + timedelta(days=workbooks.days_kept(NOW) - 1))
    assert count(Upload) == 1
    spool.clear(NOW + timedelta(days=workbooks.days_kept(NOW) + 1))
    assert count(Upload) == 0
    sheet = openpyxl.load_workbook(BytesIO(client.get(f"{LISTS}/{receipt}.xlsx").data)).worksheets[0]
    assert sheet["K2"].value == "符合"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "workbook_empty"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "workbook_old"),
        (b"PK\x03\x04 not a zip", "workbook_damaged"),
        ("型号,名称\n".encode() + b"a,b\n" * 10_001, "workbook_rows"),
        ("天气,心情\n好,好\n".encode(), "workbook_no_table"),
    ],
)
def test_what_cannot_be_read_is_a_clear_problem_and_nothing_is_kept(
    client: FlaskClient, small: SmallRegister, content: bytes, code: str
) -> None:
    said = sent(client, content, status=422)
    assert said["type"] == f"/problems/{code}"
    assert said["errors"][0]["pointer"] == "/file"
    assert client.get(f"/problems/{code}").status_code == 200
    if code != "workbook_no_table":  # a person may still say which column is which
        page = client.post(f"{PAGES}/workbooks", data={"file": (BytesIO(content), "a.xlsx")})
        assert page.status_code == 422
        assert said["detail"] in page.text
    assert count(Verification) == count(Upload) == 0


def test_a_workbook_without_one_good_line_is_refused_with_every_fault(
    client: FlaskClient, small: SmallRegister
) -> None:
    said = sent(client, "型号,到货日期\nA-1,昨天\n1.5E+17,\n".encode(), "text/csv", status=422)
    assert [one["code"] for one in said["errors"]] == ["date", "scientific"]
    assert "B2" in said["errors"][0]["detail"]
    assert count(Verification) == count(Upload) == 0


def test_a_person_uploads_checks_how_it_was_read_and_has_it_judged(client: FlaskClient, small: SmallRegister) -> None:
    begun = client.post(f"{PAGES}/workbooks", data={"file": (BytesIO(mixed(small)), "我的清单.xlsx")})
    assert begun.status_code == 303
    page = client.get(begun.location)
    assert page.status_code == 200
    for words in ("我的清单.xlsx", "F7（到货日期）", "小计、合计行", "表头在第3行"):
        assert words in page.text
    answer = client.post(begun.location, data={"project": "示例项目", "sheet": "设备清单"})
    assert answer.status_code == 303
    receipt = client.get(answer.location)
    assert "核验5行" in receipt.text
    assert "有误未核验1行" in receipt.text
    assert f"{answer.location}.xlsx" in receipt.text


def test_a_correction_of_the_columns_is_used_and_remembered_for_the_enterprise(
    browser: Callable[..., FlaskClient], client: FlaskClient, small: SmallRegister
) -> None:
    content = a_list(["1", "SL-PIR-010", MAKER, "x", "", "", ""], headings=["甲", "乙", "丙", "型号", "戊", "己", "庚"])
    person = a_registrant()
    mine = browser(person)
    begun = mine.post(f"{PAGES}/workbooks", data={"file": (BytesIO(content), "a.xlsx")}).location
    choice = {"c1": "ref", "c2": "model", "c3": "manufacturer", "c4": "", "sheet": "设备清单"}
    again = mine.get(begun, query_string=choice)
    assert again.status_code == 200
    made = mine.post(begun, data=choice)
    assert made.status_code == 303
    assert "符合" in mine.get(made.location).text
    assert count(HeadingChoice) == 1
    colleague = browser(a_registrant())
    second = mine.post(f"{PAGES}/workbooks", data={"file": (BytesIO(content), "b.xlsx")}).location
    assert "符合" in mine.get(mine.post(second, data={"sheet": ""}).location).text
    other = colleague.post(f"{PAGES}/workbooks", data={"file": (BytesIO(content), "b.xlsx")}).location
    assert (
        "符合"
        not in colleague.get(colleague.post(other, data={"sheet": ""}).location)
        .text.partition("逐行结果")[2]
        .partition("SL-PIR")[0]
    )
    assert client.get(begun).status_code == 404
    assert colleague.get(begun).status_code == 404


def test_columns_that_are_missing_are_named_and_nothing_is_judged(client: FlaskClient, small: SmallRegister) -> None:
    content = a_list(["1", "x", "y", "z", "", "", ""], headings=["甲", "乙", "生产厂家", "数量", "戊", "己", "庚"])
    assert client.post(f"{PAGES}/workbooks", data={"file": (BytesIO(content), "a.xlsx")}).status_code == 303
    location = client.post(f"{PAGES}/workbooks", data={"file": (BytesIO(content), "a.xlsx")}).location
    assert "还缺少可以核验的列" in client.get(location).text
    refused = client.post(location, data={"sheet": ""})
    assert refused.status_code == 422
    assert count(Verification) == 0


def test_a_long_list_is_done_by_the_worker_once_however_often_it_is_killed(
    client: FlaskClient, small: SmallRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(workbooks, "AT_ONCE", 3)
    begun = client.post(f"{PAGES}/workbooks", data={"file": (BytesIO(mixed(small)), "清单.xlsx")}).location
    answer = client.post(begun, data={"sheet": "", "on": "2026-03-01", "project": "长"})
    assert answer.location.startswith("/association/jobs/")
    assert count(Verification) == 0

    class Killed(BaseException):
        pass

    keep = spool.keep

    def killed(*args: Any, **more: Any) -> None:
        keep(*args, **more)
        raise Killed

    monkeypatch.setattr(spool, "keep", killed)
    with pytest.raises(Killed):
        jobs.work(NOW)
    db.session.remove()
    assert count(Verification) == count(VerificationWorkbook) == 0
    monkeypatch.setattr(spool, "keep", keep)
    jobs.work(NOW)
    jobs.work(NOW)
    assert count(Verification) == count(VerificationWorkbook) == 1
    job = db.session.scalars(sa.select(Job)).one()
    assert job.result_url in client.get(answer.location).text
    assert "长" in client.get(job.result_url).text


def test_the_template_is_read_as_a_list(client: FlaskClient, small: SmallRegister) -> None:
    answer = client.get(f"{PAGES}/template.xlsx")
    assert answer.status_code == 200
    book = openpyxl.load_workbook(BytesIO(answer.data))
    sheet = book.worksheets[0]
    places = {cell.value: cell.column for cell in sheet[1]}
    assert len(places) == len(template_fields())
    sheet.cell(2, places["型号"]).value = "SL-PIR-010"
    sheet.cell(2, places["生产企业"]).value = MAKER
    sheet.cell(2, places["证明种类"]).value = "型式检验报告"
    sheet.cell(2, places["证明编号"]).value = "检字第1号"
    target = BytesIO()
    book.save(target)
    said = sent(client, target.getvalue())
    assert said["lines"][0]["verdict"] == "compliant"
    assert "proof_not_on_file" in [one["code"] for one in said["lines"][0]["warnings"]]
    assert len(sheet.data_validations.dataValidation) == 1


@pytest.mark.parametrize("field", list_columns().fields, ids=lambda one: one.key)
def test_each_column_is_known_by_at_least_ten_headings_in_both_languages(field: Any) -> None:
    known = [name for name in field.names if recognise(list_columns(), [(1, name)])[0].key == field.key]
    assert known == list(field.names)
    assert len(known) >= 10
    assert sum(name.isascii() for name in known) >= 3
    assert sum(not name.isascii() for name in known) >= 3


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_template_speaks_both_languages_and_is_read_in_both(client: FlaskClient, language: str) -> None:
    answer = client.get(f"{PAGES}/template.xlsx", headers={"Accept-Language": language})
    sheet = openpyxl.load_workbook(BytesIO(answer.data)).worksheets[0]
    found = recognise(list_columns(), [(cell.column, cell.value) for cell in sheet[1]])
    assert [one.key for one in found] == [one.key for one in template_fields()]
    kinds = sheet.data_validations.dataValidation[0].formula1.strip('"').split(",")
    proof = list_columns().by_key["proof_kind"]
    assert {proof.parse(Cell(kind)).value for kind in kinds} == set(EvidenceKind)


def test_a_guessed_code_finds_nothing(client: FlaskClient, small: SmallRegister) -> None:
    assert client.get(f"{PAGES}/workbooks/{'x' * 22}").status_code == 404
    assert client.get(f"{PAGES}/workbooks/{'x' * 300}").status_code == 404
    assert client.get(f"{LISTS}/AAAAA-AAAAA-AAAAA-AAAAA-AAAAA.xlsx").status_code == 404


# -- what is no heading, no line, or not what was typed ----------------------------------------------------------------

BARE = f"1,被动红外入侵探测器,SL-PIR-O10,{MAKER}\n2,微波探测器,SL-MW-200,{MAKER}\n3,探测器,812,{MAKER}\n"


def test_a_program_is_told_what_is_missing_and_how_to_say_it(client: FlaskClient, small: SmallRegister) -> None:
    said = sent(client, BARE.encode(), "text/csv", status=422)
    assert said["type"] == "/problems/workbook_no_table"
    assert [one["pointer"] for one in said["errors"]] == ["/file", "/columns"]
    assert "heading_row" in said["errors"][1]["detail"]
    assert count(Verification) == count(Upload) == 0
    said = sent(client, BARE.encode(), "text/csv", query="?heading_row=0&columns=ref,name,model,manufacturer")
    assert [line["verdict"] for line in said["lines"]] == ["undetermined", "not_compliant", "not_registered"]
    assert said["workbook"]["heading_row"] == 0
    assert said["workbook"]["columns"] == {"A": "ref", "B": "name", "C": "model", "D": "manufacturer"}
    assert [(one["cell"], one["code"]) for one in said["workbook"]["remarks"]] == [("C3", "number_cell")]
    back = sheet_of(client.get(f"{LISTS}/{said['receipt']}.xlsx").data, "csv")
    assert [back.cell(row, 5).value for row in (1, 2, 3)] == ["无法判定", "不符合", "未登记"]


def test_a_workbook_without_headings_comes_back_with_its_answers(client: FlaskClient, small: SmallRegister) -> None:
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("设备清单")
        sheet.write_row(0, 0, ["1", "探测器", "SL-PIR-010", MAKER])
        sheet.write_row(1, 0, ["2", "探测器", "SL-MW-200", MAKER])
    said = sent(client, target.getvalue(), query="?heading_row=0&columns=,name,model,manufacturer")
    back = sheet_of(client.get(f"{LISTS}/{said['receipt']}.xlsx").data)
    assert [back.cell(row, 5).value for row in (1, 2)] == ["符合", "不符合"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("?headingrow=0", "/headingrow"),
        ("?heading_row=-1", "/heading_row"),
        ("?heading_row=0&columns=ref,nonsense", "/columns"),
        ("?heading_row=0&columns=model,model", "/columns"),
        ("?heading_row=99", "/file"),
    ],
)
def test_a_program_is_told_of_a_field_that_does_not_exist_or_holds_nonsense(
    client: FlaskClient, small: SmallRegister, query: str, pointer: str
) -> None:
    said = sent(client, BARE.encode(), "text/csv", query=query, status=422)
    assert said["errors"][0]["pointer"] == pointer
    assert count(Verification) == count(Upload) == 0


def test_a_heading_without_the_needed_columns_is_named_with_its_row(client: FlaskClient, small: SmallRegister) -> None:
    said = sent(client, "生产厂家,数量,单位\n某厂,3,台\n".encode(), "text/csv", status=422)
    assert said["type"] == "/problems/workbook_no_column"
    assert "第1行是表头" in said["detail"]


def test_a_person_says_what_the_columns_of_a_list_without_headings_are(
    client: FlaskClient, small: SmallRegister
) -> None:
    begun = client.post(f"{PAGES}/workbooks", data={"file": (BytesIO(BARE.encode()), "清单.csv")})
    assert begun.status_code == 303
    page = client.get(begun.location)
    assert "没有认出表头" in page.text
    assert "没有表头行" in page.text
    # Without a word on the columns nothing is judged.
    assert client.post(begun.location, data={"sheet": "csv"}).status_code == 422
    choice = {
        "heading": "0",
        "was": "0|csv",
        "sheet": "csv",
        "c1": "ref",
        "c2": "name",
        "c3": "model",
        "c4": "manufacturer",
    }
    answer = client.post(begun.location, data=choice)
    assert answer.status_code == 303
    assert "核验3行" in client.get(answer.location).text


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (f'型号,生产企业\nA-1,甲厂\nA-2,"甲厂\nA-3,{MAKER}\n', 3),
        ('型号,生产企业,数量\nA-1,"甲厂,1\nA-2,"乙厂",2\nA-3,丙厂,3\n', 2),
        ('型号,生产企业,数量\nA-1,"甲厂,1\nA-2,乙厂",2\nA-3,丙厂,3\n', 2),
        ('"型号,生产企业\nA-1,甲厂\n', 1),
    ],
)
def test_a_quote_that_takes_other_lines_into_its_cell_is_refused_with_its_row(
    client: FlaskClient, small: SmallRegister, content: str, row: int
) -> None:
    said = sent(client, content.encode(), "text/csv", status=422)
    assert said["type"] == "/problems/workbook_quotes"
    assert f"第{row}行的引号没有成对" in said["detail"]
    assert client.get("/problems/workbook_quotes").status_code == 200
    assert count(Verification) == 0


def test_a_cell_of_several_lines_in_csv_is_no_quote_gone_astray(client: FlaskClient, small: SmallRegister) -> None:
    content = '名称,型号,技术参数\n"探测器\n（室外）","A-1","12V, 室外,\nIP67"\n5"屏,B-1,\n'
    said = sent(client, content.encode(), "text/csv")
    assert said["workbook"]["good"] == 2


def listed(*lines: list[Any], headings: list[str] | None = None) -> bytes:
    """A list whose lines have a model each, and between and below them what is none."""
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("设备清单")
        sheet.write_row(0, 0, headings or ["序号", "设备名称", "规格型号", "数量", "生产厂家", "合价"])
        for row, line in enumerate([*([str(n), "探测器", f"A-{n}", 1, MAKER, 100] for n in range(1, 5)), *lines], 1):
            sheet.write_row(row, 0, line)
    return target.getvalue()


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (["一", "视频监控系统"], "section"),
        (["(一)", "前端"], "section"),
        (["1.1", "报警主机部分"], "section"),
        (["二", "入侵报警系统", "", "", "", 30000], "section"),
        (["", "机房设备"], "section"),
        (["", "税率13%"], "subtotal"),
        (["", "税率：13%", "", "", "", 39], "subtotal"),
        (["大写：壹万贰仟叁佰元整"], "subtotal"),
        (["合计（大写）", "人民币壹万元整"], "subtotal"),
        (["", "含税总价", "", "", "", 300], "subtotal"),
        (["", "工程总造价", "", "", "", 300], "subtotal"),
        (["", "视频监控系统小计", "", 4, "", 300], "subtotal"),
        (["", "", "合计", 4], "subtotal"),
        (["", "", "", "", "", "合计：300元"], "subtotal"),
        (["", "", "", "", "", "另行结算"], "nothing_read"),
        (["2026年3月1日"], "footnote"),
        (["", "    年  月  日"], "footnote"),
        (["某某公司第2页"], "footnote"),
        (["", "某某公司 第 2 页 共 3 页"], "footnote"),
        (["投标人：某公司（盖章）", "日期：2026年3月1日"], "footnote"),
    ],
)
def test_what_is_no_line_of_a_list_is_left_out_and_said(
    client: FlaskClient, small: SmallRegister, line: list[Any], why: str
) -> None:
    book = sent(client, listed(line))["workbook"]
    assert (book["rows"], book["good"], book["faulty"], book["left_out"]) == (5, 4, 0, 1)
    assert [(one["row"], one["code"]) for one in book["rows_left_out"]] == [(6, why)]


@pytest.mark.parametrize(
    "line",
    [
        ["5", "网线", "", 300],
        ["5", "合计风格面板", "", 2],
        ["5", "税控机", "T-1", 1],
        ["5", "总线模块", "", 1],
        ["5", "楼层显示器", "", 1, MAKER],
        ["", "", "B-2"],
    ],
)
def test_a_line_without_a_model_is_a_line_all_the_same(
    client: FlaskClient, small: SmallRegister, line: list[Any]
) -> None:
    book = sent(client, listed(line))["workbook"]
    assert (book["good"], book["left_out"]) == (5, 0)


def test_in_a_list_of_names_alone_every_name_is_a_line(client: FlaskClient, small: SmallRegister) -> None:
    content = "序号,设备名称,型号\n1,网线\n2,视频监控系统\n3,探测器,\n4,探测器,A-1\n".encode()
    book = sent(client, content, "text/csv")["workbook"]
    assert (book["good"], [one["row"] for one in book["rows_left_out"]]) == (3, [3])
    only = sent(client, "设备名称\n视频监控系统\n网线\n".encode(), "text/csv")["workbook"]
    assert (only["good"], only["left_out"]) == (2, 0)


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("2026/5/3", "date_eaten"),
        ("5月3日", "date_eaten"),
        ("3-May", "date_eaten"),
        ("May-26", "date_eaten"),
        ("#REF!", "cell_error"),
        ("#N/A", "cell_error"),
        ("########", "narrow"),
        ("=1+1", "formula_text"),
        ("1E+05", "scientific"),
    ],
)
def test_what_a_spreadsheet_left_in_csv_of_a_model_is_a_fault(
    client: FlaskClient, small: SmallRegister, cell: str, code: str
) -> None:
    book = sent(client, f"型号,生产企业\nA-1,{MAKER}\n{cell},{MAKER}\n".encode(), "text/csv")["workbook"]
    assert [(one["cell"], one["code"]) for one in book["faults"]] == [("A3", code)]
    assert book["good"] == 1


def test_a_text_written_as_a_formula_in_csv_is_that_text(client: FlaskClient, small: SmallRegister) -> None:
    content = f'型号,生产企业\n"=""00812""",{MAKER}\n00812,{MAKER}\n812,{MAKER}\n3-4,{MAKER}\n1E5,{MAKER}\n'
    said = sent(client, content.encode(), "text/csv")
    asked = client.get(f"{LISTS}/{said['receipt']}").get_json()["questions"]
    assert [one["model"] for one in asked] == ["00812", "00812", "812", "3-4", "1E5"]
    assert [(one["cell"], one["code"]) for one in said["workbook"]["remarks"]] == [("A4", "number_cell")]
    assert "0已被表格软件去掉" in client.get(f"{PAGES}/{said['receipt']}").text


def test_a_cell_that_decides_nothing_keeps_no_line_from_being_judged(client: FlaskClient, small: SmallRegister) -> None:
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("设备清单")
        sheet.write_row(0, 0, ["型号", "生产厂家", "数量", "规格", "位置", "备注"])
        sheet.write_row(1, 0, ["SL-PIR-010", MAKER])
        sheet.write_formula(1, 2, "=A9*2", None, "")
        sheet.write_formula(1, 3, "=1/0", None, "#DIV/0!")
        sheet.write_string(1, 4, "层" * 300)
        sheet.write_string(1, 5, "注" * 2500)
    said = sent(client, target.getvalue())
    assert [line["verdict"] for line in said["lines"]] == ["compliant"]
    assert {(one["cell"], one["code"]) for one in said["workbook"]["remarks"]} >= {
        ("D2", "not_used"),
        ("E2", "not_used"),
        ("F2", "not_used"),
    }


def test_other_sheets_that_hold_lines_nobody_judged_are_named(client: FlaskClient, small: SmallRegister) -> None:
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        for name, lines in (("视频", 3), ("门禁", 2), ("报警", 1)):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, ["型号", "生产厂家"])
            for row in range(lines):
                sheet.write_row(row + 1, 0, [f"A-{row}", MAKER])
        book.add_worksheet("封面").write(0, 0, "某工程")
        book.add_worksheet("空白")
    for query, read, others in (("", "视频", ("门禁", "报警")), ("?sheet=门禁", "门禁", ("视频", "报警"))):
        said = sent(client, target.getvalue(), query=query)
        assert said["workbook"]["sheet"] == read
        notice = next(one for one in said["workbook"]["notices"] if "没有核验" in one)
        assert all(f"“{name}”" in notice for name in others)
        assert f"“{read}”" not in notice
        assert "封面" not in notice
        assert any("封面" in one for one in said["workbook"]["notices"])
        assert not any("空白" in one for one in said["workbook"]["notices"])


def test_verdicts_are_commented_on_before_anything_else_and_merged_cells_never(
    client: FlaskClient, small: SmallRegister
) -> None:
    target = BytesIO()
    lines = 1100
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("设备清单")
        sheet.write_row(0, 0, ["型号", "生产厂家", "备注"])
        for row in range(1, lines + 1):
            sheet.write_number(row, 0, row + 100)
        sheet.merge_range(1, 1, lines + 1, 1, MAKER)
        sheet.merge_range(1, 2, lines + 1, 2, "同上")
        sheet.write(lines + 1, 0, "SL-MW-200")
    said = sent(client, target.getvalue())
    assert not [one for one in said["workbook"]["remarks"] if one["column"] == "remarks"]
    back = sheet_of(client.get(f"{LISTS}/{said['receipt']}.xlsx").data)
    last = back.cell(lines + 2, 1)
    assert last.value == "SL-MW-200"
    assert last.comment is not None
    assert "不符合" in last.comment.text
    comments = [cell for row in back.iter_rows() for cell in row if cell.comment]
    assert len(comments) == 1000
    assert not [cell for cell in comments if cell.column > 1]


def test_the_returned_workbook_lists_what_may_have_been_meant(client: FlaskClient, small: SmallRegister) -> None:
    receipt = sent(client, mixed(small))["receipt"]
    back = sheet_of(client.get(f"{LISTS}/{receipt}.xlsx").data)
    assert "如确是下列型号之一" in back["K8"].value
    for words in (small.in_force, "SL-PIR-010", MAKER):
        assert words in back["K8"].value


def test_a_line_with_nothing_to_ask_about_is_said_of_the_row(client: FlaskClient, small: SmallRegister) -> None:
    content = f"产品名称,型号,生产企业\n探测器,A-1,{MAKER}\n,,{MAKER}\n".encode()
    book = sent(client, content, "text/csv")["workbook"]
    assert [(one["cell"], one["detail"]) for one in book["faults"]] == [("A3", "登记编号、型号、产品名称至少要有一项")]
    begun = client.post(f"{PAGES}/workbooks", data={"file": (BytesIO(content), "a.csv")}).location
    assert "第3行：登记编号、型号、产品名称至少要有一项" in client.get(begun).text


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("型号,生产企业\n", "表头下面没有内容"),
        ("型号,生产企业\n合计,\n", "读到的1行都是标题、小计或说明"),
    ],
)
def test_a_list_without_a_line_is_refused_in_plain_words(
    client: FlaskClient, small: SmallRegister, content: str, sentence: str
) -> None:
    assert sentence in sent(client, content.encode(), "text/csv", status=422)["detail"]


def test_a_program_is_asked_which_of_two_columns_is_meant(client: FlaskClient, small: SmallRegister) -> None:
    text = "名称,推荐品牌,投标品牌,型号\n探测器,甲,样例安防,SL-PIR-010\n".encode()
    said = sent(client, text, "text/csv", status=422)
    assert {one["pointer"] for one in said["errors"]} == {"/file", "/columns"}
    assert "“推荐品牌”" in said["detail"]
    assert count(Verification) == 0
    said = sent(client, text, "text/csv", query="?columns=name,,brand,model")
    assert said["lines"][0]["verdict"] == "compliant"


def test_lines_below_another_heading_are_faults_and_never_judged_by_the_wrong_columns(
    client: FlaskClient, small: SmallRegister
) -> None:
    text = f"名称,型号,厂家\n探测器,SL-PIR-010,{MAKER}\n\n名称,厂家,型号\n探测器,{MAKER},SL-MW-200\n".encode()
    said = sent(client, text, "text/csv")
    assert len(said["lines"]) == 1
    assert [one["code"] for one in said["workbook"]["faults"]] == ["other_heading", "other_heading"]
