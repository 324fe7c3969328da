"""What a training certificate says on A4 and on a card for the wallet, before it is set in type. Pure.

Nothing here is markup: every text is data, and stays text.
"""

import base64
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from association.paper.rules import pieces, printable, qr_svg


class DiplomaForm(StrEnum):
    """The two forms: A4 landscape, to hang up; a card of 85.6 by 54 mm (ISO 7810 ID-1)."""

    A4 = "a4"
    CARD = "card"


@dataclass(frozen=True, slots=True)
class Diploma:
    """One certificate. ``body`` and ``body_en`` are the sentence it makes; ``facts`` are name, value, and whether it is a code.

    ``portrait`` is a JPEG, or nothing.
    """

    name: str
    body: str
    body_en: str
    course: str
    level: str
    number: str
    facts: Sequence[tuple[str, str, bool]]
    card_facts: Sequence[tuple[str, str, bool]]
    signed: Sequence[str]
    address: str
    statement: str
    alt: str
    portrait: bytes | None = None


@dataclass(frozen=True, slots=True)
class Diplomas:
    """Certificates, one on a page. ``at`` is the moment the file bears as its date."""

    title: str
    title_en: str
    issuer: str
    issuer_en: str
    caption: str
    footer: str
    portrait_alt: str
    items: Sequence[Diploma]
    at: datetime


def diplomas_data(given: Diplomas, form: DiplomaForm, has: Callable[[str], bool]) -> Mapping[str, Any]:
    """Certificates as their form reads them."""

    def clean(text: str) -> str:
        return printable(" ".join(text.split()), has)

    def facts(rows: Sequence[tuple[str, str, bool]]) -> list[dict[str, Any]]:
        return [
            {"name": clean(name), "value": pieces(clean(value), code=code), "code": code}
            for name, value, code in rows
            if value
        ]

    only = given.items[0] if len(given.items) == 1 else None
    return {
        "form": form.value,
        "title": clean(given.title),
        "title_en": clean(given.title_en),
        "name": clean(f"{given.title} {only.number}" if only else given.title),
        "issuer": clean(given.issuer),
        "issuer_en": clean(given.issuer_en),
        "caption": clean(given.caption),
        "footer": clean(given.footer),
        "portrait_alt": clean(given.portrait_alt),
        "items": [
            {
                "name": [clean(one.name)],
                "bold": _is_common(one.name),
                "body": clean(one.body),
                "body_en": clean(one.body_en),
                "course": pieces(clean(one.course)),
                "level": clean(one.level),
                "number": clean(one.number),
                "facts": facts(one.facts),
                "card_facts": facts(one.card_facts),
                "signed": [clean(line) for line in one.signed],
                "qr": qr_svg(one.address, one.statement, error="l"),
                "alt": clean(one.alt),
                "portrait": _picture(one.portrait) if one.portrait else "",
            }
            for one in given.items
        ],
    }


def _is_common(text: str) -> bool:
    """Whether the bold face, which has GB 2312 and Latin letters, has every sign."""
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def _picture(jpeg: bytes) -> str:
    """A portrait as Typst takes it among the data: inside an SVG."""
    shown = base64.b64encode(jpeg).decode("ascii")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 35 45">'
        f'<image width="35" height="45" preserveAspectRatio="xMidYMid slice" href="data:image/jpeg;base64,{shown}"/></svg>'
    )
