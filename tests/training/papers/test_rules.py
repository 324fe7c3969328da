"""Papers are fair, time is the server's, an answer is worth what the rule says, and small numbers are said to be small."""

from collections import Counter
from datetime import timedelta
from math import sqrt

import pytest
from hypothesis import strategies as st

from tests.builders import NOW
from tests.properties import holds_for
from training.exams.rules import PlanLine
from training.papers import analysing, rules
from training.papers.analysing import Given, Sat
from training.vocabulary import Discrimination, QuestionKind, Scoring

SINGLE, MULTIPLE, JUDGEMENT = QuestionKind
KINDS, LEVELS = ("single", "multiple", "judgement"), ("easy", "medium", "hard")


def a_pool(counts) -> dict:
    """Questions of one subject, so many in each cell; 100 times the cell's number and their own."""
    cells = [("甲", kind, level) for kind in KINDS for level in LEVELS]
    return {
        cell: [100 * number + one for one in range(count)]
        for number, (cell, count) in enumerate(zip(cells, counts, strict=True))
    }


def options_of(pool) -> dict[int, int]:
    return {one: 2 if cell[1] == "judgement" else 4 for cell, ids in pool.items() for one in ids}


def cell_of(pool) -> dict:
    return {one: cell for cell, ids in pool.items() for one in ids}


LINES = [
    PlanLine("甲", 2, 6, "easy", "single"),
    PlanLine("甲", 3, 4, "", "multiple"),
    PlanLine("甲", 1, 5, "", "judgement"),
]


def test_a_paper_holds_what_the_blueprint_asks_and_no_question_twice() -> None:
    pool = a_pool([8] * 9)
    paper = rules.draw(LINES, pool, options_of(pool), "seed")
    of = cell_of(pool)
    assert Counter(of[one.version_id][1] for one in paper) == {"single": 6, "multiple": 4, "judgement": 5}
    assert all(of[one.version_id][2] == "easy" for one in paper if of[one.version_id][1] == "single")
    assert len({one.version_id for one in paper}) == 15
    assert sum(one.points for one in paper) == 6 * 2 + 4 * 3 + 5
    for one in paper:
        kind = of[one.version_id][1]
        assert sorted(one.shown) == list(range(2 if kind == "judgement" else 4))
        assert kind != "judgement" or one.shown == (0, 1), "true stands before false"


def test_the_same_seed_gives_the_same_paper_and_another_one_another() -> None:
    pool = a_pool([8] * 9)
    papers = [rules.draw(LINES, pool, options_of(pool), seed) for seed in ("a", "a", "b")]
    assert papers[0] == papers[1] != papers[2]


def test_a_bank_with_too_few_is_refused() -> None:
    pool = a_pool([5, 8, 8, 8, 8, 8, 8, 8, 8])
    with pytest.raises(rules.NotEnough):
        rules.draw(LINES, pool, options_of(pool), "seed")


@holds_for(st.lists(st.integers(4, 12), min_size=9, max_size=9), st.text(max_size=12), few=30, many=600)
def test_lines_that_overlap_are_filled_whenever_they_can_be(counts, seed) -> None:
    pool = a_pool(counts)
    lines = [PlanLine("甲", 1, 4), PlanLine("甲", 1, counts[0], "easy", "single"), PlanLine("甲", 1, 3, "easy", "")]
    paper = rules.draw(lines, pool, options_of(pool), seed)
    assert len({one.version_id for one in paper}) == 4 + counts[0] + 3


def spread(lines, pool, papers: int) -> tuple[float, int]:
    """Chi-square over the questions of each cell against equal frequencies, and its degrees of freedom."""
    drawn: Counter[int] = Counter()
    for number in range(papers):
        drawn.update(one.version_id for one in rules.draw(lines, pool, options_of(pool), f"fair-{number}"))
    total, freedom = 0.0, 0
    for ids in pool.values():
        there = sum(drawn[one] for one in ids)
        if not there or len(ids) < 2:
            continue
        share = there / papers / len(ids)
        # How often one question is drawn is binomial: its variance, not its mean, is what deviations are measured in;
        # and the frequencies of a cell add up, which the last factor allows for.
        total += sum((drawn[one] - papers * share) ** 2 / (papers * share * (1 - share)) for one in ids) * (
            (len(ids) - 1) / len(ids)
        )
        freedom += len(ids) - 1
    return total, freedom


@pytest.mark.parametrize("papers", [400, pytest.param(6_000, marks=pytest.mark.full)])
def test_every_question_of_a_cell_is_drawn_as_often_as_any_other(papers) -> None:
    pool = a_pool([9, 6, 7, 5, 5, 6, 6, 5, 8])
    lines = [
        PlanLine("甲", 2, 3, "easy", "single"),
        PlanLine("甲", 3, 4, "", "multiple"),
        PlanLine("甲", 1, 5, "medium", ""),
    ]
    found, freedom = spread(lines, pool, papers)
    # Mean: the degrees of freedom; five standard deviations beyond it a fair draw would be found once in millions.
    assert abs(found - freedom) < 5 * sqrt(2 * freedom) + 5, (found, freedom)


