"""A search that looks at every registration, written from docs/search.md alone, to hold the real one against.

The forms, points and order are those of the program that the public gets (``catalog/data/recompute_order.py``); here
are the words of the catalog, read from its file. Slow and plain on purpose.
"""

import copy
import importlib.util
import json
import re
import sys
import unicodedata
from collections.abc import Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import opencc
from pypinyin import Style, pinyin

from association.kernel.numbers import read_registration_number, uscc_fault
from bench.fictional import Product as Made

ROOT = Path(__file__).parents[3]
PROGRAM = ROOT / "catalog" / "data" / "recompute_order.py"


def program() -> Any:
    """The stand-alone program, as a module."""
    if "recompute_order" not in sys.modules:
        spec = importlib.util.spec_from_file_location("recompute_order", PROGRAM)
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules["recompute_order"] = module
        spec.loader.exec_module(module)
    return sys.modules["recompute_order"]


class _Simple(dict[str, str]):
    def get(self, one: str, _default: Any = None) -> str:
        if one not in self:
            self[one] = opencc.OpenCC("t2s").convert(one) if not one.isascii() else one
        return self[one]


class _Said(dict[str, tuple[str, ...]]):
    def get(self, one: str, _default: Any = None) -> tuple[str, ...]:
        if one not in self:
            self[one] = tuple(
                said.replace("ü", "v") for said in pinyin(one, style=Style.NORMAL, heteronym=True)[0]
            )  # fmt: skip
        return self[one]


@cache
def characters() -> Any:
    return program().Characters(_Simple(), _Said())


def plain(text: str) -> str:
    return str(program().plain(text, characters()))


