"""Item analysis of classical test theory. Pure.

*Difficulty* (难度, facility) P: the mean share of a question's points that those who had it got; 1 is easy, 0 is hard.
Its uncertainty is Wilson's score interval at 95 % (E. B. Wilson, J. Amer. Statist. Assoc. 22 (1927) 209-212).

*Discrimination* (区分度) D = P of the upper group - P of the lower group, each the 27 % with the highest and the lowest
marks of their sitting (T. L. Kelley, J. Educ. Psychol. 30 (1939) 17-24); who has the same mark as the last of a group
belongs to it. Where everybody has the same mark there are no groups, and no discrimination.

Marks of D after R. L. Ebel, Essentials of Educational Measurement: from 0.40 very good, from 0.30 good, from 0.20 fair,
below it poor. Of fewer answers than the association's own least number nothing is judged.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import sqrt

from training.vocabulary import Discrimination

GROUP = 0.27
Z = 1.96


@dataclass(frozen=True, slots=True)
class Given:
    """One answer: the version asked, points got of points, what was chosen (by the bank's order; none: nothing;
    empty: it is no longer known)."""

    version_id: int
    got: int
    points: int
    chosen: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Sat:
    """Somebody's paper: the total, and its answers."""

    total: int
    answers: Sequence[Given]


@dataclass(slots=True)
class Item:
    """What is known of one version of a question."""

    asked: int = 0
    share: float = 0.0  # sum of shares of points
    upper: int = 0
    upper_share: float = 0.0
    lower: int = 0
    lower_share: float = 0.0
    unanswered: int = 0
    choices: Counter[int] = field(default_factory=Counter)

    @property
    def difficulty(self) -> float:
        return self.share / self.asked if self.asked else 0.0

    @property
    def discrimination(self) -> float | None:
        if not self.upper or not self.lower:
            return None
        return self.upper_share / self.upper - self.lower_share / self.lower

    @property
    def interval(self) -> tuple[float, float]:
        """Between which P lies with 95 %."""
        return wilson(self.share, self.asked)

    def certain(self, fewest: int) -> bool:
        """Whether there are answers enough to judge it."""
        return self.asked >= fewest

    def judged(self, fewest: int) -> Discrimination | None:
        """How well it tells good from weak, where there are answers enough."""
        return None if not self.certain(fewest) or self.discrimination is None else mark(self.discrimination)


def mark(discrimination: float) -> Discrimination:
    """Ebel's words for a D."""
    for least, word in ((0.40, Discrimination.VERY_GOOD), (0.30, Discrimination.GOOD), (0.20, Discrimination.FAIR)):
        if round(discrimination, 9) >= least:
            return word
    return Discrimination.POOR


def wilson(successes: float, of: int) -> tuple[float, float]:
    """Wilson's score interval of a share at 95 %."""
    if not of:
        return 0.0, 1.0
    share = successes / of
    middle = share + Z * Z / (2 * of)
    width = Z * sqrt(share * (1 - share) / of + Z * Z / (4 * of * of))
    whole = 1 + Z * Z / of
    return max(0.0, (middle - width) / whole), min(1.0, (middle + width) / whole)


def bounds(totals: Sequence[int]) -> tuple[int, int] | None:
    """The lowest total of the upper group and the highest of the lower one; none where they would meet."""
    if len(totals) < 2:
        return None
    ordered = sorted(totals)
    count = max(1, round(len(ordered) * GROUP))
    low, high = ordered[count - 1], ordered[-count]
    return (high, low) if low < high else None


def analyse(sittings: Iterable[Sequence[Sat]]) -> dict[int, Item]:
    """Every version asked, over one or several sittings; upper and lower groups are formed within each sitting."""
    found: dict[int, Item] = {}
    for papers in sittings:
        between = bounds([one.total for one in papers])
        for paper in papers:
            for answer in paper.answers:
                item = found.setdefault(answer.version_id, Item())
                share = answer.got / answer.points
                item.asked += 1
                item.share += share
                item.choices.update(answer.chosen or ())
                item.unanswered += answer.chosen is None
                if between and paper.total >= between[0]:
                    item.upper, item.upper_share = item.upper + 1, item.upper_share + share
                elif between and paper.total <= between[1]:
                    item.lower, item.lower_share = item.lower + 1, item.lower_share + share
    return found
