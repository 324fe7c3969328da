"""An answer as programs get it. Pure."""

from typing import Any

from association.kernel.dates import show_utc
from association.kernel.i18n import _
from catalog.categories.rules import CatalogView
from catalog.verifications import words
from catalog.verifications.queries import Answer


def law_of(view: CatalogView, citations: tuple[str, ...]) -> str | None:
    """The law as people cite it: issuer and number or title."""
    found = [view.citation(one) for one in citations]
    return _("；").join(one.shown for one in found if one is not None) or None


def _party(party: Any) -> dict[str, Any]:
    return {"name": party.get("name", ""), "uscc": party.get("uscc") or None}


def verdict_json(answer: Answer) -> dict[str, Any]:
    """The verdict of the contract, alone: with the register's head and the disclaimer."""
    head = {"entry": answer.head.entry, "hash": answer.head.hash}
    return {**line_json(answer), "head": head, "disclaimer": _(words.DISCLAIMER)}


def line_json(answer: Answer) -> dict[str, Any]:
    """The verdict of the contract as a line of a list, which has head and disclaimer once for all."""
    judged = answer.judgement
    registration = None
    if judged.number is not None and judged.facts is not None and judged.standing is not None:
        facts, stands = judged.facts, judged.standing
        maker = facts.get("manufacturer") or {}
        registration = {
            "number": judged.number,
            "name": facts.get("name", ""),
            "brand": facts.get("brand", ""),
            "model": facts.get("model", ""),
            "manufacturer": {**_party(maker), "country": maker.get("country", "CN")},
            "registrant": _party(facts.get("registrant") or {}),
            "category": facts["category"],
            "subtype": facts["subtype"],
            "standing": stands.standing.value,
            "valid_from": stands.valid_from.isoformat() if stands.valid_from else None,
            "valid_until": stands.valid_until.isoformat() if stands.valid_until else None,
        }
    return {
        "ref": answer.question.ref or None,
        "verdict": judged.verdict.value,
        "compliant": judged.compliant,
        "label": judged.verdict.label,
        "detail": words.headline(judged),
        "on": answer.on.isoformat(),
        "made_on": answer.made_on.isoformat(),
        "known": show_utc(answer.known),
        "matched_by": judged.matched_by.value if judged.matched_by else None,
        "reasons": [
            {
                "code": reason.code.value,
                "detail": words.reason_text(reason),
                "since": reason.since.isoformat() if reason.since else None,
                "law": law_of(answer.view, reason.citations),
            }
            for reason in judged.reasons
        ],
        "warnings": [
            {
                "code": warning.code.value,
                "detail": words.warning_text(warning),
                "on": warning.on.isoformat() if warning.on else None,
            }
            for warning in judged.warnings
        ],
        "registration": registration,
        "entry": judged.entry,
        "requirements": [row.id for row in judged.requirements],
        "evidence": [
            {
                "kind": paper.kind.value,
                "number": paper.number,
                "issuer": paper.issuer,
                "valid_from": paper.valid_from.isoformat(),
                "valid_until": paper.valid_until.isoformat() if paper.valid_until else None,
                "standing": word.value,
            }
            for paper, word in judged.evidence
        ],
        "suggestions": [
            {
                "number": one.number,
                "model": one.model,
                "manufacturer": one.maker,
                "differs": [[d.place, d.typed, d.registered] for d in one.differs],
            }
            for one in judged.suggestions
        ],
    }
