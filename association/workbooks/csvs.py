"""Reading csv: which encoding, which delimiter, then the same rows as a sheet has."""

import csv
from collections import Counter
from collections.abc import Iterator
from io import StringIO
from itertools import islice

from association.workbooks import cells
from association.workbooks.sheets import Row
from association.workbooks.words import Refusal, refused

DELIMITERS = ",;\t|，"
_LOOKED_AT = 30


def decode(content: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: what a mark says, else UTF-8, else GB 18030 (Excel's in China).

    Raises Invalid when it is none of them.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if content.startswith(mark):
            return _decoded(content, encoding)
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decoded(content, "gb18030")


def _decoded(content: bytes, encoding: str) -> tuple[str, str]:
    try:
        text = content.decode(encoding)
    except (UnicodeDecodeError, UnicodeError) as error:
        raise refused(Refusal.ENCODING) from error
    # Bytes of another encoding read as GB 18030 give characters of private use sooner or later.
    if "\x00" in text or any("\ue000" <= one <= "\uf8ff" for one in text[:20_000]):
        raise refused(Refusal.ENCODING)
    return text, encoding


def delimiter_of(text: str) -> str:
    """The sign that parts most lines into the same number of pieces, more than one."""
    if _told(text):
        return text[4]
    sample = text[: 64 * 1024]
    best, worth = ",", 0.0
    for sign in DELIMITERS:
        try:
            widths = [len(row) for row in islice(csv.reader(StringIO(sample), delimiter=sign), _LOOKED_AT) if row]
        except csv.Error:
            continue
        if not widths:
            continue
        width, times = Counter(widths).most_common(1)[0]
        if width == 1 and len(set(widths)) > 1:
            width, times = Counter(one for one in widths if one > 1).most_common(1)[0]
        value = times * min(width, 20) if width > 1 else 0.0
        if value > worth:
            best, worth = sign, value
    return best


def _told(text: str) -> bool:
    """Whether the first line says the delimiter (``sep=;``), which spreadsheets do not count as a row."""
    return text[:4].lower() == "sep=" and text[5:6] in ("\r", "\n")


def _swallowed(cell: str, delimiter: str, width: int) -> bool:
    """Whether a cell holds whole lines of a table this wide: as many delimiters as they would have had, neither more nor
    fewer, and no blank behind one, as sentences have. Of two columns a text of two sentences could look the same."""
    breaks = cell.count("\n")
    if width < 3 or not breaks or cell.count(delimiter) != breaks * (width - 1):
        return False
    return delimiter.isspace() or f"{delimiter} " not in cell


def rows_of(text: str, delimiter: str, *, most_columns: int) -> Iterator[Row]:
    """The rows that hold something, numbered by record (the row a spreadsheet shows them in)."""
    before = csv.field_size_limit(cells.LONGEST_TEXT)
    try:
        # Strict: a quote that is never closed, or closed by one meant for another cell, takes whole lines into one cell.
        reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
        number = lines = 0
        if _told(text):
            next(reader, None)
            lines = reader.line_num
        while True:
            try:
                record = next(reader, None)
            except csv.Error as broken:
                if "field larger" in str(broken) and reader.line_num - lines <= 1:
                    raise refused(Refusal.CELL, cell=f"A{number + 1}", limit=cells.LONGEST_TEXT) from broken
                if "NUL" in str(broken):
                    raise refused(Refusal.DAMAGED, part=f"csv {number + 1}") from broken
                raise refused(Refusal.QUOTES, row=number + 1) from broken
            if record is None:
                return
            number += 1
            if reader.line_num - lines > 1 and any(_swallowed(one, delimiter, len(record)) for one in record):
                raise refused(Refusal.QUOTES, row=number)
            lines = reader.line_num
            found = {}
            for column, text_of_cell in enumerate(record, 1):
                cell = cells.of_text(text_of_cell, csv=True)
                if cell is not cells.NOTHING:
                    found[column] = cell
            if found:
                if number > cells.MOST_ROWS:
                    raise refused(Refusal.ROWS, limit=cells.MOST_ROWS)
                if max(found) > most_columns:
                    raise refused(Refusal.COLUMNS, limit=most_columns)
                yield Row(number, found)
    finally:
        csv.field_size_limit(before)
