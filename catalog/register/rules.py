"""How entries make a registration: standing and facts by replay, and the chain's hash. Pure (``verdict.md``).

All days are civil dates in Shanghai, intervals inclusive at both ends.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any

from association.kernel.dates import holds, show_utc
from association.kernel.numbers import fold, fold_brand, fold_maker
from association.ledger.rules import seal
from catalog.vocabulary import EntryKind, Standing

NEXT_DAY = timedelta(days=1)

# Only these may take effect before the day on which they are recorded, with the reason (verdict.md). The demo's
# amendments that put an address right are corrections by their note; new ones are entered as CORRECTED.
RETROACTIVE = frozenset({EntryKind.REVOKED, EntryKind.SUSPENDED, EntryKind.CORRECTED})

ADDS_VALIDITY = frozenset({EntryKind.REGISTERED, EntryKind.RENEWED})
ENDS = frozenset({EntryKind.REVOKED, EntryKind.CANCELLED})
CHANGES_FACTS = frozenset({EntryKind.REGISTERED, EntryKind.RENEWED, EntryKind.AMENDED, EntryKind.CORRECTED})

# What of an entry's facts is about the product; the rest is about the entry itself.
PRODUCT_FACTS = frozenset(
    {"name", "name_en", "brand", "model", "manufacturer", "registrant", "category", "subtype", "origin", "standards", "attributes"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the register. ``entry`` is its position (1, 2, 3 …); ``facts`` are what it says."""

    entry: int
    number: str
    kind: EntryKind
    effective_from: date
    recorded_at: datetime
    mandate: str
    facts: Mapping[str, Any]
    previous: str = ""
    hash: str = ""
    valid_from: date | None = field(default=None)
    valid_until: date | None = field(default=None)


def make_entry(
    entry: int,
    number: str,
    kind: EntryKind,
    effective_from: date,
    recorded_at: datetime,
    mandate: str,
    facts: Mapping[str, Any],
    previous: str = "",
    hash: str = "",  # noqa: A002 - the contract's word
) -> Entry:
    """An entry with its days of validity read from its facts."""
    first = last = None
    if kind in ADDS_VALIDITY:
        first = date.fromisoformat(facts["valid_from"]) if "valid_from" in facts else effective_from
        last = date.fromisoformat(facts["valid_until"]) if facts.get("valid_until") else None
    return Entry(entry, number, kind, effective_from, recorded_at, mandate, facts, previous, hash, first, last)


def as_feed(entry: Entry) -> dict[str, Any]:
    """The entry as the feed shows it (contract.md)."""
    return {
        "entry": entry.entry,
        "number": entry.number,
        "kind": entry.kind.value,
        "effective_from": entry.effective_from.isoformat(),
        "recorded_at": show_utc(entry.recorded_at),
        "mandate": entry.mandate,
        "facts": entry.facts,
        "previous": entry.previous,
        "hash": entry.hash,
    }


def entry_hash(entry: Entry) -> str:
    """Lower-case hex SHA-256 of the RFC 8785 canonical JSON of the entry as the feed shows it, without ``hash``."""
    shown = as_feed(entry)
    del shown["hash"]
    return seal(shown)


def in_effect(entries: Iterable[Entry], *, known: datetime) -> list[Entry]:
    """The entries that count at ``known``, in order: recorded by then, with corrections applied.

    A correction names an earlier entry of the same number in ``facts["entry"]``. With ``facts["void"]`` that entry
    never counted; else what the correction says (``facts["facts"]``, its ``effective_from``) stands in its place.
    A correction without ``entry`` changes facts from its own date, as an amendment does.
    """
    counted: dict[int, Entry] = {}
    for entry in entries:
        if entry.recorded_at > known:
            continue
        target = entry.facts.get("entry") if entry.kind is EntryKind.CORRECTED else None
        if target is None:
            counted[entry.entry] = entry
        elif target in counted:
            wrong = counted[target]
            if entry.facts.get("void"):
                # A registration that should never have been made is revoked from its first day; its entry stands.
                if wrong.kind is not EntryKind.REGISTERED:
                    del counted[target]
            else:
                facts = {**wrong.facts, **entry.facts.get("facts", {})}
                counted[target] = make_entry(
                    wrong.entry, wrong.number, wrong.kind, entry.effective_from, wrong.recorded_at, wrong.mandate, facts
                )
    return [counted[position] for position in sorted(counted)]


