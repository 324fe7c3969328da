"""Completion while typing: models, names, brands, makers, numbers, classes and standards that hold what is typed.

Of equal ones the day's seed decides (``ordering.lot``), as in the answer itself: no maker stands first by its name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from association.kernel.numbers import compact, fold
from catalog.register.lexicon import standard_key
from catalog.register.matching import containing, read_as
from catalog.register.ordering import lot
from catalog.register.plain import is_han, plain, sounds_like
from catalog.register.shelf import Ids, Shelf, common, union
from catalog.register.terms import as_typed

MOST_OF_A_KIND = 3
# How many distinct texts of a kind are looked at for the best.
MOST_LOOKED_AT = 400


@dataclass(frozen=True, slots=True)
class Completion:
    """One completion. ``kind`` is number, model, name, brand, manufacturer, category, subtype or standard; ``text`` is
    what is put into the box; ``value`` what a filter of that kind takes; ``count`` how many registrations it is about.
    """

    kind: str
    text: str
    value: str
    count: int


def complete(
    shelf: Shelf,
    typed: str,
    names: Sequence[tuple[str, str, str]],
    *,
    on: int,
    seed: str,
    limit: int,
) -> list[Completion]:
    """At most ``limit`` completions of what is typed. ``names`` are (kind, code, name) of classes and their kinds."""
    typed = as_typed(typed)
    text = plain(typed)
    if not text:
        return []
    held = shelf.held_on(on)
    tight, model = compact(typed), fold(typed)
    letters = text if text.isascii() and text.isalpha() and len(text) > 1 else ""
    found: list[Completion] = []

    def of_column(kind: str, column: str, field: str) -> None:
        lists = [containing(shelf, field, column, text)]
        if letters and field != "ne":
            lists.append(read_as(shelf, field, column, letters))
        found.extend(_texts(shelf, kind, column, union(lists), held, text, seed))

    if len(model) > 1:
        ids = common(shelf.ids("mg", model[at : at + 2]) for at in range(len(model) - 1))
        found += _texts(shelf, "model", "model", ids, held, model, seed)
    if len(tight) > 4 and any(one.isdigit() for one in tight):
        ids = shelf.numbers_with(tight)
        begin = sorted(shelf.numbers[place] for place in ids[held[ids]][:MOST_LOOKED_AT].tolist())
        found += [Completion("number", number, number, 1) for number in begin[:MOST_OF_A_KIND]]
    of_column("name", "name", "nm")
    of_column("brand", "brand", "br")
    of_column("manufacturer", "maker", "mk")
    found += _catalog(shelf, names, held, text, letters)
    key = standard_key(typed)
    if len(key) > 2 and any(one.isdigit() for one in key):
        table, rows = shelf.tables.of["standard"], shelf.standards
        counts = np.bincount(rows[held[rows[:, 0]], 1], minlength=len(table.texts))
        there = [
            (named, int(counts[code]))
            for code, named in enumerate(table.texts)
            if counts[code] and key in standard_key(named)
        ]
        found += [Completion("standard", named, named, count) for named, count in sorted(there)[:MOST_OF_A_KIND]]
    if not is_han(text):
        return _mixed(found, limit)
    # Han characters are names more often than models.
    return _mixed(sorted(found, key=lambda one: one.kind == "model"), limit)


def _texts(shelf: Shelf, kind: str, column: str, ids: Ids, held: Any, wanted: str, seed: str) -> list[Completion]:
    """The distinct texts of a column among documents: whole first, then those that begin so, then by the seed."""
    ids = ids[held[ids]]
    if not len(ids):
        return []
    table = shelf.tables.of[column]
    counts = np.bincount(shelf.column(column)[ids])
    there = np.flatnonzero(counts)
    if len(there) > MOST_LOOKED_AT:
        there = there[np.argsort(table.lengths()[there], kind="stable")[:MOST_LOOKED_AT]]
    chosen = []
    for code in there.tolist():
        form, text = table.forms[code], table.texts[code]
        if column == "model" and wanted not in form:
            continue
        chosen.append((form != wanted, not form.startswith(wanted), lot(seed, text), text, int(counts[code])))
    return [Completion(kind, text, text, count) for *_order, text, count in sorted(chosen)[:MOST_OF_A_KIND]]


def _catalog(
    shelf: Shelf, names: Sequence[tuple[str, str, str]], held: Any, text: str, letters: str
) -> list[Completion]:
    found = []
    for kind, code, name in names:
        shown = plain(name)
        there = text in shown if is_han(text) else f" {text}" in f" {shown}"
        if not there and not (letters and sounds_like(shown, letters)):
            continue
        ids = shelf.ids("cs", code)
        if count := int(held[ids].sum()):
            found.append((not shown.startswith(text), code, Completion(kind, name, code, count)))
    return [one for _begins, _code, one in sorted(found, key=lambda one: one[:2])[:MOST_OF_A_KIND]]


def _mixed(found: Iterable[Completion], limit: int) -> list[Completion]:
    """One text once, and at first one of each kind: a kind with many does not crowd out the others."""
    kinds: dict[str, list[Completion]] = {}
    seen: set[str] = set()
    for one in found:
        if one.text.casefold() not in seen:
            seen.add(one.text.casefold())
            kinds.setdefault(one.kind, []).append(one)
    chosen: list[Completion] = []
    for place in range(MOST_OF_A_KIND):
        chosen += [of_kind[place] for of_kind in kinds.values() if place < len(of_kind)]
    order = list(kinds)
    return sorted(chosen[:limit], key=lambda one: order.index(one.kind))
