"""/problems/<code>, and the few addresses that belong to no room."""

from flask import Flask, redirect
from flask.typing import ResponseReturnValue

from association.kernel.errors import NotFound
from association.kernel.i18n import _
from association.web.apidocs import described
from association.web.doors import public_door
from association.web.limits import published
from association.web.problems import PROBLEMS, Answer
from association.web.render import asset, page

bp = public_door("association.web.front", prefix="")


@bp.get("/problems/<code>")
def problem(code: str) -> ResponseReturnValue:
    known = PROBLEMS.get(code)
    if known is None:
        raise NotFound
    return page("problem_kind.html", kind=Answer(code, known.status, _(known.title), _(known.way_out)))


@bp.get("/api/v1/docs")
def api_docs() -> ResponseReturnValue:
    return page("api_docs.html", **described(), limits=published())


@bp.get("/favicon.ico")
def favicon() -> ResponseReturnValue:
    return redirect(asset("favicon.svg"))


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
