"""One product: ``check`` and ``register/<number>`` as ratios of processor time to a bare Flask JSON route."""

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
    app = create_app({"DATA_DIR": folder, "DATABASE_URL": "", "PROPAGATE_EXCEPTIONS": True})
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


def seconds(app: Flask, addresses: list[str], *, rounds: int = 5) -> float:
    """Processor seconds a call, the best of ``rounds``: the whole WSGI call, without a network."""
    environments = []
    client = app.test_client()
    for address in addresses:
        assert client.get(address).status_code == 200, address
        with app.test_request_context(address) as context:
            environments.append(dict(context.request.environ))

    def start(_status: str, _headers: list[tuple[str, str]], _error: Any = None) -> Callable[[bytes], object]:
        return lambda _data: None

    best = float("inf")
    for _round in range(rounds):
        begun = time.process_time()
        for environment in environments:
            environment = dict(environment)
            environment.pop("werkzeug.request", None)
            answer = app.wsgi_app(environment, start)
            b"".join(answer)
            if hasattr(answer, "close"):
                answer.close()
        best = min(best, (time.process_time() - begun) / len(environments))
    return best


def run(sizes: tuple[int, ...] = (1_000, 200_000), calls: int = 400) -> list[tuple[str, int, float, float]]:
    """Rows of (what, size, microseconds, ratio to the bare route)."""
    base = seconds(bare(), ["/"] * calls)
    rows = [("bare Flask JSON route", 0, base * 1e6, 1.0)]
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
                taken = seconds(app, addresses)
                rows.append((what, size, taken * 1e6, taken / base))
    return rows
