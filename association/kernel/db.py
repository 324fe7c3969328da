"""The database: one ``db``, the base of all models, moments in UTC, and the one ``commit()``.

SQLite (WAL, foreign keys, busy timeout, synchronous FULL) or PostgreSQL; what differs between them stands here.
"""

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, ClassVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, DateTime, MetaData, String, Table, TypeDecorator, event
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Mapper,
    ORMExecuteState,
    Session,
    SessionTransaction,
    mapped_column,
)
from sqlalchemy.orm.exc import StaleDataError

from association.kernel.errors import Conflict
from association.kernel.i18n import _
from association.kernel.terms import Term

BUSY_TIMEOUT_MS = 15_000


class UTCDateTime(TypeDecorator[datetime]):
    """A moment: aware in Python, UTC without zone in the database."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs its time zone")
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC)


class TermType(TypeDecorator[Any]):
    """A word of a vocabulary, stored by its code; unknown codes fail loudly."""

    impl = String
    cache_ok = True

    def __init__(self, vocabulary: type[Term], length: int = 40) -> None:
        super().__init__(length)
        self.vocabulary = vocabulary

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else self.vocabulary(value).value

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else self.vocabulary(value)


class Model(DeclarativeBase):
    """Base of every table."""

    if TYPE_CHECKING:
        # Each model is a table of its own, and no join or query.
        __table__: ClassVar[Table]

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: UTCDateTime(),
        dict[str, Any]: JSON(),
        list[Any]: JSON(),
        list[str]: JSON(),
        list[int]: JSON(),
    }

    id: Mapped[int] = mapped_column(primary_key=True)


@event.listens_for(Mapper, "before_configured", once=True)
def _no_lazy_enum() -> None:
    """Vocabularies are stored through TermType; a bare Enum column would be stored by name."""
    for mapper in Model.registry.mappers:
        for column in mapper.local_table.columns:
            if isinstance(getattr(column.type, "enum_class", None), type(Enum)):
                raise TypeError(f"{column}: use TermType")


db = SQLAlchemy(
    metadata=Model.metadata,
    engine_options={"connect_args": {}},
    session_options={"autoflush": True, "expire_on_commit": False},
)

# SQLite has one writer at a time. A request that will write says so before its first statement, and takes the
# writer's place at once (BEGIN IMMEDIATE): it then waits its turn instead of failing half-way on an old snapshot.
_writing: ContextVar[bool] = ContextVar("writing", default=False)


@contextmanager
def writing() -> Iterator[None]:
    """Inside the block, transactions on SQLite begin as the writer's."""
    token = _writing.set(True)
    try:
        yield
    finally:
        _writing.reset(token)


@contextmanager
def only_reading() -> Iterator[None]:
    """Inside the block, transactions on SQLite leave the writer's place to others: for long looks before a change."""
    token = _writing.set(False)
    try:
        yield
    finally:
        _writing.reset(token)


def intend_to_write(yes: bool = True) -> None:
    """The same for the rest of this context (a web request, a command)."""
    _writing.set(yes)


@event.listens_for(Engine, "connect")
def _set_up(connection: Any, _record: Any) -> None:
    if not isinstance(connection, sqlite3.Connection):
        return
    # The driver's own BEGIN is switched off; `_begin` below writes it.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA synchronous = FULL")
    # The file is not mapped (mmap_size): a list of 10,000 lines read from a large register would count 450 MB of it as this
    # process's memory, and saves two hundredths of the time (docs/performance.md).
    cursor.close()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


_inside: ContextVar[bool] = ContextVar("inside_transaction", default=False)


@contextmanager
def transaction() -> Iterator[None]:
    """All or nothing: the one commit of the house. Inside another one it joins it, and the outer one commits.

    A lost race (somebody changed it meanwhile, a key is taken, the database is busy) becomes Conflict.
    """
    if _inside.get():
        yield
        db.session.flush()
        return
    token = _inside.set(True)
    try:
        yield
        db.session.commit()
    except StaleDataError as lost:
        db.session.rollback()
        raise Conflict(_("其他人刚刚处理了同一事项，请刷新页面后查看最新状态。"), code="lost_race") from lost
    except IntegrityError as lost:
        db.session.rollback()
        raise Conflict(_("同样的内容已经存在，或刚刚被其他人录入。"), code="lost_race") from lost
    except OperationalError as lost:
        db.session.rollback()
        if "locked" in str(lost.orig) or "deadlock" in str(lost.orig):
            raise Conflict(_("系统正忙，请稍后重试。"), code="lost_race") from lost
        raise
    except BaseException:
        db.session.rollback()
        raise
    finally:
        _inside.reset(token)


