"""Continuing hours: what a year asks, what counts, what is carried over, what is missing."""

from datetime import date, timedelta

import pytest
from hypothesis import strategies as st

from tests.properties import holds_for
from training.hours import rules
from training.hours.rules import Asked, CarryRule, Earned, RenewalByHours, Term
from training.vocabulary import Level

D = date


def carry(most: int = 30, years: int = 1) -> CarryRule:
    return CarryRule(None, None, (), most, years, "协会自定")


def years_of(earned, demands, most=30, years=1, until=2030):
    return rules.balance(earned, demands, dict.fromkeys(range(2020, until + 1), carry(most, years)), until)


def missing(found):
    return {one.year: one.missing for one in found}


def test_minutes_begun_count_no_hour():
    assert [rules.class_hours(minutes, 45) for minutes in (0, 44, 45, 89, 90, 180)] == [0, 0, 1, 1, 2, 4]


def test_a_share_is_rounded_up():
    assert rules.asked(20, 67) == Asked(20, 14)
    assert rules.asked(0, 100) == Asked(0, 0)


def test_what_is_over_counts_for_the_next_year_up_to_the_most():
    found = years_of([Earned(2027, 50)], {2027: Asked(10), 2028: Asked(25), 2029: Asked(25)}, most=20, until=2029)
    assert [(one.counted, one.missing, one.left, one.lapsed) for one in found] == [
        (10, 0, 20, 20),
        (20, 5, 0, 0),
        (0, 25, 0, 0),
    ]


def test_without_a_rule_nothing_is_carried():
    found = rules.balance([Earned(2027, 50)], {2027: Asked(10), 2028: Asked(10)}, {}, 2028)
    assert missing(found) == {2027: 0, 2028: 10}
    assert found[0].lapsed == 40


def test_hours_of_other_subjects_fill_no_more_than_need_not_be_professional():
    [one] = years_of([Earned(2027, 90, professional=False)], {2027: Asked(90, 60)}, until=2027)
    assert (one.counted, one.missing, one.missing_professional) == (30, 60, 60)
    [one] = years_of([Earned(2027, 70), Earned(2027, 20, professional=False)], {2027: Asked(90, 60)}, until=2027)
    assert (one.counted, one.missing, one.missing_professional) == (90, 0, 0)


def test_who_neither_earned_nor_owes_has_no_years():
    assert rules.balance([], {}, {}, 2030) == []


@pytest.mark.parametrize(
    ("terms", "asked"),
    [
        ([(D(2026, 5, 15), D(2029, 5, 14))], [2027, 2028]),
        ([(D(2026, 1, 1), D(2028, 12, 31))], [2026, 2027, 2028]),
        ([(D(2026, 5, 15), D(2028, 5, 14)), (D(2028, 5, 1), D(2030, 4, 30))], [2027, 2028, 2029]),
        ([(D(2026, 5, 15), D(2028, 5, 14)), (D(2028, 5, 16), D(2030, 5, 15))], [2027, 2029]),
        ([(D(2026, 5, 15), None)], [2027, 2028, 2029, 2030]),
    ],
)
def test_only_a_year_throughout_which_one_is_held_asks_for_hours(terms, asked):
    assert list(rules.demands([Term(*one, Asked(20)) for one in terms], 2030)) == asked


def test_the_version_counts_that_the_year_began_with():
    terms = [Term(D(2026, 5, 15), D(2028, 5, 14), Asked(20)), Term(D(2028, 5, 1), D(2031, 4, 30), Asked(30))]
    assert rules.demands(terms, 2029) == {2027: Asked(20), 2028: Asked(20), 2029: Asked(30)}


def test_a_year_is_behind_only_when_it_is_over():
    found = years_of([], {2027: Asked(10)}, until=2027)
    assert rules.behind(found, D(2027, 12, 31)) == []
    assert [one.year for one in rules.behind(found, D(2028, 1, 1))] == [2027]


def test_a_rule_may_be_of_some_levels_and_some_days():
    of_all = RenewalByHours(None, D(2026, 12, 31), (), True, False, "")
    of_five = RenewalByHours(D(2027, 1, 1), None, (Level.FIVE,), False, True, "")
    assert rules.of_level([of_five, of_all], Level.THREE, D(2026, 5, 1)) is of_all
    assert rules.of_level([of_five, of_all], Level.FIVE, D(2027, 5, 1)) is of_five
    assert rules.of_level([of_five, of_all], Level.THREE, D(2027, 5, 1)) is None


