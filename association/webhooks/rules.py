"""Which addresses may be posted to, what a message looks like, and what a failure is called (docs/webhooks.md). Pure."""

import hashlib
import re
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

PORTS = frozenset({443, 8443})
LONGEST = 500
KIND = "webhook"
SIGNATURE_HEADER = "Jifang-Signature"
ID_HEADER = "Jifang-Message-Id"
# Tries are shown to whoever left the address for so long.
KEPT_FOR = timedelta(days=90)

_NAME = re.compile(r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?!\d+\Z)[a-z0-9-]{2,63}", re.ASCII)
_PRINTABLE = re.compile(r"[!-~]+", re.ASCII)
# Names that never lead out of a house (RFC 6761, 6762, 8375, ICANN's reservation of internal).
_AT_HOME = (
    ".local",
    ".localhost",
    ".internal",
    ".intranet",
    ".lan",
    ".home.arpa",
    ".arpa",
    ".onion",
    ".test",
    ".invalid",
)
_REACHABLE_6 = IPv6Network("2000::/3")
# They carry an IPv4 address inside, or lead into a tunnel: where they end is not to be seen.
_TUNNELS = tuple(
    IPv6Network(one)
    for one in ("2001::/23", "2002::/16", "64:ff9b::/96", "64:ff9b:1::/48", "2001:db8::/32", "3fff::/20")
)


class Fault(StrEnum):
    """Why a try failed. Codes of the log; they say nothing of what the other side answered besides its number."""

    ADDRESS = "address_refused"
    UNKNOWN_HOST = "host_not_found"
    CONNECTION = "connection_failed"
    CERTIFICATE = "certificate_refused"
    TIMEOUT = "timed_out"
    STATUS = "status_refused"
    REDIRECT = "redirect_refused"
    NO_KEY = "not_signed"


@dataclass(frozen=True, slots=True)
class Target:
    """Where to post: a name to be resolved, never an address written out."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def host_header(self) -> str:
        usual = 443 if self.scheme == "https" else 80
        return self.host if self.port == usual else f"{self.host}:{self.port}"


def read_address(text: str, *, anywhere: bool = False) -> Target | None:
    """The target of an address, or ``None`` when nothing may be posted there.

    https on one of PORTS, to a host by its name; no user, no fragment, nothing but visible ASCII. ``anywhere`` (tests and
    development) takes http, every port and addresses written out too.
    """
    if len(text) > LONGEST or not _PRINTABLE.fullmatch(text) or "\\" in text:
        return None
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    # A mark that is there but empty ("?", "#", "@", ":") is no harm, but no address that people mean either.
    if parts.scheme not in (("https", "http") if anywhere else ("https",)) or "@" in parts.netloc or "#" in text:
        return None
    port = port if port is not None else 443 if parts.scheme == "https" else 80
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if anywhere:
        return Target(parts.scheme, host, port, path) if host and port > 0 else None
    if port not in PORTS or not _NAME.fullmatch(host) or host.endswith(_AT_HOME) or parts.netloc.endswith(":"):
        return None
    # 127.0.0.0x1 and the like: what some resolvers read as a number is no name.
    if re.fullmatch(r"\d+|0x[0-9a-f]*", host.rpartition(".")[2]):
        return None
    return Target(parts.scheme, host, port, path)


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the public network: no house, no machine of ours, no tunnel, no group."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        if found.ipv4_mapped is not None:
            return is_public(str(found.ipv4_mapped))
        return found in _REACHABLE_6 and not any(found in one for one in _TUNNELS) and _is_global(found)
    return _is_global(found)


def _is_global(found: IPv4Address | IPv6Address) -> bool:
    return found.is_global and not (
        found.is_private or found.is_multicast or found.is_reserved or found.is_loopback or found.is_link_local
    )


def message_id(key: str) -> str:
    """The name of a message that its receiver sees: the same at every try."""
    return "msg_" + hashlib.sha256(f"webhook {key}".encode()).hexdigest()[:32]


def accepted(status: int) -> bool:
    return 200 <= status < 300


def gone(status: int) -> bool:
    """The other side wants no more of it: nothing is posted there again."""
    return status == 410


def fault_of(status: int) -> Fault | None:
    """What a status that is no success is called."""
    if accepted(status):
        return None
    return Fault.REDIRECT if 300 <= status < 400 else Fault.STATUS
