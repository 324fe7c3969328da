"""Fixtures of the catalog floor: the project's own catalog file, loaded."""

from collections.abc import Iterator
from typing import Any

import pytest

from association.kernel.actors import OPERATOR
from catalog.categories import catalogfile, queries, service
from tests.builders import NOW
from tests.kept import begin_with


@pytest.fixture
def national_catalog(db: Any) -> Iterator[None]:
    """The catalog, loaded."""
    begin_with("national catalog", lambda: service.load(catalogfile.OWN_COPY, actor=OPERATOR, now=NOW))
    yield
    queries.forget()
