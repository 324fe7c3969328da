"""One generation of the search index in memory: columns and posting lists as arrays. Nothing here is ever changed.

A document has a place (0, 1, 2 …) over all segments. Segments never change, so what was read of one serves every
generation that still has it. Texts are kept once (``Table``), and documents name them by number.
"""

import re
import threading
from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar

import numpy as np

from association.kernel.numbers import fold
from catalog.register.documents import Stored
from catalog.register.index import ids_of
from catalog.register.plain import is_han, plain, readings
from catalog.vocabulary import Standing

T = TypeVar("T")
Ids = np.ndarray[Any, np.dtype[np.int32]]
Mask = np.ndarray[Any, np.dtype[np.bool_]]
EMPTY: Ids = np.empty(0, np.int32)
TEXTS = ("name", "name_en", "brand", "model", "maker", "registrant")
CODES = ("maker_uscc", "registrant_uscc", "category", "subtype", "origin")
NUMBERS = ("begins", "ends", "first_day")
MOST_SEEDS = 3
# Letters of the prefix, digits, and perhaps the check character.
_PART_OF_NUMBER = re.compile(r"([A-Z]*)\d*[A-Z]?")
LAPSED, NOT_YET = list(Standing).index(Standing.LAPSED), list(Standing).index(Standing.NOT_YET_VALID)


class Table:
    """Every text of a column once, by number; it only grows. ``form`` is the form in which its texts are searched."""

    def __init__(self, form: Callable[[str], str] = plain) -> None:
        self.texts: list[str] = []
        self.forms: list[str] = []
        self._form, self._of = form, dict[str, int]()
        self._ranks: Ids = EMPTY
        self._lengths: Ids = EMPTY

    def number_of(self, text: str) -> int:
        """The number of a text, new when it is."""
        number = self._of.get(text)
        if number is None:
            number = self._of[text] = len(self.texts)
            self.texts.append(text)
            self.forms.append(self._form(text))
        return number

    def numbers_of(self, texts: Sequence[str]) -> Ids:
        """The numbers of many texts."""
        for text in dict.fromkeys(texts):
            self.number_of(text)
        return np.fromiter(map(self._of.__getitem__, texts), np.int32, len(texts))

    def known(self, text: str) -> int | None:
        """The number of a text that some document has."""
        return self._of.get(text)

    def ranks(self) -> Ids:
        """The place of each text in the order of all."""
        if len(self._ranks) != len(self.texts):
            count = len(self.texts)
            ranks = np.empty(count, np.int32)
            ranks[sorted(range(count), key=self.texts.__getitem__)] = np.arange(count, dtype=np.int32)
            self._ranks = ranks
        return self._ranks

    def lengths(self) -> Ids:
        """How long the searched form of each text is."""
        if len(self._lengths) != len(self.forms):
            self._lengths = np.fromiter(map(len, self.forms), np.int32)
        return self._lengths


class Tables:
    """The tables of all columns, shared by the generations of one index."""

    def __init__(self) -> None:
        self.of: dict[str, Table] = {name: Table() for name in (*TEXTS, *CODES)}
        self.of["model"] = Table(fold)
        self.of["standard"] = Table()


