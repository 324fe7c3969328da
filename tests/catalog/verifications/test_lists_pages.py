"""Lists on pages: pasted, answered line by line, settled by a person, found again by their asker."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from openpyxl import load_workbook

from association.kernel import clock
from association.kernel.actors import Role
from association.kernel.db import db
from association.workbooks.models import Upload
from catalog.register.models import RegisterEntry
from catalog.subscriptions import rules as subscriptions
from catalog.verifications import kept
from catalog.verifications.models import Verification, VerificationLine, VerificationPart, VerificationSettlement
from catalog.vocabulary import EntryKind
from tests.builders import a_registrant, an_account, an_enterprise
from tests.catalog.paper import squeezed, text_of
from tests.catalog.small_register import MAKER, NOW, SmallRegister, read, small

__all__ = ["small"]

PAGE = "/catalog/verifications"


def handed_in(client: Any, text: str, **more: str) -> str:
    """The address of the receipt."""
    answer = client.post(f"{PAGE}/", data={"list": text, **more}, headers={"Accept": "text/html"})
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])


def refused(client: Any, text: str, **more: str) -> str:
    answer = client.post(f"{PAGE}/", data={"list": text, **more}, headers={"Accept": "text/html"})
    assert answer.status_code == 422, answer.text
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Verification)) == 0
    return str(answer.text)


def test_the_form_for_a_list_stands_beside_that_for_one_product(client: Any, small: SmallRegister) -> None:
    assert "整张清单" in read(client, f"{PAGE}/new")
    assert 'name="list"' in read(client, f"{PAGE}/new?list=1")
    assert 'name="list"' in read(client, f"{PAGE}/new?list=1", language="en")


def test_a_pasted_list_with_headings_is_answered_line_by_line(client: Any, small: SmallRegister) -> None:
    text = (
        "序号\t设备名称\t规格型号\t生产厂家\t登记编号\t数量\t到货日期\n"
        f"1\t探测器\t\t\t{small.in_force}\t12\t2026/2/3\n"
        f"2\t探测器\tSL-PIR-O10\t{MAKER}\t\t3\t2026年2月3日\n"
        f"\t\t\t\t\t\t\n"
        f"3\t网线\tCAT6\t\t\t300\t\n"
        f"4\t探测器\t\t\t{small.revoked}\t1\t\n"
    )
    address = handed_in(client, text, project="示例工程", on="2026-02-10")
    shown = read(client, address)
    assert "登记信息核验结果" in shown
    assert "示例工程" in shown
    for word in ("符合", "不符合", "目录外", "无法判定"):
        assert word in shown
    assert "不是验收结论" in shown.replace("也不是验收结论", "不是验收结论")
    for conclusion in ("验收通过", "基本通过", "不通过"):
        assert conclusion not in shown
    found = kept.lines_of(kept.receipt(address.rpartition("/")[2]))
    assert [line.question["on"] for line in found] == ["2026-02-03", "2026-02-03", "2026-02-10", "2026-02-10"]
    assert [line.question.get("ref") for line in found] == ["1", "2", "3", "4"]
    assert "Answer as given" in read(client, address, language="en")


def test_sentences_as_given_are_marked_with_their_language_for_readers_of_the_other(
    client: Any, small: SmallRegister
) -> None:
    address = handed_in(client, small.revoked)
    [line] = kept.lines_of(kept.receipt(address.rpartition("/")[2]))
    said = line.answer["reasons"][0]["detail"]
    assert f"<p>{said}</p>" in read(client, address)
    assert f'<p lang="zh-Hans">{said}</p>' in read(client, address, language="en")
    assert f'<span lang="zh-Hans">{said}</span>' in read(client, f"{address}/1", language="en")


def test_without_headings_cells_are_told_by_their_look(client: Any, small: SmallRegister) -> None:
    address = handed_in(
        client, f"{small.in_force}\nSL-PIR-010\t{MAKER}\t2026-02-01\n探测器\tSL-PIR-777\t{MAKER}\t5台\n"
    )
    found = kept.lines_of(kept.receipt(address.rpartition("/")[2]))
    assert found[0].question["number"] == small.in_force
    assert (found[1].question["model"], found[1].question["manufacturer"]) == ("SL-PIR-010", MAKER)
    assert found[1].question["on"] == "2026-02-01"
    assert found[2].question["name"] == "探测器"
    assert found[2].question["quantity"] == "5台"
    assert [line.answer["registration"]["number"] for line in found] == [
        small.in_force,
        small.in_force,
        small.without_evidence,
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "请填写此项"),
        (" \n\t\n", "至少要有一行"),
        ("型号\t生产企业\n", "至少要有一行"),
        ("型号\t到货日期\nA-1\t2026-02-01\nA-2\t后天\n", "第3行（到货日期）：“后天”读不出日期"),
        ("型号\t生产企业\nA-1\t甲\n\t乙\n", "第3行：登记编号、型号、产品名称至少要有一项"),
        ("型号\n" + "x" * 121 + "\n", "第2行（型号）：最多120个字符"),
        ("A-1\n" * 10_001, "最多10000行"),
    ],
)
def test_a_list_that_cannot_be_read_is_shown_again_with_what_is_wrong(
    client: Any, small: SmallRegister, text: str, sentence: str
) -> None:
    shown = refused(client, text, project="不可丢失")
    assert sentence in shown
    assert "不可丢失" in shown
    if text.strip():
        assert text.strip().split("\n")[0].split("\t")[0] in shown


def test_filters_and_pages_of_a_long_list(client: Any, small: SmallRegister) -> None:
    address = handed_in(client, "\n".join([small.in_force, *[f"CAT{n}\t网线" for n in range(250)], small.revoked]))
    assert "第1页，共3页" in read(client, address)
    assert f"line-{252}" in read(client, f"{address}?page=3")
    assert 'line-1"' not in read(client, f"{address}?page=3")
    bad = read(client, f"{address}?verdict=not_compliant")
    assert bad.count("<tr id=") == 1
    assert "line-252" in bad
    assert "没有第9页" in read(client, f"{address}?page=9")
    assert read(client, f"{address}?verdict=nonsense", 422)


def similar_line(client: Any, small: SmallRegister) -> str:
    return handed_in(client, f"型号\t生产企业\nSL-PIR-O10\t{MAKER}\n{small.in_force}\t\n")


def test_an_open_line_is_settled_by_a_person_and_the_answer_stays(client: Any, small: SmallRegister) -> None:
    address = similar_line(client, small)
    shown = read(client, f"{address}/1")
    assert "<mark>0</mark>" in shown
    form = {"number": small.in_force, "reason": "对照铭牌核对", "by_name": "张三"}
    assert client.post(f"{address}/1", data=form).status_code == 303
    for page in (read(client, address), read(client, f"{address}/1")):
        assert "张三" in page
        assert "人工确认" in page
        assert "无法判定" in page
    receipt = kept.receipt(address.rpartition("/")[2])
    line = kept.line_of(receipt, 1)
    assert line.answer["verdict"] == "undetermined"
    assert line.settled is not None
    assert (line.settled.number, line.settled.verdict) == (small.in_force, "compliant")
    said = client.get(f"/api/v1{PAGE}/{receipt.receipt}").get_json()
    assert said["lines"][0]["verdict"] == "undetermined"
    assert said["now"][0]["verdict"] == "compliant"
    assert [(one["number"], one["by"], one["reason"]) for one in said["now"][0]["settled"]] == [
        (small.in_force, "张三", "对照铭牌核对")
    ]
    assert [one.positions for one in kept.relied_on(small.in_force)] == [(1,)]


def test_what_a_settled_line_came_to_is_said_on_page_paper_and_in_the_workbook(
    client: Any, small: SmallRegister
) -> None:
    address = handed_in(client, f"型号\t生产企业\nSL-MW-2O0\t{MAKER}\n")
    form = {"number": small.revoked, "reason": "对照铭牌核对", "by_name": "张三"}
    assert client.post(f"{address}/1", data=form).status_code == 303
    sentence = f"人工确认（2026年3月2日，张三）：{small.revoked}，不符合。依据：对照铭牌核对"
    to_do = "不要采购或安装；已安装的，请联系协会。"
    paper = text_of(client.get(f"{address}.pdf"))
    assert squeezed(sentence) in paper
    assert squeezed(to_do) in paper
    row = next(load_workbook(BytesIO(client.get(f"{address}.xlsx").data)).worksheets[0].iter_rows(min_row=2))
    verdict, reasons, number, do = [cell.value for cell in row][-4:]
    assert (verdict, number, do) == ("无法判定", None, to_do)
    assert reasons.endswith(sentence)
    shown = read(client, address)
    assert "确认为" in shown
    assert shown.count("不符合") >= 2
    assert to_do in shown
    assert small.revoked in text_of(client.get(f"{address}.pdf?lang=en"))
    assert squeezed("Confirmed by a person") in text_of(client.get(f"{address}.pdf?lang=en"))


def test_who_may_not_settle_sees_what_it_might_be_and_in_what_it_differs(
    browser: Callable[..., FlaskClient], client: Any, small: SmallRegister
) -> None:
    asker = browser(a_registrant(an_enterprise()))
    address = similar_line(asker, small)
    for _settled in range(2):
        shown = read(client, f"{address}/1")
        assert "<mark>0</mark>" in shown
        assert "第8个字符：所填O，登记为0" in shown
        assert small.in_force in shown
        assert 'type="radio"' not in shown
        asker.post(f"{address}/1", data={"number": small.in_force, "reason": "对照铭牌核对"})
    # Whoever may settle it again chooses among the same.
    assert 'type="radio"' in read(asker, f"{address}/1")


def test_a_second_settlement_is_added_and_both_are_told(client: Any, small: SmallRegister) -> None:
    address = similar_line(client, small)
    for number, who in ((small.in_force, "张三"), ("none", "李四")):
        form = {"number": number, "reason": "核对", "by_name": who}
        assert client.post(f"{address}/1", data=form).status_code == 303
    shown = read(client, f"{address}/1")
    assert shown.index("张三") < shown.index("李四")
    receipt = kept.receipt(address.rpartition("/")[2])
    assert kept.line_of(receipt, 1).settled.number is None  # type: ignore[union-attr]
    # Only the last counts: nobody is told of what a line was taken for and is no more.
    assert kept.relied_on(small.in_force) == []
    assert small.in_force not in kept.numbers_of(receipt)


@pytest.mark.parametrize(
    "form",
    [
        {"reason": "核对", "by_name": "张三"},
        {"number": "SJZ-01-2026-99999-X", "reason": "核对", "by_name": "张三"},
        {"number": "own", "reason": "", "by_name": "张三"},
        {"number": "own", "reason": "核对", "by_name": ""},
    ],
)
def test_a_settlement_needs_a_suggestion_a_reason_and_a_name(
    client: Any, small: SmallRegister, form: dict[str, str]
) -> None:
    address = similar_line(client, small)
    if form.get("number") == "own":
        form = {**form, "number": small.in_force}
    answer = client.post(f"{address}/1", data=form, headers={"Accept": "text/html"})
    assert answer.status_code == 422
    assert db.session.scalar(sa.select(sa.func.count()).select_from(VerificationSettlement)) == 0


def test_a_decided_line_cannot_be_settled(client: Any, small: SmallRegister) -> None:
    address = similar_line(client, small)
    form = {"number": small.in_force, "reason": "核对", "by_name": "张三"}
    assert client.post(f"{address}/2", data=form).status_code == 409
    assert client.post(f"{address}/99", data=form).status_code == 404


def test_only_the_askers_own_people_settle_and_list_their_receipts(
    browser: Callable[..., FlaskClient], client: Any, small: SmallRegister
) -> None:
    firm = an_enterprise()
    asker, colleague = browser(a_registrant(firm)), browser(a_registrant(firm))
    stranger = browser(an_account(Role.ACCEPTANCE_OFFICER))
    address = similar_line(asker, small)
    code = address.rpartition("/")[2]
    form = {"number": small.in_force, "reason": "核对"}
    assert client.post(f"{address}/1", data=form | {"by_name": "过路人"}).status_code == 403
    assert stranger.post(f"{address}/1", data=form).status_code == 403
    assert "选定是哪一件" not in read(stranger, address)
    assert code in read(asker, f"{PAGE}/")
    assert code in read(colleague, f"{PAGE}/")
    assert code not in read(stranger, f"{PAGE}/")
    assert colleague.post(f"{address}/1", data=form).status_code == 303


def test_how_a_line_stands_now_is_marked(client: Any, small: SmallRegister) -> None:
    address = handed_in(client, small.in_force)
    assert "与当时相同" in read(client, address)
    small.then(small.in_force, EntryKind.SUSPENDED, date(2026, 2, 20), note="核实")
    shown = read(client, address)
    assert "与当时相同" not in shown
    assert "<mark>" in shown
    assert "登记自2026年2月20日起暂停" in shown


def test_nothing_kept_can_be_altered(client: Any, small: SmallRegister) -> None:
    handed_in(client, small.in_force)
    for table in (VerificationLine, VerificationPart):
        for change in (sa.update(table).values(verification_id=table.verification_id), sa.delete(table)):
            with pytest.raises(sa.exc.DatabaseError):
                db.session.execute(change)
            db.session.rollback()


def test_the_page_of_a_line_writes_its_days_as_all_pages_do(client: Any, small: SmallRegister) -> None:
    address = handed_in(client, f"登记编号\t到货日期\t生产日期\n{small.in_force}\t2026-02-03\t2026-01-04\n")
    page = read(client, f"{address}/1")
    assert "到货日期 2026年2月3日，生产日期 2026年1月4日" in page
    assert "2026-02-03" not in page
    assert "3 Feb 2026" in read(client, f"{address}/1", language="en")


@pytest.mark.parametrize(
    ("typed", "said", "english"),
    [
        ("SL-PIR-\u039f10", "所填\u039f（希腊字母U+039F），登记为0", "\u039f (Greek letter, U+039F)"),
        ("SL-\u0420IR-010", "所填\u0420（西里尔字母U+0420），登记为P", "\u0420 (Cyrillic letter, U+0420)"),
        ("SL-PIR-O10", "所填O，登记为0", "O"),
    ],
)
def test_a_letter_that_only_looks_like_another_is_named(
    client: Any, small: SmallRegister, typed: str, said: str, english: str
) -> None:
    address = handed_in(client, f"型号\t生产企业\n{typed}\t{MAKER}\n")
    assert said in read(client, f"{address}/1")
    assert english in read(client, f"{address}/1", language="en")
    assert said in read(client, f"{PAGE}/new?model={typed}&manufacturer={MAKER}")


# -- what is pasted is read as carefully as a workbook ---------------------------------------------------------------


def asked_in(address: str) -> list[dict[str, Any]]:
    return [line.question for line in kept.lines_of(kept.receipt(address.rpartition("/")[2]))]


def looked_through(client: Any, text: str, **more: str) -> tuple[str, str]:
    """The page that shows how a pasted list was read, and the address its form goes to; nothing is kept yet."""
    shown = refused(client, text, **more)
    found = re.search(r'action="(/catalog/verifications/workbooks/[^"]+)"', shown)
    assert found is not None, shown
    return shown, found[1]


def test_a_title_a_sum_and_a_cell_of_two_lines_are_understood_when_pasted(client: Any, small: SmallRegister) -> None:
    text = (
        "某工程设备清单\t\t\t\t\n"
        "序号\t设备名称\t规格型号\t生产厂家\t数量\n"
        f'1\t"被动红外\n探测器"\tSL-PIR-010\t{MAKER}\t12\n'
        "小计\t\t\t\t15\n"
        f"2\t探测器\tSL-MW-200\t{MAKER}\t3\n"
        "\t\t合计\t\t15\n"
    )
    address = handed_in(client, text)
    assert [(one["model"], one["name"]) for one in asked_in(address)] == [
        ("SL-PIR-010", "被动红外 探测器"),
        ("SL-MW-200", "探测器"),
    ]
    shown = read(client, address)
    assert "读取4行：核验2行，有误未核验0行，不是明细未计入2行" in shown
    assert "表头在第2行" in shown
    assert "小计、合计行" in shown


def test_a_pasted_list_says_when_its_address_was_not_taken_down(
    client: Any, small: SmallRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subscriptions, "MOST_OF_ADDRESS", 1)
    text = f"型号\t生产厂家\nSL-PIR-010\t{MAKER}\n"
    for said in (False, True):
        address = handed_in(client, text, notify_email="site@example.org")
        shown = client.get(address).text
        assert ("回执已保存，但没有记下通知地址" in shown) is said
        assert len(asked_in(address)) == 1


def test_the_proof_that_a_pasted_line_names_is_asked_about(client: Any, small: SmallRegister) -> None:
    address = handed_in(client, f"型号\t生产厂家\t证明种类\t证书编号\nSL-PIR-010\t{MAKER}\t型式检验报告\t检字第1号\n")
    [line] = asked_in(address)
    assert (line["proof"]["kind"], line["proof"]["number"]) == ("type_test_report", "检字第1号")


@pytest.mark.parametrize(
    "text",
    [
        f"1\t被动红外入侵探测器\t虚构报警\tSL-PIR-O10\t台\t12\t{MAKER}\n2\t微波探测器\t虚构报警\tSL-MW-200\t台\t3\t{MAKER}\n",
        f"1\tSL-PIR-O10\t{MAKER}\n",
        f"1\tSL-PIR-O10\t{MAKER}\n一、视频监控系统\n2\tSL-MW-200\t{MAKER}\n合计\t2\t\n",
    ],
)
def test_without_headings_nothing_is_judged_before_a_person_has_looked(
    client: Any, small: SmallRegister, text: str
) -> None:
    shown, action = looked_through(client, text, project="示例工程", notify_email="a@example.org")
    assert "没有认出表头" in shown
    assert "示例工程" in shown
    assert "a@example.org" in shown
    form = dict(re.findall(r'<select class="input" id="[^"]+" name="(c\d+)".*?value="(\w+)" selected', shown))
    models = next(column for column, key in form.items() if key == "model")
    assert form["c1"] == "ref"
    assert "manufacturer" in form.values()
    form |= {"heading": "0", "sheet": "csv", "was": "0|csv", "project": "示例工程"}
    answer = client.post(action, data=form)
    assert answer.status_code == 303, answer.text
    assert asked_in(answer.location)[0]["model"] == "SL-PIR-O10", models
    assert "示例工程" in read(client, answer.location)


@pytest.mark.parametrize("model", ["1E+05", "2026/5/3", "5月3日", "3-May", "#REF!", "####", "=1+1"])
@pytest.mark.parametrize("headed", [True, False])
def test_a_model_that_a_spreadsheet_has_spoilt_is_not_judged_without_a_word(
    client: Any, small: SmallRegister, model: str, headed: bool
) -> None:
    text = f"SL-PIR-010\t{MAKER}\n{model}\t{MAKER}\n"
    if not headed:
        looked_through(client, text)
        return
    shown, action = looked_through(client, "型号\t生产企业\n" + text)
    assert "第3行（型号）：" in shown
    assert "核验1行" in shown
    answer = client.post(
        action, data={"sheet": "csv", "heading": "1", "was": "1|csv", "c1": "model", "c2": "manufacturer"}
    )
    assert [one["model"] for one in asked_in(answer.location)] == ["SL-PIR-010"]
    assert "有误未核验1行" in read(client, answer.location)


@pytest.mark.parametrize("heading", ["", "型号\n"])
def test_a_number_for_a_model_is_judged_and_remarked_on(client: Any, small: SmallRegister, heading: str) -> None:
    address = handed_in(client, f"{heading}812\nSL-PIR-010\n")
    assert [one["model"] for one in asked_in(address)] == ["812", "SL-PIR-010"]
    assert "0已被表格软件去掉" in read(client, address)


def test_whoever_pasted_goes_back_to_the_text_with_everything_that_was_typed(client: Any, small: SmallRegister) -> None:
    _shown, action = looked_through(client, "型号\t到货日期\nA-1\t昨天\nA-2\t2026-03-01\n")
    back = client.post(action, data={"do": "paste", "project": "不可丢失", "notify_email": "a@example.org"})
    assert back.status_code == 200
    for words in ("A-1\t昨天\nA-2\t2026-03-01", "不可丢失", "a@example.org"):
        assert words in back.text


def test_another_heading_row_is_chosen_on_the_page_and_its_names_are_read_anew(
    client: Any, small: SmallRegister
) -> None:
    text = "货\t产地\n产品型号说明\t所用生产厂家\nSL-PIR-010\t" + MAKER + "\n"
    _shown, action = looked_through(client, text)
    again = client.post(
        action, data={"do": "again", "heading": "2", "sheet": "csv", "was": "1|csv", "c1": "", "c2": ""}
    )
    assert again.status_code == 200
    assert dict(re.findall(r'name="(c\d+)".*?value="(\w+)" selected', again.text)) == {
        "c1": "model",
        "c2": "manufacturer",
    }
    # Choosing another row and judging at once shows what that row is read as first.
    at_once = client.post(action, data={"heading": "2", "sheet": "csv", "was": "1|csv", "c1": "", "c2": ""})
    assert at_once.status_code == 200
    data = {"heading": "2", "sheet": "csv", "was": "2|csv", "c1": "model", "c2": "manufacturer"}
    assert [one["model"] for one in asked_in(client.post(action, data=data).location)] == ["SL-PIR-010"]


@pytest.mark.parametrize(
    "text",
    [
        "一、视频监控系统\nSL-PIR-010\n",
        "型号\tSL-PIR-010\n厂家\t" + MAKER + "\n",
        "SL-PIR-010\n小计\n",
        "SL-PIR-010\t12\n",
    ],
)
def test_what_could_be_something_else_is_looked_through_first(client: Any, small: SmallRegister, text: str) -> None:
    looked_through(client, text)


def test_a_quote_that_is_never_closed_is_said_with_its_row(client: Any, small: SmallRegister) -> None:
    shown = refused(client, f'型号\t生产企业\nSL-PIR-010\t"{MAKER}\nSL-MW-200\t{MAKER}\n', project="不可丢失")
    assert "第2行的引号没有成对" in shown
    assert "不可丢失" in shown
    assert "SL-MW-200" in shown


def test_csv_may_be_pasted_too(client: Any, small: SmallRegister) -> None:
    address = handed_in(client, f"型号,生产企业\nSL-PIR-010,{MAKER}\n")
    assert [(one["model"], one["manufacturer"]) for one in asked_in(address)] == [("SL-PIR-010", MAKER)]


def test_too_many_lines_of_which_none_is_certain_are_refused_and_not_taken_in(
    client: Any, small: SmallRegister
) -> None:
    shown = refused(client, "".join(f"{n}\t探测器\t品牌\tA-{n}\t台\n" for n in range(1, 10_002)), project="不可丢失")
    assert "10000行" in shown
    assert "不可丢失" in shown
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Upload)) == 0


def test_what_stands_only_in_a_late_row_of_a_pasted_list_is_looked_at_too(client: Any, small: SmallRegister) -> None:
    looked_through(client, "".join(f"A-{n}\n" for n in range(60)) + f"A-60\t{MAKER}\tB-60\n")


# -- lists as projects have them -------------------------------------------------------------------------------------


def test_of_two_tables_the_upper_one_is_no_title_and_the_lower_one_is_said(client: Any, small: SmallRegister) -> None:
    upper = "序号\t名称\t型号\t厂家\n" + "".join(f"{n}\t探测器\tSL-PIR-010\t{MAKER}\n" for n in range(1, 18))
    shown, _action = looked_through(
        client, f"{upper}序号\t名称\t品牌\t型号\t厂家\n1\t探测器\t样例安防\tSL-MW-200\t{MAKER}\n"
    )
    assert "核验17行" in shown
    assert "第19行：自第19行起像是另一张表" in shown
    assert "第20行：自第19行起像是另一张表" in shown


@pytest.mark.parametrize(
    "text",
    [
        # Other words for the columns further down; headings in two rows.
        f"名称\t型号\t厂家\n探测器\tSL-PIR-010\t{MAKER}\n名称\t厂家\t型号\n探测器\t{MAKER}\tSL-MW-200\n",
        "序号\t产品名称\t招标要求\t\t投标响应\t\n\t\t品牌\t型号\t品牌\t型号\n1\t探测器\t海\tDS-1\t样例安防\tSL-PIR-010\n",
        # Two columns that may be the model's.
        "名称\t推荐品牌\t投标品牌\t型号\n探测器\t甲\t样例安防\tSL-PIR-010\n",
        # A title above lines without headings; a text whose columns stand apart by blanks; a row of csv in one cell.
        f"设备清单\n探测器\tSL-PIR-010\t{MAKER}\n",
        "序号  名称  品牌  型号  数量\n1  探测器  样例安防  SL-PIR-010  12\n",
        f"探测器,SL-PIR-010,{MAKER},12\n",
    ],
)
def test_what_could_be_read_in_another_way_is_never_judged_unseen(client: Any, small: SmallRegister, text: str) -> None:
    looked_through(client, text)


def test_a_table_on_its_side_is_refused_with_everything_typed(client: Any, small: SmallRegister) -> None:
    shown = refused(client, f"设备名称\t探测器\n型号\tSL-PIR-010\n生产厂家\t{MAKER}\n", project="不可丢失")
    assert "自第2行起像是另一张表" in shown or "像是另一张表" in shown
    assert "不可丢失" in shown


def test_the_fields_own_name_goes_before_another(client: Any, small: SmallRegister) -> None:
    address = handed_in(client, f"名称\t规格型号\t型号\t厂家\n探测器\t12米\tSL-PIR-010\t{MAKER}\n")
    assert [one["model"] for one in asked_in(address)] == ["SL-PIR-010"]


def test_csv_with_columns_of_its_own_is_pasted_too(client: Any, small: SmallRegister) -> None:
    text = f"某工程\n序号,名称,型号,厂家,单价\n1,探测器,SL-PIR-010,{MAKER},300\n2,探测器,SL-MW-200,{MAKER},300\n"
    assert [one["model"] for one in asked_in(handed_in(client, text))] == ["SL-PIR-010", "SL-MW-200"]


def test_a_name_in_quotation_marks_is_a_name(client: Any, small: SmallRegister) -> None:
    address = handed_in(client, f'名称\t型号\t厂家\n"鹰眼"探测器\tSL-PIR-010\t{MAKER}\n')
    assert [one["name"] for one in asked_in(address)] == ['"鹰眼"探测器']


def test_registration_numbers_count_whatever_their_column_is_called(client: Any, small: SmallRegister) -> None:
    address = handed_in(client, f"编号\t名称\t数量\n{small.in_force}\t探测器\t2\n{small.revoked}\t探测器\t2\n")
    assert [one["number"] for one in asked_in(address)] == [small.in_force, small.revoked]
    address = handed_in(client, f"1. {small.in_force}\n2、{small.revoked}\n")
    assert [one["number"] for one in asked_in(address)] == [small.in_force, small.revoked]


def test_an_item_that_is_counted_among_the_lines_is_one_without_a_model_too(client: Any, small: SmallRegister) -> None:
    text = (
        f"序号\t设备名称\t型号\t厂家\t数量\n1\t探测器\tSL-PIR-010\t{MAKER}\t12\n2\t防盗安全门\t\t\t\n"
        f"3\t探测器\tSL-MW-200\t{MAKER}\t2\n"
    )
    assert sorted(one["name"] for one in asked_in(handed_in(client, text))) == ["探测器", "探测器", "防盗安全门"]


def test_a_note_where_items_are_numbered_begins_no_other_table(client: Any, small: SmallRegister) -> None:
    text = (
        f"序号\t名称\t型号\t厂家\n1\t探测器\tSL-PIR-010\t{MAKER}\n备注\t以上均含安装\n2\t探测器\tSL-MW-200\t{MAKER}\n"
    )
    address = handed_in(client, text)
    assert {"SL-PIR-010", "SL-MW-200"} <= {one.get("model") for one in asked_in(address)}


def test_what_became_of_a_registration_after_the_goods_came_is_shown_too(
    client: Any, small: SmallRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = handed_in(client, small.in_force)
    small.then(small.in_force, EntryKind.REVOKED, date(2026, 3, 3), note="证明材料不实")
    later = NOW + timedelta(days=5)
    monkeypatch.setattr(clock, "now", lambda: later)
    shown = read(client, address)
    # On the day the goods came it was in force, and so the verdict stays; but nobody may read that nothing happened.
    assert "按这一行的日期，与当时相同" in shown
    assert "登记今天：<mark>" in shown
    assert "自2026年3月3日起" in shown
    [line] = client.get(f"/api/v1{address}").get_json()["now"][:1]
    assert (line["verdict"], line["changed"], line["differs"]) == ("compliant", True, ["standing_now"])
    assert line["standing_now"] == {"standing": "revoked", "since": "2026-03-03"}


def test_a_list_asked_as_things_were_known_before_says_so_wherever_it_is_read(
    client: Any, small: SmallRegister
) -> None:
    small.then(small.in_force, EntryKind.REVOKED, date(2026, 2, 10), note="证明材料不实")
    asked = {"known": "2026-02-01T00:00:00Z", "on": "2026-01-20", "lines": [{"number": small.in_force}]}
    made = client.post("/api/v1/catalog/verifications", json=asked).get_json()
    assert made["summary"]["compliant"] == 1
    assert "没有计入" in read(client, f"{PAGE}/{made['receipt']}")
    book = load_workbook(BytesIO(client.get(f"{PAGE}/{made['receipt']}.xlsx").data))
    said = [cell for row in book[book.sheetnames[-1]].iter_rows(values_only=True) for cell in row if cell]
    assert "知悉时点" in said
    assert any("没有计入" in str(one) for one in said)
    # What has been entered since does not count, so no reader is told that it was taken into account.
    entries = db.session.scalar(sa.select(sa.func.max(RegisterEntry.entry)))
    counted = f"核验时共{entries}条，只计入知悉时点以前记录的"
    assert counted in said
    assert counted in read(client, f"{PAGE}/{made['receipt']}")
    assert squeezed(counted) in text_of(client.get(f"{PAGE}/{made['receipt']}.pdf"))
    now = client.post("/api/v1/catalog/verifications", json={"lines": asked["lines"]}).get_json()
    assert "没有计入" not in read(client, f"{PAGE}/{now['receipt']}")


def test_a_line_with_days_of_its_own_shows_them_in_the_list(client: Any, small: SmallRegister) -> None:
    lines = [{"number": small.in_force}, {"number": small.in_force, "on": "2026-02-07"}]
    made = client.post("/api/v1/catalog/verifications", json={"lines": lines}).get_json()
    assert read(client, f"{PAGE}/{made['receipt']}").count("到货2026年2月7日") == 1
