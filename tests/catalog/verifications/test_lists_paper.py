"""A receipt on paper: the lines as they were answered, the disclaimer, and where to read how they stand now."""

import zipfile
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.kernel.errors import Invalid
from association.kernel.i18n import speaking
from association.paper import answers, press
from association.web import limits
from association.workbooks.writing import XLSX
from catalog.verifications import kept, reports
from catalog.vocabulary import WarningCode
from tests.catalog.paper import squeezed, text_of, title_of
from tests.catalog.small_register import MAKER, SmallRegister, small
from tests.catalog.verifications.test_workbooks import mixed

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
        "没有完全一致的型号，只找到相似的型号；相似不作为依据。",
        "登记自2026年2月1日起被撤销。",
        "不要采购或安装；已安装的，请联系协会。",
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


def test_of_a_long_list_what_does_not_comply_is_printed_first_and_the_rest_is_counted(
    client: Any, small: SmallRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "MOST_PRINTED", 3)
    unclear = ["SJZ-01-2026-00001-A"] * 4
    address = handed_in(client, "\n".join([*unclear, small.in_force, small.revoked, small.in_force, small.suspended]))
    lines = kept.lines_of(kept.receipt(address.rpartition("/")[2]))
    assert [line.answer["verdict"] for line in lines] == [
        *["undetermined"] * 4, "compliant", "not_compliant", "compliant", "not_compliant",
    ]  # fmt: skip
    assert [line.position for line in reports.printed_lines(lines)] == [1, 6, 8]
    said = text_of(client.get(f"{address}.pdf"))
    assert squeezed("本件印出3行，先印不符合的，再印其他需要处理的。其余5行中还有3行需要处理，见分册") in said
    short = handed_in(client, "\n".join([small.in_force] * 4 + [small.revoked, small.in_force]))
    lines = kept.lines_of(kept.receipt(short.rpartition("/")[2]))
    assert [line.position for line in reports.printed_lines(lines)] == [1, 2, 5]
    assert squeezed("其余3行中还有0行需要处理") in text_of(client.get(f"{short}.pdf"))


