"""Published rate limits (docs/security.md): counted by windows of a minute or an hour, answered with 429.

All processes of one machine share one small file of counters, so the numbers hold whatever PROCESSES is and nothing
else has to run; several machines count each for themselves. Flask-Limiter was measured and left: it costs more than
half of what it would guard (100 µs a request; this costs a tenth).
"""

import fcntl
import hashlib
import mmap
import os
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from ipaddress import IPv6Address, ip_address
from pathlib import Path
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, g, request

from association.kernel import clock
from association.kernel.errors import NotSignedIn, TooMany
from association.kernel.i18n import N_, _
from association.web.identity import current_actor, for_programs

View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Limit:
    """So many in so many seconds; ``words`` say what is counted."""

    times: int
    seconds: int
    words: str
    by_key: bool = True


LIMITS: dict[str, Limit] = {
    "reads": Limit(600, 60, N_("接口调用")),
    "lists": Limit(60, 3600, N_("清单核验")),
    "sign_in": Limit(20, 60, N_("登录、注册、重设密码（登录成功的不计）"), by_key=False),
}
# A key's own limits are so many times those of an address without one.
KEY_FACTOR = 10


class Counters:
    """Counters in a file that all processes map: buckets of four entries (mark, end of its window, count)."""

    ENTRY = struct.Struct("<QII")
    BUCKETS, PLACES = 16_384, 4
    WIDTH = ENTRY.size * PLACES

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        os.ftruncate(self._file, self.BUCKETS * self.WIDTH)
        self._map = mmap.mmap(self._file, self.BUCKETS * self.WIDTH)
        # A lock on a file holds off other processes, not this one's other threads.
        self._lock = threading.Lock()

    def add(self, mark: int, *, by: int, until: int, now: int) -> int:
        """Count ``by`` more for ``mark`` in the window that ends at ``until``; the new count."""
        start = (mark % self.BUCKETS) * self.WIDTH
        with self._lock:
            fcntl.lockf(self._file, fcntl.LOCK_EX, self.WIDTH, start)
            try:
                place, count = self._place(start, mark, until, now)
                count = min(max(0, count + by), 0xFFFFFFFF)
                self.ENTRY.pack_into(self._map, place, mark, until, count)
            finally:
                fcntl.lockf(self._file, fcntl.LOCK_UN, self.WIDTH, start)
        return count

    def _place(self, start: int, mark: int, until: int, now: int) -> tuple[int, int]:
        """Where ``mark`` is counted and how far it is: its own entry, a stale one, or else the smallest."""
        best, least = start, -1
        for place in range(start, start + self.WIDTH, self.ENTRY.size):
            its, end, count = self.ENTRY.unpack_from(self._map, place)
            if its == mark and end == until:
                return place, count
            worth = count if end > now and its != mark else -2
            if least == -1 or worth < least:
                best, least = place, worth
        return best, 0


def init_app(app: Flask) -> None:
    """Count every call of the API, and say in the answer's headers how many are left."""

    @app.before_request
    def _count_call() -> None:
        if app.config["RATE_LIMITS"] and for_programs(request.path):
            try:
                who = _asker()
            except NotSignedIn:
                # A wrong key is no way round the limit of its address.
                count("reads", _address())
                raise
            count("reads", who)

    @app.after_request
    def _say(response: Response) -> Response:
        if (state := g.get("limit_state")) is not None:
            times, left, wait = state
            add = response.headers.add
            add("RateLimit-Limit", str(times))
            add("RateLimit-Remaining", str(left))
            add("RateLimit-Reset", str(wait))
        return response


def limited(kind: str, *, refund: bool = False) -> Callable[[View], View]:
    """Marks a view that is counted as ``kind`` of LIMITS; with ``refund`` only when it refuses."""

    def mark(view: View) -> View:
        @wraps(view)
        def counted(*args: Any, **kwargs: Any) -> Any:
            if not current_app.config["RATE_LIMITS"]:
                return view(*args, **kwargs)
            who = _asker() if LIMITS[kind].by_key else _address()
            count(kind, who)
            answer = view(*args, **kwargs)
            if refund:
                count(kind, who, by=-1)
            return answer

        return cast(View, counted)

    return mark


def count(kind: str, who: str, *, by: int = 1) -> None:
    """Count one for ``who``. Raises TooMany beyond the limit, with the seconds until the window ends."""
    limit = LIMITS[kind]
    times = limit.times * KEY_FACTOR if who.startswith("key ") else limit.times
    now = int(clock.now().timestamp())
    until = now - now % limit.seconds + limit.seconds
    mark = int.from_bytes(hashlib.blake2b(f"{kind} {who}".encode(), digest_size=8).digest(), "little")
    counted = _counters().add(mark, by=by, until=until, now=now)
    if for_programs(request.path):
        g.limit_state = (times, max(0, times - counted), until - now)
    if counted > times:
        wait = until - now
        sentence = _(
            "{what}每{span}最多{times}次，请{wait}秒后再试。",
            what=_(limit.words),
            span=_span(limit),
            times=times,
            wait=wait,
        )
        raise TooMany(sentence, retry_after=wait)


def _span(limit: Limit) -> str:
    return _("分钟") if limit.seconds == 60 else _("小时")


def published() -> list[tuple[str, str, int, int | None]]:
    """The limits as people read them: what, span, without a key, with one."""
    return [
        (_(limit.words), _span(limit), limit.times, limit.times * KEY_FACTOR if limit.by_key else None)
        for limit in LIMITS.values()
    ]


def _asker() -> str:
    """Whose limits these are: a valid key's, or those of the address."""
    if for_programs(request.path) and current_actor().signed_in:
        return f"key {request.headers.get('Authorization', '')}"
    return _address()


def _address() -> str:
    """The remote address; of IPv6 the first 64 bits, which one household has."""
    remote = request.remote_addr or ""
    if ":" not in remote:
        return remote
    try:
        address = ip_address(remote.partition("%")[0])
    except ValueError:
        return remote
    return str(int(address) >> 64) if isinstance(address, IPv6Address) and not address.ipv4_mapped else str(address)


_opening = threading.Lock()


def _counters() -> Counters:
    known: Counters | None = current_app.extensions.get("limits")
    if known is None:
        with _opening:
            known = current_app.extensions.get("limits")
            if known is None:
                known = current_app.extensions["limits"] = Counters(Path(current_app.config["DATA_DIR"]) / "limits")
    return known
