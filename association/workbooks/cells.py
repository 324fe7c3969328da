"""One cell as a person reads it, and what the spreadsheet has made of it: numbers keep their raw digits, formats tell
leading zeros and dates. Pure."""

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from enum import Enum
from functools import lru_cache

LONGEST_TEXT = 32_767  # what a cell holds at most
MOST_ROWS, MOST_COLUMNS = 1_048_576, 16_384
TRUSTED_DIGITS = 15


class Eaten(Enum):
    """What a spreadsheet did to what was typed."""

    NOTHING = ""
    PADDED = "padded"  # a number that its format shows with leading zeros or other characters
    NUMBER = "number"  # a whole number: leading zeros, if any, are gone
    FRACTION = "fraction"  # closing zeros, if any, are gone
    SCIENTIFIC = "scientific"
    DIGITS = "digits"  # more digits than a spreadsheet keeps
    DATE = "date"
    BOOLEAN = "boolean"
    ERROR = "error"
    NO_VALUE = "no_value"  # a formula whose result was not saved
    FORMULA = "formula"  # csv: the formula itself instead of its result
    NARROW = "narrow"  # csv: ####, what is shown where a column is too narrow


@dataclass(frozen=True, slots=True)
class Cell:
    """``text`` as it is shown, ``eaten`` as above; ``number`` and ``day`` where it holds one."""

    text: str
    eaten: Eaten = Eaten.NOTHING
    number: Decimal | None = None
    day: date | None = None
    formula: bool = False
    merged: str = ""  # the range whose content this is


NOTHING = Cell("")


@dataclass(frozen=True, slots=True)
class Format:
    """A number format, by what it does to a number."""

    code: str
    is_date: bool = False
    is_scientific: bool = False
    is_text: bool = False
    pieces: tuple[tuple[str, str], ...] = ()  # literal or digits, for what pads


# ECMA-376 part 1, 18.8.30: the formats without a code of their own; 27-36 and 50-58 are dates in Chinese editions.
BUILT_IN = {
    0: "General", 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 37: "#,##0 ;(#,##0)", 38: "#,##0 ;[Red](#,##0)", 39: "#,##0.00;(#,##0.00)", 40: "#,##0.00;[Red](#,##0.00)",
    48: "##0.0E+0", 49: "@",
}  # fmt: skip
DATE_IDS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_TOKEN = re.compile(r'"([^"]*)"|\\(.)|_(.)|\*(.)|\[([^\]]*)\]|(E[+-])|(General)|(.)', re.IGNORECASE | re.DOTALL)


@lru_cache(maxsize=4096)
def read_format(code: str) -> Format:
    """What a format code does, by its first section."""
    pieces: list[tuple[str, str]] = []
    is_date = scientific = False
    section = True
    for quoted, escaped, gap, filling, bracket, power, general, plain in _TOKEN.findall(code[:255]):
        if not section:
            break
        if quoted or escaped:
            pieces.append(("literal", quoted or escaped))
        elif gap or filling:
            continue
        elif bracket:
            is_date = is_date or bool(re.fullmatch(r"h+|m+|s+", bracket, re.IGNORECASE))
            if match := re.match(r"\$([^-]+)", bracket):
                pieces.append(("literal", match[1]))
        elif power:
            scientific = True
        elif general:
            pieces.append(("general", ""))
        elif plain == ";":
            section = False
        elif plain in "ymdhsYMDHS年月日":
            # B and E (eras) appear only beside these.
            is_date = is_date or plain in "ymdhsYMDHS"
            pieces.append(("literal", plain))
        elif plain in "0#?.,%/":
            pieces.append(("digit", plain))
        elif plain == "@":
            pieces.append(("text", "@"))
        else:
            pieces.append(("literal", plain))
    if is_date:
        return Format(code, is_date=True)
    text = [one for one in pieces if one[0] == "text"]
    return Format(code, is_scientific=scientific, is_text=bool(text), pieces=tuple(pieces))


GENERAL = read_format("General")
_NUMBER = re.compile(r"[+-]?(\d{1,400}\.?\d{0,400}|\.\d{1,400})([eE][+-]?\d{1,3})?")


def of_number(raw: str, form: Format, *, date1904: bool = False, formula: bool = False) -> Cell:
    """The cell that holds the number ``raw`` as it stands in the file."""
    if not _NUMBER.fullmatch(raw):
        return Cell(raw, Eaten.ERROR, formula=formula)
    try:
        number = Decimal(raw)
    except InvalidOperation:  # pragma: no cover - the pattern keeps it out
        return Cell(raw, Eaten.ERROR, formula=formula)
    if form.is_date:
        moment = of_serial(number, date1904=date1904)
        if moment is None:
            return Cell(raw, Eaten.ERROR, number=number, formula=formula)
        shown = moment.date().isoformat() if not (moment.hour or moment.minute) else f"{moment:%Y-%m-%d %H:%M}"
        return Cell(shown, Eaten.DATE, number, moment.date(), formula)
    plain = _plain(number)
    digits = len(plain.replace("-", "").replace(".", "").strip("0"))
    if abs(number) >= Decimal(10) ** TRUSTED_DIGITS:
        return Cell(plain, Eaten.DIGITS, number, formula=formula)
    if digits > TRUSTED_DIGITS:
        # What stands behind the fifteenth digit is the machine's, not the writer's.
        number = Decimal(f"{number:.{TRUSTED_DIGITS}g}")
        plain = _plain(number)
    if form.is_scientific:
        return Cell(plain, Eaten.SCIENTIFIC, number, formula=formula)
    whole = number == number.to_integral_value()
    padded = _padded(plain, form) if whole and not form.is_text else None
    if padded is not None and padded != plain:
        return Cell(padded, Eaten.PADDED, number, formula=formula)
    return Cell(plain, Eaten.NUMBER if whole else Eaten.FRACTION, number, formula=formula)


