"""The judge: from a question and dated facts to one of five verdicts (Art. 12; ``verdict.md``). Pure.

Only an exact match decides; likeness only suggests. The code knows no year, no regime and no class by name.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from association.kernel.dates import civil_date
from association.kernel.numbers import (
    compact,
    fold,
    fold_brand,
    fold_maker,
    narrow,
    read_registration_number,
    uscc_fault,
)
from catalog.categories.facts import Requirement
from catalog.categories.rules import CatalogView
from catalog.evidence.rules import Evidence, covers, is_suspended, same_number, standing
from catalog.register.rules import Entry, Name, StandingAt, facts_at, standing_at
from catalog.verifications.pieces import but_for_zeros, pieces_of
from catalog.vocabulary import (
    Certainty,
    EvidenceKind,
    EvidenceStanding,
    MatchedBy,
    Proof,
    ReasonCode,
    Standing,
    Verdict,
    WarningCode,
)

MOST_SUGGESTIONS = 5
NEXT_DAY = timedelta(days=1)


# -- the question --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class NamedProof:
    """The proof that a line itself names; without ``kind`` its number is looked for whatever the kind."""

    kind: EvidenceKind | None
    number: str
    issuer: str = ""
    issued_on: date | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about one product, as it was typed. Empty text is "not given"."""

    number: str = ""
    manufacturer: str = ""
    manufacturer_uscc: str = ""
    brand: str = ""
    model: str = ""
    name: str = ""
    category: str = ""
    subtype: str = ""
    proof: NamedProof | None = None
    ref: str = ""
    quantity: str = ""


# -- which registration is meant -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """Where a suggestion differs: place (from 0) in its model as registered, what was typed, what is registered."""

    place: int
    typed: str
    registered: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A registration that might be meant; it never decides."""

    number: str
    model: str
    maker: str
    differs: tuple[Difference, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Which registration is meant: ``number`` and how, or the reason why none decides.

    ``ambiguous`` says that exact matches exist but cannot decide: then goods are not judged by their name either;
    ``several_models`` that pieces of the model as typed are exactly those that are suggested.
    """

    number: str | None = None
    matched_by: MatchedBy | None = None
    reason: ReasonCode | None = None
    suggestions: tuple[Suggestion, ...] = ()
    ambiguous: bool = False
    several_models: bool = False


def given_number(question: Question) -> str:
    """The registration number of the question without separators; empty when none was given (``无``, ``/``)."""
    return compact(question.number)


def match(question: Question, names: Sequence[Name], groups: Sequence[Iterable[str]]) -> Match:
    """Which registration ``question`` means.

    ``names`` are the register's names known by then: all of them, or any part that holds every name of the
    registration asked for, of the same fold, of what else is tried (``pieces``), and of the same maker. ``groups`` are the look-alike characters.
    """
    if given_number(question):
        return _by_number(question, names, groups)
    typed = fold(question.model)
    if not typed:
        return Match(reason=ReasonCode.MODEL_NOT_GIVEN)
    if compact(question.manufacturer_uscc) or fold_maker(question.manufacturer):
        return _by_maker(question, typed, names, groups)
    if fold_brand(question.brand):
        return _by_brand(question, typed, names, groups)
    return Match(reason=ReasonCode.MANUFACTURER_NOT_GIVEN, suggestions=_suggest(question, names, groups))


def _by_number(question: Question, names: Sequence[Name], groups: Sequence[Iterable[str]]) -> Match:
    read = read_registration_number(question.number)
    if not read.sound:
        return Match(reason=ReasonCode.MISTYPED_NUMBER, suggestions=_suggest(question, names, groups))
    hits = [name for name in names if name.number == read.number]
    if not hits:
        return Match(reason=ReasonCode.UNKNOWN_NUMBER, suggestions=_suggest(question, names, groups))
    code = compact(question.manufacturer_uscc)
    if code and all(name.maker_uscc != code for name in hits):
        return Match(reason=ReasonCode.MANUFACTURER_CONFLICT, suggestions=_plainly(hits), ambiguous=True)
    return Match(read.number, MatchedBy.NUMBER)


