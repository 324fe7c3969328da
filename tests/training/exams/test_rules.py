"""Who may sit, what is passed, how two examiners become one mark."""

from dataclasses import dataclass
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from training.exams import rules
from training.exams.rules import Asked, Attempt, Facts, Hall, PlanLine, Term
from training.vocabulary import Part, SitRule

DAY = date(2026, 3, 20)
ASKED = Asked(60, 2, 12)


@dataclass(frozen=True)
class Share:
    minutes: int = 100
    of: int = 100

    def reaches(self, percent: int) -> bool:
        return self.minutes * 100 >= percent * self.of if self.of else percent == 0


def facts(**more) -> Facts:
    return Facts(**({"enrolled": True, "share": Share(), "attempts": (), "identity_checked": True} | more))


def hall(**more) -> Hall:
    return Hall(
        **(
            {"part": Part.THEORY, "on": DAY, "seats_left": 3, "seats": 30, "minimum_attendance": 80, "asked": ASKED}
            | more
        )
    )


def refused(known: Facts, where: Hall | None = None) -> set[SitRule]:
    return {one.rule for one in rules.may_sit(known, where or hall()) if not one.holds}


def test_who_meets_every_rule_may_sit_and_reads_every_figure() -> None:
    said = rules.may_sit(facts(), hall())
    assert [one.rule for one in said] == list(SitRule)
    assert rules.admits(said)
    assert all(one.detail for one in said)
    assert "100%" in next(one.detail for one in said if one.rule is SitRule.ATTENDANCE)


def test_each_rule_refuses_by_itself() -> None:
    assert refused(facts(enrolled=False)) == {SitRule.ENROLLED}
    assert refused(facts(share=Share(79, 100))) == {SitRule.ATTENDANCE}
    assert refused(facts(identity_checked=False)) == {SitRule.IDENTITY}
    assert refused(facts(elsewhere="另一场")) == {SitRule.FREE}
    assert refused(facts(), hall(seats_left=0)) == {SitRule.SEAT}
    assert refused(facts(attempts=[Attempt(DAY - timedelta(days=9), 60)])) == {SitRule.NOT_PASSED}
    thrice = [Attempt(DAY - timedelta(days=9 - one), 20) for one in range(3)]
    assert refused(facts(attempts=thrice)) == {SitRule.RESITS}


def test_a_resit_after_its_months_is_too_late() -> None:
    first = [Attempt(date(2025, 3, 20), 20)]
    assert refused(facts(attempts=first)) == set()
    assert refused(facts(attempts=first), hall(on=DAY + timedelta(days=1))) == {SitRule.RESITS}
    assert refused(facts(attempts=first), hall(on=DAY + timedelta(days=900), asked=Asked(60, 2, None))) == set()


def test_who_has_a_seat_needs_no_other() -> None:
    assert refused(facts(), hall(seats_left=None)) == set()


marks = st.integers(0, 100)
attempts = st.lists(st.builds(Attempt, st.dates(date(2024, 1, 1), date(2027, 12, 31)), marks), max_size=6)
asked = st.builds(
    Asked, st.one_of(st.none(), st.integers(1, 100)), st.integers(0, 4), st.one_of(st.none(), st.integers(1, 24))
)


@given(
    st.booleans(),
    st.integers(0, 100),
    st.integers(0, 100),
    attempts,
    st.booleans(),
    st.booleans(),
    st.integers(0, 2),
    asked,
    st.dates(date(2024, 1, 1), date(2028, 12, 31)),
)
def test_who_may_sit_agrees_with_the_office_counting_by_hand(
    enrolled, there, least, sat, checked, busy, seats, asks, on
) -> None:
    known = facts(
        enrolled=enrolled,
        share=Share(there, 100),
        attempts=sat,
        identity_checked=checked,
        elsewhere="另一场" if busy else "",
    )
    found = rules.may_sit(known, hall(minimum_attendance=least, seats_left=seats, asked=asks, on=on))
    # By hand: the sheet of the office, one line a question.
    ordered = sorted(sat, key=lambda one: one.on)
    may = enrolled and there >= least and checked and not busy and seats > 0 and asks.pass_mark is not None
    for place, one in enumerate(ordered):
        in_time = asks.resit_months is None or one.on <= rules.add_months(ordered[0].on, asks.resit_months)
        if place <= asks.resits and in_time and asks.pass_mark is not None and one.mark >= asks.pass_mark:
            may = False
    if ordered:
        may = may and len(ordered) < 1 + asks.resits
        may = may and (asks.resit_months is None or on <= rules.add_months(ordered[0].on, asks.resit_months))
    assert rules.admits(found) is may


