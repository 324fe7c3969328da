"""When nothing holds every term: which terms are taken otherwise, how, and what is similar. Said on the page, always.

A term that no registration holds is taken, in this order, as: characters that look alike; one typing error; two in long
models; the same sound; part of the name; or it is left out while others remain. Where every term is held by some but
all by none, those are shown that hold the most of those terms, at least half.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import OSA

from association.kernel.numbers import compact, fold
from catalog.register.lexicon import Vocabulary
from catalog.register.matching import Hits, best_of, confirmed, hits
from catalog.register.plain import is_han, readings, same_sound
from catalog.register.shelf import EMPTY, Ids, Shelf, common, union
from catalog.register.terms import Query, Term, reading_of

SHORTEST_WITH_ERROR = 4
LONG = 8
LONGEST_READING = 40
MOST_SUGGESTED = 5

Way = Callable[[Shelf, Term, Vocabulary], Ids]


class How(StrEnum):
    """How a term was taken otherwise."""

    LOOK_ALIKE = "look_alike"
    TYPING_ERROR = "typing_error"
    SOUND = "sound"
    PART = "part"
    LEFT_OUT = "left_out"
    MOST = "most"


@dataclass(frozen=True, slots=True)
class Relaxed:
    """One term that was taken otherwise. For MOST ``held`` of ``of`` terms are held."""

    typed: str
    how: How
    held: int = 0
    of: int = 0


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A registration that may have been meant; ``differs`` are (place, typed, registered) of the folded texts."""

    number: str
    name: str
    model: str
    manufacturer: str
    what: str  # "model" or "number"
    differs: tuple[tuple[int, str, str], ...]


POINTS = {How.LOOK_ALIKE: 20, How.TYPING_ERROR: 16, How.SOUND: 9, How.PART: 5}


def relax(shelf: Shelf, query: Query, words: Vocabulary, held: Any) -> tuple[Hits, str, tuple[Relaxed, ...]]:
    """What is shown instead, the stage, and what was relaxed. ``held`` is which documents hold on the day."""
    found: list[Hits] = []
    said: list[Relaxed] = []
    lost: list[Term] = []
    by_sound = _phrases_by_sound(shelf, query, words, held)
    found += [best_of(shelf, [(POINTS[How.SOUND], ids)]) for ids in by_sound.values()]
    said += [Relaxed(phrase, How.SOUND) for phrase in by_sound]
    for term in query.terms:
        if any(term.text in phrase for phrase in by_sound):
            continue
        plainly = hits(shelf, term)
        if held[plainly.ids].any():
            found.append(plainly)
            continue
        how, otherwise = _otherwise(shelf, term, words, held)
        if how is None:
            lost.append(term)
        else:
            found.append(otherwise)
            said.append(Relaxed(term.typed, how))
    if not found:
        return Hits(EMPTY, np.empty(0, np.int16)), "none", ()
    said += [Relaxed(term.typed, How.LEFT_OUT) for term in lost]
    ids = common(one.ids for one in found)
    ids = ids[held[ids]]
    if len(ids):
        return _summed(shelf, found, ids), "relaxed", tuple(said)
    count = np.zeros(shelf.count, np.int16)
    for one in found:
        count[one.ids] += 1
    count[~held] = 0
    most = int(count.max(initial=0))
    if 2 * most < len(found):
        return Hits(EMPTY, np.empty(0, np.int16)), "none", ()
    ids = np.flatnonzero(count == most).astype(np.int32)
    said.append(Relaxed("", How.MOST, most, len(found)))
    return _summed(shelf, found, ids), "most", tuple(said)


def _phrases_by_sound(shelf: Shelf, query: Query, words: Vocabulary, held: Any) -> dict[str, Ids]:
    """Phrases of which some word is nowhere, but which are read like something as a whole: 保险贵."""
    found: dict[str, Ids] = {}
    for phrase in query.phrases:
        lost = [one for one in query.terms if one.text in phrase and not held[hits(shelf, one).ids].any()]
        ids = _same_sound(shelf, Term(phrase, phrase), words) if lost else EMPTY
        if held[ids].any():
            found[phrase] = ids
    return found


