"""``flask daily --on DATE``: runs each floor's daily work, as its wiring handed it in."""

from collections.abc import Callable
from datetime import date, datetime
from typing import cast

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from association.kernel import clock
from association.kernel.db import intend_to_write

Work = Callable[[date, datetime], int]


def init_app(app: Flask) -> None:
    app.extensions["daily"] = []

    @app.cli.command("daily")
    @click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="the day (default today)")
    @with_appcontext
    def daily(on: datetime | None) -> None:
        """Do the day's work; doing it twice does nothing twice."""
        run(on.date() if on else clock.today())


def add(app: Flask, name: str, work: Work) -> None:
    """Hand in a floor's daily work: given the day and the moment, it returns how much it did."""
    cast(list[tuple[str, Work]], app.extensions["daily"]).append((name, work))


def run(day: date) -> None:
    """Do all work of ``day``."""
    intend_to_write()
    for name, work in cast(list[tuple[str, Work]], current_app.extensions["daily"]):
        click.echo(f"{day} {name}: {work(day, clock.now())}")
