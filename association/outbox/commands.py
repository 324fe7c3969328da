"""``flask outbox deliver``."""

from collections.abc import Callable
from datetime import datetime

import click
from flask.cli import AppGroup

from association.kernel import clock
from association.outbox import service

# What delivers messages of other kinds, handed in by wiring.
OTHERS: list[Callable[[datetime], int]] = []

group = AppGroup("outbox", help="Messages owed to people.")


@group.command("deliver")
def deliver() -> None:
    """Try every message that is due; run it as often as you like."""
    now = clock.now()
    click.echo(f"delivered: {service.deliver(now) + sum(other(now) for other in OTHERS)}")