class Kept:
    """A small memory of answers: what was not asked for longest goes first. Sizes are in bytes, roughly."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[Hashable, tuple[Any, int]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: Hashable) -> Any:
        found = self._kept.get(key)
        if found is None:
            return None
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
        return found[0]

    def put(self, key: Hashable, value: Any, size: int) -> Any:
        with self._lock:
            old = self._kept.pop(key, None)
            self._size += size - (old[1] if old else 0)
            self._kept[key] = (value, size)
            while self._size > self._most and len(self._kept) > 1:
                self._size -= self._kept.popitem(last=False)[1][1]
        return value


class Segment:
    """What was read of one segment of the index."""

    def __init__(self, leaf: Any, tables: Tables) -> None:
        self.leaf = leaf
        count = self.count = leaf.doc_count_all()
        stored = [leaf.stored_fields(place)["of"] for place in range(count)]
        # Whole columns under the names of a document's fields.
        of: Any = Stored(*zip(*stored, strict=True))  # type: ignore[arg-type]
        self.numbers = list(of.number)
        self.columns: dict[str, Any] = {name: np.array(getattr(of, name), np.int32) for name in NUMBERS}
        self.columns["key"] = np.array(of.key, np.int64)
        for name in (*TEXTS, *CODES):
            self.columns[name] = tables.of[name].numbers_of(getattr(of, name))
        stands = [(place, *stand) for place, row in enumerate(of.stands) for stand in row]
        self.stands = np.array(stands, np.int32).reshape(-1, 4)
        number_of = tables.of["standard"].number_of
        named = [(place, number_of(one)) for place, row in enumerate(of.standards) for one in row]
        self.standards = np.array(named, np.int32).reshape(-1, 2)
        self._postings = Kept(64 << 20)
        # The library's readers have one place in a file: one thread at a time, whichever generations it serves.
        self._reading = threading.RLock()
        self._made: dict[Hashable, Any] = {}
        self._lots = Kept(MOST_SEEDS)

    def ids(self, field: str, token: str) -> Ids:
        """The documents that hold a token; deleted ones are among them."""
        found: Ids | None = self._postings.get((field, token))
        if found is None:
            with self._reading:
                found = ids_of(self.leaf, field, token)
            self._postings.put((field, token), found, found.nbytes + 200)
        return found

    def lexicon(self, field: str) -> list[str]:
        """Every token of a field, in order."""
        return self._once(("lexicon", field), lambda: [token.decode() for token in self.leaf.lexicon(field)])

    def words(self, field: str) -> list[str]:
        """The words of a field that are not of Han characters, in order."""
        return self._once(("words", field), lambda: [token for token in self.lexicon(field) if not is_han(token)])

    def sounds(self, field: str) -> "Sounds":
        """How the Han tokens of a field are read."""
        return self._once(("sounds", field), lambda: sounds_of(self.lexicon(field)))

    def compact_numbers(self) -> tuple[str, Any]:
        """All numbers without separators in one text, a line each, and where each begins."""

        def joined() -> tuple[str, Any]:
            tight = [number.replace("-", "") for number in self.numbers]
            return "\n".join(tight), np.cumsum([0, *(len(one) + 1 for one in tight)])

        return self._once("numbers", joined)

    def prefixes(self) -> set[str]:
        """The letters with which its numbers begin."""
        return self._once("prefixes", lambda: {number.partition("-")[0] for number in self.numbers})

    def lots(self, seed: str) -> Any:
        """What a seed draws for each document (``ordering``); zero where nobody asked yet."""
        drawn = self._lots.get(seed)
        return self._lots.put(seed, np.zeros(self.count, np.uint64), 1) if drawn is None else drawn

    def _once(self, key: Hashable, make: Callable[[], T]) -> T:
        found: T | None = self._made.get(key)
        if found is None:
            with self._reading:
                found = self._made[key] = make()
        return found


class Sounds(NamedTuple):
    """Tokens of a field by what is said: pairs by both initials, pairs by the first syllable, characters by theirs."""

    initials: dict[str, list[str]]
    syllables: dict[str, list[str]]
    single: dict[str, list[str]]


def sounds_of(tokens: Iterable[str]) -> Sounds:
    """How Han tokens are read."""
    found = Sounds({}, {}, {})
    for token in tokens:
        if not is_han(token):
            continue
        if len(token) == 1:
            for said in set(readings(token)):
                found.single.setdefault(said, []).append(token)
            continue
        first, second = set(readings(token[0])), set(readings(token[1]))
        for said in first:
            found.syllables.setdefault(said, []).append(token)
        for letters in {one[:1] + other[:1] for one in first for other in second}:
            found.initials.setdefault(letters, []).append(token)
    return found


class Shelf:
    """One generation of the index: everything that a question needs."""

    def __init__(self, reader: Any, *, before: "Shelf | None" = None) -> None:
        self.tables: Tables = before.tables if before is not None else Tables()
        kept: dict[str, Segment] = dict(before.segments) if before is not None else {}
        self.segments: dict[str, Segment] = {}
        self.bases: list[int] = []
        self.kept = Kept(64 << 20)
        alive: list[Mask] = []
        base = 0
        for leaf, _base in reader.leaf_readers() if reader.doc_count_all() else ():
            name = leaf.segment().segment_id()
            segment = self.segments[name] = kept.get(name) or Segment(leaf, self.tables)
            self.bases.append(base)
            base += segment.count
            here = np.ones(segment.count, np.bool_)
            if leaf.has_deletions():
                here[:] = False
                here[np.fromiter(leaf.all_doc_ids(), np.int32)] = True
            alive.append(here)
        self.count = base
        self.alive: Mask = np.concatenate(alive) if alive else np.empty(0, np.bool_)
        self._columns: dict[str, Any] = {}
        self.numbers: list[str] = [number for segment in self.segments.values() for number in segment.numbers]
        self.stands = self._of_places("stands", 4)
        self.standards = self._of_places("standards", 2)

    def _of_places(self, name: str, width: int) -> Any:
        parts = []
        for base, segment in zip(self.bases, self.segments.values(), strict=True):
            part = getattr(segment, name).copy()
            part[:, 0] += base
            parts.append(part)
        return np.concatenate(parts) if parts else np.empty((0, width), np.int32)

    def column(self, name: str) -> Any:
        """A column over all documents."""
        found = self._columns.get(name)
        if found is None:
            if name == "year":
                found = (self.column("key") // 100_000 % 10_000).astype(np.int32)
            else:
                parts = [segment.columns[name] for segment in self.segments.values()]
                found = np.concatenate(parts) if parts else EMPTY
            self._columns[name] = found
        return found

    def form(self, column: str, place: int) -> str:
        """The searched form of a text of a document."""
        return self.tables.of[column].forms[int(self.column(column)[place])]

    # -- posting lists

    def ids(self, field: str, token: str) -> Ids:
        """The documents that hold a token, in order; deleted ones are among them."""
        key = (field, token)
        found: Ids | None = self.kept.get(key)
        if found is None:
            parts = [
                segment.ids(field, token) + np.int32(base) if base else segment.ids(field, token)
                for base, segment in zip(self.bases, self.segments.values(), strict=True)
            ]
            found = parts[0] if len(parts) == 1 else np.concatenate(parts) if parts else EMPTY
            self.kept.put(key, found, found.nbytes + 200)
        return found

    def lexicon(self, field: str) -> list[str]:
        """Every token of a field: some may be of deleted documents alone."""
        key = ("lexicon", field)
        found: list[str] | None = self.kept.get(key)
        if found is None:
            found = sorted({token for segment in self.segments.values() for token in segment.lexicon(field)})
            self.kept.put(key, found, 80 * len(found))
        return found

    def words_from(self, field: str, start: str) -> list[str]:
        """The words of a field, not of Han characters, that begin so."""
        found: dict[str, None] = {}
        for segment in self.segments.values():
            words = segment.words(field)
            at = bisect_left(words, start)
            while at < len(words) and words[at].startswith(start):
                found[words[at]] = None
                at += 1
        return list(found)

    def sounds(self, field: str) -> list[Sounds]:
        """How the Han tokens of a field are read, by segments."""
        return [segment.sounds(field) for segment in self.segments.values()]

    def numbers_with(self, part: str) -> Ids:
        """The documents whose registration number, without separators, has ``part`` in it."""
        found: list[Ids] = []
        shape = _PART_OF_NUMBER.fullmatch(part)
        for base, segment in zip(self.bases, self.segments.values(), strict=True):
            # Most models are no part of any number, and their shape tells.
            if shape is None or not any(prefix.endswith(shape[1]) for prefix in segment.prefixes()):
                continue
            text, begins = segment.compact_numbers()
            at, places = text.find(part), []
            while at >= 0:
                places.append(at)
                at = text.find(part, at + 1)
            if places:
                found.append(np.unique(np.searchsorted(begins, places, "right") - 1).astype(np.int32) + np.int32(base))
        return np.concatenate(found) if found else EMPTY

    def lots(self, seed: str, ids: Ids, draw: Callable[[str, str], int]) -> Any:
        """What the seed draws for documents; each is drawn once."""
        found = np.empty(len(ids), np.uint64)
        for base, segment in zip(self.bases, self.segments.values(), strict=True):
            here = np.flatnonzero((ids >= base) & (ids < base + segment.count))
            if not len(here):
                continue
            drawn, places = segment.lots(seed), ids[here] - base
            missing = places[drawn[places] == 0]
            if len(missing):
                numbers = segment.numbers
                drawn[missing] = [draw(seed, numbers[place]) for place in missing.tolist()]
            found[here] = drawn[places]
        return found

    def order(self) -> Ids:
        """The place of each document in the order of numbers."""
        found = self._columns.get("order")
        if found is None:
            found = np.empty(self.count, np.int32)
            found[np.argsort(self.column("key"), kind="stable")] = np.arange(self.count, dtype=np.int32)
            self._columns["order"] = found
        return found

    # -- days

    def held_on(self, on: int) -> Mask:
        """Which documents say what held on a day: one of each registration."""
        key = ("held", on)
        found = self.kept.get(key)
        if found is None:
            found = self.alive & (self.column("begins") <= on) & (self.column("ends") >= on)
            self.kept.put(key, found, self.count)
        return found  # type: ignore[no-any-return]

    def standing_on(self, on: int) -> Any:
        """The standing (its place in the vocabulary) of every document's registration on a day."""
        key = ("standing", on)
        found = self.kept.get(key)
        if found is None:
            found = np.where(self.column("first_day") > on, NOT_YET, LAPSED).astype(np.int8)
            rows = self.stands
            rows = rows[(rows[:, 1] <= on) & (rows[:, 2] >= on)]
            found[rows[:, 0]] = rows[:, 3]
            self.kept.put(key, found, self.count)
        return found


def union(lists: Iterable[Ids]) -> Ids:
    """What is in any of several lists, once, in order."""
    parts = [one for one in lists if len(one)]
    if not parts:
        return EMPTY
    if len(parts) == 1:
        return parts[0]
    return np.unique(np.concatenate(parts))


def common(lists: Iterable[Ids]) -> Ids:
    """What is in all of several lists, in order."""
    parts = sorted(lists, key=len)
    if not parts:
        return EMPTY
    found = parts[0]
    for other in parts[1:]:
        if not len(found):
            break
        if 20 * len(found) < len(other):
            at = np.searchsorted(other, found)
            at[at == len(other)] = 0
            found = found[other[at] == found]
        else:
            there = np.zeros(max(int(other[-1]), int(found[-1])) + 1, np.bool_)
            there[other] = True
            found = found[there[found]]
    return found
