"""Links and dashboard panels, handed in by each floor's wiring; no floor needs to know of another's."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from flask import Flask, current_app, request, url_for

from association.kernel import clock
from association.kernel.actors import Actor
from association.kernel.i18n import _


@dataclass(frozen=True, slots=True)
class Link:
    """One shown link."""

    url: str
    title: str
    here: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """A link in the making: endpoint, title, and who sees it."""

    endpoint: str
    title: str
    seen_by: Callable[[Actor], bool] = lambda _actor: True
    values: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel of a person's dashboard: a title, a figure or rows, and where to go on."""

    title: str
    url: str
    count: int | None = None
    text: str = ""
    rows: Sequence[Link] = ()
    empty: str = ""


@dataclass(slots=True)
class Menu:
    public: list[Entry] = field(default_factory=list)
    member: list[Entry] = field(default_factory=list)
    footer: list[Entry] = field(default_factory=list)
    panels: list[Callable[[Actor, datetime], Panel | None]] = field(default_factory=list)
    demo: Callable[[], bool] = lambda: False


def init_app(app: Flask) -> None:
    app.extensions["menu"] = Menu()


def of(app: Flask) -> Menu:
    """The menu that wiring fills."""
    return cast(Menu, app.extensions["menu"])


def _links(entries: Sequence[Entry]) -> list[Link]:
    links = []
    for entry in entries:
        values: dict[str, Any] = dict(entry.values)
        url = url_for(entry.endpoint, **values)
        here = request.path == url or (url != "/" and request.path.startswith(url.rstrip("/") + "/"))
        links.append(Link(url, _(entry.title), here))
    longest = max((len(link.url) for link in links if link.here), default=0)
    return [Link(link.url, link.title, link.here and len(link.url) == longest) for link in links]


def public_menu() -> list[Link]:
    return _links(of(current_app).public)


def footer_menu() -> list[Link]:
    return _links(of(current_app).footer)


def member_menu(actor: Actor) -> list[Link]:
    if not actor.signed_in:
        return []
    return _links([entry for entry in of(current_app).member if entry.seen_by(actor)])


def panels(actor: Actor) -> list[Panel]:
    """The dashboard of ``actor``: what each floor has to say to this person."""
    now = clock.now()
    shown: list[Any] = [make(actor, now) for make in of(current_app).panels]
    return [panel for panel in shown if panel is not None]


def is_demo() -> bool:
    """Whether the register holds demo data: then every page says so."""
    return of(current_app).demo()
