"""What a question must say, when two are the same, and whether a blueprint can be filled."""

from itertools import product

from hypothesis import strategies as st

from tests.properties import holds_for
from tests.training.builders import a_content
from training.exams.rules import PlanLine
from training.questions import rules
from training.vocabulary import Difficulty, QuestionKind

SUBJECTS = ["入侵报警系统"]
SINGLE, MULTIPLE, JUDGEMENT = QuestionKind


def codes(said, **more):
    return [(one.field, one.code) for one in rules.shortfalls(said, SUBJECTS, **more)]


def test_a_question_that_says_everything_has_no_faults() -> None:
    for kind in QuestionKind:
        assert codes(a_content(kind)) == []


def test_everything_wrong_is_said_at_once() -> None:
    said = rules.content(SINGLE, "没有的科目", Difficulty.EASY, "", ("甲", "", "丙", "甲"), (5,))
    assert codes(said) == [
        ("stem", "blank"), ("subject", "unknown"), ("option_b", "gap"), ("option_d", "twice"), ("answers", "no_option"),
    ]  # fmt: skip


def test_how_many_answers_a_kind_has() -> None:
    assert codes(a_content(SINGLE, answers=(0, 1))) == [("answers", "one")]
    assert codes(a_content(MULTIPLE, answers=(0,))) == [("answers", "several")]
    assert codes(a_content(SINGLE, options=("甲", "乙"))) == [("option_a", "count")]
    judged = a_content(JUDGEMENT, answers=(1,))
    assert (judged.options, codes(judged)) == (("正确", "错误"), [])
    assert codes(judged, given=("甲项",)) == [("option_a", "judgement")]


def test_answers_are_read_as_people_write_them() -> None:
    for text in ("ABD", "a、b、d", "A,B，D", "ＡＢＤ", "D B A"):
        assert rules.read_answers(MULTIPLE, text) == (0, 1, 3), text
    for text in ("", "G", "AA", "第一个", "1", "A1"):
        assert rules.read_answers(SINGLE, text) is None, text
    assert [rules.read_answers(JUDGEMENT, one) for one in ("对", "√", "正确", "错", "×", "F")] == [(0,)] * 3 + [
        (1,)
    ] * 3


def test_the_same_question_twice_is_recognised_whatever_its_order_and_signs() -> None:
    one = a_content(stem="探测器应当如何安装？", options=("甲项", "乙项", "丙项"))
    other = a_content(stem="探测器应当如何安装?", options=("丙项", "甲项。", "乙项"), answers=(2,))
    assert rules.mark(one) == rules.mark(other)
    assert rules.mark(one) != rules.mark(a_content(stem="探测器应当如何接线？", options=("甲项", "乙项", "丙项")))
    assert rules.mark(a_content(stem="+")) != rules.mark(a_content(stem="-"))


def test_what_lacks_is_named_with_its_number() -> None:
    lines = [
        PlanLine("入侵报警系统", 5, 10, "", ""),
        PlanLine("入侵报警系统", 5, 3, "easy", "single"),
        PlanLine("视频监控", 5, 2, "hard", "multiple"),
    ]
    stock = {("入侵报警系统", "single", "easy"): 12, ("入侵报警系统", "multiple", "hard"): 1}
    found = rules.lacking(lines, stock)
    assert [one.missing for one in found] == [2]
    assert found[0].sentence == "题库不够：视频监控，多项选择，难，需要2题，还缺2题"
    assert rules.lacking(lines[:2], {("入侵报警系统", "single", "easy"): 12})[0].missing == 1


CELLS = [("甲", kind, level) for kind, level in product(("single", "multiple"), ("easy", "hard"))]


def most(lines, stock) -> int:
    """How many questions can be drawn at most, by trying everything (the oracle)."""
    slots = [[cell for cell in CELLS if rules.fits(line, cell)] for line in lines for _one in range(line.count)]

    def best(place, left) -> int:
        if place == len(slots):
            return 0
        found = best(place + 1, left)
        for cell in slots[place]:
            if left[cell]:
                found = max(found, 1 + best(place + 1, {**left, cell: left[cell] - 1}))
        return found

    return best(0, stock)


A_LINE = st.builds(
    lambda count, kind, level: PlanLine("甲", 1, count, level, kind),
    st.integers(1, 2),
    st.sampled_from(["", "single", "multiple"]),
    st.sampled_from(["", "easy", "hard"]),
)


@holds_for(
    st.lists(A_LINE, min_size=1, max_size=3), st.lists(st.integers(0, 2), min_size=4, max_size=4), few=25, many=400
)
def test_what_lacks_is_exactly_what_no_choice_could_fill(lines, counts) -> None:
    stock = dict(zip(CELLS, counts, strict=True))
    missing = sum(one.missing for one in rules.lacking(lines, stock))
    assert missing == sum(line.count for line in lines) - most(lines, stock)
