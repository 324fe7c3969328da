"""Which characters the fonts in ``fonts`` have: ``coverage.txt`` lists them as ``first-last``, in hexadecimal."""

from bisect import bisect_right
from functools import cache
from pathlib import Path

FONTS = Path(__file__).parent / "fonts"


@cache
def _ranges() -> tuple[tuple[int, ...], tuple[int, ...]]:
    lines = [line.split("-") for line in (FONTS / "coverage.txt").read_text(encoding="ascii").split()]
    return tuple(int(first, 16) for first, _last in lines), tuple(int(last, 16) for _first, last in lines)


def has_glyph(character: str) -> bool:
    """Whether some font shows ``character`` as a sign of its own."""
    begins, ends = _ranges()
    code = ord(character)
    place = bisect_right(begins, code) - 1
    return place >= 0 and code <= ends[place]
