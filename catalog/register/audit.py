"""Whether the register is what its entries say: the chain, what follows from it, and what the ledger knows of both.

Everything is read in pieces, so that memory does not grow with the register. Changes nothing.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import select

from association.kernel.db import db
from association.kernel.i18n import N_, _
from association.kernel.numbers import fold_standard
from association.ledger import queries as ledger
from association.ledger.models import LedgerLine
from association.ledger.rules import Fault, FaultKind, Names, first_fault
from catalog.evidence.rules import Change
from catalog.register import rules
from catalog.register.models import (
    EvidenceRecord,
    RegisteredName,
    RegisteredStandard,
    RegisterEntry,
    Registration,
    StandingSpan,
)
from catalog.register.queries import ENTRY_COLUMNS, entries_of_many
from catalog.register.rules import as_feed, latest_word, make_entry
from catalog.vocabulary import EntryKind

REGISTER = Names("entry", "hash", "previous")
BATCH = 500
ALWAYS = datetime.max.replace(tzinfo=UTC)
_ENTERED = [f"register.{kind.value}" for kind in EntryKind]
_FILED = [f"evidence.{change.value}" for change in Change]

Tick = Callable[[int], None]


def no_tick(_done: int) -> None:
    """Says nothing."""


# -- the chain ----------------------------------------------------------------------------------------------


def fault(tick: Tick = no_tick) -> Fault | None:
    """The first fault of the chain of entries; ``None`` when it holds."""
    return first_fault(_all_entries(), REGISTER, head=ledger.head("register"), after=_entry_after, tick=tick)


_ENTRY = RegisterEntry.__table__.c


def _all_entries() -> Iterator[dict[str, Any]]:
    rows = db.session.execute(select(*ENTRY_COLUMNS).order_by(_ENTRY.entry).execution_options(yield_per=1000))
    return (_as_sealed(row) for row in rows)


def _entry_after(seal: str) -> dict[str, Any] | None:
    row = db.session.execute(select(*ENTRY_COLUMNS).where(_ENTRY.previous == seal).limit(1)).one_or_none()
    return _as_sealed(row) if row is not None else None


def _as_sealed(row: Any) -> dict[str, Any]:
    # Days of validity are read from the facts; a forged fact must not stop the audit that is to find it.
    try:
        return as_feed(make_entry(*row))
    except (KeyError, TypeError, ValueError):
        return as_feed(rules.Entry(*row))


# -- what follows from the entries ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Difference:
    """A row that does not say what the entries say: ``what`` is a sentence."""

    number: str
    what: str


def first_difference(tick: Tick = no_tick) -> Difference | None:
    """The first registration whose rows differ from the replay of its entries, or whose evidence file or entries
    differ from what the ledger sealed."""
    done, last = 0, ""
    while True:
        numbers = db.session.scalars(
            select(Registration.number).where(Registration.number > last).order_by(Registration.number).limit(BATCH)
        ).all()
        if not numbers:
            break
        if (found := _in_batch(numbers)) is not None:
            return found
        db.session.expunge_all()
        done, last = done + len(numbers), numbers[-1]
        tick(done)
    homeless = (
        select(RegisterEntry.number)
        .where(~select(Registration.id).where(Registration.number == RegisterEntry.number).exists())
        .limit(1)
    )
    number = db.session.scalar(homeless)
    return Difference(number, _("登记簿有记录，登记表中却没有这一行")) if number is not None else None


def _in_batch(numbers: Sequence[str]) -> Difference | None:
    rows = {row.number: row for row in db.session.scalars(select(Registration).where(Registration.number.in_(numbers)))}
    ids = {row.id: row.number for row in rows.values()}
    stored: dict[str, dict[str, Counter[Any]]] = {number: _nothing() for number in numbers}
    for span in db.session.scalars(select(StandingSpan).where(StandingSpan.registration_id.in_(ids))):
        stored[ids[span.registration_id]]["spans"][span.begins, span.ends, span.standing] += 1
    for one in db.session.scalars(select(RegisteredStandard).where(RegisteredStandard.registration_id.in_(ids))):
        stored[ids[one.registration_id]]["standards"][one.standard, one.standard_fold] += 1
    names = select(RegisteredName).where(RegisteredName.number.in_(numbers), RegisteredName.until_at.is_(None))
    for name in db.session.scalars(names):
        stored[name.number]["names"][_name(name)] += 1
    for paper in db.session.scalars(select(EvidenceRecord).where(EvidenceRecord.register_number.in_(numbers))):
        stored[paper.register_number]["papers"][_paper(paper)] += 1
    sealed = _sealed_in_ledger(numbers)
    entries = entries_of_many(numbers)
    for number in numbers:
        there = entries[number]
        if not there:
            return Difference(number, _("登记表有这一行，登记簿中却没有它的记录"))
        effective = rules.in_effect(there, known=ALWAYS)
        facts = rules.facts_at(effective, date.max)
        row = rows[number]
        stored[number]["entries"] = Counter((entry.entry, entry.hash) for entry in there)
        expected = {
            "spans": Counter((span.begins, span.ends, span.standing) for span in rules.spans(effective)),
            "standards": Counter((one, fold_standard(one)) for one in dict.fromkeys(facts.get("standards") or ())),
            "names": Counter(_name(name) for name in rules.names_of(effective)),
            **sealed[number],
        }
        for what, sentence in _DIFFERS.items():
            if stored[number][what] != expected[what]:
                return Difference(number, _(sentence))
        last_entry = max(entry.entry for entry in effective)
        if any(getattr(row, key) != value for key, value in latest_word(facts).items()) or row.last_entry != last_entry:
            return Difference(number, _("登记表中的现状与登记簿记录推得的不符"))
    return None


_DIFFERS = {
    "spans": N_("效力期间与登记簿记录推得的不符"),
    "standards": N_("执行标准与登记簿记录推得的不符"),
    "names": N_("型号、生产者、品牌的检索名称与登记簿记录推得的不符"),
    "papers": N_("证明材料与工作日志封存的不符"),
    "entries": N_("登记簿记录与工作日志封存的不符"),
}


def _nothing() -> dict[str, Counter[Any]]:
    return {what: Counter() for what in _DIFFERS}


def _name(name: Any) -> tuple[str, ...]:
    return (name.model, name.maker, name.maker_uscc, name.brand, name.model_fold, name.maker_fold, name.brand_fold)


def _paper(paper: EvidenceRecord) -> tuple[str | None, ...]:
    return (
        paper.change.value,
        paper.kind.value,
        paper.number,
        paper.issuer,
        paper.effective_from.isoformat(),
        paper.valid_from.isoformat() if paper.valid_from else None,
        paper.valid_until.isoformat() if paper.valid_until else None,
        paper.document,
    )


def _sealed_in_ledger(numbers: Sequence[str]) -> dict[str, dict[str, Counter[Any]]]:
    found: dict[str, dict[str, Counter[Any]]] = {n: {"papers": Counter(), "entries": Counter()} for n in numbers}
    lines = select(LedgerLine.action, LedgerLine.subject, LedgerLine.facts).where(
        LedgerLine.subject.in_([f"registration:{number}" for number in numbers]),
        LedgerLine.action.in_([*_ENTERED, *_FILED]),
    )
    for action, subject, facts in db.session.execute(lines):
        of = found[subject.partition(":")[2]]
        if action in _ENTERED:
            of["entries"][facts.get("entry"), facts.get("hash")] += 1
        else:
            keys = ("kind", "number", "issuer", "effective_from", "valid_from", "valid_until", "document")
            of["papers"][(action.partition(".")[2], *(facts.get(key) for key in keys))] += 1
    return found


# -- in a clerk's words --------------------------------------------------------------------------------------


def in_words(found: Fault, *, one: str, several: str) -> str:
    """The fault as a sentence. ``one`` says where a single place is (``第{position}条``), ``several`` names two."""
    where = one.format(position=found.position)
    both = several.format(position=found.position, other=found.other)
    match found.kind:
        case FaultKind.EDITED:
            return _("{where}的内容被改动过", where=where)
        case FaultKind.REMOVED:
            if found.other is None:
                return _("{where}被删除", where=where)
            return _("{where}（含）之间的内容被删除", where=both)
        case FaultKind.INSERTED:
            return _("{where}是后来插入的", where=where if found.other is None else both)
        case _:
            return _("{where}的次序被调换", where=both)
