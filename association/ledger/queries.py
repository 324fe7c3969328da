"""Questions to the ledger."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from association import policy
from association.kernel.actors import Actor, require
from association.kernel.dates import SHANGHAI, show_utc
from association.kernel.db import db
from association.ledger.models import ChainHead, LedgerLine
from association.ledger.rules import FIRST, LEDGER, Fault, first_fault

PER_PAGE = 50
BATCH = 1000


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


# -- the page and the export --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Filters:
    """What the ledger is narrowed to; empty is no filter. ``subject`` is ``product:17`` or a kind (``product``);
    ``actor`` a name as it stands in the ledger, or an account's number. Days are Shanghai's, both included."""

    subject: str = ""
    action: str = ""
    actor: str = ""
    begins: date | None = None
    ends: date | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """Lines of the ledger, newest first; ``older`` and ``newer`` are the positions from which its neighbours go on."""

    lines: Sequence[LedgerLine]
    older: int | None
    newer: int | None


def stretch(actor: Actor, filters: Filters, *, before: int | None = None, after: int | None = None) -> Stretch:
    """Lines older than ``before``, or newer than ``after``, or else the newest. It costs the same however far back."""
    require(policy.see_ledger, actor)
    narrowed = _narrowed(filters)
    if after is not None:
        found = narrowed.where(LedgerLine.position > after).order_by(LedgerLine.position)
    elif before is not None:
        found = narrowed.where(LedgerLine.position < before).order_by(LedgerLine.position.desc())
    else:
        found = narrowed.order_by(LedgerLine.position.desc())
    lines = list(db.session.scalars(found.limit(PER_PAGE + 1)))
    more, lines = len(lines) > PER_PAGE, lines[:PER_PAGE]
    if after is not None:
        lines.reverse()
    if not lines:
        return Stretch(lines, None, None)
    newest, oldest = lines[0].position, lines[-1].position
    has_older = more if after is None else True
    has_newer = more if after is not None else before is not None
    return Stretch(lines, oldest if has_older else None, newest if has_newer else None)


def export(actor: Actor, filters: Filters, *, until: int) -> Iterator[dict[str, Any]]:
    """The lines up to position ``until``, oldest first, as sealed. Read piece by piece: no lock is held while whoever
    fetches them is slow."""
    require(policy.see_ledger, actor)
    since = 0
    while True:
        found = _narrowed(filters).where(LedgerLine.position > since, LedgerLine.position <= until)
        lines = db.session.scalars(found.order_by(LedgerLine.position).limit(BATCH)).all()
        pieces = [as_sealed(line) for line in lines]
        db.session.rollback()
        db.session.expunge_all()
        yield from pieces
        if len(pieces) < BATCH:
            return
        since = pieces[-1]["position"]


def _narrowed(filters: Filters) -> Select[LedgerLine]:
    found = select(LedgerLine)
    if filters.subject:
        one = LedgerLine.subject == filters.subject
        all_of_a_kind = LedgerLine.subject.startswith(f"{filters.subject}:", autoescape=True)
        found = found.where(one if ":" in filters.subject else all_of_a_kind)
    if filters.action:
        found = found.where(LedgerLine.action == filters.action)
    if filters.actor:
        by_number = filters.actor.isascii() and filters.actor.isdigit() and len(filters.actor) < 10
        found = found.where(
            LedgerLine.actor_id == int(filters.actor) if by_number else LedgerLine.actor_name == filters.actor
        )
    if filters.begins is not None:
        found = found.where(LedgerLine.at >= _midnight(filters.begins))
    if filters.ends is not None:
        found = found.where(LedgerLine.at < _midnight(filters.ends + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)


# -- the chain ----------------------------------------------------------------------------------------------


def head(name: str = "ledger") -> tuple[int, str]:
    """Position and seal of a chain's last line."""
    row = db.session.execute(select(ChainHead.position, ChainHead.seal).where(ChainHead.name == name)).one_or_none()
    return (row[0], row[1]) if row else (0, FIRST)


def all_lines() -> Iterator[dict[str, Any]]:
    """Every line in order, as sealed; streamed."""
    columns = LedgerLine.__table__.columns
    rows = db.session.execute(select(*columns).order_by(columns.position).execution_options(yield_per=BATCH))
    for row in rows:
        yield as_sealed(row)  # type: ignore[arg-type]


def fault(tick: Callable[[int], None] = lambda _position: None) -> Fault | None:
    """The ledger's first fault; ``None`` when the whole chain holds."""
    return first_fault(all_lines(), LEDGER, head=head(), after=_line_after, tick=tick)


def _line_after(seal: str) -> dict[str, Any] | None:
    line = db.session.scalar(select(LedgerLine).where(LedgerLine.previous_seal == seal).limit(1))
    return as_sealed(line) if line is not None else None


def one_state() -> None:
    """Everything read from here on in this transaction is of one moment, also while others write."""
    db.session.rollback()
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