UNITS = {
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


def _wholly(word: str, letters: str) -> bool:
    if not word or not letters:
        return word == letters
    if not program().ONE_HAN.match(word):
        return False
    said = characters().said.get(word[0])
    return any(letters.startswith(one) and _wholly(word[1:], letters[len(one) :]) for one in said)


class Words:
    """The words of the catalog on a day, from its file."""

    def __init__(self, on: date) -> None:
        file = json.loads((ROOT / "catalog" / "data" / "catalog.json").read_text(encoding="utf-8"))

        def holding(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
            day = on.isoformat()
            return [
                one for one in rows if (one.get("from") or "") <= day and (not one.get("until") or one["until"] >= day)
            ]

        self.groups = [[plain(word) for word in one["words"]] for one in holding(file["synonyms"])]
        self.names: list[tuple[str, str]] = []
        self.others: list[tuple[str, str]] = []
        self.choices: list[tuple[str, str]] = []
        self.units: list[tuple[str, str]] = []
        for one in holding(file["classes"]):
            self.names += [(plain(one[key]), one["code"]) for key in ("name_zh", "name_en") if one.get(key)]
            self.others += [(plain(name), one["code"]) for name in one.get("other_names_zh") or ()]
            for kind in holding(one["subtypes"]):
                code = f"{one['code']}.{kind['code']}"
                self.names += [(plain(kind[key]), code) for key in ("name_zh", "name_en") if kind.get(key)]
            for attribute in one["attributes"]:
                for value in attribute.get("allowed") or ():
                    text = f"{attribute['key']}={value['code']}"
                    self.choices += [(plain(value[key]), text) for key in ("name_zh", "name_en") if value.get(key)]
                if unit := unicodedata.normalize("NFKC", attribute.get("unit") or "").lower():
                    self.units += [(unit, attribute["key"]), (UNITS.get(unit, unit), attribute["key"])]

    def same(self, word: str) -> list[str]:
        return [other for group in self.groups if word in group for other in group if other != word]

    def read_as(self, letters: str) -> list[str]:
        """The words of the catalog of at least two Han characters that are read so as a whole."""
        if not re.fullmatch("[a-z]{2,}", letters):
            return []
        named = [name for name, _code in self.names if len(name) <= 12]
        every = {*named, *(name for name, _code in self.others), *(word for group in self.groups for word in group)}
        return [word for word in sorted(every) if len(word) > 1 and _wholly(word, letters)]

    def classes(self, word: str, same: list[str]) -> list[str]:
        han = program().ONE_HAN.match(word)
        if han:
            found = [code for name, code in self.names if len(word) > 1 and word in name]
        else:
            found = [code for name, code in self.names if f" {word}" in f" {name}"]
        return [
            *found,
            *(code for name, code in self.names if name in same),
            *(code for name, code in self.others if name == word or name in same),
        ]

    def term(self, typed: str) -> dict[str, Any]:
        """Everything that a term may be, as docs/search.md says."""
        text = plain(typed)
        model, tight = program().model_form(typed), program().tight(typed)
        same = self.same(text)
        for word in self.read_as(text):
            same += [word, *self.same(word)]
        term: dict[str, Any] = {"text": text, "model": model if len(model) > 1 else "", "same": same}
        if program().ONE_HAN.match(text):
            return term | {
                "classes": self.classes(text, same),
                "values": [value for name, value in self.choices if name == text],
            }
        number = read_registration_number(typed).number
        part = tight if 5 <= len(tight) <= 20 and re.search(r"\d", tight) else ""
        shown = unicodedata.normalize("NFKC", typed).upper().replace("—", "-").replace("–", "-")
        standard = re.sub(r"[^0-9A-Z.\-]", "", shown).strip(".-")
        measure = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(.{1,4})", unicodedata.normalize("NFKC", typed).lower())
        return term | {
            "number": number or part,
            "whole_number": number is not None,
            "uscc": tight if uscc_fault(tight) is None else "",
            "standard": standard if len(standard) > 3 and re.search(r"\d", standard) else "",
            "letters": text if len(text) > 1 and re.fullmatch("[a-z]+", text) else "",
            "classes": self.classes(text, same) if len(text) > 2 or same else [],
            "values": [value for name, value in self.choices if name == text and len(text) > 2],
            "measures": [
                (key, float(measure.group(1))) for unit, key in self.units if measure and unit == measure.group(2)
            ],
        }


def products(numbers: Iterable[str], made: Iterable[Made], on: date) -> list[Any]:
    """Every registration as it was on a day, in the forms in which it is compared."""
    found = []
    for number, entries in zip(numbers, made, strict=True):
        feed = [
            {"entry": place, "kind": one.kind.value, "effective_from": one.effective_from.isoformat(), "facts": one.facts}
            for place, one in enumerate(entries)
        ]  # fmt: skip
        found.append(program().Product(number, program().facts_on(feed, on.isoformat()), characters()))
    return found


# -- many registrations -------------------------------------------------------------------------------------


class Scan:
    """The same over many registrations: of each column its different texts are looked at, by the same program.

    A registration has the points of its best form, so those of a product that has this one column and no other are a
    part of the whole, and the most of the parts is the whole.
    """

    ONE = ("model", "name", "name_en", "brand", "maker", "registrant")
    MANY = ("codes", "standards", "values", "classes")

    def __init__(self, registered: Iterable[tuple[str, dict[str, Any], bool]], seed: str) -> None:
        """``registered`` are numbers with the facts of the day and whether they are in force on it."""
        self.numbers: list[str] = []
        self._forms: list[str] = []
        self._parts: dict[str, list[Any]] = {name: [] for name in (*self.ONE, *self.MANY)}
        code_of: dict[str, dict[str, int]] = {name: {} for name in self._parts}
        codes: dict[str, list[int]] = {name: [] for name in self._parts}
        places: dict[str, list[int]] = {name: [] for name in self.MANY}
        in_force = []

        def coded(name: str, text: str) -> int:
            if text not in code_of[name]:
                code_of[name][text] = len(self._parts[name])
                self._parts[name].append(_part_of(**{name: {text} if name in self.MANY else text}))
            return code_of[name][text]

        for place, (number, facts, forced) in enumerate(registered):
            one = program().Product(number, facts, characters())
            self.numbers.append(number)
            self._forms.append(one.number_form)
            in_force.append(forced)
            for name in self.ONE:
                codes[name].append(coded(name, getattr(one, name)))
            for name in self.MANY:
                for text in getattr(one, name):
                    codes[name].append(coded(name, text))
                    places[name].append(place)
        self._codes = {name: np.array(found, np.int32) for name, found in codes.items()}
        self._places = {name: np.array(found, np.int32) for name, found in places.items()}
        self._forced = np.array(in_force)
        self._lots = np.array([int(program().lot(seed, number), 16) for number in self.numbers], np.uint64)

    def in_order(self, terms: list[dict[str, Any]], phrases: Iterable[str]) -> list[str]:
        """The numbers of those that hold every term, in order."""
        together = np.zeros(len(self.numbers), np.int32)
        held = np.ones(len(self.numbers), np.bool_)
        for term in terms:
            points = self._points(term)
            together += points
            held &= points > 0
        for phrase in phrases:
            standing = np.zeros(len(self.numbers), np.bool_)
            for name in ("name", "brand", "maker"):
                holding = [program().holds(getattr(part, name), phrase) for part in self._parts[name]]
                standing |= np.array(holding)[self._codes[name]]
            together += program().PHRASE * standing
        ids = np.flatnonzero(held)
        order = np.lexsort((self._lots[ids], ~self._forced[ids], -together[ids]))
        return [self.numbers[place] for place in ids[order].tolist()]

    def _points(self, term: dict[str, Any]) -> Any:
        best = np.zeros(len(self.numbers), np.int32)
        if number := term.get("number"):
            # Letters and digits of the term are in those of the number, in whichever of the two forms.
            tight = program().tight(number)
            for place in [place for place, form in enumerate(self._forms) if tight in form]:
                part = _part_of(number=self.numbers[place], number_form=self._forms[place])
                best[place] = program().points(part, term, characters())
        for name, parts in self._parts.items():
            worth = [program().points(part, term, characters()) if _may(term, name, part) else 0 for part in parts]
            of_each = (
                np.array(worth or [0], np.int32)[self._codes[name]] if len(self._codes[name]) else np.zeros(0, np.int32)
            )
            if name in self.ONE:
                np.maximum(best, of_each, out=best)
            else:
                np.maximum.at(best, self._places[name], of_each)
        return best


def _may(term: dict[str, Any], name: str, part: Any) -> bool:
    """Whether the part may be worth anything: of many models and enterprises most do not even have the characters."""
    if name == "model":
        return bool(term["model"]) and term["model"] in part.model
    if name == "registrant":
        return term["text"] in part.registrant
    return name != "maker" or bool(term.get("letters")) or term["text"] in part.maker


def _part_of(**columns: Any) -> Any:
    """A product of these columns alone."""
    part = copy.copy(_nothing())
    for name, value in columns.items():
        setattr(part, name, value)
    return part


@cache
def _nothing() -> Any:
    nothing = program().Product("", {}, characters())
    nothing.classes = set()
    return nothing
