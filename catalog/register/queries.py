"""Questions to the register. Entries never change, so what is read of them is never stale."""

import json
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import and_, case, func, literal, or_, select
from sqlalchemy.orm import aliased

from association.kernel.db import db, read
from association.kernel.errors import NotFound
from association.kernel.i18n import _
from association.kernel.numbers import fold, fold_maker, read_registration_number
from association.ledger.models import ChainHead
from association.ledger.rules import FIRST
from catalog.evidence.rules import Change, Evidence, EvidenceLine, on_file
from catalog.register.models import (
    RegisteredName,
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
# Of so many registrations of one model, whoever makes it, the judge chooses what to suggest.
MOST_SUGGESTED = 500


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


def entered_after(entry: int) -> dict[str, datetime]:
    """The numbers that something was entered about after ``entry``, and when that was last recorded. One statement."""
    found = select(_ENTRY.number, func.max(_ENTRY.recorded_at)).where(_ENTRY.entry > entry).group_by(_ENTRY.number)
    return dict(db.session.execute(found).all())


def all_known(number: str, *, now: datetime) -> datetime:
    """The moment from which all that stands in the register about ``number`` counts: clocks of two people may differ by
    a moment, and what is entered is entered. One statement."""
    newest = db.session.scalar(select(func.max(_ENTRY.recorded_at)).where(_ENTRY.number == number))
    return max(now, newest or now)


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
    also: Collection[str] = (),
    variants: Callable[[], Iterable[str]] = tuple,
    known: datetime,
) -> list[Name]:
    """The names the judge needs for one question, known by then: a bounded handful of statements.

    By number its own names; else all of the same fold, then those of the same maker or brand whose fold is at most
    two characters longer or shorter or that are ``also`` tried, then those that are ``variants`` (look-alikes) of the model. Folded values.
    """
    by_then = _known_then(known)
    found: dict[Name, None] = {}

    def add(*conditions: Any, limit: int | None = None) -> None:
        statement = select(*_NAME_COLUMNS).where(by_then, *conditions).order_by(_NAME.number, _NAME.id)
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
                near = func.length(_NAME.model_fold).between(len(model) - 2, len(model) + 2)
                add(same_maker, or_(near, _NAME.model_fold.in_(also)) if also else near)
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
  FROM registered_name WHERE {column} = ? AND model_fold = ? ORDER BY number, id
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


def _standing_on(on: date) -> tuple[Any, Any, Any]:
    span = aliased(StandingSpan)
    joined = and_(span.registration_id == Registration.id, span.begins <= on, or_(span.ends.is_(None), span.ends >= on))
    computed = case(
        (span.standing.is_not(None), span.standing),
        (Registration.first_day > on, Standing.NOT_YET_VALID.value),
        else_=Standing.LAPSED.value,
    )
    return span, joined, computed


def standings(on: date) -> dict[str, Standing]:
    """The standing of every registration on a day, by number, in one statement."""
    span, joined, computed = _standing_on(on)
    found = select(Registration.number, computed).outerjoin(span, joined).order_by(Registration.number)
    return {number: Standing(standing) for number, standing in db.session.execute(found)}


def hashes_of(entries: Collection[int]) -> dict[int, str]:
    """The hash of each of these entries; one statement for every few hundred. Committed rows only."""
    wanted = sorted(entries)
    found: dict[int, str] = {}
    for first in range(0, len(wanted), 500):
        some = wanted[first : first + 500]
        places = ", ".join("?" * len(some))
        found.update(read(f"SELECT entry, hash FROM register_entry WHERE entry IN ({places})", tuple(some)))  # noqa: S608 - question marks
    return found


def not_in_force(on: date) -> list[tuple[str, Standing]]:
    """Number and standing of every registration that is not in force on ``on``, in one statement."""
    span, joined, computed = _standing_on(on)
    found = select(Registration.number, computed).outerjoin(span, joined).where(computed != Standing.IN_FORCE.value)
    return [(number, Standing(standing)) for number, standing in db.session.execute(found)]


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
