"""A sheet's XML as text, and the places in it where something may be put without touching the rest. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence

from lxml import etree

from association.workbooks import cells, room
from association.workbooks.emptiness import empty_end
from association.workbooks.marking import Marking, text_cell
from association.workbooks.package import Package
from association.workbooks.parts import ATTRIBUTES, utf8
from association.workbooks.room import Room
from association.workbooks.sheets import shown_range
from association.workbooks.words import Refusal, refused

SLICE = 1 << 20
MOST_WIDTHS = 400


class SheetText:
    """A sheet's XML as bytes, with the places where something may be put."""

    def __init__(self, package: Package, part: str) -> None:
        raw = package.read(part)
        text = utf8(raw, part)
        # Empty rows without end, in which nothing is put.
        self.empty = b""
        root = re.search(rb"<((?:[\w.-]+:)?)worksheet\b" + ATTRIBUTES + rb">", text)
        if root is None:
            raise refused(Refusal.DAMAGED, part=part)
        self.part, self.prefix, self.root = part, root[1].decode(), root[0]
        # The rows once something was put into them; joined only when the whole is, for they may be long.
        self.pieces: list[bytes] = []
        # Columns that were hidden or folded away and are not, for something was put into them.
        self.shown: set[int] = set()
        p = re.escape(root[1])
        begins = re.search(rb"<" + p + rb"sheetData\b" + ATTRIBUTES + rb"(/?)>", text[root.end() :])
        if begins is None:
            raise refused(Refusal.DAMAGED, part=part)
        start = root.end() + begins.start()
        if begins[1]:
            self.head, self.rows, self.tail = text[:start], b"", text[root.end() + begins.end() :]
        else:
            end = text.rfind(b"</" + root[1] + b"sheetData>")
            if end < 0:
                raise refused(Refusal.DAMAGED, part=part)
            self.head, self.tail = text[:start], text[end + len(b"</" + root[1] + b"sheetData>") :]
            gap, _ends = (empty_end(package, part) if text is raw else None) or (end, end)
            self.rows, self.empty = text[root.end() + begins.end() : gap], text[gap:end]

    def whole(self) -> list[bytes]:
        """The sheet, in pieces that follow each other: put together they would be there twice."""
        p = self.prefix.encode()
        rows = self.pieces or [self.rows]
        whole = [self.head, b"<" + p + b"sheetData>", *rows, b"</" + p + b"sheetData>", self.tail]
        self.pieces, self.rows = [], b""
        self._check(whole)
        # As it came: it says only how rows look that hold nothing.
        whole.insert(-2, self.empty)
        self.empty = b""
        return whole

    def _check(self, whole: Sequence[bytes]) -> None:
        """Bytes were put together: what does not parse must not be sent."""
        reading = etree.XMLPullParser(events=("end",), tag="{*}row", resolve_entities=False, huge_tree=False)
        try:
            for piece in whole:
                # libxml2 takes no more than ten million characters at a time.
                for at in range(0, len(piece), SLICE):
                    reading.feed(piece[at : at + SLICE])
                    for _event, element in reading.read_events():
                        element.clear()
                        above = element.getparent()
                        while element.getprevious() is not None:
                            del above[0]
            reading.close()
        except etree.XMLSyntaxError as broken:
            raise refused(Refusal.DAMAGED, part=self.part) from broken

    def add(self, heading_row: int, added: Marking, styles: Mapping[str, int], where: Room) -> None:
        """Put the added columns where there is room for them."""
        first, last = where.first, where.first + len(added.columns) - 1
        if last > cells.MOST_COLUMNS:
            raise refused(Refusal.COLUMNS, limit=cells.MOST_COLUMNS - len(added.columns))

        def cells_of(row: int) -> str:
            if row == heading_row:
                style = styles.get("heading")
                return "".join(
                    text_cell(first + n, row, one.heading, style, self.prefix) for n, one in enumerate(added.columns)
                )
            mark = added.rows.get(row)
            if mark is None or row in where.covered:
                return ""
            plain = styles.get("plain")
            return "".join(
                text_cell(first + n, row, one, styles.get(mark.tone, plain) if n == 0 else plain, self.prefix)
                for n, one in enumerate(mark.texts)
            )

        self._put_into_rows(cells_of, first, last)
        self._reach(last)
        self._widen(first, [one.width for one in added.columns])

    def _put_into_rows(self, cells_of: Callable[[int], str], first: int, last: int) -> None:
        p = re.escape(self.prefix.encode())
        closing = b"</" + self.prefix.encode() + b"row>"
        pieces: list[bytes] = []
        place = number = 0
        for found in re.finditer(rb"<" + p + rb"row\b(" + ATTRIBUTES + rb")(/?)>", self.rows):
            number = room.numbered(found[1], number)
            new = cells_of(number).encode()
            if not new:
                continue
            attributes = re.sub(
                rb"(\sspans=[\"']\d+:)(\d+)", lambda its: its[1] + str(max(int(its[2]), last)).encode(), found[1]
            )
            pieces.append(self.rows[place : found.start()])
            pieces.append(b"<" + self.prefix.encode() + b"row" + attributes + b">")
            if found[2]:
                inside, place = b"", found.end()
            else:
                end = self.rows.find(closing, found.end())
                inside, place = self.rows[found.end() : end], end + len(closing)
            pieces.append(self._inserted(inside, new, first, last))
            pieces.append(closing)
        pieces.append(self.rows[place:])
        self.pieces, self.rows = pieces, b""

    def _inserted(self, inside: bytes, new: bytes, first: int, last: int) -> bytes:
        """``new`` cells behind those of a row; empty cells that only carry a format make room for them."""
        p = self.prefix.encode()
        ending = inside.rfind(b"<" + p + b"c")
        if ending < 0 or 0 < room.named_column(inside[ending : inside.find(b">", ending)]) < first:
            return inside + new
        before, after = [], []
        pattern = rb"<" + re.escape(p) + rb"c\b(" + ATTRIBUTES + rb")(?:/>|>.*?</" + re.escape(p) + rb"c>)"
        column = 0
        for found in re.finditer(pattern, inside, re.DOTALL):
            column = room.named_column(found[1]) or column + 1
            if column < first:
                before.append(found[0])
            elif column > last:
                after.append(found[0])
        return b"".join((*before, new, *after))

    def _reach(self, last: int) -> None:
        """How far the sheet says its cells reach, where it says so: programs that read row by row believe it."""
        p = re.escape(self.prefix.encode())
        found = re.search(rb"<" + p + rb"dimension\b[^>]*?\sref=[\"']([A-Z0-9:$]+)[\"']", self.head)
        area = cells.read_range(found[1].decode()) if found else None
        if found is not None and area is not None and area[2] < last:
            wider = shown_range((area[0], area[1], last, area[3])).encode()
            self.head = self.head[: found.start(1)] + wider + self.head[found.end(1) :]

    def _widen(self, first: int, widths: list[float]) -> None:
        """Give the added columns their width, and what reached over them its bounds."""
        p = self.prefix
        ours = [
            f'<{p}col min="{first + n}" max="{first + n}" width="{width}" customWidth="1"/>'
            for n, width in enumerate(widths)
        ]
        last = first + len(widths) - 1
        pe = re.escape(p.encode())
        found = re.search(rb"<" + pe + rb"cols>(.*?)</" + pe + rb"cols>", self.head, re.DOTALL)
        if found is None:
            self.head += f"<{p}cols>{''.join(ours)}</{p}cols>".encode()
            return
        kept: list[tuple[int, bytes]] = []
        for low, high, one in self.columns():
            if high < first or low > last:
                kept.append((low, one))
                continue
            if low < first:
                kept.append((low, _with(one, b"max", first - 1)))
            if high > last:
                kept.append((last + 1, _with(one, b"min", last + 1)))
            if _is_folded(one):
                self.shown.update(range(max(low, first), min(high, last) + 1))
            if low == first and (folds := re.search(rb"\scollapsed=[\"'](?:1|true)[\"']", one)):
                # The sign that unfolds the columns before stands at the column behind them.
                ours[0] = ours[0].replace("/>", f"{folds[0].decode()}/>")
        kept += [(first + n, one.encode()) for n, one in enumerate(ours)]
        inside = b"".join(one for _low, one in sorted(kept))
        self.head = self.head[: found.start(1)] + inside + self.head[found.end(1) :]

    def columns(self) -> list[tuple[int, int, bytes]]:
        """First and last column and the text of what is said of widths, levels and hiding."""
        pe = re.escape(self.prefix.encode())
        found = re.search(rb"<" + pe + rb"cols>(.*?)</" + pe + rb"cols>", self.head, re.DOTALL)
        every = re.finditer(rb"<" + pe + rb"col\b" + ATTRIBUTES + rb"/>", found[1] if found else b"")
        return [(_number(one[0], b"min"), _number(one[0], b"max"), one[0]) for one in every]

    def widths(self) -> dict[int, float]:
        """How wide columns are, in characters; hidden ones are not wide at all. Of what reaches on, the first hundreds."""
        found: dict[int, float] = {}
        for low, high, text in self.columns():
            width = re.search(rb"\swidth=[\"']([\d.]{1,8})[\"']", text)
            if _is_hidden(text) or width is not None:
                wide = 0.0 if _is_hidden(text) or width is None else _float(width[1])
                found.update(dict.fromkeys(range(low, min(high, low + MOST_WIDTHS) + 1), wide))
        return found

    def heights(self, before: int) -> dict[int, float]:
        """How high the first rows are, in points, up to row ``before``; as far as they follow each other."""
        found: dict[int, float] = {}
        number = 0
        pe = re.escape(self.prefix.encode())
        for one in re.finditer(rb"<" + pe + rb"row\b(" + ATTRIBUTES + rb")/?>", self.rows):
            number = room.numbered(one[1], number)
            if number >= before:
                break
            if height := re.search(rb"\sht=[\"']([\d.]{1,8})[\"']", one[1]):
                found[number] = _float(height[1])
        return found

    def standard(self, name: str, otherwise: float) -> float:
        """What the sheet says of all columns or rows that say nothing themselves."""
        found = re.search(rb"<(?:[\w.-]+:)?sheetFormatPr\b[^>]*?\s" + name.encode() + rb"=[\"']([\d.]{1,8})", self.head)
        return _float(found[1]) if found else otherwise

    def hidden_or_grouped(self) -> list[tuple[int, int]]:
        """The columns that are hidden or can be folded away."""
        return [(low, high) for low, high, text in self.columns() if _is_folded(text)]

    def put_behind(self, element: bytes, before: tuple[str, ...]) -> None:
        """Put ``element`` among those that follow the rows: before the first of ``before``, else at the end."""
        depth = 0
        tokens = rb"<!--.*?-->|<\?.*?\?>|<!\[CDATA\[.*?\]\]>|<(/?)([\w:.-]+)" + ATTRIBUTES + rb"(/?)>"
        for found in re.finditer(tokens, self.tail, re.DOTALL):
            if found[2] is None:
                continue
            name = found[2].decode().rpartition(":")[2]
            if found[1]:
                depth -= 1
                if depth < 0:
                    self.tail = self.tail[: found.start()] + element + self.tail[found.start() :]
                    return
                continue
            if depth == 0 and name in before:
                self.tail = self.tail[: found.start()] + element + self.tail[found.start() :]
                return
            depth += not found[3]
        raise refused(Refusal.DAMAGED, part=self.part)

    def drawing_of_comments(self) -> str | None:
        """The id of the relation to the drawing (VML) of the sheet's comments; ``None`` when it has none."""
        p = re.escape(self.prefix.encode())
        found = re.search(rb"<" + p + rb"legacyDrawing\b(" + ATTRIBUTES + rb")/?>", self.tail)
        said = re.search(rb"\s[\w.-]+:id=[\"']([^\"']*)[\"']", found[1]) if found else None
        return None if found is None else said[1].decode() if said else ""


def _number(element: bytes, name: bytes) -> int:
    found = re.search(rb"\s" + name + rb"=[\"'](\d{1,7})[\"']", element)
    return int(found[1]) if found else 0


def _is_hidden(column: bytes) -> bool:
    return re.search(rb"\shidden=[\"'](?:1|true)[\"']", column) is not None


def _is_folded(column: bytes) -> bool:
    return _is_hidden(column) or re.search(rb"\soutlineLevel=[\"'][1-9]", column) is not None


def _float(text: bytes) -> float:
    try:
        return float(text)
    except ValueError:
        return 0.0


def _with(element: bytes, name: bytes, value: int) -> bytes:
    return re.sub(rb"(\s" + name + rb"=[\"'])\d+", lambda its: its[1] + str(value).encode(), element)
