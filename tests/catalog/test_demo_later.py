"""A demo of later years: what runs in the sample goes on, what had ended stays ended."""

from datetime import date
from typing import Any

import pytest

from association.kernel.dates import term_of_validity
from catalog import demo, demo_later

SINCE = date(2027, 11, 20)


def a_row(*kinds: str, begins: str = "2025-03-01", papers: tuple[dict[str, str], ...] = ()) -> dict[str, Any]:
    return {
        "history": [{"kind": kind, "effective_from": begins, "recorded_on": begins} for kind in kinds],
        "evidence": list(papers),
    }


def terms(row: dict[str, Any], today: date) -> list[str]:
    return [one.begins.isoformat() for one in demo_later.renewals(row, since=SINCE, today=today, years=3)]


def test_for_a_year_the_sample_is_loaded_as_it_stands() -> None:
    rows = list(demo._rows())
    assert demo_later.goes_on_from(rows) == SINCE
    for row in rows:
        assert terms(row, SINCE) == []
        assert list(demo_later.papers(row, since=SINCE, today=SINCE)) == []


def test_a_registration_is_renewed_on_the_day_after_each_term() -> None:
    row = a_row("registered")
    assert terms(row, date(2028, 2, 29)) == []
    assert terms(row, date(2028, 3, 1)) == ["2028-03-01"]
    assert terms(row, date(2034, 3, 5)) == ["2028-03-01", "2031-03-01", "2034-03-01"]


def test_each_renewal_is_recorded_before_it_begins_and_after_all_that_the_sample_records() -> None:
    for row in demo._rows():
        before = date(2026, 11, 20)
        for one in demo_later.renewals(row, since=SINCE, today=date(2046, 1, 1), years=3):
            assert before < one.recorded_on < one.begins
            before = one.begins


@pytest.mark.parametrize("ended", ["revoked", "cancelled", "suspended"])
def test_what_was_ended_or_held_does_not_come_back(ended: str) -> None:
    assert terms(a_row("registered", ended), date(2040, 1, 1)) == []


def test_what_runs_out_in_the_samples_own_year_stays_so() -> None:
    assert terms(a_row("registered", begins="2024-11-21"), date(2040, 1, 1)) == []  # until 2027-11-20


def test_a_good_paper_is_followed_by_others_of_the_same_length() -> None:
    good = {"number": "报告-1", "issued_on": "2024-01-10", "valid_until": "2028-01-10", "standing": "valid"}
    held = {**good, "standing": "suspended"}
    endless = {**good, "valid_until": ""}
    found = list(
        demo_later.papers(a_row("registered", papers=(good, held, endless)), since=SINCE, today=date(2033, 1, 1))
    )
    assert [(one["number"], one["issued_on"], one["valid_until"]) for one in found] == [
        ("报告-1-2", "2028-01-10", "2032-01-10"),
        ("报告-1-3", "2032-01-10", "2036-01-10"),
    ]


def test_in_any_year_most_of_the_sample_is_in_force() -> None:
    for year in (2031, 2038, 2052):
        today = date(year, 7, 1)
        running = 0
        for row in demo._rows():
            begun = [one.begins for one in demo_later.renewals(row, since=SINCE, today=today, years=3)]
            running += bool(begun) and term_of_validity(begun[-1], 3) >= today
        assert running > 100, year
