"""Passwords: hashed with argon2, checked in the same time whether or not there is anything to check."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from association.accounts.rules import LONGEST_PASSWORD
from association.kernel import config


@cache
def _hasher(cheap: bool) -> PasswordHasher:
    return PasswordHasher(time_cost=1, memory_cost=8, parallelism=1) if cheap else PasswordHasher()


@cache
def _nobodys(cheap: bool) -> str:
    return _hasher(cheap).hash("nobody has this password")


def _cheap() -> bool:
    # Tests only: no environment variable sets it.
    return bool(config.current.get().get("ARGON2_CHEAP"))


def hashed(password: str) -> str:
    """The form in which a password is kept."""
    return _hasher(_cheap()).hash(password)


def matches(password: str, kept: str | None) -> bool:
    """Whether ``password`` is the one kept; without any the same work is done, and it is not."""
    try:
        right = _hasher(_cheap()).verify(kept or _nobodys(_cheap()), password[: LONGEST_PASSWORD + 1])
    except (VerificationError, InvalidHashError):
        return False
    return right and kept is not None


def is_stale(kept: str) -> bool:
    """Whether it was hashed with weaker parameters than today's."""
    return _hasher(_cheap()).check_needs_rehash(kept)
