"""Coded numbers and forgiving normal forms. Pure.

Registration numbers (ISO 7064 MOD 37,36), unified social credit codes (GB 32100-2015), organisation codes
(GB 11714-1997), and the folds by which models, makers and brands are compared.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

_MOD37 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MOD37_VALUE = {character: value for value, character in enumerate(_MOD37)}

# GB 32100-2015: digits, then A to Y without I, O, S, V, Z.
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_USCC_VALUE = {character: value for value, character in enumerate(_USCC)}
_USCC_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))

_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)

LONGEST_NUMBER = 80
# A long list names the same makers and models again and again: the forms of short texts are remembered.
LONGEST_KEPT = 80

# What an integer column holds on every database we run on; SQLite alone would take more.
LARGEST_WHOLE = 2**31 - 1


_OTHER_SIGNS = re.compile(r"[^0-9A-Z]")


def narrow(text: str) -> str:
    """Full-width to half-width, compatibility forms to plain ones (NFKC), trimmed. Keeps case."""
    return unicodedata.normalize("NFKC", text).strip()


def compact(text: str) -> str:
    """Letters A-Z and digits only, upper case: a number without its separators, in any case and width."""
    return _OTHER_SIGNS.sub("", (text if text.isascii() else narrow(text)).upper())


# -- check characters ---------------------------------------------------------------------------------------


def check_character(body: str) -> str:
    """The check character of ``body`` (0-9, A-Z) by ISO 7064 MOD 37,36.

    >>> check_character("SJZ01202600042")
    'Q'
    """
    product = 36
    for character in body:
        total = (product + _MOD37_VALUE[character]) % 36 or 36
        product = total * 2 % 37
    return _MOD37[(37 - product) % 36]


@dataclass(frozen=True, slots=True)
class ReadNumber:
    """What was read where a registration number was expected.

    ``number`` is the printed form when the shape holds, else ``None``; ``sound`` says that the check character
    holds too.
    """

    number: str | None
    sound: bool


_NUMBER = re.compile(r"([A-Z]{2,5})(\d{2})(\d{4})(\d{5})([0-9A-Z])")


def registration_number(prefix: str, category: str, year: int, serial: int) -> str:
    """The printed registration number, such as ``SJZ-01-2026-00042-Q``.

    Raises ValueError when ``serial`` has more than five digits.
    """
    if not 1 <= serial <= 99_999:
        raise ValueError("a serial has five digits")
    body = f"{prefix}{category}{year:04d}{serial:05d}"
    return f"{prefix}-{category}-{year:04d}-{serial:05d}-{check_character(body)}"


def read_registration_number(text: str) -> ReadNumber:
    """Read a registration number with or without separators, in any case and width."""
    found = _NUMBER.fullmatch(compact(text[:LONGEST_NUMBER]))
    if found is None:
        return ReadNumber(None, sound=False)
    prefix, category, year, serial, check = found.groups()
    sound = check_character(prefix + category + year + serial) == check
    return ReadNumber(f"{prefix}-{category}-{year}-{serial}-{check}", sound)


# -- unified social credit code -----------------------------------------------------------------------------

CodeFault = Literal["length", "characters", "organisation_check", "check"]


def organisation_check(body: str) -> str:
    """Check character of the eight characters of an organisation code (GB 11714-1997).

    >>> organisation_check("D2143569")
    'X'
    """
    total = sum(weight * int(character, 36) for weight, character in zip(_ORGANISATION_WEIGHTS, body, strict=True))
    return "0123456789X0"[11 - total % 11]


def uscc_check(body: str) -> str:
    """Check character of the first 17 places of a unified code (GB 32100-2015, both moduli)."""
    total = sum(weight * _USCC_VALUE[character] for weight, character in zip(_USCC_WEIGHTS, body, strict=True))
    return _USCC[(31 - total % 31) % 31]


def uscc_fault(code: str) -> CodeFault | None:
    """What is wrong with a normalised unified social credit code; ``None`` when it is well formed.

    Both check characters are tested: that of the code and that of the organisation code in places 9 to 17. A code
    that passes is well formed, not proven to exist. Letters in places 1 and 2 are good (GB 32100-2015).
    """
    if len(code) != 18:
        return "length"
    if not re.fullmatch(r"[0-9A-HJ-NP-RTUWXY]{2}\d{6}[0-9A-HJ-NP-RTUWXY]{10}", code):
        return "characters"
    if organisation_check(code[8:16]) != code[16]:
        return "organisation_check"
    if uscc_check(code[:17]) != code[17]:
        return "check"
    return None


# -- resident identity number -------------------------------------------------------------------------------

_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_CHECKS = "10X98765432"
IdentityFault = Literal["length", "characters", "birth_date", "check"]


def identity_check(body: str) -> str:
    """The check character of the first 17 digits of a resident identity number (GB 11643).

    >>> identity_check("11010519491231002")
    'X'
    """
    return _IDENTITY_CHECKS[
        sum(weight * int(digit) for weight, digit in zip(_IDENTITY_WEIGHTS, body, strict=True)) % 11
    ]


def normal_identity(text: str) -> str:
    """A resident identity number as it is kept: half-width, no blanks or dashes, ``x`` and ``×`` written ``X``."""
    return re.sub(r"[\s\u2010-\u2015\u2212-]", "", narrow(text[:LONGEST_NUMBER]).upper().replace("×", "X"))


def identity_fault(number: str, *, today: date) -> IdentityFault | None:
    """What is wrong with a normalised resident identity number; ``None`` when it is well formed.

    The region is not looked up: codes that were abolished stay in old numbers. Fifteen digits are no longer valid. A
    number that passes is well formed, not proven to be somebody's.
    """
    if len(number) != 18:
        return "length"
    if not re.fullmatch(r"\d{17}[\dX]", number, re.ASCII):
        return "characters"
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return "birth_date"
    if not date(1900, 1, 1) <= born <= today:
        return "birth_date"
    return None if identity_check(number[:17]) == number[17] else "check"


# -- folds --------------------------------------------------------------------------------------------------

_BRACKETS = "()[]{}〔〕【】〈〉《》「」『』"
_COMPANY_FORMS = ("股份有限公司", "有限责任公司", "有限公司")


def fold(text: str) -> str:
    """The form in which model numbers are compared (``verdict.md``).

    NFKC, upper case; white space and every dash, slash, underscore, dot, bracket and other sign fall away, but a dot
    between two digits stays; letters, digits and ``+ * #`` stay.

    >>> fold(" sl-pir 844 ") == fold("SL－PIR／844") == "SLPIR844"
    True
    >>> fold("SR-13.56")
    'SR13.56'
    """
    return _fold(text) if len(text) <= LONGEST_KEPT else _fold.__wrapped__(text)


@lru_cache(maxsize=1 << 14)
def _fold(text: str) -> str:
    if text.isascii():
        shown = "".join(text.upper().split())
        if shown.isalnum():
            return shown
    else:
        upper = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper())
        shown = "".join(upper.split())
    last = len(shown) - 1
    return "".join(
        character
        for place, character in enumerate(shown)
        if character.isalnum()
        or character in "+*#"
        or (character == "." and 0 < place < last and shown[place - 1].isdigit() and shown[place + 1].isdigit())
    )


def fold_maker(text: str) -> str:
    """The form in which makers' names are compared: without the company form, brackets, blanks and signs.

    >>> fold_maker("示例电子（石家庄）有限公司") == fold_maker("示例电子石家庄有限责任公司")
    True
    """
    return _fold_maker(text) if len(text) <= LONGEST_KEPT else _fold_maker.__wrapped__(text)


@lru_cache(maxsize=1 << 12)
def _fold_maker(text: str) -> str:
    name, before = fold_brand(text), ""
    while name != before:
        before = name
        for form in _COMPANY_FORMS:
            name = name.replace(form, "")
    return name


def fold_brand(text: str) -> str:
    """The form in which brands are compared: NFKC, upper case, letters and digits only."""
    name = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).upper())
    return "".join(character for character in name if character.isalnum())


def fold_standard(text: str) -> str:
    """The form in which numbers of standards are compared: ``gb10408.5-2000`` is ``GB 10408.5-2000``."""
    return re.sub(r"\s+", "", narrow(text).upper()).replace("—", "-").replace("－", "-").replace("/T", "T")
