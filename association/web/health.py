"""/healthz while the process lives; /readyz when the database is there and has every migration."""

from flask import Flask, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy import text

from association.kernel.db import db
from association.web.doors import public_door

bp = public_door("association.web.health", prefix="")


def newest_migration(root: str) -> str:
    """Name of the newest migration, as ``migrations/HEAD`` says."""
    with open(f"{root}/migrations/HEAD", encoding="ascii") as file:
        return file.read().strip()


@bp.get("/healthz")
def healthz() -> ResponseReturnValue:
    return jsonify(status="ok")


@bp.get("/readyz")
def readyz() -> ResponseReturnValue:
    from flask import current_app

    reasons = []
    try:
        found = db.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
        if found != newest_migration(current_app.root_path):
            reasons.append("migrations: run `flask db upgrade`")
    except Exception:
        reasons.append("database: not reachable, or not migrated")
    if reasons:
        return jsonify(status="not ready", reasons=reasons), 503
    return jsonify(status="ok")


def init_app(app: Flask) -> None:
    app.register_blueprint(bp)