def _plain(number: Decimal) -> str:
    plain = f"{number:f}"
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain in ("-0", "") else plain


def _padded(plain: str, form: Format) -> str | None:
    """A whole number as a format of zeros and literals shows it (``00000``, ``"DS-"000``); ``None`` for others."""
    kinds = {what for kind, what in form.pieces if kind == "digit"}
    if not kinds or kinds - {"0", "#"} or plain.startswith("-"):
        return None
    if any(kind not in ("literal", "digit") for kind, _what in form.pieces):
        return None
    places = [what for kind, what in form.pieces if kind == "digit"]
    digits = list(plain.rjust(len(places), " "))
    surplus, digits = digits[: len(digits) - len(places)], digits[len(digits) - len(places) :]
    shown: list[str] = []
    first = True
    for kind, what in form.pieces:
        if kind == "literal":
            shown.append(what)
            continue
        if first:
            shown += surplus
            first = False
        digit = digits.pop(0)
        if digit != " ":
            shown.append(digit)
        elif what == "0":
            shown.append("0")
    return "".join(shown)


def of_serial(number: Decimal, *, date1904: bool = False) -> datetime | None:
    """The moment a spreadsheet's serial means; ``None`` outside of the years it knows."""
    if not 0 <= number < 2_958_466:
        return None
    # Day 60 of the 1900 calendar never was (29 February 1900): the days before it stand one further on.
    base = datetime(1904, 1, 1) if date1904 else datetime(1899, 12, 31) if number < 60 else datetime(1899, 12, 30)  # noqa: DTZ001 - a day on paper
    try:
        return base + timedelta(seconds=int((number * 86_400).to_integral_value()))
    except OverflowError:
        return None


_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
# What a spreadsheet leaves in csv, or in what is copied from it, of a cell that held something else: a long number or
# 1E5 (digits, point, E, sign and two digits at least), a date in its usual formats, an error, ####, a formula. Numbers of
# more than eight digits are nothing that lost a zero, but telephones and the like.
_CSV_EATEN = re.compile(
    r"(?P<SCIENTIFIC>\d(?:\.\d+)?(?-i:E)[+-]\d{2,3})"
    r"|(?P<NUMBER>(?:0|[1-9]\d{0,7})(?:\.0)?)"
    r"|(?P<FRACTION>(?:0|[1-9]\d{0,7})\.\d{0,8}[1-9])"
    r"|(?P<DATE>(?:19|20)\d\d(?:[/-]\d{1,2}[/-]\d{1,2}|年\d{1,2}月(?:\d{1,2}日)?)(?: \d{1,2}:\d\d(?::\d\d)?)?"
    rf"|\d{{1,2}}月\d{{1,2}}日|\d{{1,2}}/\d{{1,2}}/(?:19|20)\d\d|\d{{1,2}}-{_MONTH}(?:-\d\d(?:\d\d)?)?|{_MONTH}-\d\d)"
    r"|(?P<ERROR>#(?:REF!|N/A|VALUE!|DIV/0!|NAME\?|NUM!|NULL!|SPILL!|CALC!))"
    r"|(?P<NARROW>#{2,})"
    r"|(?P<FORMULA>=.+)",
    re.IGNORECASE,
)
# How csv is told that a number is a text: ="00812".
_CSV_QUOTED = re.compile(r'="([^"]*)"')


def of_text(text: str, *, formula: bool = False, csv: bool = False) -> Cell:
    """The cell that holds a text, without the white space around it."""
    text = text.strip(" \t\r\n\u00a0\u3000\ufeff\u200b")
    if not text:
        return NOTHING
    if csv and text[0].isascii() and len(text) <= 255:
        if quoted := _CSV_QUOTED.fullmatch(text):
            return Cell(quoted[1]) if quoted[1] else NOTHING
        if eaten := _CSV_EATEN.fullmatch(text):
            return Cell(text, Eaten[eaten.lastgroup or "NOTHING"])
    return Cell(text, formula=formula)


_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Characters that XML cannot hold are written ``_x000D_`` in workbooks (ECMA-376 part 1, 22.9.2.19)."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)


@lru_cache(maxsize=MOST_COLUMNS)
def letters(column: int) -> str:
    """``A`` for 1, ``AA`` for 27."""
    name = ""
    while column:
        column, rest = divmod(column - 1, 26)
        name = chr(65 + rest) + name
    return name


@lru_cache(maxsize=MOST_COLUMNS)
def column_of(name: str) -> int:
    """1 for ``A``; 0 for what is no column."""
    if not 1 <= len(name) <= 3 or not (name.isascii() and name.isalpha() and name.isupper()):
        return 0
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - 64
    return number if number <= MOST_COLUMNS else 0


def address(column: int, row: int) -> str:
    """``B17``."""
    return f"{letters(column)}{row}"


_RANGE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")


def read_range(text: str) -> tuple[int, int, int, int] | None:
    """First column, first row, last column, last row; ``None`` when it is none."""
    found = _RANGE.fullmatch(text)
    if not found:
        return None
    left, top = column_of(found[1]), int(found[2])
    right, bottom = (column_of(found[3]), int(found[4])) if found[3] else (left, top)
    if not (1 <= left <= right and 1 <= top <= bottom <= MOST_ROWS):
        return None
    return left, top, right, bottom
