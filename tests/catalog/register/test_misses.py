"""What nobody found: the staff see the words, never whose they were, and put them right at once."""

from datetime import timedelta
from typing import Any

from association.kernel.actors import Role
from catalog.categories import service as categories
from catalog.categories.rules import FactKind
from catalog.register import generations, search, zero_hits
from catalog.register.search import Asked
from tests.builders import a_registrant, actor_of, an_account
from tests.catalog.small_register import NOW, TODAY, SmallRegister, read, small

__all__ = ["small"]
PAGE = "/catalog/register/misses"


def test_the_staff_see_what_nobody_found_most_often_first(client: Any, browser: Any, small: SmallRegister) -> None:
    zero_hits.gather(NOW)
    for words in ("某某牌雷管", "电猫", "电猫", "电 猫", "红外", "13800138000"):
        client.get("/catalog/register", query_string={"q": words})
    client.get("/api/v1/catalog/register", query_string={"q": "电猫"})
    zero_hits.gather(NOW)
    page = read(browser(an_account(Role.SECRETARIAT)), PAGE)
    assert page.index("电猫") < page.index("某某牌雷管")
    assert '<td data-label="次数" class="tight">4</td>' in page
    assert "红外" not in page
    assert "13800138000" not in page
    assert 'href="/catalog/register?q=%E7%94%B5%E7%8C%AB"' in page
    assert "保留180天" in page
    assert "Words not found" in read(browser(an_account(Role.REVIEWER)), PAGE, language="en")


def test_nobody_else_sees_it(client: Any, browser: Any, small: SmallRegister) -> None:
    assert browser(a_registrant()).get(PAGE).status_code == 404
    assert browser(an_account(Role.EDITOR)).get(PAGE).status_code == 403
    assert client.get(PAGE).status_code in (302, 303)


def test_an_empty_list_says_what_will_stand_there(browser: Any, small: SmallRegister) -> None:
    zero_hits.gather(NOW)
    assert "有人查找而没有结果时，词会列在这里。" in read(browser(an_account(Role.AUDITOR)), PAGE)


def test_what_is_older_than_the_days_kept_is_gone(small: SmallRegister) -> None:
    zero_hits.gather(NOW)
    zero_hits.note("很久以前", today=TODAY - timedelta(days=zero_hits.KEPT_DAYS))
    zero_hits.gather(NOW)
    assert [words for words, _times, _last in zero_hits.page()] == ["很久以前"]
    zero_hits.note("今天", today=TODAY)
    zero_hits.gather(NOW + timedelta(days=1))
    assert [words for words, _times, _last in zero_hits.page()] == ["今天"]


def test_a_word_that_the_staff_add_is_found_at_the_next_question(small: SmallRegister) -> None:
    def total() -> int:
        return search.find(Asked(q="电猫"), on=TODAY, known_now=NOW, seed="2026-03-02").total

    assert total() == 0
    before = generations.stamp()
    body = {
        "code": "cat", "name_zh": "电猫", "name_en": "", "words": ["电猫", "防盗安全门"], "from": None, "until": None,
        "source": "公众常用的叫法",
    }  # fmt: skip
    categories.add_fact(
        FactKind.SYNONYM, body, reason="没有查到的词", actor=actor_of(an_account(Role.SECRETARIAT)), now=NOW
    )
    assert total() == 1
    assert generations.stamp() == before, "nothing is built anew"
