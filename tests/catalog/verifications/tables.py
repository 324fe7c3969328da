"""Registers of tests straight into the tables, without the services: many, or such as no service would make."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from association.kernel.db import db
from association.ledger.models import ChainHead
from catalog.evidence.rules import Change
from catalog.register.models import EvidenceRecord, RegisteredName, RegisterEntry
from catalog.register.rules import Name, in_effect, names_of
from catalog.vocabulary import EntryKind, EvidenceKind
from tests.catalog.verifications.adapter import a_day, a_moment, an_entry

Plain = dict[str, Any]
LAST = datetime(2099, 1, 1, tzinfo=UTC)


def name_row(name: Name, recorded_at: datetime, until_at: datetime | None = None) -> Plain:
    """One name as the register keeps it."""
    return {
        "number": name.number,
        "model": name.model,
        "maker": name.maker,
        "maker_uscc": name.maker_uscc,
        "brand": name.brand,
        "model_fold": name.model_fold,
        "maker_fold": name.maker_fold,
        "brand_fold": name.brand_fold,
        "recorded_at": recorded_at,
        "until_at": until_at,
    }


def write(registrations: Sequence[Plain]) -> None:
    """Keep ``registrations`` (see ``cases``) and commit. Hashes are plain counters; half of what was named later is
    known only from then, some names are known no longer after a while."""
    entries, papers, names = [], [], []
    for one in registrations:
        number = one["number"]
        made = [an_entry(number, entry) for entry in sorted(one["entries"], key=lambda entry: entry["entry"])]
        entries += [
            {
                "entry": entry.entry,
                "number": number,
                "kind": entry.kind,
                "effective_from": entry.effective_from,
                "recorded_at": entry.recorded_at,
                "mandate": entry.mandate,
                "facts": dict(entry.facts),
                "previous": f"{entry.entry - 1:064x}",
                "hash": f"{entry.entry:064x}",
            }
            for entry in made
        ]
        papers += [
            {
                "register_number": number,
                "kind": EvidenceKind(line["kind"]),
                "number": line["number"],
                "issuer": line["issuer"],
                "change": Change(line["change"]),
                "effective_from": a_day(line["effective_from"]),
                "recorded_at": a_moment(line["recorded_at"]),
                "valid_from": a_day(line["valid_from"]),
                "valid_until": a_day(line["valid_until"]),
                "document": None,
            }
            for line in one["evidence"]
        ]
        for place, name in enumerate(names_of(in_effect(made, known=LAST))):
            at = made[min(place, len(made) - 1)].recorded_at
            names.append(name_row(name, at, made[-1].recorded_at if place % 3 == 2 else None))
    for table, rows in ((RegisterEntry, entries), (EvidenceRecord, papers), (RegisteredName, names)):
        insert_all(table, rows)
    newest = max((row["entry"] for row in entries), default=0)
    db.session.add(ChainHead(name="register", position=newest, seal=f"{newest:064x}"))
    db.session.commit()


def insert_all(table: Any, rows: Iterable[Plain]) -> None:
    rows = list(rows)
    if rows:
        db.session.execute(table.__table__.insert(), rows)


def a_plain_entry(position: int, number: str, facts: Plain, recorded_at: datetime) -> Plain:
    """A registration's first entry as a row."""
    return {
        "entry": position,
        "number": number,
        "kind": EntryKind.REGISTERED,
        "effective_from": recorded_at.date(),
        "recorded_at": recorded_at,
        "mandate": "示例公技防委〔2004〕1号",
        "facts": facts,
        "previous": f"{position - 1:064x}",
        "hash": f"{position:064x}",
    }


def set_head(position: int) -> None:
    db.session.execute(sa.delete(ChainHead).where(ChainHead.name == "register"))
    db.session.add(ChainHead(name="register", position=position, seal=f"{position:064x}"))
