"""Pages: ``page()`` shows one, ``outcome()`` answers a change. Language, headers and what every template knows."""

import hashlib
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import (
    Flask,
    Response,
    current_app,
    flash,
    g,
    get_flashed_messages,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask.typing import ResponseReturnValue
from markupsafe import Markup
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import HTTPException

from association.kernel import i18n, site
from association.kernel.actors import NOBODY
from association.kernel.dates import civil_date
from association.kernel.db import intend_to_write
from association.kernel.errors import RegistryError
from association.web import menu
from association.web.identity import current_actor, for_programs
from association.web.origin import SAFE

View = TypeVar("View", bound=Callable[..., Any])

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; manifest-src 'self'"
)


def page(template: str, **context: Any) -> str:
    """A whole page."""
    return render_template(template, **context)


def outcome(fragment: str | None = None, *, to: str, said: str = "", **context: Any) -> ResponseReturnValue:
    """The answer to a change: the fragment for htmx, a redirect (303) to ``to`` for a browser without it.

    ``said`` is shown on the next page.
    """
    if request.headers.get("HX-Request"):
        if fragment is not None:
            return render_template(fragment, said=said, **context)
        if said:
            flash(said)
        response = make_response("", 204)
        response.headers["HX-Redirect"] = to
        return response
    if said:
        flash(said)
    return redirect(to, 303)


def refused() -> bool:
    """Whether a page is shown again because what was asked of it was refused."""
    return g.get("problem") is not None


def _refused_form() -> MultiDict[str, str]:
    """The form (or a list's question) that was refused, when this page shows it again; empty otherwise, or when it was
    too large to read."""
    if not refused():
        return MultiDict()
    if request.method != "POST":
        return request.args
    try:
        return request.form
    except HTTPException:
        return MultiDict()


def typed(name: str, default: Any = "") -> Any:
    """What the person typed into the field when its form was refused; otherwise ``default``.

    A page may hold several forms: what the refused one did not contain keeps its ``default``.
    """
    form = _refused_form()
    if name in form and name not in g.get("settled", ()):
        return form[name]
    return "" if default is None else default


def settled(*names: str) -> None:
    """Says that what was typed into these fields is kept already: a page shown again does not repeat it there."""
    g.settled = {*g.get("settled", ()), *names}


def typed_list(name: str, default: Any = ()) -> list[Any]:
    """The same for a field with several values.

    Browsers do not send a box that is not ticked: a form says with a hidden ``_lists`` that it contained the field.
    """
    form = _refused_form()
    if (name in form or name in form.getlist("_lists")) and name not in g.get("settled", ()):
        return list(form.getlist(name))
    return list(default or ())


def errors_for(name: str, label: str = "") -> list[str]:
    """The sentences that belong beside field ``name``, which the page calls ``label``."""
    problem = g.get("problem")
    if problem is None:
        return []
    if label:
        g.setdefault("field_labels", {}).setdefault(name, str(label))
    found: list[str] = problem.for_field(name)
    return found


def field_label(name: str) -> str:
    """What a field drawn before is called; empty when none of that name was."""
    return str(g.get("field_labels", {}).get(name, ""))


@cache
def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def asset(filename: str) -> str:
    """Address of a static file; its content's hash lets browsers keep it for a year."""
    return url_for("static", filename=filename, v=_digest(Path(current_app.static_folder or "") / filename))


def lang_url(code: str) -> str:
    """This page in the other language."""
    args = request.args.to_dict(flat=False) if request.method == "GET" else {}
    args["lang"] = [code]
    path = request.path if request.method == "GET" else "/"
    return f"{path}?{urlencode(args, doseq=True)}"


def url_with(**changes: Any) -> str:
    """This page's address with some query values changed; ``None`` drops one."""
    args: dict[str, Any] = request.args.to_dict(flat=False)
    for name, value in changes.items():
        if value is None:
            args.pop(name, None)
        else:
            args[name] = value
    return f"{request.path}?{urlencode(args, doseq=True)}" if args else request.path


def language_in_address(view: View) -> View:
    """Marks a view whose answer is a file in the language its address says (``asked_language``), whoever asks: it is
    passed on with its address, which says nothing about the language in which somebody wants pages."""
    view.language_in_address = True  # type: ignore[attr-defined]
    return view


# Parts of an address that open something by themselves: whoever is sent one holds it, and no list of addresses shows it.
SECRETS = frozenset({"receipt", "token"})


def unlisted(view: View) -> View:
    """Marks a view that is opened by a secret in its address, or shows a person: no search engine is to keep it. (Those
    with an argument of ``SECRETS`` need no mark.)"""
    view.unlisted = True  # type: ignore[attr-defined]
    return view


def _unlisted() -> bool:
    named = SECRETS & (request.view_args or {}).keys()
    return bool(named) or hasattr(current_app.view_functions.get(request.endpoint or ""), "unlisted")


