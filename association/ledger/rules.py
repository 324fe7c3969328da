"""How a line is sealed, and what is wrong with a chain that does not hold. Pure.

A seal is the lower-case hex SHA-256 of the RFC 8785 canonical JSON of the line without its seal. ``previous_seal``
of the first line is 64 zeros.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import rfc8785

from association.kernel.i18n import N_
from association.kernel.terms import Term

FIRST = "0" * 64
# How many lines that were taken out are still recognised when the rest was numbered anew.
RENUMBERED = 50


def canonical(value: Any) -> bytes:
    """RFC 8785 canonical JSON: one way to write each value, so that its hash can be recomputed anywhere."""
    return rfc8785.dumps(value)


def seal(line: Mapping[str, Any]) -> str:
    """The seal of a line (a mapping without ``seal``)."""
    return hashlib.sha256(canonical(dict(line))).hexdigest()


class FaultKind(Term):
    """What was done to a chain."""

    EDITED = "edited", N_("内容被改动")
    REMOVED = "removed", N_("被删除")
    INSERTED = "inserted", N_("是后来插入的")
    SWAPPED = "swapped", N_("次序被调换")


@dataclass(frozen=True, slots=True)
class Fault:
    """The first place at which a chain does not hold: ``position``, and the last of several, or the other of two."""

    kind: FaultKind
    position: int
    other: int | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """Under which keys a chain's lines hold their position, their seal and the seal before."""

    position: str
    seal: str
    previous: str


LEDGER = Names("position", "seal", "previous_seal")

Line = Mapping[str, Any]


def first_fault(
    lines: Iterable[Line],
    names: Names,
    *,
    head: tuple[int, str],
    after: Callable[[str], Line | None],
    tick: Callable[[int], None] = lambda _position: None,
) -> Fault | None:
    """The first fault of a chain; ``None`` when it holds from its first line to its ``head`` (position, seal).

    ``lines`` come by position; ``after(seal)`` finds the line that says it follows that seal.
    """
    before, expected, prior = FIRST, 1, None
    for line in lines:
        whole = line[names.position] == expected and line[names.previous] == before
        if not whole or not _fits(line, names, expected):
            return _explain(line, names, expected=expected, before=before, prior=prior, after=after)
        before, expected, prior = line[names.seal], expected + 1, line
        tick(expected - 1)
    last = expected - 1
    if head[0] > last:
        return Fault(FaultKind.REMOVED, last + 1, head[0] if head[0] > last + 1 else None)
    if head[0] < last:
        return Fault(FaultKind.INSERTED, head[0] + 1, last if last > head[0] + 1 else None)
    return None if head[1] == before else Fault(FaultKind.EDITED, last)


def _fits(line: Line, names: Names, position: int, previous: str | None = None) -> bool:
    """Whether the line's seal is right if it stood at ``position`` (after ``previous``)."""
    body = {key: value for key, value in line.items() if key != names.seal} | {names.position: position}
    if previous is not None:
        body[names.previous] = previous
    try:
        return bool(seal(body) == line[names.seal])
    except ValueError:
        # What cannot be written canonically was never sealed.
        return False


def _explain(
    line: Line,
    names: Names,
    *,
    expected: int,
    before: str,
    prior: Line | None,
    after: Callable[[str], Line | None],
) -> Fault:
    """What was done, as far as what is left tells it."""
    position = int(line[names.position])
    follower = after(before)
    place = int(follower[names.position]) if follower is not None else position
    genuine = follower is not None and place != position and _fits(follower, names, expected)
    if position < expected:
        return Fault(FaultKind.INSERTED, position)
    if position > expected:
        if genuine:
            return Fault(FaultKind.SWAPPED, expected, place)
        if _fits(line, names, expected):
            return Fault(FaultKind.EDITED, position)
        return Fault(FaultKind.REMOVED, expected, position - 1 if position - 1 > expected else None)
    if genuine:
        # The true line stands elsewhere: they changed places, or another was put before it.
        if _fits(line, names, place):
            return Fault(FaultKind.SWAPPED, position, place)
        return Fault(FaultKind.INSERTED, position)
    if prior is not None and _fits(line, names, position - 1, prior[names.previous]):
        return Fault(FaultKind.INSERTED, position - 1)
    for missing in range(1, RENUMBERED + 1):
        if line[names.previous] != before and _fits(line, names, position + missing):
            return Fault(FaultKind.REMOVED, position, position + missing - 1 if missing > 1 else None)
    if _fits(line, names, position) and prior is not None:
        # Sound in itself, but it follows another line than the one that stands before it: that one was sealed anew.
        return Fault(FaultKind.EDITED, position - 1)
    return Fault(FaultKind.EDITED, position)
