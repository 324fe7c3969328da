"""The register's list and the page of one registration: neutral, complete, dated; refusals keep what was typed."""

import re
from datetime import date
from itertools import pairwise
from typing import Any
from urllib.parse import urlencode

import pytest

from catalog.vocabulary import EntryKind, Standing
from tests.catalog.small_register import CODE, LONG_MODEL, MAKER, SmallRegister, mistyped, never_given, read, small
from tests.counting import counted

__all__ = ["small"]

LIST = "/catalog/register"


def search(client: Any, status: int = 200, language: str = "zh", **question: str) -> str:
    return read(client, f"{LIST}?{urlencode(question)}", status, language)


def listed(text: str) -> list[str]:
    """The numbers of a page's rows, in order."""
    return re.findall(r'<th scope="row"><a href="/catalog/register/(SJZ-[\w-]+)', text)


def standing(text: str) -> str:
    found = re.findall(r'data-standing="(\w+)"', text)
    assert len(found) == 1
    return str(found[0])


# -- the list ----------------------------------------------------------------------------------------------------


def test_the_list_shows_everything_by_number_and_says_so(client: Any, small: SmallRegister) -> None:
    page = read(client, LIST)
    assert listed(page) == sorted(listed(page))
    assert len(listed(page)) == 9
    assert "共9件" in page
    assert "次序不含推荐" in page


@pytest.mark.parametrize("word", list(Standing))
def test_the_list_is_narrowed_by_standing(client: Any, small: SmallRegister, word: Standing) -> None:
    page = search(client, standing=word.value)
    assert getattr(small, word.value) in listed(page)
    assert set(re.findall(r'class="badge tone-\w+" data-code="(\w+)"', page)) == {word.value}


@pytest.mark.parametrize(
    ("question", "count"),
    [
        ({"q": "SL-PIR"}, 2),
        ({"q": "slpir010"}, 1),
        ({"q": "防盗安全门"}, 1),
        ({"q": "㛃𬀩"}, 1),
        ({"category": "08"}, 1),
        ({"category": "01", "subtype": "passive_infrared"}, 8),
        ({"manufacturer": CODE}, 8),
        ({"manufacturer": "Beispiel"}, 1),
        ({"registrant": MAKER}, 9),
        ({"standard": "gb10408.5"}, 9),
        ({"standard": "GA 1"}, 0),
    ],
)
def test_the_list_is_narrowed_by_every_condition(
    client: Any, small: SmallRegister, question: dict[str, str], count: int
) -> None:
    page = search(client, **question)
    assert len(listed(page)) == count
    assert f"共{count}件" in page
    assert 'aria-label="已选条件"' in page


def test_counts_stand_next_to_the_choices_and_subtypes_appear_with_their_class(
    client: Any, small: SmallRegister
) -> None:
    page = read(client, LIST)
    assert re.search(
        r'href="/catalog/register\?category=01"><span>01 入侵探测器</span><span class="facet__count">8<', page
    )
    assert "subtype=passive_infrared" not in page
    chosen = search(client, category="01")
    assert re.search(r'subtype=passive_infrared"><span>[^<]+</span><span class="facet__count">8<', chosen)
    assert 'aria-current="true"' in chosen


def test_a_chosen_condition_can_be_taken_away_again(client: Any, small: SmallRegister) -> None:
    page = search(client, q="SL", category="01", subtype="passive_infrared", page="1")
    assert 'href="/catalog/register?category=01&amp;subtype=passive_infrared"' in page
    assert 'href="/catalog/register?q=SL"' in page
    assert '<input type="hidden" name="category" value="01">' in page
    assert '<input type="hidden" name="subtype" value="passive_infrared">' in page


def test_another_order_is_neutral_too_and_is_named(client: Any, small: SmallRegister) -> None:
    page = search(client, sort="-number")
    assert listed(page) == sorted(listed(page), reverse=True)
    assert "登记编号，新的在前；次序不含推荐" in page


def test_another_day_is_said_clearly_and_goes_along(client: Any, small: SmallRegister) -> None:
    page = search(client, on="2026-01-10", standing="in_force")
    assert "以下是2026年1月10日的状态，不是今天的" in page
    assert small.revoked in listed(page)
    assert f'href="/catalog/register/{small.revoked}?on=2026-01-10"' in page
    assert "不是今天的" not in search(client, on="2026-03-02")


