"""A case as the desk reads it: rows of facts with what they were before, and papers with what is odd about them."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel import Locale

from association.kernel.i18n import N_, _, language, pick
from catalog.categories.attributes import show_number, show_value
from catalog.categories.rules import CatalogView
from catalog.evidence.rules import Evidence, standing
from catalog.products.rules import number_is_unusual
from catalog.vocabulary import EvidenceKind, EvidenceStanding


@dataclass(frozen=True, slots=True)
class Row:
    """One fact: the ``field`` a remark stands at, its value, and what it was where it changed."""

    field: str
    name: str
    value: str
    note: str = ""
    was: str = ""
    changed: bool = False
    code: bool = False


_PLAIN: Mapping[str, str] = {
    "name": N_("产品名称"),
    "name_en": N_("英文名称"),
    "brand": N_("品牌"),
    "model": N_("型号"),
    "manufacturer": N_("生产者"),
    "standards": N_("执行标准"),
}


def rows(
    facts: Mapping[str, Any], before: Mapping[str, Any] | None, changed: Collection[str], view: CatalogView
) -> list[Row]:
    """The facts in the order of the form; what is empty now and was empty before is left out."""
    found = []
    old = before or {}
    for field, name in _PLAIN.items():
        value, was = _text(field, facts.get(field)), _text(field, old.get(field))
        if not value and not was and field not in ("model", "name"):
            continue
        note = _note(facts.get(field)) if field == "manufacturer" else ""
        if field == "manufacturer" and was == value:
            was = _text(field, old.get(field)) + _(" · ") + _note(old.get(field)) if field in changed else was
        found.append(Row(field, _(name), value, note, was, field in changed, field == "model"))
    return found + list(_parameters(facts, old, changed, view))


def _parameters(
    facts: Mapping[str, Any], old: Mapping[str, Any], changed: Collection[str], view: CatalogView
) -> list[Row]:
    category, subtype = str(facts.get("category")), facts.get("subtype")
    values, were = facts.get("attributes") or {}, old.get("attributes") or {}
    known = {one.key: one for one in view.class_attributes(category)}
    order = [one.key for one in view.attributes(category, subtype)]
    keys = [key for key in order if key in values or key in were]
    keys += [key for key in (*values, *were) if key not in order]

    def text(key: str, value: Any) -> str:
        if value in (None, "", []):
            return ""
        return show_value(known[key], value) if key in known else show_number(value)

    return [
        Row(
            f"attributes.{key}",
            pick(known[key]) if key in known else key,
            text(key, values.get(key)),
            "",
            text(key, were.get(key)),
            f"attributes.{key}" in changed,
        )
        for key in dict.fromkeys(keys)
    ]


def _text(field: str, value: Any) -> str:
    if value is None:
        return ""
    if field == "manufacturer":
        return str(value.get("name") or "")
    if field == "standards":
        return _("、").join(str(one) for one in value)
    return str(value)


def _note(maker: Any) -> str:
    country = str((maker or {}).get("country") or "")
    names = Locale.parse("zh_Hans" if language() == "zh" else "en").territories
    parts = [names.get(country, country), str((maker or {}).get("uscc") or "")]
    return " · ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class PaperSeen:
    """What a reviewer should see at once of a paper."""

    kind: EvidenceKind
    stands: EvidenceStanding
    valid_from: date
    valid_until: date | None
    unusual: bool


def paper(one: Mapping[str, Any], facts: Mapping[str, Any], view: CatalogView, today: date) -> PaperSeen:
    """A frozen paper with how it stands today, and whether its number has an unusual shape."""
    kind = EvidenceKind(one["kind"])
    begins = date.fromisoformat(one["valid_from"])
    ends = date.fromisoformat(one["valid_until"]) if one["valid_until"] else None
    regime_end = view.regime_end(kind, str(facts.get("category")), facts.get("subtype"))
    stands = standing(Evidence(kind, one["number"], one["issuer"], begins, ends), today, regime_end=regime_end)
    return PaperSeen(kind, stands, begins, ends, number_is_unusual(view, kind, one["number"]))
