"""Home page and verification page: the answer first, nothing typed lost, likeness never an answer."""

import re
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from catalog.vocabulary import EntryKind
from tests.catalog.small_register import CODE, LONG_MODEL, MAKER, SmallRegister, mistyped, never_given, read, small
from tests.counting import counted

__all__ = ["small"]

NEW = "/catalog/verifications/new"


def ask(client: Any, status: int = 200, language: str = "zh", **question: str) -> str:
    return read(client, f"{NEW}?{urlencode(question)}", status, language)


def verdict(text: str) -> str:
    """The verdict of a page; the page's only h1 is its word."""
    found = re.findall(r'data-verdict="(\w+)"', text)
    assert len(found) == 1
    assert len(re.findall(r"<h1[ >]", text)) == 1
    return str(found[0])


def value(text: str, name: str) -> str:
    """What stands in a field."""
    field = re.search(rf'<input[^>]* name="{name}"[^>]*>', text)
    assert field is not None, name
    found = re.search(r' value="([^"]*)"', field[0])
    return found[1] if found else ""


# -- home ----------------------------------------------------------------------------------------------------


def test_home_says_what_it_is_and_has_one_form(client: Any, small: SmallRegister) -> None:
    page = read(client, "/")
    assert "石家庄市技防产品登记簿" in page
    assert len(re.findall(r'<form class="check" method="get" action="/catalog/verifications/new"', page)) == 1
    assert 'name="item"' in page
    assert 'name="maker"' in page
    assert "行政许可、认证或推荐，也不是验收结论" in page


def test_home_counts_and_shows_the_newest_with_their_standing(client: Any, small: SmallRegister) -> None:
    page = read(client, "/")
    assert "现有登记9件" in page
    shown = re.findall(r'href="/catalog/register/(SJZ-[^"]+)"', page)
    assert len(shown) == 5
    assert small.revoked not in shown[:2]
    assert "2026年1月5日 登记" in page
    assert page.count('class="entry__side"') == 5


def test_home_leads_to_every_class_of_today(client: Any, small: SmallRegister) -> None:
    page = read(client, "/")
    for number in range(1, 11):
        assert f'href="/catalog/categories/{number:02}"' in page


def test_home_has_no_dead_links(client: Any, small: SmallRegister) -> None:
    for path in set(re.findall(r'(?:href|action)="(/[^"#]*)', read(client, "/"))):
        assert client.get(path.replace("&amp;", "&")).status_code in (200, 303), path


def test_home_of_an_empty_register_is_calm(client: Any, db: Any) -> None:
    assert "登记簿还没有登记" in read(client, "/")


def test_home_asks_few_questions_of_the_database(client: Any, db: Any, small: SmallRegister) -> None:
    with counted() as statements:
        read(client, "/")
    assert len(statements) <= 8


# -- the verdicts ----------------------------------------------------------------------------------------------


def test_a_valid_registration_with_proof_is_compliant(client: Any, small: SmallRegister) -> None:
    page = ask(client, number=small.in_force)
    assert verdict(page) == "compliant"
    assert "SL-PIR-010" in page
    assert MAKER in page
    assert "CSP-EX2026" in page
    assert "按登记编号找到" in page
    assert "2026年1月5日</span>至" in page
    assert f'href="/catalog/register/{small.in_force}"' in page
    assert "不是行政许可，不构成推荐，也不是验收结论" in page


def test_a_revoked_registration_is_not_compliant_and_says_why_since_when_and_by_which_law(
    client: Any, small: SmallRegister
) -> None:
    page = ask(client, number=small.revoked)
    assert verdict(page) == "not_compliant"
    assert "登记自2026年2月1日起被撤销。" in page
    assert "怎么办" in page
    assert "不要采购或安装" in page
    assert "石家庄市人民政府令第134号" in page
    assert "石家庄市人民政府 石家庄市人民政府" not in page


@pytest.mark.parametrize(
    ("standing", "expected", "said"),
    [
        ("suspended", "not_compliant", "登记自2026年2月3日起暂停。"),
        ("cancelled", "not_registered", "登记自2026年2月4日起注销。"),
        ("lapsed", "not_registered", "自2023年1月1日起失效"),
        ("not_yet_valid", "not_registered", "登记在所选日期尚未生效。"),
    ],
)
def test_every_standing_has_its_verdict_and_its_sentence(
    client: Any, small: SmallRegister, standing: str, expected: str, said: str
) -> None:
    page = ask(client, number=getattr(small, standing))
    assert verdict(page) == expected
    assert said in page


