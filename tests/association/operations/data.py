"""A register of its own in a folder of its own, for tests that tamper with files, kill processes and restore."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

from flask import Flask

from tests.conftest import ROOT

SECRET = "a key for tests only, long enough to be taken"


def settings(folder: Path) -> dict[str, Any]:
    """Of an application on SQLite in ``folder``."""
    return {
        "TESTING": True,
        "DATA_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{folder / 'registry.db'}",
        "SECRET_KEY": SECRET,
        "BASE_URL": "",
        "MAIL_SERVER": "",
        "PRODUCTION": False,
        "RATE_LIMITS": False,
        "ARGON2_CHEAP": True,
    }


def an_app(folder: Path, *, migrated: bool = True) -> Flask:
    """The application on ``folder``; its database migrated unless it is to stay empty."""
    from wsgi import create_app

    folder.mkdir(parents=True, exist_ok=True)
    app = create_app(settings(folder))
    if migrated:
        with app.app_context():
            from flask_migrate import upgrade

            upgrade()
    return app


def a_process(folder: Path, *arguments: str, **more: str) -> "subprocess.Popen[bytes]":
    """Another process at work on ``folder``; ``more`` settings of its environment."""
    environment = {name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "TMPDIR")}
    environment |= {"DATA_DIR": str(folder), "SECRET_KEY": SECRET, "PYTHONPATH": str(ROOT)}
    environment["DATABASE_URL"] = f"sqlite:///{folder / 'registry.db'}"
    environment |= more
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def tamper(folder: Path, *statements: str) -> None:
    """Change the database's file behind everybody's back, its triggers dropped."""
    with sqlite3.connect(folder / "registry.db") as connection:
        triggers = connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for (name,) in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        for statement in statements:
            connection.execute(statement)
    connection.close()
