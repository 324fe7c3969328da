"""Lists on pages: pasted, answered line by line, settled by a person, found again by their asker."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from association.kernel.actors import Role
from association.kernel.db import db
from catalog.verifications import kept
from catalog.verifications.models import Verification, VerificationLine, VerificationPart, VerificationSettlement
from catalog.vocabulary import EntryKind
from tests.builders import a_registrant, an_account, an_enterprise
from tests.catalog.small_register import MAKER, SmallRegister, read, small

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
        ("型号\t到货日期\nA-1\t2026-02-01\nA-2\t后天\n", "第3行：“后天”不是日期"),
        ("型号\t生产企业\nA-1\t甲\n\t乙\n", "第3行：登记编号、型号、产品名称至少要有一项"),
        ("型号\n" + "x" * 121 + "\n", "第2行："),
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


def test_a_second_settlement_is_added_and_both_are_told(client: Any, small: SmallRegister) -> None:
    address = similar_line(client, small)
    for number, who in ((small.in_force, "张三"), ("none", "李四")):
        form = {"number": number, "reason": "核对", "by_name": who}
        assert client.post(f"{address}/1", data=form).status_code == 303
    shown = read(client, f"{address}/1")
    assert shown.index("张三") < shown.index("李四")
    assert kept.line_of(kept.receipt(address.rpartition("/")[2]), 1).settled.number is None  # type: ignore[union-attr]


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
