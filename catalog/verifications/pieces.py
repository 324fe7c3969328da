"""What else a model that is not found may be, to be suggested and never to decide: one of several that stand in one cell
(``A/B``, ``A、B``, ``型号：A``, ``A*2``), or a number without the zeros that a spreadsheet took from it. Pure."""

import re

from association.kernel.numbers import fold, narrow

# So that no text makes many questions of one.
MOST_PIECES = 12
MOST_ZEROS = 8
# Shorter ones are found in anything.
SHORTEST = 3
LONGEST_NUMBER = 16

# Whatever stands between two models, and what may stand within one: blanks, and Han characters (或, 和, 型号).
_BETWEEN = re.compile(r"[/|,;:+&*\u00d7\u3001\u3002()\[\]\u3010\u3011<>\r\n\t]+")
_WITHIN = re.compile(r"[\s\u3400-\u9fff]+")


def pieces_of(model: str) -> tuple[str, ...]:
    """The models (folded) that may stand in a text beside one another; without the text as a whole."""
    # A line break is a blank once it is read.
    text = narrow(model)
    parts = [part for part in _BETWEEN.split(text) if part.strip()]
    smaller = [one for part in parts for one in _WITHIN.split(part)]
    whole = fold(model)
    found = dict.fromkeys(folded for one in (*parts, *smaller) if len(folded := fold(one)) >= SHORTEST)
    return tuple(one for one in found if one != whole)[:MOST_PIECES]


def but_for_zeros(model: str) -> tuple[str, ...]:
    """The numbers that a model of digits only (folded) equals but for zeros at its beginning."""
    # Some programs write 812 as 812.0.
    digits = model.removesuffix(".0")
    if not (digits.isascii() and digits.isdigit()) or len(digits) > LONGEST_NUMBER:
        return ()
    bare = digits.lstrip("0") or "0"
    padded = (bare.zfill(length) for length in range(len(bare), len(bare) + MOST_ZEROS))
    return tuple(one for one in padded if one != model)


def also_tried(model: str) -> tuple[str, ...]:
    """All of these: the models (folded) to be looked up beside one as it was typed."""
    return (*pieces_of(model), *but_for_zeros(fold(model)))
