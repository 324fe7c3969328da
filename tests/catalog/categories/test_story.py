"""Edition changes: one that ends a class, and one that ends a standard."""

from datetime import date, timedelta
from typing import Any

from association.kernel.actors import OPERATOR, Role
from catalog.categories import service
from tests.builders import an_account
from tests.catalog.categories.conftest import LOADED
from tests.catalog.categories.test_desk import as_bytes, registered, upload

CHECK = "/api/v1/catalog/verifications/check"
LEFT = date(2026, 7, 1)


def test_a_class_leaves_and_from_that_day_its_goods_are_outside_but_not_before_nor_for_earlier_knowledge(
    db: Any, client: Any, loaded: None, file: dict[str, Any]
) -> None:
    number = registered("07", "video_indoor")

    def verdict(on: date, known: str | None = None) -> tuple[str, list[str]]:
        asked = {"number": number, "on": on.isoformat()} | ({"known": known} if known else {})
        answer = client.get(CHECK, query_string=asked).json
        return answer["verdict"], [one["code"] for one in answer["reasons"]]

    before = verdict(LEFT - timedelta(days=1))
    on_the_day = verdict(LEFT)
    assert before[0] != "not_in_catalog"
    assert on_the_day == before

    published = LOADED + timedelta(days=30)
    file["classes"][6]["until"] = (LEFT - timedelta(days=1)).isoformat()
    service.load(file, actor=OPERATOR, now=published)

    assert verdict(LEFT) == ("not_in_catalog", ["category_not_in_catalog"])
    assert verdict(LEFT + timedelta(days=90)) == ("not_in_catalog", ["category_not_in_catalog"])
    assert verdict(LEFT - timedelta(days=1)) == before
    earlier = (published - timedelta(days=1)).isoformat().replace("+00:00", "Z")
    assert verdict(LEFT, known=earlier) == on_the_day
    later = (published + timedelta(days=1)).isoformat().replace("+00:00", "Z")
    assert verdict(LEFT, known=later)[0] == "not_in_catalog"


def test_a_standard_ends_and_whoever_named_it_is_found_told_and_no_worse_off(
    db: Any, client: Any, browser: Any, loaded: None, file: dict[str, Any]
) -> None:
    ending = next(one for one in file["standards"] if one["number"] == "GB 16796-2022")
    number = registered(standard=ending["number"], model="S1")
    other = registered(standard="GB 10408-2025", model="S2")

    def told(on: date, known: str | None = None) -> tuple[str, list[str]]:
        asked = {"number": number, "on": on.isoformat()} | ({"known": known} if known else {})
        answer = client.get(CHECK, query_string=asked).json
        return answer["verdict"], [one["code"] for one in answer["warnings"] if one["code"] == "standard_superseded"]

    before = told(LEFT)
    assert before[1] == []

    # The newer file is seen before it is loaded: what ends, what follows, and whom it touches.
    ending |= {"until": (LEFT - timedelta(days=1)).isoformat(), "successors": ["GB 10408-2025"]}
    secretary = browser(an_account(Role.SECRETARIAT))
    page = secretary.get(upload(secretary, as_bytes(file)).headers["Location"]).text
    assert number in page
    assert other not in page
    assert told(LEFT) == before, "offered is not loaded"

    published = LOADED + timedelta(days=30)
    service.load(file, actor=OPERATOR, now=published)
    # The registration goes on; who asks learns that its standard was replaced, from that day and not before.
    assert told(LEFT) == (before[0], ["standard_superseded"])
    assert told(LEFT - timedelta(days=1)) == before
    earlier = (published - timedelta(days=1)).isoformat().replace("+00:00", "Z")
    assert told(LEFT, known=earlier) == before
    # Anybody can see what changed between the two days.
    days = {"from": (LEFT - timedelta(days=1)).isoformat(), "to": LEFT.isoformat()}
    assert ending["number"] in client.get("/catalog/categories/difference", query_string=days).text
