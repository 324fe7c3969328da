"""``/metrics``: Prometheus text, for this machine or who shows METRICS_KEY.

Requests are counted in one small file that all processes of a machine share, so any of them can answer for all, and a
restart loses nothing; with another set of routes (an upgrade) it begins anew, as counters may. Each machine counts its
own. prometheus-client collects and writes; why the counting itself is ours: docs/decisions/0002. What else is shown is read from the database: rooms and floors hand in their gauges through wiring.
"""

import fcntl
import hashlib
import hmac
import mmap
import os
import struct
import threading
from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path
from typing import cast

from flask import Flask, Response, current_app, request
from flask.typing import ResponseReturnValue
from prometheus_client import CollectorRegistry, Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from association.kernel.db import db
from association.kernel.errors import NotFound
from association.web import daily, logs, serving
from association.web.doors import public_door

bp = public_door("association.web.metrics", prefix="")

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
CLASSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
LOCAL = frozenset({"127.0.0.1", "::1"})
Gauge = Callable[[], float | None]


class Requests(Collector):
    """Counts by route, in a file that all processes map: for each a count a class, a count a bucket, microseconds."""

    ROW = struct.Struct(f"<{len(CLASSES)}Q{len(SECONDS) + 1}QQ")
    HEAD = 32

    def __init__(self, path: Path, routes: list[str]) -> None:
        self.routes = {name: place for place, name in enumerate(routes)}
        mark = hashlib.sha256("\n".join([repr(SECONDS), *routes]).encode()).digest()
        size = self.HEAD + self.ROW.size * len(routes)
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        # A lock on a file holds off other processes, not this one's other threads.
        self._lock = threading.Lock()
        fcntl.flock(self._file, fcntl.LOCK_EX)
        try:
            if os.fstat(self._file).st_size < size:
                os.ftruncate(self._file, size)
            self._map = mmap.mmap(self._file, size)
            if self._map[: self.HEAD] != mark:
                self._map[:] = mark + bytes(size - self.HEAD)
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)

    def add(self, route: str, status: int, seconds: float) -> None:
        place = self.HEAD + self.ROW.size * self.routes[route]
        with self._lock:
            fcntl.lockf(self._file, fcntl.LOCK_EX, self.ROW.size, place)
            try:
                row = list(self.ROW.unpack_from(self._map, place))
                row[min(max(status // 100, 1), 5) - 1] += 1
                row[len(CLASSES) + bisect_left(SECONDS, seconds)] += 1
                row[-1] += int(seconds * 1e6)
                self.ROW.pack_into(self._map, place, *row)
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, self.ROW.size, place)

    def collect(self) -> Iterator[Metric]:
        """The counts as Prometheus has them; routes never asked for are left out."""
        total = CounterMetricFamily(
            "jifang_requests", "Requests by route and class of status.", labels=("route", "status")
        )
        taken = HistogramMetricFamily("jifang_request_seconds", "How long requests took, by route.", labels=("route",))
        for name, place in self.routes.items():
            row = self.ROW.unpack_from(self._map, self.HEAD + self.ROW.size * place)
            for word, count in zip(CLASSES, row, strict=False):
                if count:
                    total.add_metric((name, word), count)
            buckets = row[len(CLASSES) : -1]
            if any(buckets):
                limits = (*map(str, SECONDS), "+Inf")
                taken.add_metric((name,), list(zip(limits, accumulate(buckets), strict=True)), row[-1] / 1e6)
        yield total
        yield taken


@dataclass(slots=True)
class Metrics:
    gauges: list[tuple[str, str, Gauge]] = field(default_factory=list)
    requests: Requests | None = None
    opening: threading.Lock = field(default_factory=threading.Lock)


def of(app: Flask) -> Metrics:
    return cast(Metrics, app.extensions["metrics"])


def add_gauge(app: Flask, name: str, words: str, gauge: Gauge) -> None:
    """Hand in a figure: ``None`` is left out."""
    of(app).gauges.append((name, words, gauge))


def init_app(app: Flask) -> None:
    app.extensions["metrics"] = Metrics()
    app.register_blueprint(bp)
    add_gauge(app, "jifang_worker_seen_seconds", "When the worker was last seen.", _worker_seen)
    add_gauge(app, "jifang_daily_done_seconds", "When a day's work was last done.", _daily_done)

    @app.after_request
    def _count(response: Response) -> Response:
        counted().add(request.endpoint or NONE, response.status_code, logs.milliseconds() / 1000)
        return response


# What no route answers.
NONE = "none"


def counted() -> Requests:
    """This machine's counts."""
    own = of(current_app)
    if own.requests is None:
        with own.opening:
            if own.requests is None:
                routes = sorted({rule.endpoint for rule in current_app.url_map.iter_rules()})
                own.requests = Requests(Path(current_app.config["DATA_DIR"]) / "metrics", [NONE, *routes])
    return own.requests


def _worker_seen() -> float | None:
    seen = serving.worker_seen_at()
    return seen.timestamp() if seen is not None else None


def _daily_done() -> float | None:
    done = daily.newest_done()
    return done[1].timestamp() if done is not None else None


@bp.get("/metrics")
def metrics() -> ResponseReturnValue:
    if not _may_read():
        raise NotFound
    figures = CollectorRegistry()
    figures.register(counted())
    figures.register(_Figures())
    # Older scrapers read plain text, newer ones ask for OpenMetrics.
    encode, kind = choose_encoder(request.headers.get("Accept", ""))
    return Response(encode(figures), content_type=kind)


class _Figures(Collector):
    """What rooms and floors hand in."""

    def collect(self) -> Iterator[Metric]:
        found: list[Metric] = [_database_is_up(1)]
        for name, words, gauge in of(current_app).gauges:
            try:
                value = gauge()
            except SQLAlchemyError:
                # Without a database the requests are still told, and that it is away.
                db.session.rollback()
                found = [_database_is_up(0)]
                break
            if value is not None:
                found.append(GaugeMetricFamily(name, words, value=value))
        yield from found


def _database_is_up(value: float) -> Metric:
    return GaugeMetricFamily("jifang_database_up", "Whether the database answers.", value=value)


def _may_read() -> bool:
    key = str(current_app.config["METRICS_KEY"])
    given = request.headers.get("Authorization", "").encode()
    if key and hmac.compare_digest(given, f"Bearer {key}".encode()):
        return True
    # Whoever comes through a proxy on this machine comes from its address, and is not of this machine.
    forwarded = any(name in request.headers for name in ("X-Forwarded-For", "Forwarded", "X-Real-Ip", "Via"))
    return not forwarded and request.remote_addr in LOCAL
