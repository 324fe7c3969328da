"""When a message is tried again. Pure."""

from datetime import timedelta

MOST_ATTEMPTS = 8


def wait_after(attempts: int) -> timedelta:
    """How long after that many attempts: two minutes, doubling, at most six hours."""
    return min(timedelta(minutes=2 << max(0, attempts - 1)), timedelta(hours=6))