def test_evidence_has_days_that_are_over_and_hours_that_fit_into_them():
    def codes(begins, ends, hours):
        return [
            one.code for one in rules.evidence_shortfalls(begins=begins, ends=ends, hours=hours, today=D(2027, 5, 1))
        ]

    assert codes(D(2027, 4, 1), D(2027, 4, 2), 16) == []
    assert codes(D(2027, 5, 1), D(2027, 5, 2), 8) == ["future"]
    assert codes(D(2027, 4, 3), D(2027, 4, 2), 8) == ["after_end"]
    assert codes(D(2027, 4, 1), D(2027, 4, 1), 25) == ["too_many"]


def test_the_nearest_reminder_of_the_year_is_due():
    days = [
        rules.reminder_due(2027, D(2027, 12, 31) - timedelta(days=left), (90, 30)) for left in (91, 90, 31, 30, 0, -1)
    ]
    assert days == [None, 90, 90, 30, 30, None]


# -- an oracle that counts single hours ----------------------------------------------------------------------


def one_by_one(earned, demands, most, years, until):
    """Every hour a token with the year and kind it was earned in; nothing clever."""
    tokens = [(one.year, one.professional) for one in earned for _hour in range(one.hours) if one.year <= until]
    touched = [year for year, _kind in tokens] + [year for year in demands if year <= until]
    out, bag = [], []
    for year in range(min(touched), until + 1) if touched else []:
        brought = len(bag)
        bag += [token for token in tokens if token[0] == year]
        asked = demands.get(year, Asked(0))
        counted = professional = 0
        for wanted in (False, True):
            for token in sorted(bag):
                room = asked.hours - counted if wanted else asked.hours - asked.professional - counted
                if token[1] is wanted and room > 0:
                    bag.remove(token)
                    counted += 1
                    professional += wanted
        young = [token for token in bag if year + 1 - token[0] <= years]
        best = sorted(young, key=lambda token: (token[1], token[0]), reverse=True)[:most]
        out.append((year, brought, counted, asked.hours - counted, max(0, asked.professional - professional),
                    len(best), len(bag) - len(best)))  # fmt: skip
        bag = best
    return out


YEARS = st.integers(2025, 2030)
EARNED = st.lists(st.builds(Earned, YEARS, st.integers(0, 25), st.booleans()), max_size=8)
ASKED = st.integers(0, 30).flatmap(lambda hours: st.builds(Asked, st.just(hours), st.integers(0, hours)))
DEMANDS = st.dictionaries(YEARS, ASKED, max_size=6)


@holds_for(EARNED, DEMANDS, st.integers(0, 30), st.integers(0, 3), few=150, many=3000)
def test_the_years_agree_with_counting_every_hour(earned, demands, most, years):
    found = years_of(earned, demands, most=most, years=years)
    earned = [one for one in earned if one.hours]
    told = [
        (one.year, one.carried_in, one.counted, one.missing, one.missing_professional, one.left, one.lapsed)
        for one in found
    ]
    assert told == one_by_one(earned, demands, most, years, 2030)


@holds_for(EARNED, DEMANDS, st.integers(0, 30), st.integers(0, 3), few=100, many=2000)
def test_no_hour_counts_twice_and_none_is_made_of_nothing(earned, demands, most, years):
    found = years_of(earned, demands, most=most, years=years)
    before = 0
    for one in found:
        assert one.carried_in == before
        assert one.carried_in + one.earned == one.counted + one.left + one.lapsed
        assert 0 <= one.missing_professional <= one.missing == one.asked.hours - one.counted
        before = one.left


TERMS = st.lists(
    st.tuples(st.dates(D(2025, 1, 1), D(2029, 12, 31)), st.integers(0, 1200), st.booleans()), min_size=1, max_size=4
)


@holds_for(TERMS, few=60, many=600)
def test_a_year_asks_when_on_every_one_of_its_days_one_is_held(terms):
    made = [Term(begins, begins + timedelta(days=days) if ends else None, Asked(20)) for begins, days, ends in terms]

    def held(day):
        return any(one.begins <= day and (one.ends is None or day <= one.ends) for one in made)

    expected = [
        year
        for year in range(2025, 2031)
        if all(held(D(year, 1, 1) + timedelta(days=n)) for n in range((D(year + 1, 1, 1) - D(year, 1, 1)).days))
    ]
    assert list(rules.demands(made, 2030)) == expected
