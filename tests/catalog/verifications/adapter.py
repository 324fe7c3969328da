"""From the oracle's plain dicts to the program's own things, and its answer back to plain words."""

import json
from datetime import date, datetime
from functools import cache
from typing import Any

from catalog.categories import catalogfile
from catalog.categories.rules import CatalogFacts, CatalogView
from catalog.evidence.rules import Change, Evidence, EvidenceLine, on_file
from catalog.register.rules import Entry, Name, in_effect, make_entry, names_of
from catalog.verifications.rules import Judgement, NamedProof, Question, judge, match
from catalog.vocabulary import EntryKind, EvidenceKind
from tests.catalog.categories.conftest import facts_of

Plain = dict[str, Any]


@cache
def raw_catalog() -> Plain:
    """The catalog file, for the oracle."""
    return json.loads(catalogfile.OWN_COPY.read_text(encoding="utf-8"))


@cache
def catalog_facts() -> CatalogFacts:
    """The catalog file, for the program."""
    return facts_of(raw_catalog())


def a_moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def a_day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def an_entry(number: str, plain: Plain) -> Entry:
    return make_entry(
        plain["entry"],
        number,
        EntryKind(plain["kind"]),
        date.fromisoformat(plain["effective_from"]),
        a_moment(plain["recorded_at"]),
        "示例公技防委〔2004〕1号",
        plain["facts"],
    )


def a_line(plain: Plain) -> EvidenceLine:
    return EvidenceLine(
        EvidenceKind(plain["kind"]),
        plain["number"],
        plain["issuer"],
        Change(plain["change"]),
        date.fromisoformat(plain["effective_from"]),
        a_moment(plain["recorded_at"]),
        a_day(plain["valid_from"]),
        a_day(plain["valid_until"]),
    )


def a_question(plain: Plain) -> Question:
    proof = plain.get("proof")
    return Question(
        **{key: value for key, value in plain.items() if key != "proof"},
        proof=NamedProof(EvidenceKind(proof["kind"]) if proof["kind"] else None, proof["number"]) if proof else None,
    )


class Registry:
    """The program's rules over plain registrations; what is known at a moment is worked out once."""

    def __init__(self, registrations: list[Plain], catalog: CatalogFacts | None = None) -> None:
        self.catalog = catalog or catalog_facts()
        self.registrations = {
            one["number"]: (
                [an_entry(one["number"], entry) for entry in sorted(one["entries"], key=lambda entry: entry["entry"])],
                [a_line(line) for line in one["evidence"]],
            )
            for one in registrations
        }
        self._known: dict[str, tuple[CatalogView, dict[str, tuple[list[Entry], tuple[Evidence, ...]]], list[Name]]] = {}

    def at(self, known: str) -> tuple[CatalogView, dict[str, tuple[list[Entry], tuple[Evidence, ...]]], list[Name]]:
        """The catalog, the registrations, and every name, as known then."""
        if known not in self._known:
            moment = a_moment(known)
            registrations = {
                number: (in_effect(entries, known=moment), on_file(lines, known=moment))
                for number, (entries, lines) in self.registrations.items()
            }
            names = [name for entries, _papers in registrations.values() for name in names_of(entries)]
            self._known[known] = (self.catalog.as_known(moment), registrations, names)
        return self._known[known]

    def judge(self, plain: Plain, on: str, made_on: str | None, known: str) -> Judgement:
        """The program's verdict."""
        view, registrations, names = self.at(known)
        question = a_question(plain)
        matched = match(question, names, view.confusable_groups())
        entries, evidence = registrations[matched.number] if matched.number else ([], ())
        return judge(
            question,
            matched,
            entries,
            evidence,
            view,
            on=date.fromisoformat(on),
            made_on=date.fromisoformat(made_on or on),
            known=a_moment(known),
        )


def in_words(judged: Judgement) -> Plain:
    """A verdict in the oracle's words."""
    return {
        "verdict": judged.verdict.value,
        "reasons": [reason.code.value for reason in judged.reasons],
        "warnings": {warning.code.value for warning in judged.warnings},
        "matched_by": judged.matched_by.value if judged.matched_by else None,
        "number": judged.number,
    }
