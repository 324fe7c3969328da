"""Which registrations and cases a change of the catalog touches.

They live in rooms above this one: their wiring hands the questions down, the desk asks them.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import cast

from flask import Flask, current_app

from association.kernel.actors import Actor
from association.web.menu import Link
from catalog.categories.difference import FactChange, Scope


@dataclass(frozen=True, slots=True)
class Touched:
    """Things of one sort that lie in a scope: how many, the first of them as links, and how many where.

    ``links`` is empty for whoever may not see them; numbers are no secret.
    """

    title: str
    total: int
    links: Sequence[Link] = ()
    by_place: Mapping[tuple[str, str], int] = field(default_factory=dict)
    by_standard: Mapping[str, int] = field(default_factory=dict)
    by_issuer: Mapping[str, int] = field(default_factory=dict)

    def of(self, change: FactChange) -> int:
        """How many a single change touches."""
        scope = change.scope
        placed = sum(count for (category, subtype), count in self.by_place.items() if scope.concerns(category, subtype))
        naming = sum(self.by_standard.get(one, 0) for one in scope.standards)
        return placed + naming + sum(self.by_issuer.get(one, 0) for one in scope.issuers)


Ask = Callable[[Actor, Scope, date], Touched]


def add(app: Flask, ask: Ask) -> None:
    """Hand in a question; called by wiring."""
    cast(list[Ask], app.extensions.setdefault("catalog_touched", [])).append(ask)


def by(actor: Actor, scope: Scope, on: date) -> list[Touched]:
    """What lies in the scope on that day, sort by sort."""
    return [ask(actor, scope, on) for ask in cast(list[Ask], current_app.extensions.get("catalog_touched", []))]
