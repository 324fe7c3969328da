"""/catalog/categories: the national catalog of any day; /catalog/criteria: what registration asks."""

from datetime import date, datetime
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.dates import civil_date
from association.kernel.errors import NotFound
from association.kernel.i18n import pick
from association.web.doors import public_door
from association.web.forms import read_query
from association.web.moments import known_moment
from association.web.render import page
from catalog.categories import difference, queries, words
from catalog.categories.rules import CatalogView, FactKind, show_number
from catalog.categories.schemas import DifferenceIn, ReadIn
from catalog.categories.shapes import in_order

bp = public_door(__name__, prefix="/catalog/categories")
criteria = public_door(__name__, prefix="/catalog/criteria", name="criteria_public")


def _asked(now: datetime) -> dict[str, Any]:
    """The day and the moment of knowledge a page is asked for, and the catalog as it was known then."""
    asked = read_query(ReadIn)
    known = known_moment(asked["known"], now=now)
    return {
        "view": queries.known_at(known),
        "on": asked["on"] or civil_date(now),
        "today": civil_date(now),
        # As it was typed, so that links keep it; empty is now.
        "known": request.args.get("known", "") if asked["known"] is not None else "",
        "known_at": known if asked["known"] is not None else None,
    }


@bp.get("")
def index() -> ResponseReturnValue:
    return page("categories/index.html", **_asked(clock.now()))


@bp.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    asked = _asked(clock.now())
    view: CatalogView = asked["view"]
    category = view.category(code)
    if category is None:
        raise NotFound
    return page(
        "categories/show.html",
        category=category,
        names={one.code: pick(one) for one in view.subtypes(code)},
        in_order=in_order,
        show_number=show_number,
        **asked,
    )


@bp.get("/difference")
def compare() -> ResponseReturnValue:
    now = clock.now()
    asked = read_query(DifferenceIn)
    view = queries.known_at(known_moment(asked["known"], now=now))
    first, last = _two_days(view, asked["first"], asked["last"], civil_date(now))
    return page(
        "categories/difference.html",
        view=view,
        first=first,
        last=last,
        known=request.args.get("known", "") if asked["known"] is not None else "",
        known_at=known_moment(asked["known"], now=now) if asked["known"] is not None else None,
        events=difference.between(view, first, view, last),
        proofs=difference.proof_turns(view, first, view, last),
        kinds=list(FactKind),
        difference=difference,
        words=words,
    )


def _two_days(view: CatalogView, first: date | None, last: date | None, today: date) -> tuple[date, date]:
    """The days asked for; without them the beginning of the state of today's catalog, and the state before it."""
    last = last or today
    if first is None:
        before = [one.begins for one in view.editions() if one.ends is not None and one.ends < last and one.begins]
        first = max(before, default=last)
    return first, last


@criteria.get("")
def published() -> ResponseReturnValue:
    return page("categories/criteria.html", **_asked(clock.now()))
