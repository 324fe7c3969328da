"""Erasing a person, clearing the database of what lay in freed pages, merging two files of one person.

The ledger is never changed: what it holds are commitments and file numbers, and it verifies as before. With the salt
gone nobody can show, or try out, whom they were about.
"""

import contextlib
import secrets
import time
from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, select, text, update
from sqlalchemy.engine import Connection
from sqlalchemy.exc import ProgrammingError

from association import policy
from association.accounts.models import AccountLetter, SecondFactor, SessionRecord
from association.kernel.actors import Actor, require
from association.kernel.dates import civil_date
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict
from association.kernel.i18n import _
from association.ledger import service as ledger
from association.outbox import service as outbox
from association.persons import queries, service
from association.persons.holdings import Doing, Holding
from association.persons.models import Consent, Employment, Erasure, Person
from association.persons.rules import overlapping
from association.vocabulary import ErasureGround, MergeGround

OWN_TABLES = ("person", "employment", "account", "account_letter", "second_factor", "session_record", "message")
ERASED = "—"
# How long clearing waits for whoever sees an older state: the server's own statistics take seconds at most. The worker
# asks again at its next round.
TRIES, BETWEEN_TRIES = 100, 0.1


def erase(person: Person, *, ground: ErasureGround, holdings: Iterable[Holding], actor: Actor, now: datetime) -> None:
    """Delete what names the person, here and in every room that handed in a holding.

    ``clear`` then clears the database of freed pages. Raises Conflict when the file is closed, or when a room has
    something that must be settled before.
    """
    require(policy.erase_persons, actor)
    service.insist_present(person)
    rooms = list(holdings)
    with transaction():
        if db.engine.dialect.name == "sqlite":
            # What is freed is overwritten at once; older slack goes when the database is cleared.
            db.session.connection().exec_driver_sql("PRAGMA secure_delete = ON")
        earlier = db.session.scalars(select(Person).where(Person.merged_into_id == person.id)).all()
        for one in (*earlier, person):
            for room in rooms:
                room.forget(one, Doing(actor, now))
            db.session.execute(delete(Employment).where(Employment.person_id == one.id))
            _close_account(one, now)
            _empty(one, now)
        db.session.add(Erasure(person_id=person.id, ground=ground, erased_at=now, cleared_at=None))
        db.session.flush()
        ledger.record("person.erased", f"person:{person.id}", actor=actor, at=now, ground=ground.value)


def _close_account(person: Person, now: datetime) -> None:
    """The account goes with its holder: nobody can sign in, no letter of it is kept, nor where it was used."""
    account = queries.account_of(person)
    if account is None:
        return
    if not queries.is_private(account, civil_date(now)):
        raise Conflict(_("此人的账号还担任其他角色或代表企业，请先撤销，再删除个人信息。"))
    outbox.forget(account.id, account.email)
    for kept in (AccountLetter, SecondFactor, SessionRecord):
        db.session.execute(delete(kept).where(kept.account_id == account.id))
    db.session.execute(delete(AccountLetter).where(AccountLetter.email == account.email))
    account.email, account.name, account.password_hash = f"erased-{account.id}@invalid.invalid", ERASED, ""
    account.roles, account.active, account.person_id = [], False, None
    account.session_stamp = secrets.token_urlsafe(24)
    db.session.flush()


def _empty(person: Person, now: datetime) -> None:
    person.name = person.phone = person.email = person.identity_sealed = person.identity_tail = person.salt = ""
    person.identity_hash = person.portrait_sealed = person.checked_at = person.checked_by = None
    person.erased_at = now


def clear(now: datetime, *, tables: Sequence[str] = ()) -> int:
    """Write the database anew without its freed pages, if somebody was erased since; how many that concerned.

    SQLite: VACUUM, then the write-ahead log is emptied; a reader that holds on to an old state makes it wait for the
    next call. PostgreSQL: ``_tables_written_anew``, which waits likewise.
    """
    waiting = db.session.scalars(select(Erasure.id).where(Erasure.cleared_at.is_(None))).all()
    db.session.rollback()
    if not waiting:
        return 0
    if db.engine.dialect.name == "sqlite":
        if not _written_anew():
            return 0
    elif not _tables_written_anew(list(dict.fromkeys((*OWN_TABLES, *tables)))):
        return 0
    with transaction():
        db.session.execute(update(Erasure).where(Erasure.id.in_(waiting)).values(cleared_at=now))
    return len(waiting)


