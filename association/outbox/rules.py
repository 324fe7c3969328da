"""When a message is tried again, and what a failure is called. Pure."""

import hashlib
from datetime import timedelta
from urllib.parse import urlsplit

MOST_ATTEMPTS = 8


def wait_after(attempts: int) -> timedelta:
    """How long after that many attempts: two minutes, doubling, at most six hours."""
    return min(timedelta(minutes=2 << max(0, attempts - 1)), timedelta(hours=6))


def file_name(message_id: int, key: str) -> str:
    """The letter's name in a folder of files: one for each key, in order of writing."""
    return f"{message_id}-{hashlib.sha256(key.encode()).hexdigest()[:16]}.eml"


def reason(failure: Exception) -> str:
    """Why a try failed, as far as it can be kept: the kind of failure and what was said, in one line."""
    return " ".join(f"{type(failure).__name__}: {failure}".split())[:200]


def shown_address(url: str) -> str:
    """The address of a program as it may be shown: its path often holds a secret of the receiver's."""
    try:
        parts = urlsplit(url)
        return f"{parts.scheme}://{parts.netloc}/…"
    except ValueError:
        return "…"
