"""Fictional data of the floors, handed in by their wirings: one command loads all of it, or none."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import cast

from flask import Flask, current_app

Load = Callable[[datetime], None]


def init_app(app: Flask) -> None:
    app.extensions["demonstration"] = []


def add(app: Flask, load: Load) -> None:
    """Hand in what a floor adds when everybody's accounts are there; it runs inside the one transaction."""
    cast(list[Load], app.extensions["demonstration"]).append(load)


def others() -> Sequence[Load]:
    """What was handed in."""
    return cast(list[Load], current_app.extensions["demonstration"])