def test_without_evidence_nothing_is_decided(client: Any, small: SmallRegister) -> None:
    page = ask(client, number=small.without_evidence)
    assert verdict(page) == "undetermined"
    assert "没有收录所要求的证明材料" in page
    assert "这项登记没有收录证明材料" in page


def test_a_product_nobody_registered_is_not_at_fault(client: Any, small: SmallRegister) -> None:
    page = ask(client, model="ZZZ-999", manufacturer=MAKER)
    assert verdict(page) == "not_registered"
    assert "这不表示产品有问题" in page
    assert "tone-bad" not in page


def test_a_cable_is_outside_the_catalog(client: Any, small: SmallRegister) -> None:
    page = ask(client, name="光纤线缆", model="RVV")
    assert verdict(page) == "not_in_catalog"
    assert "不属于国家《安全技术防范产品目录》" in page


def test_a_look_alike_is_only_suggested_with_the_differing_character_marked(client: Any, small: SmallRegister) -> None:
    page = ask(client, model="SL-PIR-0I0", manufacturer=MAKER, on="2026-02-10")
    assert verdict(page) == "undetermined"
    assert "相似的登记，不作为依据" in page
    assert "SL-PIR-0<mark>1</mark>0" in page
    assert "第9个字符：所填I，登记为1" in page
    assert f'href="{NEW}?number={small.in_force}&amp;on=2026-02-10"' in page
    assert "tone-good" not in page


def test_a_missing_character_is_told_in_words(client: Any, small: SmallRegister) -> None:
    page = ask(client, model="SL-PIR-10", manufacturer=MAKER)
    assert verdict(page) == "undetermined"
    assert "所填缺少0" in page


def test_a_model_alone_is_never_enough(client: Any, small: SmallRegister) -> None:
    page = ask(client, item="SL-PIR-010")
    assert verdict(page) == "undetermined"
    assert "只有型号不足以判定" in page
    assert "型号相同" in page


def test_a_mistyped_number_is_undetermined_an_unknown_one_not_registered(client: Any, small: SmallRegister) -> None:
    assert verdict(ask(client, number=mistyped(small.in_force))) == "undetermined"
    assert verdict(ask(client, number=never_given())) == "not_registered"


@pytest.mark.parametrize("maker", [MAKER, "样例安防", CODE])
def test_the_box_of_the_home_page_takes_maker_brand_or_code(client: Any, small: SmallRegister, maker: str) -> None:
    assert verdict(ask(client, item="sl pir 010", maker=maker)) == "compliant"


def test_the_box_of_the_home_page_takes_a_number_however_it_is_written(client: Any, small: SmallRegister) -> None:
    page = ask(client, item=small.in_force.replace("-", " ").lower())
    assert verdict(page) == "compliant"


# -- dates -----------------------------------------------------------------------------------------------------


def test_the_dates_decide_and_are_shown(client: Any, small: SmallRegister) -> None:
    page = ask(client, number=small.revoked, on="2026-01-20", made_on="2026-01-10")
    assert verdict(page) == "undetermined"
    assert "2026年1月20日" in page
    assert "2026年1月10日" in page
    assert "没有填写" not in page
    assert "没有填写，按今天" in ask(client, number=small.revoked)


def test_what_was_known_then_can_be_asked_again(client: Any, small: SmallRegister) -> None:
    page = ask(client, number=small.revoked, known="2026-01-15")
    assert verdict(page) == "undetermined"
    assert "2026年1月15日 23:59" in page
    same = re.search(r'href="([^"]*known=2026-01-15T15[^"]*)"', page)
    assert same is not None
    assert verdict(read(client, same[1].replace("&amp;", "&"))) == "undetermined"


def test_the_answer_is_there_for_programs_too(client: Any, small: SmallRegister) -> None:
    page = ask(client, number=small.in_force)
    link = re.search(r'href="(/api/v1/catalog/verifications/check[^"]*)"', page)
    assert link is not None
    assert client.get(link[1].replace("&amp;", "&")).json["verdict"] == "compliant"


# -- the form ----------------------------------------------------------------------------------------------------


def test_the_empty_form_asks_nothing_and_keeps_the_rest_folded(client: Any, small: SmallRegister) -> None:
    page = read(client, NEW)
    assert "data-verdict" not in page
    assert '<details class="disclosure">' in page
    assert "<h1>核验产品</h1>" in page


