"""The national catalog as it was known at a moment, and what it says of a day. Pure (``verdict.md``).

Three questions are kept apart: on which days a thing holds (``begins``, ``ends``), from which day the public
knew of it (``known_from``: law is known from its publication), and from which moment our own data said so
(``corrects_from``, ``superseded_at``). ``CatalogFacts`` holds every version of every fact;
``as_known(moment)`` gives the ``CatalogView`` that answers questions about days.
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import Any

from association.kernel.dates import SHANGHAI, civil_date, holds
from association.kernel.numbers import fold_standard
from catalog.categories import naming
from catalog.categories.attributes import Value, read_attribute, show_number, show_value
from catalog.categories.facts import (
    Allowed,
    Attribute,
    Basis,
    Binding,
    CatalogClass,
    Citation,
    Criterion,
    Dated,
    Edition,
    EvidenceKindFact,
    FactKind,
    Ground,
    Holiday,
    Issuer,
    IssuerKind,
    OutsideTerm,
    RegimeEnd,
    Requirement,
    RevocationGround,
    Setting,
    Standard,
    StandardRole,
    StandardScope,
    Subtype,
    Synonym,
    UnclearEnd,
    Wording,
    fact_from,
)
from catalog.vocabulary import EvidenceKind, RevocationKind

__all__ = [
    "Allowed", "Attribute", "Basis", "Binding", "CatalogClass", "CatalogFacts", "CatalogView", "Citation", "Criterion",
    "Dated", "Edition", "EvidenceKindFact", "FactKind", "FactVersion", "Ground", "Holiday", "Issuer", "IssuerKind",
    "OutsideTerm", "RegimeEnd", "Requirement", "RevocationGround", "Setting", "Standard", "StandardRole",
    "StandardScope", "Subtype", "Synonym", "UnclearEnd", "Value", "Wording", "fact_from", "read_attribute",
    "show_number", "show_value",
]  # fmt: skip

# -- all versions, and what was known of them at a moment --------------------------------------------------


@dataclass(frozen=True, slots=True)
class FactVersion:
    """One version of one fact. ``place`` orders facts of a kind as the file does."""

    kind: FactKind
    key: str
    place: float
    body: Mapping[str, Any]
    known_from: date | None = None
    corrects_from: datetime | None = None
    superseded_at: datetime | None = None

    def known(self, moment: datetime) -> bool:
        """Whether it was known at ``moment``: public by that day, and our data said so then."""
        return (
            (self.known_from is None or self.known_from <= civil_date(moment))
            and (self.corrects_from is None or self.corrects_from <= moment)
            and (self.superseded_at is None or moment < self.superseded_at)
        )


def _first_moment(day: date) -> datetime:
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)


class CatalogFacts:
    """Every version of every fact; never changes once built."""

    def __init__(self, versions: Iterable[FactVersion]) -> None:
        ordered = sorted(versions, key=lambda version: version.place)
        self._facts = [(version, fact_from(version.kind, version.key, version.body)) for version in ordered]
        boundaries = {_first_moment(version.known_from) for version in ordered if version.known_from is not None}
        boundaries |= {version.corrects_from for version in ordered if version.corrects_from is not None}
        boundaries |= {version.superseded_at for version in ordered if version.superseded_at is not None}
        self._boundaries = sorted(boundaries)
        self._views: dict[int, CatalogView] = {}

    def as_known(self, known: datetime) -> "CatalogView":
        """The catalog as known at a moment; moments with no new knowledge between them share one view."""
        place = bisect_right(self._boundaries, known)
        view = self._views.get(place)
        if view is None:
            things: dict[FactKind, list[Any]] = {kind: [] for kind in FactKind}
            for version, fact in self._facts:
                if version.known(known):
                    things[version.kind].append(fact)
            view = self._views[place] = CatalogView(things)
        return view


class CatalogView:
    """The catalog as known at one moment; every question is about a day. Never changes once built."""

    def __init__(self, things: Mapping[FactKind, Sequence[Any]]) -> None:
        self._citations: dict[str, Citation] = {one.id: one for one in things[FactKind.CITATION]}
        self._editions: tuple[Edition, ...] = tuple(things[FactKind.EDITION])
        self._classes: dict[str, CatalogClass] = {one.code: one for one in things[FactKind.CLASS]}
        self._called = {
            naming.class_name(name): one.code
            for one in self._classes.values()
            for name in (one.name_zh, one.name_en, *one.other_names_zh)
        }
        self._subtypes: dict[str, dict[str, Subtype]] = {}
        for subtype in things[FactKind.SUBTYPE]:
            self._subtypes.setdefault(subtype.category, {})[subtype.code] = subtype
        self._attributes: dict[str, tuple[Attribute, ...]] = {}
        for attribute in things[FactKind.ATTRIBUTE]:
            self._attributes[attribute.category] = (*self._attributes.get(attribute.category, ()), attribute)
        self._requirements: dict[str, list[Requirement]] = {}
        for row in things[FactKind.REQUIREMENT]:
            self._requirements.setdefault(row.category, []).append(row)
        self._rows: dict[tuple[str, str | None], tuple[Requirement, ...]] = {}
        for category, rows in self._requirements.items():
            named: set[str | None] = {None, *self._subtypes.get(category, ())}
            named.update(*(row.subtypes for row in rows if row.subtypes))
            for code in named:
                self._rows[category, code] = tuple(row for row in rows if row.subtypes is None or code in row.subtypes)
        self._standards: dict[str, Standard] = {fold_standard(one.number): one for one in things[FactKind.STANDARD]}
        self._kinds: dict[EvidenceKind, EvidenceKindFact] = {one.kind: one for one in things[FactKind.EVIDENCE_KIND]}
        self._issuers: dict[str, Issuer] = {one.code: one for one in things[FactKind.ISSUER]}
        self._terms: dict[str, list[OutsideTerm]] = {}
        for term in things[FactKind.NOT_IN_CATALOG_TERM]:
            self._terms.setdefault(naming.goods_name(term.term), []).append(term)
        self._term_lengths = sorted({len(term) for term in self._terms}, reverse=True)
        self._synonyms: tuple[Synonym, ...] = tuple(things[FactKind.SYNONYM])
        self._confusables: tuple[frozenset[str], ...] = tuple(things[FactKind.CONFUSABLE])
        self._grounds = tuple[Ground, ...](things[FactKind.GROUND])
        self._revocation_grounds = tuple[RevocationGround, ...](things[FactKind.REVOCATION_GROUND])
        self._criteria: tuple[Criterion, ...] = tuple(things[FactKind.CRITERION])
        self._settings: dict[str, list[Setting]] = {}
        for setting in things[FactKind.SETTING]:
            self._settings.setdefault(setting.key, []).append(setting)
        self._holidays: tuple[Holiday, ...] = tuple(things[FactKind.HOLIDAY])

    # -- the catalog

    def citation(self, id: str) -> Citation | None:  # noqa: A002 - the file's word
        """The document of that name."""
        return self._citations.get(id)

    def citations(self) -> tuple[Citation, ...]:
        """Every document that facts rest on, in file order."""
        return tuple(self._citations.values())

    def editions(self) -> tuple[Edition, ...]:
        """Every state of the catalog, in file order."""
        return self._editions

    def edition_on(self, on: date) -> Edition | None:
        """The state that holds on a day."""
        return next((one for one in self._editions if one.holds(on)), None)

    def classes(self, on: date | None = None) -> tuple[CatalogClass, ...]:
        """The classes in the catalog on a day, in file order; all that ever were when no day is named."""
        return tuple(one for one in self._classes.values() if on is None or one.holds(on))

    def category(self, code: str) -> CatalogClass | None:
        """The class of that code, whatever its days."""
        return self._classes.get(code)

    def class_on(self, code: str, on: date) -> CatalogClass | None:
        """The class of that code; ``None`` when it is not in the catalog on that day."""
        found = self._classes.get(code)
        return found if found is not None and found.holds(on) else None

    def class_called(self, text: str) -> str | None:
        """The code of the class that people mean by ``text`` (``naming.class_called``)."""
        return naming.class_called(text, self._called)

    def subtypes(self, code: str, on: date | None = None) -> tuple[Subtype, ...]:
        """The subtypes of a class on a day, in file order; all that ever were when no day is named."""
        return tuple(one for one in self._subtypes.get(code, {}).values() if on is None or one.holds(on))

    def subtype(self, code: str, subtype: str) -> Subtype | None:
        """That subtype of that class, whatever its days."""
        return self._subtypes.get(code, {}).get(subtype)

    def class_attributes(self, code: str) -> tuple[Attribute, ...]:
        """The parameters of a class for whichever subtypes, in file order."""
        return self._attributes.get(code, ())

    def attributes(self, code: str, subtype: str | None) -> tuple[Attribute, ...]:
        """The parameters that products of that class and subtype have, in file order."""
        return tuple(one for one in self.class_attributes(code) if one.subtypes is None or subtype in one.subtypes)

    def requirements(self, category: str, subtype: str | None, on: date) -> tuple[Requirement, ...]:
        """The rows that apply to goods of that class and subtype on a day, in file order: alternatives."""
        rows = self._rows.get((category, subtype))
        if rows is None:
            rows = self._rows.get((category, None), ())
        return tuple(row for row in rows if holds(row.begins, row.ends, on))

    def requirement_rows(self, category: str, on: date | None = None) -> tuple[Requirement, ...]:
        """All rows of a class for whichever subtypes, in file order; of one day when it is named."""
        return tuple(row for row in self._requirements.get(category, ()) if on is None or row.holds(on))

    # -- standards, evidence, issuers

    def standards(self, category: str | None = None, subtype: str | None = None) -> tuple[Standard, ...]:
        """Standards, in file order: all, those of a class, or those of a subtype of it."""
        if category is None:
            return tuple(self._standards.values())
        return tuple(
            standard
            for standard in self._standards.values()
            if any(
                scope.category == category and (subtype is None or scope.subtypes is None or subtype in scope.subtypes)
                for scope in standard.scopes
            )
        )

    def standard(self, number: str) -> Standard | None:
        """The standard of that number, however it is written."""
        return self._standards.get(fold_standard(number))

    def evidence_kind(self, kind: EvidenceKind) -> EvidenceKindFact | None:
        """What is established about that kind of evidence."""
        return self._kinds.get(kind)

    def regime_ending(self, kind: EvidenceKind, category: str, subtype: str | None) -> RegimeEnd | None:
        """How papers of that kind ended with their regime for that class, if they did; the first ending."""
        fact = self._kinds.get(kind)
        endings = [one for one in fact.ended_with_regime if one.concerns(category, subtype)] if fact else []
        return min(endings, key=lambda one: one.on, default=None)

    def regime_end(self, kind: EvidenceKind, category: str, subtype: str | None) -> date | None:
        """The first day on which papers of that kind no longer counted, because their regime had ended."""
        ending = self.regime_ending(kind, category, subtype)
        return None if ending is None else ending.on

    def regime_ends(self, category: str, subtype: str | None) -> dict[EvidenceKind, date]:
        """The same for every kind that ended."""
        ends = {kind: self.regime_end(kind, category, subtype) for kind in self._kinds}
        return {kind: day for kind, day in ends.items() if day is not None}

    def issuers(self, on: date | None = None, kind: EvidenceKind | None = None, *, demo: bool) -> tuple[Issuer, ...]:
        """The issuers that may be named on a day, for a kind of evidence; invented ones when ``demo``."""
        return tuple(
            one
            for one in self._issuers.values()
            if (demo or not one.demo_only) and (on is None or one.holds(on)) and (kind is None or kind in one.issues)
        )

    def issuer(self, code: str) -> Issuer | None:
        """The issuer of that code."""
        return self._issuers.get(code)

    # -- words

    def outside_term(self, name: str, on: date) -> str | None:
        """The word by which goods of that name fall outside the catalog on a day; the longest one wins.

        The head of a Chinese compound comes last: a 门禁电源 is a 电源, a 电源控制器 is none.
        """
        text = naming.goods_name(name)
        tight = text.replace(" ", "")
        for length in self._term_lengths:
            for written in (text, tight):
                end = written[-length:]
                if end not in self._terms or len(end) != length:
                    continue
                before = written[-length - 1 : -length]
                if end[0].isascii() and before.isascii() and before.isalnum():
                    continue
                if any(term.holds(on) for term in self._terms[end]):
                    return self._terms[end][0].term
        return None

    def outside_terms(self, on: date) -> tuple[OutsideTerm, ...]:
        """Every such word that holds on a day."""
        return tuple(term for terms in self._terms.values() for term in terms if term.holds(on))

    def synonyms(self, on: date | None = None) -> tuple[Synonym, ...]:
        """Groups of words that mean the same goods; for searching, never for deciding."""
        return tuple(one for one in self._synonyms if on is None or one.holds(on))

    def confusable_groups(self) -> tuple[frozenset[str], ...]:
        """Characters that are mistaken for each other; a character may stand in several groups."""
        return self._confusables

    # -- the association's own terms

    def grounds(self, on: date) -> tuple[Ground, ...]:
        """The published grounds of refusal on a day."""
        return tuple(one for one in self._grounds if one.holds(on))

    def revocation_grounds(self, on: date, *, supporting: RevocationKind | None = None) -> tuple[RevocationGround, ...]:
        """The published grounds of suspension and revocation on a day; those that may be the ground of one of the two."""
        return tuple(
            one
            for one in self._revocation_grounds
            if one.holds(on) and (supporting is None or supporting in one.supports)
        )

    def criteria(self, on: date) -> tuple[Criterion, ...]:
        """The published criteria of registration on a day."""
        return tuple(one for one in self._criteria if one.holds(on))

    def settings(self, on: date) -> tuple[Setting, ...]:
        """Every setting that holds on a day."""
        return tuple(one for ones in self._settings.values() for one in ones if one.holds(on))

    def setting(self, key: str, on: date) -> int | float | str | bool | None:
        """The setting's value on a day; ``None`` when there is none. Lengths and deadlines: ``whole``."""
        return next((one.value for one in self._settings.get(key, ()) if one.holds(on)), None)

    def whole(self, key: str, on: date) -> int:
        """The setting's whole number on a day; of days it is silent about, the nearest version's.

        Raises LookupError when there is no such setting (the loader insists on those the registry needs).
        """
        versions = self._settings.get(key)
        if not versions:
            raise LookupError(f"no setting {key}: load the catalog (flask catalog load)")

        def away(one: Setting) -> int:
            if one.begins is not None and on < one.begins:
                return (one.begins - on).days
            return (on - one.ends).days if one.ends is not None and one.ends < on else 0

        return int(min(versions, key=away).value)

    # -- days

    def holidays(self) -> tuple[frozenset[date], frozenset[date]]:
        """Days off by the yearly notices, and weekend days worked instead."""
        return self._days

    def holiday_years(self) -> frozenset[int]:
        """The years whose notice is on file."""
        return frozenset(one.date.year for one in self._holidays)

    @cached_property
    def _days(self) -> tuple[frozenset[date], frozenset[date]]:
        return (
            frozenset(one.date for one in self._holidays if one.day_off),
            frozenset(one.date for one in self._holidays if not one.day_off),
        )