def _by_maker(question: Question, typed: str, names: Sequence[Name], groups: Sequence[Iterable[str]]) -> Match:
    code, maker = compact(question.manufacturer_uscc), fold_maker(question.manufacturer)
    if code and uscc_fault(code) is not None:
        return Match(reason=ReasonCode.MISTYPED_USCC, suggestions=_suggest(question, names, groups))
    if code and maker:
        under_code = {name.maker_fold for name in names if name.maker_uscc == code}
        under_name = {name.maker_uscc for name in names if name.maker_fold == maker}
        if (under_code and maker not in under_code) or (under_name and code not in under_name):
            return Match(reason=ReasonCode.MANUFACTURER_CONFLICT, suggestions=_suggest(question, names, groups))
    mine = [name for name in names if (name.maker_uscc == code if code else name.maker_fold == maker)]
    exact = [name for name in mine if name.model_fold == typed]
    if exact:
        return _decide(question, exact, MatchedBy.MANUFACTURER_MODEL)
    return _likeness(question, mine, names, groups)


def _by_brand(question: Question, typed: str, names: Sequence[Name], groups: Sequence[Iterable[str]]) -> Match:
    brand = fold_brand(question.brand)
    mine = [name for name in names if name.brand_fold == brand]
    exact = [name for name in mine if name.model_fold == typed]
    numbers = {name.number for name in exact}
    if len(numbers) == 1:
        return Match(exact[0].number, MatchedBy.BRAND_MODEL)
    if exact:
        return Match(reason=ReasonCode.SEVERAL_MATCH, suggestions=_plainly(exact), ambiguous=True)
    return _likeness(question, mine, names, groups)


def _likeness(
    question: Question, mine: Sequence[Name], names: Sequence[Name], groups: Sequence[Iterable[str]]
) -> Match:
    """What is suggested where nothing is exact: of the same maker or brand (``mine``) what is similar, else what is exactly
    one of several models in the text; else nothing is found, and a number but for its zeros comes before other makers'."""
    if similar := _suggest(question, mine, groups):
        return Match(reason=ReasonCode.ONLY_SIMILAR_FOUND, suggestions=similar)
    pieces = pieces_of(question.model)
    if several := [name for name in mine if name.model_fold in pieces]:
        return Match(reason=ReasonCode.NOT_FOUND, suggestions=_plainly(several), several_models=True)
    padded = but_for_zeros(fold(question.model))
    own = _plainly([name for name in mine if name.model_fold in padded])
    own = tuple(replace(one, differs=differences(question.model, one.model)) for one in own)
    others = _suggest(question, names, groups, apart=nearly_one_edit_apart)
    theirs = [one for one in others if all(one.number != ours.number for ours in own)]
    return Match(reason=ReasonCode.NOT_FOUND, suggestions=(*own, *theirs)[:MOST_SUGGESTIONS])


def _decide(question: Question, exact: Sequence[Name], how: MatchedBy) -> Match:
    """One registration decides; of several the texts as registered (maker, then model) decide, if they can."""
    left = list(exact)
    for text, of in ((question.manufacturer, "maker"), (question.model, "model")):
        if len({name.number for name in left}) == 1:
            break
        same = [name for name in left if narrow(getattr(name, of)) == narrow(text)]
        left = same or left
    numbers = {name.number for name in left}
    if len(numbers) == 1:
        return Match(left[0].number, how)
    return Match(reason=ReasonCode.SEVERAL_MATCH, suggestions=_plainly(left), ambiguous=True)


def _plainly(names: Iterable[Name]) -> tuple[Suggestion, ...]:
    ordered = sorted(names, key=lambda name: (name.number, name.model, name.maker), reverse=True)
    found = {name.number: Suggestion(name.number, name.model, name.maker, ()) for name in ordered}
    return tuple(found[number] for number in sorted(found))[:MOST_SUGGESTIONS]


def one_edit_apart(one: str, other: str) -> bool:
    """Whether one insertion, deletion, replacement or exchange of neighbours leads from one to the other."""
    if one == other:
        return False
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    start = 0
    while start < len(one) and one[start] == other[start]:
        start += 1
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    if one[start + 1 :] == other[start + 1 :]:
        return True
    return (
        start + 1 < len(one)
        and one[start] == other[start + 1]
        and one[start + 1] == other[start]
        and one[start + 2 :] == other[start + 2 :]
    )


def nearly_one_edit_apart(one: str, other: str) -> bool:
    """The same, or so without dots: a dot counts between digits only, so a slip beside one changes two places."""
    if "." not in one and "." not in other:
        return one_edit_apart(one, other)
    bare, bare_other = one.replace(".", ""), other.replace(".", "")
    return one_edit_apart(one, other) or (one != other and (bare == bare_other or one_edit_apart(bare, bare_other)))


