"""Comments put into a sheet beside those it has: the list of comments, and the drawing (VML) that Excel wants for each.
Pure."""

import re
from collections.abc import Sequence
from xml.sax.saxutils import quoteattr

from association.workbooks import marking
from association.workbooks.cells import read_range
from association.workbooks.package import Package, relations
from association.workbooks.parts import (
    ATTRIBUTES,
    REL,
    REL_STRICT,
    TYPE,
    add_default,
    add_relation,
    add_type,
    free_part,
    utf8,
)
from association.workbooks.sheettext import SheetText
from association.workbooks.words import Refusal, refused

COMMENTS, DRAWING = "xl/comments_findings.xml", "xl/drawings/vml_findings.vml"
VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
# What may stand behind legacyDrawing in a sheet (CT_Worksheet, ECMA-376 part 1, 18.3.1.99).
BEHIND = (
    "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts", "extLst",
)  # fmt: skip
_SHAPE_TYPE = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)


def add(
    package: Package,
    part: str,
    said: Sequence[tuple[str, str]],
    author: str,
    changed: dict[str, bytes],
    sheet: SheetText,
) -> None:
    """Put comments (cell, text) on the sheet of ``part``. A cell that has one already keeps it as it is."""
    there = relations(package, part)
    old = dict(there.values()).get("comments", "")
    text = utf8(package.read(old), old) if old in package.infos else b""
    taken = {one.decode().upper() for one in re.findall(rb"\bref=[\"']([A-Za-z]+\d+)[\"']", text)}
    joined: dict[str, list[str]] = {}
    for cell, sentence in said:
        if cell not in taken:
            joined.setdefault(cell, []).append(sentence)
    if not joined:
        return
    # A sheet may have a second drawing of this kind, with the picture of its header: that is none for comments.
    place = sheet.drawing_of_comments()
    drawing = there.get(place or "", ("", ""))[1]
    if place is not None and drawing not in package.infos:
        # Comments without a drawing are not shown, and a second drawing is not allowed. The columns say it all.
        return
    strict = b"purl.oclc.org" in sheet.root
    rel = REL_STRICT if strict else REL
    if text:
        changed[old] = _into_comments(text, joined, author, old)
    else:
        namespace = re.search(rb"xmlns(?::[\w.-]+)?=[\"']([^\"']*spreadsheetml[^\"']*)[\"']", sheet.root)
        name = free_part(package, COMMENTS, changed)
        changed[name] = _new_comments(joined, author, namespace[1].decode() if namespace else marking.MAIN)
        add_type(package, name, f"{TYPE}.comments+xml", changed)
        add_relation(package, part, f"{rel}/comments", name, changed)
    if place is not None:
        changed[drawing] = _into_drawing(package.read(drawing), list(joined), drawing)
        return
    name = free_part(package, DRAWING, changed)
    changed[name] = _new_drawing(list(joined))
    add_default(package, "vml", VML_TYPE, changed)
    number = add_relation(package, part, f"{rel}/vmlDrawing", name, changed)
    element = f'<{sheet.prefix}legacyDrawing xmlns:jfr="{rel}" jfr:id="{number}"/>'
    sheet.put_behind(element.encode(), BEHIND)


def _comment(cell: str, sentences: Sequence[str], author: int, p: str) -> str:
    text = marking.xml_text("\n".join(sentences)[: marking.LONGEST_COMMENT])
    return (
        f'<{p}comment ref="{cell}" authorId="{author}"><{p}text><{p}r><{p}t xml:space="preserve">{text}</{p}t></{p}r>'
        f"</{p}text></{p}comment>"
    )


def _new_comments(joined: dict[str, list[str]], author: str, namespace: str) -> bytes:
    inside = "".join(_comment(cell, sentences, 0, "") for cell, sentences in joined.items())
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<comments xmlns="{namespace}"><authors><author>'
        f"{marking.xml_text(author)}</author></authors><commentList>{inside}</commentList></comments>"
    ).encode()


def _into_comments(text: bytes, joined: dict[str, list[str]], author: str, part: str) -> bytes:
    authors = re.search(rb"</((?:[\w.-]+:)?)authors>", text)
    end = re.search(rb"</((?:[\w.-]+:)?)commentList>", text)
    if authors is None or end is None or end.start() < authors.start():
        raise refused(Refusal.DAMAGED, part=part)
    p = end[1].decode()
    number = len(re.findall(rb"<(?:[\w.-]+:)?author\b" + ATTRIBUTES + rb">", text[: authors.start()]))
    new = "".join(_comment(cell, sentences, number, p) for cell, sentences in joined.items()).encode()
    name = f"<{p}author>{marking.xml_text(author)}</{p}author>".encode()
    return text[: authors.start()] + name + text[authors.start() : end.start()] + new + text[end.start() :]


def _shape(cell: str, number: int) -> str:
    area = read_range(cell)
    assert area is not None
    column, row = area[0] - 1, area[1] - 1
    anchor = f"{column + 1}, 15, {max(0, row - 1)}, 10, {column + 4}, 15, {row + 5}, 4"
    return (
        f'<v:shape id="_x0000_s{number}" type="#_x0000_t202" '
        'style="position:absolute;margin-left:80pt;margin-top:2pt;width:180pt;height:76pt;z-index:1;visibility:hidden" '
        'fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/>'
        '<v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div>'
        '</v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/>'
        f"<x:Anchor>{anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column>"
        "</x:ClientData></v:shape>"
    )


_SPACES = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)


def _new_drawing(where: Sequence[str]) -> bytes:
    shapes = "".join(_shape(cell, 1025 + n) for n, cell in enumerate(where))
    blocks = ",".join(str(one) for one in range(1, 2 + (len(where) + 1025) // 1024))
    layout = f'<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data={quoteattr(blocks)}/></o:shapelayout>'
    return f"<xml {_SPACES}>{layout}{_SHAPE_TYPE}{shapes}</xml>".encode()


def _into_drawing(text: bytes, where: Sequence[str], part: str) -> bytes:
    end = text.rfind(b"</xml>")
    if end < 0:
        raise refused(Refusal.DAMAGED, part=part)
    numbers = [int(one) for one in re.findall(rb"_x0000_s(\d{1,9})\b", text)]
    first = max(numbers, default=1024) + 1
    new = "" if b"_x0000_t202" in text else _SHAPE_TYPE
    new += "".join(_shape(cell, first + n) for n, cell in enumerate(where))
    # Wrapped once with the names it uses: a drawing may have given them others.
    new = re.sub(r"<(v:shape(?:type)?) ", lambda its: f"<{its[1]} {_SPACES} ", new)
    return text[:end] + new.encode() + text[end:]
