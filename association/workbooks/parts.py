"""The lists of an xlsx file's parts: relationships and content types, added to in place. Pure."""

import re
from collections.abc import Mapping

from lxml import etree

from association.workbooks.package import Package, parse_xml, rels_of
from association.workbooks.words import Refusal, refused

REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
REL_STRICT = "http://purl.oclc.org/ooxml/officeDocument/relationships"
TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
# What may stand behind the root of a list: blanks and remarks.
_BEHIND = rb"(?s:\s|<!--(?:(?!--).)*-->|<\?(?:(?!\?>).)*\?>)*$"
# Attributes may hold ">" in quotes.
ATTRIBUTES = rb"(?:\"[^\"]*\"|'[^']*'|[^>\"'])*?"


def utf8(content: bytes, part: str) -> bytes:
    """XML text in UTF-8; other encodings (none that people's programs write) are written anew."""
    said = re.match(rb"(?:\xef\xbb\xbf)?\s*<\?xml[^>]*?encoding=[\"']([\w-]+)", content)
    if content[:2] not in (b"\xff\xfe", b"\xfe\xff") and (said is None or said[1].lower() == b"utf-8"):
        return content
    return bytes(etree.tostring(parse_xml(content, part), encoding="UTF-8", xml_declaration=True, standalone=True))


def free_part(package: Package, wanted: str, changed: Mapping[str, bytes]) -> str:
    """A name for a new part: a workbook that was given back before has parts of ours already."""
    stem, _dot, ending = wanted.rpartition(".")
    name, number = wanted, 2
    while package.named(name) in package.infos or name in changed:
        name = f"{stem}{number}.{ending}"
        number += 1
    return name


def add_relation(package: Package, part: str, kind: str, target: str, changed: dict[str, bytes]) -> str:
    """A relationship of ``part`` to ``target`` (a part); its id."""
    place = package.named(rels_of(part))
    if place in changed or place in package.infos:
        text = changed.get(place) or utf8(package.read(place), place)
    else:
        text = (
            b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
            b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"></Relationships>'
        )
    used = set(re.findall(rb"\bId=[\"']([^\"']+)[\"']", text))
    number = 1
    while f"rIdJf{number}".encode() in used:
        number += 1
    element = f'Relationship Id="rIdJf{number}" Type="{kind}" Target="/{target}"/>'
    changed[place] = _before_end(text, "Relationships", element, place)
    return f"rIdJf{number}"


def add_type(package: Package, part: str, kind: str, changed: dict[str, bytes]) -> None:
    """Name the content type of a new part."""
    place = package.types
    text = changed.get(place) or utf8(package.read(place), place)
    changed[place] = _before_end(text, "Types", f'Override PartName="/{part}" ContentType="{kind}"/>', place)


def add_default(package: Package, ending: str, kind: str, changed: dict[str, bytes]) -> None:
    """Name the content type of all parts with this ending, unless it is named."""
    place = package.types
    text = changed.get(place) or utf8(package.read(place), place)
    if re.search(rb"Extension=[\"']" + ending.encode() + rb"[\"']", text, re.IGNORECASE) is None:
        changed[place] = _before_end(text, "Types", f'Default Extension="{ending}" ContentType="{kind}"/>', place)


def _before_end(text: bytes, root: str, element: str, part: str) -> bytes:
    found = re.search(rb"</((?:[\w.-]+:)?)" + root.encode() + rb">" + _BEHIND, text)
    if found is None:
        # A list without anything in it closes itself.
        empty = re.search(rb"<((?:[\w.-]+:)?)" + root.encode() + rb"\b(" + ATTRIBUTES + rb")/>" + _BEHIND, text)
        if empty is None:
            raise refused(Refusal.DAMAGED, part=part)
        p = empty[1].decode()
        return text[: empty.start()] + f"<{p}{root}{empty[2].decode()}><{p}{element}</{p}{root}>".encode()
    return text[: found.start()] + f"<{found[1].decode()}{element}".encode() + text[found.start() :]