def _suggest(
    question: Question,
    names: Iterable[Name],
    groups: Sequence[Iterable[str]],
    *,
    apart: Callable[[str, str], bool] = one_edit_apart,
) -> tuple[Suggestion, ...]:
    """At most five registrations whose model is the same or one edit away, look-alikes first; then those whose maker is
    written most like the one that was typed."""
    model = question.model
    typed = fold(model)
    if not typed:
        return ()
    alike = {(a, b) for group in groups for a in group for b in group}
    maker, brand = fold_maker(question.manufacturer), fold_brand(question.brand)
    found: dict[str, tuple[tuple[int, float, str, str, str], Suggestion]] = {}
    for name in names:
        # A name without a model says only who goes by a code (register.queries.names); it is nothing to suggest.
        if not name.model_fold:
            continue
        if name.model_fold == typed:
            rank = 0
        elif apart(typed, name.model_fold):
            rank = 1 if _look_alike(typed, name.model_fold, alike) else 2
        else:
            continue
        # Two of a registration's own names may be equally like: the texts decide, not the order they were read in.
        key = (rank, -_kinship(maker, brand, name), name.number, name.model, name.maker)
        if name.number not in found or key < found[name.number][0]:
            found[name.number] = (
                key,
                Suggestion(name.number, name.model, name.maker, differences(model, name.model)),
            )
    ranked = sorted(found.values(), key=lambda one: one[0])
    return tuple(suggestion for _key, suggestion in ranked[:MOST_SUGGESTIONS])


def _kinship(maker: str, brand: str, name: Name) -> float:
    """From 0 to 1, how like the maker or brand that was typed (folded) is to those of ``name``."""
    if maker and maker in (name.maker_fold, name.brand_fold):
        return 1.0
    best = 0.9 if brand and brand == name.brand_fold else 0.0
    if maker and name.maker_fold:
        if maker in name.maker_fold or name.maker_fold in maker:
            return 0.9
        one, other = _pairs(maker), _pairs(name.maker_fold)
        best = max(best, 0.8 * 2 * len(one & other) / max(1, len(one) + len(other)))
        if name.brand_fold and name.brand_fold in maker:
            best = max(best, 0.85)
    return best


def _pairs(text: str) -> set[str]:
    return {text[place : place + 2] for place in range(len(text) - 1)}


def _look_alike(one: str, other: str, alike: set[tuple[str, str]]) -> bool:
    if len(one) != len(other):
        return False
    unlike = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    return len(unlike) == 1 and unlike[0] in alike


def differences(typed: str, registered: str) -> tuple[Difference, ...]:
    """Where two models differ once separators, case and width are set aside (one edit at most is told apart)."""
    one, other = fold(typed), fold(registered)
    places = _places(registered, other)
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    left, right = one[start : len(one) - end], other[start : len(other) - end]
    if not left and not right:
        return ()
    if len(left) == len(right):
        return tuple(
            Difference(places[start + offset], a, b)
            for offset, (a, b) in enumerate(zip(left, right, strict=True))
            if a != b
        )
    place = places[start] if start < len(places) else len(registered)
    return (Difference(place, left, right),)


def _places(text: str, folded: str) -> list[int]:
    """For each character of ``folded`` the place in ``text`` it comes from."""
    places: list[int] = []
    at = 0
    for character in folded:
        while at < len(text) and character not in fold(text[at]) and not (character == "." and narrow(text[at]) == "."):
            at += 1
        places.append(min(at, max(len(text) - 1, 0)))
        if not places or at < len(text):
            at += 1
    return places


# -- from registration to verdict ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason: its code, since when it holds, and the law (citations of the catalog, article of the Measures)."""

    code: ReasonCode
    since: date | None = None
    citations: tuple[str, ...] = ()
    values: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Caution:
    """Something a reader should know; it never changes the verdict."""

    code: WarningCode
    on: date | None = None
    values: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Judgement:
    """A verdict with everything it rests on."""

    verdict: Verdict
    reasons: tuple[Reason, ...]
    warnings: tuple[Caution, ...] = ()
    matched_by: MatchedBy | None = None
    number: str | None = None
    standing: StandingAt | None = None
    facts: Mapping[str, Any] | None = None
    entry: int | None = None
    requirements: tuple[Requirement, ...] = ()
    evidence: tuple[tuple[Evidence, EvidenceStanding], ...] = ()
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def compliant(self) -> bool | None:
        """``true``, ``false``, or ``null`` where there is no finding."""
        return {Verdict.COMPLIANT: True, Verdict.NOT_COMPLIANT: False}.get(self.verdict)