def _summed(shelf: Shelf, found: Sequence[Hits], ids: Ids) -> Hits:
    board = np.zeros(shelf.count, np.int16)
    for one in found:
        board[one.ids] += one.points
    return Hits(ids, board[ids])


def _otherwise(shelf: Shelf, term: Term, words: Vocabulary, held: Any) -> tuple[How | None, Hits]:
    for how, taken in _WAYS:
        ids = _taken_as(shelf, taken, term, words)
        if held[ids].any():
            return how, best_of(shelf, [(POINTS[how], ids)])
    return None, Hits(EMPTY, np.empty(0, np.int16))


def _taken_as(shelf: Shelf, taken: Way, term: Term, words: Vocabulary) -> Ids:
    key = ("otherwise", taken, term, id(words))
    kept = shelf.kept.get(key)
    if kept is None or kept[1] is not words:
        ids = taken(shelf, term, words)
        kept = shelf.kept.put(key, (ids, words), ids.nbytes + 500)
    return kept[0]  # type: ignore[no-any-return]


def _of_texts(shelf: Shelf, column: str, numbers: Sequence[int]) -> Ids:
    good = np.zeros(len(shelf.tables.of[column].texts), np.bool_)
    good[list(numbers)] = True
    return np.flatnonzero(good[shelf.column(column)]).astype(np.int32)


def _look_alike(shelf: Shelf, term: Term, words: Vocabulary) -> Ids:
    if not term.model or term.han:
        return EMPTY
    wanted = term.model.translate(words.alike)
    text, begins = _alike_models(shelf, words)
    at, places = text.find(wanted), []
    while at >= 0:
        places.append(at)
        at = text.find(wanted, at + 1)
    return _of_texts(shelf, "model", (np.searchsorted(begins, places, "right") - 1).tolist()) if places else EMPTY


def _alike_models(shelf: Shelf, words: Vocabulary) -> tuple[str, Any]:
    """All folded models with look-alikes made the same in one text, a line each, and where each begins."""
    table = shelf.tables.of["model"]
    key = ("alike", id(words))
    kept = shelf.kept.get(key)
    if kept is None or kept[1] is not words:
        forms = list(table.forms)
        text = "\n".join(forms).translate(words.alike)
        begins = np.cumsum([0, *(len(form) + 1 for form in forms)])
        kept = shelf.kept.put(key, ((text, begins), words), 2 * len(text) + begins.nbytes)
    return kept[0]  # type: ignore[no-any-return]


def _near(wanted: str, forms: Sequence[str], most: int) -> list[int]:
    """The places of the forms at most ``most`` typing errors away: one more, less, other, or two exchanged."""
    found = process.extract(wanted, forms, scorer=OSA.distance, score_cutoff=most, limit=None)
    return [place for _form, _distance, place in found]


def _one_error(shelf: Shelf, term: Term, _words: Vocabulary) -> Ids:
    """A model, or a word that is not of Han characters, one typing error away."""
    if term.han:
        return EMPTY
    found: list[Ids] = []
    if len(term.model) >= SHORTEST_WITH_ERROR:
        found.append(_of_texts(shelf, "model", _near(term.model, shelf.tables.of["model"].forms, 1)))
    if len(term.letters) >= SHORTEST_WITH_ERROR:
        for field in ("nm", "br", "mk", "rg", "ne"):
            known = shelf.words_from(field, "")
            found += [shelf.ids(field, known[place]) for place in _near(term.letters, known, 1)]
    return union(found)


def _two_errors(shelf: Shelf, term: Term, _words: Vocabulary) -> Ids:
    """A long model, two typing errors away."""
    if term.han or len(term.model) < LONG:
        return EMPTY
    return _of_texts(shelf, "model", _near(term.model, shelf.tables.of["model"].forms, 2))


def _in_parts(shelf: Shelf, term: Term, words: Vocabulary) -> Ids:
    """Letters that are read as two things of one registration, the first as long as can be: hongwaitanceqi."""
    if not 4 <= len(term.letters) <= LONGEST_READING:
        return EMPTY
    for at in range(len(term.letters) - 2, 1, -1):
        first = hits(shelf, reading_of(term.letters[:at], words)).ids
        if len(first) and len(ids := common((first, hits(shelf, reading_of(term.letters[at:], words)).ids))):
            return ids
    return EMPTY


