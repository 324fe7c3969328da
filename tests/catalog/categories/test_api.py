"""The catalog for programs, as the contract has it."""

from datetime import timedelta
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from association.kernel import clock
from association.kernel.dates import civil_date


def get(client: Any, path: str, status: int = 200, language: str = "zh") -> Any:
    answer = client.get(f"/api/v1/catalog/{path}", headers={"Accept-Language": language})
    assert answer.status_code == status, answer.text
    return answer.json


def test_classes_as_they_hold_on_a_day(client: Any, loaded: None) -> None:
    items = get(client, "categories?on=2004-09-01")["items"]
    assert [one["code"] for one in items] == [f"{number:02}" for number in range(1, 11)]
    first = items[0]
    assert (first["name"], first["name_en"]) == ("入侵探测器", "Intrusion detectors")
    assert first["subtypes"][0] == {
        "code": "active_infrared", "name": "主动红外入侵探测器", "name_en": "Active infrared", "wording": "2000",
        "from": "2000-09-01", "until": None,
    }  # fmt: skip
    rows = {one["id"]: one for one in first["requirements"]}
    assert rows["01-2003-05-01-mandatory-006"] == {
        "id": "01-2003-05-01-mandatory-006",
        "subtypes": ["active_infrared", "passive_infrared", "microwave_doppler", "microwave_pir_dual"],
        "from": "2003-05-01",
        "until": "2022-10-09",
        "proof": "mandatory",
        "accepts": ["ccc_certificate"],
        "certainty": "verified",
        "citation": rows["01-2003-05-01-mandatory-006"]["citation"],
        "note": "第一批强制性产品认证（四种探测器）",
    }
    assert set(rows["01-2003-05-01-mandatory-006"]["citation"]) == {"issuer", "document", "number", "date"}
    assert "01-2022-10-10-customary-015" not in rows
    assert "GB 10408.5-2000" in [one["number"] for one in first["standards"]]
    assert "security_grade" not in [one["key"] for one in first["attributes"]]


def test_today_is_the_default_day_and_standards_turn_over(client: Any, loaded: None) -> None:
    assert get(client, "categories") == get(client, f"categories?on={civil_date(clock.now())}")
    first = get(client, "categories?on=2026-03-01")["items"][0]
    numbers = [one["number"] for one in first["standards"]]
    assert "GB 10408-2025" in numbers
    assert "GB 10408.5-2000" not in numbers
    assert "GB/T 10408.8-1997" not in numbers
    grade = next(one for one in first["attributes"] if one["key"] == "security_grade")
    assert [one["code"] for one in grade["allowed"]] == ["1", "2", "3", "4"]
    assert get(client, "categories?on=2026-02-28")["items"][0] != first


def test_before_the_catalog_there_are_no_classes(client: Any, loaded: None) -> None:
    assert get(client, "categories?on=2000-08-31") == {"items": []}


def test_earlier_knowledge_has_no_later_law(client: Any, loaded: None) -> None:
    then = get(client, "categories?on=2022-10-10&known=2022-10-09")["items"][0]
    now = get(client, "categories?on=2022-10-10")["items"][0]
    assert "01-2022-10-10-customary-015" in [one["id"] for one in now["requirements"]]
    assert "01-2022-10-10-customary-015" not in [one["id"] for one in then["requirements"]]


def test_editions_live_at_their_own_address(client: Any, loaded: None) -> None:
    items = get(client, "editions")["items"]
    assert len(items) == 7
    assert items[0]["from"] == "2000-09-01"
    assert items[0]["known_from"] == "2000-07-21"
    assert items[-1]["until"] is None
    assert set(items[0]) == {
        "id", "name", "name_en", "from", "until", "known_from", "certainty", "citation", "note",
    }  # fmt: skip
    assert len(get(client, "editions?known=2004-01-01")["items"]) == 2


def test_text_is_in_the_readers_language(client: Any, loaded: None) -> None:
    assert get(client, "categories", language="en")["items"][0]["name"] == "Intrusion detectors"
    assert get(client, "editions", language="en")["items"][0]["note"].startswith("Class list")


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("categories?on=2026-02-30", "/on", "date"),
        ("categories?on=1066-10-14", "/on", "date_range"),
        ("categories?known=yesterday", "/known", "moment"),
        ("categories?day=2026-01-01", "/day", "unknown"),
        ("editions?on=2026-01-01", "/on", "unknown"),
    ],
)
def test_questions_that_do_not_hold_are_refused_at_their_field(
    client: Any, loaded: None, query: str, pointer: str, code: str
) -> None:
    problem = get(client, query, 422)
    assert [(one["pointer"], one["code"]) for one in problem["errors"]] == [(pointer, code)]


def test_nobody_knows_the_future(client: Any, loaded: None) -> None:
    today = civil_date(clock.now())
    for path in ("categories", "editions"):
        problem = get(client, f"{path}?known={today + timedelta(days=1)}", 422)
        assert problem["errors"][0]["code"] == "future"
        get(client, f"{path}?known={today}")
    get(client, f"categories?on={today + timedelta(days=400)}")


@pytest.mark.parametrize("path", ["categories", "categories?on=2004-09-01", "categories?on=1999-01-01", "editions"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_answer_is_as_the_description_says(client: Any, loaded: None, path: str, language: str) -> None:
    description = client.get("/api/v1/openapi.json").json
    registry = Registry().with_resource("urn:api", Resource(description, DRAFT202012))
    operation = description["paths"][f"/api/v1/catalog/{path.partition('?')[0]}"]["get"]
    schema = operation["responses"]["200"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator({"$ref": "urn:api" + schema["$ref"]}, registry=registry)
    assert not list(validator.iter_errors(get(client, path, language=language)))


def test_a_tag_saves_the_second_reading(client: Any, loaded: None) -> None:
    first = client.get("/api/v1/catalog/editions")
    again = client.get("/api/v1/catalog/editions", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