class View(Protocol):
    """What the judge asks of the catalog, as known at a moment (``CatalogView`` is one)."""

    def class_on(self, code: str, on: date) -> Any: ...
    def class_called(self, text: str) -> str | None: ...
    def requirements(self, category: str, subtype: str, on: date) -> tuple[Requirement, ...]: ...
    def outside_term(self, name: str, on: date) -> str | None: ...
    def regime_end(self, kind: EvidenceKind, category: str, subtype: str) -> date | None: ...
    def standard(self, number: str) -> Any: ...
    def whole(self, key: str, on: date) -> int: ...


# Reasons of the Measures: Art. 12 (only conforming products), Art. 18 item 7 (what the register holds).
MEASURES = ("ling134",)

_NO_FINDING = {
    ReasonCode.UNKNOWN_NUMBER: Verdict.NOT_REGISTERED,
    ReasonCode.NOT_FOUND: Verdict.NOT_REGISTERED,
}

_STANDING_REASON = {
    Standing.SUSPENDED: (Verdict.NOT_COMPLIANT, ReasonCode.REGISTRATION_SUSPENDED),
    Standing.REVOKED: (Verdict.NOT_COMPLIANT, ReasonCode.REGISTRATION_REVOKED),
    Standing.NOT_YET_VALID: (Verdict.NOT_REGISTERED, ReasonCode.REGISTRATION_NOT_YET_VALID),
    Standing.LAPSED: (Verdict.NOT_REGISTERED, ReasonCode.REGISTRATION_LAPSED),
    Standing.CANCELLED: (Verdict.NOT_REGISTERED, ReasonCode.REGISTRATION_CANCELLED),
}


def judge_unmatched(question: Question, matched: Match, view: View | CatalogView, *, on: date) -> Judgement:
    """Rows 1 and 2 of the table: no registration decides."""
    if not matched.ambiguous and (term := _outside(question, view, on)) is not None:
        reason = Reason(ReasonCode.CATEGORY_NOT_IN_CATALOG, None, MEASURES, (("term", term),))
        return Judgement(Verdict.NOT_IN_CATALOG, (reason,), suggestions=matched.suggestions)
    code = matched.reason or ReasonCode.NOT_FOUND
    verdict = _NO_FINDING.get(code, Verdict.UNDETERMINED)
    unread = _category_unread(question, view)
    if matched.several_models:
        unread += (Caution(WarningCode.SEVERAL_MODELS, None),)
    return Judgement(verdict, (Reason(code, None, MEASURES),), unread, suggestions=matched.suggestions)


def _outside(question: Question, view: View | CatalogView, on: date) -> str | None:
    """What of a question says that the goods are outside the catalog on a day: a word of the dated list, or the class.

    Words for a class that are neither code nor name of one say nothing: lists call anything a class (系统, 分部), and 目录外
    is no fault.
    """
    if question.name and (term := view.outside_term(question.name, on)):
        return term
    if not question.category:
        return None
    given = view.class_called(question.category)
    if given is None:
        return view.outside_term(question.category, on)
    return question.category if view.class_on(given, on) is None else None


def _category_unread(question: Question, view: View | CatalogView) -> tuple[Caution, ...]:
    if not question.category or view.class_called(question.category) is not None:
        return ()
    return (Caution(WarningCode.CATEGORY_UNREAD, None, (("term", question.category),)),)


