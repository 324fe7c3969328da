"""What the search index holds of a registration: one document for each state of its facts, with its days. Pure.

A search on a day sees the one document of each registration that held then; facts are those of ``rules.facts_at``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from association.kernel.numbers import fold, read_registration_number
from catalog.register.lexicon import standard_keys
from catalog.register.plain import grams, plain
from catalog.register.rules import CHANGES_FACTS, Entry, facts_at, spans
from catalog.vocabulary import Standing

ALWAYS, FOREVER = date.min.toordinal(), date.max.toordinal()
NEXT_DAY = timedelta(days=1)
STANDINGS = tuple(Standing)
_CODE_OF = {standing: code for code, standing in enumerate(STANDINGS)}


class Stored(NamedTuple):
    """What is kept with a document. Days are ordinals, inclusive; ``stands`` are (begins, ends, standing)."""

    number: str
    key: int  # orders registration numbers as their text does
    begins: int
    ends: int
    first_day: int
    category: str
    subtype: str
    origin: str
    name: str
    name_en: str
    brand: str
    model: str
    maker: str
    maker_uscc: str
    registrant: str
    registrant_uscc: str
    standards: tuple[str, ...]
    stands: tuple[tuple[int, int, int], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """One document: what is kept with it, and the tokens of each field by which it is found."""

    stored: Stored
    tokens: Mapping[str, list[str]]


# nm name, ne English name, br brand, mk maker, rg registrant: grams; mg pairs of characters of the folded model; st keys
# of standards; at values of attributes; cs class and kind; us unified codes; no the number.
BEGIN = "\x02"
FIELDS = ("nm", "ne", "br", "mk", "rg", "mg", "st", "at", "cs", "us", "no")


def pairs(model: str) -> set[str]:
    """Pairs of neighbouring characters of a folded model; the first one also marked as such."""
    found = {model[place : place + 2] for place in range(len(model) - 1)}
    return found | {BEGIN + model[:2]} if found else found


def documents(number: str, entries: Sequence[Entry]) -> list[Document]:
    """The documents of a registration, from its entries in effect, in the order of their days."""
    days = sorted({entry.effective_from for entry in entries if entry.kind in CHANGES_FACTS})
    states: list[tuple[int, dict[str, Any]]] = []
    for day in days:
        facts = facts_at(entries, day)
        if not states:
            # Before the first day the facts as first registered are shown.
            states.append((ALWAYS, facts_at(entries, day - NEXT_DAY) if day > date.min else facts))
        if facts != states[-1][1]:
            states.append((day.toordinal(), facts))
    stands = tuple(
        (span.begins.toordinal(), span.ends.toordinal() if span.ends else FOREVER, _CODE_OF[span.standing])
        for span in spans(entries)
    )
    first_day = min((entry.effective_from for entry in entries), default=date.min).toordinal()
    ends = [begins - 1 for begins, _facts in states[1:]] + [FOREVER]
    return [
        _document(number, facts, begins, last, first_day, stands)
        for (begins, facts), last in zip(states, ends, strict=True)
    ]


def _document(
    number: str,
    facts: Mapping[str, Any],
    begins: int,
    ends: int,
    first_day: int,
    stands: tuple[tuple[int, int, int], ...],
) -> Document:
    maker, registrant = facts.get("manufacturer") or {}, facts.get("registrant") or {}
    category, subtype = str(facts.get("category") or ""), str(facts.get("subtype") or "")
    stored = Stored(
        number,
        number_key(number),
        begins,
        ends,
        first_day,
        category,
        subtype,
        str(facts.get("origin") or ""),
        str(facts.get("name") or ""),
        str(facts.get("name_en") or ""),
        str(facts.get("brand") or ""),
        str(facts.get("model") or ""),
        str(maker.get("name") or ""),
        str(maker.get("uscc") or ""),
        str(registrant.get("name") or ""),
        str(registrant.get("uscc") or ""),
        tuple(dict.fromkeys(str(one) for one in facts.get("standards") or ())),
        stands,
    )
    codes = {stored.maker_uscc, stored.registrant_uscc} - {""}
    tokens = {
        "nm": grams(plain(stored.name)),
        "ne": grams(plain(stored.name_en)),
        "br": grams(plain(stored.brand)),
        "mk": grams(plain(stored.maker)),
        # Maker and registrant are one form: the same name twice says nothing more.
        "rg": grams(plain(stored.registrant)) if stored.registrant != stored.maker else set(),
        "mg": pairs(fold(stored.model)),
        "st": {key for one in stored.standards for key in standard_keys(one)},
        "at": attribute_tokens(facts.get("attributes") or {}),
        "cs": {category, f"{category}.{subtype}"},
        "us": codes,
        "no": {number},
    }
    return Document(stored, {field: sorted(found) for field, found in tokens.items() if found})


LONGEST_VALUE = 80


def attribute_tokens(attributes: Mapping[str, Any]) -> set[str]:
    """``key=value`` for every value; both ends of a range: ``operating_temp_c=-10~55``."""
    found: set[str] = set()
    for key, value in attributes.items():
        if isinstance(value, list):
            numbers = [one for one in value if isinstance(one, int | float) and not isinstance(one, bool)]
            if len(value) == 2 and len(numbers) == 2:
                found.add(f"{key}={_text(value[0])}~{_text(value[1])}")
            else:
                found.update(f"{key}={_text(one)}" for one in value)
        elif value is not None and value != "":
            found.add(f"{key}={_text(value)}")
    return found


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)[:LONGEST_VALUE]


def number_key(number: str) -> int:
    """A whole number that orders registration numbers as their text does."""
    read = read_registration_number(number)
    if read.number is None:
        return 0
    prefix, category, year, serial, _check = read.number.split("-")
    letters = 0
    for letter in prefix.ljust(5):
        letters = letters * 27 + (0 if letter == " " else ord(letter) - 64)
    return ((letters * 100 + int(category)) * 10_000 + int(year)) * 100_000 + int(serial)
