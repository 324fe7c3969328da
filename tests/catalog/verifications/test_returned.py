"""The workbook of a list back with its answers, whatever the list is like."""

from io import BytesIO
from itertools import islice

import openpyxl
import pytest
import xlsxwriter
from flask.testing import FlaskClient

from association.kernel.db import db
from association.workbooks.words import Refusal, refused
from catalog.verifications import kept as lines_kept
from catalog.verifications import marked
from catalog.verifications.models import VerificationWorkbook
from tests.association.workbooks.builders import part, with_parts
from tests.catalog.small_register import MAKER, SmallRegister, small
from tests.catalog.verifications.test_workbooks import LISTS, PAGES, mixed, sent

__all__ = ["small"]

MAIN = "xl/workbook.xml"


def test_a_workbook_that_nothing_can_be_put_into_does_not_keep_its_answers_back(
    client: FlaskClient, small: SmallRegister
) -> None:
    before = mixed(small)
    # A remark that holds what we look for: a spreadsheet does not mind, a text put in there would be none of the sheet.
    odd = part(before, MAIN).replace(b"<sheets>", b"<!-- </sheets> --><sheets>")
    receipt = sent(client, with_parts(before, {MAIN: odd}))["receipt"]
    for address in (f"{LISTS}/{receipt}.xlsx", f"{PAGES}/{receipt}.xlsx"):
        answer = client.get(address)
        assert answer.status_code == 200
        book = openpyxl.load_workbook(BytesIO(answer.data))
        said = [cell.value for row in book["设备清单"].iter_rows() for cell in row]
        assert [one for one in said if one in ("符合", "不符合", "目录外", "未登记", "未核验")] == [
            "符合", "不符合", "目录外", "未核验", "未登记",
        ]  # fmt: skip
        assert "SL-MW-200" in said
        assert any("本文件是新写的" in str(row[2].value) for row in book["核验汇总"].iter_rows())


def test_what_is_said_of_a_cell_of_a_csv_is_said_of_that_cell_in_what_comes_back(
    client: FlaskClient, small: SmallRegister
) -> None:
    text = f"某工程设备清单\n编制：张三\n序号,名称,型号,厂家\n\n1,锁,3月5日,{MAKER}\n2,探测器,SL-MW-200,{MAKER}\n"
    said = sent(client, text.encode("gb18030"), "text/csv")
    assert [one["cell"] for one in said["workbook"]["faults"]] == ["C5"]
    back = openpyxl.load_workbook(BytesIO(client.get(f"{LISTS}/{said['receipt']}.xlsx").data))["csv"]
    assert (back["C5"].value, back["E5"].value, back["E6"].value) == ("3月5日", "未核验", "不符合")
    assert "C5（型号）" in back["F5"].value
    assert back["C5"].comment is not None
    assert back["A1"].value == "某工程设备清单"


def test_a_list_in_a_sheet_without_a_free_column_gets_its_answers_all_the_same(
    client: FlaskClient, small: SmallRegister
) -> None:
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("设备清单")
        sheet.merge_range("A1:XFD1", "某工程设备清单")
        sheet.write_row("A2", ["型号", "生产厂家"])
        sheet.write_row("A3", ["SL-MW-200", MAKER])
        sheet.write_row("A4", ["SL-PIR-010"])
        sheet.merge_range("B4:XFD4", MAKER)
    receipt = sent(client, target.getvalue())["receipt"]
    back = openpyxl.load_workbook(BytesIO(client.get(f"{LISTS}/{receipt}.xlsx").data))
    assert [back["设备清单"][cell].value for cell in ("C2", "C3", "C4")] == ["核验结论", "不符合", "符合"]
    assert "本文件是新写的" in str([[cell.value for cell in row] for row in back["核验汇总"].iter_rows()])


def test_a_workbook_that_is_no_longer_readable_does_not_keep_its_answers_back(
    client: FlaskClient, small: SmallRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = sent(client, mixed(small))["receipt"]

    def stricter(_content: bytes) -> None:
        raise refused(Refusal.DAMAGED, part="x")

    monkeypatch.setattr(marked, "Source", stricter)
    book = openpyxl.load_workbook(BytesIO(client.get(f"{LISTS}/{receipt}.xlsx").data))
    assert [row[10].value for row in book.worksheets[0].iter_rows(min_row=2)] == [
        "符合", "不符合", "目录外", "无法判定", "未登记",
    ]  # fmt: skip
    assert "原工作簿现在无法读取" in str([[cell.value for cell in row] for row in book["核验汇总"].iter_rows()])


def test_rows_keep_what_was_said_of_them_however_they_would_be_read_today(
    client: FlaskClient, small: SmallRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = f"型号,厂家,到货日期\nSL-PIR-010,{MAKER},2026-02-20\nSL-MW-200,{MAKER},2026-02-20\n合计,,\n"
    made = client.post(LISTS, data=rows.encode(), content_type="text/csv").get_json()["receipt"]
    kept = db.session.query(VerificationWorkbook).one()
    fault = {"cell": "C3", "column": "on", "code": "date", "detail": "当时不是日期"}
    read = {**kept.said["read"], "faults": [fault], "rows_left_out": [{"row": 4, "code": "footnote"}]}
    kept.said, kept.rows = {**kept.said, "read": read}, kept.rows[:1]
    db.session.commit()
    every = lines_kept.each_line
    monkeypatch.setattr(lines_kept, "each_line", lambda verification: islice(every(verification), 1))
    sheet = openpyxl.load_workbook(BytesIO(client.get(f"{LISTS}/{made}.xlsx").data)).worksheets[0]
    said = [[cell.value for cell in row][3:5] for row in sheet.iter_rows(min_row=2)]
    assert said[0][0] == "符合"
    assert said[1][0] == "未核验"
    assert "C3（到货日期）：当时不是日期" in said[1][1]
    assert "表下的说明或签署" in said[2][1]
