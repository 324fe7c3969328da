"""Where marks stand in the drawings of item analysis: plain numbers for templates that draw SVG. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from training.papers.queries import Judged

# The field of the scatter, inside its axes: difficulty to the right, discrimination upwards.
LEFT, RIGHT, TOP, BOTTOM = 44, 392, 16, 256
LOWEST, HIGHEST = -0.5, 1.0


@dataclass(frozen=True, slots=True)
class Dot:
    """One question in the scatter: its number in the table, where it stands, whether there are answers enough."""

    number: int
    x: float
    y: float
    certain: bool


def plot(judged: Sequence[Judged], fewest: int) -> list[Dot]:
    """Difficulty against discrimination; questions without a discrimination have no dot."""
    dots = []
    for number, one in enumerate(judged, 1):
        if (tells := one.item.discrimination) is None:
            continue
        x = LEFT + one.item.difficulty * (RIGHT - LEFT)
        within = (min(max(tells, LOWEST), HIGHEST) - LOWEST) / (HIGHEST - LOWEST)
        dots.append(Dot(number, round(x, 1), round(BOTTOM - within * (BOTTOM - TOP), 1), one.item.certain(fewest)))
    return dots


@dataclass(frozen=True, slots=True)
class Bar:
    """How often one option was chosen, by the bank's order."""

    place: int
    count: int
    share: float
    right: bool


def bars(one: Judged) -> list[Bar]:
    """Each option's choices, as a share of those who had the question."""
    asked = one.item.asked or 1
    return [
        Bar(place, one.item.choices[place], one.item.choices[place] / asked, place in one.version.answers)
        for place in range(len(one.version.options))
    ]
