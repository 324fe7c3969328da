"""/problems/<code>, /robots.txt, and the few addresses that belong to no room."""

from collections.abc import Mapping

from flask import Flask, Response, redirect
from flask.typing import ResponseReturnValue

from association.kernel.errors import NotFound
from association.kernel.i18n import _
from association.web.apidocs import described
from association.web.doors import public_door
from association.web.limits import published
from association.web.problems import PROBLEMS, Answer
from association.web.render import asset, page

bp = public_door("association.web.front", prefix="")

# What robots may not read, and what of it they may all the same: the longer path counts (RFC 9309). Kinds of addresses, never
# one that opens something. Floors add their own.
ROBOTS: dict[str, bool] = {
    "/accounts/": False,
    "/api/": False,
    "/api/v1/docs": True,
    "/api/v1/openapi.json": True,
    "/association/": False,
    "/association/enterprises": True,
    "/association/enterprises/desk": False,
    "/association/enterprises/invited/": False,
    "/association/enterprises/mine": False,
    "/association/mandates": True,
    "/association/signing": True,
    "/association/signing/keys/": False,
    "/metrics": False,
}


def publish_for_robots(paths: Mapping[str, bool]) -> None:
    """Add a floor's paths: ``True`` where robots may read; called by its wiring."""
    ROBOTS.update(paths)


@bp.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """The register is open to everybody; desks, forms and what a secret opens are nothing to be searched."""
    lines = [f"{'Allow' if may else 'Disallow'}: {path}" for path, may in sorted(ROBOTS.items())]
    answer = Response("\n".join(["User-agent: *", *lines, ""]), mimetype="text/plain")
    answer.headers["Cache-Control"] = "public, max-age=86400"
    return answer


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
