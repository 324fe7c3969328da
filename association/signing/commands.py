"""``flask signing``: keys, for the operator."""

import click
from flask import Flask
from flask.cli import AppGroup

from association.kernel import clock
from association.kernel.actors import OPERATOR
from association.kernel.db import intend_to_write
from association.kernel.errors import RegistryError
from association.signing import queries, service
from association.vocabulary import KeyState
from association.web import serving

group = AppGroup("signing", help="Keys that sign for the association.")


@group.command("list")
def show() -> None:
    """Every key there ever was."""
    for key in queries.keys_for(OPERATOR):
        until = f" {key.not_after:%Y-%m-%d}" if key.not_after else ""
        click.echo(f"{key.kid}  {key.algorithm.value}  {key.state.value}  {key.not_before:%Y-%m-%d} –{until}")


@group.command("ensure")
def ensure() -> None:
    """Make a key when none is in use, or when SECRET_KEY is another one now and it cannot be opened."""
    intend_to_write()
    click.echo(service.ensure(actor=OPERATOR, now=clock.now()).kid)


@group.command("rotate")
@click.option("--reason", required=True)
def rotate(reason: str) -> None:
    """Change to the prepared key, or to a new one; what was signed before still verifies."""
    intend_to_write()
    now = clock.now()
    try:
        if queries.in_state(KeyState.PREPARED) is None:
            service.prepare(actor=OPERATOR, now=now)
        key = service.switch(reason=reason, actor=OPERATOR, now=now)
    except RegistryError as refused:
        raise click.ClickException(refused.detail) from refused
    click.echo(f"{key.kid}: in use")


@group.command("give-up")
@click.argument("kid")
@click.option("--reason", required=True)
def give_up(kid: str, reason: str) -> None:
    """Say that a key is compromised: nothing it signed proves anything any more."""
    intend_to_write()
    try:
        key = service.give_up(queries.key_for(OPERATOR, kid), reason=reason, actor=OPERATOR, now=clock.now())
    except RegistryError as refused:
        raise click.ClickException(refused.detail or "no such key") from refused
    click.echo(f"{kid}: compromised; {key.kid}: in use")


def prepare_key() -> str:
    """Before the server starts there is a key that opens."""
    before = queries.in_state(KeyState.ACTIVE)
    key = service.ensure(actor=OPERATOR, now=clock.now())
    return "" if before is not None and before.kid == key.kid else f"signing key made: {key.kid}"


def init_app(app: Flask) -> None:
    app.cli.add_command(group)
    serving.of(app).preparations.append(prepare_key)
    serving.of(app).chores.append(("resigning", service.resign))
