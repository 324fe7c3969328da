"""The feed of what takes registrations away or gives them back: entries as they are made, lapses once they happened.

A lapse is computed and never an entry; so that programs can be told of it in order, it gets a position of its own when
it is first seen. A position once given stays.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import cast

from sqlalchemy import exists, func, insert, or_, select
from sqlalchemy.orm import aliased

from association.kernel.dates import civil_date
from association.kernel.db import db, transaction
from association.ledger import service as ledger
from catalog.register import queries as register
from catalog.register.models import RegisterEntry, Registration, StandingSpan
from catalog.register.rules import NEXT_DAY, StandingAt, in_effect, standing_at
from catalog.revocations import telling
from catalog.revocations.models import Announced, Revocation
from catalog.vocabulary import EntryKind, RegisterEvent, RevocationKind, Standing

_KINDS = (EntryKind.SUSPENDED, EntryKind.REINSTATED, EntryKind.REVOKED, EntryKind.CANCELLED)
_NOT_IN_FORCE = {Standing.SUSPENDED, Standing.CANCELLED, Standing.LAPSED}
CHAIN = "revocations"


def catch_up(now: datetime, *, lapses: bool) -> int:
    """Give a position to every entry, and every lapse, that has none yet; how many. Takes the feed's lock.

    Lapses come with the day, so they are looked for once a day.
    """
    with transaction():
        head = ledger.advance(CHAIN)
        happened = _entries()
        lapsed = _lapses(civil_date(now), now, but=happened) if lapses else []
        rows = [*happened, *lapsed]
        for place, row in enumerate(rows, head.position + 1):
            row["position"] = place
        if rows:
            db.session.execute(insert(Announced), rows)
            head.position += len(rows)
            db.session.flush()
            for row in lapsed:
                telling.tell_of_lapse(str(row["number"]), cast(date, row["effective_from"]), now=now)
    return len(rows)


def _entries() -> list[dict[str, object]]:
    newest = select(func.coalesce(func.max(Announced.entry), 0)).where(Announced.kind != RegisterEvent.LAPSED)
    # A revocation that is taken back is a correction in the register, and to programs a reinstatement.
    taken_back = select(Revocation.entry).where(
        Revocation.kind == RevocationKind.REINSTATEMENT, Revocation.entry.is_not(None)
    )
    found = (
        select(RegisterEntry)
        .where(
            or_(RegisterEntry.kind.in_(_KINDS), RegisterEntry.entry.in_(taken_back)),
            RegisterEntry.entry > newest.scalar_subquery(),
        )
        .order_by(RegisterEntry.entry)
    )
    rows: list[dict[str, object]] = []
    for one in db.session.scalars(found).all():
        kind = RegisterEvent.REINSTATED if one.kind is EntryKind.CORRECTED else RegisterEvent(one.kind.value)
        rows.append(_row(one, kind, one.effective_from))
        if kind is RegisterEvent.REINSTATED and (stands := _all_the_same(one)) is not None:
            rows.append(_row(one, RegisterEvent(stands.standing.value), stands.since))
    return rows


def _row(one: RegisterEntry, kind: RegisterEvent, effective_from: date | None) -> dict[str, object]:
    return {
        "number": one.number,
        "kind": kind,
        "effective_from": effective_from,
        "recorded_at": one.recorded_at,
        "entry": one.entry,
    }


def _all_the_same(given_back: RegisterEntry) -> StandingAt | None:
    """How a registration stood that was given back and was not in force for that: a program that keeps the last word
    about a number is to hold what is so."""
    entries = [one for one in register.entries_of(given_back.number) if one.entry <= given_back.entry]
    on = civil_date(given_back.recorded_at)
    stood = standing_at(in_effect(entries, known=given_back.recorded_at), on)
    return stood if stood.standing in _NOT_IN_FORCE and stood.since is not None else None


def _lapses(today: date, now: datetime, *, but: Iterable[Mapping[str, object]]) -> list[dict[str, object]]:
    """Registrations whose last day has passed and that nothing followed; ``but`` what is announced in the same step."""
    later = aliased(StandingSpan)
    found = (
        select(Registration.number, Registration.last_entry, StandingSpan.ends)
        .join(StandingSpan, StandingSpan.registration_id == Registration.id)
        .where(
            StandingSpan.standing == Standing.IN_FORCE,
            StandingSpan.ends < today,
            ~exists().where(later.registration_id == Registration.id, later.begins > StandingSpan.ends),
        )
        .order_by(StandingSpan.ends, Registration.number)
    )
    kept = select(Announced.number, Announced.effective_from).where(Announced.kind == RegisterEvent.LAPSED)
    told = {(row.number, row.effective_from) for row in db.session.execute(kept)}
    told |= {(row["number"], row["effective_from"]) for row in but if row["kind"] is RegisterEvent.LAPSED}
    return [
        {
            "number": row.number,
            "kind": RegisterEvent.LAPSED,
            "effective_from": row.ends + NEXT_DAY,
            "recorded_at": now,
            "entry": row.last_entry,
        }
        for row in db.session.execute(found)
        if row.ends is not None and (row.number, row.ends + NEXT_DAY) not in told
    ]
