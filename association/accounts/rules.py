"""Passwords, addresses, keys and the delay after failures. Pure."""

import hashlib
import re
from datetime import datetime, timedelta

from association.kernel.errors import Shortfall
from association.kernel.i18n import _

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
LONGEST_ADDRESS = 254
FREE_FAILURES = 5
LONGEST_DELAY = timedelta(minutes=10)
KEY_PREFIX = "jf_"
KEY_SHAPE = re.compile(r"jf_[A-Za-z0-9_-]{43}", re.ASCII)

_ADDRESS = re.compile(r"[^@\s<>(),;:\\\"\[\]]{1,64}@[^@\s<>(),;:\\\"\[\]]+\.[^@\s.<>(),;:\\\"\[\]]+")


def normal_address(email: str) -> str:
    """The one form in which an address is kept and compared."""
    return email.strip().lower()


def address_shortfalls(email: str, field: str = "email") -> list[Shortfall]:
    """What keeps ``email`` from being an address one can write to."""
    if len(email) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(email):
        return [Shortfall(field, "email", _("请填写电子邮箱，例如name@example.com"))]
    return []


def password_shortfalls(password: str, email: str, field: str = "password") -> list[Shortfall]:
    """Length, and not the address itself; rules about signs only make people write passwords down."""
    if len(password) < SHORTEST_PASSWORD:
        return [Shortfall(field, "password_short", _("密码至少{least}个字符", least=SHORTEST_PASSWORD))]
    if len(password) > LONGEST_PASSWORD:
        return [Shortfall(field, "too_long", _("最多{limit}个字符", limit=LONGEST_PASSWORD))]
    if password.strip().lower() in {email, email.partition("@")[0]}:
        return [Shortfall(field, "password_is_address", _("密码不能与邮箱相同"))]
    return []


def delay_after(failures: int) -> timedelta:
    """How long to wait after so many failures in a row: nothing at first, then 15 seconds, doubling."""
    if failures < FREE_FAILURES:
        return timedelta()
    return min(timedelta(seconds=15 << min(failures - FREE_FAILURES, 10)), LONGEST_DELAY)


def waits_until(failures: int, failed_at: datetime) -> datetime:
    """When the next try is heard."""
    return failed_at + delay_after(failures)


def digest(text: str) -> str:
    """SHA-256 in hex: of keys (random, so a plain hash will do) and of addresses that failed."""
    return hashlib.sha256(text.encode()).hexdigest()
