"""A registration as programs get it. Pure."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from association.kernel.dates import show_utc
from association.kernel.i18n import N_, _
from association.kernel.pagination import Page
from catalog.categories.rules import CatalogView
from catalog.evidence.rules import standing as evidence_standing
from catalog.register.queries import Head, Known
from catalog.register.rows import Row
from catalog.register.rules import as_feed, facts_at, standing_at
from catalog.register.search import MOST_ATTRIBUTES, Found, marks
from catalog.register.terms import Term

DISCLAIMER = N_("登记信息：不是行政许可，不构成推荐，也不是验收结论。")


def _party(party: Any) -> dict[str, Any]:
    return {"name": party.get("name", ""), "uscc": party.get("uscc") or None}


def registration_json(found: Known, view: CatalogView, head: Head, *, on: date, known: datetime) -> dict[str, Any]:
    """The registration of the contract."""
    stands, facts = standing_at(found.entries, on), facts_at(found.entries, on)
    maker = facts.get("manufacturer") or {}
    deciding = next((entry for entry in found.all_entries if entry.entry == stands.entry), found.all_entries[-1])
    return {
        "number": found.number,
        "standing": stands.standing.value,
        "standing_label": stands.standing.label,
        "standing_since": stands.since.isoformat() if stands.since else None,
        "on": on.isoformat(),
        "known": show_utc(known),
        "name": facts.get("name", ""),
        "name_en": facts.get("name_en", ""),
        "brand": facts.get("brand", ""),
        "model": facts.get("model", ""),
        "manufacturer": {**_party(maker), "country": maker.get("country", "CN")},
        "registrant": _party(facts.get("registrant") or {}),
        "category": facts["category"],
        "subtype": facts["subtype"],
        "origin": facts.get("origin"),
        "standards": facts.get("standards") or [],
        "attributes": facts.get("attributes") or {},
        "valid_from": stands.valid_from.isoformat() if stands.valid_from else None,
        "valid_until": stands.valid_until.isoformat() if stands.valid_until else None,
        "mandate": deciding.mandate,
        "entry": stands.entry,
        "evidence": [
            {
                "kind": paper.kind.value,
                "number": paper.number,
                "issuer": paper.issuer,
                "valid_from": paper.valid_from.isoformat(),
                "valid_until": paper.valid_until.isoformat() if paper.valid_until else None,
                "standing": evidence_standing(
                    paper, on, regime_end=view.regime_end(paper.kind, facts["category"], facts["subtype"])
                ).value,
            }
            for paper in found.evidence
        ],
        "entries": [as_feed(entry) for entry in found.all_entries],
        "head": {"entry": head.entry, "hash": head.hash},
        "disclaimer": _(DISCLAIMER),
    }


def row_json(row: Row, terms: Sequence[Term] = ()) -> dict[str, Any]:
    """One item of the list; ``highlights`` are places (begin, end) in its texts that hold one of the ``terms``."""
    texts = {
        "number": row.number,
        "name": row.name,
        "brand": row.brand,
        "model": row.model,
        "manufacturer": row.manufacturer,
        "registrant": row.registrant,
    }
    return {
        "number": row.number,
        "name": row.name,
        "brand": row.brand,
        "model": row.model,
        "manufacturer": {
            "name": row.manufacturer,
            "uscc": row.manufacturer_uscc or None,
            "country": row.manufacturer_country,
        },
        "registrant": {"name": row.registrant, "uscc": row.registrant_uscc or None},
        "category": row.category,
        "subtype": row.subtype,
        "standing": row.standing.value,
        "highlights": {
            name: found for name, text in texts.items() if (found := [list(one) for one in marks(text, terms)])
        },
    }


def term_json(term: Term) -> dict[str, Any]:
    """How a term was read: all that anybody needs to work out its points (``catalog/data/recompute_order.py``)."""
    shown = asdict(term)
    for name in ("classes", "values"):
        shown[name] = sorted(shown[name])
    shown["measures"] = [list(one) for one in term.measures]
    return {name: value for name, value in shown.items() if value or name in ("typed", "text")}


def search_json(found: Found, rows: Sequence[Row], *, on: date, number: int, per_page: int) -> dict[str, Any]:
    """A page of a search's answer."""
    answer = {
        **Page([row_json(row, found.terms) for row in rows], number, per_page, found.total).as_json(),
        "on": on.isoformat(),
        "seed": found.seed,
        "stage": found.stage,
        "sort": found.sort,
        "relaxed": [asdict(one) for one in found.relaxed],
        "ignored": list(found.ignored),
        "terms": [term_json(term) for term in found.terms],
        "phrases": list(found.phrases),
        "did_you_mean": [
            asdict(one) | {"differs": [list(difference) for difference in one.differs]} for one in found.did_you_mean
        ],
    }
    if found.facets:
        answer["facets"] = {
            name: [{"value": value, "count": count} for value, count in counted]
            for name, counted in found.facets.items()
        }
    return answer


# Names that nobody can list, because the catalog's attributes are data: each becomes a parameter of its own.
ATTRIBUTE_CONDITIONS: dict[str, Any] = {
    "in": "query",
    "name": "attr",
    "required": False,
    "style": "form",
    "explode": True,
    "description": (
        "Conditions on attributes: `attr.<key>=`, `attr.<key>.min=`, `attr.<key>.max=`; the keys stand in "
        "`catalog/categories` (`attributes`). Example: `attr.detection_range_m.min=12`"
    ),
    "schema": {
        "type": "object",
        "propertyNames": {"pattern": r"^attr\.[a-z0-9_]{1,40}(\.(min|max))?$"},
        "additionalProperties": {"type": "string", "maxLength": 200},
        "maxProperties": MOST_ATTRIBUTES,
    },
}