def judge(
    question: Question,
    matched: Match,
    entries: Sequence[Entry],
    evidence: Sequence[Evidence],
    view: View | CatalogView,
    *,
    on: date,
    made_on: date,
    known: datetime,
) -> Judgement:
    """The verdict on ``question`` (the table of ``verdict.md``, first line that applies).

    ``entries`` and ``evidence`` are those of the registration that ``matched`` names, in effect and on file at
    ``known``; ``view`` is the catalog as known then. ``on`` is the day of delivery or purchase, ``made_on`` the day
    of making or import.
    """
    if matched.number is None or not entries:
        return judge_unmatched(question, matched, view, on=on)
    facts = facts_at(entries, on)
    stands = standing_at(entries, on)
    category, subtype = facts["category"], facts["subtype"]
    rows = view.requirements(category, subtype, made_on)
    ends = {paper.kind: view.regime_end(paper.kind, category, subtype) for paper in evidence}
    shown = tuple((paper, standing(paper, made_on, regime_end=ends[paper.kind])) for paper in evidence)

    covering = [paper for paper in evidence if covers(paper, made_on, regime_end=ends[paper.kind])]
    kinds = {paper.kind for paper in covering}
    met = tuple(row for row in rows if row.proof is Proof.NONE or not kinds.isdisjoint(row.accepts))

    # Requirement rows decide only when the standing does not: `basis` is what carried the verdict.
    basis: tuple[Requirement, ...] = ()
    if view.class_on(category, on) is None:
        verdict = Verdict.NOT_IN_CATALOG
        reasons: tuple[Reason, ...] = (
            Reason(ReasonCode.CATEGORY_NOT_IN_CATALOG, None, MEASURES, (("term", category),)),
        )
    elif stands.standing is not Standing.IN_FORCE:
        verdict, code = _STANDING_REASON[stands.standing]
        reasons = (Reason(code, stands.since, MEASURES),)
    elif met or not rows:
        verdict, reasons, basis = Verdict.COMPLIANT, (), met
    elif any(row.proof is Proof.MANDATORY for row in rows):
        verdict, basis = Verdict.NOT_COMPLIANT, rows
        reasons = evidence_reasons(rows, evidence, made_on)
    elif any(row.proof is Proof.UNCLEAR for row in rows):
        verdict, basis = Verdict.UNDETERMINED, tuple(row for row in rows if row.proof is Proof.UNCLEAR)
        since = _earliest(basis)
        reasons = (Reason(ReasonCode.REGIME_UNCLEAR, since, _citations(basis)),)
    else:
        verdict, basis = Verdict.UNDETERMINED, rows
        reasons = evidence_reasons(rows, evidence, made_on)

    accepted = frozenset(kind for row in rows for kind in row.accepts)
    return Judgement(
        verdict,
        reasons,
        _warnings(
            question,
            facts,
            stands,
            rows,
            basis,
            accepted,
            evidence,
            covering,
            ends,
            view,
            on=on,
            made_on=made_on,
            known=known,
        ),
        matched.matched_by,
        matched.number,
        stands,
        facts,
        stands.entry,
        rows,
        shown,
    )


def _citations(rows: Sequence[Requirement]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(row.citation for row in rows))


def _earliest(rows: Sequence[Requirement]) -> date | None:
    return min((row.begins for row in rows if row.begins is not None), default=None)


def evidence_reasons(
    rows: Sequence[Requirement],
    evidence: Sequence[Evidence],
    made_on: date,
) -> tuple[Reason, ...]:
    """Why no row is met: everything that holds of the papers on file, in a fixed order."""
    accepted = frozenset(kind for row in rows for kind in row.accepts)
    law, asked_since = _citations(rows), _earliest(rows)
    since: dict[ReasonCode, date | None] = {}

    def note(code: ReasonCode, day: date | None) -> None:
        if code not in since:
            since[code] = day

    for paper in evidence:
        if paper.kind not in accepted:
            note(ReasonCode.EVIDENCE_WRONG_KIND, asked_since)
            continue
        if made_on < paper.valid_from:
            note(ReasonCode.EVIDENCE_NOT_YET_VALID, None)
        if paper.valid_until is not None and paper.valid_until < made_on:
            note(ReasonCode.EVIDENCE_EXPIRED, paper.valid_until + NEXT_DAY)
        if is_suspended(paper, made_on):
            held = next(held for held in paper.suspended if made_on in held)
            note(ReasonCode.EVIDENCE_SUSPENDED, held.begins)
        if paper.withdrawn_on is not None and paper.withdrawn_on <= made_on:
            note(ReasonCode.EVIDENCE_WITHDRAWN, paper.withdrawn_on)
    if not since:
        # Nothing on file, or only papers that ended with their regime, which is never shown as a fault.
        note(ReasonCode.EVIDENCE_MISSING, asked_since)
    return tuple(Reason(code, since[code], law) for code in ReasonCode if code in since)


