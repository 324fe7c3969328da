"""Migrations say what the models say, go down and up again, and newest is what ``migrations/HEAD`` says."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from flask_migrate import downgrade, upgrade

from association.kernel.db import Model, db
from tests.conftest import ROOT
from tests.house.showroom import drop_database, empty_database, settings

VERSIONS = ROOT / "migrations" / "versions"


@contextmanager
def an_empty_one(folder: Path) -> Iterator[Flask]:
    """An application with an empty database."""
    from wsgi import create_app

    url = empty_database(folder)
    app = create_app(settings(folder, url))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()
    drop_database(url)


def _said_by_models() -> list[object]:
    with db.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": False})
        return list(compare_metadata(context, Model.metadata))


def _tables() -> set[str]:
    return set(sa.inspect(db.engine).get_table_names())


@pytest.mark.postgres
def test_migrations_say_what_the_models_say(tmp_path: Path) -> None:
    with an_empty_one(tmp_path):
        upgrade()
        assert _said_by_models() == []
        assert _tables() == {*Model.metadata.tables, "alembic_version"}


@pytest.mark.postgres
def test_they_go_down_and_up_again(tmp_path: Path) -> None:
    with an_empty_one(tmp_path):
        upgrade()
        downgrade(revision="base")
        assert _tables() <= {"alembic_version"}
        upgrade()
        assert _said_by_models() == []


@pytest.mark.full
@pytest.mark.postgres
def test_each_goes_down_one_step_and_up_again(tmp_path: Path) -> None:
    with an_empty_one(tmp_path):
        upgrade()
        for _step in _chain():
            downgrade(revision="-1")
            upgrade(revision="+1")
            downgrade(revision="-1")
        assert _tables() <= {"alembic_version"}


def _chain() -> list[str]:
    """Revisions, the oldest first."""
    found: dict[str | None, str] = {}
    for path in VERSIONS.glob("*.py"):
        text = path.read_text(encoding="utf-8")
        [own] = re.findall(r'^revision(?::[^=]*)? = "([^"]+)"', text, re.MULTILINE)
        before = re.findall(r'^down_revision(?::[^=]*)? = "([^"]+)"', text, re.MULTILINE)
        found[before[0] if before else None] = own
    chain, at = [], found.get(None)
    while at is not None:
        chain.append(at)
        at = found.get(at)
    assert len(chain) == len(found), "the migrations fork"
    return chain


def test_head_names_the_newest() -> None:
    assert (ROOT / "migrations" / "HEAD").read_text(encoding="ascii").strip() == _chain()[-1]


def test_migrations_import_nothing_of_ours() -> None:
    for path in VERSIONS.glob("*.py"):
        assert not re.search(
            r"^(from|import) (association|catalog|training|wsgi|tests)\b", path.read_text("utf-8"), re.MULTILINE
        )
