"""How a line is sealed. Pure.

A seal is the lower-case hex SHA-256 of the RFC 8785 canonical JSON of the line without its seal. ``previous_seal``
of the first line is 64 zeros.
"""

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any

import rfc8785

FIRST = "0" * 64


def canonical(value: Any) -> bytes:
    """RFC 8785 canonical JSON: one way to write each value, so that its hash can be recomputed anywhere."""
    return rfc8785.dumps(value)


def seal(line: Mapping[str, Any]) -> str:
    """The seal of a line (a mapping without ``seal``)."""
    return hashlib.sha256(canonical(dict(line))).hexdigest()


def first_fault(lines: Iterable[Mapping[str, Any]], *, sealed_as: str, previous_as: str, position_as: str) -> int | None:
    """Position of the first line that does not fit the chain; ``None`` when all do.

    ``lines`` come in order; the names say which keys hold a line's seal, the seal before it and its position.
    """
    before, expected = FIRST, 1
    for line in lines:
        body = {key: value for key, value in line.items() if key != sealed_as}
        if line[position_as] != expected or line[previous_as] != before or seal(body) != line[sealed_as]:
            return int(expected)
        before, expected = line[sealed_as], expected + 1
    return None
