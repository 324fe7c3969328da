"""Drawing a paper by its blueprint, until when it may be answered, what an answer is worth. Pure: chance is a seed.

*Fair* is a paper that is drawn blindly: within a subject, kind and difficulty each question is as likely as any other,
because candidates are shuffled before slots are filled and nothing else tells them apart.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from association.kernel.dates import holds
from training.exams.rules import PlanLine
from training.questions.rules import Cell, assign, fits
from training.vocabulary import QuestionKind, Scoring

MOST_EXTRA = 240  # minutes that can be added to somebody's time at once


@dataclass(frozen=True, slots=True)
class PaperTerm:
    """From ``begins`` to ``ends``: how multiple choice scores, whether learners see their paper once results are out, and
    from how many answers on difficulty and discrimination are judged."""

    begins: date | None
    ends: date | None
    multiple: Scoring
    review: bool
    fewest: int
    basis: str = ""


def term_on(terms: Iterable[PaperTerm], day: date) -> PaperTerm:
    """The one that holds on that day, the last of several. Raises LookupError when the data leave a gap."""
    found = [term for term in terms if holds(term.begins, term.ends, day)]
    if not found:
        raise LookupError(day)
    return found[-1]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A question on a paper: the version asked, its points, and its options in the order in which they are shown."""

    version_id: int
    points: int
    shown: tuple[int, ...]


class NotEnough(LookupError):
    """The bank cannot fill the blueprint."""


def draw(
    lines: Sequence[PlanLine], pool: Mapping[Cell, Sequence[int]], options: Mapping[int, int], seed: str
) -> list[Drawn]:
    """A paper: questions (versions) out of ``pool`` for every line, none twice, shuffled; ``options``: how many each
    version has, 2 for a judgement, whose options keep their order. The same seed, lines and pool give the same paper.

    Raises NotEnough.
    """
    chance = Random(seed)  # noqa: S311 - fairness, not secrecy: the seed itself is never told
    slots: list[Sequence[int]] = []
    points: list[int] = []
    for line in lines:
        there = sorted(one for cell, ids in pool.items() if fits(line, cell) for one in ids)
        chance.shuffle(there)
        slots += [there] * line.count
        points += [line.points] * line.count
    filled = assign(slots)
    if len(filled) < len(slots):
        raise NotEnough
    order = list(range(len(slots)))
    chance.shuffle(order)
    judged = {one for cell, ids in pool.items() if cell[1] == QuestionKind.JUDGEMENT.value for one in ids}
    paper = []
    for slot in order:
        shown = list(range(options[filled[slot]]))
        if filled[slot] not in judged:
            chance.shuffle(shown)
        paper.append(Drawn(filled[slot], points[slot], tuple(shown)))
    return paper


def due_at(opened_at: datetime, minutes: int, extra: int, ends_at: datetime) -> datetime:
    """Until when a paper may be answered: its own minutes from opening, never beyond the sitting's end."""
    return min(opened_at + timedelta(minutes=minutes + extra), ends_at)


def worth(
    kind: QuestionKind, answers: Collection[int], given: Collection[int] | None, points: int, scoring: Scoring
) -> int:
    """The points of one answer. Multiple choice: all right or nothing; by ``HALF``, half of them (rounded down) for a
    part of the right ones and nothing wrong."""
    right, chosen = set(answers), set(given or ())
    if chosen == right:
        return points
    partly = kind is QuestionKind.MULTIPLE and scoring is Scoring.HALF and chosen and chosen < right
    return points // 2 if partly else 0


def minutes_left(due: datetime, now: datetime) -> int:
    """Whole minutes that are left, begun ones counted."""
    return max(0, -(-int((due - now).total_seconds()) // 60))
