"""/api/v1/catalog/register: the open register for programs."""

from typing import Any

from association.kernel import clock
from association.kernel.dates import civil_date
from association.web.doors import open_api_door
from association.web.moments import known_moment
from catalog.categories import queries as categories
from catalog.register import queries
from catalog.register.queries import Filters
from catalog.register.schemas import FeedIn, FeedOut, ListIn, ListOut, MomentIn, RegistrationOut
from catalog.register.shapes import registration_json, row_json

bp = open_api_door(__name__, "登记簿：查询、单项、变动 / The public register")


@bp.get("")
@bp.arguments(ListIn(), location="query")
@bp.response(200, ListOut)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """Search the register as it stands on a day; the order is neutral."""
    on = asked.pop("on") or clock.today()
    number, per_page, wants_facets = asked.pop("page"), asked.pop("per_page"), asked.pop("facets")
    filters = Filters(**asked)
    found = queries.register_page(filters, on=on, number=number, per_page=per_page)
    shown = found.of([row_json(row) for row in found.items]).as_json()
    if wants_facets:
        shown["facets"] = queries.facets(filters, on=on)
    return shown


@bp.get("/entries")
@bp.arguments(FeedIn(), location="query")
@bp.response(200, FeedOut)
def entries(asked: dict[str, Any]) -> dict[str, Any]:
    """Every entry ever made, in order; `since` is exclusive and never expires."""
    items = queries.feed(since=asked["since"], limit=asked["limit"])
    head = queries.head()
    return {
        "items": items,
        "next_since": items[-1]["entry"] if items else asked["since"],
        "head": {"entry": head.entry, "hash": head.hash},
    }


@bp.get("/<number>")
@bp.arguments(MomentIn(), location="query")
@bp.response(200, RegistrationOut)
def show(asked: dict[str, Any], number: str) -> dict[str, Any]:
    """One registration as it stood `on` a day, as `known` at a moment."""
    now = clock.now()
    known = known_moment(asked["known"], now=now)
    found = queries.registration_to_show(number, known=known)
    return registration_json(
        found, categories.known_at(known), found.head, on=asked["on"] or civil_date(now), known=known
    )
