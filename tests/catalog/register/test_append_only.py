"""What was entered is neither changed nor removed: the database itself refuses, whoever asks."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from association.kernel.actors import OPERATOR
from association.kernel.db import db as database
from association.kernel.db import intend_to_write, transaction
from catalog.evidence.rules import Change, EvidenceLine
from catalog.register import service
from catalog.vocabulary import EvidenceKind
from tests.builders import a_mandate

pytestmark = pytest.mark.postgres

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
FACTS = {
    "name": "示例",
    "brand": "示例",
    "model": "A-1",
    "category": "01",
    "subtype": "ultrasonic",
    "manufacturer": {"name": "示例电子有限公司", "uscc": "91130102PDY0002200"},
    "valid_from": "2026-03-02",
    "valid_until": "2029-03-01",
}


@pytest.fixture
def number(db: Any) -> str:
    """One registration with its evidence, entered by the service."""
    mandate = a_mandate()
    paper = EvidenceLine(
        EvidenceKind.TYPE_TEST_REPORT, "N-1", "demo-test", Change.RECORDED, date(2026, 1, 1), NOW, date(2026, 1, 1)
    )
    intend_to_write()
    with transaction():
        entered = service.enter(
            FACTS, effective_from=date(2026, 3, 2), evidence=[paper], mandate=mandate, actor=OPERATOR, now=NOW
        )
    database.session.remove()
    return entered


TABLES = {"register_entry": "facts", "ledger_line": "facts", "evidence_line": "number"}


def content(table: str) -> list[Any]:
    with database.engine.connect() as connection:
        return [tuple(map(str, row)) for row in connection.execute(sa.text(f"SELECT * FROM {table} ORDER BY id"))]


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize(
    "doing",
    [
        "UPDATE {table} SET {column} = {column}",
        "UPDATE {table} SET {column} = NULL WHERE id > 0",
        "UPDATE {table} SET id = id + 1000",
        "DELETE FROM {table}",
        "DELETE FROM {table} WHERE id = (SELECT max(id) FROM {table})",
    ],
)
def test_the_database_refuses_to_change_or_remove_what_was_entered(number: str, table: str, doing: str) -> None:
    before = content(table)
    assert before
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.engine.begin() as connection:
        connection.execute(sa.text(doing.format(table=table, column=TABLES[table])))
    assert content(table) == before


@pytest.mark.parametrize("table", TABLES)
def test_emptying_a_whole_table_is_refused_as_well(number: str, table: str) -> None:
    before = content(table)
    word = "TRUNCATE {} CASCADE" if database.engine.dialect.name == "postgresql" else "DELETE FROM {}"
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.engine.begin() as connection:
        connection.execute(sa.text(word.format(table)))
    assert content(table) == before


@pytest.mark.parametrize("table", TABLES)
def test_replacing_a_line_is_refused_as_well(number: str, table: str) -> None:
    before = content(table)
    columns = ", ".join(column["name"] for column in sa.inspect(database.engine).get_columns(table))
    if database.engine.dialect.name == "postgresql":
        word = f"INSERT INTO {table} ({columns}) SELECT {columns} FROM {table} "
        word += f"ON CONFLICT (id) DO UPDATE SET {TABLES[table]} = NULL"
    else:
        word = f"INSERT OR REPLACE INTO {table} ({columns}) SELECT {columns} FROM {table}"
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.engine.begin() as connection:
        connection.execute(sa.text(word))
    assert content(table) == before


def test_entries_may_be_added(number: str) -> None:
    assert len(content("register_entry")) == 1
    assert len(content("evidence_line")) == 1
    assert len(content("ledger_line")) >= 2
