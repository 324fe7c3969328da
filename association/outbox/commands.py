"""``flask outbox deliver``."""

import click
from flask.cli import AppGroup

from association.kernel import clock
from association.outbox import service

group = AppGroup("outbox", help="Messages owed to people.")


@group.command("deliver")
def deliver() -> None:
    """Try every message that is due; run it as often as you like."""
    click.echo(f"delivered: {service.deliver(clock.now())}")
