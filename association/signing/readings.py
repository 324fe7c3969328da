"""What else than registrations the page for checking without a network can read: handed in by a floor's wiring."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, current_app


@dataclass(frozen=True, slots=True)
class Reading:
    """A kind of statement: its outcomes (tone, sign, word, sentence: source texts), and what its page asks by script.

    ``data`` has ``name`` (under which a telephone keeps the list), ``typ`` and ``url`` of the list, ``words``.
    """

    outcomes: Mapping[str, tuple[str, str, str, str]]
    data: Callable[[], Mapping[str, Any]]


def add(app: Flask, kind: str, reading: Reading) -> None:
    """Hand in how statements of ``kind`` are read; called by its floor's wiring."""
    cast(dict[str, Reading], app.extensions.setdefault("readings", {}))[kind] = reading


def everything() -> Mapping[str, Reading]:
    """All that were handed in, by kind."""
    return cast(dict[str, Reading], current_app.extensions.get("readings", {}))
