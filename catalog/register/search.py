"""Questions to the register in people's words: ``find`` and ``suggest``; ``docs/search.md`` tells how.

A search finds registration numbers; what a page shows of them it reads from the database. The interface::

    find(asked, on=, known_now=, seed=, number=1, per_page=20, facets=False) -> Found
    suggest(q, on=, known_now=, seed=, limit=8) -> list[Completion]
    marks(text, terms) -> [(begin, end)]            what to highlight in a text
    ready(), reindex(tick=), catch_up(), check()    the index: is it there, build it, bring it up to date, look at it
    zero_hits.note(q, found, today=)                a question without an answer, without whose it was
    rows.rows_of(numbers, on=, known=) -> [Row]     what a list shows, from the database

``Asked`` holds what is asked; every text may be empty. ``Found.numbers`` is the page in order, ``total`` exact,
``facets`` exact under all other filters, ``relaxed`` what had to be relaxed (a sentence on the page), ``did_you_mean``
similar numbers and models with the characters that differ, ``terms`` what to highlight (``marks``), ``seed`` the seed
that was used, ``stage`` one of ``STAGES``. Raises ``Unusable`` while there is no index.
"""

import threading
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from time import monotonic
from typing import Any

import numpy as np

from catalog.categories import queries as categories
from catalog.categories.rules import CatalogView
from catalog.register import following, generations, index, narrowing, relaxing
from catalog.register.following import Tick, no_tick
from catalog.register.generations import Unusable
from catalog.register.lexicon import Vocabulary, vocabulary
from catalog.register.matching import Hits, containing, hits
from catalog.register.narrowing import MOST_ATTRIBUTES
from catalog.register.ordering import RELEVANCE, SORTS, in_order
from catalog.register.plain import place_of, plain, plain_with_places, sounding, whole_place_of
from catalog.register.relaxing import Relaxed, Suggestion
from catalog.register.shelf import EMPTY, Ids, Shelf, common
from catalog.register.suggesting import Completion, complete
from catalog.register.terms import LONGEST_QUERY, WHOLE_PHRASE, Query, Term, read_query
from catalog.vocabulary import Standing

__all__ = [
    "LONGEST_QUERY",
    "MOST_ATTRIBUTES",
    "RELEVANCE",
    "SORTS",
    "Asked",
    "Completion",
    "Found",
    "Relaxed",
    "Suggestion",
    "Unusable",
    "catch_up",
    "check",
    "find",
    "marks",
    "ready",
    "reindex",
    "seed_of",
    "suggest",
]

# exact: every term in an accepted form. relaxed: some terms otherwise (``relaxed`` says which and how). most: the most
# terms that any registration holds, at least half. listed: nothing was typed. none: nothing found.
STAGES = ("exact", "relaxed", "most", "listed", "none")
SEED_DAYS = 31
# A register of this many numbers is indexed by whoever asks first; a larger one by the worker.
AT_ONCE = 2_000
LOOK_AGAIN_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked. ``attributes`` are (key, op, value) with op ``min``, ``max`` or ``is``, values as typed."""

    q: str = ""
    category: str = ""
    subtype: str = ""
    standing: Standing | None = None
    registrant: str = ""
    manufacturer: str = ""
    standard: str = ""
    origin: str = ""
    year: int | None = None
    attributes: tuple[tuple[str, str, str], ...] = ()
    sort: str = ""  # RELEVANCE when something was typed, else by number


@dataclass(frozen=True, slots=True)
class Found:
    """The answer; numbers are those of the page, in order."""

    numbers: tuple[str, ...]
    total: int
    seed: str
    stage: str
    sort: str
    terms: tuple[Term, ...] = ()
    relaxed: tuple[Relaxed, ...] = ()
    ignored: tuple[str, ...] = ()
    did_you_mean: tuple[Suggestion, ...] = ()
    facets: Mapping[str, Sequence[tuple[str, int]]] = field(default_factory=dict)
    without_filters: int = 0  # how many there are without the filters: more than ``total`` when these narrow
    phrases: tuple[str, ...] = ()  # terms written together, in plain form; they earn points where they stand whole


def seed_of(text: str, *, today: date) -> str:
    """The seed of a page: the day in its link, when that is one of the last ``SEED_DAYS``; else today."""
    try:
        day = date.fromisoformat(text) if len(text) == 10 else today
    except ValueError:
        day = today
    return day.isoformat() if today - timedelta(days=SEED_DAYS) < day <= today else today.isoformat()


# -- the index ----------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Open:
    stamp: tuple[Any, ...]
    shelf: Shelf
    entry: int
    hash: str
    looked: float


_opened: dict[str, _Open] = {}
_opening = threading.Lock()


def _shelf() -> Shelf:
    """The newest generation, after bringing the index up to date where that is little work. Raises Unusable."""
    for again in range(3):
        try:
            found = _newest(look=again > 0)
        except Unusable:
            if _caught_up(thorough=True) is None:
                # Another process is at it, or it is the worker's work.
                raise
            continue
        head = following.head()
        if (found.entry, found.hash) == (head.entry, head.hash) or (again and not _caught_up()):
            return found.shelf
    return _newest(look=True).shelf


def _caught_up(*, thorough: bool = False) -> int | None:
    try:
        return following.catch_up(wait=False, most=AT_ONCE, thorough=thorough)
    except OSError:
        # No room, or not ours to write: what there is goes on being read, and the worker's log says why.
        return None


def _newest(*, look: bool = False) -> _Open:
    where, now = str(generations.folder()), monotonic()
    found = _opened.get(where)
    if found is not None and not look and now - found.looked < LOOK_AGAIN_SECONDS:
        return found
    stamp = generations.stamp()
    if found is not None and stamp and found.stamp == stamp:
        found.looked = now
        return found
    with _opening:
        found = _opened.get(where)
        stamp = generations.stamp()
        if found is not None and stamp and found.stamp == stamp:
            return found
        place = generations.current()
        manifest, reader = index.opened(place)
        before = found.shelf if found is not None and stamp and found.stamp[:1] == stamp[:1] else None
        _opened[where] = opened = _Open(stamp, Shelf(reader, before=before), manifest.entry, manifest.hash, now)
        return opened


def catch_up(_now: datetime | None = None) -> int:
    """Bring the index up to the register, whatever it takes; a chore. How many registrations were written."""
    return following.catch_up(wait=False) or 0


def check() -> int:
    """The same, every file of the index looked at: the day's work."""
    return following.catch_up(thorough=True) or 0


