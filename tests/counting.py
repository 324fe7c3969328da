"""What is asked of the database inside a block."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

import sqlalchemy as sa

from association.kernel import db as kernel_db
from association.kernel.db import db as database

_BEGINNINGS_AND_ENDS = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA")


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements inside the block: those of sessions, and those of the public's own connections."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if not statement.startswith(_BEGINNINGS_AND_ENDS):
            said.append(statement)

    plain = kernel_db._fetch

    def fetch(engine: Any, own: Any, statement: str, parameters: Any) -> Any:
        said.append(statement)
        return plain(engine, own, statement, parameters)

    sa.event.listen(database.engine, "before_cursor_execute", note)
    try:
        with mock.patch.object(kernel_db, "_fetch", fetch):
            yield said
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", note)