def asked_language() -> i18n.Language:
    """Chinese, or English with ``?lang=en``."""
    return "en" if request.args.get("lang") == "en" else "zh"


def _language_in_address() -> bool:
    return hasattr(current_app.view_functions.get(request.endpoint or ""), "language_in_address")


def absolute(path: str) -> str:
    """``path`` as a full address: BASE_URL where it is set, else the address this request came to."""
    base = current_app.config.get("BASE_URL") or request.host_url.rstrip("/")
    return f"{base}{path}"


# An address in running text, or a path of this site's rooms.
_ADDRESS = re.compile(
    r"https?://[!-~]+|(?<![\w/.])/(?:accounts|association|catalog|training)/[\w~%./-]+(?:\?[\w~%./=&-]+)?", re.ASCII
)


def linked(text: str) -> Markup:
    """``text`` in which addresses of this site lead there. Others stay text: what somebody wrote sends nobody away."""
    ours = tuple(f"{base}/" for base in (site.address(), absolute("")) if base)
    found, place = Markup(), 0
    for one in _ADDRESS.finditer(text):
        written = one[0].rstrip(".,;:!?")
        if written.startswith("/") or written.startswith(ours):
            found += Markup('{}<a href="{}">{}</a>').format(text[place : one.start()], written, written)
            place = one.start() + len(written)
    return found + text[place:]


def for_letters() -> str:
    """What the paths in a letter begin with, which goes to somebody else than who asks for it: never the address of this
    request where another is known (``kernel.site``)."""
    return site.address() or absolute("")


def init_app(app: Flask) -> None:
    @app.before_request
    def _begin() -> None:
        intend_to_write(request.method not in SAFE)
        if for_programs(request.path):
            asked = request.environ.get("HTTP_ACCEPT_LANGUAGE")
            i18n.set_language(request.accept_languages.best_match(["zh", "en"], "zh") if asked else "zh")
            return
        chosen = None if _language_in_address() else request.args.get("lang")
        if chosen in i18n.LANGUAGES and session.get("language") != chosen:
            session["language"] = chosen
        i18n.set_language(
            (chosen if chosen in i18n.LANGUAGES else None)
            or session.get("language")
            or request.accept_languages.best_match(["zh", "en"], "zh")
        )

    @app.before_request
    def _canonical_language() -> ResponseReturnValue | None:
        # The choice lives in the session; the address stays clean, so that it can be passed on.
        if request.method != "GET" or for_programs(request.path) or _language_in_address():
            return None
        if "lang" in request.args:
            if request.args["lang"] in i18n.LANGUAGES and (account_id := current_actor().account_id) is not None:
                current_app.extensions["directory"].speaks(account_id, request.args["lang"])
            return redirect(url_with(lang=None), 303)
        return None

    @app.context_processor
    def _known_to_templates() -> dict[str, Any]:
        try:
            actor = current_actor()
        except RegistryError:
            # The database is too busy to say who asks: the page that says so must not fail of the same.
            actor = NOBODY
        return {
            "actor": actor,
            "lang": i18n.language(),
            "problem": g.get("problem"),
            "said": get_flashed_messages(),
            "menu_public": menu.public_menu(),
            "menu_member": menu.member_menu(actor),
            "menu_footer": menu.footer_menu(),
            "demo": menu.is_demo(),
            "sign_in_url": url_for("accounts_public.sign_in"),
            "sign_out_url": url_for("accounts.sign_out"),
            "dashboard_url": url_for("accounts.dashboard"),
            "unlisted": _unlisted(),
        }

    app.jinja_env.globals.update(
        {
            "_": i18n.translate,
            "pick": i18n.pick,
            "label": i18n.label,
            "show_date": i18n.show_date,
            "show_moment": i18n.show_moment,
            "show_clock": i18n.show_clock,
            "civil_date": civil_date,
            "typed": typed,
            "typed_list": typed_list,
            "errors_for": errors_for,
            "field_label": field_label,
            "asset": asset,
            "lang_url": lang_url,
            "url_with": url_with,
            "absolute": absolute,
        }
    )
    app.jinja_env.filters["linked"] = linked
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True

    @app.after_request
    def _headers(response: Response) -> Response:
        if _unlisted():
            response.headers["X-Robots-Tag"] = "noindex"
        if for_programs(request.path):
            return response
        headers = response.headers
        headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "geolocation=(), microphone=(), payment=(), usb=()")
        if app.config["SESSION_COOKIE_SECURE"]:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if request.endpoint == "static" and "v" in request.args:
            headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif response.mimetype == "text/html":
            headers.setdefault("Cache-Control", "private, no-cache")
            headers.add("Vary", "HX-Request, Accept-Language")
        return response
