"""JSON that means the same to every reader: I-JSON (RFC 7493), which RFC 8785 takes for granted. Pure.

A name that stands twice in one object is read by one program as its first value and by another as its last, so what
was judged could be disputed; such a body is refused, and the place is named.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any

from association.kernel.errors import Shortfall, Unreadable
from association.kernel.i18n import _

MOST_SAID = 20


def read(body: bytes) -> Any:
    """The value of ``body``. Raises Unreadable (a name twice; NaN and Infinity, which are no JSON; nested without end; a
    number of thousands of digits), and ValueError when it is no JSON in UTF-8 at all."""
    repeated: list[_Repeated] = []

    def an_object(pairs: list[tuple[str, Any]]) -> Any:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        repeated.append(_Repeated(pairs))
        return repeated[-1]

    try:
        value = json.loads(body.decode("utf-8"), object_pairs_hook=an_object, parse_constant=_no_number)
        if not repeated:
            return value
        found = [_said(where) for where, _place in zip(_places(value, ()), range(MOST_SAID), strict=False)]
    except RecursionError as error:
        raise Unreadable from error
    raise Unreadable(_("JSON中有重复的名称，各程序的读法会不一样；每个名称只写一次。"), found)


class _Repeated:
    """An object in which a name stands twice, as it was written."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        self.pairs = pairs


def _no_number(name: str) -> Any:
    raise Unreadable(_("JSON中没有{name}这种值。", name=name))


def _places(value: Any, where: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """Where a name stands again, in the order of the body."""
    if isinstance(value, list):
        for place, inner in enumerate(value):
            yield from _places(inner, (*where, str(place)))
    elif isinstance(value, _Repeated):
        for name, times in Counter(name for name, _value in value.pairs).items():
            if times > 1:
                yield (*where, name)
        for name, inner in value.pairs:
            yield from _places(inner, (*where, name))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _places(inner, (*where, name))


def _said(where: tuple[str, ...]) -> Shortfall:
    return Shortfall(".".join(where)[:200], "repeated", _("此名称在同一对象中出现不止一次"))
