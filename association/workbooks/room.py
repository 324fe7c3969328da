"""Where in a sheet there is room for further columns: behind everything the table holds. Pure."""

import re
from collections.abc import Iterator

from association.workbooks.cells import column_of
from association.workbooks.parts import ATTRIBUTES

_REFERENCE = re.compile(rb"\br=[\"']([A-Za-z]{1,3})\d")


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


def last_column(rows: bytes, prefix: str) -> int:
    """The last column in which a cell holds something."""
    return max((column for _row, column, found in cells_in(rows, prefix) if not found[3]), default=0)