def may_follow(entries: Sequence[Entry], kind: EntryKind) -> bool:
    """Whether an entry of ``kind`` may follow ``entries`` (in effect): after the end only a correction, and a
    revocation after a cancellation, so that nobody escapes a finding by giving the registration up.
    """
    ends = [entry.kind for entry in entries if entry.kind in ENDS]
    if not ends or kind is EntryKind.CORRECTED:
        return True
    return kind is EntryKind.REVOKED and EntryKind.REVOKED not in ends


@dataclass(frozen=True, slots=True)
class StandingAt:
    """How a registration stands on a day: since when without a break, by which entry, and the run of validity it lies in."""

    standing: Standing
    since: date | None
    entry: int
    valid_from: date | None
    valid_until: date | None


def standing_at(entries: Sequence[Entry], on: date) -> StandingAt:
    """登记效力状态 on ``on``, by replay of ``entries`` (in order, already ``in_effect``); at least one is needed.

    A later entry about the same days wins. Revocation and cancellation end the registration; a suspension stands
    until a reinstatement, even past the end of validity; past its last day a registration has lapsed (computed,
    never stored).
    """
    valid: Entry | None = None
    held: Entry | None = None
    ended: Entry | None = None
    lifted: list[date] = []
    for entry in entries:
        kind = entry.kind
        if kind is EntryKind.REGISTERED or kind is EntryKind.RENEWED:
            if holds(entry.valid_from, entry.valid_until, on):
                valid = entry
        elif entry.effective_from > on:
            continue
        elif kind is EntryKind.SUSPENDED:
            held = entry
        elif kind is EntryKind.REINSTATED:
            held = None
            lifted.append(entry.effective_from)
        elif kind in ENDS:
            ended = entry
    first, last, source = _run(entries, on)
    if ended is not None:
        word = Standing.REVOKED if ended.kind is EntryKind.REVOKED else Standing.CANCELLED
        return StandingAt(word, ended.effective_from, ended.entry, first, last)
    if held is not None:
        return StandingAt(Standing.SUSPENDED, held.effective_from, held.entry, first, last)
    if valid is not None:
        since = _resumed(entries, lifted, first) if lifted else first
        return StandingAt(Standing.IN_FORCE, since, valid.entry, first, last)
    if first is not None and on < first:
        return StandingAt(Standing.NOT_YET_VALID, None, source, first, last)
    over = last + NEXT_DAY if last is not None else None
    return StandingAt(Standing.LAPSED, over, source, first, last)


def _resumed(entries: Sequence[Entry], lifted: list[date], first: date | None) -> date | None:
    """Since when a registration in force is so without a break: ``first``, or the last of the days of reinstatement
    (``lifted``) before which it was suspended."""
    for day in sorted(lifted, reverse=True):
        if first is not None and day <= first:
            break
        held = False
        for entry in entries:
            if entry.effective_from < day and entry.kind in (EntryKind.SUSPENDED, EntryKind.REINSTATED):
                held = entry.kind is EntryKind.SUSPENDED
        if held:
            return day
    return first


def _run(entries: Sequence[Entry], on: date) -> tuple[date | None, date | None, int]:
    """The unbroken run of days of validity around ``on``; else the last before it; else the first after it.

    Also the entry at the end of the run (at its beginning, when the run lies ahead).
    """
    periods = [
        (entry.valid_from or entry.effective_from, entry.valid_until, entry.entry)
        for entry in entries
        if entry.kind in ADDS_VALIDITY
    ]
    if len(periods) == 1:
        return periods[0]
    if not periods:
        return None, None, entries[0].entry if entries else 0
    periods.sort(key=lambda period: period[0])
    runs: list[list[Any]] = []
    for first, last, entry in periods:
        if runs and (runs[-1][1] is None or first <= runs[-1][1] + NEXT_DAY):
            if runs[-1][1] is not None and (last is None or last >= runs[-1][1]):
                runs[-1][1], runs[-1][3] = last, entry
        else:
            runs.append([first, last, entry, entry])
    before = [run for run in runs if run[0] <= on]
    if before:
        first, last, _begun_by, ended_by = before[-1]
        return first, last, ended_by
    first, last, begun_by, _ended_by = runs[0]
    return first, last, begun_by


