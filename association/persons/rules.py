"""What is asked of somebody's data (PIPL, GB 11643), and commitments that stand in for names. Pure."""

import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol

from association.kernel.errors import Shortfall
from association.kernel.i18n import N_, _
from association.kernel.numbers import identity_fault, narrow
from association.ledger.rules import canonical

LONGEST_NAME = 80
_PHONE = re.compile(r"\+?[0-9 ()-]{5,39}", re.ASCII)
IDENTITY_FAULTS = {
    "length": N_("身份证号码应为18位，请对照身份证核对；15位的旧号码已不再使用"),
    "characters": N_("身份证号码前17位为数字，末位为数字或X"),
    "birth_date": N_("身份证号码第7至14位不是有效的出生日期"),
    "check": N_("身份证号码的校验位不对，通常是某一位写错，请对照身份证核对"),
}


def normal_name(text: str) -> str:
    """A name as it is kept: no blanks round it, one inside; the dot of names in other tongues is ``·``."""
    return re.sub(r"\s*[·•・‧∙]\s*", "·", " ".join(narrow(text).split()))


def name_shortfalls(name: str) -> list[Shortfall]:
    """What is wrong with a normalised name."""
    if not name:
        return [Shortfall("name", "blank", _("请填写姓名"))]
    if len(name) > LONGEST_NAME:
        return [Shortfall("name", "too_long", _("姓名最多{limit}个字符", limit=LONGEST_NAME))]
    return []


def identity_shortfalls(number: str, *, today: date) -> list[Shortfall]:
    """What is wrong with a normalised identity number; regions are not looked up (abolished ones stay good)."""
    fault = identity_fault(number, today=today)
    return [] if fault is None else [Shortfall("identity", f"identity_{fault}", _(IDENTITY_FAULTS[fault]))]


def phone_shortfalls(phone: str) -> list[Shortfall]:
    """A telephone number is digits with the usual signs; it may be left out."""
    if phone and not _PHONE.fullmatch(phone):
        return [Shortfall("phone", "phone", _("电话只能由数字、空格、括号、短横线和+组成"))]
    return []


def commitment(salt: str, facts: Mapping[str, Any]) -> str:
    """What stands in a sealed record in place of personal ``facts``.

    HMAC-SHA256 under the person's own ``salt`` of the facts' canonical JSON. Who has the salt and the facts can show
    that the record is about them; once the salt is deleted nobody can, and no name can be tried out against it.
    """
    return hmac.new(salt.encode(), canonical(dict(facts)), hashlib.sha256).hexdigest()


def opens(committed: str, salt: str, facts: Mapping[str, Any]) -> bool:
    """Whether ``committed`` was made of these facts with this salt."""
    return bool(salt) and hmac.compare_digest(committed, commitment(salt, facts))


class Span(Protocol):
    """An interval of days."""

    @property
    def begins(self) -> date: ...
    @property
    def ends(self) -> date | None: ...


def overlapping(spans: Iterable[Span], begins: date, ends: date | None) -> list[Span]:
    """Those of ``spans`` that share a day with the one from ``begins`` to ``ends``: nobody counts for two enterprises."""
    return [one for one in spans if (ends is None or one.begins <= ends) and (one.ends is None or begins <= one.ends)]


@dataclass(frozen=True, slots=True)
class Notice:
    """What somebody is told before agreeing to a purpose, in one version, from a day on (PIPL Art. 17)."""

    purpose: str
    version: int
    begins: date
    title_zh: str
    title_en: str
    text_zh: str
    text_en: str
    needed_for: str = ""


def current_notices(notices: Sequence[Notice], on: date) -> dict[str, Notice]:
    """For each purpose the notice in force on that day, the latest version of those begun."""
    found: dict[str, Notice] = {}
    for one in sorted(notices, key=lambda each: each.version):
        if one.begins <= on:
            found[one.purpose] = one
    return found
