"""Where this site is found: what stands before a path in letters and in messages to programs, which no request leads to.

BASE_URL says it. Without one (never in production) it is what ``flask up`` serves at, or the address under which a system
administrator signed in came, kept in the data folder so that server and worker know the same. The address of any other
request is never taken: whoever writes a ``Host`` of their own would have us send letters that lead to them.
"""

import os
import re
import tempfile
from functools import lru_cache
from pathlib import Path

from association.kernel import config

_PLAIN = re.compile(r"https?://([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")
_LOOPBACK = re.compile(r"https?://(localhost|127(\.[0-9]{1,3}){3}|\[::1\])(:[0-9]+)?", re.IGNORECASE)


def address() -> str:
    """The site's address without a slash at its end; empty where nobody knows."""
    said = str(config.setting("BASE_URL") or "")
    return said or _kept()


def full(path: str) -> str:
    """A path as an address of this site; the path alone where the site's address is not known."""
    return f"{address()}{path}"


def note(found: str) -> None:
    """Keep where the site was found. One that only this machine reaches never takes the place of one that others reach."""
    known = _kept()
    if found == known or not _PLAIN.fullmatch(found) or (known and is_own(found) and not is_own(known)):
        return
    folder = config.data_dir()
    with tempfile.NamedTemporaryFile("w", dir=folder, prefix=".", suffix=".part", delete=False) as target:
        target.write(found)
    os.replace(target.name, _place())


def is_own(found: str) -> bool:
    """Whether only this machine reaches an address."""
    return _LOOPBACK.fullmatch(found) is not None


def _place() -> Path:
    return config.data_dir() / "site_address"


def _kept() -> str:
    place = _place()
    try:
        changed = place.stat().st_mtime_ns
    except FileNotFoundError:
        return ""
    return _read(place, changed)


@lru_cache(maxsize=4)
def _read(place: Path, _changed: int) -> str:
    found = place.read_text(encoding="utf-8").strip()
    return found if _PLAIN.fullmatch(found) else ""
