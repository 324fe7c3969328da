"""Questions to the register. Entries never change, so what is read of them is never stale."""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from association.kernel.db import db, read
from association.kernel.errors import NotFound
from association.kernel.i18n import _
from association.kernel.numbers import fold, fold_maker, fold_standard, read_registration_number
from association.kernel.pagination import PER_PAGE, Page
from association.ledger.models import ChainHead
from association.ledger.rules import FIRST
from catalog.evidence.rules import Change, Evidence, EvidenceLine, on_file
from catalog.register.models import (
    RegisteredName,
    RegisteredStandard,
    RegisterEntry,
    Registration,
    StandingSpan,
)
from catalog.register.rules import Entry, Name, as_feed, facts_at, in_effect, make_entry, standing_at
from catalog.vocabulary import EntryKind, EvidenceKind, Standing

_ENTRY = RegisterEntry.__table__.c
ENTRY_COLUMNS = (
    _ENTRY.entry,
    _ENTRY.number,
    _ENTRY.kind,
    _ENTRY.effective_from,
    _ENTRY.recorded_at,
    _ENTRY.mandate,
    _ENTRY.facts,
    _ENTRY.previous,
    _ENTRY.hash,
)
_NAME = RegisteredName.__table__.c
_NAME_COLUMNS = (
    _NAME.number,
    _NAME.model,
    _NAME.maker,
    _NAME.maker_uscc,
    _NAME.brand,
    _NAME.model_fold,
    _NAME.maker_fold,
    _NAME.brand_fold,
)
MOST_SUGGESTED = 50


@dataclass(frozen=True, slots=True)
class Head:
    """Where the register stands: the position and hash of its newest entry."""

    entry: int
    hash: str


def head() -> Head:
    """The register's head."""
    row = db.session.execute(
        select(ChainHead.position, ChainHead.seal).where(ChainHead.name == "register")
    ).one_or_none()
    return Head(row[0], row[1]) if row else Head(0, FIRST)


def entries_of(number: str) -> list[Entry]:
    """All entries of ``number`` in order."""
    found = select(*ENTRY_COLUMNS).where(_ENTRY.number == number).order_by(_ENTRY.entry)
    return [make_entry(*row) for row in db.session.execute(found)]


def entries_of_many(numbers: Sequence[str]) -> dict[str, list[Entry]]:
    """The entries of several numbers, by number, in one statement."""
    entries: dict[str, list[Entry]] = {number: [] for number in numbers}
    found = select(*ENTRY_COLUMNS).where(_ENTRY.number.in_(list(entries))).order_by(_ENTRY.entry)
    for row in db.session.execute(found):
        entries[row.number].append(make_entry(*row))
    return entries


@dataclass(frozen=True, slots=True)
class Known:
    """A registration as known at a moment: its entries in effect, its papers, and the register's head now."""

    number: str
    all_entries: tuple[Entry, ...]
    entries: tuple[Entry, ...]
    evidence: tuple[Evidence, ...]
    head: Head


# One statement for all that a verdict needs of one registration: entries, evidence file, the register's head.
_REGISTRATION = """
SELECT 1, entry, kind, CAST(effective_from AS TEXT), CAST(recorded_at AS TEXT), mandate, CAST(facts AS TEXT), previous, hash
  FROM register_entry WHERE number = ?
UNION ALL
SELECT 2, id, kind, CAST(effective_from AS TEXT), CAST(recorded_at AS TEXT), number, issuer, change,
       COALESCE(CAST(valid_from AS TEXT), '') || '|' || COALESCE(CAST(valid_until AS TEXT), '') || '|' || COALESCE(document, '')
  FROM evidence_line WHERE register_number = ?
UNION ALL
SELECT 3, position, '', '', '', '', '', '', seal FROM chain_head WHERE name = 'register'
"""
_KINDS = {kind.value: kind for kind in EntryKind}
_PAPER_KINDS = {kind.value: kind for kind in EvidenceKind}
_CHANGES = {change.value: change for change in Change}


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def known_registration(number: str, *, known: datetime) -> Known | None:
    """The registration ``number`` as known then; ``None`` when there is no such number. Committed rows only.

    ``entries`` is empty before its first entry was recorded.
    """
    entries: list[Entry] = []
    lines: list[EvidenceLine] = []
    newest = Head(0, FIRST)
    rows = read(_REGISTRATION, (number, number))
    # Cheaper here than as ORDER BY over three tables.
    rows.sort(key=itemgetter(0, 1))
    for what, place, kind, effective, recorded, a, b, c, d in rows:
        if what == 1:
            entries.append(
                make_entry(
                    place,
                    number,
                    _KINDS[kind],
                    date.fromisoformat(effective),
                    _moment(recorded),
                    a,
                    json.loads(b),
                    c,
                    d,
                )
            )
        elif what == 2:
            valid_from, valid_until, document = d.split("|")
            lines.append(
                EvidenceLine(
                    _PAPER_KINDS[kind],
                    a,
                    b,
                    _CHANGES[c],
                    date.fromisoformat(effective),
                    _moment(recorded),
                    date.fromisoformat(valid_from) if valid_from else None,
                    date.fromisoformat(valid_until) if valid_until else None,
                    document or None,
                )
            )
        else:
            newest = Head(place, d)
    if not entries:
        return None
    return Known(
        number,
        tuple([entry for entry in entries if entry.recorded_at <= known]),
        tuple(in_effect(entries, known=known)),
        on_file(lines, known=known),
        newest,
    )


