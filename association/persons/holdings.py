"""What other rooms hold of a person: handed in by each floor's wiring, so that a copy, an erasure and a merger are whole.

A room that stores anything personal, or anything that hangs on a person, hands in a Holding in the same commit.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from flask import Flask, current_app

from association.kernel.actors import Actor
from association.persons.models import Person


@dataclass(frozen=True, slots=True)
class Section:
    """A part of somebody's copy of their data: a table under a title, in the reader's language."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Doing:
    """Who does it, and when."""

    actor: Actor
    now: datetime


def _nothing(_person: Person, *_more: Any) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Holding:
    """What one room holds.

    ``take`` gives it out; ``forget`` deletes what names the person (and raises Conflict when something must be settled
    before); ``move(gone, kept, doing)`` lets it follow a merger. All run inside the caller's transaction and commit
    nothing. ``tables`` are those that ``forget`` deletes from: the database is cleared of their freed pages.
    """

    take: Callable[[Person], Sequence[Section]] = lambda _person: ()
    forget: Callable[[Person, Doing], None] = _nothing
    move: Callable[[Person, Person, Doing], None] = _nothing
    tables: Sequence[str] = ()


def init_app(app: Flask) -> None:
    app.extensions["holdings"] = []


def add(app: Flask, holding: Holding) -> None:
    """Hand in what a room holds of persons; called by its floor's wiring."""
    cast(list[Holding], app.extensions["holdings"]).append(holding)


def everywhere() -> Sequence[Holding]:
    """Every room's, in the order they were handed in: the ground floor's first."""
    return cast(list[Holding], current_app.extensions["holdings"])