def reindex(*, tick: Tick = no_tick) -> int:
    """Build the index anew; how many registrations it holds."""
    return following.rebuild(tick=tick)


def ready() -> str:
    """Why searches cannot be answered; empty when they can."""
    try:
        _shelf()
    except Unusable as why:
        return f"search index: {why.why} (the worker builds it; or run `flask register reindex`)"
    return ""


# -- find ---------------------------------------------------------------------------------------------------


def words_of(*, on: date, known_now: datetime) -> Vocabulary:
    """The words of the catalog on a day, as known now."""
    view = categories.known_at(known_now)
    kept = _words.get(view)
    if kept is None:
        if len(_words) > 4:
            _words.clear()
        kept = _words[view] = {}
    found = kept.get(on)
    if found is None:
        if len(kept) > 60:
            kept.clear()
        found = kept[on] = vocabulary(view, on)
    return found


_words: dict[Any, dict[date, Vocabulary]] = {}


def find(
    asked: Asked,
    *,
    on: date,
    known_now: datetime,
    seed: str,
    number: int = 1,
    per_page: int = 20,
    facets: bool = False,
) -> Found:
    """One page of the registrations that hold every term in an accepted form and stand under all filters on ``on``.

    Where none holds every term, terms are relaxed, and the answer says which and how.
    """
    shelf = _shelf()
    words = words_of(on=on, known_now=known_now)
    key = ("found", asked, on, seed, number, per_page, facets, id(words))
    kept = shelf.kept.get(key)
    # The vocabulary is kept with its answer, so that its identity is nobody else's.
    if kept is not None and kept[1] is words:
        return kept[0]  # type: ignore[no-any-return]
    found = _find(shelf, words, asked, on, known_now, seed, number, per_page, facets)
    shelf.kept.put(key, (found, words), 4_000 + 40 * per_page)
    return found


def _find(
    shelf: Shelf,
    words: Vocabulary,
    asked: Asked,
    on: date,
    known_now: datetime,
    seed: str,
    number: int,
    per_page: int,
    facets: bool,
) -> Found:
    query = _read(shelf, asked.q, words)
    held = shelf.held_on(on.toordinal())
    sort = asked.sort or (RELEVANCE if query.terms else "number")
    stage = "listed"
    relaxed: tuple[Relaxed, ...] = ()
    similar: list[Suggestion] = []
    if not query.terms and asked.q.strip():
        # Signs alone are in no text.
        answer = Hits(EMPTY, np.empty(0, np.int16))
    elif not query.terms:
        answer = Hits(np.flatnonzero(held).astype(np.int32), np.zeros(int(held.sum()), np.int16))
    else:
        answer = _all_terms(shelf, query, held)
        stage = "exact"
        if not len(answer.ids):
            answer, stage, relaxed = relaxing.relax(shelf, query, words, held)
        if stage != "exact" or len(answer.ids) == 0:
            similar = relaxing.similar(shelf, query, words, held)
    narrowed = narrowing.narrow(shelf, answer.ids, asked, on=on, view=categories.known_at(known_now))
    chosen = narrowed.all()
    ids, points = answer.ids[chosen], answer.points[chosen]
    page = in_order(shelf, Hits(ids, points), sort, on=on, seed=seed, begin=(number - 1) * per_page, count=per_page)
    return Found(
        tuple(shelf.numbers[place] for place in page),
        len(ids),
        seed,
        stage if len(answer.ids) else "none",
        sort,
        query.terms,
        tuple(relaxed),
        query.ignored,
        tuple(similar),
        narrowed.facets() if facets else {},
        len(answer.ids),
        query.phrases,
    )


