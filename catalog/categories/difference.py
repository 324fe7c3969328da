"""What a newer file changes in what is on file, and what changed between two days: in words. Pure."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from association.kernel.i18n import N_, _, pick
from association.kernel.numbers import fold_standard
from association.kernel.terms import Term
from association.ledger.rules import canonical
from catalog.categories import words
from catalog.categories.catalogfile import Changes, FactName, OnFile
from catalog.categories.facts import CatalogClass, Dated, FactKind, Subtype
from catalog.categories.rules import CatalogView
from catalog.vocabulary import Certainty

# Words about a fact: they change what is read of it, never what it asks or whom it concerns.
_ONLY_WORDS = frozenset(
    {"name_en", "title_en", "note", "note_en", "note_zh", "meaning_en", "meaning_zh", "other_names_zh"}
)


class Way(Term):
    """How a fact changes."""

    NEW = "new", N_("新增")
    CHANGED = "changed", N_("变更")
    ENDED = "ended", N_("终止")
    REMOVED = "removed", N_("不再列入")


# -- a file against what is on file ------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scope:
    """Which goods a change concerns: classes (with a subtype, or ``None`` for all of them), standards (folded) that they
    name, and issuers (codes) of their evidence."""

    places: frozenset[tuple[str, str | None]] = frozenset()
    standards: frozenset[str] = frozenset()
    issuers: frozenset[str] = frozenset()

    def __or__(self, other: "Scope") -> "Scope":
        return Scope(self.places | other.places, self.standards | other.standards, self.issuers | other.issuers)

    def __bool__(self) -> bool:
        return bool(self.places or self.standards or self.issuers)

    def concerns(self, category: str, subtype: str) -> bool:
        """Whether goods of this class and subtype lie in it."""
        return (category, None) in self.places or (category, subtype) in self.places


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field: as it was and as it would be; empty where there is nothing."""

    name: str
    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FactChange:
    """One fact that a file changes. ``edited``: the staff said so last, and a person must decide.

    ``repeated``: the file says what an earlier one said, so it cannot have known of the staff's change.
    """

    kind: FactKind
    key: str
    title: str
    way: Way
    fields: tuple[FieldChange, ...]
    scope: Scope
    citation: str | None
    unverified: bool
    edited: bool = False
    repeated: bool = False

    @property
    def name(self) -> FactName:
        return (self.kind, self.key)

    @property
    def token(self) -> str:
        """Its name in a form."""
        return "decide-" + hashlib.sha256(f"{self.kind}:{self.key}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Difference:
    """Everything a file changes; ``basis`` is the newest change of the catalog that this was compared with."""

    changes: Changes
    facts: tuple[FactChange, ...]
    basis: int
    remarks: tuple[str, ...] = ()

    @property
    def conflicts(self) -> tuple[FactChange, ...]:
        return tuple(one for one in self.facts if one.edited)

    @property
    def scope(self) -> Scope:
        """All goods that any of the changes concerns."""
        return sum_of(one.scope for one in self.facts)

    def groups(self) -> list[tuple[FactKind, list[FactChange]]]:
        """The changes nobody must decide about, kind by kind, in the file's order."""
        free = [one for one in self.facts if not one.edited]
        return [(kind, found) for kind in FactKind if (found := [one for one in free if one.kind is kind])]

    def count(self, way: str) -> int:
        return sum(one.way == way for one in self.facts)


def sum_of(scopes: Iterable[Scope]) -> Scope:
    """All of them together."""
    whole = Scope()
    for one in scopes:
        whole |= one
    return whole


def describe(
    changes: Changes, on_file: Mapping[FactName, OnFile], *, basis: int, remarks: Sequence[str] = ()
) -> Difference:
    """The changes, fact by fact and field by field, as they are shown before anything is loaded."""
    order = {kind: place for place, kind in enumerate(FactKind)}
    found = [
        _fact_change((one.fact.kind, one.fact.key), one.fact.body, on_file)
        for one in (*changes.added, *changes.changed)
    ]
    found += [_fact_change(name, None, on_file) for name in changes.removed]
    found.sort(key=lambda one: order[one.kind])
    return Difference(changes, tuple(found), basis, tuple(remarks))


def _fact_change(name: FactName, after: Mapping[str, Any] | None, on_file: Mapping[FactName, OnFile]) -> FactChange:
    kind, key = name
    there = on_file.get(name)
    before = there.body if there is not None else None
    shown = after if after is not None else before
    if shown is None:
        raise ValueError(f"nothing to compare: {name}")
    edited = there is not None and there.edited
    return FactChange(
        kind,
        key,
        words.title_of(kind, key, shown),
        _way(before, after),
        field_changes(kind, before, after),
        sum_of(scope_of(kind, key, one) for one in (before, after) if one is not None)
        if _substantial(before, after)
        else Scope(),
        shown.get("citation"),
        shown.get("certainty", Certainty.VERIFIED) != Certainty.VERIFIED,
        edited=edited,
        repeated=edited and there is not None and _same(there.file_body, after),
    )


def _same(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    if one is None or other is None:
        return one is other
    return canonical(dict(one)) == canonical(dict(other))


def _way(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> Way:
    if before is None:
        return Way.NEW
    if after is None:
        return Way.REMOVED
    old, new = before.get("until"), after.get("until")
    return Way.ENDED if new is not None and (old is None or new < old) else Way.CHANGED


def field_changes(
    kind: FactKind, before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> tuple[FieldChange, ...]:
    """The fields that differ, old and new in words; of a fact that comes or goes, all that say something."""
    old, new = before or {}, after or {}
    found = []
    for name in dict.fromkeys([*new, *old]):
        was, now = old.get(name), new.get(name)
        if name in old and name in new and canonical([was]) == canonical([now]):
            continue
        if (before is None or after is None) and (now if before is None else was) in (None, "", []):
            continue
        found.append(
            FieldChange(
                name,
                words.field_label(name),
                words.show(kind, name, was) if name in old else "",
                words.show(kind, name, now) if name in new else "",
            )
        )
    return tuple(found)


def _substantial(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> bool:
    if before is None or after is None:
        return True
    names = (before.keys() | after.keys()) - _ONLY_WORDS
    return any(canonical([before.get(name)]) != canonical([after.get(name)]) for name in names)


def scope_of(kind: FactKind, key: str, body: Mapping[str, Any]) -> Scope:
    """Which goods a fact concerns: by class and subtype; a standard those that name it, an issuer those whose evidence
    is of it."""

    def places(category: str, subtypes: Sequence[str] | None) -> frozenset[tuple[str, str | None]]:
        return frozenset((category, one) for one in (subtypes if subtypes is not None else (None,)))

    category = key.partition(".")[0]
    match kind:
        case FactKind.CLASS:
            return Scope(places(body["code"], None))
        case FactKind.SUBTYPE:
            return Scope(places(category, [body["code"]]))
        case FactKind.ATTRIBUTE:
            return Scope(places(category, body["subtypes"]))
        case FactKind.REQUIREMENT:
            return Scope(places(body["class"], body["subtypes"]))
        case FactKind.STANDARD:
            return Scope(standards=frozenset({fold_standard(body["number"])}))
        case FactKind.ISSUER:
            return Scope(issuers=frozenset({str(body["code"])}))
        case FactKind.EVIDENCE_KIND:
            endings = [*body["ended_with_regime"], *body["ended_day_unclear"]]
            return sum_of(Scope(places(code, one["subtypes"])) for one in endings for code in one["classes"])
        case _:
            return Scope()


# -- two days ------------------------------------------------------------------------------------------------


class Turn(Term):
    """What happened to a fact between two days."""

    BEGAN = "began", N_("开始")
    ENDED = "ended", N_("终止")
    CHANGED = "changed", N_("变更")


@dataclass(frozen=True, slots=True)
class Event:
    """One fact that holds on one of two days only, or otherwise on the second than on the first."""

    turn: Turn
    kind: FactKind
    key: str
    fact: Any
    fields: tuple[FieldChange, ...] = ()


def between(before: CatalogView, first: date, after: CatalogView, last: date) -> dict[FactKind, list[Event]]:
    """What began, ended or changed from ``first`` (as ``before`` knows it) to ``last`` (as ``after`` does).

    Editions, classes, subtypes, requirements and standards; kinds without a change are left out.
    """
    found: dict[FactKind, list[Event]] = {}
    for kind, listed in _LISTED.items():
        there, here = dict(listed(before, first)), dict(listed(after, last))
        events = [Event(Turn.ENDED, kind, key, fact) for key, fact in there.items() if key not in here]
        events += [Event(Turn.BEGAN, kind, key, fact) for key, fact in here.items() if key not in there]
        events += [
            Event(Turn.CHANGED, kind, key, fact, fields)
            for key, fact in here.items()
            if key in there and (fields := _differing(kind, there[key], fact))
        ]
        if events:
            found[kind] = sorted(events, key=lambda event: (event.key, event.turn != Turn.ENDED))
    return found


Listed = Callable[[CatalogView, date], Iterable[tuple[str, Any]]]
_LISTED: dict[FactKind, Listed] = {
    FactKind.EDITION: lambda view, on: ((one.id, one) for one in view.editions() if one.holds(on)),
    FactKind.CLASS: lambda view, on: ((one.code, one) for one in view.classes(on)),
    FactKind.SUBTYPE: lambda view, on: (
        (f"{category.code}.{one.code}", one)
        for category in view.classes(on)
        for one in view.subtypes(category.code, on)
    ),
    FactKind.REQUIREMENT: lambda view, on: (
        (row.id, row) for category in view.classes() for row in view.requirement_rows(category.code, on)
    ),
    FactKind.STANDARD: lambda view, on: ((one.number, one) for one in view.standards() if one.in_force(on)),
    FactKind.ATTRIBUTE: lambda view, on: (
        (f"{category.code}.{one.key}", one)
        for category in view.classes(on)
        for one in view.class_attributes(category.code)
        if one.allowed is None or one.allowed_on(on)
    ),
}


@dataclass(frozen=True, slots=True)
class ProofTurn:
    """Subtypes of a class whose goods are asked for another proof on the second day; ``all``: every one of them."""

    category: CatalogClass
    subtypes: tuple[Subtype, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    all: bool


def proof_turns(before: CatalogView, first: date, after: CatalogView, last: date) -> list[ProofTurn]:
    """What is asked of goods made on one day and on the other, where it differs, in words."""
    found = []
    for category in after.classes():
        groups: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Subtype]] = {}
        subtypes = after.subtypes(category.code)
        for subtype in subtypes:
            was = _asked(before, category.code, subtype.code, first)
            now = _asked(after, category.code, subtype.code, last)
            if was != now:
                groups.setdefault((was, now), []).append(subtype)
        found += [
            ProofTurn(category, tuple(those), was, now, len(those) == len(subtypes))
            for (was, now), those in groups.items()
        ]
    return found


def _asked(view: CatalogView, category: str, subtype: str, on: date) -> tuple[str, ...]:
    """The alternatives asked for, each in words; that the goods are not in the catalog is said too."""
    there = view.class_on(category, on) is not None
    kind = view.subtype(category, subtype)
    if not there or kind is None or not kind.holds(on):
        return (_("不在目录内"),)
    rows = {
        words.show(FactKind.REQUIREMENT, "proof", row.proof)
        + (_("：") + words.show(FactKind.REQUIREMENT, "accepts", sorted(row.accepts)) if row.accepts else "")
        for row in view.requirements(category, subtype, on)
    }
    return tuple(sorted(rows)) or (_("没有已知的证明要求"),)


def _differing(kind: FactKind, old: Any, new: Any) -> tuple[FieldChange, ...]:
    if old == new:
        return ()
    names = [name for name in new.__dataclass_fields__ if getattr(old, name) != getattr(new, name)]
    own = {"begins": "from", "ends": "until", "category": "class"}
    return tuple(
        FieldChange(
            name,
            words.field_label(own.get(name, name)),
            _plain(kind, own.get(name, name), getattr(old, name)),
            _plain(kind, own.get(name, name), getattr(new, name)),
        )
        for name in names
    )


def _plain(kind: FactKind, name: str, value: Any) -> str:
    if isinstance(value, date):
        value = value.isoformat()
    elif isinstance(value, frozenset):
        value = sorted(value)
    elif isinstance(value, tuple):
        value = [pick(one) or str(getattr(one, "category", one)) for one in value]
    return words.show(kind, name, value)


def title(event: Event, view: CatalogView) -> str:
    """The fact's name for people."""
    fact = event.fact
    category = view.category(event.key.partition(".")[0])
    match event.kind:
        case FactKind.CLASS:
            return f"{fact.code} {pick(fact)}"
        case FactKind.SUBTYPE | FactKind.ATTRIBUTE:
            return f"{event.key.partition('.')[0]} {pick(category) if category else ''} · {pick(fact)}"
        case FactKind.STANDARD:
            return f"{fact.number} {pick(fact, 'title')}"
        case FactKind.REQUIREMENT:
            names = {one.code: pick(one) for one in view.subtypes(fact.category)}
            of = view.category(fact.category)
            subtypes = (
                _("全部种类")
                if fact.subtypes is None
                else _("、").join(name for code, name in names.items() if code in fact.subtypes)
            )
            return f"{fact.category} {pick(of) if of else ''} · {subtypes}"
        case _:
            return pick(fact)


def days_of(fact: Any) -> tuple[date | None, date | None]:
    """First and last day of a fact; parameters have none of their own."""
    return (fact.begins, fact.ends) if isinstance(fact, Dated) else (None, None)
