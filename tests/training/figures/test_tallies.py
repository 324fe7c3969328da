"""Results counted, against asking of every person whether they passed."""

from datetime import date, timedelta
from fractions import Fraction

from hypothesis import strategies as st

from tests.properties import holds_for
from training.exams.rules import Asked
from training.figures import tallies
from training.figures.tallies import Count, Line
from training.vocabulary import Part

DAY = date(2026, 3, 1)
BOTH = {Part.THEORY: Asked(60, 1, None), Part.PRACTICE: Asked(60, 1, None)}
THEORY = {Part.THEORY: Asked(60, 0, None), Part.PRACTICE: Asked(None, 0, None)}


def line(person: int, mark: int | None, part: Part = Part.THEORY, *, after: int = 0, of: int = 1) -> Line:
    return Line(of, person, part, DAY + timedelta(days=after), mark)


def test_a_person_passes_who_passes_every_component_a_resit_too():
    lines = [
        line(1, 60), line(1, 59, Part.PRACTICE), line(1, 60, Part.PRACTICE, after=10),
        line(2, 100), line(2, 59, Part.PRACTICE),
        line(3, 90),
    ]  # fmt: skip
    found = tallies.by_class(lines, {1: BOTH})[1]
    assert (found.whole.sat, found.whole.passed, found.whole.failed) == (3, 1, 2)
    assert (found.parts[Part.THEORY].sat, found.parts[Part.THEORY].passed) == (3, 3)
    assert (found.parts[Part.PRACTICE].sat, found.parts[Part.PRACTICE].passed) == (2, 1)


def test_who_came_to_nothing_missed_it_and_has_not_failed():
    found = tallies.by_class(
        [line(1, None), line(1, None, Part.PRACTICE), line(2, None), line(2, 70, after=5)], {1: BOTH}
    )[1]
    assert (found.whole.sat, found.whole.missed, found.whole.failed) == (1, 1, 1)
    assert (found.parts[Part.THEORY].missed, found.parts[Part.THEORY].passed) == (1, 1)


def test_a_class_that_asks_for_theory_alone_is_passed_by_theory_alone():
    assert tallies.by_class([line(1, 60)], {1: THEORY})[1].whole.passed == 1


def test_few_people_make_no_rate():
    assert Count(9, 9).rate(10) is None
    assert Count(10, 9).rate(10) == Fraction(9, 10)
    assert Count(0, 0).rate(0) is None


LINES = st.lists(
    st.builds(
        line,
        st.integers(1, 5),
        st.none() | st.integers(0, 100),
        st.sampled_from(list(Part)),
        after=st.integers(0, 20),
        of=st.integers(1, 3),
    ),
    max_size=30,
)


@holds_for(LINES, few=150, many=3000)
def test_counts_are_what_asking_everybody_says(lines: list[Line]) -> None:
    found = tallies.by_class(lines, dict.fromkeys((1, 2, 3), BOTH))
    for of in (1, 2, 3):
        people = {one.person_id for one in lines if one.class_id == of}
        if not people:
            assert of not in found
            continue
        sat = passed = 0
        for person in people:
            marks = {
                part: [
                    one.mark
                    for one in sorted(lines, key=lambda each: each.on)
                    if (one.class_id, one.person_id, one.part) == (of, person, part) and one.mark is not None
                ]
                for part in Part
            }
            sat += any(marks.values())
            passed += all(any(mark >= 60 for mark in marks[part][:2]) for part in Part)
        whole = found[of].whole
        assert (whole.sat, whole.passed, whole.missed) == (sat, passed, len(people) - sat)
