"""States of the database with which many tests begin: built once a worker, from then on put back row by row.

Nothing of the application runs when rows are put back, no rule and no hash: what they are was decided by ``build``,
which goes the way that the application goes.
"""

from collections.abc import Callable
from typing import Any

from association.kernel.db import Model, db
from catalog.categories import queries as categories
from tests.conftest import ON_POSTGRES, release

_kept: dict[str, tuple[Any, list[tuple[str, list[tuple[Any, ...]]]]]] = {}


def begin_with(name: str, build: Callable[[], Any]) -> Any:
    """Fill the empty database as ``build`` does, and return what it returned; rows of the database it must not be.

    Where something is in the database already, it is built there, and not kept.
    """
    release()
    if not _is_empty():
        return build()
    if name in _kept:
        made, rows = _kept[name]
        _put_back(rows)
        # Loading would have said so: what was last read of the catalog is no longer what is there.
        categories.forget()
        return made
    made = build()
    db.session.commit()
    _kept[name] = made, _all_rows()
    return made


def _is_empty() -> bool:
    either = " OR ".join(f'EXISTS (SELECT 1 FROM "{table.name}")' for table in Model.metadata.sorted_tables)
    with db.engine.connect() as connection:
        return connection.exec_driver_sql(f"SELECT 1 WHERE {either}").first() is None


def _all_rows() -> list[tuple[str, list[tuple[Any, ...]]]]:
    """The statements that put every row back, as the driver has them: nothing becomes an object on its way."""
    found = []
    with db.engine.connect() as connection:
        for table in Model.metadata.sorted_tables:
            columns = [f'"{column.name}"' for column in table.columns]
            # A text that PostgreSQL gives is one that it takes, of every type.
            asked = ", ".join(f"CAST({column} AS text)" if ON_POSTGRES else column for column in columns)
            rows = connection.exec_driver_sql(f'SELECT {asked} FROM "{table.name}"').all()
            if rows:
                places = ", ".join(["%s" if ON_POSTGRES else "?"] * len(columns))
                put = f'INSERT INTO "{table.name}" ({", ".join(columns)}) VALUES ({places})'
                found.append((put, [tuple(row) for row in rows]))
    return found


def _put_back(statements: list[tuple[str, list[tuple[Any, ...]]]]) -> None:
    with db.engine.begin() as connection:
        rest = "SET LOCAL session_replication_role = replica" if ON_POSTGRES else "PRAGMA defer_foreign_keys = ON"
        connection.exec_driver_sql(rest)
        for put, rows in statements:
            connection.exec_driver_sql(put, rows)
