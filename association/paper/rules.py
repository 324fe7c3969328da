"""What a sheet or a label says, before it is set in type. Pure.

Nothing here is markup: every text is data, and stays text.
"""

import io
import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

import segno

Language = Literal["zh", "en"]

# A run of signs in which Typst would find no place to end a line; codes are set wider than words.
_LONG_RUN = re.compile(r"[^\s\u2e80-\U0003ffff]{25,}")
_LONG_CODE = re.compile(r"[^\s\u2e80-\U0003ffff]{9,}")


@dataclass(frozen=True, slots=True)
class Value:
    """A text as it is printed; ``code`` sets it in the face in which 0 and O differ."""

    text: str
    code: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of facts."""

    name: str
    value: Value
    note: Value = Value("")


@dataclass(frozen=True, slots=True)
class Facts:
    """Facts under a title, in one column or two; those without a value are left out."""

    title: str
    rows: Sequence[Fact]
    columns: Literal[1, 2] = 1


@dataclass(frozen=True, slots=True)
class Table:
    """A table; ``widths`` are parts of the whole."""

    title: str
    columns: Sequence[str]
    widths: Sequence[float]
    rows: Sequence[Sequence[Value]]


@dataclass(frozen=True, slots=True)
class Words:
    """Paragraphs under a title, or under none."""

    title: str
    lines: Sequence[Value]


@dataclass(frozen=True, slots=True)
class Remarks:
    """What is said of each field: ``(name of the field, text)``; a text may have several lines."""

    title: str
    rows: Sequence[tuple[str, str]]


Part = Facts | Table | Words | Remarks


@dataclass(frozen=True, slots=True)
class Number:
    """The number that a sheet is about, set large, with its QR code."""

    name: str
    text: str
    word: str
    sentence: str
    address: str
    alt: str
    caption: str
    statement: str = ""


@dataclass(frozen=True, slots=True)
class Sheet:
    """A document on A4. ``at`` is the moment it speaks of, which the file bears as its date; ``name`` is how a reader's
    program calls it, where the title alone would not do."""

    title: str
    language: Language
    issuer: str
    over: str
    lead: str
    parts: Sequence[Part]
    footer: str
    pages: str
    at: datetime
    name: str = ""
    number: Number | None = None
    signed: Sequence[str] = ()
    about: str = ""
    keywords: Sequence[str] = ()


class LabelSize(StrEnum):
    """The sizes in which labels are offered, in millimetres."""

    SMALL = "30x20"
    MEDIUM = "50x30"
    LARGE = "70x45"


@dataclass(frozen=True, slots=True)
class Label:
    """What a label says: number, model and the address in its QR code, with a line above and one below.

    ``statement``: the digits of a signed statement that the QR code bears behind the address, where there is room.
    """

    number: str
    model: str
    address: str
    over: str
    under: str
    language: Language
    at: datetime
    statement: str = ""


@dataclass(frozen=True, slots=True)
class Badge:
    """What somebody wears: the name, whom they come for, what they attend, and their place on the list."""

    name: str
    firm: str
    course: str
    code: str
    place: str


@dataclass(frozen=True, slots=True)
class Badges:
    """Badges to be cut out; ``empty`` is what stands there when there are none."""

    title: str
    language: Language
    issuer: str
    empty: str
    badges: Sequence[Badge]
    at: datetime


# Per size: margin, side of the QR code, space between lines (mm); type sizes of number, model, small print (pt).
# A module of the QR code is 0.4 mm or larger, and the margin four of them.
_MEASURES: Mapping[LabelSize, tuple[float, float, float, float, float, float]] = {
    LabelSize.SMALL: (1.6, 13.2, 1.1, 7.0, 6.5, 4.6),
    LabelSize.MEDIUM: (2.4, 25.2, 1.6, 10.5, 8.5, 5.6),
    LabelSize.LARGE: (3.4, 33.0, 2.4, 14.5, 11.5, 7.4),
}


def printable(text: str, has: Callable[[str], bool]) -> str:
    """``text`` with every character that no font ``has`` written out as its code, such as 〔U+2A6D6〕.

    A box says nothing; a code can be looked up. Invisible characters (controls, marks of direction) come out as codes
    too, so that what is printed can be trusted.

    >>> printable("\\u202eA", str.isascii)
    '〔U+202E〕A'
    """
    return "".join(one if has(one) else f"〔U+{ord(one):04X}〕" for one in text)


def pieces(text: str, *, code: bool = False) -> list[str]:
    """``text`` in pieces between which a line may end, where it has a run too long for a line."""
    found: list[str] = []
    place = 0
    for run in (_LONG_CODE if code else _LONG_RUN).finditer(text):
        if run.start() > place:
            found.append(text[place : run.start()])
        for one in run.group():
            # A mark stays with the letter it belongs to.
            if unicodedata.combining(one) and found:
                found[-1] += one
            else:
                found.append(one)
        place = run.end()
    if place < len(text):
        found.append(text[place:])
    return found


def qr_code(address: str, statement: str = "", *, error: str = "m") -> segno.QRCode:
    """The QR code of ``address``; behind it, where there is one, a # and the digits of a signed statement.

    Digits take 3.3 bits each: the statement costs what its bytes cost, and the address stays a plain address.
    """
    if not statement:
        return segno.make_qr(address, error="m")
    # A list of segments, which segno's types do not tell of.
    segments: Any = [f"{address}#", statement]
    return segno.make_qr(segments, error=error)


def qr_svg(address: str, statement: str = "", *, border: int = 0, error: str = "m") -> str:
    """The same as SVG."""
    picture = io.BytesIO()
    code = qr_code(address, statement, error=error)
    code.save(picture, kind="svg", scale=4, border=border, xmldecl=False, svgclass=None, lineclass=None, omitsize=True)
    return picture.getvalue().decode()


def sheet_data(sheet: Sheet, has: Callable[[str], bool]) -> dict[str, Any]:
    """The sheet as its form reads it."""

    def clean(text: str) -> str:
        return printable(" ".join(text.split()), has)

    def shown(value: Value) -> dict[str, Any]:
        return {"pieces": pieces(clean(value.text), code=value.code), "code": value.code}

    def part(one: Part) -> dict[str, Any]:
        match one:
            case Facts():
                rows = [
                    {"name": clean(row.name), "value": shown(row.value), "note": shown(row.note)}
                    for row in one.rows
                    if row.value.text
                ]
                return {"kind": "facts", "title": clean(one.title), "rows": rows, "columns": one.columns}
            case Table():
                return {
                    "kind": "table",
                    "title": clean(one.title),
                    "columns": [clean(name) for name in one.columns],
                    "widths": list(one.widths),
                    "rows": [[shown(cell) for cell in row] for row in one.rows],
                }
            case Words():
                return {"kind": "words", "title": clean(one.title), "lines": [shown(line) for line in one.lines]}
            case Remarks():
                remarks = [
                    {"name": clean(name), "lines": [shown(Value(line)) for line in text.splitlines() if line.strip()]}
                    for name, text in one.rows
                ]
                return {"kind": "remarks", "title": clean(one.title), "rows": remarks}

    number = sheet.number
    return {
        "title": clean(sheet.title),
        "name": clean(sheet.name or sheet.title),
        "lang": sheet.language,
        "region": "cn" if sheet.language == "zh" else "gb",
        "issuer": clean(sheet.issuer),
        "over": clean(sheet.over),
        "lead": clean(sheet.lead),
        "about": clean(sheet.about),
        "keywords": [clean(word) for word in sheet.keywords],
        "footer": clean(sheet.footer),
        "pages": clean(sheet.pages),
        "signed": [clean(line) for line in sheet.signed],
        "parts": [part(one) for one in sheet.parts],
        "number": None
        if number is None
        else {
            "name": clean(number.name),
            "text": shown(Value(number.text, code=True)),
            "word": clean(number.word),
            "sentence": shown(Value(number.sentence)),
            "qr": qr_svg(number.address, number.statement),
            "alt": clean(number.alt),
            "caption": clean(number.caption),
        },
    }


def badges_data(badges: Badges, has: Callable[[str], bool]) -> dict[str, Any]:
    """Badges as their form reads them."""

    def clean(text: str) -> str:
        return printable(" ".join(text.split()), has)

    return {
        "title": clean(badges.title),
        "lang": badges.language,
        "region": "cn" if badges.language == "zh" else "gb",
        "issuer": clean(badges.issuer),
        "empty": clean(badges.empty),
        "badges": [
            {
                "name": [clean(one.name)],
                "firm": pieces(clean(one.firm)),
                "course": pieces(clean(one.course)),
                "code": pieces(clean(one.code), code=True),
                "place": clean(one.place),
            }
            for one in badges.badges
        ],
    }


def label_data(label: Label, size: LabelSize, has: Callable[[str], bool]) -> dict[str, Any]:
    """The label as its form reads it."""
    width, height = (int(side) for side in size.value.split("x"))
    gap, square, between, large, small, tiny = _MEASURES[size]

    def clean(text: str) -> str:
        return printable(" ".join(text.split()), has)

    # Two lines, parted after a hyphen, so that the number is copied off correctly.
    head, hyphen, _serial = label.number.rpartition("-")[0].rpartition("-")
    first = head + hyphen
    number = [first, label.number.removeprefix(first)] if first else [label.number]
    return {
        "title": clean(label.number),
        "lang": label.language,
        "region": "cn" if label.language == "zh" else "gb",
        "width": width,
        "height": height,
        "gap": gap,
        "square": square,
        "between": between,
        "large": large,
        "small": small,
        "tiny": tiny,
        # The smallest label has no room for a statement; a larger code is worth more there than a second chance to err.
        "qr": qr_svg(label.address, "" if size is LabelSize.SMALL else label.statement, error="l"),
        "number": [clean(part) for part in number],
        "model": {"pieces": pieces(clean(label.model), code=True)},
        "over": clean(label.over),
        # The smallest label has no room for a sentence; its word says what it is.
        "under": "" if size is LabelSize.SMALL else clean(label.under),
    }
