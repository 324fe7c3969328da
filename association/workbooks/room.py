"""Where in a sheet there is room for further columns: behind everything the table holds, where they can be seen. Pure."""

import re
from bisect import bisect_left
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from html import unescape

from association.workbooks.cells import column_of
from association.workbooks.layout import Layout
from association.workbooks.marking import Marking
from association.workbooks.parts import ATTRIBUTES

# How many columns away from the table the added ones may stand for the sake of what would rather not be disturbed.
FAR = 30
_REFERENCE = re.compile(rb"\br=[\"']([A-Za-z]{1,3})\d")
Span = tuple[int, int]  # first and last column


@dataclass(frozen=True, slots=True)
class Room:
    """Where the added columns begin, and the rows in which a merged cell (a note as wide as the sheet) lies over them."""

    first: int
    covered: frozenset[int] = frozenset()


def named_column(attributes: bytes) -> int:
    """The column that a cell names; 0 when it names none."""
    found = _REFERENCE.search(attributes)
    return column_of(found[1].decode().upper()) if found else 0


def cells_in(rows: bytes, prefix: str) -> Iterator[tuple[int, int, re.Match[bytes]]]:
    """Row, column and opening tag of every cell. A cell need not name its place: then it stands behind the one before it,
    and so with rows (ECMA-376 part 1, 18.3.1.4 and 18.3.1.73). Group 3 of the tag is the sign that it holds nothing."""
    p = re.escape(prefix.encode())
    row = column = 0
    for found in re.finditer(rb"<" + p + rb"(row|c)\b(" + ATTRIBUTES + rb")(/?)>", rows):
        if found[1] == b"c":
            column = named_column(found[2]) or column + 1
            yield row, column, found
            continue
        row, column = numbered(found[2], row), 0


def numbered(attributes: bytes, before: int) -> int:
    """The number of a row, which it names or which follows the one before."""
    said = re.search(rb"(?:^|\s)r=[\"'](\d+)[\"']", attributes)
    return int(said[1]) if said else before + 1


def find(
    rows: bytes,
    prefix: str,
    layout: Layout,
    added: Marking,
    *,
    blank: Container[int] = (),
    avoided: Sequence[Span] = (),
) -> Room:
    """Room for what is ``added``, from the heading down: a title may be as wide as it likes.

    ``blank``: the shared strings that hold nothing to be seen; ``avoided``: columns that something lies over, or that are
    hidden, which are gone round as long as that does not lead too far.
    """
    count = len(added.columns)
    last, must, rather = _held(rows, prefix, layout.heading_row, blank)
    rather += avoided
    seen = sorted({layout.heading_row, *(row for row, mark in added.rows.items() if mark.texts and mark.texts[0])})
    wide: list[tuple[int, int, int, int]] = []
    for left, top, right, bottom in layout.merges:
        if bottom < layout.heading_row:
            continue
        at = bisect_left(seen, top)
        if at < len(seen) and seen[at] <= bottom:
            must.append((left, right))
        else:
            wide.append((left, top, right, bottom))
            rather.append((left, right))
    limit = _behind(last, count, must) + FAR
    first = _behind(last, count, must + [one for one in rather if one[1] <= limit])
    covered = {
        row
        for left, top, right, bottom in wide
        if left < first + count and right >= first
        for row in range(top, bottom + 1)
        if row in added.rows
    }
    return Room(first, frozenset(covered))


def _behind(last: int, count: int, taken: Sequence[Span]) -> int:
    """The first column behind ``last`` from which ``count`` are free."""
    first = last + 1
    for left, right in sorted(taken):
        if left < first + count:
            first = max(first, right + 1)
    return first


def _held(rows: bytes, prefix: str, heading_row: int, blank: Container[int]) -> tuple[int, list[Span], list[Span]]:
    """The last column that holds something from the heading down; columns behind it with texts of blanks only, which are
    theirs all the same; columns with something right above the heading, as of headings in two rows."""
    closing = b"</" + prefix.encode() + b"c>"
    last = 0
    blanks: set[int] = set()
    above: set[int] = set()
    for row, column, found in cells_in(rows, prefix):
        if found[3] or column <= last or row < heading_row - 1:
            continue
        inside = rows[found.end() : rows.find(closing, found.end())]
        seen = _is_seen(inside, found[2], blank)
        if row < heading_row:
            above |= {column} if seen else set()
        elif seen:
            last = column
        elif seen is False:
            blanks.add(column)
    return last, [(one, one) for one in blanks], [(one, one) for one in above]


def _is_seen(inside: bytes, attributes: bytes, blank: Container[int]) -> bool | None:
    """Whether a cell holds something to be seen; ``None`` when it holds nothing at all."""
    if re.search(rb"<(?:[\w.-]+:)?f\b", inside):
        return True
    value = re.search(rb"<(?:[\w.-]+:)?v\b[^>]*>([^<]*)<", inside)
    if re.search(rb"\bt=[\"']inlineStr[\"']", attributes):
        texts = re.findall(rb"<(?:[\w.-]+:)?t\b[^>]*>([^<]*)<", inside)
    elif value is None:
        return None
    elif re.search(rb"\bt=[\"']s[\"']", attributes):
        number = value[1].strip()
        return not (number.isdigit() and int(number) in blank)
    else:
        texts = [value[1]]
    # A text in a section of its own (CDATA) is not looked into.
    return bool(unescape(b"".join(texts).decode(errors="replace")).strip()) or b"<![" in inside