def test_the_report_says_which_rows_of_a_workbook_were_not_verified_and_why(
    client: Any, small: SmallRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = client.post(f"/api/v1{PAGE}", data=mixed(small), content_type=XLSX).get_json()
    address = f"{PAGE}/{answer['receipt']}"
    said = text_of(client.get(f"{address}.pdf"))
    assert squeezed("有误，未核验1") in said
    assert squeezed("不是明细，未计入2") in said
    [fault] = answer["workbook"]["faults"]
    assert squeezed(f"有误未核验的1行F7（到货日期）：{fault['detail']}") in said
    monkeypatch.setattr(reports, "MOST_PRINTED", 3)
    first, second = (text_of(client.get(f"{address}.pdf?volume={number}")) for number in (1, 2))
    assert squeezed("有误，未核验1") in first
    assert squeezed("有误，未核验1") in second
    assert (squeezed("有误未核验的1行") in first, squeezed("有误未核验的1行") in second) == (True, False)
    plain = handed_in(client, small.in_force)
    assert "未计入" not in text_of(client.get(f"{plain}.pdf"))


def test_the_report_says_the_warnings_of_a_line_and_the_days_of_its_own(client: Any, small: SmallRegister) -> None:
    proof = {"kind": "type_test_report", "number": "GONE-1"}
    lines = [
        {"number": small.in_force, "brand": "别的品牌", "proof": proof},
        {"number": small.in_force, "on": "2026-02-03", "made_on": "2026-01-04"},
    ]
    asked = {"on": "2026-03-01", "made_on": "2026-01-05", "lines": lines}
    answer = client.post(f"/api/v1{PAGE}", json=asked).get_json()
    assert {"proof_not_on_file", "details_differ"} <= {one["code"] for one in answer["lines"][0]["warnings"]}
    address = f"{PAGE}/{answer['receipt']}"
    said = text_of(client.get(f"{address}.pdf"))
    assert squeezed("提示：所示证明材料未在本登记中收录，请核对原件") in said
    assert squeezed("提示：所填的品牌与登记不一致") in said
    assert squeezed("到货2026年2月3日 生产2026年1月4日") in said
    assert squeezed("到货2026年3月1日") not in said
    assert squeezed("生产2026年1月5日") not in said
    # In the other language the warnings are said by their names: the sentences are kept as they were given.
    english = text_of(client.get(f"{address}.pdf?lang=en"))
    assert squeezed(WarningCode.PROOF_NOT_ON_FILE.label) not in english
    with speaking("en"):
        assert squeezed(WarningCode.PROOF_NOT_ON_FILE.label) in english


def test_a_sheet_of_five_hundred_lines_fits_whatever_the_list_says_of_itself(client: Any, small: SmallRegister) -> None:
    endless = "\u1200" * 120  # no font has it, so each is written out as a code
    proof = {"kind": "type_test_report", "number": "GONE-1"}
    line = {
        "ref": endless[:40], "number": small.in_force, "model": endless[:80], "brand": endless[:60], "proof": proof,
        "on": "2026-02-03", "made_on": "2026-01-04",
    }  # fmt: skip
    asked = {"lines": [line] * reports.MOST_PRINTED}
    answer = client.post(f"/api/v1{PAGE}", json=asked)
    assert answer.status_code == 201, answer.get_json()
    found = kept.receipt(answer.get_json()["receipt"])
    lines = kept.lines_of(found)
    with pytest.raises(Invalid):
        press.sheet_job(reports.report(found, lines, address="https://register.example"))
    shortest = reports.report(found, lines, address="https://register.example", longest=reports.CUT_SHORTER[-1])
    assert len(press.sheet_job(shortest).data) < press.LARGEST_DATA * 0.8  # room for the faults of a workbook


def seven_lines(client: Any, small: SmallRegister) -> str:
    """The address of a receipt of seven lines, called 甲 to 庚."""
    lines = "".join(f"{ref}\t{small.in_force}\n" for ref in "甲乙丙丁戊己庚")
    return handed_in(client, f"序号\t登记编号\n{lines}", project="某工程")


@pytest.mark.parametrize("where", ["", "/api/v1"])
def test_a_long_list_is_printed_whole_in_volumes(
    client: Any, small: SmallRegister, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr(reports, "MOST_PRINTED", 3)
    address = where + seven_lines(client, small)
    for number, first, last, refs in ((1, 1, 3, "甲乙丙"), (2, 4, 6, "丁戊己"), (3, 7, 7, "庚")):
        said = text_of(client.get(f"{address}.pdf?volume={number}"))
        assert squeezed(f"第{number}册（共3册）第{first}至{last}行") in said
        assert [ref for ref in "甲乙丙丁戊己庚" if ref in said] == list(refs)
        assert "本件印出" not in said
        # Each volume says what the whole list came to.
        assert squeezed("行数7") in said
    for wrong in ("4", "0", "x"):
        assert client.get(f"{address}.pdf?volume={wrong}").status_code in (404, 422)


@pytest.mark.parametrize("where", ["", "/api/v1"])
def test_all_volumes_come_as_one_file_in_the_language_asked_for(
    client: Any, small: SmallRegister, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr(reports, "MOST_PRINTED", 3)
    address = where + seven_lines(client, small)
    headers, lang = ({"Accept-Language": "en"}, {}) if where else ({}, {"lang": "en"})
    answer = client.get(f"{address}.zip", headers=headers, query_string=lang)
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    with zipfile.ZipFile(BytesIO(answer.data)) as together:
        assert together.testzip() is None
        names = together.namelist()
        assert [name[-7:] for name in names] == ["-01.pdf", "-02.pdf", "-03.pdf"]
        for number, name in enumerate(names, 1):
            single = client.get(f"{address}.pdf", headers=headers, query_string=lang | {"volume": number})
            assert "Volume" in text_of(single)
            assert together.read(name) == single.data


def test_a_short_list_has_no_volumes(client: Any, small: SmallRegister) -> None:
    address = seven_lines(client, small)
    assert "分册" not in client.get(address).text
    assert client.get(f"{address}.pdf?volume=1").status_code == 404
    with zipfile.ZipFile(BytesIO(client.get(f"{address}.zip").data)) as together:
        [name] = together.namelist()
        assert together.read(name) == client.get(f"{address}.pdf").data


def test_the_page_of_a_long_list_offers_its_volumes(
    client: Any, small: SmallRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reports, "MOST_PRINTED", 3)
    address = seven_lines(client, small)
    page = client.get(address).text
    assert f'href="{address}.zip?lang=zh"' in page
    assert all(f'href="{address}.pdf?volume={number}' in page for number in (1, 2, 3))
    assert "第7至7行" in page


def test_a_code_that_nobody_has_opens_no_volume(client: Any, small: SmallRegister) -> None:
    for where in ("", "/api/v1"):
        for ending in (".zip", ".pdf?volume=1"):
            assert client.get(f"{where}{PAGE}/00000-00000-00000-00000-00000{ending}").status_code == 404


@pytest.mark.parametrize("where", ["", "/api/v1"])
def test_all_volumes_have_a_limit_of_their_own_which_an_unknown_code_never_meets(
    client: Any, small: SmallRegister, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    address = where + seven_lines(client, small)
    monkeypatch.setitem(client.application.config, "RATE_LIMITS", True)
    monkeypatch.setitem(limits.LIMITS, "volumes", replace(limits.LIMITS["volumes"], times=2))
    limits.of(client.application).reset()
    accept = {"Accept": "application/json"}
    unknown = f"{where}{PAGE}/00000-00000-00000-00000-00000.zip"
    assert [client.get(unknown, headers=accept).status_code for _time in range(3)] == [404] * 3
    assert [client.get(f"{address}.zip").status_code for _time in range(2)] == [200] * 2
    refused = client.get(f"{address}.zip", headers=accept)
    assert refused.status_code == 429
    assert "全部分册打包下载每小时最多2次" in refused.json["detail"]
    assert client.get(unknown, headers=accept).status_code == 404
    # Lists are judged as before, and single sheets are printed.
    assert client.get(f"{address}.pdf").status_code == 200
    assert client.post(f"/api/v1{PAGE}", json={"lines": [{"number": small.in_force}]}).status_code == 201


def test_while_the_press_is_busy_nothing_is_begun(
    client: Any, small: SmallRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = seven_lines(client, small)
    monkeypatch.setattr(answers, "PATIENCE_BETWEEN", 0.0)
    with press._lent("label", 1.0), press._lent("label", 1.0):
        answer = client.get(f"{address}.zip")
    assert answer.status_code == 429
    assert answer.mimetype == "text/html"


@given(st.integers(1, 10_000))
def test_every_line_stands_in_exactly_one_volume(lines: int) -> None:
    found = reports.volumes(lines)
    places = [place for one in found for place in range(one.first, one.last + 1)]
    assert places == (list(range(1, lines + 1)) if lines > reports.MOST_PRINTED else [])
    assert all(one.last - one.first < reports.MOST_PRINTED for one in found)
    assert [one.number for one in found] == list(range(1, len(found) + 1))
