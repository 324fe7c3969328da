"""Alembic's environment: one set of migrations for SQLite and PostgreSQL, run through Flask-Migrate."""

import logging
from typing import Any

from alembic import context
from flask import current_app

from association.kernel.db import Model, TermType, UTCDateTime

log = logging.getLogger("alembic.env")
target_metadata = Model.metadata


def plainly(kind: str, thing: Any, _context: Any) -> str | bool:
    """Write our own column types as the plain ones they are stored in: migrations import nothing of ours."""
    if kind == "type" and isinstance(thing, UTCDateTime):
        return "sa.DateTime()"
    if kind == "type" and isinstance(thing, TermType):
        return f"sa.String(length={thing.vocabulary and thing.impl_instance.length})"
    return False


def run() -> None:
    migrate = current_app.extensions["migrate"]
    with migrate.db.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=target_metadata,
            render_item=plainly,
            transaction_per_migration=True,
            **migrate.configure_args,
        )
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    raise SystemExit("migrations run online only")
run()
