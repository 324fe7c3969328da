"""The page of the register as people search it: marks, what was relaxed, facets, conditions, the order explained."""

import io
import re
import urllib.error
from typing import Any
from urllib.parse import urlencode

import pytest

from catalog.register import zero_hits
from tests.catalog.register import naive
from tests.catalog.small_register import CODE, MAKER, NOW, SmallRegister, read, small

__all__ = ["small"]


def search(client: Any, status: int = 200, language: str = "zh", **question: str) -> str:
    return read(client, f"/catalog/register?{urlencode(question)}", status, language)


def test_what_was_looked_for_is_marked(client: Any, small: SmallRegister) -> None:
    page = search(client, q="pir010 hongwai")
    assert "SL-<mark>PIR-010</mark>" in page
    assert "被动<mark>红外</mark>入侵探测器" in page
    assert "<mark>" not in search(client)


def test_another_word_is_marked_only_where_it_stands_whole(client: Any, small: SmallRegister) -> None:
    page = search(client, q="红外")
    assert "SL-PIR-010" in page, "IR means infrared, but not inside of a model"
    assert "<mark>IR</mark>" not in page
    assert "Passive <mark>infrared</mark> detector" in search(client, q="infrared", language="en")


def test_places_of_origin_have_names(client: Any, small: SmallRegister) -> None:
    small.add("ORT-1", origin="DE")
    small.add("ORT-2", origin="CN-HE")
    page = search(client)
    assert "<span>德国</span>" in page
    assert "<span>河北省</span>" in page
    assert "<span>Germany</span>" in search(client, language="en")


def test_what_is_typed_is_never_markup(client: Any, small: SmallRegister) -> None:
    page = search(client, q="<script>alert(1)</script> 红外")
    assert "<script>alert" not in page


def test_what_was_relaxed_is_said_and_differing_characters_are_marked(client: Any, small: SmallRegister) -> None:
    page = search(client, q="SL-P1R-O1O")
    assert "当作相同查找" in page
    assert "您要找的可能是" in page
    assert "SL-P<mark>I</mark>R-<mark>0</mark>1<mark>0</mark>" in page
    assert "同音" in search(client, q="红歪") or "读音相同" in search(client, q="红歪")
    assert "符合其中2个" in search(client, q="防盗安全门 超长名称 SL")
    assert "taken as the same" in search(client, language="en", q="SL-P1R-O1O")


def test_words_beyond_the_most_are_named(client: Any, small: SmallRegister) -> None:
    page = search(
        client,
        q=" ".join(
            ["红外", "入侵", "探测器", "被动", "样例", "安防", "河北", "技术", "SL", "PIR", "GB", "Passive", "infrared"]
        ),
    )
    assert "没有计入：infrared" in page


def test_every_facet_leads_to_as_many_as_it_says(client: Any, small: SmallRegister) -> None:
    page = search(client, q="SL")
    links = re.findall(
        r'<li><a href="(/catalog/register\?[^"]+)"[^>]*><span>[^<]+</span><span class="facet__count">(\d+)<', page
    )
    assert len(links) > 8
    for address, count in links:
        assert f"共{count}件" in read(client, address.replace("&amp;", "&")), address


def test_a_class_brings_conditions_on_its_attributes(client: Any, small: SmallRegister) -> None:
    assert "探测距离不小于" not in search(client)
    page = search(client, category="01", **{"attr.detection_range_m.min": "12"})
    assert "共8件" in page
    assert "探测距离</span> ≥ 12 m" in page
    assert "共0件" in search(client, category="01", **{"attr.detection_range_m.min": "13"})
    wrong = search(client, 422, category="01", **{"attr.detection_range_m.min": "很远"})
    assert 'value="很远"' in wrong
    assert "请填写数字" in wrong


def test_another_maker_than_the_registrant_is_shown_with_both(client: Any, small: SmallRegister) -> None:
    assert MAKER in search(client, q=CODE)


def test_the_page_says_how_the_order_is_made_and_with_which_seed(client: Any, small: SmallRegister) -> None:
    page = search(client, q="红外")
    assert "种子“2026-03-02”抽签" in page
    assert "不影响次序" in page
    assert 'href="/catalog/register/recompute_order.py"' in page
    other = search(client, q="红外", seed="2026-03-01")
    assert "种子“2026-03-01”抽签" in other
    assert "种子“2026-03-02”抽签" in search(client, q="红外", seed="1999-01-01")


@pytest.mark.parametrize(
    "question",
    [
        {"q": "红外"}, {"q": "样例安防 hongwai"}, {"q": "SL"}, {"q": "yangli"}, {"q": "門", "category": "08"}, {"q": "12m"},
        {"q": "探头", "standing": "in_force"}, {"q": "红外", "seed": "2026-02-20"}, {"q": "红外", "on": "2026-02-02"}, {},
    ],
)  # fmt: skip
def test_the_program_for_the_public_works_out_the_same_order(
    client: Any, small: SmallRegister, question: dict[str, str]
) -> None:
    def fetch(path: str) -> str:
        answer = client.get(path)
        assert answer.status_code == 200, path
        return str(answer.text)

    served = fetch("/catalog/register/recompute_order.py")
    assert served == naive.PROGRAM.read_text("utf-8")
    answered, worked_out = naive.program().compare(fetch, question)
    assert answered == worked_out
    assert answered


def test_the_open_data_lead_to_the_program(client: Any, small: SmallRegister) -> None:
    page = read(client, "/open-data")
    for address in ("/catalog/register/recompute_order.py", "/catalog/register/characters.txt"):
        assert f'href="{address}"' in page
        assert client.get(address).status_code == 200
    assert 'href="/catalog/register#order"' in page
    assert 'id="order"' in search(client)


def test_the_program_waits_when_it_has_asked_too_often(monkeypatch: pytest.MonkeyPatch) -> None:
    program, waited = naive.program(), list[float]()
    answers = [urllib.error.HTTPError("", 429, "", {"Retry-After": "7"}, None), io.BytesIO("门".encode())]  # type: ignore[arg-type]

    def urlopen(_address: str, timeout: int) -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(program.urllib.request, "urlopen", urlopen)
    monkeypatch.setattr(program.time, "sleep", waited.append)
    assert program.get("https://register.example/") == "门"
    assert waited == [8]


def test_the_program_needs_nothing_but_python() -> None:
    imported = set(re.findall(r"^import (\w+)|^from (\w+)", naive.PROGRAM.read_text("utf-8"), re.MULTILINE))
    assert {one or other for one, other in imported} <= {
        "functools",
        "hashlib",
        "json",
        "re",
        "sys",
        "time",
        "unicodedata",
        "urllib",
    }


def test_a_question_without_an_answer_is_noted_without_whose(client: Any, small: SmallRegister) -> None:
    zero_hits.gather(NOW)
    search(client, q="某某牌雷管")
    search(client, q="红外")
    assert zero_hits.gather(NOW) == 1


def test_the_box_works_without_javascript_and_says_where_completions_are(client: Any, small: SmallRegister) -> None:
    page = search(client, q="红外")
    box = re.search(r'<input[^>]+name="q"[^>]*>', page)
    assert box is not None
    assert 'role="combobox"' not in box.group()
    assert 'data-suggest="/api/v1/catalog/register/suggest"' in box.group()
    home = read(client, "/")
    assert 'action="/catalog/register"' in home
    assert 'data-suggest="/api/v1/catalog/register/suggest"' in home