def _read(shelf: Shelf, q: str, words: Vocabulary) -> Query:
    key = ("query", q, id(words))
    kept = shelf.kept.get(key)
    if kept is None or kept[1] is not words:
        kept = shelf.kept.put(key, (read_query(q, words), words), 2_000 + 4 * len(q))
    return kept[0]  # type: ignore[no-any-return]


def _all_terms(shelf: Shelf, query: Query, held: Any) -> Hits:
    """What holds every term, with the points of all terms and of whole phrases together."""
    found = [hits(shelf, term) for term in query.terms]
    if len(found) == 1:
        here = held[found[0].ids]
        ids = found[0].ids[here]
        return Hits(ids, found[0].points[here] + phrase_points(shelf, query, ids))
    ids = common(one.ids for one in found)
    ids = ids[held[ids]]
    return Hits(ids, points_of(shelf, found, ids) + phrase_points(shelf, query, ids))


def points_of(shelf: Shelf, found: Sequence[Hits], ids: Ids) -> Any:
    """The points of several terms together, for documents ``ids`` that hold them all."""
    points = np.zeros(len(ids), np.int16)
    board = np.zeros(shelf.count, np.int16)
    for one in found:
        board[one.ids] = one.points
        points += board[ids]
    return points


def phrase_points(shelf: Shelf, query: Query, ids: Ids) -> Any:
    """More for documents in which terms that were typed together stand together."""
    points = np.zeros(len(ids), np.int16)
    for phrase in query.phrases:
        together = np.zeros(shelf.count, np.bool_)
        for name, column in (("nm", "name"), ("br", "brand"), ("mk", "maker")):
            together[containing(shelf, name, column, phrase)] = True
        points[together[ids]] += WHOLE_PHRASE
    return points


# -- suggest ------------------------------------------------------------------------------------------------


def suggest(q: str, *, on: date, known_now: datetime, seed: str, limit: int = 8) -> list[Completion]:
    """Completions of what is typed, among the registrations as they stand on a day. Raises Unusable."""
    shelf = _shelf()
    words = words_of(on=on, known_now=known_now)
    key = ("suggest", q, on, seed, limit, id(words))
    kept = shelf.kept.get(key)
    if kept is None or kept[1] is not words:
        view = categories.known_at(known_now)
        names = [(kind, code, name) for kind, code, *both in _names(view, on) for name in both if name]
        found = complete(shelf, q, names, on=on.toordinal(), seed=seed, limit=limit)
        kept = shelf.kept.put(key, (found, words), 2_000)
    return list(kept[0])


def _names(view: CatalogView, on: date) -> Iterator[tuple[str, str, str, str]]:
    for one in view.classes(on):
        yield "category", one.code, one.name_zh, one.name_en
        for kind in view.subtypes(one.code, on):
            yield "subtype", f"{one.code}.{kind.code}", kind.name_zh, kind.name_en


# -- highlights ---------------------------------------------------------------------------------------------


def marks(text: str, terms: Sequence[Term], *, limit: int = 20) -> list[tuple[int, int]]:
    """The places (begin, end) in ``text``, as it is shown, that hold one of the terms; apart and in order."""
    shown, places = plain_with_places(text[:1000])
    found: set[int] = set()
    for term in terms:
        tight = "".join(one for one in shown if one != " ")
        at_tight = [place for one, place in zip(shown, places, strict=True) if one != " "]
        for wanted, holding in ((term.text, place_of), *((word, whole_place_of) for word in term.same)):
            begin = 0
            while wanted and (at := holding(shown, wanted, begin)) >= 0:
                begin = at + len(wanted)
                found.update(places[at:begin])
        code = plain(term.model).replace(" ", "")
        if len(code) > 1 and not term.han and (at := tight.find(code)) >= 0:
            found.update(at_tight[at : at + len(code)])
        if term.letters:
            for begin, end in sounding(shown, term.letters):
                found.update(places[begin:end])
    return _spans(sorted(found), text)[:limit]


def _spans(places: Sequence[int], text: str) -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for place in places:
        # Separators inside of what is marked are marked with it.
        if spans and not any(one.isalnum() for one in text[spans[-1][1] : place]):
            spans[-1] = (spans[-1][0], place + 1)
        else:
            spans.append((place, place + 1))
    return spans
