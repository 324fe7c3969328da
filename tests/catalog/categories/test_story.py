"""An edition change that ends a standing: a class leaves the national catalog."""

from datetime import date, timedelta
from typing import Any

from association.kernel.actors import OPERATOR
from catalog.categories import service
from tests.catalog.categories.conftest import LOADED
from tests.catalog.categories.test_desk import registered

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
