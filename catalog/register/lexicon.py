"""The words of the catalog, as a search understands them on a day: what means the same, names of classes and kinds, values
of attributes, units, characters that look alike. They come from the dated facts of the catalog: what the staff change
holds at the next question. Pure.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import product
from math import prod

from catalog.categories.rules import CatalogView
from catalog.register.plain import is_han, plain, readings


def standard_keys(standard: str) -> tuple[str, ...]:
    """The forms in which a standard's number is compared, with its /T and without: ``GB/T 10408.8-2008``."""
    key = standard_key(standard)
    without = re.sub(r"^(G[BA]|[A-Z]{2})T(?=\d)", r"\1", key)
    return (key,) if key == without else (key, without)


def standard_key(text: str) -> str:
    """Letters, digits, inner dots and hyphens of a standard's number, upper case."""
    shown = unicodedata.normalize("NFKC", text).upper().replace("—", "-").replace("–", "-")
    return re.sub(r"[^0-9A-Z.\-\u3400-\u9fff]", "", shown).strip(".-")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The words of the catalog on a day, in plain form."""

    same: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    classes: tuple[tuple[str, str], ...] = ()  # (plain name, "01" or "01.passive_infrared")
    other_names: Mapping[str, frozenset[str]] = field(default_factory=dict)
    choices: tuple[tuple[str, str], ...] = ()  # (plain name, "link=wireless")
    units: Mapping[str, frozenset[str]] = field(default_factory=dict)  # unit, lower case -> keys of attributes
    alike: Mapping[int, str] = field(default_factory=dict)  # for str.translate: one character for each group
    words: frozenset[str] = frozenset()
    read: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # whole reading without tones -> words
    longest: int = 0
    sayings: re.Pattern[str] | None = None  # words of several words: access control


_CHINESE_UNITS = {
    "m": "米",
    "mm": "毫米",
    "cm": "厘米",
    "v": "伏",
    "w": "瓦",
    "kg": "公斤",
    "h": "小时",
    "s": "秒",
    "ms": "毫秒",
}


def vocabulary(view: CatalogView, on: date) -> Vocabulary:
    """The words of the catalog as ``view`` knows it, that hold on that day."""
    same: dict[str, dict[str, None]] = {}
    for group in view.synonyms(on):
        meant = [plain(word) for word in group.words if plain(word)]
        for word in meant:
            same.setdefault(word, {}).update((other, None) for other in meant if other != word)
    classes: list[tuple[str, str]] = []
    others: dict[str, set[str]] = {}
    choices: list[tuple[str, str]] = []
    units: dict[str, set[str]] = {}
    for one in view.classes(on):
        classes += [(plain(name), one.code) for name in (one.name_zh, one.name_en) if name]
        for name in one.other_names_zh:
            others.setdefault(plain(name), set()).add(one.code)
        for kind in view.subtypes(one.code, on):
            classes += [(plain(name), f"{one.code}.{kind.code}") for name in (kind.name_zh, kind.name_en) if name]
        for attribute in view.class_attributes(one.code):
            for value in attribute.allowed or ():  # also what is allowed no longer: it stands in facts
                choices += [
                    (plain(name), f"{attribute.key}={value.code}") for name in (value.name_zh, value.name_en) if name
                ]
            if attribute.unit:
                unit = unicodedata.normalize("NFKC", attribute.unit).lower()
                for written in {unit, _CHINESE_UNITS.get(unit, unit)}:
                    units.setdefault(written, set()).add(attribute.key)
    named = [name for name, _code in classes if is_han(name) and len(name) <= 12]
    words = frozenset(word for word in (*same, *others, *named) if len(word) > 1 and is_han(word))
    return Vocabulary(
        {word: tuple(group) for word, group in same.items()},
        tuple(classes),
        {name: frozenset(codes) for name, codes in others.items()},
        tuple(choices),
        {unit: frozenset(keys) for unit, keys in units.items()},
        _alike(view.confusable_groups()),
        words,
        _read(words),
        max(map(len, words), default=0),
        _sayings(word for word in same if " " in word),
    )


# Words of many characters with several readings each would be read in thousands of ways; nobody types those.
_MOST_READINGS = 64


def _read(words: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """How words of Han characters are read, with any reading of each character."""
    found: dict[str, list[str]] = {}
    for word in sorted(words):
        said = [readings(one) for one in word] if all(map(is_han, word)) else []
        if said and prod(map(len, said)) <= _MOST_READINGS:
            for way in {"".join(way) for way in product(*said)}:
                found.setdefault(way, []).append(word)
    return {way: tuple(group) for way, group in found.items()}


def _sayings(found: Iterable[str]) -> re.Pattern[str] | None:
    either = "|".join(re.escape(saying).replace(r"\ ", r"\s+") for saying in sorted(found, key=len, reverse=True))
    return re.compile(rf"(?<![0-9A-Za-z])(?:{either})(?![0-9A-Za-z])", re.IGNORECASE) if either else None


def _alike(groups: Iterable[frozenset[str]]) -> dict[int, str]:
    """Groups that share a character are one; each of their characters becomes the smallest."""
    joined: list[set[str]] = []
    for group in groups:
        together = {one.upper() for one in group}
        apart = []
        for other in joined:
            if together & other:
                together |= other
            else:
                apart.append(other)
        joined = [*apart, together]
    return {ord(one): min(group) for group in joined for one in group if len(one) == 1}
