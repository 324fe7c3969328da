"""Who is asking. The one user of Flask-Login; how an account or a key is found is handed down by wiring."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, TypeVar, cast

from flask import Flask, Request, g, redirect, request, session, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user

from association.kernel import clock
from association.kernel.actors import NOBODY, Actor
from association.kernel.errors import NotSignedIn
from association.kernel.i18n import _

View = TypeVar("View", bound=Callable[..., Any])

API_PREFIX = "/api/v1"
API_DOCS = "/api/v1/docs"


def for_programs(path: str) -> bool:
    """Whether an address is the API's; its description for people is a page like any other."""
    return path.startswith(API_PREFIX) and path != API_DOCS


class SignedIn(UserMixin):  # type: ignore[misc]
    """Flask-Login's user: an actor, and the token of the session."""

    def __init__(self, actor: Actor, token: str, session_id: int = 0, bare: bool = False) -> None:
        self.actor, self.token, self.session_id, self.bare = actor, token, session_id, bare

    def get_id(self) -> str:
        return self.token


class PageSessions(SecureCookieSessionInterface):
    """Sessions are for pages: a cookie opens no door of the API, and none is read or set there."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        return None if for_programs(request.path) else super().open_session(app, request)


class Holder(Protocol):
    """Who holds a session; ``bare`` when a second factor is still missing that the office wants."""

    @property
    def actor(self) -> Actor: ...
    @property
    def session_id(self) -> int: ...
    @property
    def bare(self) -> bool: ...


@dataclass(frozen=True)
class Directory:
    """What the ground floor's rooms know of people: handed to ``init_app`` by wiring."""

    by_session: Callable[[str, datetime], Holder | None]
    by_key: Callable[[str, datetime], Actor | None]
    speaks: Callable[[int, str], None]  # an account's holder chose a language: their letters follow


def init_app(app: Flask, directory: Directory) -> None:
    """Put Flask-Login to work on ``app``."""
    manager = LoginManager()
    manager.session_protection = "basic"
    manager.init_app(app, add_context_processor=False)

    @manager.user_loader  # type: ignore[untyped-decorator]
    def _load(token: str) -> SignedIn | None:
        held = directory.by_session(token, clock.now())
        return SignedIn(held.actor, token, held.session_id, held.bare) if held else None

    @app.before_request
    def _set_up_first() -> Any:
        # Whoever must have a second factor and has none yet is led to set it up, and to nothing else.
        if "_user_id" not in session or request.endpoint == "static" or for_programs(request.path):
            return None
        held = this_session()
        if held is None or not held.bare:
            return None
        view = app.view_functions.get(request.endpoint or "")
        return None if getattr(view, "open_to_bare", False) else redirect(url_for("accounts.second_factor"), 303)

    app.extensions["directory"] = directory
    app.session_interface = PageSessions()


def open_to_bare(view: View) -> View:
    """Marks what somebody may reach who still has to set up the second factor."""
    view.open_to_bare = True  # type: ignore[attr-defined]
    return view


def sign_in(actor: Actor, token: str) -> None:
    """Begin a session for ``actor``; what an older session of this browser held is dropped."""
    language = session.get("language")
    session.clear()
    session.permanent = True
    if language:
        session["language"] = language
    login_user(SignedIn(actor, token), fresh=True)


def sign_out() -> None:
    """Let go of this browser's session."""
    logout_user()
    session.clear()


def this_session() -> SignedIn | None:
    """The session of this request, if somebody is signed in."""
    user: Any = current_user
    return cast(SignedIn, user._get_current_object()) if user and user.is_authenticated else None


def current_actor() -> Actor:
    """Whoever makes this request; NOBODY for a stranger.

    A session opens no API door, and a key opens no page.
    """
    if for_programs(request.path):
        return _actor_of_key()
    user: Any = current_user
    return cast(Actor, user.actor) if user and user.is_authenticated else NOBODY


def _actor_of_key() -> Actor:
    if (known := g.get("key_actor")) is not None:
        return cast(Actor, known)
    header = request.headers.get("Authorization")
    if header is None:
        return NOBODY
    scheme, _blank, key = header.partition(" ")
    directory: Directory = _directory()
    actor = directory.by_key(key.strip(), clock.now()) if scheme.lower() == "bearer" and key.isascii() else None
    if actor is None:
        raise NotSignedIn(_("密钥不正确、已过期或已停用。请在“密钥”页面核对或新建。"))
    g.key_actor = actor
    return actor


def _directory() -> Directory:
    from flask import current_app

    return cast(Directory, current_app.extensions["directory"])
