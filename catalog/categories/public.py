"""/catalog/categories: the national catalog of any day; /catalog/criteria: what registration asks."""

from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.dates import civil_date
from association.kernel.errors import NotFound
from association.kernel.i18n import pick
from association.web.doors import public_door
from association.web.forms import read_query
from association.web.render import page
from catalog.categories import queries
from catalog.categories.rules import show_number
from catalog.categories.schemas import DayIn
from catalog.categories.shapes import in_order

bp = public_door(__name__, prefix="/catalog/categories")
criteria = public_door(__name__, prefix="/catalog/criteria", name="criteria_public")


@bp.get("")
def index() -> ResponseReturnValue:
    now = clock.now()
    on = read_query(DayIn)["on"] or civil_date(now)
    return page("categories/index.html", view=queries.known_at(now), on=on, today=civil_date(now))


@bp.get("/<code>")
def show(code: str) -> ResponseReturnValue:
    now = clock.now()
    on = read_query(DayIn)["on"] or civil_date(now)
    view = queries.known_at(now)
    category = view.category(code)
    if category is None:
        raise NotFound
    return page(
        "categories/show.html",
        view=view,
        category=category,
        on=on,
        today=civil_date(now),
        names={one.code: pick(one) for one in view.subtypes(code)},
        in_order=in_order,
        show_number=show_number,
    )


@criteria.get("")
def published() -> ResponseReturnValue:
    now = clock.now()
    on = read_query(DayIn)["on"] or civil_date(now)
    return page("categories/criteria.html", view=queries.known_at(now), on=on, today=civil_date(now))
