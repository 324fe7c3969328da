"""The search as programs see it."""

from datetime import date

from flask.testing import FlaskClient

from catalog.vocabulary import EntryKind
from tests.catalog.small_register import MAKER, SmallRegister, small

__all__ = ["small"]
API = "/api/v1/catalog/register"
FOREIGN = "Beispiel Sicherheit GmbH（㛃𬀩）"


def test_a_search_answers_with_highlights_facets_and_a_seed_that_keeps_the_order(
    client: FlaskClient, small: SmallRegister
) -> None:
    said = client.get(f"{API}?q=样例 红外&facets=1&per_page=3").get_json()
    assert said["total"] == 9
    assert said["pages"] == 3
    assert (said["stage"], said["sort"], said["seed"]) == ("exact", "relevance", "2026-03-02")
    first = next(item for item in said["items"] if item["brand"] == "样例安防")
    assert first["highlights"]["name"] == [[2, 4]]
    assert first["highlights"]["brand"] == [[0, 2]]
    assert {one["value"]: one["count"] for one in said["facets"]["manufacturer"]} == {MAKER: 8, FOREIGN: 1}
    pages = [
        client.get(f"{API}?q=样例 红外&per_page=3&page={page}&seed={said['seed']}").get_json() for page in (1, 2, 3)
    ]
    numbers = [item["number"] for page in pages for item in page["items"]]
    assert len(numbers) == len(set(numbers)) == 9


def test_conditions_on_attributes_are_named_by_their_keys(client: FlaskClient, small: SmallRegister) -> None:
    def total(condition: str) -> int:
        return int(client.get(f"{API}?{condition}").get_json()["total"])

    assert total("attr.detection_range_m.min=12") == 9
    assert total("attr.detection_range_m.min=12.5") == 0
    assert total("attr.detection_range_m=12&attr.detection_range_m.max=20&category=08") == 1
    for wrong, where in (
        ("attr.no_such_key=1", "/attr/no_such_key"),
        ("attr.detection_range_m.min=far", "/attr/detection_range_m/min"),
        ("attr.tamper_protection.max=1", "/attr/tamper_protection/max"),
    ):
        answer = client.get(f"{API}?{wrong}")
        assert answer.status_code == 422
        assert where in str(answer.get_json()["errors"])
    assert client.get(f"{API}?attr.detection_range_m.least=1").status_code == 422
    many = "&".join(f"attr.key_{number}=1" for number in range(200))
    assert client.get(f"{API}?{many}").status_code == 422


def test_what_was_relaxed_and_what_may_have_been_meant_is_said(client: FlaskClient, small: SmallRegister) -> None:
    said = client.get(f"{API}?q=SL-P1R-010").get_json()
    assert said["relaxed"] == [{"typed": "SL-P1R-010", "how": "look_alike", "held": 0, "of": 0}]
    meant = said["did_you_mean"][0]
    assert (meant["number"], meant["model"], meant["differs"]) == (small.in_force, "SL-PIR-010", [[3, "1", "I"]])


def test_the_page_shows_the_standing_and_the_names_of_the_day(client: FlaskClient, small: SmallRegister) -> None:
    (then,) = client.get(f"{API}?q={small.revoked}&on=2026-01-20").get_json()["items"]
    (now,) = client.get(f"{API}?q={small.revoked}").get_json()["items"]
    assert (then["standing"], now["standing"]) == ("in_force", "revoked")


def test_completion_for_programs(client: FlaskClient, small: SmallRegister) -> None:
    said = client.get(f"{API}/suggest?q=sl-pir").get_json()
    assert {"kind": "model", "text": "SL-PIR-010", "value": "SL-PIR-010", "count": 1} in said["items"]
    assert client.get(f"{API}/suggest").get_json() == {"items": []}
    assert client.get(f"{API}/suggest?q={'x' * 300}").status_code == 422


def test_completion_is_of_the_day_that_is_asked(client: FlaskClient, small: SmallRegister) -> None:
    small.then(small.in_force, EntryKind.AMENDED, date(2026, 2, 20), model="NEU-500", note="换型号")

    def models(question: str) -> list[str]:
        return [one["text"] for one in client.get(f"{API}/suggest?{question}").get_json()["items"]]

    assert models("q=neu-5") == ["NEU-500"]
    assert models("q=neu-5&on=2026-02-19") == []
    assert models("q=pir-010&on=2026-02-19") == ["SL-PIR-010"]
    page = client.get("/catalog/register?on=2026-02-19").text
    assert 'data-suggest="/api/v1/catalog/register/suggest?on=2026-02-19"' in page


def test_hostile_questions_are_refused_or_answered(client: FlaskClient, small: SmallRegister) -> None:
    for typed in ("x" * 10_000, "%00%01", "%F0%9F%98%80", "%ED%A0%80", '"*?[]{}()', "model:*", "' OR 1=1 --", "％＿％"):
        assert client.get(f"{API}?q={typed}&facets=1").status_code in (200, 422)
        assert client.get(f"{API}/suggest?q={typed}").status_code in (200, 422)
