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
from catalog.verifications.columns import list_columns
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
    assert len(places) == len(list_columns().fields)
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
    assert [one.key for one in found] == [one.key for one in list_columns().fields]
    kinds = sheet.data_validations.dataValidation[0].formula1.strip('"').split(",")
    proof = list_columns().by_key["proof_kind"]
    assert {proof.parse(Cell(kind)).value for kind in kinds} == set(EvidenceKind)


def test_a_guessed_code_finds_nothing(client: FlaskClient, small: SmallRegister) -> None:
    assert client.get(f"{PAGES}/workbooks/{'x' * 22}").status_code == 404
    assert client.get(f"{PAGES}/workbooks/{'x' * 300}").status_code == 404
    assert client.get(f"{LISTS}/AAAAA-AAAAA-AAAAA-AAAAA-AAAAA.xlsx").status_code == 404
