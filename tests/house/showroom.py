"""A register with the demo data, people of every role in it, and a thing of every kind: one for each module.

The demo data is loaded once a test session; every module gets a copy of it, and may put it back as it was.
"""

import atexit
import fcntl
import itertools
import logging
import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from association.enterprises.models import Enterprise
from association.kernel import clock
from association.kernel import db as kernel_db
from association.kernel.actors import OPERATOR, Role
from association.kernel.db import db
from catalog import demo
from catalog.categories import catalogfile
from catalog.categories import queries as categories
from catalog.categories import service as categories_service
from tests.builders import a_session
from tests.conftest import ON_POSTGRES, WORKER, FreshClient

_serial = itertools.count(1)


def settings(folder: Path, url: str) -> dict[str, Any]:
    """As tests run it, but with errors answered as they are to everybody."""
    return {
        "TESTING": True,
        "PROPAGATE_EXCEPTIONS": False,
        "ARGON2_CHEAP": True,
        "DATA_DIR": str(folder),
        "DATABASE_URL": url,
        "SECRET_KEY": "a key for tests only, long enough to be taken",
        "BASE_URL": "",
        "MAIL_SERVER": "",
        "PRODUCTION": False,
        "RATE_LIMITS": False,
    }


@dataclass
class Showroom:
    """The application, and whoever comes to it."""

    app: Flask
    folder: Path
    url: str
    pristine: sqlite3.Connection | None = None
    sessions: dict[str, str] = field(default_factory=dict)

    def stranger(self) -> FlaskClient:
        """Somebody at a browser who has not signed in, or a program without a key."""
        return self.app.test_client()

    def browser(self, token: str) -> FlaskClient:
        """Whoever holds this session."""
        visitor = self.app.test_client()
        with visitor.session_transaction() as session:
            session["_user_id"], session["_fresh"] = token, True
        return visitor

    def person(self, name: str) -> FlaskClient:
        """Somebody of the demo (``maker``), signed in."""
        if name not in self.sessions:
            from association.accounts.queries import account_by_email

            with self.app.app_context():
                account = account_by_email(f"{name}@demo.example")
                assert account is not None
                self.sessions[name] = a_session(account, clock.now())
        return self.browser(self.sessions[name])

    def program(self, key: str) -> FlaskClient:
        """A program that shows ``key``."""
        caller = self.app.test_client()
        caller.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key}"
        return caller

    def keep(self) -> None:
        """Remember the database as it is now (SQLite)."""
        self.pristine = sqlite3.connect(":memory:")
        with closing(sqlite3.connect(_file(self.url))) as source:
            source.backup(self.pristine)

    def put_back(self, *, forget: bool = True) -> None:
        """The database as it was when it was last kept; ``forget`` unless the national catalog is as it was."""
        assert self.pristine is not None, "nothing was kept"
        with closing(sqlite3.connect(_file(self.url))) as target:
            target.execute("PRAGMA synchronous = OFF")
            self.pristine.backup(target)
        if forget:
            categories.forget()


