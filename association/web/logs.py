"""Logs without personal data: one line a request, each with the request's id.

In production a line is a JSON object on the standard error; in development it is for people. A line names the route and
never the address, query or form that was asked, and who asked only as a keyed hash that changes every day. Of an
exception it says which and where, and not what it says of itself: that repeats values.
"""

import hashlib
import hmac
import json
import logging
import re
import secrets
import sys
import time
import traceback
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, current_app, g, request

from association.kernel import clock

REQUESTS = logging.getLogger("registry.requests")
HEADER = "X-Request-Id"
# Asked for every few seconds by machines: written down only where somebody debugs.
QUIET = frozenset({"web_health.healthz", "web_health.readyz", "web_metrics.metrics", "static"})

_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}", re.ASCII)
_MAIL = re.compile(r"[^\s<>\"'(),;:=]+@[^\s<>\"'(),;:=]+")
_SECRET = re.compile(r"\bjf_[A-Za-z0-9_-]+|[A-Za-z0-9_-]{32,}")
_CODE = re.compile(r"\b[0-9A-Z]{15,18}\b|\b\d{11}\b")

_request_id: ContextVar[str] = ContextVar("request_id", default="")


def scrubbed(text: str) -> str:
    """``text`` without mail addresses, keys and tokens, identity numbers and codes, telephone numbers."""
    return _CODE.sub("…", _SECRET.sub("…", _MAIL.sub("…@…", text)))


def _where(about: Any) -> list[str]:
    """The places of an exception, outermost first; no line of source, no value."""
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(about)]


class JsonLines(logging.Formatter):
    """A record as one JSON object."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": scrubbed(record.getMessage()),
        }
        if asked := _request_id.get():
            line["request_id"] = asked
        line |= getattr(record, "facts", {})
        if record.exc_info and record.exc_info[0] is not None:
            line |= {"exception": record.exc_info[0].__name__, "where": _where(record.exc_info[2])}
        return json.dumps(line, ensure_ascii=False)


class Readable(logging.Formatter):
    """The same for people: still without personal data, for terminals are copied into mails."""

    def format(self, record: logging.LogRecord) -> str:
        facts = " ".join(f"{key}={value}" for key, value in getattr(record, "facts", {}).items())
        text = f"{record.levelname} {scrubbed(record.getMessage())} {facts}".rstrip()
        if record.exc_info and record.exc_info[0] is not None:
            text += f"\n  {record.exc_info[0].__name__}\n  " + "\n  ".join(_where(record.exc_info[2]))
        return text


def init_app(app: Flask) -> None:
    """Give every request its id and its line; goes before everything else that looks at requests."""
    if not app.config.get("TESTING"):
        _set_up(production=bool(app.config["PRODUCTION"]))

    @app.before_request
    def _begin() -> None:
        given = request.headers.get(HEADER, "")
        g.request_id = given if _SANE.fullmatch(given) else secrets.token_hex(8)
        g.begun = time.perf_counter()
        _request_id.set(g.request_id)

    @app.after_request
    def _end(response: Response) -> Response:
        response.headers[HEADER] = g.get("request_id") or secrets.token_hex(8)
        level = logging.DEBUG if request.endpoint in QUIET else logging.INFO
        if REQUESTS.isEnabledFor(level):
            REQUESTS.log(level, "request", extra={"facts": _facts(response)})
        return response


def milliseconds() -> float:
    """How long this request has taken so far."""
    return (time.perf_counter() - g.begun) * 1000 if "begun" in g else 0.0


def _facts(response: Response) -> dict[str, Any]:
    return {
        "method": request.method if request.method in METHODS else "other",
        "route": request.url_rule.rule if request.url_rule is not None else "none",
        "status": response.status_code,
        "ms": round(milliseconds(), 1),
        "bytes": response.content_length,
        "visitor": _visitor(),
        "id": g.get("request_id", ""),
    }


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def _visitor() -> str:
    """The remote address as a hash that nobody can turn back without the secret key, another one each day: requests of
    one visitor can be told together, the visitor cannot be told."""
    said = f"{clock.today()} {request.remote_addr or ''}".encode()
    return hmac.new(str(current_app.config["SECRET_KEY"]).encode(), said, hashlib.sha256).hexdigest()[:12]


def _set_up(*, production: bool) -> None:
    root = logging.getLogger()
    if any(getattr(handler, "registry", False) for handler in root.handlers):
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if production else Readable())
    handler.registry = True  # type: ignore[attr-defined]
    root.addHandler(handler)
    if root.level in (logging.NOTSET, logging.WARNING):
        root.setLevel(logging.INFO)
    # The development server's own lines repeat whole addresses; ours say the same without.
    logging.getLogger("werkzeug").addFilter(_not_an_address)
    logging.getLogger("alembic").setLevel(logging.WARNING)


def _not_an_address(record: logging.LogRecord) -> bool:
    return '"%s' not in str(record.msg) and " HTTP/1" not in record.getMessage()
