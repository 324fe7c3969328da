"""A small register in a folder, made once a session; every test gets a copy of its own."""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask

from association.kernel import clock
from association.kernel.actors import OPERATOR
from association.kernel.db import db, transaction
from association.outbox import service as outbox
from catalog.categories import catalogfile
from catalog.categories import queries as categories
from catalog.categories import service as categories_service
from catalog.vocabulary import EntryKind
from tests.association.operations.data import an_app
from tests.builders import NOW, TODAY, a_filing
from tests.catalog.conftest import national_catalog
from tests.catalog.small_register import SmallRegister

__all__ = ["national_catalog"]


@pytest.fixture(scope="session")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Registrations of every standing, two documents, a letter owed."""
    folder = tmp_path_factory.mktemp("pristine") / "data"
    app = an_app(folder)
    with app.app_context():
        categories_service.load(catalogfile.OWN_COPY, actor=OPERATOR, now=NOW - timedelta(days=2000))
        register = SmallRegister()
        register.then(register.in_force, EntryKind.AMENDED, TODAY, brand="样例新牌")
        for text in ("one", "two"):
            a_filing(OPERATOR, text=text)
        with transaction():
            outbox.enqueue(
                "k:1",
                to_account_id=None,
                to_address="a@test.example",
                subject="s",
                body="b",
                url="/",
                spoken="zh",
                now=clock.now(),
            )
        db.session.remove()
        db.engine.dispose()
    categories.forget()
    return folder


@pytest.fixture
def folder(pristine: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    copy = tmp_path / "data"
    shutil.copytree(pristine, copy)
    return copy


@pytest.fixture
def there(folder: Path) -> Iterator[Flask]:
    """The application at work on the copy."""
    app = an_app(folder, migrated=False)
    yield app
    with app.app_context():
        db.engine.dispose()
    categories.forget()
