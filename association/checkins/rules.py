"""Rotating codes at a door. Pure.

A code is bound to a place (a lesson in its room, the entrance of a fair) and to a step of fifteen seconds: a photograph
of it opens nothing a minute later, and nothing elsewhere. Two forms say the same: the long one stands in a QR code, six
digits can be read aloud (shortened as RFC 4226 shortens). Neither names a person: who checks in is who is signed in.

What this cannot do: keep somebody present from passing the code on at once. Shared telephones are flagged, not prevented.
"""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from unicodedata import normalize

from association.kernel.i18n import N_
from association.kernel.terms import Term

STEP_SECONDS = 15
# A telephone needs a moment to read the code and to reach us: this many steps after its own a code is still taken.
GRACE_STEPS = 2
# Who has scanned a code has so many steps to press the button.
ADMISSION_STEPS = 12
# Clocks of two of our own machines may differ by so much.
EARLY_STEPS = 1
MARK_BYTES = 16
DIGITS = 6


class Reading(Term):
    """What reading a code came to."""

    GOOD = "good", N_("有效")
    GARBLED = "garbled", N_("不是签到码")
    ELSEWHERE = "elsewhere", N_("不是本场的签到码")
    FORGED = "forged", N_("签到码不真实")
    TOO_OLD = "too_old", N_("签到码已过期")
    TOO_EARLY = "too_early", N_("签到码尚未生效")


@dataclass(frozen=True, slots=True)
class Door:
    """A place where codes are shown: ``place`` names it (letters, digits, ``-``), ``key`` is its secret."""

    place: str
    key: bytes


def door(place: str, secret: str) -> Door:
    """The door at ``place``; its key follows from the installation's secret, so there is nothing to store."""
    return Door(place, hmac.new(secret.encode(), f"check-in door {place}".encode(), hashlib.sha256).digest())


def step_at(moment: datetime) -> int:
    """The number of the fifteen seconds that ``moment`` lies in."""
    return int(moment.timestamp()) // STEP_SECONDS


def begins_at(step: int) -> datetime:
    """The first moment of ``step``."""
    return datetime.fromtimestamp(step * STEP_SECONDS, UTC)


def left_of(moment: datetime) -> timedelta:
    """How long the code of this moment is still the newest."""
    return begins_at(step_at(moment) + 1) - moment


def _seal(at: Door, step: int) -> bytes:
    return hmac.new(at.key, f"{at.place} {step}".encode(), hashlib.sha256).digest()


def code_of(at: Door, step: int) -> str:
    """The code in the QR: ``place.step.mark``."""
    mark = urlsafe_b64encode(_seal(at, step)[:MARK_BYTES]).decode().rstrip("=")
    return f"{at.place}.{step}.{mark}"


def spoken_of(at: Door, step: int) -> str:
    """Six digits that say the same, for reading aloud (RFC 4226, section 5.3, of the other half of the seal)."""
    seal = _seal(at, step)[MARK_BYTES:]
    offset = seal[-1] & 0x0F
    # The half is sixteen bytes: the offset wraps round.
    four = bytes(seal[(offset + place) % len(seal)] for place in range(4))
    return f"{(int.from_bytes(four, 'big') & 0x7FFFFFFF) % 10**DIGITS:0{DIGITS}d}"


def place_of(code: str) -> str | None:
    """The place that ``code`` says it is of; nothing when it is no code at all."""
    parts = code.split(".")
    well_formed = len(parts) == 3 and all(parts) and len(code) <= 200 and code.isascii() and parts[1].isdigit()
    return parts[0] if well_formed else None


def read_code(code: str, at: Door, now: datetime) -> Reading:
    """Whether ``code`` was shown at this door just now; what is wrong first decides."""
    place = place_of(code)
    if place is None:
        return Reading.GARBLED
    if place != at.place:
        return Reading.ELSEWHERE
    said = code.split(".")[1]
    # A step has at most as many digits as ours: no seal is worked out of a number a megabyte long.
    if len(said) > 12 or not hmac.compare_digest(code, code_of(at, int(said))):
        return Reading.FORGED
    return _in_time(int(said), now)


def read_spoken(digits: str, at: Door, now: datetime) -> Reading:
    """The same for six digits; among so few an old one cannot be told from a wrong one."""
    plain = "".join(one for one in normalize("NFKC", digits[:40]) if one.isdigit())
    if len(plain) != DIGITS or not plain.isascii():
        return Reading.GARBLED
    newest = step_at(now)
    taken = [spoken_of(at, step) for step in range(newest - GRACE_STEPS, newest + 1)]
    # Every one is compared: the time this takes says nothing of which.
    found = [hmac.compare_digest(plain, one) for one in taken]
    return Reading.GOOD if any(found) else Reading.TOO_OLD


def _in_time(step: int, now: datetime) -> Reading:
    newest = step_at(now)
    if step > newest + EARLY_STEPS:
        return Reading.TOO_EARLY
    if step < newest - GRACE_STEPS:
        return Reading.TOO_OLD
    return Reading.GOOD


def admission(at: Door, who: str, now: datetime) -> str:
    """What a scanned code is exchanged for: ``who`` may come through this door within the next minutes, nobody else."""
    step = step_at(now)
    return f"{step}.{_admits(at, who, step)}"


def is_admitted(text: str, at: Door, who: str, now: datetime) -> bool:
    """Whether ``text`` was given to ``who`` at this door a moment ago."""
    step, _dot, mark = text.partition(".")
    if not (step.isascii() and step.isdigit() and len(step) <= 12 and mark.isascii()):
        return False
    fresh = 0 <= step_at(now) - int(step) <= ADMISSION_STEPS
    return hmac.compare_digest(mark, _admits(at, who, int(step))) and fresh


def _admits(at: Door, who: str, step: int) -> str:
    return hmac.new(at.key, f"admission {who} {step}".encode(), hashlib.sha256).hexdigest()[: 2 * MARK_BYTES]