def registration_to_show(text: str, *, known: datetime) -> Known:
    """The registration whose number is ``text``, as it was known then.

    Raises NotFound: ``mistyped_number`` when the check character is wrong, ``unknown_number``, or
    ``not_known_then`` before its first entry.
    """
    read = read_registration_number(text)
    if read.number is not None and not read.sound:
        raise NotFound(
            _("登记编号{number}的校验位不对，请对照产品或通知书核对。", number=read.number), code="mistyped_number"
        )
    found = known_registration(read.number, known=known) if read.number else None
    if found is None:
        raise NotFound(_("没有这个登记编号。请核对编号，或按生产企业和型号查询。"), code="unknown_number")
    if not found.entries:
        raise NotFound(_("在所选时点，这个编号尚未登记。"), code="not_known_then")
    return found


# -- names: which registration is meant ---------------------------------------------------------------------


def _known_then(known: datetime) -> Any:
    return and_(_NAME.recorded_at <= known, or_(_NAME.until_at.is_(None), _NAME.until_at > known))


def names(
    *,
    number: str = "",
    model: str = "",
    maker: str = "",
    maker_uscc: str = "",
    brand: str = "",
    variants: Callable[[], Iterable[str]] = tuple,
    known: datetime,
) -> list[Name]:
    """The names the judge needs for one question, known by then: a bounded handful of statements.

    By number its own names; else all of the same fold, then those of the same maker or brand whose fold is at most
    one character longer or shorter, then those that are ``variants`` (look-alikes) of the model. Folded values.
    """
    by_then = _known_then(known)
    found: dict[Name, None] = {}

    def add(*conditions: Any, limit: int | None = None) -> None:
        statement = select(*_NAME_COLUMNS).where(by_then, *conditions).order_by(_NAME.number)
        if limit is not None:
            statement = statement.limit(limit)
        for row in db.session.execute(statement):
            found[Name(*row)] = None

    if number:
        add(_NAME.number == number)
    if model:
        same_maker = _same_maker(maker, maker_uscc, brand)
        if same_maker is not None:
            for row in _exactly_named(model, maker=maker, maker_uscc=maker_uscc, brand=brand, known=known):
                found[Name(*row)] = None
        if not any(name.model_fold == model for name in found):
            if same_maker is not None:
                add(same_maker, func.length(_NAME.model_fold).between(len(model) - 1, len(model) + 1))
            add(_NAME.model_fold.in_([model, *variants()]), limit=MOST_SUGGESTED)
    if maker and maker_uscc:
        # Who else goes by this name or this code: contradictions are told apart by makers, not by models.
        makers = (
            select(
                literal("").label("number"),
                literal("").label("model"),
                _NAME.maker,
                _NAME.maker_uscc,
                literal("").label("brand"),
                literal("").label("model_fold"),
                _NAME.maker_fold,
                literal("").label("brand_fold"),
            )
            .where(by_then, or_(_NAME.maker_uscc == maker_uscc, _NAME.maker_fold == maker))
            .distinct()
        )
        for row in db.session.execute(makers):
            found[Name(*row)] = None
    return list(found)


