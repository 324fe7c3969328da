"""The project's own catalog file: as it stands on disk, as facts, and loaded into the database."""

import copy
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from typing import Any

import pytest

from association.kernel.actors import OPERATOR
from catalog.categories import catalogfile, queries, service
from catalog.categories.rules import CatalogFacts, CatalogView, FactVersion
from tests.kept import begin_with

LOADED = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)


@cache
def _file() -> str:
    return catalogfile.OWN_COPY.read_text(encoding="utf-8")


def facts_of(data: dict[str, Any]) -> CatalogFacts:
    """The facts of a file that is the first one loaded."""
    new = catalogfile.compare({}, catalogfile.facts_in(data)).added
    return CatalogFacts(
        FactVersion(
            one.fact.kind,
            one.fact.key,
            one.place,
            one.fact.body,
            date.fromisoformat(one.fact.body["known_from"]) if one.fact.body.get("known_from") else None,
        )
        for one in new
    )


@pytest.fixture
def file() -> dict[str, Any]:
    """The catalog file's content, the test's own to change."""
    return copy.deepcopy(json.loads(_file()))


@pytest.fixture(scope="session")
def raw() -> dict[str, Any]:
    """The catalog file's content, to be read only."""
    return json.loads(_file())


@pytest.fixture(scope="session")
def view(raw: dict[str, Any]) -> CatalogView:
    """The catalog as known on the first loading."""
    return facts_of(raw).as_known(LOADED)


@pytest.fixture
def loaded(db: Any) -> Iterator[None]:
    """The catalog, loaded."""
    begin_with("catalog of the rooms", lambda: service.load(catalogfile.OWN_COPY, actor=OPERATOR, now=LOADED))
    yield
    queries.forget()