@pytest.mark.parametrize("papers", [400, pytest.param(6_000, marks=pytest.mark.full)])
def test_the_right_answer_stands_at_every_place_as_often(papers) -> None:
    pool = a_pool([6] * 9)
    first: Counter[int] = Counter()
    for number in range(papers):
        for one in rules.draw([PlanLine("甲", 10, 5, "", "single")], pool, options_of(pool), f"places-{number}"):
            first[one.shown.index(0)] += 1
    expected = papers * 5 / 4
    assert all(abs(first[place] - expected) < 5 * sqrt(expected) for place in range(4)), first


def test_time_runs_from_opening_and_never_beyond_the_sitting() -> None:
    ends = NOW + timedelta(minutes=90)
    assert rules.due_at(NOW, 60, 0, ends) == NOW + timedelta(minutes=60)
    assert rules.due_at(NOW, 60, 15, ends) == NOW + timedelta(minutes=75)
    assert rules.due_at(NOW + timedelta(minutes=45), 60, 0, ends) == ends
    assert rules.due_at(NOW, 60, 240, ends) == ends
    assert [rules.minutes_left(ends, ends - timedelta(seconds=one)) for one in (61, 60, 1, 0, -5)] == [2, 1, 1, 0, 0]


def test_what_an_answer_is_worth() -> None:
    whole, half = Scoring.ALL_OR_NOTHING, Scoring.HALF
    for given, by_whole, by_half in (
        ((0, 2), 5, 5),
        ((0,), 0, 2),
        ((0, 1), 0, 0),
        ((0, 1, 2), 0, 0),
        (None, 0, 0),
        ((), 0, 0),
    ):
        assert rules.worth(MULTIPLE, (0, 2), given, 5, whole) == by_whole
        assert rules.worth(MULTIPLE, (0, 2), given, 5, half) == by_half
    assert rules.worth(SINGLE, (1,), (1,), 2, half) == 2
    assert rules.worth(JUDGEMENT, (1,), (0,), 2, half) == 0


@holds_for(
    st.sets(st.integers(0, 5), min_size=1), st.none() | st.sets(st.integers(0, 5)), st.integers(1, 20),
    st.sampled_from(list(Scoring)), few=50, many=1000,
)  # fmt: skip
def test_no_wrong_choice_ever_scores_and_nothing_scores_more_than_its_points(right, given, points, scoring) -> None:
    got = rules.worth(MULTIPLE, right, given, points, scoring)
    assert 0 <= got <= points
    if given is None or given - right:
        assert got == 0
    assert (got == points) == (given == right)


# -- item analysis --------------------------------------------------------------------------------------------


def sat(total, *got, chosen=(0,)):
    return Sat(total, [Given(number, one, 2, chosen) for number, one in enumerate(got, 1)])


def test_difficulty_and_discrimination_of_a_worked_example() -> None:
    papers = [sat(total, 2 if total >= 60 else 0, 2, 0 if total >= 60 else 2) for total in range(10, 110, 10)]
    found = analysing.analyse([papers])
    assert [round(found[one].difficulty, 2) for one in (1, 2, 3)] == [0.5, 1.0, 0.5]
    assert [found[one].discrimination for one in (1, 2, 3)] == [1.0, 0.0, -1.0]
    assert (found[1].upper, found[1].lower) == (3, 3), "27 % of ten are three"
    assert found[1].choices == {0: 10}


def test_who_has_the_same_mark_is_in_the_same_group_and_equal_marks_tell_nothing() -> None:
    assert analysing.bounds([50, 60, 60, 60, 60, 60, 60, 60, 60, 90]) is None
    assert analysing.bounds([70] * 10) is None
    assert analysing.bounds([70]) is None
    found = analysing.analyse([[sat(70, 2), sat(70, 0)]])
    assert found[1].discrimination is None


def test_of_few_answers_nothing_is_judged() -> None:
    few = analysing.analyse([[sat(total, 2 if total > 50 else 0) for total in range(10, 110, 10)]])[1]
    assert few.judged(30) is None
    assert not few.certain(30)
    many = analysing.analyse([[sat(total, 2 if total > 50 else 0) for total in range(0, 100, 3)]])[1]
    assert many.judged(30) is Discrimination.VERY_GOOD
    low, high = many.interval
    assert low < many.difficulty < high


def test_words_for_a_discrimination_begin_where_the_book_says() -> None:
    words = [analysing.mark(one) for one in (0.40, 0.39, 0.30, 0.29, 0.20, 0.19, -0.5)]
    very, good, fair, poor = Discrimination
    assert words == [very, good, good, fair, fair, poor, poor]


def test_wilson_as_published() -> None:
    low, high = analysing.wilson(15, 148)
    # R. G. Newcombe, Statistics in Medicine 17 (1998) 857, table I: 15 of 148 by the score method.
    assert (round(low, 4), round(high, 4)) == (0.0624, 0.1605)
    assert analysing.wilson(0, 0) == (0.0, 1.0)


@holds_for(st.lists(st.tuples(st.integers(0, 100), st.integers(0, 2)), min_size=1, max_size=40), few=40, many=800)
def test_figures_stay_within_their_bounds(rows) -> None:
    item = analysing.analyse([[sat(total, got) for total, got in rows]])[1]
    assert 0 <= item.difficulty <= 1
    assert item.discrimination is None or -1 <= item.discrimination <= 1
    low, high = item.interval
    assert 0 <= low <= item.difficulty + 1e-9
    assert item.difficulty - 1e-9 <= high <= 1
    assert item.asked == len(rows) >= item.upper + item.lower
