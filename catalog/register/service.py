"""Writing the register, always inside the caller's transaction: entries are appended, never changed."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, func, select

from association.kernel.actors import Actor
from association.kernel.dates import civil_date
from association.kernel.db import db
from association.kernel.errors import Conflict
from association.kernel.i18n import _
from association.kernel.numbers import fold_standard, registration_number
from association.ledger import service as ledger
from association.mandates.models import Mandate
from catalog.evidence.rules import EvidenceLine
from catalog.register import queries, rules
from catalog.register.models import (
    EvidenceRecord,
    RegisteredName,
    RegisteredStandard,
    RegisterEntry,
    Registration,
    StandingSpan,
)
from catalog.register.rules import Entry
from catalog.vocabulary import EntryKind

# The city's sign in registration numbers; old numbers keep theirs when it changes.
PREFIX = "SJZ"


def enter(
    facts: Mapping[str, Any],
    *,
    effective_from: date,
    evidence: Sequence[EvidenceLine] = (),
    mandate: Mandate,
    actor: Actor,
    now: datetime,
) -> str:
    """Register a product: a new number, its first entry, its evidence. Returns the number.

    ``facts`` are those of the product (name, brand, model, manufacturer, registrant, category, subtype, origin,
    standards, attributes) with ``valid_from`` and ``valid_until``; the year of the number is the year of recording.
    """
    category, year = str(facts["category"]), civil_date(now).year
    # The writer holds the register's head from here on, so that two cannot take one serial.
    ledger.advance("register")
    last = db.session.scalar(
        select(func.max(Registration.serial)).where(Registration.category == category, Registration.year == year)
    )
    try:
        number = registration_number(PREFIX, category, year, (last or 0) + 1)
    except ValueError as full:
        raise Conflict(_("{year}年该类别的登记编号已用完，请联系系统管理员。", year=year)) from full
    registration = Registration(
        number=number,
        category=category,
        year=year,
        serial=(last or 0) + 1,
        **rules.latest_word(facts),
        first_day=effective_from,
        last_entry=0,
    )
    db.session.add(registration)
    db.session.flush()
    append(number, EntryKind.REGISTERED, facts, effective_from=effective_from, mandate=mandate, actor=actor, now=now)
    for line in evidence:
        file_evidence(number, line, actor=actor)
    return number


def append(
    number: str,
    kind: EntryKind,
    facts: Mapping[str, Any],
    *,
    effective_from: date,
    mandate: Mandate,
    actor: Actor,
    now: datetime,
) -> Entry:
    """Append one entry to the chain and bring what follows from it up to date."""
    head = ledger.advance("register")
    if kind is not EntryKind.REGISTERED:
        _may_follow(number, kind, facts, now=now)
    entry = rules.make_entry(
        head.position + 1, number, kind, effective_from, now, mandate.number, dict(facts), previous=head.seal
    )
    entry = replace(entry, hash=rules.entry_hash(entry))
    db.session.add(
        RegisterEntry(
            entry=entry.entry,
            number=number,
            kind=kind,
            effective_from=effective_from,
            recorded_at=now,
            mandate=mandate.number,
            facts=dict(facts),
            previous=entry.previous,
            hash=entry.hash,
        )
    )
    head.position, head.seal = entry.entry, entry.hash
    db.session.flush()
    _follow(number, now)
    ledger.record(
        f"register.{kind.value}", f"registration:{number}", actor=actor, at=now, entry=entry.entry, hash=entry.hash
    )
    return entry


def _may_follow(number: str, kind: EntryKind, facts: Mapping[str, Any], *, now: datetime) -> None:
    """Raise Conflict when the register's rules do not let an entry of ``kind`` follow."""
    entries = queries.entries_of(number)
    if kind is EntryKind.CORRECTED and facts.get("void"):
        target = next((entry for entry in entries if entry.entry == facts.get("entry")), None)
        if target is None or target.kind is EntryKind.REGISTERED:
            raise Conflict(_("首次登记不能以更正取消；本不应登记的，应自登记之日起撤销。"))
    if not rules.may_follow(rules.in_effect(entries, known=now), kind):
        raise Conflict(_("该登记已经终止，只能更正。"))


def file_evidence(number: str, line: EvidenceLine, *, actor: Actor) -> None:
    """Put a line into a registration's evidence file; what it says is sealed in the ledger."""
    db.session.add(
        EvidenceRecord(
            register_number=number,
            kind=line.kind,
            number=line.number,
            issuer=line.issuer,
            change=line.change,
            effective_from=line.effective_from,
            recorded_at=line.recorded_at,
            valid_from=line.valid_from,
            valid_until=line.valid_until,
            document=line.document,
        )
    )
    ledger.record(
        f"evidence.{line.change.value}",
        f"registration:{number}",
        actor=actor,
        at=line.recorded_at,
        kind=line.kind.value,
        number=line.number,
        issuer=line.issuer,
        effective_from=line.effective_from.isoformat(),
        valid_from=line.valid_from.isoformat() if line.valid_from else None,
        valid_until=line.valid_until.isoformat() if line.valid_until else None,
        document=line.document,
    )


def _follow(number: str, now: datetime) -> None:
    """Rebuild what follows from the entries of ``number``: latest word, names, standards, spans."""
    registration = db.session.scalar(select(Registration).where(Registration.number == number))
    if registration is None:
        raise Conflict(_("没有此登记编号。"))
    entries = rules.in_effect(queries.entries_of(number), known=now)
    facts = rules.facts_at(entries, date.max)
    for key, value in rules.latest_word(facts).items():
        setattr(registration, key, value)
    registration.last_entry = max(entry.entry for entry in entries)
    standing_names = {
        (row.model, row.maker, row.maker_uscc, row.brand): row
        for row in db.session.scalars(
            select(RegisteredName).where(RegisteredName.number == number, RegisteredName.until_at.is_(None))
        )
    }
    for name in rules.names_of(entries):
        if standing_names.pop((name.model, name.maker, name.maker_uscc, name.brand), None) is None:
            db.session.add(
                RegisteredName(
                    number=number,
                    model=name.model,
                    maker=name.maker,
                    maker_uscc=name.maker_uscc,
                    brand=name.brand,
                    model_fold=name.model_fold,
                    maker_fold=name.maker_fold,
                    brand_fold=name.brand_fold,
                    recorded_at=now,
                )
            )
    # What is left was never its name: a correction took it away.
    for mistaken in standing_names.values():
        mistaken.until_at = now
    db.session.execute(delete(RegisteredStandard).where(RegisteredStandard.registration_id == registration.id))
    for standard in dict.fromkeys(facts.get("standards") or ()):
        db.session.add(
            RegisteredStandard(
                registration_id=registration.id, standard=standard, standard_fold=fold_standard(standard)
            )
        )
    db.session.execute(delete(StandingSpan).where(StandingSpan.registration_id == registration.id))
    for span in rules.spans(entries):
        db.session.add(
            StandingSpan(registration_id=registration.id, begins=span.begins, ends=span.ends, standing=span.standing)
        )
    db.session.flush()
