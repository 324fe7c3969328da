"""The workbook of a list back with its answers, whatever the list is like."""

from io import BytesIO

import openpyxl
from flask.testing import FlaskClient

from tests.association.workbooks.builders import part, with_parts
from tests.catalog.small_register import SmallRegister, small
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
