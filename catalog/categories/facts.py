"""The facts of the national catalog: immutable things with their days, made from the file's objects. Pure.

``begins`` and ``ends`` are the first and the last day on which a thing holds; ``None`` is open.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from association.kernel.dates import holds
from association.kernel.i18n import N_
from association.kernel.terms import Term
from catalog.vocabulary import Certainty, EvidenceKind, Proof, RevocationKind

# What needs a published ground; a row that does not say which of them it supports supports all.
GROUNDED = (RevocationKind.SUSPENSION, RevocationKind.REVOCATION)

# -- words -------------------------------------------------------------------------------------------------


class FactKind(StrEnum):
    """What a fact is about; the word stored in ``catalog_fact.kind``."""

    CITATION = "citation"
    EDITION = "edition"
    CLASS = "class"
    SUBTYPE = "subtype"
    ATTRIBUTE = "attribute"
    REQUIREMENT = "requirement"
    STANDARD = "standard"
    EVIDENCE_KIND = "evidence_kind"
    ISSUER = "issuer"
    NOT_IN_CATALOG_TERM = "not_in_catalog_term"
    SYNONYM = "synonym"
    CONFUSABLE = "confusable"
    GROUND = "ground"
    REVOCATION_GROUND = "revocation_ground"
    CRITERION = "criterion"
    SETTING = "setting"
    HOLIDAY = "holiday"


class Wording(Term):
    """Where a subtype comes from."""

    NAMED_2000 = "2000", N_("2000年目录原文")
    INTERPRETATION = "interpretation", N_("解释")


class Binding(Term):
    """Whether a standard binds."""

    MANDATORY = "mandatory", N_("强制性国家标准")
    RECOMMENDED = "recommended", N_("推荐性国家标准")
    INDUSTRY = "industry", N_("行业标准")
    ENTERPRISE = "enterprise", N_("企业标准")


class StandardRole(Term):
    """What a standard is for a class."""

    PRIMARY = "primary", N_("产品标准")
    HORIZONTAL = "horizontal", N_("通用标准")
    SYSTEM = "system", N_("系统标准")
    RELATED = "related", N_("相关标准")


class Basis(Term):
    """Who asks for an attribute or a setting."""

    STANDARD = "standard", N_("标准")
    PROPOSAL = "proposal", N_("协会方案")


class IssuerKind(Term):
    """What sort of body an issuer is."""

    CERTIFICATION_BODY = "certification_body", N_("认证机构")
    TEST_BODY = "test_body", N_("检验检测机构")
    REGISTRATION_AUTHORITY = "registration_authority", N_("登记机关")
    LICENSING_AUTHORITY = "licensing_authority", N_("许可机关")
    ASSOCIATION = "association", N_("行业协会")


# -- facts -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A thing that holds from ``begins`` to ``ends``, both days included; ``None`` is open."""

    begins: date | None = None
    ends: date | None = None

    def holds(self, on: date) -> bool:
        """Whether it holds on that day."""
        return holds(self.begins, self.ends, on)


@dataclass(frozen=True, slots=True, kw_only=True)
class Citation:
    """A document that a fact rests on; shown as issuer, number or document, and date."""

    id: str
    issuer: str
    document: str
    number: str | None
    date: date | None
    title_zh: str
    title_en: str
    grade: str
    url: str | None
    note: str | None

    @property
    def shown(self) -> str:
        """Issuer and number (or document), in the source's own words."""
        name = self.number or self.document
        return name if name.startswith(self.issuer) else f"{self.issuer} {name}"

    @property
    def link(self) -> str | None:
        """Its address when that is official or respectable; a mirror is never shown."""
        return self.url if self.grade in ("a", "b") else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition(Dated):
    """A state of the catalog and of what the law asked of it."""

    id: str
    name_zh: str
    name_en: str
    known_from: date | None
    citation: str
    certainty: Certainty
    note_zh: str
    note_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogClass(Dated):
    """One of the classes of the national catalog."""

    code: str
    name_zh: str
    name_en: str
    other_names_zh: tuple[str, ...]
    known_from: date | None
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Subtype(Dated):
    """A kind of goods within a class: in the wording of 2000, or by interpretation."""

    category: str
    code: str
    name_zh: str
    name_en: str
    wording: Wording
    known_from: date | None
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Allowed(Dated):
    """One value of a choice; a later edition of the standard may end it."""

    code: str
    name_zh: str
    name_en: str
    standards: tuple[str, ...]
    certainty: Certainty


@dataclass(frozen=True, slots=True, kw_only=True)
class Attribute:
    """A typed parameter of a class's products. ``subtypes`` ``None``: of all; ``allowed``: choices only."""

    category: str
    key: str
    name_zh: str
    name_en: str
    type: str
    unit: str | None
    minimum: float | None
    maximum: float | None
    pattern: str | None
    required: bool
    subtypes: frozenset[str] | None
    allowed: tuple[Allowed, ...] | None
    basis: Basis
    citation: str
    note_en: str | None

    def allowed_on(self, on: date | None) -> tuple[Allowed, ...]:
        """The values that hold on a day; all that ever held when no day is named."""
        return tuple(one for one in self.allowed or () if on is None or one.holds(on))