def facts_at(entries: Sequence[Entry], on: date) -> dict[str, Any]:
    """What the register says of the product on ``on``: amendments change facts from their date.

    Before the first day the facts as first registered are shown.
    """
    facts: dict[str, Any] = {}
    for entry in entries:
        if entry.kind not in CHANGES_FACTS:
            continue
        if facts and entry.effective_from > on:
            continue
        facts.update((key, value) for key, value in entry.facts.items() if key in PRODUCT_FACTS)
    return facts


def latest_word(facts: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the register's table that say what ``facts`` say."""
    maker, registrant = facts.get("manufacturer") or {}, facts.get("registrant") or {}
    return {
        "subtype": facts["subtype"],
        "name": facts.get("name") or "",
        "name_en": facts.get("name_en") or "",
        "brand": facts.get("brand") or "",
        "model": facts.get("model") or "",
        "manufacturer": maker.get("name") or "",
        "manufacturer_uscc": maker.get("uscc") or "",
        "manufacturer_country": maker.get("country") or "CN",
        "registrant": registrant.get("name") or "",
        "registrant_uscc": registrant.get("uscc") or "",
    }


@dataclass(frozen=True, slots=True)
class Span:
    """Days on which one standing holds; gaps between spans are days before the first or after the last."""

    begins: date
    ends: date | None
    standing: Standing


def spans(entries: Sequence[Entry]) -> list[Span]:
    """The whole standing of a registration as spans; what is lapsed or not yet valid lies between them."""
    turns: set[date] = set()
    for entry in entries:
        turns.add(entry.effective_from)
        if entry.valid_from is not None:
            turns.add(entry.valid_from)
        if entry.valid_until is not None and entry.valid_until < date.max:
            turns.add(entry.valid_until + NEXT_DAY)
    days = sorted(turns)
    found: list[Span] = []
    for day, following in zip(days, [*days[1:], None], strict=True):
        word = standing_at(entries, day).standing
        ends = following - NEXT_DAY if following is not None else None
        if found and found[-1].standing is word and found[-1].ends == day - NEXT_DAY:
            found[-1] = replace(found[-1], ends=ends)
        else:
            found.append(Span(day, ends, word))
    return [span for span in found if span.standing not in (Standing.LAPSED, Standing.NOT_YET_VALID)]


@dataclass(frozen=True, slots=True)
class Name:
    """One way in which the register has named a product: the keys by which it can be meant exactly."""

    number: str
    model: str
    maker: str
    maker_uscc: str
    brand: str
    model_fold: str
    maker_fold: str
    brand_fold: str


def name_of(number: str, facts: Mapping[str, Any]) -> Name:
    """The keys of ``facts``."""
    maker = facts.get("manufacturer") or {}
    model, brand = facts.get("model") or "", facts.get("brand") or ""
    maker_name = maker.get("name") or ""
    return Name(
        number,
        model,
        maker_name,
        maker.get("uscc") or "",
        brand,
        fold(model),
        fold_maker(maker_name),
        fold_brand(brand),
    )


def plain_name(number: str) -> Name:
    """The name of a registration by its number alone."""
    return Name(number, "", "", "", "", "", "", "")


def names_of(entries: Sequence[Entry]) -> list[Name]:
    """Every way in which the entries have named their product, each once, in order."""
    facts: dict[str, Any] = {}
    names: dict[Name, None] = {}
    for entry in entries:
        if entry.kind not in CHANGES_FACTS:
            continue
        facts.update((key, value) for key, value in entry.facts.items() if key in PRODUCT_FACTS)
        if facts:
            names[name_of(entry.number, facts)] = None
    return list(names)
