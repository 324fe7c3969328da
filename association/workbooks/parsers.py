"""From a cell to a value, or to a fault in words. Pure; each parser says what it refuses.

A text in which every character counts (a model, a certificate number) is ``exact``: what a spreadsheet has made of it
is refused when the original cannot be known, and remarked on when it probably is what it was.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from association.kernel.i18n import _
from association.workbooks.cells import Cell, Eaten
from association.workbooks.words import Fault, Remark


@dataclass(frozen=True, slots=True)
class Parsed:
    """What became of a cell: a value, or a fault; and perhaps a remark. ``values`` fill the sentence's places."""

    value: Any = None
    fault: Fault | None = None
    remark: Remark | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def detail(self) -> str:
        """The sentence in the reader's language."""
        said = self.fault or self.remark
        return "" if said is None else _(said.zh, **self.values)


Parser = Callable[[Cell], Parsed]

_EATEN = {
    Eaten.DATE: Fault.DATE_EATEN,
    Eaten.SCIENTIFIC: Fault.SCIENTIFIC,
    Eaten.DIGITS: Fault.DIGITS_LOST,
    Eaten.BOOLEAN: Fault.BOOLEAN,
    Eaten.ERROR: Fault.ERROR,
    Eaten.NO_VALUE: Fault.NO_VALUE,
    Eaten.FORMULA: Fault.FORMULA,
    Eaten.NARROW: Fault.NARROW,
}
_NOTICED = {Eaten.PADDED: Remark.PADDED, Eaten.NUMBER: Remark.NUMBER, Eaten.FRACTION: Remark.FRACTION}
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_BREAKS = re.compile(r"\s*[\r\n]+\s*")
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2100, 12, 31)
SHOWN = 60


def _fault(fault: Fault, **values: Any) -> Parsed:
    return Parsed(fault=fault, values=values)


def _unusable(cell: Cell) -> Parsed | None:
    """Errors and formulas without a result are refused by every parser."""
    if cell.eaten in (Eaten.ERROR, Eaten.NO_VALUE, Eaten.NARROW):
        return _fault(_EATEN[cell.eaten], shown=cell.text[:SHOWN])
    return None


def _text_fault(cell: Cell, longest: int) -> Parsed | None:
    if _CONTROLS.search(cell.text):
        return _fault(Fault.CHARACTERS)
    return _fault(Fault.TOO_LONG, limit=longest) if len(cell.text) > longest else None


def _one_line(text: str) -> str:
    return _BREAKS.sub(" ", text) if "\n" in text or "\r" in text else text


def text(longest: int = 200) -> Parser:
    """Any text; numbers and dates as they are shown. Line breaks become blanks."""

    def parse(cell: Cell) -> Parsed:
        refused = _unusable(cell) or _text_fault(cell, longest)
        return refused or Parsed(_one_line(cell.text))

    return parse


def exact(longest: int = 120) -> Parser:
    """A text in which every character counts."""

    def parse(cell: Cell) -> Parsed:
        if fault := _EATEN.get(cell.eaten):
            return _fault(fault, shown=cell.text[:SHOWN])
        if refused := _text_fault(cell, longest):
            return refused
        value = _one_line(cell.text)
        remark = _NOTICED.get(cell.eaten)
        return Parsed(value, remark=remark, values={"shown": value[:SHOWN]} if remark else {})

    return parse


def number(least: Decimal | int | None = None, most: Decimal | int | None = None, *, whole: bool = False) -> Parser:
    """A number within bounds (inclusive), with or without thousands' commas; a unit behind it is left out (``3台``)."""

    def parse(cell: Cell) -> Parsed:
        if refused := _unusable(cell):
            return refused
        shown = cell.text[:SHOWN]
        if cell.eaten in (Eaten.DATE, Eaten.BOOLEAN):
            return _fault(Fault.NUMBER, shown=shown)
        value = cell.number
        if value is None:
            plain = cell.text.replace(",", "").replace("，", "").replace(" ", "").translate(_WIDE)
            found = re.fullmatch(r"([+-]?\d{1,15}(?:\.\d{1,9})?)[^\d.+-]{0,4}", plain)
            if found is None:
                return _fault(Fault.NUMBER, shown=shown)
            value = Decimal(found[1])
        if whole and value != value.to_integral_value():
            return _fault(Fault.INTEGER, shown=shown)
        if least is not None and value < least:
            return _fault(Fault.MINIMUM, limit=least)
        if most is not None and value > most:
            return _fault(Fault.MAXIMUM, limit=most)
        return Parsed(int(value) if whole else value)

    return parse


_WIDE = {ord("０") + one: ord("0") + one for one in range(10)} | {ord("．"): ord("."), ord("－"): ord("-")}
_DAY = re.compile(r"(\d{1,4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]\d{1,2}:\d{2}(?::\d{2})?)?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")


def day() -> Parser:
    """A civil date: a date cell, or 2026-03-01, 2026/3/1, 2026.3.1, 2026年3月1日, 20260301."""

    def parse(cell: Cell) -> Parsed:
        if refused := _unusable(cell):
            return refused
        shown = cell.text[:SHOWN]
        if cell.day is not None:
            value = cell.day
        else:
            plain = cell.text.translate(_WIDE)
            found = _DAY.fullmatch(plain) or _COMPACT.fullmatch(plain)
            if found is None:
                return _fault(Fault.DATE, shown=shown)
            if len(found[1]) < 4:
                return _fault(Fault.DATE_SHORT, shown=shown)
            try:
                value = date(int(found[1]), int(found[2]), int(found[3]))
            except ValueError:
                return _fault(Fault.DATE, shown=shown)
        if not FIRST_DAY <= value <= LAST_DAY:
            return _fault(Fault.DATE_RANGE)
        return Parsed(value)

    return parse


def choice(options: Mapping[str, str], *, shown: tuple[str, ...] = (), lenient: bool = False) -> Parser:
    """One of ``options`` (spelling: value), whatever the case and width; ``shown`` are named when it is none of them.

    A ``lenient`` one does not refuse the row for that: it says that the cell was not used.
    """
    folded = {_folded(spelling): value for spelling, value in options.items()}

    def parse(cell: Cell) -> Parsed:
        if refused := _unusable(cell):
            return refused
        value = folded.get(_folded(cell.text))
        if value is None:
            named = shown or tuple(options)
            values = {"shown": cell.text[:SHOWN], "limit": _("、").join(_(one) for one in named[:12])}
            return Parsed(remark=Remark.UNREAD, values=values) if lenient else _fault(Fault.CHOICE, **values)
        return Parsed(value)

    return parse


def _folded(spelling: str) -> str:
    return re.sub(r"[\s（）()·.\-_]+", "", unicodedata.normalize("NFKC", spelling).casefold())