def _warnings(
    question: Question,
    facts: Mapping[str, Any],
    stands: StandingAt,
    rows: Sequence[Requirement],
    basis: Sequence[Requirement],
    accepted: frozenset[EvidenceKind],
    evidence: Sequence[Evidence],
    covering: Sequence[Evidence],
    ends: Mapping[EvidenceKind, date | None],
    view: View | CatalogView,
    *,
    on: date,
    made_on: date,
    known: datetime,
) -> tuple[Caution, ...]:
    found: list[Caution] = []
    today = civil_date(known)
    soon = timedelta(days=view.whole("ends_soon_days", today))

    for number in facts.get("standards") or ():
        standard = view.standard(number)
        if standard is None or not standard.successors:
            continue
        if standard.ends is not None and standard.ends < on:
            after = standard.ends + NEXT_DAY
            values = (("standard", standard.number), ("successors", tuple(standard.successors)))
            found.append(Caution(WarningCode.STANDARD_SUPERSEDED, after, values))
        elif standard.ended_on_unknown_day:
            values = (("standard", standard.number), ("successors", tuple(standard.successors)))
            found.append(Caution(WarningCode.STANDARD_SUPERSEDED, None, values))

    relied = [paper for paper in covering if paper.kind in accepted]
    if stands.standing is Standing.IN_FORCE:
        good = [
            paper for paper in evidence if paper.kind in accepted and covers(paper, on, regime_end=ends[paper.kind])
        ]
        last_days = [paper.valid_until for paper in good]
        if good and None not in last_days:
            last = max(day for day in last_days if day is not None)
            if last <= on + soon:
                found.append(Caution(WarningCode.EVIDENCE_ENDS_SOON, last))
        if stands.valid_until is not None and stands.valid_until <= on + soon:
            found.append(Caution(WarningCode.REGISTRATION_ENDS_SOON, stands.valid_until))
    if relied and not any(
        paper.kind in accepted and covers(paper, today, regime_end=ends[paper.kind]) for paper in evidence
    ):
        # A paper that was withdrawn, or ended with its regime, before its last day did not expire (never as a fault).
        gone = [
            paper.valid_until
            for paper in relied
            if paper.valid_until is not None
            and standing(paper, today, regime_end=ends[paper.kind]) is EvidenceStanding.EXPIRED
        ]
        if gone:
            found.append(Caution(WarningCode.EVIDENCE_EXPIRED_SINCE, max(gone) + NEXT_DAY))

    if question.proof is not None:
        proof = question.proof
        same = [
            paper for paper in evidence if proof.kind in (None, paper.kind) and same_number(paper.number, proof.number)
        ]
        if not same:
            found.append(Caution(WarningCode.PROOF_NOT_ON_FILE))
        shown = {proof.kind} if proof.kind is not None else {paper.kind for paper in same}
        if rows and shown and shown.isdisjoint(accepted):
            found.append(Caution(WarningCode.PROOF_WRONG_KIND))
        over = [paper.valid_until for paper in same if paper.valid_until is not None and paper.valid_until < made_on]
        if over and len(over) == len(same):
            found.append(Caution(WarningCode.PROOF_EXPIRED, max(over) + NEXT_DAY))

    if basis and all(row.certainty is not Certainty.VERIFIED for row in basis):
        values = (("requirements", tuple(row.id for row in basis)), ("citations", _citations(basis)))
        found.append(Caution(WarningCode.FACT_NOT_VERIFIED, None, values))

    differing = _details_that_differ(question, facts, view)
    if differing:
        found.append(Caution(WarningCode.DETAILS_DIFFER, None, (("fields", differing),)))
    found += _category_unread(question, view)
    return tuple(found)


def _details_that_differ(question: Question, facts: Mapping[str, Any], view: View | CatalogView) -> tuple[str, ...]:
    """What was typed besides the number and is not what the registration says: perhaps another product is meant."""
    maker = facts.get("manufacturer") or {}
    asked = (
        ("model", fold, question.model, facts.get("model")),
        ("manufacturer", fold_maker, question.manufacturer, maker.get("name")),
        ("brand", fold_brand, question.brand, facts.get("brand")),
        ("category", str, view.class_called(question.category) if question.category else "", facts.get("category")),
        ("subtype", str, question.subtype, facts.get("subtype")),
    )
    return tuple(
        name
        for name, form, typed, registered in asked
        if typed and (said := form(typed)) and said != form(registered or "")
    )
