"""What was typed into the search box, read as terms, and the forms in which a registration may hold a term. Pure.

``docs/search.md`` tells the same for people.
"""

import importlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

from association.kernel.numbers import compact, fold, read_registration_number, uscc_fault
from catalog.register.lexicon import Vocabulary, standard_key
from catalog.register.plain import HAN_RUN, is_han, plain, runs

LONGEST_QUERY = 200
MOST_TERMS = 12
SHORTEST_NUMBER_PART = 5


class Form(IntEnum):
    """In which form a registration holds a term, and how much that says. The best form counts, points add up."""

    NUMBER = 100  # it is the registration number, or a unified code of maker or registrant
    MODEL = 60  # it is the model, folded
    MODEL_BEGINS = 40
    NUMBER_PART = 36
    NAME = 30  # it is the whole name, or the whole brand
    MODEL_PART = 24
    STANDARD = 22
    NAME_ENDS = 21  # what a thing is stands last in its name
    IN_NAME = 20
    IN_BRAND = 18
    IN_ENTERPRISE = 16  # maker or registrant
    SAME_ENDS = 15  # the name ends with another word of the same meaning
    SAME_MEANING = 14  # the name has another word of the same meaning
    IN_ENGLISH = 12
    SOUND_OF_NAME = 10
    SOUND_OF_FIRM = 8  # brand or maker
    CLASS = 7
    VALUE = 6  # an attribute has this value


WHOLE_PHRASE = 9  # several terms written together stand together in the name, the brand or the maker's name


@dataclass(frozen=True, slots=True)
class Term:
    """One thing that a registration has to hold. ``text`` is plain; ``typed`` as it was typed.

    Empty texts and sets are forms that the term cannot have.
    """

    typed: str
    text: str
    model: str = ""  # folded as models are
    number: str = ""  # the registration number, printed, when it is one; else letters and digits of a part of one
    whole_number: bool = False
    uscc: str = ""
    standard: str = ""
    same: tuple[str, ...] = ()
    letters: str = ""
    classes: frozenset[str] = frozenset()  # "01", "01.passive_infrared"
    values: frozenset[str] = frozenset()  # "link=wireless"
    measures: tuple[tuple[str, float], ...] = ()  # ("detection_range_m", 12.0)

    @property
    def han(self) -> bool:
        return is_han(self.text)


@dataclass(frozen=True, slots=True)
class Query:
    """The terms, all of which have to be held; phrases are terms written together; ``ignored`` is what was too much."""

    terms: tuple[Term, ...]
    phrases: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


# -- reading a query ----------------------------------------------------------------------------------------

_LABEL = re.compile(
    r"(?:产品|规格|登记|生产|制造|证书|执行|设备)?(?:型号|编号|厂家|企业|厂商|制造商|品牌|商标|名称|品名|登记人|标准|类别)\s*[:：]|"
    r"\b(?:model|brand|manufacturer|maker|name|number|no\.?|standard)\s*[:：]",
    re.IGNORECASE,
)
_STANDARD = re.compile(
    r"(?<![0-9A-Za-z])(?:(?:GB|GA|JT|JR|DB|YD|SJ|QC|IEC|ISO|EN)\d{0,2}(?:\s*/\s*[TZ])?|GBT|GAT|Q\s*/\s*[A-Z]{2,8})"
    r"\s*[-—]?\s*\d{2,6}(?:\.\d+)*(?:\s*[-—–]\s*(?:19|20)\d\d)?(?![0-9A-Za-z])",
    re.IGNORECASE,
)
_MEASURE = re.compile(
    r"(?<![0-9A-Za-z.])\d{1,9}(?:\.\d{1,6})?\s*(?:[a-zA-Z°℃%]{1,4}|[米伏瓦秒]|毫米|厘米|公斤|小时|毫秒)(?![0-9A-Za-z])"
)
_PARTED = re.compile(r"[\s,，、;；。!！?？\"'“”‘’<>《》|`\\]+")
_EDGES = " -_./:：·~!@$%^&()（）[]{}【】=*?+#"
_OF_NO_WEIGHT = frozenset("的和与及或在之")


def as_typed(text: str) -> str:
    """The first ``LONGEST_QUERY`` characters, NFKC. What is invisible (zero width, marks of direction: copied along) goes;
    what else cannot be printed becomes a blank."""
    shown = unicodedata.normalize(
        "NFKC", "".join(one for one in text if unicodedata.category(one) != "Cf")[:LONGEST_QUERY]
    )
    return "".join(one if one.isprintable() else " " for one in shown)


def read_query(typed: str, words: Vocabulary) -> Query:
    """The terms of what was typed; at most ``MOST_TERMS`` of the first ``LONGEST_QUERY`` characters."""
    text = _LABEL.sub(" ", as_typed(typed)).strip()
    if HAN_RUN.search(text) is None and (number := read_registration_number(text)).number is not None:
        return Query((_coded(text, words, number.number),))
    terms: dict[str, Term] = {}
    phrases: dict[str, None] = {}
    for part in _parts(text, words):
        if not is_han(plain(part)):
            term = _coded(part, words)
            if term.text or term.model:
                terms.setdefault(term.text or term.model, term)
            continue
        shown = plain(part)
        cut = segment(shown, words)
        if len(cut) > 1:
            phrases[shown] = None
        for word in cut:
            terms.setdefault(word, _worded(word, words))
    found = list(terms.values())
    return Query(tuple(found[:MOST_TERMS]), tuple(phrases), tuple(term.typed for term in found[MOST_TERMS:]))


