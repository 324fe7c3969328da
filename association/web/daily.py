"""The day's work: each floor's, as its wiring handed it in, once a Shanghai day, whoever begins it.

``flask daily --on DATE`` and the worker do the same. A table says what is done; a lock that ends with its process (a
file's on SQLite, the server's on PostgreSQL) lets one at a time do it, so what a killed process left half-way is
repeated at once and by one. Works may be repeated: what they do has unique keys of its own. A day that was missed is
caught up by the next: works ask what is due by now, not what is due today.
"""

import fcntl
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import cast

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select, text

from association.kernel import clock
from association.kernel.db import db, intend_to_write, transaction
from association.web.runs import DailyRun

log = logging.getLogger(__name__)

Work = Callable[[date, datetime], int]
WAIT_AFTER_FAILURE = timedelta(minutes=10)
# "daily" in ASCII: the number under which PostgreSQL keeps the lock.
LOCK_NUMBER = 0x6461696C79


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one work: how much it did, or why it did nothing."""

    work: str
    done: int | None = None
    skipped: str = ""
    failed: str = ""


def init_app(app: Flask) -> None:
    app.extensions["daily"] = []

    @app.cli.command("daily")
    @click.option("--on", "on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="the day (default today)")
    @click.option("--again", is_flag=True, help="also what is done already; nothing is told twice")
    @with_appcontext
    def daily(on: datetime | None, again: bool) -> None:
        """Do the day's work. What is done is left alone; a day to come is tried ahead and not written down."""
        day = on.date() if on else clock.today()
        outcomes = run(day, again=again)
        for one in outcomes:
            click.echo(f"{day} {one.work}: {one.failed or one.skipped or one.done}")
        if any(one.failed for one in outcomes):
            raise SystemExit(1)


def add(app: Flask, name: str, work: Work) -> None:
    """Hand in a floor's daily work: given the day and the moment, it returns how much it did."""
    cast(list[tuple[str, Work]], app.extensions["daily"]).append((name, work))


def run(day: date, *, again: bool = False, patient: bool = True) -> list[Outcome]:
    """Do what of ``day`` is not done yet.

    One that is not ``patient`` (the worker, which comes round every few seconds) goes away when another is at it, and
    lets a work that failed rest a while. One work's failure keeps no other from being done.
    """
    intend_to_write()
    works = cast(list[tuple[str, Work]], current_app.extensions["daily"])
    with _alone(wait=patient) as mine:
        if not mine:
            return [Outcome(name, skipped="another process is at it") for name, _work in works]
        return [_do(day, name, work, again=again, patient=patient) for name, work in works]


def _do(day: date, name: str, work: Work, *, again: bool, patient: bool) -> Outcome:
    now = clock.now()
    if day > clock.today():
        # Written down as done it would be missing when its day comes.
        return _try(name, work, day, now)
    found = select(DailyRun).where(DailyRun.day == day, DailyRun.work == name)
    row = db.session.scalar(found.execution_options(populate_existing=True))
    if row is not None and row.done_at is not None and not again:
        db.session.rollback()
        return Outcome(name, skipped="done already")
    if row is not None and row.outcome and not patient and now - row.begun_at < WAIT_AFTER_FAILURE:
        db.session.rollback()
        return Outcome(name, skipped="failed; tried again later")
    with transaction():
        if row is None:
            row = DailyRun(day=day, work=name, begun_at=now, done_at=None, outcome="")
            db.session.add(row)
        else:
            row.begun_at, row.done_at, row.outcome = now, None, ""
    outcome = _try(name, work, day, now)
    row = db.session.scalars(found.execution_options(populate_existing=True)).one()
    with transaction():
        row.outcome = outcome.failed or str(outcome.done)
        row.done_at = None if outcome.failed else clock.now()
    return outcome


def _try(name: str, work: Work, day: date, now: datetime) -> Outcome:
    try:
        outcome = Outcome(name, done=work(day, now))
    except Exception as failure:
        log.exception("daily work %s of %s failed", name, day)
        outcome = Outcome(name, failed=f"failed: {type(failure).__name__}")
    db.session.rollback()
    return outcome


@contextmanager
def _alone(*, wait: bool) -> Iterator[bool]:
    """Whether this process alone does the day's work; it is let go of when the process ends, however it ends."""
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            number = {"number": LOCK_NUMBER}
            if wait:
                connection.execute(text("SELECT pg_advisory_lock(:number)"), number)
                mine = True
            else:
                mine = bool(connection.execute(text("SELECT pg_try_advisory_lock(:number)"), number).scalar())
            try:
                yield mine
            finally:
                if mine:
                    connection.execute(text("SELECT pg_advisory_unlock(:number)"), number)
        return
    with (Path(current_app.config["DATA_DIR"]) / "daily.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def newest_done() -> tuple[date, datetime] | None:
    """The newest day with work done, and when the last of it was done."""
    found = select(DailyRun.day, DailyRun.done_at).where(DailyRun.done_at.is_not(None))
    row = db.session.execute(found.order_by(DailyRun.done_at.desc()).limit(1)).one_or_none()
    return None if row is None or row[1] is None else (row[0], row[1])
