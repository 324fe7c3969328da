"""Confirmed enterprises, for anybody: ``/association/enterprises``, ``/association/enterprises/<uscc>``."""

from flask import url_for
from flask.typing import ResponseReturnValue

from association.enterprises import queries
from association.enterprises.schemas import ListQuery
from association.kernel.dates import civil_date
from association.web.doors import public_door
from association.web.forms import read_query
from association.web.render import outcome, page

bp = public_door(__name__, prefix="/association/enterprises")


@bp.get("")
def index() -> ResponseReturnValue:
    asked = read_query(ListQuery)
    found = queries.public_list(q=asked["q"], number=asked["page"])
    return page("enterprises/index.html", found=found, q=asked["q"], day=civil_date)


@bp.get("/<uscc>")
def show(uscc: str) -> ResponseReturnValue:
    enterprise = queries.published(uscc)
    if uscc != enterprise.uscc:
        return outcome(to=url_for(".show", uscc=enterprise.uscc))
    return page("enterprises/show.html", enterprise=enterprise, day=civil_date)
