"""A command on a database that is not there yet, or of another edition, says what to run."""

from pathlib import Path

import pytest
from sqlalchemy import text

from association.kernel.db import db
from tests.association.operations.data import an_app

COMMANDS = (
    ("register", "audit"),
    ("register", "reindex"),
    ("outbox", "deliver"),
    ("daily", "--on", "2026-11-26"),
    ("demo", "load"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_without_a_database_it_says_how_one_is_made(tmp_path: Path, command: tuple[str, ...]) -> None:
    said = an_app(tmp_path, migrated=False).test_cli_runner().invoke(args=command)
    assert said.exit_code == 1
    assert "flask db upgrade" in said.output
    assert "Traceback" not in said.output


def test_on_another_editions_database_it_says_so(tmp_path: Path) -> None:
    app = an_app(tmp_path)
    runner = app.test_cli_runner()
    assert runner.invoke(args=["register", "audit"]).exit_code == 0
    with app.app_context(), db.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0001_older'"))
    said = runner.invoke(args=["register", "audit"])
    assert (said.exit_code, "0001_older" in said.output) == (1, True)


def test_help_needs_no_database(tmp_path: Path) -> None:
    said = an_app(tmp_path, migrated=False).test_cli_runner().invoke(args=["register", "audit", "--help"])
    assert said.exit_code == 0
    assert "Usage" in said.output
