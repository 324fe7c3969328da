"""Passwords, addresses, keys, one-time codes and the delay after failures. Pure."""

import base64
import hashlib
import hmac
import re
import unicodedata
from datetime import datetime, timedelta

from pyotp import TOTP
from pyotp.utils import strings_equal

from association.kernel.errors import Shortfall
from association.kernel.i18n import _

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
LONGEST_ADDRESS = 254
FREE_FAILURES = 5
LONGEST_DELAY = timedelta(minutes=10)
# After so many in a row there is a lock, which staff or a new password lift.
LOCKED_AT = 20
LOCK_LASTS = timedelta(hours=24)
# From one place (a whole office may share an address) more is heard, and it is forgotten sooner.
FREE_FAILURES_FROM_A_PLACE = 30
PLACE_REMEMBERED = timedelta(hours=1)
LINK_LASTS = timedelta(hours=24)
LETTERS_AN_HOUR = 5
HALF_SIGNED_IN_LASTS = timedelta(minutes=10)
RECOVERY_CODES = 10
LONGEST_OVERLAP_DAYS = 90
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
    if failures >= LOCKED_AT:
        return LOCK_LASTS
    return _growing(failures - FREE_FAILURES)


def delay_from_a_place(failures: int) -> timedelta:
    """The same for one remote address, whatever it tried; it is never locked out."""
    over = failures - FREE_FAILURES_FROM_A_PLACE
    return timedelta() if over < 0 else _growing(over)


def _growing(over: int) -> timedelta:
    return min(timedelta(seconds=15 << min(over, 10)), LONGEST_DELAY)


def one_time_code(secret: bytes, step: int) -> str:
    """The code of one step of time (RFC 6238)."""
    return _telephone(secret).generate_otp(step)


def step_of(code: str, secret: bytes, *, now: datetime, after: int) -> int | None:
    """The step whose code this is: the present one or a neighbour (clocks differ), later than step ``after``."""
    typed, telephone = plain_code(code), _telephone(secret)
    here = telephone.timecode(now)
    for step in (here, here - 1, here + 1):
        if step > after and strings_equal(telephone.generate_otp(step), typed):
            return step
    return None


def address_for_telephone(secret: bytes, *, name: str, issuer: str) -> str:
    """The ``otpauth:`` address in the QR code."""
    return _telephone(secret).provisioning_uri(name=name, issuer_name=issuer)


def _telephone(secret: bytes) -> TOTP:
    """SHA-1, six digits, thirty seconds: what every telephone takes."""
    return TOTP(as_base32(secret))


def plain_code(code: str) -> str:
    """A code as people type it (blanks, dashes, full width, any case) in the one form it is compared in."""
    return re.sub(r"[\s\-－—]", "", unicodedata.normalize("NFKC", code)).lower()


def factor_secret(key: str, account_id: int, salt: str) -> bytes:
    """The secret that a telephone keeps: made from the server's key and a salt, so that nothing secret is stored."""
    return hmac.new(key.encode(), f"second factor:{account_id}:{salt}".encode(), hashlib.sha256).digest()[:20]


def as_base32(secret: bytes) -> str:
    """A secret as telephones take it."""
    return base64.b32encode(secret).decode().rstrip("=")


_BROWSERS = (
    ("Edg", "Edge"),
    ("MicroMessenger", "WeChat"),
    ("OPR/", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def device_words(user_agent: str) -> str:
    """``Chrome · Windows``: enough to recognise one's own devices, too little to follow anybody; may be empty."""
    kinds = (_BROWSERS, _SYSTEMS)
    found = [next((name for mark, name in kind if mark in user_agent), "") for kind in kinds]
    return " · ".join(name for name in found if name)


def digest(text: str) -> str:
    """SHA-256 in hex: of keys and links (random, so a plain hash will do) and of what failed."""
    return hashlib.sha256(text.encode()).hexdigest()
