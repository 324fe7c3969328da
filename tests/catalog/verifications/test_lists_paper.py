"""A receipt on paper: the lines as they were answered, the disclaimer, and where to read how they stand now."""

from typing import Any

import pytest

from catalog.verifications import kept, reports
from tests.catalog.paper import squeezed, text_of, title_of
from tests.catalog.small_register import MAKER, SmallRegister, small

__all__ = ["small"]

PAGE = "/catalog/verifications"


def handed_in(client: Any, text: str, **more: str) -> str:
    return str(client.post(f"{PAGE}/", data={"list": text, **more}).headers["Location"])


def test_the_report_says_every_line_and_no_conclusion(client: Any, small: SmallRegister) -> None:
    address = handed_in(
        client, f"型号\t生产企业\t登记编号\nSL-PIR-O10\t{MAKER}\t\n\t\t{small.revoked}\n", project="示例工程"
    )
    form = {"number": small.in_force, "reason": "对照铭牌核对", "by_name": "张三"}
    client.post(f"{address}/1", data=form)
    answer = client.get(f"{address}.pdf")
    said = text_of(answer)
    code = address.rpartition("/")[2]
    for text in (
        "登记信息核验结果",
        code,
        "示例工程",
        "SL-PIR-O10",
        "只找到相似型号",
        "登记已撤销",
        small.revoked,
        "张三",
    ):
        assert squeezed(text) in said, text
    assert squeezed("不是行政许可，不构成推荐，也不是验收结论") in said
    for conclusion in ("验收通过", "基本通过", "不通过"):
        assert conclusion not in said
    assert code in title_of(answer)
    assert "Undetermined" in text_of(client.get(f"{address}.pdf?lang=en"))
    assert client.get(f"/api/v1{address}.pdf").mimetype == "application/pdf"
    assert client.get(f"{PAGE}/00000-00000-00000-00000-00000.pdf").status_code == 404


def test_of_a_long_list_the_lines_that_ask_for_something_are_printed_first(
    client: Any, small: SmallRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "MOST_PRINTED", 3)
    address = handed_in(client, "\n".join([small.in_force] * 4 + [small.revoked, small.in_force, small.lapsed]))
    lines = kept.lines_of(kept.receipt(address.rpartition("/")[2]))
    assert [line.position for line in reports.printed_lines(lines)] == [1, 5, 7]
    assert squeezed("本件印出3行，先印需要处理的；其余4行") in text_of(client.get(f"{address}.pdf"))
