"""The catalog's pages: for anybody, in both languages, with hardly a question to the database."""

from typing import Any

import pytest

from tests.counting import counted

PAGES = [
    "/catalog/categories",
    "/catalog/categories?on=1999-01-01",
    *[f"/catalog/categories/{number:02}?on=2005-09-30" for number in range(1, 11)],
    "/catalog/categories/01",
    "/catalog/criteria",
    "/catalog/criteria?on=2001-01-01",
]


def read(client: Any, path: str, language: str = "zh", status: int = 200) -> str:
    answer = client.get(path, headers={"Accept-Language": language})
    assert answer.status_code == status, answer.text
    return str(answer.text)


@pytest.mark.parametrize("path", PAGES)
def test_pages_render_in_both_languages_with_few_statements(client: Any, db: Any, loaded: None, path: str) -> None:
    for language in ("zh", "en"):
        with counted() as statements:
            text = read(client, path, language)
        assert "<h1>" in text
        assert len(statements) <= 6


def test_the_list_shows_the_edition_and_the_classes_of_the_day(client: Any, loaded: None) -> None:
    page = read(client, "/catalog/categories?on=2004-09-01")
    assert "第一批强制性认证实施后的管理状态" in page
    assert 'href="/catalog/categories/08?on=2004-09-01"' in page
    assert "防盗安全门" in page
    assert "这一天尚无国家目录" in read(client, "/catalog/categories?on=1999-01-01")


def test_a_class_shows_what_was_asked_when_on_what_ground_and_how_sure(client: Any, loaded: None) -> None:
    page = read(client, "/catalog/categories/05?on=2019-01-01")
    assert "当时要求未查实" in page
    assert "2018年6月11日至2020年4月20日" in page
    assert "未经原文核实" in page
    assert "GB 10409-2019" in page
    assert "2000年目录原文" in page
    assert "解释" in page


def test_mirrors_are_not_linked(client: Any, loaded: None, raw: dict[str, Any]) -> None:
    mirrors = [one["url"] for one in raw["citations"] if one["grade"] == "c" and one["url"]]
    respectable = {one["url"] for one in raw["citations"] if one["grade"] != "c"}
    for code in ("01", "05", "10"):
        page = read(client, f"/catalog/categories/{code}")
        assert not [url for url in mirrors if url not in respectable and f'href="{url}"' in page]


def test_criteria_show_grounds_and_lengths(client: Any, loaded: None) -> None:
    page = read(client, "/catalog/criteria")
    for words in ("在本市销售或将要销售", "证明材料不实", "审查期限（工作日）", "登记有效期（年）"):
        assert words in page
    assert "Working days to review" in read(client, "/catalog/criteria", "en")


def test_no_such_class_and_no_such_day(client: Any, loaded: None) -> None:
    read(client, "/catalog/categories/99", status=404)
    read(client, "/catalog/categories/%00", status=404)
    read(client, "/catalog/categories?on=2026-02-30", status=422)
