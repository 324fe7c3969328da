"""Writing the ledger, always inside the caller's transaction."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import select

from association import policy
from association.kernel.actors import Actor, require
from association.kernel.dates import show_utc
from association.kernel.db import db, lock_row, transaction
from association.ledger.models import ChainHead, LedgerLine
from association.ledger.queries import Filters
from association.ledger.rules import FIRST, seal


def advance(name: str) -> ChainHead:
    """The locked head of chain ``name``, made when it is missing; the caller moves it on."""
    head: ChainHead | None = db.session.scalar(
        lock_row(select(ChainHead).where(ChainHead.name == name)).execution_options(populate_existing=True)
    )
    if head is None:
        head = ChainHead(name=name, position=0, seal=FIRST)
        db.session.add(head)
        db.session.flush()
    return head


def record(action: str, subject: str, *, actor: Actor, at: datetime, **facts: Any) -> LedgerLine:
    """Write one line: ``action`` (``product.submitted``) was done to ``subject`` (``product:17``) by ``actor``."""
    return record_many([(action, subject, facts)], actor=actor, at=at)[0]


def record_many(
    done: Iterable[tuple[str, str, Mapping[str, Any]]], *, actor: Actor, at: datetime
) -> Sequence[LedgerLine]:
    """The same of several things done at once, each with its action, subject and facts: a line each, in this order.

    The head of the chain is read and written once.
    """
    head = advance("ledger")
    lines = []
    for action, subject, facts in done:
        body: dict[str, Any] = {
            "position": head.position + 1,
            "at": show_utc(at),
            "action": action,
            "subject": subject,
            "actor_id": actor.account_id,
            "actor_name": actor.signature,
            "enterprise_id": actor.enterprise_id,
            "via": actor.via,
            "facts": dict(facts),
            "previous_seal": head.seal,
        }
        sealed = seal(body)
        lines.append(LedgerLine(**(body | {"at": at, "seal": sealed})))
        head.position, head.seal = head.position + 1, sealed
    db.session.add_all(lines)
    db.session.flush()
    return lines


def note_export(filters: Filters, form: str, *, actor: Actor, now: datetime) -> int:
    """Record that the ledger is taken out, and up to which line: everything before the one that says so."""
    require(policy.see_ledger, actor)
    with transaction():
        narrowed = {key: str(value) for key, value in asdict(filters).items() if value}
        line = record("ledger.exported", "ledger:all", actor=actor, at=now, form=form, filters=narrowed)
    return line.position - 1
