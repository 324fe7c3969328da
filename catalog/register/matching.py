"""Which documents hold a term, in which form: ``terms.Form`` evaluated on the arrays of a ``Shelf``.

Posting lists name the candidates; where they say less than the form does (three characters side by side, the beginning
of a model), the distinct texts of the candidates decide. What is found is exact, and kept with the shelf.
"""

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np

from catalog.register.documents import BEGIN
from catalog.register.plain import holds, holds_whole, is_han, readings, runs, sounds_like
from catalog.register.shelf import EMPTY, Ids, Shelf, common, union
from catalog.register.terms import Form, Term

Points = np.ndarray[Any, np.dtype[np.int16]]


class Hits(NamedTuple):
    """Documents in order, and how much each of them says."""

    ids: Ids
    points: Points


# Fewer than one in so many are put in order among themselves; else every document has a place on a board.
FEW = 32
NONE = Hits(EMPTY, np.empty(0, np.int16))


def best_of(shelf: Shelf, found: Iterable[tuple[int, Ids]]) -> Hits:
    """Each document with the most points that any of the lists gives it."""
    lists = [one for one in found if len(one[1])]
    if not lists:
        return NONE
    lists.sort(key=lambda one: one[0])
    if len(lists) == 1:
        points, ids = lists[0]
        return Hits(ids, np.full(len(ids), points, np.int16))
    if FEW * sum(len(ids) for _points, ids in lists) < shelf.count:
        together = np.concatenate([ids for _points, ids in lists])
        worth = np.concatenate([np.full(len(ids), points, np.int16) for points, ids in lists])
        # Of equal ones the last has most points, and comes first when all are turned round.
        ids, first = np.unique(together[::-1], return_index=True)
        return Hits(ids, worth[::-1][first])
    board = np.zeros(shelf.count, np.int16)
    for points, ids in lists:
        board[ids] = points
    ids = np.flatnonzero(board).astype(np.int32)
    return Hits(ids, board[ids])


def hits(shelf: Shelf, term: Term) -> Hits:
    """The documents that hold a term, each with its best form."""
    key = ("term", term)
    found: Hits | None = shelf.kept.get(key)
    if found is None:
        found = best_of(shelf, _forms(shelf, term))
        shelf.kept.put(key, found, found.ids.nbytes + found.points.nbytes + 500)
    return found


def _forms(shelf: Shelf, term: Term) -> list[tuple[int, Ids]]:
    found: list[tuple[int, Ids]] = []
    if term.whole_number:
        found.append((Form.NUMBER, shelf.ids("no", term.number)))
    elif term.number:
        found.append((Form.NUMBER_PART, shelf.numbers_with(term.number)))
    if term.uscc:
        found.append((Form.NUMBER, shelf.ids("us", term.uscc)))
    if term.model:
        found += _models(shelf, term.model)
    if term.standard:
        keys = [key for key in shelf.lexicon("st") if term.standard in key]
        found.append((Form.STANDARD, union(shelf.ids("st", key) for key in keys)))
    if term.text:
        for field, column, part, whole in (
            ("nm", "name", Form.IN_NAME, Form.NAME),
            ("br", "brand", Form.IN_BRAND, Form.NAME),
            ("mk", "maker", Form.IN_ENTERPRISE, Form.IN_ENTERPRISE),
            ("rg", "registrant", Form.IN_ENTERPRISE, Form.IN_ENTERPRISE),
            ("ne", "name_en", Form.IN_ENGLISH, Form.IN_ENGLISH),
        ):
            if field == "ne" and term.han:
                continue
            ids = containing(shelf, field, column, term.text)
            found.append((part, ids))
            if field == "nm":
                found.append((Form.NAME_ENDS, ending(shelf, ids, term.text)))
            if whole != part and len(ids):
                lengths = shelf.tables.of[column].lengths()[shelf.column(column)[ids]]
                found.append((whole, ids[lengths == len(term.text)]))
    for word in term.same:
        ids = containing(shelf, "nm", "name", word, whole=True)
        found += [(Form.SAME_MEANING, ids), (Form.SAME_ENDS, ending(shelf, ids, word))]
        if not is_han(word):
            found.append((Form.SAME_MEANING, containing(shelf, "ne", "name_en", word, whole=True)))
    if term.letters:
        found.append((Form.SOUND_OF_NAME, read_as(shelf, "nm", "name", term.letters)))
        for field, column in (("br", "brand"), ("mk", "maker")):
            found.append((Form.SOUND_OF_FIRM, read_as(shelf, field, column, term.letters)))
    if term.classes:
        found.append((Form.CLASS, union(shelf.ids("cs", code) for code in sorted(term.classes))))
    values = [*sorted(term.values), *(f"{key}={_shown(value)}" for key, value in term.measures)]
    if values:
        found.append((Form.VALUE, union(shelf.ids("at", value) for value in values)))
    return found


