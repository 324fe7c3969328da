"""What a report or certificate proves on a day. Pure (``verdict.md``)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from association.kernel.dates import Interval, holds
from association.kernel.i18n import N_
from association.kernel.numbers import compact
from association.kernel.terms import Term
from catalog.vocabulary import EvidenceKind, EvidenceStanding

NEXT_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One paper on file, as known at a moment.

    ``valid_from`` to ``valid_until`` are its own days (``None``: no end); ``suspended`` the days on which its issuer
    held it; ``withdrawn_on`` the first day on which it no longer counted.
    """

    kind: EvidenceKind
    number: str
    issuer: str
    valid_from: date
    valid_until: date | None
    suspended: tuple[Interval, ...] = ()
    withdrawn_on: date | None = None
    recorded_at: datetime | None = None
    document: str | None = None

    @property
    def key(self) -> tuple[str, str, str]:
        """What makes it this paper and no other."""
        return (self.kind.value, self.number, self.issuer)


class Change(Term):
    """What a line of the evidence file says of a paper."""

    RECORDED = "recorded", N_("收录")
    SUSPENDED = "suspended", N_("暂停")
    RESUMED = "resumed", N_("恢复")
    WITHDRAWN = "withdrawn", N_("撤回")


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One line of the file: from ``effective_from``, recorded at ``recorded_at``. Never changed, never removed."""

    kind: EvidenceKind
    number: str
    issuer: str
    change: Change
    effective_from: date
    recorded_at: datetime
    valid_from: date | None = None
    valid_until: date | None = None
    document: str | None = None


def on_file(lines: Iterable[EvidenceLine], *, known: datetime) -> tuple[Evidence, ...]:
    """The papers that the lines recorded by ``known`` make, in the order in which they were first recorded."""
    papers: dict[tuple[str, str, str], Evidence] = {}
    for line in lines:
        if line.recorded_at > known:
            continue
        key = (line.kind.value, line.number, line.issuer)
        paper = papers.get(key)
        if line.change is Change.RECORDED:
            papers[key] = Evidence(
                line.kind,
                line.number,
                line.issuer,
                line.valid_from or line.effective_from,
                line.valid_until,
                paper.suspended if paper else (),
                paper.withdrawn_on if paper else None,
                line.recorded_at,
                line.document,
            )
        elif paper is None:
            continue
        elif line.change is Change.SUSPENDED:
            papers[key] = replace(paper, suspended=(*paper.suspended, Interval(line.effective_from, None)))
        elif line.change is Change.RESUMED:
            last_held = line.effective_from - NEXT_DAY
            papers[key] = replace(
                paper,
                suspended=tuple(
                    # A later line about the same days wins: resumed earlier than was said before.
                    Interval(held.begins, last_held if held.ends is None else min(held.ends, last_held))
                    for held in paper.suspended
                    if held.begins is None or held.begins <= last_held
                ),
            )
        else:
            papers[key] = replace(paper, withdrawn_on=line.effective_from)
    return tuple(papers.values())


def is_suspended(paper: Evidence, day: date) -> bool:
    """Whether its issuer held the paper on ``day``."""
    return any(day in held for held in paper.suspended)


def standing(paper: Evidence, day: date, *, regime_end: date | None) -> EvidenceStanding:
    """证明材料状态 on ``day``. Of several endings the first counts.

    ``regime_end`` is the day on which papers of this kind ended with their regime, for this class (no fault).
    """
    if day < paper.valid_from:
        return EvidenceStanding.NOT_YET_VALID
    endings = []
    if paper.withdrawn_on is not None:
        endings.append((paper.withdrawn_on, 0, EvidenceStanding.WITHDRAWN))
    if regime_end is not None:
        endings.append((regime_end, 1, EvidenceStanding.ENDED_WITH_REGIME))
    if paper.valid_until is not None:
        endings.append((paper.valid_until + NEXT_DAY, 2, EvidenceStanding.EXPIRED))
    ended = min((ending for ending in endings if ending[0] <= day), default=None)
    if ended is not None:
        return ended[2]
    return EvidenceStanding.SUSPENDED if is_suspended(paper, day) else EvidenceStanding.VALID


def covers(paper: Evidence, day: date, *, regime_end: date | None) -> bool:
    """Whether the paper covered goods made on ``day``: begun, not ended, neither suspended nor withdrawn."""
    return (
        holds(paper.valid_from, paper.valid_until, day)
        and (paper.withdrawn_on is None or day < paper.withdrawn_on)
        and (regime_end is None or day < regime_end)
        and not (paper.suspended and is_suspended(paper, day))
    )


def same_number(one: str, other: str) -> bool:
    """Whether two numbers of papers are the same but for separators, case and width."""
    return one == other or (compact(one) != "" and compact(one) == compact(other))


RegimeEnds = Mapping[EvidenceKind, date]