_hot = threading.local()


def read(statement: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    """The rows of one plain SELECT (``?`` for parameters), for what the public asks most: the session's machinery costs
    five times the query itself.

    It runs on a connection of its own, one a thread, outside of any transaction: a single statement sees one state of
    the database, and only what is committed. Cast dates and JSON to text: then both databases give the same.
    """
    engine = db.engine
    kept = getattr(_hot, "kept", None)
    if kept is None or kept[0] is not engine:
        kept = _hot.kept = (engine, _own_connection(engine))
    try:
        return _fetch(engine, kept[1], statement, parameters)
    except kept[1].dbapi_errors:
        # The server may have gone and come back: once more, on a new connection.
        _hot.kept = (engine, _own_connection(engine))
        return _fetch(engine, _hot.kept[1], statement, parameters)


def listed(*columns: str) -> str:
    """For ``read``: the values of one JSON list (a text parameter) as a subquery with these text columns.

    ``WHERE number IN {listed("number")}`` for a list of texts, ``WHERE (maker, model) IN {listed("maker", "model")}``
    for one of pairs: however long the list it is one parameter, so neither database's limit is met.
    """
    postgres = db.engine.dialect.name == "postgresql"
    if len(columns) == 1:
        one = "json_array_elements_text(CAST(? AS json))" if postgres else "value"
        return f"(SELECT {one} AS {columns[0]}{'' if postgres else ' FROM json_each(?)'})"  # noqa: S608 - our own names
    place = "value->>{}" if postgres else "json_extract(value, '$[{}]')"
    places = ", ".join(f"{place.format(number)} AS {name}" for number, name in enumerate(columns))
    rows = "json_array_elements(CAST(? AS json))" if postgres else "json_each(?)"
    return f"(SELECT {places} FROM {rows})"  # noqa: S608 - our own names


def gathered(column: str) -> str:
    """For ``read``: the texts of ``column`` in a group as one text, one a line; thousands of rows cost several times as much."""
    postgres = db.engine.dialect.name == "postgresql"
    return f"string_agg({column}, chr(10))" if postgres else f"group_concat({column}, char(10))"


def let_go() -> None:
    """End the session's snapshot, and on SQLite give up the writer's place, before something long that only reads.

    Where the caller has something to write that is not committed yet, nothing happens: it holds its place, and nothing of
    it is lost.
    """
    session = db.session()
    if not (_inside.get() or session.info.get(_WROTE) or session.new or session.dirty or session.deleted):
        session.rollback()


_WROTE = "wrote"


@event.listens_for(Session, "after_flush")
def _flushed(session: Session, _context: Any) -> None:
    session.info[_WROTE] = True


@event.listens_for(Session, "do_orm_execute")
def _executed(state: ORMExecuteState) -> None:
    if not state.is_select:
        state.session.info[_WROTE] = True


@event.listens_for(Session, "after_transaction_end")
def _ended(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(_WROTE, None)


class _Own:
    """A connection that stays with its thread."""

    __slots__ = ("connection", "dbapi_errors")

    def __init__(self, connection: Any, dbapi_errors: Any) -> None:
        self.connection, self.dbapi_errors = connection, dbapi_errors


def _own_connection(engine: Engine) -> _Own:
    pooled = engine.raw_connection()
    connection = pooled.driver_connection
    pooled.detach()
    if engine.dialect.name == "postgresql":
        connection.autocommit = True  # type: ignore[union-attr]
    return _Own(connection, engine.dialect.loaded_dbapi.OperationalError)


def _fetch(engine: Engine, own: _Own, statement: str, parameters: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    if engine.dialect.name == "postgresql":
        statement = statement.replace("?", "%s")
    rows: list[tuple[Any, ...]] = own.connection.execute(statement, parameters).fetchall()
    return rows


def lock_row(statement: Any) -> Any:
    """``statement`` with its rows locked until the end of the transaction (SQLite's writer holds all anyway)."""
    return statement.with_for_update()
