"""Filters and facets of a search, on the arrays of a ``Shelf``. Counts are exact: of what all other filters leave."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, Protocol

import numpy as np

from association.kernel.errors import Invalid, Shortfall
from association.kernel.i18n import _
from association.kernel.numbers import narrow as half_width
from catalog.categories.rules import Attribute, CatalogView, read_attribute
from catalog.register.documents import STANDINGS, attribute_tokens
from catalog.register.lexicon import standard_key, standard_keys
from catalog.register.plain import plain
from catalog.register.shelf import Ids, Mask, Shelf, Table, union
from catalog.vocabulary import Standing

MOST_VALUES = 200
MOST_ATTRIBUTES = 20


class Filters(Protocol):
    """What of a question narrows the answer."""

    @property
    def category(self) -> str: ...
    @property
    def subtype(self) -> str: ...
    @property
    def standing(self) -> Standing | None: ...
    @property
    def registrant(self) -> str: ...
    @property
    def manufacturer(self) -> str: ...
    @property
    def standard(self) -> str: ...
    @property
    def origin(self) -> str: ...
    @property
    def year(self) -> int | None: ...
    @property
    def attributes(self) -> Sequence[tuple[str, str, str]]: ...


class Narrowed:
    """Documents with, for each filter in use, which of them it leaves."""

    def __init__(self, shelf: Shelf, ids: Ids, on: int, left: dict[str, Mask]) -> None:
        self._shelf, self._ids, self._on, self._left = shelf, ids, on, left

    def all(self) -> Mask:
        """What all filters leave."""
        return self._but("")

    def _but(self, name: str) -> Mask:
        found: Mask = np.ones(len(self._ids), np.bool_)
        for other, left in self._left.items():
            if other != name:
                found &= left
        return found

    def facets(self) -> dict[str, list[tuple[str, int]]]:
        """For each facet its values with how many there would be: the most frequent ``MOST_VALUES``, then by value."""
        found = {
            name: self._counted(name, column)
            for name, column in (
                ("category", "category"),
                ("subtype", "subtype"),
                ("manufacturer", "maker"),
                ("origin", "origin"),
            )
        }
        ids = self._ids[self._but("standing")]
        counts = np.bincount(self._shelf.standing_on(self._on)[ids], minlength=len(STANDINGS))
        found["standing"] = [
            (STANDINGS[code].value, int(counts[code])) for code in range(len(STANDINGS)) if counts[code]
        ]
        years = np.bincount(self._shelf.column("year")[self._ids[self._but("year")]])
        found["year"] = [(str(year), int(years[year])) for year in np.flatnonzero(years)[::-1]]
        there = np.zeros(self._shelf.count, np.bool_)
        there[self._ids[self._but("standard")]] = True
        rows = self._shelf.standards
        found["standard"] = _named(self._shelf.tables.of["standard"], np.bincount(rows[there[rows[:, 0]], 1]))
        return found

    def _counted(self, name: str, column: str) -> list[tuple[str, int]]:
        counts = np.bincount(self._shelf.column(column)[self._ids[self._but(name)]])
        return _named(self._shelf.tables.of[column], counts)


def _named(table: Table, counts: Any) -> list[tuple[str, int]]:
    there = np.flatnonzero(counts)
    if len(there) > MOST_VALUES:
        least = np.partition(counts[there], -MOST_VALUES)[-MOST_VALUES]
        there = there[counts[there] >= least]
    found = [(table.texts[code], int(counts[code])) for code in there.tolist() if table.texts[code]]
    found.sort(key=lambda one: (-one[1], one[0]))
    return sorted(found[:MOST_VALUES])


def narrow(shelf: Shelf, ids: Ids, asked: Filters, *, on: date, view: CatalogView) -> Narrowed:
    """``ids`` under the filters. Raises Invalid for filters by attributes that cannot be read."""
    left: dict[str, Mask] = {}
    for name in ("category", "subtype", "origin"):
        if wanted := getattr(asked, name):
            code = shelf.tables.of[name].known(wanted)
            left[name] = shelf.column(name)[ids] == (-1 if code is None else code)
    if asked.standing is not None:
        left["standing"] = shelf.standing_on(on.toordinal())[ids] == STANDINGS.index(asked.standing)
    for name, column in (("manufacturer", "maker"), ("registrant", "registrant")):
        if text := getattr(asked, name):
            left[name] = _enterprise(shelf, column, text)[ids]
    if asked.standard:
        there = np.zeros(shelf.count, np.bool_)
        rows = shelf.standards
        good = _standards(shelf.tables.of["standard"], asked.standard)
        there[rows[good[rows[:, 1]], 0]] = True
        left["standard"] = there[ids]
    if asked.year is not None:
        left["year"] = shelf.column("year")[ids] == asked.year
    for key, op, value in asked.attributes[:MOST_ATTRIBUTES]:
        there = np.zeros(shelf.count, np.bool_)
        there[_attribute(shelf, view, key, op, value)] = True
        name = f"attr.{key}.{op}"
        left[name] = there[ids] & left.get(name, True)
    return Narrowed(shelf, ids, on.toordinal(), left)


def _good(table: Table, holding: Callable[[str, str], bool]) -> Mask:
    return np.fromiter((holding(text, form) for text, form in zip(table.texts, table.forms, strict=False)), np.bool_)


def _enterprise(shelf: Shelf, column: str, text: str) -> Mask:
    """Documents of the enterprise with this unified code or name; else of those whose name contains the text."""
    key = ("enterprise", column, text)
    found: Mask | None = shelf.kept.get(key)
    if found is not None:
        return found
    code = shelf.tables.of[f"{column}_uscc"].known(text.strip().upper())
    if code is not None and text.strip():
        found = shelf.column(f"{column}_uscc") == code
    else:
        table, wanted = shelf.tables.of[column], plain(text)
        same = table.known(text.strip())
        if same is not None and bool((shelf.alive & (shelf.column(column) == same)).any()):
            found = shelf.column(column) == same
        else:
            good = _good(table, lambda _text, form: wanted in form) if wanted else np.zeros(len(table.texts), np.bool_)
            found = good[shelf.column(column)]
    return shelf.kept.put(key, found, shelf.count)  # type: ignore[no-any-return]


def _standards(table: Table, text: str) -> Mask:
    """The standard of this number; else those whose number begins so."""
    wanted = standard_key(text)
    if not wanted:
        return np.zeros(len(table.texts) or 1, np.bool_)
    same = _good(table, lambda named, _form: standard_key(named) == wanted)
    if same.any():
        return same
    return _good(table, lambda named, _form: any(key.startswith(wanted) for key in standard_keys(named)))


def _attribute(shelf: Shelf, view: CatalogView, key: str, op: str, value: str) -> Ids:
    known = [one for code in view.classes() for one in view.class_attributes(code.code) if one.key == key]
    if not known:
        raise Invalid(_("没有这个参数"), [Shortfall(f"attr.{key}", "unknown", _("目录中没有这个参数"))])
    attribute = known[0]
    where = f"attr.{key}" + (f".{op}" if op != "is" else "")
    if op == "is":
        wanted, wrong = read_attribute(attribute, value)
        if wrong is not None or wanted is None:
            detail = wrong.detail if wrong is not None else _("请填写此项")
            raise Invalid(_("参数条件有误"), [Shortfall(where, wrong.code if wrong else "required", detail)])
        return union(shelf.ids("at", token) for token in attribute_tokens({key: wanted}))
    if attribute.type not in ("number", "integer", "range"):
        raise Invalid(_("参数条件有误"), [Shortfall(where, "type", _("这个参数不是数值，不能比较大小"))])
    bound = _number(attribute, where, value)
    found: list[Ids] = []
    start = f"{key}="
    for token in shelf.lexicon("at"):
        if token.startswith(start):
            ends = _ends(token[len(start) :])
            # A range reaches as far as its ends: down to the least, up to the most.
            if ends and (ends[1] >= bound if op == "min" else ends[0] <= bound):
                found.append(shelf.ids("at", token))
    return union(found)


def _number(attribute: Attribute, where: str, value: str) -> float:
    text, unit = half_width(value), half_width(attribute.unit or "").lower()
    if unit and text.lower().endswith(unit):
        text = text[: -len(unit)].strip()
    try:
        number = float(text) if len(text) <= 20 else float("nan")
    except ValueError:
        number = float("nan")
    if not abs(number) <= 1e15:
        raise Invalid(_("参数条件有误"), [Shortfall(where, "number", _("请填写数字"))])
    return number


def _ends(text: str) -> tuple[float, float] | None:
    try:
        numbers = [float(one) for one in text.split("~")]
    except ValueError:
        return None
    return (min(numbers), max(numbers))