_EXACTLY = """
SELECT number, model, maker, maker_uscc, brand, model_fold, maker_fold, brand_fold, CAST(recorded_at AS TEXT), CAST(until_at AS TEXT)
  FROM registered_name WHERE {column} = ? AND model_fold = ? ORDER BY number
"""
_EXACTLY_BY = {column: _EXACTLY.format(column=column) for column in ("maker_uscc", "maker_fold", "brand_fold")}


def _exactly_named(
    model: str, *, maker: str, maker_uscc: str, brand: str, known: datetime
) -> list[tuple[str, str, str, str, str, str, str, str]]:
    column, value = next(
        (column, value)
        for column, value in (("maker_uscc", maker_uscc), ("maker_fold", maker), ("brand_fold", brand))
        if value
    )
    rows = read(_EXACTLY_BY[column], (value, model))
    return [row[:8] for row in rows if _moment(row[8]) <= known and (row[9] is None or known < _moment(row[9]))]


def _same_maker(maker: str, maker_uscc: str, brand: str) -> Any:
    if maker_uscc:
        return _NAME.maker_uscc == maker_uscc
    if maker:
        return _NAME.maker_fold == maker
    return _NAME.brand_fold == brand if brand else None


def all_names(*, known: datetime) -> list[Name]:
    """Every name in the register known by then (for the tests' naive judge; not for pages)."""
    return [Name(*row) for row in db.session.execute(select(*_NAME_COLUMNS).where(_known_then(known)))]


# -- the feed -----------------------------------------------------------------------------------------------


def feed(*, since: int, limit: int) -> list[dict[str, Any]]:
    """Entries after position ``since``, at most ``limit``, as programs get them."""
    found = select(*ENTRY_COLUMNS).where(_ENTRY.entry > since).order_by(_ENTRY.entry).limit(limit)
    return [as_feed(make_entry(*row)) for row in db.session.execute(found)]


# -- the list -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filters:
    """What the list is narrowed to; empty text is no filter."""

    q: str = ""
    category: str = ""
    subtype: str = ""
    standing: Standing | None = None
    registrant: str = ""
    manufacturer: str = ""
    standard: str = ""
    sort: str = "number"


@dataclass(frozen=True, slots=True)
class Row:
    """One registration in a list, with its standing on the day asked for."""

    number: str
    name: str
    brand: str
    model: str
    manufacturer: str
    manufacturer_uscc: str
    manufacturer_country: str
    registrant: str
    registrant_uscc: str
    category: str
    subtype: str
    standing: Standing
    standing_since: date | None
    standing_until: date | None


SORTS = ("number", "-number", "model", "name", "manufacturer")


