"""/healthz while the process lives; /readyz when everything is there that requests need, else with the reasons.

Rooms and floors hand in what they need through wiring. A warning is no reason to send nobody here any more: pages work
while no worker runs, but somebody should look.
"""

import logging
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import cast

from flask import Flask, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from association.kernel import clock
from association.kernel.db import db
from association.web import serving
from association.web.doors import public_door

log = logging.getLogger(__name__)

bp = public_door("association.web.health", prefix="")

# A check gives the reason why requests cannot be answered; empty when they can.
Check = Callable[[], str]
LEAST_FREE = 200 * 1024 * 1024
WORKER_SEEN_WITHIN = timedelta(minutes=2)


def newest_migration(root: str) -> str:
    """Name of the newest migration, as ``migrations/HEAD`` says."""
    with open(f"{root}/migrations/HEAD", encoding="ascii") as file:
        return file.read().strip()


def add_check(app: Flask, check: Check) -> None:
    """Hand in what a room or floor cannot do without."""
    cast(list[Check], app.extensions["health"]).append(check)


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    return jsonify(status="ok")


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    reasons = [reason for check in (_disk, _database) if (reason := check())]
    warnings: list[str] = []
    if not any(reason.startswith(("database", "migrations")) for reason in reasons):
        checks = cast(list[Check], current_app.extensions["health"])
        reasons += [reason for check in checks if (reason := check())]
        warnings += [said for said in [_worker()] if said]
    if reasons:
        return jsonify(status="not ready", reasons=reasons, warnings=warnings), 503
    return jsonify(status="ok", warnings=warnings)


def _database() -> str:
    try:
        found = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    except Exception as failure:
        db.session.rollback()
        log.warning("readyz: %s", type(failure).__name__)
        return "database: not reachable, or not migrated (run `flask db upgrade`)"
    return "" if found == newest_migration(current_app.root_path) else "migrations: run `flask db upgrade`"


def _disk() -> str:
    free = shutil.disk_usage(Path(current_app.config["DATA_DIR"])).free
    return "" if free >= LEAST_FREE else f"disk: only {free >> 20} MB are free in the data folder"


def _worker() -> str:
    seen = serving.worker_seen_at()
    if seen is not None and clock.now() - seen <= WORKER_SEEN_WITHIN:
        return ""
    since = "never seen" if seen is None else f"not seen since {seen:%Y-%m-%dT%H:%M:%SZ}"
    return f"worker: {since}; letters and daily work wait (run `flask worker`)"


def init_app(app: Flask) -> None:
    app.extensions["health"] = []
    app.register_blueprint(bp)