@dataclass(frozen=True, slots=True, kw_only=True)
class Requirement(Dated):
    """A dated row: the proof asked for. Overlapping rows are alternatives. ``subtypes`` ``None``: all."""

    id: str
    category: str
    subtypes: frozenset[str] | None
    known_from: date | None
    proof: Proof
    accepts: frozenset[EvidenceKind]
    certainty: Certainty
    citation: str
    note_zh: str
    note_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StandardScope:
    """A class (and, unless ``None``, those of its subtypes) that a standard is for."""

    category: str
    subtypes: frozenset[str] | None
    role: StandardRole


@dataclass(frozen=True, slots=True, kw_only=True)
class Standard(Dated):
    """A standard with its days and successors. ``begins`` ``None``: its first day is not established."""

    number: str
    title_zh: str
    title_en: str | None
    binding: Binding
    scopes: tuple[StandardScope, ...]
    ended_on_unknown_day: bool
    successors: tuple[str, ...]
    certainty: Certainty
    known_from: date | None
    citation: str
    note_en: str | None

    def in_force(self, on: date) -> bool:
        """Whether it is shown as in force: never when it ended on an unknown day, nor before its own year."""
        year = self.number[-4:]
        if self.begins is None and year.isdecimal() and on.year < int(year):
            return False
        return not self.ended_on_unknown_day and self.holds(on)

    def replaced(self, on: date) -> bool:
        """Whether it had ended by then (on an unknown day counts as ended)."""
        return self.ended_on_unknown_day or (self.ends is not None and self.ends < on)


@dataclass(frozen=True, slots=True, kw_only=True)
class RegimeEnd:
    """The day on which evidence of a kind ended with its regime: no fault of the maker."""

    on: date
    categories: frozenset[str]
    subtypes: frozenset[str] | None
    citation: str
    meaning_zh: str
    meaning_en: str

    def concerns(self, category: str, subtype: str | None) -> bool:
        return category in self.categories and (self.subtypes is None or subtype in self.subtypes)


