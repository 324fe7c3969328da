"""How people call goods and classes: what is set aside before two names are compared. Pure."""

import re
import unicodedata
from collections.abc import Mapping

_OPENING = {
    ")": "(",
    "]": "[",
    "}": "{",
    "】": "【",
    "〕": "〔",
    "》": "《",
    "〉": "〈",
    "」": "「",
    "』": "『",
}


def goods_name(name: str) -> str:
    """NFKC, upper case, single blanks, without bracketed remarks or signs at its end."""
    text = " ".join(unicodedata.normalize("NFKC", name).upper().split())
    while text:
        if (opening := _OPENING.get(text[-1])) is not None and (at := text.rfind(opening)) >= 0:
            text = text[:at]
        elif not text[-1].isalnum():
            text = text[:-1]
        else:
            break
    return text


# An eaten zero (`1`), a cell of numbers (`1.0`).
_CODE = re.compile(r"(\d{1,3})(?:\.0+)?", re.ASCII)
_CODE_AND_NAME = re.compile(r"([0-9]{1,2})\W*(\D.*)", re.DOTALL)


def class_name(text: str) -> str:
    """NFKC, small letters, no blanks."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def class_called(text: str, called: Mapping[str, str]) -> str | None:
    """The code of the class that people mean by ``text``: its code, in any width and with an eaten zero, its name in either
    language, or both. ``called`` has codes by ``class_name``. A code need not be that of a class there is; ``None`` for any
    other words."""
    folded = class_name(text)
    if (code := _CODE.fullmatch(folded)) is not None:
        return code[1].zfill(2)
    if (named := called.get(folded)) is not None:
        return named
    both = _CODE_AND_NAME.fullmatch(folded)
    return both[1].zfill(2) if both is not None and called.get(both[2]) == both[1].zfill(2) else None