def _parts(text: str, words: Vocabulary) -> list[str]:
    """``text`` cut at blanks and signs and where Han characters meet others; standards and measures stay whole."""
    kept: list[tuple[int, int]] = []
    for pattern in (words.sayings, _STANDARD, _MEASURE):
        for match in pattern.finditer(text) if pattern is not None else ():
            if pattern is _MEASURE and not _measures(match.group(), words):
                continue
            if all(match.end() <= begin or end <= match.start() for begin, end in kept):
                kept.append(match.span())
    parts: list[str] = []
    at = 0
    for begin, end in [*sorted(kept), (len(text), len(text))]:
        for chunk in _PARTED.split(text[at:begin]):
            parts += _at_borders(chunk, words)
        if begin < end:
            parts.append(text[begin:end])
        at = end
    return [part for part in parts if part]


def _at_borders(chunk: str, words: Vocabulary) -> list[str]:
    if plain(chunk) in words.same:
        return [chunk]
    pieces: list[str] = []
    for character in chunk:
        letter = is_han(plain(character)) or (not character.isalnum() and bool(pieces) and is_han(plain(pieces[-1])))
        if pieces and is_han(plain(pieces[-1]) or " ") == letter:
            pieces[-1] += character
        else:
            pieces.append(character)
    return [piece.strip(_EDGES) for piece in pieces]


def reading_of(letters: str, words: Vocabulary) -> Term:
    """Letters (a to z) as a reading and nothing else: a part of what was typed together."""
    read = words.read.get(letters, ())
    classes = (_classes((word, *words.same.get(word, ())), words) for word in read)
    return Term(letters, "", same=_meant(read, words), letters=letters, classes=frozenset().union(*classes))


def _meant(read: Sequence[str], words: Vocabulary) -> tuple[str, ...]:
    """These words and those that mean the same."""
    return tuple(dict.fromkeys(other for word in read for other in (word, *words.same.get(word, ()))))


def segment(text: str, words: Vocabulary) -> list[str]:
    """The words of a plain text: the catalog's own, the longest first; between them what the dictionary knows.

    Characters that stand alone beside each other are taken together: they are mostly a name. Words of no weight go.
    """
    cut: list[str] = []
    between = ""
    at = 0
    while at < len(text):
        length = next(
            (n for n in range(min(words.longest, len(text) - at), 1, -1) if text[at : at + n] in words.words), 0
        )
        if not length:
            between += text[at]
            at += 1
            continue
        cut += _by_dictionary(between)
        between = ""
        cut.append(text[at : at + length])
        at += length
    cut += _by_dictionary(between)
    weighty = [word for word in cut if word not in _OF_NO_WEIGHT]
    return weighty or cut


@cache
def _dictionary() -> Callable[[str], list[str]]:
    """What cuts a Han run into words. Its dictionary takes 30 MB: processes that never search do without."""
    rjieba = importlib.import_module("rjieba")
    cut: Callable[[str], list[str]] = rjieba.cut
    return cut


def _by_dictionary(text: str) -> list[str]:
    together: list[str] = []
    single = False
    for run in runs(text):
        for word in _dictionary()(run) if is_han(run) else [run]:
            alone = len(word) == 1 and word not in _OF_NO_WEIGHT
            if alone and single:
                together[-1] += word
            else:
                together.append(word)
            single = alone
    return together


def _worded(word: str, words: Vocabulary) -> Term:
    same = words.same.get(word, ())
    return Term(
        word,
        word,
        model=fold(word) if len(word) > 1 else "",
        same=same,
        classes=_classes((word, *same), words),
        values=_values(word, words),
    )


def _coded(part: str, words: Vocabulary, number: str | None = None) -> Term:
    """A part without Han characters: a number, model, standard, measure, word or reading, whichever the register has."""
    text = plain(part)
    tight = compact(part)
    model = fold(part)
    whole = number is not None
    if number is None:
        read = read_registration_number(part)
        whole = read.number is not None
        number = read.number
    if number is None:
        some_digit = any(one.isdigit() for one in tight)
        number = tight if some_digit and SHORTEST_NUMBER_PART <= len(tight) <= 20 else ""
    letters = text if text.isascii() and text.isalpha() and len(text) > 1 else ""
    key = standard_key(part)
    same = tuple(dict.fromkeys((*words.same.get(text, ()), *_meant(words.read.get(letters, ()), words))))
    return Term(
        part,
        text,
        model=model if len(model) > 1 else "",
        number=number,
        whole_number=whole,
        uscc=tight if uscc_fault(tight) is None else "",
        standard=key if len(key) > 3 and any(one.isdigit() for one in key) else "",
        same=same,
        letters=letters,
        classes=_classes((text, *same), words) if len(text) > 2 or same else frozenset(),
        values=_values(text, words) if len(text) > 2 else frozenset(),
        measures=_measures(part, words),
    )


def _classes(named: Sequence[str], words: Vocabulary) -> frozenset[str]:
    """Classes and kinds that a word names: it stands in their name, or is another name of theirs."""
    first, *others = named
    if is_han(first):
        found = {code for name, code in words.classes if first in name} if len(first) > 1 else set()
    else:
        found = {code for name, code in words.classes if f" {first}" in f" {name}"}
    # A word of the same meaning has to be the name, lest a lock for doors be a door.
    found.update(code for name, code in words.classes if name in others)
    found.update(code for word in (first, *others) for code in words.other_names.get(word, ()))
    return frozenset(found)


def _values(word: str, words: Vocabulary) -> frozenset[str]:
    return frozenset(value for name, value in words.choices if name == word)


def _measures(part: str, words: Vocabulary) -> tuple[tuple[str, float], ...]:
    found = re.fullmatch(r"(\d{1,9}(?:\.\d{1,6})?)\s*(.{1,4})", unicodedata.normalize("NFKC", part).lower())
    if found is None or found.group(2) not in words.units:
        return ()
    return tuple((key, float(found.group(1))) for key in sorted(words.units[found.group(2)]))
