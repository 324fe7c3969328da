"""One product: ``check`` and ``register/<number>`` as ratios of processor time to a bare Flask JSON route."""

import logging
import random
import tempfile
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import flask_migrate
from flask import Flask, jsonify

from association.kernel import clock
from association.kernel.actors import OPERATOR
from association.kernel.db import intend_to_write
from bench import registers
from catalog.categories import service as categories
from catalog.categories.catalogfile import OWN_COPY
from wsgi import create_app


def an_app(size: int, folder: str) -> tuple[Flask, list[tuple[str, str, str]]]:
    """A register of ``size`` registrations."""
    app = create_app({"DATA_DIR": folder, "DATABASE_URL": "", "PROPAGATE_EXCEPTIONS": True, "RATE_LIMITS": False})
    with app.app_context():
        flask_migrate.upgrade()
        intend_to_write()
        categories.load(OWN_COPY, actor=OPERATOR, now=clock.now())
    return app, registers.fill(app, size)


def bare() -> Flask:
    """The baseline: a Flask route that answers a small JSON object."""
    app = Flask("bare")

    @app.get("/")
    def answer() -> Any:
        return jsonify(verdict="compliant", number="SJZ-01-2026-00042-Q", reasons=[])

    return app


def _environments(app: Flask, addresses: list[str]) -> list[dict[str, Any]]:
    client = app.test_client()
    made = []
    for address in addresses:
        assert client.get(address).status_code == 200, address
        with app.test_request_context(address) as context:
            made.append({key: value for key, value in context.request.environ.items() if key != "werkzeug.request"})
    return made


def _once(app: Flask, environments: list[dict[str, Any]]) -> float:
    """Processor seconds a call: the whole WSGI call, without a network."""

    def start(_status: str, _headers: list[tuple[str, str]], _error: Any = None) -> Callable[[bytes], object]:
        return lambda _data: None

    begun = time.process_time()
    for environment in environments:
        answer = app.wsgi_app(dict(environment), start)
        b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
    return (time.process_time() - begun) / len(environments)


def ratio(app: Flask, addresses: list[str], *, rounds: int = 15) -> tuple[float, float]:
    """Microseconds a call, and its ratio to the bare route: both measured in turn, the best round of each."""
    base_app = bare()
    base, own = _environments(base_app, ["/"] * len(addresses)), _environments(app, addresses)
    taken = [(_once(base_app, base), _once(app, own)) for _round in range(rounds)]
    least_base, least = min(one for one, _other in taken), min(other for _one, other in taken)
    return least * 1e6, least / least_base


def run(sizes: tuple[int, ...] = (1_000, 200_000), calls: int = 400) -> list[tuple[str, int, float, float]]:
    """Rows of (what, size, microseconds, ratio to the bare route)."""
    rows = []
    # The line of the access log depends on where it goes; neither side writes one.
    logging.disable(logging.INFO)
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            app, numbers = an_app(size, folder)
            asked = random.Random(7).choices(numbers, k=calls)
            check = "/api/v1/catalog/verifications/check"
            for what, addresses in (
                ("check?number=", [f"{check}?number={number}" for number, _maker, _model in asked]),
                (
                    "check?manufacturer=&model=",
                    [f"{check}?manufacturer={quote(maker)}&model={model}" for _number, maker, model in asked],
                ),
                ("register/<number>", [f"/api/v1/catalog/register/{number}" for number, _maker, _model in asked]),
            ):
                rows.append((what, size, *ratio(app, addresses)))
    return rows
