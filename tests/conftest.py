"""Fixtures of all tests: one application a worker, an empty database for every test, browsers and programs.

``TEST_DATABASE=postgresql`` with ``TEST_POSTGRES_URL`` (a server where databases may be made) runs everything on
PostgreSQL; otherwise SQLite in a temporary folder. The schema is built by the migrations.
"""

import contextvars
import os
import sqlite3
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from flask_sqlalchemy import SQLAlchemy
from hypothesis import HealthCheck, settings

from association.accounts.models import Account
from association.kernel import clock
from association.kernel.db import Model
from association.kernel.db import db as database
from tests.builders import a_session

ROOT = Path(__file__).parent.parent
# A machine that is busy with something else is no fault of the code's.
# The same examples in every run, so that what is green here is green on the build server; `make soak` looks at new ones.
settings.register_profile(
    "house",
    deadline=None,
    database=None,
    derandomize=not os.environ.get("NEW_EXAMPLES"),
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("house")
ON_POSTGRES = os.environ.get("TEST_DATABASE") == "postgresql"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """``soak`` runs only when it is asked for by name; on PostgreSQL what asks no database is not asked a second time."""
    if ON_POSTGRES:
        without = [item for item in items if not _asks_a_database(item)]
        items[:] = [item for item in items if _asks_a_database(item)]
        config.hook.pytest_deselected(items=without)
    if "soak" in (config.getoption("-m") or ""):
        return
    skip = pytest.mark.skip(reason="long; `make soak` runs it")
    for item in items:
        if item.get_closest_marker("soak"):
            item.add_marker(skip)


def _asks_a_database(item: pytest.Item) -> bool:
    # Whatever else opens one, makes an SQLite file of its own.
    return bool({"database_url", "showroom"} & set(item.fixturenames)) or "postgres" in item.keywords  # type: ignore[attr-defined]


class FreshClient(FlaskClient):
    """A visitor whose every request begins and ends with nothing left over.

    A context shared among requests would let Flask-Login keep the first visitor signed in for all, and the language
    and the intent to write of one request would colour the next: each runs in a context of its own.
    """

    def open(self, *args: Any, **kwargs: Any) -> Any:
        kwargs.setdefault("buffered", True)
        release()
        return contextvars.copy_context().run(self._open, *args, **kwargs)

    def _open(self, *args: Any, **kwargs: Any) -> Any:
        with self.application.app_context():
            answer = super().open(*args, **kwargs)
        for _name, value in answer.headers:
            # What a header may hold (PEP 3333): servers that insist on it send nothing else.
            value.encode("latin-1")
        return answer


def release() -> None:
    """Let go of the test's own snapshot and lock; what it holds is read anew when it is next looked at."""
    from flask import has_app_context

    if has_app_context():
        database.session.rollback()
        database.session.expire_all()


@pytest.fixture(scope="session")
def database_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """An empty database of this worker's own."""
    if not ON_POSTGRES:
        yield f"sqlite:///{tmp_path_factory.mktemp('database') / 'registry.db'}"
        return
    server = sa.make_url(os.environ["TEST_POSTGRES_URL"]).set(drivername="postgresql+psycopg")
    name = f"jifang_test_{WORKER}_{os.getpid()}"
    engine = sa.create_engine(server, isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))
        connection.execute(sa.text(f"CREATE DATABASE \"{name}\" ENCODING 'UTF8' TEMPLATE template0"))
    yield server.set(database=name).render_as_string(hide_password=False)
    with engine.connect() as connection:
        connection.execute(sa.text(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'))


@pytest.fixture(scope="session")
def app(tmp_path_factory: pytest.TempPathFactory, database_url: str) -> Iterator[Flask]:
    """The application, with a data folder and a migrated database of its own."""
    from wsgi import create_app

    application = create_app(
        {
            "TESTING": True,
            "PROPAGATE_EXCEPTIONS": True,
            "ARGON2_CHEAP": True,
            "DATA_DIR": str(tmp_path_factory.mktemp("data")),
            "DATABASE_URL": database_url,
            "SECRET_KEY": "a key for tests only, long enough to be taken",
            "BASE_URL": "",
            "MAIL_SERVER": "",
            "PRODUCTION": False,
            "RATE_LIMITS": False,
        }
    )
    application.test_client_class = FreshClient
    if not ON_POSTGRES:
        sa.event.listen(sa.Engine, "connect", _no_waiting_for_the_disk)
    with application.app_context():
        if list((ROOT / "migrations" / "versions").glob("*.py")):
            from flask_migrate import upgrade

            upgrade()
        else:
            database.create_all()
        database.session.remove()
    yield application
    with application.app_context():
        database.session.remove()
        database.engine.dispose()


def _no_waiting_for_the_disk(connection: Any, _record: Any) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute("PRAGMA synchronous = OFF")


@pytest.fixture
def _push_request_context() -> None:
    """Replaces pytest-flask's, which keeps one context round a whole test (see FreshClient)."""


@pytest.fixture
def db(app: Flask) -> Iterator[SQLAlchemy]:
    """The database, in an application context of the test's own; emptied afterwards."""
    with app.app_context():
        yield database
        database.session.rollback()
        empty(database)
        database.session.remove()


@pytest.fixture
def client(app: Flask, db: SQLAlchemy) -> FlaskClient:
    """A stranger at a browser."""
    return app.test_client()


@pytest.fixture
def browser(app: Flask, db: SQLAlchemy) -> Callable[[Account], FlaskClient]:
    """``browser(account)``: somebody at a browser, already signed in."""

    def signed_in(account: Account) -> FlaskClient:
        visitor = app.test_client()
        token = a_session(account, clock.now())
        with visitor.session_transaction() as session:
            session["_user_id"] = token
            session["_fresh"] = True
        return visitor

    return signed_in


@pytest.fixture
def program(app: Flask, db: SQLAlchemy) -> Callable[[str], FlaskClient]:
    """``program(key)``: a program that shows a key with every request."""

    def with_key(key: str) -> FlaskClient:
        caller = app.test_client()
        caller.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
        return caller

    return with_key


def empty(of: SQLAlchemy, *only: str) -> None:
    """Delete every row (of the tables in ``only``, where some are named), also where triggers refuse it to everybody else."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", sa.exc.SAWarning)
        tables = [table.name for table in reversed(Model.metadata.sorted_tables) if not only or table.name in only]
    with of.engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            # Triggers and foreign keys rest, for this transaction and this session only.
            connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
            for table in tables:
                connection.exec_driver_sql(f'DELETE FROM "{table}"')
            return
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        full = [
            table for table in tables if connection.exec_driver_sql(f'SELECT EXISTS (SELECT 1 FROM "{table}")').scalar()
        ]
        triggers = connection.exec_driver_sql(
            "SELECT name, sql, tbl_name FROM sqlite_master WHERE type = 'trigger'"
        ).all()
        resting = [(name, sql) for name, sql, table in triggers if table in full]
        for name, _sql in resting:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        for table in full:
            connection.exec_driver_sql(f'DELETE FROM "{table}"')
        for _name, sql in resting:
            connection.exec_driver_sql(sql)
