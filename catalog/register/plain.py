"""How texts are compared in a search: one plain form for both sides, its Han runs and words, and readings. Pure.

``plain`` is NFKC, simplified characters, lower case; what is neither letter nor digit parts words and is otherwise
gone; beside a Han character nothing parts. ``plain("室内（吸顶）PIR  探测器") == "室内吸顶pir探测器"``.
"""

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

import opencc

# Readings are asked for character by character: the library's dictionary of phrases is 45 MB that nobody would look at.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")
from pypinyin import Style, pinyin

HAN = "〇々㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffff"
HAN_RUN = re.compile(f"[{HAN}]+")
_HAN_OR_WORD = re.compile(f"[{HAN}]+|[^{HAN} ]+")
_LOOSE_BLANK = re.compile(f"(?<=[{HAN}]) +| +(?=[{HAN}])")
_simplify = opencc.OpenCC("t2s")


class _Characters(dict[int, str]):
    """Every character's plain form, worked out when it is first met; a blank for what is no letter and no digit."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        if 0xD800 <= code <= 0xDFFF:
            form = " "
        else:
            form = _simplify.convert(unicodedata.normalize("NFKC", character)).casefold()
            form = "".join(one if one.isalnum() or one == "々" else " " for one in form) or " "
        if len(self) < 50_000:
            self[code] = form
        return form


_characters = _Characters()


def plain(text: str) -> str:
    """The form in which names, brands and enterprises are searched."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    shown = " ".join(text.translate(_characters).split())
    return shown if shown.isascii() else _LOOSE_BLANK.sub("", shown)


def plain_with_places(text: str) -> tuple[str, list[int]]:
    """``text`` made plain character by character, and for each of its characters the place in ``text`` it is from."""
    shown: list[str] = []
    places: list[int] = []
    for place, character in enumerate(text):
        for one in character.translate(_characters):
            if one == " " and (not shown or shown[-1] == " " or HAN_RUN.match(shown[-1])):
                continue
            if shown and shown[-1] == " " and HAN_RUN.match(one):
                shown.pop()
                places.pop()
            shown.append(one)
            places.append(place)
    return "".join(shown), places


def is_han(text: str) -> bool:
    """Whether ``text`` (plain) begins with a Han character."""
    return HAN_RUN.match(text) is not None


def runs(text: str) -> list[str]:
    """The Han runs and the words of a plain text, in order."""
    return _HAN_OR_WORD.findall(text)


def holds(text: str, term: str) -> bool:
    """Whether the plain ``text`` contains the plain ``term``: Han anywhere, a word from its beginning.

    >>> holds("被动红外入侵探测器", "红外"), holds("passive infrared", "infra"), holds("passive infrared", "red")
    (True, True, False)
    """
    return place_of(text, term) >= 0


def place_of(text: str, term: str, begin: int = 0) -> int:
    """Where ``term`` stands in ``text`` first, not before ``begin``, as ``holds`` means it; -1 where it does not."""
    at = text.find(term, begin)
    if is_han(term):
        return at
    while at > 0 and text[at - 1] != " " and not is_han(text[at - 1]):
        at = text.find(term, at + 1)
    return at


def holds_whole(text: str, term: str) -> bool:
    """The same, but a last word has to be whole: what stands for another word is not a beginning of some third."""
    return whole_place_of(text, term) >= 0


def whole_place_of(text: str, term: str, begin: int = 0) -> int:
    """Where ``term`` stands first as ``holds_whole`` means it."""
    at = place_of(text, term, begin)
    while at >= 0 and not is_han(term[-1]):
        after = text[at + len(term) : at + len(term) + 1]
        if not after or after == " " or is_han(after):
            break
        at = place_of(text, term, at + 1)
    return at


def grams(text: str) -> set[str]:
    """What a plain text is indexed by: its Han characters, pairs of neighbours among them, and its words."""
    found: set[str] = set()
    for run in runs(text):
        if is_han(run):
            found.update(run)
            found.update(run[place : place + 2] for place in range(len(run) - 1))
        else:
            found.add(run)
    return found


# -- readings -----------------------------------------------------------------------------------------------


@lru_cache(maxsize=30_000)
def readings(character: str) -> tuple[str, ...]:
    """Every reading of a Han character, without tones; ``ü`` is ``v``. Those of compounds are all in it."""
    return tuple(one.replace("ü", "v") for one in pinyin(character, style=Style.NORMAL, heteronym=True)[0])


def sounds_like(text: str, term: str) -> bool:
    """Whether ``term`` (letters) reads neighbouring Han characters of the plain ``text``.

    Either syllable by syllable, the last of several perhaps unfinished (``suo``, ``hongwai``, ``hongw``), or by initials,
    at least two of them (``bdhw``). Any reading of a character will do.
    """
    return next(iter(sounding(text, term)), None) is not None


def sounding(text: str, term: str) -> Iterator[tuple[int, int]]:
    """The places (begin, end) in the plain ``text`` whose Han characters ``term`` reads."""
    for found in HAN_RUN.finditer(text):
        run = [readings(character) for character in found.group()]
        for at in range(len(run)):
            if length := _read_from(run[at:], term):
                yield found.start() + at, found.start() + at + length


def _read_from(run: Sequence[Sequence[str]], term: str) -> int:
    """How many characters of ``run``, from its first, ``term`` reads; 0 when it reads none."""
    if (
        2 <= len(term) <= len(run)
        and all(any(one.startswith(letter) for one in said) for said, letter in zip(run, term, strict=False))
    ):  # fmt: skip
        return len(term)
    # Which parts of the term may be read up to here.
    reached = {0}
    for length, said in enumerate(run, 1):
        following: set[int] = set()
        for at in reached:
            rest = term[at:]
            for one in said:
                if one == rest or (length > 1 and one.startswith(rest)):
                    return length
                if rest.startswith(one):
                    following.add(at + len(one))
        if not following:
            return 0
        reached = following
    return 0


def same_sound(text: str, term: str) -> bool:
    """Whether neighbouring Han characters of ``text`` may be read as those of ``term``: 红歪 for 红外."""
    wanted = [set(readings(character)) for character in term]
    for found in HAN_RUN.finditer(text):
        run = [readings(character) for character in found.group()]
        for at in range(len(run) - len(wanted) + 1):
            if all(not said.isdisjoint(run[at + place]) for place, said in enumerate(wanted)):
                return True
    return False


@cache
def character_table() -> str:
    """Every Han character that has another plain form or is read somehow, a line each: character, form, readings.

    What a program needs to compare texts as the search does.
    """
    lines = []
    for begin, end in ((0x3005, 0x3008), (0x3400, 0x4DC0), (0x4E00, 0xA000), (0xF900, 0xFB00), (0x20000, 0x31350)):
        for code in range(begin, end):
            character = chr(code)
            form, said = plain(character), [one for one in readings(character) if one.isascii() and one.isalpha()]
            if said or form != character:
                lines.append(f"{character}\t{form}\t{' '.join(said)}\n")
    return "".join(lines)
