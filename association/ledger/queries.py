"""Questions to the ledger."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select

from association.kernel.dates import show_utc
from association.kernel.db import db
from association.ledger.models import LedgerLine
from association.ledger.rules import first_fault


def as_sealed(line: LedgerLine) -> dict[str, Any]:
    """A line as it was sealed, with its seal."""
    return {
        "position": line.position,
        "at": show_utc(line.at),
        "action": line.action,
        "subject": line.subject,
        "actor_id": line.actor_id,
        "actor_name": line.actor_name,
        "enterprise_id": line.enterprise_id,
        "via": line.via,
        "facts": line.facts,
        "previous_seal": line.previous_seal,
        "seal": line.seal,
    }


def lines_about(subject: str, *, limit: int = 200) -> Sequence[LedgerLine]:
    """What was done to ``subject``, oldest first."""
    found = select(LedgerLine).where(LedgerLine.subject == subject).order_by(LedgerLine.position).limit(limit)
    return db.session.scalars(found).all()


def all_lines() -> Iterator[dict[str, Any]]:
    """Every line in order, as sealed; streamed."""
    rows = db.session.scalars(
        select(LedgerLine).order_by(LedgerLine.position).execution_options(yield_per=1000)
    )
    for line in rows:
        yield as_sealed(line)


def first_broken_line() -> int | None:
    """Position of the first line that does not fit; ``None`` when the whole chain holds."""
    return first_fault(all_lines(), sealed_as="seal", previous_as="previous_seal", position_as="position")