class _Heard(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.found: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.found.append(logging.Formatter().format(record))


@contextmanager
def incidents() -> Iterator[list[str]]:
    """What is logged as an error of ours inside the block, with its traceback."""
    heard, log = _Heard(), logging.getLogger("association.web.problems")
    log.addHandler(heard)
    try:
        yield heard.found
    finally:
        log.removeHandler(heard)


def _file(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _copy(source: Path, target: Path) -> None:
    with closing(sqlite3.connect(source)) as of, closing(sqlite3.connect(target)) as to:
        of.backup(to)


def _server() -> sa.URL:
    return sa.make_url(os.environ["TEST_POSTGRES_URL"]).set(drivername="postgresql+psycopg")


def _on_server(*statements: str) -> None:
    engine = sa.create_engine(_server(), isolation_level="AUTOCOMMIT", poolclass=sa.NullPool)
    with engine.connect() as connection:
        for statement in statements:
            connection.exec_driver_sql(statement)


def empty_database(folder: Path, *, like: str = "") -> str:
    """The address of a new database: empty, or (PostgreSQL) a copy of another."""
    if not ON_POSTGRES:
        return f"sqlite:///{folder / 'registry.db'}"
    name = f"jifang_house_{WORKER}_{os.getpid()}_{next(_serial)}"
    template = like or "template0"
    _on_server(
        f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)',
        f'CREATE DATABASE "{name}" ENCODING \'UTF8\' TEMPLATE "{template}"',
    )
    return _server().set(database=name).render_as_string(hide_password=False)


def drop_database(url: str) -> None:
    """Nothing is left of it."""
    if ON_POSTGRES:
        _on_server(f'DROP DATABASE IF EXISTS "{sa.make_url(url).database}" WITH (FORCE)')


def no_waiting_for_the_disk(app: Flask) -> None:
    """What tests write need not survive a power cut."""
    if not ON_POSTGRES:

        @sa.event.listens_for(db.engine, "connect")
        def _quick(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA synchronous = OFF")


@cache
def _loaded(base: Path) -> tuple[Path, str]:
    """The demo data, loaded once: its folder and its database. On SQLite all workers share it."""
    if ON_POSTGRES or WORKER == "main":
        return _load(base / "house-demo")
    folder = base.parent / "house-demo"
    with (base.parent / "house-demo.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            _load(folder)
            (folder / "done").touch()
    return folder, empty_database(folder)


def demo_folder(base: Path, folder: Path) -> None:
    """``folder`` as a data folder with the demo data in it, as ``flask up`` would have made it (SQLite)."""
    loaded, its_url = _loaded(base)
    shutil.copytree(loaded, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("registry.db*", "done"))
    _copy(_file(its_url), folder / "registry.db")


def _load(folder: Path) -> tuple[Path, str]:
    from flask_migrate import upgrade

    from wsgi import create_app

    folder.mkdir()
    url = empty_database(folder)
    app = create_app(settings(folder, url))
    with app.app_context():
        no_waiting_for_the_disk(app)
        upgrade()
        categories_service.load(catalogfile.OWN_COPY, actor=OPERATOR, now=clock.now())
        demo.load(now=clock.now())
        _people_besides()
        _let_go()
    atexit.register(drop_database, url)
    return folder, url


def _let_go() -> None:
    """Every connection of the application at work, also the public's own: PostgreSQL copies only what nobody uses."""
    db.session.remove()
    kept = getattr(kernel_db._hot, "kept", None)
    if kept is not None:
        kept[1].connection.close()
        kernel_db._hot.kept = None
    db.engine.dispose()


# Whom the demo data has not: one of the three offices each, and people beside the demo's.
BESIDES: tuple[tuple[str, tuple[Role, ...], str | None, bool], ...] = (
    ("system", (Role.SYSTEM_ADMINISTRATOR,), None, False),
    ("security", (Role.SECURITY_ADMINISTRATOR,), None, False),
    ("audit", (Role.AUDIT_ADMINISTRATOR,), None, False),
    ("clerk", (Role.REGISTRANT,), demo.MAKER, False),
)


def _people_besides() -> None:
    from association.accounts import service as accounts
    from association.enterprises import service as enterprises

    now = clock.now()
    for name, roles, uscc, administers in BESIDES:
        account = accounts.create_account(
            f"{name}@demo.example", name, "correct horse battery", roles, actor=OPERATOR, now=now
        )
        if uscc is not None:
            firm = db.session.scalars(sa.select(Enterprise).where(Enterprise.uscc == uscc)).one()
            enterprises.add_member(firm, account, administrator=administers, actor=OPERATOR, now=now)


def showroom_in(folder: Path, base: Path) -> Iterator[Showroom]:
    """A copy of the demo's register in ``folder``."""
    from wsgi import create_app

    loaded, its_url = _loaded(base)
    shutil.copytree(loaded, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("registry.db*"))
    if ON_POSTGRES:
        url = empty_database(folder, like=str(sa.make_url(its_url).database))
    else:
        url = empty_database(folder)
        _copy(_file(its_url), _file(url))
    app = create_app(settings(folder, url))
    app.test_client_class = FreshClient
    with app.app_context():
        no_waiting_for_the_disk(app)
    yield Showroom(app, folder, url)
    with app.app_context():
        _let_go()
    categories.forget()
    drop_database(url)


@pytest.fixture(scope="module")
def showroom(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Showroom]:
    """A register with the demo data, for this module alone."""
    yield from showroom_in(tmp_path_factory.mktemp("showroom"), tmp_path_factory.getbasetemp())