def _shown(value: float) -> str:
    return str(int(value)) if value.is_integer() else str(value)


def _models(shelf: Shelf, model: str) -> list[tuple[int, Ids]]:
    ids = common(shelf.ids("mg", model[place : place + 2]) for place in range(len(model) - 1))
    if len(model) > 2:
        ids = confirmed(shelf, "model", ids, lambda form: model in form)
    if not len(ids):
        return []
    begins = common((ids, shelf.ids("mg", BEGIN + model[:2])))
    if len(model) > 2:
        begins = confirmed(shelf, "model", begins, lambda form: form.startswith(model))
    lengths = shelf.tables.of["model"].lengths()[shelf.column("model")[begins]]
    return [(Form.MODEL_PART, ids), (Form.MODEL_BEGINS, begins), (Form.MODEL, begins[lengths == len(model)])]


def confirmed(shelf: Shelf, column: str, ids: Ids, holding: Callable[[str], bool]) -> Ids:
    """Those of ``ids`` whose text in ``column`` is as wanted; each distinct text is looked at once."""
    if not len(ids):
        return ids
    table, codes = shelf.tables.of[column], shelf.column(column)[ids]
    forms = table.forms
    if FEW * len(codes) < len(forms):
        numbers, of = np.unique(codes, return_inverse=True)
        return ids[np.fromiter((holding(forms[number]) for number in numbers.tolist()), np.bool_)[of]]
    good = np.zeros(len(forms), np.bool_)
    seen = np.zeros(len(forms), np.bool_)
    seen[codes] = True
    for number in np.flatnonzero(seen).tolist():
        if holding(forms[number]):
            good[number] = True
    return ids[good[codes]]  # type: ignore[no-any-return]


def containing(shelf: Shelf, field: str, column: str, text: str, *, whole: bool = False) -> Ids:
    """The documents whose text in ``column`` holds ``text`` (``plain.holds``; ``holds_whole`` when so asked)."""
    parts = runs(text)
    lists: list[Ids] = []
    for place, run in enumerate(parts):
        if is_han(run):
            lists += [shelf.ids(field, run[at : at + 2]) for at in range(max(1, len(run) - 1))]
        elif place + 1 < len(parts) or whole:
            lists.append(shelf.ids(field, run))
        else:
            lists.append(union(shelf.ids(field, word) for word in shelf.words_from(field, run)))
        if not len(lists[-1]):
            return EMPTY
    ids = common(lists)
    if len(parts) == 1 and (len(text) < 3 or not is_han(text)):
        return ids
    holding = holds_whole if whole else holds
    return confirmed(shelf, column, ids, lambda form: holding(form, text))


def ending(shelf: Shelf, ids: Ids, text: str) -> Ids:
    """Those of ``ids``, all of whose names hold ``text``, whose name ends with it."""
    return confirmed(shelf, "name", ids, lambda form: form.endswith(text))


# -- readings -----------------------------------------------------------------------------------------------


def read_as(shelf: Shelf, field: str, column: str, letters: str) -> Ids:
    """The documents whose text in ``column`` has Han characters that ``letters`` reads (``plain.sounds_like``)."""
    initials, first_two = pairs_read_as(shelf, field, letters)
    found = EMPTY
    if all(initials):
        found = common(union(shelf.ids(field, pair) for pair in pairs) for pairs in initials)
    spelled = union(shelf.ids(field, pair) for pair in first_two)
    alone = union(shelf.ids(field, token) for token in read_alone_as(shelf, field, letters))
    if len(letters) > 2:
        found = confirmed(shelf, column, union((found, spelled)), lambda form: sounds_like(form, letters))
    elif len(spelled):
        found = union((found, confirmed(shelf, column, spelled, lambda form: sounds_like(form, letters))))
    return union((found, alone))


def pairs_read_as(shelf: Shelf, field: str, letters: str) -> tuple[list[set[str]], set[str]]:
    """The pairs of a field that have each two neighbouring ``letters`` for initials, and those that begin as all is spelled."""
    said = shelf.sounds(field)
    initials = [
        {pair for one in said for pair in one.initials.get(letters[at : at + 2], ())} for at in range(len(letters) - 1)
    ]
    first_two = {
        pair
        for length in range(1, min(7, len(letters)))
        for one in said
        for pair in one.syllables.get(letters[:length], ())
        if any(_agrees(syllable, letters[length:]) for syllable in readings(pair[1]))
    }
    return initials, first_two


def read_alone_as(shelf: Shelf, field: str, letters: str) -> set[str]:
    """The characters of a field that are read as ``letters``."""
    return {token for one in shelf.sounds(field) for token in one.single.get(letters, ())}


def _agrees(syllable: str, rest: str) -> bool:
    return rest.startswith(syllable) or syllable.startswith(rest)