def test_long_lists_have_pages_that_keep_the_question(client: Any, small: SmallRegister) -> None:
    page = search(client, q="SL", per_page="2")
    assert len(listed(page)) == 2
    assert 'rel="next" href="/catalog/register?q=SL&amp;per_page=2&amp;page=2&amp;seed=2026-03-02"' in page
    pages = [
        listed(search(client, q="SL", per_page="2", page=str(number), seed="2026-03-02")) for number in range(1, 6)
    ]
    assert pages[0] == listed(page)
    assert [number for one in pages for number in one] == listed(search(client, q="SL", seed="2026-03-02"))
    beyond = search(client, page="99")
    assert "没有第99页" in beyond
    assert "回到第一页" in beyond


def test_an_empty_result_helps_on(client: Any, small: SmallRegister) -> None:
    page = search(client, q="某某牌 雷管", category="01")
    assert "没有查到" in page
    assert "查找了：某某 + 牌 + 雷管；条件：01 入侵探测器。" in page
    assert "逐个词查找" in page
    assert "查不到只表示“未登记”，不表示产品有问题" in page
    assert 'href="/catalog/verifications/new?item=' in page
    assert 'href="/catalog/categories"' in page
    narrowed = search(client, q="防盗安全门", standing="revoked")
    assert "去掉全部条件，有1件" in narrowed
    assert "没有可查找的文字或数字" in search(client, q="———", standing="not_yet_valid", category="08")


def test_a_refused_question_keeps_what_was_typed(client: Any, small: SmallRegister) -> None:
    page = search(client, 422, q="红外", on="2026-02-30", manufacturer="某厂", category="01")
    assert 'value="红外"' in page
    assert 'value="某厂"' in page
    assert 'value="2026-02-30"' in page
    assert '<input type="hidden" name="category" value="01">' in page
    assert 'id="f-on-error"' in page
    assert listed(page) == []
    assert search(client, 422, standing="wonderful")
    assert search(client, 422, sort="paid")
    assert search(client, 422, page="0")


def test_no_row_stands_out(client: Any, small: SmallRegister) -> None:
    rows = re.findall(r"<tr([^>]*)>\s*<th scope=\"row\">", read(client, LIST))
    assert set(rows) == {""}


def test_the_list_asks_few_questions_of_the_database(client: Any, db: Any, small: SmallRegister) -> None:
    with counted() as statements:
        search(client, q="SL", category="01")
    assert len(statements) <= 10


# -- one registration ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", list(Standing))
def test_the_page_says_how_it_stands(client: Any, small: SmallRegister, word: Standing) -> None:
    page = read(client, f"{LIST}/{getattr(small, word.value)}")
    assert standing(page) == word.value
    assert word.label in page
    assert "2026年3月2日的状态" in page
    assert "登记信息：不是行政许可，不构成推荐，也不是验收结论。" in page


def test_the_page_holds_facts_evidence_history_and_mandate(client: Any, small: SmallRegister) -> None:
    page = read(client, f"{LIST}/{small.in_force}")
    assert f'data-copy="{small.in_force}"' in page
    assert "SL-PIR-010" in page
    assert CODE in page
    assert 'href="/catalog/categories/01"' in page
    assert "GB 10408.5-2000" in page
    assert "12 m" in page
    assert "CSP-EX2026" in page
    assert "首次登记" in page
    assert small.mandate.number in page
    assert f'src="/catalog/register/{small.in_force}/qr.svg"' in page
    assert f"/v/{small.in_force}" in page
    assert f'href="/api/v1/catalog/register/{small.in_force}"' in page
    assert f'href="/catalog/verifications/new?number={small.in_force}"' in page


def test_the_ground_of_a_revocation_stands_with_it(client: Any, small: SmallRegister) -> None:
    page = read(client, f"{LIST}/{small.revoked}")
    assert "登记自2026年2月1日起被撤销。" in page
    assert page.index("登记事项与证明材料不一致") < page.index("登记历史")


def test_leaving_the_register_is_no_fault(client: Any, small: SmallRegister) -> None:
    for number in (small.lapsed, small.cancelled):
        page = read(client, f"{LIST}/{number}")
        assert "不表示产品有问题" in page
        assert '<section class="verdict tone-bad"' not in page


def test_another_day_and_what_was_known_then(client: Any, small: SmallRegister) -> None:
    page = read(client, f"{LIST}/{small.revoked}?on=2026-01-20")
    assert standing(page) == "in_force"
    assert "以下是2026年1月20日的状态" in page
    page = read(client, f"{LIST}/{small.revoked}?known=2026-01-20")
    assert standing(page) == "in_force"
    assert "登记事项与证明材料不一致" not in page
    assert '<details class="disclosure" open>' in page


