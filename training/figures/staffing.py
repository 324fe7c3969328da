"""How many of an enterprise's people count towards what a capability certificate asks, and until when. Pure.

What is asked, and which certificates count, are dated rows (``training/data/figures.json``); a row says itself whether
anybody compared it with a document of the issuer. Nothing here says that an enterprise reaches a grade: that is the
issuer's to decide.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from association.kernel.dates import holds

DAY = timedelta(days=1)
OWN, OUTSIDE = "own", "outside"


@dataclass(frozen=True, slots=True)
class Proof:
    """A certificate that somebody has: of ours (``level`` is the level's code), or of another body (as printed).

    ``refused`` says why it counts for nothing; empty: it may count. ``ends``: the last good day, ``None`` without end.
    """

    person_id: int
    kind: str
    issuer: str
    level: str
    begins: date
    ends: date | None
    refused: str = ""


@dataclass(frozen=True, slots=True)
class Way:
    """Certificates by which somebody counts: of these levels of ours, or of these issuers with this in their level."""

    kind: str
    issuers: frozenset[str]
    levels: frozenset[str]
    level_has: tuple[str, ...]
    basis_zh: str = ""
    basis_en: str = ""

    def takes(self, proof: Proof) -> bool:
        if proof.refused or proof.kind != self.kind:
            return False
        if self.kind == OWN:
            return proof.level in self.levels
        return proof.issuer in self.issuers and all(word in proof.level for word in self.level_has)


@dataclass(frozen=True, slots=True)
class Ask:
    """So many people of a kind. Without ``ways`` no record here says who they are: nothing is counted."""

    role: str
    name_zh: str
    name_en: str
    count: int
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Grade:
    """What one grade asks of an enterprise's staff, from ``begins`` to ``ends``, and where that stands."""

    begins: date | None
    ends: date | None
    code: str
    name_zh: str
    name_en: str
    scheme_zh: str
    scheme_en: str
    asks: tuple[Ask, ...]
    verified: bool
    source_zh: str
    source_en: str
    address: str


def grades_on(grades: Iterable[Grade], on: date) -> list[Grade]:
    """What is asked on that day."""
    return [one for one in grades if holds(one.begins, one.ends, on)]


def cover(proofs: Iterable[Proof], ways: Sequence[Way], on: date) -> dict[int, date | None]:
    """Who counts on ``on`` by one of ``ways``, and until when without a gap (``None``: without end).

    A person counts once, however many certificates they have.
    """
    terms = defaultdict[int, list[Proof]](list)
    for proof in proofs:
        if any(way.takes(proof) for way in ways):
            terms[proof.person_id].append(proof)
    found: dict[int, date | None] = {}
    for person_id, those in terms.items():
        if any(holds(one.begins, one.ends, on) for one in those):
            found[person_id] = _until(those, on)
    return found


def _until(those: Sequence[Proof], on: date) -> date | None:
    last = on
    for one in sorted(those, key=lambda each: each.begins):
        if one.begins > last + DAY:
            break
        if one.ends is None:
            return None
        last = max(last, one.ends)
    return last


@dataclass(frozen=True, slots=True)
class Against:
    """What there is against what is asked: people counted by certificates of other bodies alone, people counted with ours
    too, how many of these stop counting within the days looked ahead."""

    ask: Ask
    outside: int
    together: int
    ending: int

    @property
    def counted(self) -> bool:
        """Whether any record here says who such people are."""
        return bool(self.ask.ways)

    @property
    def lacking(self) -> int:
        """How many are missing when ours count too."""
        return max(0, self.ask.count - self.together)

    @property
    def lacking_outside(self) -> int:
        """How many are missing when ours do not count."""
        return max(0, self.ask.count - self.outside)


def against(ask: Ask, proofs: Sequence[Proof], on: date, *, days: int) -> Against:
    """What an enterprise has of what is asked, on a day; and how much of it ends before ``days`` days are over."""
    alone = cover(proofs, [way for way in ask.ways if way.kind == OUTSIDE], on)
    together = cover(proofs, ask.ways, on)
    soon = on + timedelta(days=days)
    ending = sum(1 for until in together.values() if until is not None and until < soon)
    return Against(ask, len(alone), len(together), ending)
