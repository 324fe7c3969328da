"""Published rate limits (docs/security.md), kept by Flask-Limiter and answered with 429.

They are counted in RATE_LIMITS_STORE: without one, in a file that all processes of the machine share (``counters``);
several machines name a store that the library knows (``redis://…``). A store that is away is no outage: each process
then counts for itself until it is back.
"""

import hashlib
import hmac
import time
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address
from math import ceil
from pathlib import Path
from typing import Any, TypeVar, cast

from flask import Flask, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from flask_limiter import ApplicationLimit, Limiter, RateLimitExceeded, RequestLimit
from limits.errors import ConfigurationError

from association.kernel.config import UnsafeSettings
from association.kernel.errors import NotSignedIn, TooMany
from association.kernel.i18n import N_, _
from association.web.counters import MappedStorage
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
    "volumes": Limit(20, 3600, N_("全部分册打包下载")),
    "certificates": Limit(30, 60, N_("培训证书查询（按二维码查到的不计）"), by_key=False),
    "sign_in": Limit(20, 60, N_("登录、注册、重设密码（登录成功的不计）"), by_key=False),
}
# Every call of the API, whatever its view is marked as.
OF_ALL_CALLS = "reads"
# A key's own limits are so many times those of an address without one.
KEY_FACTOR = 10


@dataclass(frozen=True, slots=True)
class Counted:
    """How a view is counted; with ``refund`` only when it refuses, with ``when`` only where that holds."""

    kind: str
    refund: bool = False
    when: Callable[[], bool] | None = None


def limited(kind: str, *, refund: bool = False, when: Callable[[], bool] | None = None) -> Callable[[View], View]:
    """Marks a view that is counted as ``kind`` of LIMITS; with ``refund`` only when it refuses. Where ``when`` does not hold
    (there is no such thing) nothing is counted and nobody is told to wait: the view refuses by itself."""

    def mark(view: View) -> View:
        view.counted_as = Counted(kind, refund, when)  # type: ignore[attr-defined]
        return view

    return mark


def init_app(app: Flask) -> None:
    """Count every call of the API and every marked view, and say in the answer's headers how many are left."""

    # Hooks after a request run from the last to the first: what is refunded is refunded before it is told.
    @app.after_request
    def _say(response: Response) -> Response:
        if told := of(app).current_limits:
            tightest = min(told, key=lambda one: one.remaining / one.limit.amount)
            response.headers["RateLimit-Limit"] = str(tightest.limit.amount)
            response.headers["RateLimit-Remaining"] = str(tightest.remaining)
            response.headers["RateLimit-Reset"] = str(_wait(tightest))
        return response

    @app.errorhandler(RateLimitExceeded)
    def _beyond(_error: RateLimitExceeded) -> ResponseReturnValue:
        broken = of(app).current_limit
        assert broken is not None
        return app.handle_user_exception(_refusal(broken))

    limiter = Limiter(
        _asker,
        application_limits=[_as_the_library_has_it(kind, refund) for kind in LIMITS for refund in (False, True)],
        strategy="fixed-window",
        key_prefix="jifang",
        storage_uri=app.config["RATE_LIMITS_STORE"] or _of_this_machine(app),
        # Counted in each process alone while the common store is away, with the same numbers.
        in_memory_fallback_enabled=True,
        # Addresses that lead nowhere are counted too.
        request_identifier=lambda: request.endpoint or "none",
    )
    limiter.request_filter(lambda: not current_app.config["RATE_LIMITS"] or _is_free())
    try:
        limiter.init_app(app)
    except ConfigurationError as unknown:
        raise UnsafeSettings(
            f"RATE_LIMITS_STORE cannot be used ({unknown}); leave it empty, or name a store such as redis://host:6379 "
            "and install its package"
        ) from unknown
    app.extensions["limits"] = limiter


def of(app: Flask) -> Limiter:
    return cast(Limiter, app.extensions["limits"])


def _of_this_machine(app: Flask) -> str:
    return f"{MappedStorage.STORAGE_SCHEME[0]}://{(Path(app.config['DATA_DIR']) / 'limits').as_uri()[len('file://') :]}"


def _as_the_library_has_it(kind: str, refund: bool) -> ApplicationLimit:
    """One of LIMITS; a view that is marked otherwise is not counted by it, nor by its twin with refund."""

    def in_words() -> str:
        return _in_words(kind) if _applies(kind, refund) else ""

    return ApplicationLimit(
        limit_provider=in_words,
        key_function=lambda: _asker() if LIMITS[kind].by_key else _address(),
        scope=kind,
        deduct_when=_was_refused if refund else None,
    )


def _counted() -> Counted | None:
    """How the view of this request is marked."""
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "counted_as", None)


def _is_free() -> bool:
    """Pages that are only read cost nothing here."""
    return not for_programs(request.path) and _counted() is None


def _applies(kind: str, refund: bool) -> bool:
    if kind == OF_ALL_CALLS and not refund and for_programs(request.path):
        return True
    counted = _counted()
    if counted is None or (counted.kind, counted.refund) != (kind, refund):
        return False
    return counted.when is None or counted.when()


def _in_words(kind: str) -> str:
    limit = LIMITS[kind]
    times = limit.times * KEY_FACTOR if limit.by_key and _asker().startswith(_OF_A_KEY) else limit.times
    return f"{times} per {limit.seconds} second"


def _was_refused(response: Response) -> bool:
    return response.status_code >= 400


def _refusal(broken: RequestLimit) -> TooMany:
    """What is broken, and the seconds until the window ends."""
    kind = next(kind for kind in LIMITS if kind in broken.request_args)
    limit, wait = LIMITS[kind], _wait(broken)
    sentence = _(
        "{what}每{span}最多{times}次，请{wait}秒后再试。",
        what=_(limit.words),
        span=_span(limit),
        times=broken.limit.amount,
        wait=wait,
    )
    return TooMany(sentence, retry_after=wait)


def _wait(limit: RequestLimit) -> int:
    return max(1, ceil(limit.reset_at - time.time()))


def _span(limit: Limit) -> str:
    return _("分钟") if limit.seconds == 60 else _("小时")


def published() -> list[tuple[str, str, int, int | None]]:
    """The limits as people read them: what, span, without a key, with one."""
    return [
        (_(limit.words), _span(limit), limit.times, limit.times * KEY_FACTOR if limit.by_key else None)
        for limit in LIMITS.values()
    ]


def asker_mark() -> str:
    """Whoever asks, as a mark from which the address cannot be told: for services that count by themselves."""
    return hmac.new(str(current_app.secret_key).encode(), _asker().encode(), hashlib.sha256).hexdigest()


_OF_A_KEY = "key "


def _asker() -> str:
    """Whose limits these are: a valid key's (by a digest: a store is no place for keys), or those of the address.

    A wrong key is no way round the limit of its address; the door refuses it afterwards.
    """
    if "asker" not in g:
        g.asker = _of_a_key() or _address()
    return cast(str, g.asker)


def _of_a_key() -> str:
    if not for_programs(request.path) or "Authorization" not in request.headers:
        return ""
    try:
        current_actor()
    except NotSignedIn:
        return ""
    return _OF_A_KEY + hashlib.blake2b(request.headers["Authorization"].encode(), digest_size=16).hexdigest()


def _address() -> str:
    """The remote address; of IPv6 the first 64 bits, which one household has."""
    remote = request.remote_addr or "unknown"
    if ":" not in remote:
        return remote
    try:
        address = ip_address(remote.partition("%")[0])
    except ValueError:
        return remote
    return str(int(address) >> 64) if isinstance(address, IPv6Address) and not address.ipv4_mapped else str(address)