def test_what_was_voided_is_struck_and_leads_to_its_correction(client: Any, small: SmallRegister) -> None:
    wrong = small.then(small.in_force, EntryKind.REVOKED, date(2026, 2, 10), note="误录的撤销")
    right = small.then(small.in_force, EntryKind.CORRECTED, date(2026, 2, 20), entry=wrong, void=True, note="更正误录")
    page = read(client, f"{LIST}/{small.in_force}")
    assert standing(page) == "in_force"
    assert "<del>撤销</del>" in page
    assert "<del>误录的撤销</del>" in page
    assert "此条经更正作废，不计入状态。" in page
    assert f'<a href="#entry-{right}">' in page
    assert f'<a href="#entry-{wrong}">' in page


def test_a_change_of_facts_shows_before_and_after(client: Any, small: SmallRegister) -> None:
    small.then(small.in_force, EntryKind.AMENDED, date(2026, 2, 10), brand="新牌", attributes={"detection_range_m": 15})
    page = read(client, f"{LIST}/{small.in_force}")
    assert re.search(r"<del>.*样例安防</del>", page)
    assert re.search(r"<ins>.*新牌</ins>", page)
    assert re.search(r"<ins>.*15 m</ins>", page)


def test_a_sloppily_typed_number_leads_to_the_canonical_address(client: Any, small: SmallRegister) -> None:
    sloppy = small.in_force.replace("-", "").lower()
    answer = client.get(f"{LIST}/{sloppy}?on=2026-02-01")
    assert answer.status_code == 301
    assert answer.location == f"{LIST}/{small.in_force}?on=2026-02-01"
    assert client.get(f"/v/{sloppy}", follow_redirects=True).status_code == 200


@pytest.mark.parametrize("query", ["number=x", "_external=1&_scheme=evil", "_anchor=x", "endpoint=x"])
def test_nothing_in_a_query_bends_that_redirect(client: Any, small: SmallRegister, query: str) -> None:
    answer = client.get(f"{LIST}/{small.in_force.lower()}?{query}")
    assert answer.status_code == 301
    assert answer.location == f"{LIST}/{small.in_force}?{query}"


def test_the_kinds_of_not_found_are_told_apart(client: Any, small: SmallRegister) -> None:
    assert "登记编号有误" in read(client, f"{LIST}/{mistyped(small.in_force)}", 404)
    assert "没有这个登记编号" in read(client, f"{LIST}/{never_given()}", 404)
    assert "没有这个登记编号" in read(client, f"{LIST}/nonsense", 404)
    assert "当时尚未登记" in read(client, f"{LIST}/{small.in_force}?known=2025-06-01", 404)
    assert "登记编号有误" in read(client, f"{LIST}/{mistyped(small.in_force)}?on=x", 404)


def test_a_refused_day_is_named_at_its_field_and_kept(client: Any, small: SmallRegister) -> None:
    page = read(client, f"{LIST}/{small.in_force}?on=2026-13-01&known=2030-01-01", 422)
    assert 'value="2026-13-01"' in page
    assert 'value="2030-01-01"' in page
    assert 'id="f-on-error"' in page
    page = read(client, f"{LIST}/{small.in_force}?known=2030-01-01", 422)
    assert "不能晚于现在" in page


def test_long_texts_and_rare_characters_are_shown_whole(client: Any, small: SmallRegister) -> None:
    page = read(client, f"{LIST}/{small.foreign}")
    assert LONG_MODEL in page
    assert "㛃𬀩" in page
    assert "境外企业" in page
    assert LONG_MODEL in search(client, q="㛃𬀩")


def test_the_qr_code_is_a_picture(client: Any, small: SmallRegister) -> None:
    answer = client.get(f"{LIST}/{small.in_force}/qr.svg")
    assert answer.mimetype == "image/svg+xml"
    assert b"<script" not in answer.data
    assert b"style=" not in answer.data
    assert client.get(f"{LIST}/{never_given()}/qr.svg").status_code == 404


def test_pages_speak_english_too_and_bear_no_inline_style(client: Any, small: SmallRegister) -> None:
    for path in (LIST, f"{LIST}?category=01", f"{LIST}/{small.revoked}", f"{LIST}/{small.door}"):
        page = read(client, path, language="en")
        assert '<html lang="en">' in page
        assert " style=" not in page
        assert not re.search(r"<script(?![^>]* src=)", page)
    assert "Passive infrared detector" in read(client, f"{LIST}/{small.in_force}", language="en")


def test_every_page_has_one_h1_and_no_heading_is_skipped(client: Any, small: SmallRegister) -> None:
    for path in ("/", LIST, f"{LIST}/{small.revoked}", f"/catalog/verifications/new?number={small.revoked}"):
        levels = [int(level) for level in re.findall(r"<h([1-6])[ >]", read(client, path))]
        assert levels.count(1) == 1, path
        assert all(after - before <= 1 for before, after in pairwise(levels)), (path, levels)
