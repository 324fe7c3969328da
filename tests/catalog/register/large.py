"""A larger register for the tests of the search: the products of the demonstration and 2,000 more, made once a module."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from flask import Flask

from association.kernel import clock
from association.kernel.actors import OPERATOR
from association.kernel.db import db
from bench import fictional
from catalog.categories import catalogfile, queries
from catalog.categories import service as categories
from catalog.register import search
from tests.conftest import empty

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
SEED = TODAY.isoformat()


@dataclass(frozen=True, slots=True)
class Large:
    """Numbers and what was made of each, side by side."""

    numbers: list[str]
    made: list[fictional.Product]

    def facts(self) -> Iterator[tuple[str, dict[str, object]]]:
        for number, product in zip(self.numbers, self.made, strict=True):
            yield number, product[0].facts


def fill(made: list[fictional.Product]) -> Large:
    """Catalog, register and index, in an empty database."""
    categories.load(catalogfile.OWN_COPY, actor=OPERATOR, now=datetime(2015, 1, 1, tzinfo=UTC))
    numbers = fictional.load(made)
    search.reindex()
    return Large(numbers, made)


@pytest.fixture(scope="module")
def large(app: Flask) -> Iterator[Large]:
    """The register; no test of its module may ask for ``db``, which empties it."""
    kept = clock.now
    clock.now = lambda: NOW  # type: ignore[assignment]
    with app.app_context():
        yield fill([*fictional.sample(), *fictional.products(2_000, seed=4)])
        db.session.rollback()
        empty(db)
        db.session.remove()
        queries.forget()
    clock.now = kept