@given(attempts, attempts, asked, asked)
def test_passed_agrees_with_the_office_counting_by_hand(theory, practice, of_theory, of_practice) -> None:
    asks = {Part.THEORY: of_theory, Part.PRACTICE: of_practice}
    sat = {Part.THEORY: theory, Part.PRACTICE: practice}
    found = rules.outcome({part: rules.standing(sat[part], asks[part]) for part in Part}, asks, appeal_open=False)
    days = []
    passed = any(one.pass_mark is not None for one in asks.values())
    for part in Part:
        ordered = sorted(sat[part], key=lambda one: one.on)[: 1 + asks[part].resits]
        if asks[part].resit_months is not None and ordered:
            end = rules.add_months(ordered[0].on, asks[part].resit_months)
            ordered = [one for one in ordered if one.on <= end]
        line = asks[part].pass_mark
        if line is None:
            continue
        good = [one.on for one in ordered if one.mark >= line]
        passed = passed and bool(good)
        days += good[:1]
        best = max((one.mark for one in ordered), default=None)
        assert (found.theory if part is Part.THEORY else found.practice) == best
    assert found.passed is passed
    assert found.passed_on == (max(days) if passed else None)
    assert found.attempts == max(len(theory), len(practice))


def test_a_good_mark_in_one_component_does_not_make_up_for_the_other() -> None:
    asks = dict.fromkeys(Part, ASKED)
    one = {
        Part.THEORY: rules.standing([Attempt(DAY, 100)], ASKED),
        Part.PRACTICE: rules.standing([Attempt(DAY, 59)], ASKED),
    }
    assert not rules.outcome(one, asks, appeal_open=False).passed


def test_where_nothing_is_examined_nobody_has_passed() -> None:
    nothing = Asked(None, 0, None)
    found = rules.outcome(
        {part: rules.standing([], nothing) for part in Part}, dict.fromkeys(Part, nothing), appeal_open=False
    )
    assert not found.passed


# -- two examiners ------------------------------------------------------------------------------------------


def test_two_examiners_within_the_tolerance_make_their_mean() -> None:
    assert rules.settled([70, 80], 10) == 75
    assert rules.settled([70, 75], 10) == 73, "halves are rounded up"
    assert rules.settled([70], 10) is None


def test_two_who_are_further_apart_wait_for_a_third() -> None:
    assert rules.settled([50, 80], 10) is None
    assert rules.settled([50, 80, 76], 10) == 78
    assert rules.settled([50, 80, 65], 10) == 65, "equally near to both: the one in the middle"
    assert rules.settled([50, 80, 20], 10) == 50
    assert rules.settled([50, 80, 49], 10) == 50


@given(st.lists(marks, min_size=2, max_size=3), st.integers(0, 100))
def test_a_settled_mark_lies_among_those_given(totals, tolerance) -> None:
    found = rules.settled(totals, tolerance)
    assert found is None or min(totals) <= found <= max(totals)
    assert (found is None) == (len(totals) == 2 and abs(totals[0] - totals[1]) > tolerance)


# -- arrangements -------------------------------------------------------------------------------------------


def test_points_sum_to_a_hundred() -> None:
    assert rules.plan_shortfalls([PlanLine("线缆", 2, 30, "easy"), PlanLine("报警", 4, 10)]) == []
    [found] = rules.plan_shortfalls([PlanLine("线缆", 2, 30), PlanLine("报警", 3, 10)])
    assert (found.code, "90" in found.detail) == ("not_full", True)
    assert {one.code for one in rules.plan_shortfalls([PlanLine("", 0)])} == {"blank", "bounds", "not_full"}


def test_nobody_judges_their_own_teaching_alone() -> None:
    def said(chosen, teaching):
        return [one.code for one in rules.duty_shortfalls("examiners", chosen, teaching, least=2, sentence="少")]

    assert said([1, 2], []) == []
    assert said([1, 2], [1]) == []
    assert said([1, 2], [1, 2, 3]) == ["own_trainer"]
    assert said([1], []) == ["too_few"]


def test_months_end_with_their_last_day() -> None:
    assert rules.add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert rules.add_months(date(2024, 12, 31), 2) == date(2025, 2, 28)


def test_the_rule_of_the_day_is_the_last_that_has_begun() -> None:
    old, new = Term(None, date(2026, 1, 31), 15, 10), Term(date(2026, 2, 1), None, 7, 8)
    assert rules.term_on([old, new], date(2026, 1, 31)) is old
    assert rules.term_on([old, new], date(2026, 2, 1)) is new


def test_the_day_of_the_release_does_not_count_for_an_appeal() -> None:
    assert rules.appeal_until(date(2026, 3, 1), 15) == date(2026, 3, 16)
