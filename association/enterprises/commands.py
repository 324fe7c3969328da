"""``flask accounts create``: it stands here because an account may come with its enterprise."""

import os
import sys

import click
from flask.cli import AppGroup

from association.accounts import queries as accounts_known
from association.accounts import service as accounts
from association.enterprises import queries, service
from association.kernel import clock
from association.kernel.actors import OPERATOR, Role
from association.kernel.db import intend_to_write
from association.kernel.errors import Invalid, RegistryError

group = AppGroup("accounts", help="People who sign in.")


@group.command("create")
@click.option("--email", required=True)
@click.option("--name", required=True)
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice([role.value for role in Role]))
@click.option("--enterprise", "uscc", default=None, help="code of its enterprise")
@click.option("--password", envvar="ADMIN_PASSWORD", prompt=True, hide_input=True, confirmation_prompt=True)
def create(email: str, name: str, roles: tuple[str, ...], uscc: str | None, password: str) -> None:
    """Make an account; the password is asked for, or read from ADMIN_PASSWORD. Repeating it changes nothing."""
    intend_to_write()
    now = clock.now()
    account = accounts_known.account_by_email(email)
    try:
        if account is not None:
            click.echo(f"{account.email}: exists already, nothing changed")
        else:
            wanted = [Role(role) for role in roles]
            account = accounts.create_account(email, name, password, wanted, actor=OPERATOR, now=now)
            click.echo(f"{account.email}: made, with {', '.join(account.roles)}")
        if uscc is not None:
            enterprise = queries.enterprise_by_uscc(uscc)
            if enterprise is None:
                raise click.ClickException(f"no enterprise has the code {uscc}")
            if any(member.account_id == account.id for member, _account in queries.members(enterprise)):
                click.echo(f"{account.email}: acts for {enterprise.name} already")
            else:
                service.add_member(enterprise, account, administrator=True, actor=OPERATOR, now=now)
                click.echo(f"{account.email}: acts for {enterprise.name}")
    except Invalid as refused:
        raise click.ClickException("; ".join(one.detail for one in refused.shortfalls)) from refused
    except RegistryError as refused:
        raise click.ClickException(refused.detail) from refused


def first_administrator() -> str:
    """With DEMO=0 a new register gets its first administrator, from ADMIN_EMAIL and ADMIN_PASSWORD or asked for.

    One person holds the three offices only until the others have accounts.
    """
    if os.environ.get("DEMO", "1") != "0" or accounts_known.any_account():
        return ""
    email, password = os.environ.get("ADMIN_EMAIL"), os.environ.get("ADMIN_PASSWORD")
    if not (email and password) and not sys.stdin.isatty():
        raise click.ClickException("DEMO=0 on a new register: set ADMIN_EMAIL and ADMIN_PASSWORD")
    email = email or click.prompt("e-mail of the first administrator")
    password = password or click.prompt("password", hide_input=True, confirmation_prompt=True)
    offices = (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR)
    try:
        accounts.create_account(email, email, password, offices, actor=OPERATOR, now=clock.now())
    except Invalid as refused:
        raise click.ClickException("; ".join(one.detail for one in refused.shortfalls)) from refused
    return f"first administrator: {email}"