@dataclass(frozen=True, slots=True, kw_only=True)
class UnclearEnd:
    """The same where only the earliest and the latest possible day are established."""

    earliest: date
    latest: date
    categories: frozenset[str]
    subtypes: frozenset[str] | None
    citation: str
    meaning_zh: str
    meaning_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceKindFact:
    """What is established about a kind of evidence."""

    kind: EvidenceKind
    name_zh: str
    name_en: str
    number_pattern: str | None
    number_note_zh: str
    number_note_en: str
    has_end_date: str
    ended_with_regime: tuple[RegimeEnd, ...]
    ended_day_unclear: tuple[UnclearEnd, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Issuer(Dated):
    """A body that issues evidence, or one that is mistaken for it."""

    code: str
    name_zh: str
    name_en: str
    kind: IssuerKind
    issues: frozenset[EvidenceKind]
    certainty: Certainty
    citation: str
    look_alike_of: str | None
    demo_only: bool
    note_en: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideTerm(Dated):
    """A word for goods outside the catalog."""

    term: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Synonym(Dated):
    """Words that mean the same goods; for searching only."""

    code: str
    name_zh: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground(Dated):
    """A published ground of refusal."""

    code: str
    name_zh: str
    name_en: str
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RevocationGround(Ground):
    """A published ground of suspension and revocation. ``supports``: which of the two it may be the ground of; first
    evidence that is being examined stops a registration, it does not end it."""

    supports: frozenset[RevocationKind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion(Dated):
    """A published criterion of registration."""

    code: str
    name_zh: str
    name_en: str
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting(Dated):
    """A dated setting: length of validity, deadlines."""

    key: str
    value: int | float | str | bool
    name_zh: str
    name_en: str
    basis: Basis
    citation: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Holiday:
    """A day off, or a weekend day worked instead."""

    date: date
    day_off: bool
    name_zh: str
    name_en: str


# -- from the file's objects to facts ----------------------------------------------------------------------


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _set(names: Sequence[str] | None) -> frozenset[str] | None:
    return None if names is None else frozenset(names)


def _span(body: Mapping[str, Any]) -> dict[str, Any]:
    return {"begins": _day(body["from"]), "ends": _day(body["until"])}


def _kinds(codes: Iterable[str]) -> frozenset[EvidenceKind]:
    return frozenset(EvidenceKind(code) for code in codes)


def _take(body: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: body[name] for name in names}


def _attribute(key: str, body: Mapping[str, Any]) -> Attribute:
    allowed = body["allowed"]
    return Attribute(
        category=key.partition(".")[0],
        subtypes=_set(body["subtypes"]),
        basis=Basis(body["basis"]),
        allowed=None
        if allowed is None
        else tuple(
            Allowed(
                standards=tuple(one["standards"]),
                certainty=Certainty(one["certainty"]),
                **_take(one, "code", "name_zh", "name_en"),
                **_span(one),
            )
            for one in allowed
        ),
        **_take(body, "key", "name_zh", "name_en", "type", "unit", "minimum", "maximum", "pattern", "required"),
        **_take(body, "citation", "note_en"),
    )


def _evidence_kind(body: Mapping[str, Any]) -> EvidenceKindFact:
    def scope(ending: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "categories": frozenset(ending["classes"]),
            "subtypes": _set(ending["subtypes"]),
            **_take(ending, "citation", "meaning_zh", "meaning_en"),
        }

    return EvidenceKindFact(
        kind=EvidenceKind(body["code"]),
        ended_with_regime=tuple(
            RegimeEnd(on=date.fromisoformat(one["on"]), **scope(one)) for one in body["ended_with_regime"]
        ),
        ended_day_unclear=tuple(
            UnclearEnd(
                earliest=date.fromisoformat(one["earliest"]),
                latest=date.fromisoformat(one["latest"]),
                **scope(one),
            )
            for one in body["ended_day_unclear"]
        ),
        **_take(body, "name_zh", "name_en", "number_pattern", "number_note_zh", "number_note_en", "has_end_date"),
    )


def fact_from(kind: FactKind, key: str, body: Mapping[str, Any]) -> Any:
    """The fact that one object of the catalog file says (checked by the loader before it was stored)."""
    certainty = Certainty(body.get("certainty", Certainty.UNCLEAR))
    known: dict[str, Any] = {"known_from": _day(body.get("known_from"))}
    names: tuple[str, ...]
    match kind:
        case FactKind.CITATION:
            names = ("id", "issuer", "document", "number", "title_zh", "grade", "url", "note")
            return Citation(date=_day(body["date"]), title_en=body.get("title_en") or "", **_take(body, *names))
        case FactKind.EDITION:
            names = ("id", "name_zh", "name_en", "citation", "note_zh", "note_en")
            return Edition(certainty=certainty, **_take(body, *names), **known, **_span(body))
        case FactKind.CLASS:
            names = ("code", "name_zh", "name_en", "citation")
            return CatalogClass(
                other_names_zh=tuple(body["other_names_zh"]), **_take(body, *names), **known, **_span(body)
            )
        case FactKind.SUBTYPE:
            names = ("code", "name_zh", "name_en", "citation")
            return Subtype(
                category=key.partition(".")[0],
                wording=Wording(body["wording"]),
                **_take(body, *names),
                **known,
                **_span(body),
            )
        case FactKind.ATTRIBUTE:
            return _attribute(key, body)
        case FactKind.REQUIREMENT:
            return Requirement(
                category=body["class"],
                subtypes=_set(body["subtypes"]),
                proof=Proof(body["proof"]),
                accepts=_kinds(body["accepts"]),
                certainty=certainty,
                **_take(body, "id", "citation", "note_zh", "note_en"),
                **known,
                **_span(body),
            )
        case FactKind.STANDARD:
            names = ("number", "title_zh", "title_en", "ended_on_unknown_day", "citation", "note_en")
            return Standard(
                binding=Binding(body["binding"]),
                scopes=tuple(
                    StandardScope(category=one["code"], subtypes=_set(one["subtypes"]), role=StandardRole(one["role"]))
                    for one in body["classes"]
                ),
                successors=tuple(body["successors"]),
                certainty=certainty,
                **_take(body, *names),
                **known,
                **_span(body),
            )
        case FactKind.EVIDENCE_KIND:
            return _evidence_kind(body)
        case FactKind.ISSUER:
            names = ("code", "name_zh", "name_en", "citation", "look_alike_of", "demo_only", "note_en")
            return Issuer(
                kind=IssuerKind(body["kind"]),
                issues=_kinds(body["issues"]),
                certainty=certainty,
                **_take(body, *names),
                **_span(body),
            )
        case FactKind.NOT_IN_CATALOG_TERM:
            return OutsideTerm(**_take(body, "term", "name_en"), **_span(body))
        case FactKind.SYNONYM:
            return Synonym(words=tuple(body["words"]), **_take(body, "code", "name_zh"), **_span(body))
        case FactKind.CONFUSABLE:
            return frozenset(body["characters"])
        case FactKind.REVOCATION_GROUND:
            supports = frozenset(RevocationKind(one) for one in body.get("supports") or GROUNDED)
            return RevocationGround(
                supports=supports, **_take(body, "code", "name_zh", "name_en", "citation"), **_span(body)
            )
        case FactKind.GROUND:
            return Ground(**_take(body, "code", "name_zh", "name_en", "citation"), **_span(body))
        case FactKind.CRITERION:
            return Criterion(**_take(body, "code", "name_zh", "name_en", "citation"), **_span(body))
        case FactKind.SETTING:
            names = ("key", "value", "name_zh", "name_en", "citation")
            return Setting(basis=Basis(body["basis"]), **_take(body, *names), **_span(body))
        case FactKind.HOLIDAY:
            return Holiday(
                date=date.fromisoformat(body["date"]),
                day_off=body["kind"] == "holiday",
                name_zh=body["name_zh"],
                name_en=body.get("name_en") or body["name_zh"],
            )
