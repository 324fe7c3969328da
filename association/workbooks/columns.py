"""What a table should hold: a declared set of columns; and which column of somebody's own table is which. Pure.

A feature declares its set once (``ColumnSet``); headings are recognised by their spellings in Chinese and English,
whatever the width, case, spaces, brackets and units around them.
"""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from association.workbooks.parsers import Parser, text

MOST_ROWS = 10_000
MOST_COLUMNS = 256
IGNORED = ""  # what a person chooses for a column that is not to be read


@dataclass(frozen=True, slots=True)
class Field:
    """One column of the set.

    ``key`` as code knows it; ``label`` as people read it (source text); ``names`` the spellings of its heading;
    ``parse`` from a cell to a value; ``example`` and ``hint`` (source texts) for the template; ``choices`` its
    drop-down. ``exact`` marks what tells things apart (models, numbers): a row without any of them is no line.
    What does not ``decides`` anything never makes a line faulty: what cannot be read of it is remarked on and left.
    """

    key: str
    label: str
    names: tuple[str, ...]
    parse: Parser = field(default_factory=text)
    required: bool = False
    exact: bool = False
    decides: bool = True
    example: str = ""
    hint: str = ""
    choices: tuple[str, ...] = ()
    width: int = 14


@dataclass(frozen=True)
class ColumnSet:
    """The columns of one kind of table; ``key`` is stored with remembered mappings and never changes.

    ``either``: keys of which each row needs at least one (``required`` on a field means every row needs it); those that
    are ``unasked`` serve where they stand, and nobody is told to fill them in.
    ``titles``: keys that the title of a section fills, and nothing else: a list of goods, with parts, sums and signatures.
    ``once``: keys that each line of goods has once: rows that share such a cell and what tells goods apart, by merges, and
    have of their own only ``details``, are one line.
    """

    key: str
    title: str
    fields: tuple[Field, ...]
    either: tuple[str, ...] = ()
    unasked: frozenset[str] = frozenset()
    titles: tuple[str, ...] = ()
    once: tuple[str, ...] = ()
    details: tuple[str, ...] = ()
    most_rows: int = MOST_ROWS
    most_columns: int = MOST_COLUMNS

    @cached_property
    def by_key(self) -> Mapping[str, Field]:
        return {one.key: one for one in self.fields}

    @cached_property
    def spellings(self) -> Mapping[str, str]:
        """folded spelling: key."""
        return {fold_heading(name): one.key for one in self.fields for name in (*one.names, one.label, one.key)}

    @cached_property
    def asked_for(self) -> tuple[str, ...]:
        """Of ``either``, what people are told to fill in."""
        return tuple(key for key in self.either if key not in self.unasked)

    @cached_property
    def needed(self) -> frozenset[str]:
        return frozenset({one.key for one in self.fields if one.required} | set(self.either))

    def satisfied_by(self, keys: Iterable[str]) -> bool:
        """Whether these columns are enough to read lines from."""
        there = set(keys)
        required = {one.key for one in self.fields if one.required}
        return required <= there and (not self.either or bool(there & set(self.either)))


@dataclass(frozen=True, slots=True)
class Heading:
    """A column of somebody's table: where, what its heading says, and the field it was taken for (or none)."""

    column: int
    text: str
    key: str = ""
    certain: bool = True
    repeated: bool = False
    contested: bool = False  # another column claims the same field as well as this one


_BRACKETED = re.compile(r"[(（\[【<《].*?[)）\]】>》]")
_SIGNS = re.compile(r"[\s*＊:：;；,，.。、/／\\_\-—–|?？!！·'\"“”‘’]+")


def fold_heading(heading: str) -> str:
    """A heading without width, case, white space and signs: ``产品 型号*`` is ``产品型号``."""
    return _SIGNS.sub("", unicodedata.normalize("NFKC", heading).casefold())[:120]


def _bare(heading: str) -> str:
    """The same without what stands in brackets: ``数量（台）`` is ``数量``."""
    return fold_heading(_BRACKETED.sub("", unicodedata.normalize("NFKC", heading)))


_PARTED = re.compile(r"[/|、,;\n\r]+")
_NUMBERED = re.compile(r"^\s*\d{1,3}\s*[.．、)）]\s*")


