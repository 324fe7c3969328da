"""/api/v1/catalog/categories and /api/v1/catalog/editions: the national catalog of any day, for programs."""

from typing import Any

from association.kernel import clock
from association.kernel.dates import civil_date
from association.web.doors import open_api_door
from association.web.moments import known_moment
from catalog.categories import queries
from catalog.categories.schemas import CategoriesIn, ClassesOut, EditionsIn, EditionsOut
from catalog.categories.shapes import class_json, edition_json

bp = open_api_door(__name__, "国家目录：类别、要求、标准、参数 / The national catalog of any day")
editions = open_api_door(
    __name__, "国家目录各时期的管理状态 / States of the national catalog", "/catalog/editions", "editions_api"
)


@bp.get("")
@bp.arguments(CategoriesIn, location="query")
@bp.response(200, ClassesOut)
def categories(asked: dict[str, Any]) -> dict[str, Any]:
    """The classes in the catalog on a day, and what holds for them then."""
    now = clock.now()
    view = queries.known_at(known_moment(asked["known"], now=now))
    on = asked["on"] or civil_date(now)
    return {"items": [class_json(view, one, on) for one in view.classes(on)]}


@editions.get("")
@editions.arguments(EditionsIn, location="query")
@editions.response(200, EditionsOut)
def list_editions(asked: dict[str, Any]) -> dict[str, Any]:
    """Every state of the catalog and of what the law asked, in order."""
    view = queries.known_at(known_moment(asked["known"], now=clock.now()))
    return {"items": [edition_json(view, one) for one in view.editions()]}
