"""Refuses changes that another site asks for in a signed-in person's name (cross-site request forgery).

Browsers say where a request comes from (``Sec-Fetch-Site``, older ones ``Origin``). A request with neither is no
browser's page; the session cookie is SameSite=Lax besides. Keys, not cookies, open the API: it needs no such check.
"""

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, request
from werkzeug.middleware.proxy_fix import ProxyFix

from association.kernel import site
from association.kernel.actors import Role
from association.kernel.errors import Forbidden, LengthNeeded, NotFound
from association.web.identity import current_actor, for_programs

SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})

View = TypeVar("View", bound=Callable[..., Any])


def from_anywhere(view: View) -> View:
    """Marks a view that may be asked for from another site: what opens it is a secret in its address, and nothing that a
    browser sends along by itself counts for it."""
    view.from_anywhere = True  # type: ignore[attr-defined]
    return view


def _may_come_from_anywhere() -> bool:
    return for_programs(request.path) or hasattr(
        current_app.view_functions.get(request.endpoint or ""), "from_anywhere"
    )


def init_app(app: Flask) -> None:
    proxies = app.config["TRUSTED_PROXIES"]
    if proxies:
        # Only so many hops are believed: what a visitor writes into these headers further out counts for nothing.
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]

    note_where(app)

    @app.before_request
    def _has_a_possible_name() -> None:
        # Nothing is called so, and PostgreSQL takes no NUL in a text.
        if "\x00" in request.path:
            raise NotFound

    @app.before_request
    def _says_how_long() -> None:
        # A body of unknown length would be cut off at the limit without a word.
        if request.method not in SAFE and request.content_length is None and "Transfer-Encoding" in request.headers:
            raise LengthNeeded

    @app.before_request
    def _same_origin() -> None:
        if request.method in SAFE or _may_come_from_anywhere():
            return
        site = request.headers.get("Sec-Fetch-Site")
        if site is not None:
            if site not in ("same-origin", "none"):
                raise Forbidden(code="other_site")
            return
        origin = request.headers.get("Origin")
        if origin is not None and urlsplit(origin).netloc != request.host:
            raise Forbidden(code="other_site")


def note_where(app: Flask) -> None:
    """Without BASE_URL: remember the address under which a system administrator, signed in, came from elsewhere. A browser
    sends the session to the host it was signed in at and no other, so nobody else chooses it."""

    @app.after_request
    def _note(response: Response) -> Response:
        here = request.host_url.rstrip("/")
        if app.config["BASE_URL"] or for_programs(request.path) or request.endpoint == "static" or site.is_own(here):
            return response
        if response.status_code < 400 and here != site.address() and Role.SYSTEM_ADMINISTRATOR in current_actor().roles:
            site.note(here)
        return response


def local_target(target: str | None) -> str | None:
    """``target`` when it is a path on this site, else ``None``: sign-in leads nowhere else."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")) or "\\" in target:
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(character) < 32 for character in target):
        return None
    return target