def test_what_was_asked_stays_in_the_form_and_used_conditions_stay_open(client: Any, small: SmallRegister) -> None:
    page = ask(client, model="SL-PIR-010", manufacturer=MAKER, brand="样例安防", category="01", on="2026-02-01")
    assert value(page, "model") == "SL-PIR-010"
    assert value(page, "manufacturer") == MAKER
    assert value(page, "brand") == "样例安防"
    assert value(page, "on") == "2026-02-01"
    assert '<option value="01" selected>' in page
    assert '<details class="disclosure" open>' in page


def test_a_refused_question_keeps_everything_typed_and_names_the_field(client: Any, small: SmallRegister) -> None:
    page = ask(client, 422, model="ABC", manufacturer="某厂", on="2026-02-30", known="x", category="99")
    assert value(page, "model") == "ABC"
    assert value(page, "manufacturer") == "某厂"
    assert value(page, "on") == "2026-02-30"
    assert value(page, "known") == "x"
    assert '<option value="99" selected>' in page
    assert 'href="#f-on"' in page
    assert 'id="f-on-error"' in page
    assert '<details class="disclosure" open>' in page
    assert "data-verdict" not in page


def test_the_future_cannot_be_known(client: Any, small: SmallRegister) -> None:
    page = ask(client, 422, number=small.in_force, known="2026-03-03")
    assert "不能晚于现在" in page
    assert value(page, "number") == small.in_force


def test_a_maker_alone_asks_for_the_product(client: Any, small: SmallRegister) -> None:
    page = ask(client, 422, maker="某厂")
    assert value(page, "maker") == "某厂"
    assert 'id="f-item-error"' in page
    page = ask(client, 422, manufacturer="某厂")
    assert value(page, "manufacturer") == "某厂"
    assert 'id="f-number-error"' in page


@pytest.mark.parametrize("behind", ["", "/", "?from=x", "#" + "9" * 600])
def test_the_address_of_a_label_asks_about_its_number(client: Any, small: SmallRegister, behind: str) -> None:
    page = ask(client, item=f"http://localhost/v/{small.in_force}{behind}")
    assert verdict(page) == "compliant"
    assert small.in_force in page
    # Only ours: another site's address says nothing about a number of this register.
    assert verdict(ask(client, item=f"https://evil.example/v/{small.in_force}{behind}")) != "compliant"


def test_a_box_too_long_is_refused_with_what_was_typed(client: Any, small: SmallRegister) -> None:
    page = ask(client, 422, item="9" * 121, maker="某厂")
    assert value(page, "item") == "9" * 121
    assert value(page, "maker") == "某厂"


@pytest.mark.parametrize("nasty", ['"><script>alert(1)</script>', "' OR 1=1 --", "%00", "㛃𬀩", "{{ 7*7 }}"])
def test_whatever_is_typed_is_text(client: Any, small: SmallRegister, nasty: str) -> None:
    page = ask(client, item=nasty, maker=nasty)
    assert "<script>alert" not in page
    assert "49" not in re.findall(r'value="([^"]*)"', page)


def test_long_texts_and_rare_characters_are_shown_whole(client: Any, small: SmallRegister) -> None:
    page = ask(client, number=small.foreign)
    assert LONG_MODEL in page
    assert "㛃𬀩" in page
    assert "DE" in page


def test_pages_speak_english_too_and_bear_no_inline_style(client: Any, small: SmallRegister) -> None:
    for path in ("/", NEW, f"{NEW}?number={small.in_force}", f"{NEW}?model={quote('SL-PIR-0I0')}&manufacturer=x"):
        page = read(client, path, language="en")
        assert '<html lang="en">' in page
        assert " style=" not in page
        assert "<style" not in page
        assert not re.search(r"<script(?![^>]* src=)", page)


def test_a_correction_of_the_register_changes_the_answer_from_then_on(client: Any, small: SmallRegister) -> None:
    entry = small.then(small.in_force, EntryKind.REVOKED, date(2026, 2, 10), note="误录")
    assert verdict(ask(client, number=small.in_force)) == "not_compliant"
    small.then(small.in_force, EntryKind.CORRECTED, date(2026, 2, 20), entry=entry, void=True, note="更正")
    assert verdict(ask(client, number=small.in_force)) == "compliant"
    assert verdict(ask(client, number=small.in_force, known="2026-02-15")) == "not_compliant"