def _said_more_than_once(columns: ColumnSet, heading: str) -> str | None:
    """The field that every part of a heading names: ``型号 Model``, ``厂家/制造商``; also behind a number of its own."""
    text = _NUMBERED.sub("", _BRACKETED.sub("", unicodedata.normalize("NFKC", heading)))
    han, latin = re.sub(r"[!-~]+", " ", text), re.sub(r"[^ -~\n]+", " ", text)
    for parts in (_PARTED.split(text), [han, latin]):
        said = {columns.spellings.get(folded) for part in parts if (folded := fold_heading(part))}
        if len(said) == 1 and (key := said.pop()):
            return key
    return None


def _says_otherwise(columns: ColumnSet, heading: str, key: str) -> bool:
    """Whether what stands in brackets is what another column that decides is called: ``生产厂家（品牌）`` may be either."""
    said = [
        columns.spellings.get(fold_heading(one[1:-1]))
        for one in _BRACKETED.findall(unicodedata.normalize("NFKC", heading))
    ]
    return any(one and one != key and columns.by_key[one].decides for one in said)


def recognise(columns: ColumnSet, headings: Sequence[tuple[int, str]]) -> tuple[Heading, ...]:
    """Which field each heading names. Each field is taken once: by the most exact spelling, then the leftmost column.

    Whole spellings count first, then those without what stands in brackets or said twice, then a long spelling within the heading
    (not certain: to be shown to the person).
    """
    wishes: list[tuple[int, bool, int, str]] = []
    for place, (_column, heading) in enumerate(headings):
        whole, bare = fold_heading(heading), _bare(heading)
        if not whole:
            continue
        if key := columns.spellings.get(whole):
            # The field's own name before any other that people give it: 型号 before 规格型号.
            wishes.append((0, whole != fold_heading(columns.by_key[key].label), place, key))
        elif bare and (key := columns.spellings.get(bare)):
            wishes.append((2 if _says_otherwise(columns, heading, key) else 1, True, place, key))
        elif key := _said_more_than_once(columns, heading):
            wishes.append((1, True, place, key))
        else:
            within = [
                (len(name), key)
                for name, key in columns.spellings.items()
                if len(name) >= (2 if not name.isascii() else 5) and name in (bare or whole)
            ]
            if within and len(bare or whole) <= 24:
                length, key = max(within, key=lambda one: (one[0], one[1]))
                wishes.append((100 - length, True, place, key))
    taken: dict[str, int] = {}
    given: dict[int, tuple[str, bool]] = {}
    repeated: set[int] = set()
    contested: set[int] = set()
    best: dict[str, tuple[int, bool]] = {}
    for worth, otherwise, place, key in sorted(wishes):
        if key not in taken:
            taken[key] = place
            best[key] = (worth, otherwise)
            given[place] = (key, worth <= 1)
        elif worth <= 1:
            repeated.add(place)
            # Of two that claim a field by other names than its own, or both by its own, neither is more likely.
            if columns.titles and columns.by_key[key].decides and (otherwise, best[key][1]) != (True, False):
                contested.add(taken[key])
    found = []
    for place, (column, heading) in enumerate(headings):
        key, certain = given.get(place, ("", True))
        doubtful = place in contested
        found.append(Heading(column, heading, key, certain and not doubtful, place in repeated, doubtful))
    return tuple(found)


def heading_keys(headings: Sequence[tuple[int, str]]) -> dict[int, str]:
    """By which word a choice names each column: its folded heading; of columns with the same heading the second and
    further ones with their number (``型号``, ``型号/2``): no heading folds to a word with such a sign in it."""
    found: dict[int, str] = {}
    times: Counter[str] = Counter()
    for column, heading in headings:
        folded = fold_heading(heading)
        times[folded] += 1
        found[column] = folded if times[folded] == 1 else f"{folded}/{times[folded]}"
    return found


def mapped(columns: ColumnSet, headings: Sequence[tuple[int, str]], chosen: Mapping[str, str]) -> tuple[Heading, ...]:
    """The same as a person chose it, by the words of ``heading_keys``. Headings not named in ``chosen`` are not read."""
    taken: set[str] = set()
    found = []
    words = heading_keys(headings)
    for column, heading in headings:
        key = chosen.get(words[column], IGNORED)
        if key not in columns.by_key or key in taken:
            key = IGNORED
        if key:
            taken.add(key)
        found.append(Heading(column, heading, key))
    return tuple(found)


def set_of_headings(headings: Sequence[tuple[int, str]]) -> str:
    """A mark for this set of headings, under which a mapping is remembered; order and place do not matter, but how often
    each stands there does: what a table with one 型号 was taken for says nothing of one with two."""
    folded = sorted(set(heading_keys([one for one in headings if fold_heading(one[1])]).values()))
    return hashlib.sha256("\n".join(folded).encode()).hexdigest()
