"""How a certificate stands on a day, what may happen to it, and the chain of renewals. Pure.

Standing is computed from events on two axes, as the register's is: ``effective_from`` says on which days something
counts, ``recorded_at`` since when it was known.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from association.kernel.dates import show_utc
from association.kernel.errors import Shortfall
from association.kernel.i18n import _, show_date
from association.ledger.rules import seal
from training.vocabulary import CertificateEventKind, CertificateGround, CertificateStanding

NEXT_DAY = timedelta(days=1)
ENDS = frozenset({CertificateEventKind.WITHDRAWN, CertificateEventKind.REPLACED})
GROUNDS = {
    CertificateEventKind.SUSPENDED: (
        CertificateGround.UNDER_REVIEW,
        CertificateGround.IDENTITY,
        CertificateGround.MISUSE,
        CertificateGround.OWN_WISH,
    ),
    CertificateEventKind.WITHDRAWN: (
        CertificateGround.ISSUED_IN_ERROR,
        CertificateGround.EXAMINATION,
        CertificateGround.IDENTITY,
        CertificateGround.MISUSE,
        CertificateGround.OWN_WISH,
    ),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a certificate; ``position`` is its place (1, 2, 3 …) among those of all certificates."""

    position: int
    number: str
    kind: CertificateEventKind
    effective_from: date
    recorded_at: datetime
    mandate: str
    facts: Mapping[str, Any] = field(default_factory=dict)
    valid_from: date | None = None
    valid_until: date | None = None
    previous: str = ""
    hash: str = ""


def event_hash(event: Event) -> str:
    """Lower-case hex SHA-256 of the RFC 8785 canonical JSON of the event without its hash."""
    return seal(
        {
            "position": event.position,
            "number": event.number,
            "kind": event.kind.value,
            "effective_from": event.effective_from.isoformat(),
            "recorded_at": show_utc(event.recorded_at),
            "mandate": event.mandate,
            "facts": dict(event.facts),
            "valid_from": event.valid_from.isoformat() if event.valid_from else None,
            "valid_until": event.valid_until.isoformat() if event.valid_until else None,
            "previous": event.previous,
        }
    )


@dataclass(frozen=True, slots=True)
class StandingAt:
    """How a certificate stands on a day, since when, by which event; and the newest event that was known."""

    standing: CertificateStanding
    since: date | None
    position: int
    newest: int


def standing_at(events: Iterable[Event], on: date, *, known: datetime | None = None) -> StandingAt | None:
    """How a certificate stands on ``on`` by what was known at ``known`` (``None``: all); ``None`` when nothing was.

    Of two events about the same days the one recorded later counts. What is withdrawn or replaced stays so; a
    suspension stands until it is lifted, also beyond the last day.
    """
    issued: Event | None = None
    ended: Event | None = None
    held: Event | None = None
    newest = 0
    for event in sorted(events, key=lambda one: one.position):
        if known is not None and event.recorded_at > known:
            continue
        newest = event.position
        if event.kind is CertificateEventKind.ISSUED:
            issued = event
        elif event.effective_from > on:
            continue
        elif event.kind is CertificateEventKind.SUSPENDED:
            held = event
        elif event.kind is CertificateEventKind.REINSTATED:
            held = None
        elif ended is None or event.kind is CertificateEventKind.WITHDRAWN:
            ended = event
    if issued is None:
        return None
    standing, since, by = _word(issued, held, ended, on)
    return StandingAt(standing, since, by.position, newest)


def _word(
    issued: Event, held: Event | None, ended: Event | None, on: date
) -> tuple[CertificateStanding, date | None, Event]:
    if ended is not None:
        return CertificateStanding(ended.kind.value), ended.effective_from, ended
    if issued.valid_from is not None and on < issued.valid_from:
        return CertificateStanding.NOT_YET_VALID, None, issued
    if held is not None:
        return CertificateStanding.SUSPENDED, held.effective_from, held
    if issued.valid_until is not None and issued.valid_until < on:
        return CertificateStanding.EXPIRED, issued.valid_until + NEXT_DAY, issued
    return CertificateStanding.VALID, issued.valid_from, issued


def possible(standing: CertificateStanding) -> frozenset[CertificateEventKind]:
    """What may happen next to a certificate that stands so."""
    if standing in (CertificateStanding.WITHDRAWN, CertificateStanding.REPLACED):
        return frozenset()
    if standing is CertificateStanding.SUSPENDED:
        return frozenset({CertificateEventKind.REINSTATED, CertificateEventKind.WITHDRAWN})
    return frozenset({CertificateEventKind.SUSPENDED, CertificateEventKind.WITHDRAWN, CertificateEventKind.REPLACED})


def event_shortfalls(
    kind: CertificateEventKind,
    *,
    ground: CertificateGround | None,
    note: str,
    effective_from: date,
    valid_from: date,
    suspended_from: date | None,
    today: date,
) -> list[Shortfall]:
    """What is wrong with a suspension, a lifting or a withdrawal. They may reach back, but not before what they change."""
    found: list[Shortfall] = []
    if kind in GROUNDS and ground not in GROUNDS[kind]:
        found.append(Shortfall("ground", "choice", _("请选择一项事由。")))
    if not note:
        found.append(Shortfall("note", "missing", _("请写明经过和依据；内部留存，不公开。")))
    first = suspended_from if kind is CertificateEventKind.REINSTATED and suspended_from else valid_from
    if effective_from > today:
        found.append(Shortfall("effective_from", "too_late", _("生效日期不能晚于今天。")))
    elif effective_from < first:
        sentence = _("生效日期不能早于{day}。", day=show_date(first))
        found.append(Shortfall("effective_from", "too_early", sentence))
    return found


# -- chains --------------------------------------------------------------------------------------------------


class Link(Protocol):
    """A certificate in a chain: it continues one, or takes the place of one."""

    @property
    def id(self) -> int: ...
    @property
    def renews_id(self) -> int | None: ...
    @property
    def replaces_id(self) -> int | None: ...


def chain_of(links: Iterable[Link], one_id: int) -> list[int]:
    """Ids of the chain in which ``one_id`` lies, the first certificate first. ``links``: the holder's, or more."""
    known = {link.id: link for link in links}
    follower = {before: link.id for link in known.values() if (before := link.renews_id or link.replaces_id)}
    first, seen = one_id, {one_id}
    while (before := known[first].renews_id or known[first].replaces_id) in known and before not in seen:
        first = before
        seen.add(first)
    found = [first]
    while (after := follower.get(found[-1])) is not None and after not in found:
        found.append(after)
    return found
