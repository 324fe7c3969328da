"""Cells that hold something and say nothing, as people fill in forms: that nothing is given (``/``, 待定, N/A), and that it
is as above (同上, 〃). The words are data: ``data/list_blanks.json``. Pure.

These are readings of a sheet. What a program says in JSON stays as it says it.
"""

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from association.workbooks.cells import Cell, Eaten
from association.workbooks.parsers import Parsed, Parser
from association.workbooks.words import Remark

WORDS = Path(__file__).parent / "data" / "list_blanks.json"
# No word of the list is longer, with what may stand round it, and none but 0 has a digit: most cells need no closer look.
LONGEST = 40
_DIGIT = re.compile(r"\d")
# Where what a cell holds stays as it is, whatever it says: of these 无 is as good a text as another.
TEXTS = frozenset({"name"})
# Where any word could be meant: somebody may call a model so.
NAMES = frozenset({"brand", "model", "manufacturer"})


@dataclass(frozen=True, slots=True)
class AsAbove:
    """What stands for the value of the line above; ``said`` is how the cell says so."""

    said: str


@cache
def _words() -> Mapping[str, Any]:
    said = json.loads(WORDS.read_text(encoding="utf-8"))
    nothing = {key: frozenset(map(_folded, words)) for key, words in said["nothing"].items()}
    above = said["as_above"]
    return {"nothing": nothing, "above": frozenset(map(_folded, above["words"])), "signs": frozenset(above["signs"])}


def _folded(text: str) -> str:
    """Letters and digits only, without width and case: （无） is 无, ``N/A`` is ``NA``."""
    plain = unicodedata.normalize("NFKC", text).upper()
    return "".join(sign for sign in plain if sign.isalnum())


@lru_cache(maxsize=1 << 12)
def is_as_above(text: str) -> bool:
    """Whether a cell says that it is as the one above."""
    signs = text.strip()
    return bool(signs) and (_words()["signs"].issuperset(signs) or _folded(text) in _words()["above"])


@lru_cache(maxsize=1 << 12)
def is_nothing(key: str, text: str) -> bool:
    """Whether a cell of the field ``key`` says that nothing is given: by a word for it, or by signs alone."""
    folded, words = _folded(text), _words()["nothing"]
    return not folded or folded in words["any"] or folded in words.get(key, ())


def _may_be_blank(cell: Cell) -> bool:
    if cell.day is not None or cell.eaten not in (Eaten.NOTHING, Eaten.NUMBER) or not 0 < len(cell.text) <= LONGEST:
        return False
    return len(cell.text) == 1 or not _DIGIT.search(cell.text)


def blanks(key: str, parse: Parser) -> Parser:
    """The parser of a field's cells that knows of cells that say nothing."""

    def parsed(cell: Cell) -> Parsed:
        if _may_be_blank(cell):
            if is_as_above(cell.text):
                return Parsed(AsAbove(cell.text))
            if key not in TEXTS and is_nothing(key, cell.text):
                # / and 无 say so everywhere; 标准 is no model, but a person should see that it was not taken for one.
                plain = key not in NAMES or is_nothing("", cell.text)
                remark = Remark.NOTHING if plain else Remark.NO_VALUE_OF_IT
                return Parsed(None, remark=remark, values={"shown": cell.text})
        return parse(cell)

    return parsed
