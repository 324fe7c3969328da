"""Where the scoring of somebody stands. Pure. (When two totals make a mark: ``training/exams/rules.py settled``.)"""

from training.vocabulary import ScoreState

EXAMINERS = 2


def state(*, came: bool, absent: bool, marked: bool, scored: int) -> ScoreState:
    """Of somebody who came or not, has a mark or not, and was scored by so many examiners."""
    if marked:
        return ScoreState.SETTLED
    if absent:
        return ScoreState.ABSENT
    if not came:
        return ScoreState.NOT_HERE
    if scored >= EXAMINERS:
        return ScoreState.THIRD
    return ScoreState.ONE if scored else ScoreState.TO_SCORE
