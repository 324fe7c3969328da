"""Classes of a course, for its public page: the room above hands them in through the wiring."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import cast

from flask import Flask, current_app

from training.courses.models import Course


@dataclass(frozen=True, slots=True)
class Offer:
    """A class as the course's page lists it."""

    url: str
    code: str
    begins: date
    ends: date
    place: str
    state: str
    state_label: str
    free: int


Find = Callable[[Course, date], Sequence[Offer]]


def add(app: Flask, find: Find) -> None:
    """Hand in how a course's classes are found; called by the wiring."""
    app.extensions["training_offers"] = find


def of(course: Course, today: date) -> Sequence[Offer]:
    """Its classes under way and to come, the next first."""
    return cast(Find, current_app.extensions["training_offers"])(course, today)
