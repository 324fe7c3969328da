"""Operators' commands on a database that is not there yet, or of another edition: a sentence, not a traceback."""

import copy
from functools import wraps
from typing import Any

import click
from flask import Flask, current_app
from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from association.kernel.db import db, only_reading
from association.web.health import newest_migration

# What builds the database, or needs none.
BEFORE_THERE_IS_ONE = frozenset({"db", "up", "run", "routes", "shell", "restore"})


def why_not() -> str:
    """Why no command can work on this database; empty where one can."""
    try:
        tables = set(inspect(db.engine).get_table_names())
        if "account" not in tables:
            return "there is no register in this database yet: run `flask db upgrade` first, or `make run`"
        if "alembic_version" in tables:
            found = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
            if found != newest_migration(current_app.root_path):
                return f"the database is of another edition ({found}): make a backup, then run `flask db upgrade`"
    except SQLAlchemyError as failure:
        return f"the database cannot be reached ({type(failure).__name__}): look at DATABASE_URL and DATA_DIR"
    return ""


def guard(app: Flask) -> None:
    """Have every command of ``app`` ask first; called when all are there."""
    for name, command in list(app.cli.commands.items()):
        if name not in BEFORE_THERE_IS_ONE:
            app.cli.commands[name] = _guarded(command, app)


def _guarded(command: click.Command, app: Flask) -> click.Command:
    # A copy: the rooms' commands are one for all applications of a process.
    one = copy.copy(command)
    if isinstance(one, click.Group):
        one.commands = {name: _guarded(each, app) for name, each in one.commands.items()}
    elif (callback := one.callback) is not None:

        @wraps(callback)
        def asking(*given: Any, **named: Any) -> Any:
            # Looking keeps nobody from writing, not even who goes on to write in this very context.
            with app.app_context(), only_reading():
                if reason := why_not():
                    raise click.ClickException(reason)
            return callback(*given, **named)

        one.callback = asking
    return one