def _same_sound(shelf: Shelf, term: Term, _words: Vocabulary) -> Ids:
    if not term.han or len(term.text) < 2 or not all(is_han(one) for one in term.text):
        return EMPTY
    found: list[Ids] = []
    for field, column in (("nm", "name"), ("br", "brand"), ("mk", "maker"), ("rg", "registrant")):
        said = shelf.sounds(field)
        lists: list[Ids] = []
        for first, second in zip(term.text, term.text[1:], strict=False):
            second_said = set(readings(second))
            pairs = {
                pair
                for spoken in readings(first)
                for one in said
                for pair in one.syllables.get(spoken, ())
                if not second_said.isdisjoint(readings(pair[1]))
            }
            lists.append(union(shelf.ids(field, pair) for pair in sorted(pairs)))
        ids = common(lists)
        if len(term.text) > 2:
            ids = confirmed(shelf, column, ids, lambda form: same_sound(form, term.text))
        found.append(ids)
    return union(found)


def _part(shelf: Shelf, term: Term, _words: Vocabulary) -> Ids:
    """Names with at least half of the term's pairs of neighbouring characters."""
    pairs = {term.text[place : place + 2] for place in range(len(term.text) - 1)}
    if not term.han or len(term.text) < 3:
        return EMPTY
    count = np.zeros(shelf.count, np.int16)
    for pair in pairs:
        count[shelf.ids("nm", pair)] += 1
    return np.flatnonzero((2 * count >= len(pairs)) & (count > 0)).astype(np.int32)


_WAYS: tuple[tuple[How, Way], ...] = (
    (How.LOOK_ALIKE, _look_alike),
    (How.TYPING_ERROR, _one_error),
    (How.TYPING_ERROR, _two_errors),
    (How.SOUND, _same_sound),
    (How.SOUND, _in_parts),
    (How.PART, _part),
)


def similar(shelf: Shelf, query: Query, words: Vocabulary, held: Any) -> list[Suggestion]:
    """At most ``MOST_SUGGESTED`` registrations whose number or model is what was typed but for a few characters."""
    found: list[Suggestion] = []
    for term in query.terms:
        if term.han or not term.model or held[hits(shelf, term).ids].any():
            continue
        places = common(
            (union(_taken_as(shelf, way, term, words) for way in (_look_alike, _one_error, _two_errors)), _ids(held))
        )
        near = sorted(
            (OSA.distance(term.model, shelf.form("model", place)), shelf.numbers[place], place)
            for place in places[:500].tolist()
        )
        found += [
            _suggestion(shelf, place, "model", term.model, shelf.form("model", place)) for _far, _number, place in near
        ]
        if term.number and len(tight := compact(term.number)) > 10:
            numbers = [number.replace("-", "") for number in shelf.numbers]
            for place in _near(tight, numbers, 1):
                if held[place]:
                    found.append(_suggestion(shelf, place, "number", tight, numbers[place]))
    return found[:MOST_SUGGESTED]


def _ids(held: Any) -> Ids:
    return np.flatnonzero(held).astype(np.int32)


def _suggestion(shelf: Shelf, place: int, what: str, typed: str, registered: str) -> Suggestion:
    def text(column: str) -> str:
        return shelf.tables.of[column].texts[int(shelf.column(column)[place])]

    return Suggestion(
        shelf.numbers[place], text("name"), text("model"), text("maker"), what, differing(typed, registered)
    )


def differing(typed: str, registered: str) -> tuple[tuple[int, str, str], ...]:
    """Where two folded texts differ: (place in ``typed``, what stands there, what is registered)."""
    from rapidfuzz.distance import Levenshtein

    return tuple(
        (step.src_start, typed[step.src_start : step.src_end], registered[step.dest_start : step.dest_end])
        for step in Levenshtein.opcodes(fold(typed), registered)
        if step.tag != "equal"
    )