def _nobody_looks_back(connection: Connection) -> bool:
    """PostgreSQL: whether nobody sees a state from before now any more, waiting a little: rows that somebody still sees are
    kept however a table is written anew.

    Three hold them up: whoever looks at this database (a backup, the server gathering its statistics); what began earlier
    anywhere on the server and goes on, another database's too, for every new look begins behind it, that of VACUUM itself
    included; replicas, by what they report or reserved.
    """
    last = connection.execute(text("SELECT CAST(pg_current_xact_id() AS text)")).scalar_one()
    held_up = text(
        "SELECT pg_snapshot_xmin(pg_current_snapshot()) <= last.long"
        " OR EXISTS (SELECT 1 FROM pg_stat_activity WHERE COALESCE(datname, current_database()) = current_database()"
        " AND pid <> pg_backend_pid() AND age(backend_xmin) >= age(CAST(last.long AS xid)))"
        " OR EXISTS (SELECT 1 FROM pg_replication_slots"
        " WHERE GREATEST(age(xmin), age(catalog_xmin)) >= age(CAST(last.long AS xid)))"
        " FROM (SELECT CAST(CAST(:last AS text) AS xid8) AS long) AS last"
    )
    for _try in range(TRIES):
        if not connection.execute(held_up, {"last": last}).scalar_one():
            return True
        time.sleep(BETWEEN_TRIES)
    return False


def _tables_written_anew(tables: Sequence[str]) -> bool:
    """PostgreSQL: these tables with their indexes and what the planner noted of them (it keeps common values), then a
    checkpoint, behind which the server lets go of the log.

    A role that may not ask for the last two leaves them to the server's own time; docs/operations.md says what is the
    operator's. Not while somebody sees an older state: then the next call does it.
    """
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not _nobody_looks_back(connection):
            return False
        for table in tables:
            connection.execute(text(f'VACUUM (FULL, ANALYZE) "{table}"'))
        # Without the right to it PostgreSQL only warns.
        connection.execute(text("VACUUM FULL pg_statistic"))
        for statement in ("SELECT pg_switch_wal()", "CHECKPOINT"):
            with contextlib.suppress(ProgrammingError):
                connection.execute(text(statement))
    return True


def _written_anew() -> bool:
    """SQLite's file without freed pages, its log empty; whether nobody's reading kept the log from being emptied."""
    pooled = db.engine.raw_connection()
    try:
        cursor = pooled.cursor()
        cursor.execute("PRAGMA secure_delete = ON")
        cursor.execute("VACUUM")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, *_pages = cursor.fetchone() or (1,)
        return not busy
    finally:
        pooled.close()


def merge(
    gone: Person, kept: Person, *, ground: MergeGround, holdings: Iterable[Holding], actor: Actor, now: datetime
) -> None:
    """Two files were of one person: ``gone`` is closed, what hangs on it follows to ``kept``, histories stay.

    No two files have one number, so ``ground`` says why two numbers are one person's.

    Raises Conflict when both are the same, or a room cannot follow (both in one class).
    """
    require(policy.keep_persons, actor)
    if gone.id == kept.id:
        raise Conflict(_("这是同一份档案，请选择另一份。"))
    service.insist_present(gone)
    service.insist_present(kept)
    with transaction():
        for room in holdings:
            room.move(gone, kept, Doing(actor, now))
        _move_account(gone, kept)
        _move_consents(gone, kept, now)
        _move_employments(gone, kept)
        for name in ("phone", "email", "portrait_sealed", "checked_at", "checked_by"):
            if not getattr(kept, name):
                setattr(kept, name, getattr(gone, name))
        gone.merged_into_id, gone.portrait_sealed = kept.id, None
        db.session.execute(update(Person).where(Person.merged_into_id == gone.id).values(merged_into_id=kept.id))
        db.session.flush()
        ledger.record("person.merged", f"person:{kept.id}", actor=actor, at=now, gone=gone.id, ground=ground.value)


def _move_account(gone: Person, kept: Person) -> None:
    account = queries.account_of(gone)
    if account is None:
        return
    if queries.account_of(kept) is not None:
        raise Conflict(_("两份档案各有一个账号，请先停用其中一个账号并解除关联。"))
    account.person_id = kept.id


def _move_consents(gone: Person, kept: Person, now: datetime) -> None:
    held = queries.consents_in_force([kept.id])[kept.id]
    for one in db.session.scalars(select(Consent).where(Consent.person_id == gone.id)).all():
        if one.withdrawn_at is None and one.purpose in held:
            one.withdrawn_at = now
        one.person_id = kept.id


def _move_employments(gone: Person, kept: Person) -> None:
    """Those that overlap stay with the closed file: one person counts for one enterprise at a time."""
    for one in reversed(queries.employments_of(gone)):
        if not overlapping(queries.employments_of(kept), one.begins, one.ends):
            one.person_id = kept.id
            db.session.flush()
