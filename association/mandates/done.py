"""What was done under a mandate: upper floors hand in their counts and lists through their wiring."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app

from association.mandates.models import Mandate
from association.web.menu import Link


@dataclass(frozen=True, slots=True)
class Figure:
    """One thing that was done: how often, and where it is public, the latest of it as links."""

    title: str
    count: int
    links: Sequence[Link] = ()


Work = Callable[[Mandate], Sequence[Figure]]


def add(app: Flask, work: Work) -> None:
    """Hand in what a floor has done under a mandate; called by its wiring."""
    cast(list[Work], app.extensions.setdefault("mandate_work", [])).append(work)


def under(mandate: Mandate) -> list[Figure]:
    """Everything that was done under the mandate."""
    work = cast(list[Work], current_app.extensions.get("mandate_work", []))
    return [figure for one in work for figure in one(mandate)]