def _contains(column: Any, text: str) -> Any:
    return column.like("%" + text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_") + "%", escape="\\")


def _standing_on(on: date) -> tuple[Any, Any, Any]:
    span = aliased(StandingSpan)
    joined = and_(span.registration_id == Registration.id, span.begins <= on, or_(span.ends.is_(None), span.ends >= on))
    computed = case(
        (span.standing.is_not(None), span.standing),
        (Registration.first_day > on, Standing.NOT_YET_VALID.value),
        else_=Standing.LAPSED.value,
    )
    return span, joined, computed


def _filtered(statement: Select[Any], filters: Filters, computed: Any, *, but: str = "") -> Select[Any]:
    def wanted(name: str) -> bool:
        return name != but and bool(getattr(filters, name))

    if wanted("category"):
        statement = statement.where(Registration.category == filters.category)
    if wanted("subtype"):
        statement = statement.where(Registration.subtype == filters.subtype)
    if wanted("registrant"):
        statement = statement.where(
            _enterprise(Registration.registrant, Registration.registrant_uscc, filters.registrant)
        )
    if wanted("manufacturer"):
        statement = statement.where(
            _enterprise(Registration.manufacturer, Registration.manufacturer_uscc, filters.manufacturer)
        )
    if wanted("standard"):
        naming = select(RegisteredStandard.registration_id).where(
            RegisteredStandard.standard_fold.startswith(fold_standard(filters.standard), autoescape=True)
        )
        statement = statement.where(Registration.id.in_(naming))
    if wanted("q"):
        statement = statement.where(_words(filters.q))
    if wanted("standing"):
        statement = statement.where(computed == filters.standing)
    return statement


def _enterprise(name: Any, uscc: Any, text: str) -> Any:
    return or_(uscc == text.strip().upper(), _contains(name, text.strip()))


def _words(text: str) -> Any:
    """Every word of ``text`` stands in the number, model (in any disguise), name, brand, maker or registrant."""
    conditions = []
    for word in text.split()[:10]:
        either = [
            _contains(func.upper(column), word.upper())
            for column in (
                Registration.name,
                Registration.name_en,
                Registration.brand,
                Registration.model,
                Registration.manufacturer,
                Registration.registrant,
                Registration.number,
            )
        ]
        if folded := fold(word):
            either.append(Registration.number.in_(select(_NAME.number).where(_contains(_NAME.model_fold, folded))))
        read = read_registration_number(word)
        if read.number:
            either.append(Registration.number == read.number)
        conditions.append(or_(*either))
    return and_(*conditions) if conditions else literal(True)


def register_page(filters: Filters, *, on: date, number: int = 1, per_page: int = PER_PAGE) -> Page:
    """One page of the register's list as it stands on ``on``: two statements, however long the list.

    The order is by number unless a neutral order is asked for (Art. 13).
    """
    span, joined, computed = _standing_on(on)
    base = select(Registration, computed, span.begins, span.ends).outerjoin(span, joined)
    base = _filtered(base, filters, computed)
    counted = _filtered(select(func.count()).select_from(Registration).outerjoin(span, joined), filters, computed)
    total = db.session.scalar(counted) or 0
    orders: dict[str, list[Any]] = {
        "number": [Registration.number],
        "-number": [Registration.number.desc()],
        "model": [Registration.model, Registration.number],
        "name": [Registration.name, Registration.number],
        "manufacturer": [Registration.manufacturer, Registration.number],
    }
    order = orders[filters.sort]
    rows = db.session.execute(base.order_by(*order).limit(per_page).offset((number - 1) * per_page))
    items = [
        Row(
            found.number,
            found.name,
            found.brand,
            found.model,
            found.manufacturer,
            found.manufacturer_uscc,
            found.manufacturer_country,
            found.registrant,
            found.registrant_uscc,
            found.category,
            found.subtype,
            Standing(standing),
            begins,
            ends,
        )
        for found, standing, begins, ends in rows
    ]
    return Page(items, number, per_page, total)


FACETS = ("category", "subtype", "standing")


def facets(filters: Filters, *, on: date) -> dict[str, list[dict[str, Any]]]:
    """How many registrations each choice would leave, all other filters kept: one statement a facet."""
    span, joined, computed = _standing_on(on)
    columns: dict[str, Any] = {
        "category": Registration.category,
        "subtype": Registration.subtype,
        "standing": computed,
    }
    shown: dict[str, list[dict[str, Any]]] = {}
    for name in FACETS:
        column = columns[name].label("value")
        counted = select(column, func.count().label("n")).select_from(Registration).outerjoin(span, joined)
        counted = _filtered(counted, filters, computed, but=name).group_by("value").order_by("value")
        shown[name] = [{"value": str(value), "count": count} for value, count in db.session.execute(counted)]
    return shown


def recent(limit: int = 5) -> Sequence[Registration]:
    """The registrations made last."""
    return db.session.scalars(select(Registration).order_by(Registration.last_entry.desc()).limit(limit)).all()


def count() -> int:
    """How many registrations there are."""
    return db.session.scalar(select(func.count()).select_from(Registration)) or 0


def same_products(*, maker_uscc: str, maker: str, model: str, known: datetime) -> list[Name]:
    """Registrations of the same maker and model (folded): duplicates to be seen side by side."""
    same = names(model=fold(model), maker=fold_maker(maker), maker_uscc=maker_uscc, known=known)
    wanted = fold(model)
    return [name for name in same if name.number and name.model_fold == wanted]


def shown_at(known: Known, on: date) -> tuple[Any, dict[str, Any]]:
    """Standing and facts of a registration on ``on``."""
    return standing_at(known.entries, on), facts_at(known.entries, on)


def is_maker(maker_fold: str, *, known: datetime) -> bool:
    """Whether the register knows a maker of this folded name."""
    found = select(_NAME.number).where(_NAME.maker_fold == maker_fold, _known_then(known)).limit(1)
    return bool(maker_fold) and db.session.execute(found).first() is not None


def is_brand(brand_fold: str, *, known: datetime) -> bool:
    """Whether the register knows a brand of this folded name."""
    found = select(_NAME.number).where(_NAME.brand_fold == brand_fold, _known_then(known)).limit(1)
    return bool(brand_fold) and db.session.execute(found).first() is not None
