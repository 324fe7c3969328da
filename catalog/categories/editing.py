"""Forms of the facts that the staff change: which fields, and back again to what a file would say. Pure.

They say nothing of what is right: that is the loader's to judge, for files and pages alike.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from association.kernel.i18n import N_, _
from catalog.categories import words
from catalog.categories.catalogfile import key_field
from catalog.categories.facts import GROUNDED, FactKind


@dataclass(frozen=True, slots=True)
class Control:
    """One field of a form. ``sort``: text, mono, lines, signs, day, value, flag, one, many; ``hint`` is source text."""

    name: str
    sort: str = "text"
    required: bool = True
    hint: str = ""
    longest: int = 200

    @property
    def label(self) -> str:
        return words.field_label(self.name)

    @property
    def help(self) -> str:
        return _(self.hint) if self.hint else ""


_NAMES = (Control("name_zh"), Control("name_en"))
_DAYS = (
    Control("from", "day", False, N_("从哪一天起；一直如此的留空")),
    Control("until", "day", False, N_("最后一天；不限的留空")),
)
_CODE = Control("code", "mono", hint=N_("小写字母、数字、连字符或下划线，定后不改"), longest=60)
_CITED = Control("citation", "one")

CONTROLS: dict[FactKind, tuple[Control, ...]] = {
    FactKind.SYNONYM: (
        _CODE,
        Control("name_zh"),
        Control("words", "lines", hint=N_("每行一个，至少两个；只用于搜索，不用于判定"), longest=2000),
        *_DAYS,
    ),
    FactKind.ISSUER: (
        _CODE,
        *_NAMES,
        Control("kind", "one"),
        Control("issues", "many", False),
        Control("certainty", "one"),
        _CITED,
        Control("look_alike_of", "one", False, N_("容易与之混淆的机构")),
        Control("note_en", "text", False, longest=400),
        *_DAYS,
    ),
    FactKind.HOLIDAY: (Control("date", "day"), Control("kind", "one"), *_NAMES),
    FactKind.SETTING: (
        Control("key", "mono", hint=N_("程序按此代码取值，定后不改"), longest=60),
        *_NAMES,
        Control("value", "value", longest=60),
        Control("basis", "one"),
        _CITED,
        *_DAYS,
    ),
    FactKind.GROUND: (_CODE, *_NAMES, _CITED, *_DAYS),
    FactKind.REVOCATION_GROUND: (
        _CODE,
        *_NAMES,
        Control("supports", "many", hint=N_("可以据以作出哪种决定")),
        _CITED,
        *_DAYS,
    ),
    FactKind.CRITERION: (_CODE, *_NAMES, _CITED, *_DAYS),
    FactKind.NOT_IN_CATALOG_TERM: (
        Control("term", hint=N_("名称以此结尾的产品属目录外"), longest=60),
        Control("name_en"),
        *_DAYS,
    ),
    FactKind.CONFUSABLE: (
        Control("characters", "signs", hint=N_("互相容易看错的字符，连续填写，例如0OQ"), longest=20),
    ),
}
_ABSENT: dict[str, Any] = {"demo_only": False, "note_en": None}


def fixed_fields(kind: FactKind) -> tuple[str, ...]:
    """What names a fact and cannot be changed: then it would be another fact."""
    return (key_field(kind), "from")


def form_of(kind: FactKind, body: Mapping[str, Any]) -> dict[str, Any]:
    """What a body looks like in its form."""
    shown: dict[str, Any] = {}
    for control in CONTROLS[kind]:
        value = body.get(control.name)
        if control.name == "supports" and value is None:
            # Of a file made before grounds said it.
            value = [one.value for one in GROUNDED]
        if control.sort == "lines":
            value = "\n".join(value or ())
        elif control.sort == "signs":
            value = "".join(value or ())
        elif control.sort == "many":
            value = list(value or ())
        shown[control.name] = "" if value is None else value
    return shown


def body_of(kind: FactKind, form: Mapping[str, Any], before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """What a file would say for this form; of a fact that is there its name and whatever has no field stay."""
    fixed = set(fixed_fields(kind)) if before is not None else set()
    body = dict(before) if before is not None else {}
    for control in CONTROLS[kind]:
        if control.name not in fixed:
            body[control.name] = _value(control, form.get(control.name))
    if kind is FactKind.ISSUER:
        body = {**_ABSENT, **body}
    return body


def _value(control: Control, typed: Any) -> Any:
    match control.sort:
        case "lines":
            return [one.strip() for one in re.split(r"[\n、，,；;]", typed or "") if one.strip()]
        case "signs":
            return [one for one in typed or "" if not one.isspace()]
        case "many":
            return list(typed or ())
        case "day":
            return typed.isoformat() if isinstance(typed, date) else None
        case "value":
            text = (typed or "").strip()
            return int(text) if re.fullmatch(r"-?\d{1,12}", text, re.ASCII) else text
        case _:
            return (typed or "") if control.required else (typed or None)
