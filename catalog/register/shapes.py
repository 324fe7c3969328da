"""A registration as programs get it. Pure."""

from datetime import date, datetime
from typing import Any

from association.kernel.dates import show_utc
from association.kernel.i18n import N_, _
from catalog.categories.rules import CatalogView
from catalog.evidence.rules import standing as evidence_standing
from catalog.register.queries import Head, Known, Row
from catalog.register.rules import as_feed, facts_at, standing_at

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


def row_json(row: Row) -> dict[str, Any]:
    """One item of the list."""
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
        "highlights": {},
    }
