"""One post: resolve the name, look at the address, connect to that very address, say it, hear the status, hang up.

Nothing here touches the database, so many posts can be under way at once.
"""

import contextlib
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from association.webhooks import rules
from association.webhooks.rules import Fault, Target

CONNECT_SECONDS = 5.0
# From the question for the name to the last byte: neither a name server nor a receiver that answers a letter a minute
# holds anybody up.
WHOLE_SECONDS = 10.0

Resolve = Callable[[str, int], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a post."""

    status: int | None
    fault: Fault | None
    milliseconds: int


def resolve(host: str, port: int) -> list[str]:
    """The addresses of a name, in the order in which the system would try them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, proto=socket.IPPROTO_TCP)
    return list(dict.fromkeys(str(one[4][0]) for one in found))


def post(
    target: Target,
    body: bytes,
    headers: Mapping[str, str],
    *,
    anywhere: bool = False,
    resolve: Resolve = resolve,
    context: ssl.SSLContext | None = None,
) -> Outcome:
    """Post ``body``. Every address of the name must be public (else somebody plays with us), and the one that was looked
    at is the one that is connected to: what the name says a moment later does not count. No redirect is followed, no
    proxy of the environment asked, nothing of the answer read but its status."""
    begun = time.monotonic()
    until = begun + WHOLE_SECONDS

    def ended(status: int | None, fault: Fault | None) -> Outcome:
        return Outcome(status, fault, int((time.monotonic() - begun) * 1000))

    try:
        addresses = _within(until, lambda: resolve(target.host, target.port))
    except TimeoutError:
        return ended(None, Fault.TIMEOUT)
    except (OSError, UnicodeError):
        return ended(None, Fault.UNKNOWN_HOST)
    if not addresses:
        return ended(None, Fault.UNKNOWN_HOST)
    if not anywhere and not all(rules.is_public(one) for one in addresses):
        return ended(None, Fault.ADDRESS)
    connection = _connection(target, addresses[0], context, until)
    try:
        headers = {**headers, "Host": target.host_header}
        connection.request("POST", target.path, body=body, headers=headers, preload_content=False, decode_content=False)
        answer = connection.getresponse()
        if connection.overdue:
            # What was heard until it was cut off may look like an answer.
            return ended(None, Fault.TIMEOUT)
        return ended(answer.status, rules.fault_of(answer.status))
    except (ssl.SSLError, urllib3.exceptions.SSLError) as failure:
        return ended(None, Fault.TIMEOUT if connection.overdue else _of_tls(failure))
    except (TimeoutError, urllib3.exceptions.TimeoutError):
        return ended(None, Fault.TIMEOUT)
    except Exception:
        # Whatever a stranger's server does to the library is its failure, not ours.
        return ended(None, Fault.TIMEOUT if connection.overdue else Fault.CONNECTION)
    finally:
        connection.hang_up()


def _within(until: float, work: Callable[[], Sequence[str]]) -> Sequence[str]:
    """What ``work`` gives; TimeoutError at ``until``. The system's question for a name cannot be called back: it is left
    to end by itself (its own limits are minutes at most)."""
    said: queue.SimpleQueue[Sequence[str] | BaseException] = queue.SimpleQueue()

    def ask() -> None:
        try:
            said.put(work())
        except BaseException as failure:
            said.put(failure)

    threading.Thread(target=ask, daemon=True).start()
    try:
        found = said.get(timeout=max(0.0, until - time.monotonic()))
    except queue.Empty:
        raise TimeoutError from None
    if isinstance(found, BaseException):
        raise found
    return found


def _of_tls(failure: Exception) -> Fault:
    return (
        Fault.CERTIFICATE if "CERTIFICATE" in str(failure).upper() or "hostname" in str(failure) else Fault.CONNECTION
    )


class _Pinned:
    """Connects to the address that was looked at, whatever the name says meanwhile; cut off when its time is over.

    The host stays the name: it is what the certificate is checked against.
    """

    address: str
    until: float  # by the clock of time.monotonic
    overdue = False
    _watch: threading.Timer | None = None
    _line: socket.socket | None = None

    def _new_conn(self) -> socket.socket:
        patience = min(CONNECT_SECONDS, self._left())
        connected = socket.create_connection((self.address, self.port), timeout=patience)  # type: ignore[attr-defined]
        connected.settimeout(self._left())
        # TLS takes the socket over; this one ends in the same line.
        self._line = connected.dup()
        self._watch = threading.Timer(self._left(), self._cut)
        self._watch.daemon = True
        self._watch.start()
        return connected

    def _left(self) -> float:
        # Never nothing: to a socket that would mean no limit, or no waiting at all.
        return max(0.05, self.until - time.monotonic())

    def _cut(self) -> None:
        self.overdue = True
        if self._line is not None:
            with contextlib.suppress(OSError):
                self._line.shutdown(socket.SHUT_RDWR)

    def hang_up(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
        if self._line is not None:
            self._line.close()
        self.close()  # type: ignore[attr-defined]


class _Plain(_Pinned, HTTPConnection):
    pass


class _Secure(_Pinned, HTTPSConnection):
    pass


def _connection(target: Target, address: str, context: ssl.SSLContext | None, until: float) -> Any:
    made: _Plain | _Secure
    if target.scheme == "https":
        made = _Secure(target.host, target.port, ssl_context=context or _trusting(), cert_reqs="CERT_REQUIRED")
    else:
        made = _Plain(target.host, target.port)
    made.address, made.until = address, until
    return made


def _trusting() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context
