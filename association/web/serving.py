"""``flask up``: everything from nothing, as ``make run`` wants it; ``flask worker``: what goes on in the background.

Floors hand in what they need: preparations (before the server starts) and chores (every few seconds).
"""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import FrameType
from typing import cast

import click
import flask_migrate
from flask import Flask, current_app
from flask.cli import with_appcontext
from sqlalchemy import select

from association.kernel import clock, site
from association.kernel.db import db, intend_to_write, transaction
from association.web import daily
from association.web.runs import SignOfLife

Preparation = Callable[[], str]
Chore = Callable[[datetime], int]
SECONDS_BETWEEN_CHORES = 5
SECONDS_TO_STOP = 20
WORKER = "worker"
SIGN_EVERY = timedelta(seconds=20)


@dataclass(slots=True)
class Serving:
    preparations: list[Preparation] = field(default_factory=list)
    chores: list[tuple[str, Chore]] = field(default_factory=list)


def of(app: Flask) -> Serving:
    """What wiring fills: preparations and chores."""
    return cast(Serving, app.extensions["serving"])


def init_app(app: Flask) -> None:
    app.extensions["serving"] = Serving()
    app.cli.add_command(up)
    app.cli.add_command(worker)


@click.command("up")
@click.option("--host", envvar="HOST", default="127.0.0.1", show_default=True)
@click.option("--port", envvar="PORT", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--processes", envvar="PROCESSES", default=0, help="server processes (default: one a core, at most four)")
@with_appcontext
def up(host: str, port: int, processes: int) -> None:
    """Migrate, load the catalog, on a new data folder the demo data; then serve until stopped."""
    _port_is_free(host, port)
    flask_migrate.upgrade()
    intend_to_write()
    for prepare in of(current_app).preparations:
        if said := prepare():
            click.echo(said)
        db.session.rollback()
    db.engine.dispose()
    shown = "localhost" if host in ("0.0.0.0", "::") else f"[{host}]" if ":" in host else host  # noqa: S104 - only shown
    site.note(f"http://{shown}:{port}")
    root = current_app.root_path
    environment = os.environ | {"DATA_DIR": current_app.config["DATA_DIR"]}
    flask = [sys.executable, "-m", "flask", "--app", "wsgi"]
    server = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "wsgi:create_app",
        "--host", host, "--port", str(port), "--workers", str(processes or min(4, os.cpu_count() or 1)),
        "--blocking-threads", "4", "--backpressure", "32", "--http", "1", "--no-ws", "--respawn-failed-workers",
        "--workers-kill-timeout", "15", "--log-level", "warning", "--working-dir", root,
    ]  # fmt: skip
    # A session of their own: Ctrl-C at the terminal reaches us alone, and we stop them one by one.
    children = [
        subprocess.Popen(one, cwd=root, env=environment, start_new_session=True)  # noqa: S603 - no shell
        for one in (server, [*flask, "worker"])
    ]
    click.echo(f"\n  http://{shown}:{port}   (Ctrl-C stops it)\n")
    raise SystemExit(_watch(children))


def _port_is_free(host: str, port: int) -> None:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as taken:
            raise click.ClickException(
                f"{host}:{port} cannot be used ({taken.strerror}); choose another with PORT="
            ) from taken


def _watch(children: list[subprocess.Popen[bytes]]) -> int:
    """Wait until a signal comes or a child ends; then end them all, in peace where possible."""
    stopping = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        stopping.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not stopping.wait(0.3) and all(child.poll() is None for child in children):
        pass
    failed = [child.returncode for child in children if child.poll() not in (None, 0)]
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + SECONDS_TO_STOP
    for child in children:
        try:
            child.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()
    return 1 if failed and not stopping.is_set() else 0


@click.command("worker")
@with_appcontext
def worker() -> None:
    """Do the chores every few seconds, and the daily work once a Shanghai day, until stopped."""
    stopping = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_about: stopping.set())
    signal.signal(signal.SIGINT, lambda *_about: stopping.set())
    while not stopping.is_set():
        one_round()
        stopping.wait(SECONDS_BETWEEN_CHORES)


def one_round() -> None:
    """Every chore, and what of the day's work is not done yet; a sign of life first.

    One chore's failure keeps neither the others nor the day's work from being done.
    """
    intend_to_write()
    rounds: list[tuple[str, Callable[[datetime], object]]] = [("sign of life", _sign), *of(current_app).chores]
    for name, chore in [*rounds, ("daily", _day_s_work)]:
        try:
            chore(clock.now())
            db.session.rollback()
        except Exception:
            # The next round tries again: a worker that dies silently would be worse.
            current_app.logger.exception("chore %s failed; it is tried again", name)
        finally:
            db.session.remove()


def _day_s_work(_now: datetime) -> None:
    daily.run(clock.today(), patient=False)


def _sign(now: datetime) -> None:
    row = db.session.scalar(select(SignOfLife).where(SignOfLife.name == WORKER))
    if row is not None and timedelta(0) <= now - row.seen_at < SIGN_EVERY:
        return
    with transaction():
        if row is None:
            db.session.add(SignOfLife(name=WORKER, seen_at=now))
        else:
            row.seen_at = now


def worker_seen_at() -> datetime | None:
    """When the worker last gave a sign of life."""
    return db.session.scalar(select(SignOfLife.seen_at).where(SignOfLife.name == WORKER))
