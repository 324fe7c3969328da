"""``flask persons …``: erasing somebody, clearing the database, sealing numbers anew; and the worker's chore."""

import os
from datetime import datetime

import click
from flask import Flask
from flask.cli import AppGroup

from association.kernel import clock
from association.kernel.actors import OPERATOR
from association.kernel.db import db, intend_to_write
from association.kernel.errors import NotFound, RegistryError
from association.persons import erasure, holdings, queries, sealed
from association.persons.models import Person
from association.persons.vault import WrongKey
from association.vocabulary import ErasureGround

group = AppGroup("persons", help="Natural persons: erasure, keys.")


def init_app(app: Flask) -> None:
    """The commands."""
    app.cli.add_command(group)


def clear(now: datetime) -> int:
    """The worker's chore: after an erasure the database is written anew."""
    if not queries.waiting_to_be_cleared():
        db.session.rollback()
        return 0
    return erasure.clear(now, tables=[table for room in holdings.everywhere() for table in room.tables])


@group.command("erase")
@click.argument("person_id", type=int)
@click.option(
    "--ground",
    type=click.Choice([ground.value for ground in ErasureGround]),
    default=ErasureGround.REQUEST.value,
    help="why (default: the person asked for it)",
)
@click.option("--yes", is_flag=True, help="ask nothing")
def erase_command(person_id: int, ground: str, yes: bool) -> None:
    """Delete everything that names a person, in the database, its log, and the files of the data folder."""
    intend_to_write()
    person = db.session.get(Person, person_id)
    if person is None:
        raise click.ClickException(f"there is no person {person_id}")
    if not yes:
        click.confirm(f"person {person_id}, identity number …{person.identity_tail}: erase for good?", abort=True)
    now = clock.now()
    try:
        erasure.erase(person, ground=ErasureGround(ground), holdings=holdings.everywhere(), actor=OPERATOR, now=now)
    except (NotFound, RegistryError) as refused:
        raise click.ClickException(refused.detail or type(refused).__name__) from refused
    click.echo(f"person {person_id}: erased")
    _say_cleared(now)


@group.command("clear")
def clear_command() -> None:
    """Write the database anew after erasures; the worker does it by itself."""
    intend_to_write()
    _say_cleared(clock.now())


def _say_cleared(now: datetime) -> None:
    clear(now)
    if queries.waiting_to_be_cleared():
        raise click.ClickException(
            "the database is being read; run `flask persons clear` again, or leave it to the worker"
        )
    click.echo("database: cleared of freed pages")


@group.command("again")
@click.argument("numbers", type=int, nargs=-1, required=True)
def again_command(numbers: tuple[int, ...]) -> None:
    """After an older backup was put back: erase these persons (`flask persons erased` listed them) again."""
    intend_to_write()
    for person_id in numbers:
        person = db.session.get(Person, person_id)
        if person is None or person.erased_at is not None:
            click.echo(f"person {person_id}: nothing to erase")
            continue
        everywhere = holdings.everywhere()
        erasure.erase(person, ground=ErasureGround.REQUEST, holdings=everywhere, actor=OPERATOR, now=clock.now())
        click.echo(f"person {person_id}: erased")
    _say_cleared(clock.now())


@group.command("erased")
def erased_command() -> None:
    """The numbers of all files that were erased, one a line; keep them beside your backups."""
    for one in queries.erasures():
        click.echo(one.person_id)


@group.command("rekey")
def rekey_command() -> None:
    """After SECRET_KEY was changed: seal every number and portrait anew. The old key stands in OLD_SECRET_KEY."""
    intend_to_write()
    old = os.environ.get("OLD_SECRET_KEY", "")
    if not old:
        raise click.ClickException("put the key that was in use before into OLD_SECRET_KEY")
    try:
        count = sealed.renew_keys(old, actor=OPERATOR, now=clock.now())
    except WrongKey as wrong:
        raise click.ClickException(str(wrong)) from wrong
    click.echo(f"persons sealed anew: {count}")
