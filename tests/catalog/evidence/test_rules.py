"""What a paper proves on a day."""

import random
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.evidence.rules import Change, Evidence, EvidenceLine, covers, is_suspended, on_file, same_number, standing
from catalog.vocabulary import EvidenceKind, EvidenceStanding
from tests.catalog.verifications import oracle
from tests.catalog.verifications.adapter import a_line, a_moment, raw_catalog
from tests.catalog.verifications.cases import LATEST_KNOWN, Cases

CCC = EvidenceKind.CCC_CERTIFICATE


def line(
    change: Change, on: str, at: str = "", *, first: str | None = None, last: str | None = None, number: str = "N-1"
) -> EvidenceLine:
    return EvidenceLine(
        CCC,
        number,
        "demo-cert",
        change,
        date.fromisoformat(on),
        a_moment(f"{at or on}T04:00:00Z"),
        date.fromisoformat(first) if first else None,
        date.fromisoformat(last) if last else None,
    )


def recorded(first: str = "2020-01-01", last: str | None = "2024-12-31", number: str = "N-1") -> EvidenceLine:
    return line(Change.RECORDED, first, first=first, last=last, number=number)


def paper(*lines: EvidenceLine, known: str = "2026-11-23T00:00:00Z") -> Evidence:
    (found,) = on_file(lines, known=a_moment(known))
    return found


def stands(found: Evidence, day: str, regime_end: str | None = None) -> str:
    end = date.fromisoformat(regime_end) if regime_end else None
    word = standing(found, date.fromisoformat(day), regime_end=end)
    assert (word is EvidenceStanding.VALID) == covers(found, date.fromisoformat(day), regime_end=end)
    return word.value


def test_both_ends_are_inside() -> None:
    found = paper(recorded())
    assert [stands(found, day) for day in ("2019-12-31", "2020-01-01", "2024-12-31", "2025-01-01")] == [
        "not_yet_valid",
        "valid",
        "valid",
        "expired",
    ]


def test_without_an_end_it_stays_valid() -> None:
    assert stands(paper(recorded(last=None)), "2099-12-31") == "valid"


def test_a_suspension_covers_its_days_and_resuming_does_not_heal_them() -> None:
    found = paper(recorded(), line(Change.SUSPENDED, "2021-03-01"), line(Change.RESUMED, "2021-05-01"))
    assert [stands(found, day) for day in ("2021-02-28", "2021-03-01", "2021-04-30", "2021-05-01")] == [
        "valid",
        "suspended",
        "suspended",
        "valid",
    ]


def test_a_withdrawn_paper_no_longer_counts_from_its_day_on() -> None:
    found = paper(recorded(), line(Change.WITHDRAWN, "2021-03-01"))
    assert [stands(found, day) for day in ("2021-02-28", "2021-03-01", "2026-01-01")] == [
        "valid",
        "withdrawn",
        "withdrawn",
    ]


def test_a_paper_that_ended_with_its_regime_was_valid_up_to_that_day_and_has_no_fault() -> None:
    found = paper(recorded(last=None))
    assert [stands(found, day, "2022-10-10") for day in ("2022-10-09", "2022-10-10")] == ["valid", "ended_with_regime"]


@pytest.mark.parametrize(
    ("withdrawn", "regime", "last", "expected"),
    [
        ("2021-01-01", "2022-01-01", "2023-01-01", "withdrawn"),
        ("2022-06-01", "2022-01-01", "2023-01-01", "ended_with_regime"),
        ("2022-06-01", "2022-05-01", "2021-12-31", "expired"),
        ("2022-01-01", "2022-01-01", "2023-01-01", "withdrawn"),
    ],
)
def test_of_several_endings_the_first_counts(withdrawn: str, regime: str, last: str, expected: str) -> None:
    found = paper(recorded(last=last), line(Change.WITHDRAWN, withdrawn))
    assert stands(found, "2024-01-01", regime) == expected


def test_what_was_recorded_later_is_not_known_before() -> None:
    lines = [recorded(), line(Change.WITHDRAWN, "2021-03-01", at="2021-06-01")]
    assert stands(paper(*lines, known="2021-06-01T03:59:59Z"), "2021-04-01") == "valid"
    assert stands(paper(*lines, known="2021-06-01T04:00:00Z"), "2021-04-01") == "withdrawn"
    assert on_file(lines, known=a_moment("2019-12-31T00:00:00Z")) == ()


def test_a_later_word_on_the_day_of_resuming_wins() -> None:
    lines = [recorded(), line(Change.SUSPENDED, "2021-03-01"), line(Change.RESUMED, "2021-05-01")]
    earlier = paper(*lines, line(Change.RESUMED, "2021-04-01", at="2021-06-01"))
    assert [stands(earlier, day) for day in ("2021-03-31", "2021-04-01", "2021-04-30")] == [
        "suspended",
        "valid",
        "valid",
    ]
    never = paper(*lines, line(Change.RESUMED, "2021-03-01", at="2021-06-01"))
    assert stands(never, "2021-03-01") == "valid"


def test_papers_with_the_same_number_from_other_issuers_are_other_papers() -> None:
    other = EvidenceLine(
        CCC, "N-1", "demo-test", Change.RECORDED, date(2020, 1, 1), a_moment("2020-01-01T04:00:00Z"), date(2020, 1, 1)
    )
    found = on_file([recorded(), other, line(Change.WITHDRAWN, "2021-01-01")], known=a_moment("2022-01-01T00:00:00Z"))
    assert [one.withdrawn_on for one in found] == [date(2021, 1, 1), None]


def test_a_change_of_a_paper_never_recorded_is_nothing() -> None:
    assert on_file([line(Change.SUSPENDED, "2021-01-01")], known=a_moment("2022-01-01T00:00:00Z")) == ()


def test_a_paper_recorded_anew_has_new_days_and_keeps_its_suspensions() -> None:
    found = paper(
        recorded(),
        line(Change.SUSPENDED, "2021-03-01"),
        line(Change.RECORDED, "2022-01-01", first="2020-01-01", last="2026-12-31"),
    )
    assert found.valid_until == date(2026, 12, 31)
    assert is_suspended(found, date(2021, 3, 1))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("CSP-EX2026 01", "csp ex２０２６01", True),
        ("示例检字(2024)第1号", "示例检字〔2024〕第１号", True),
        ("1", "2", False),
        ("—", "/", False),
        ("检", "检", True),
        ("", "", True),
    ],
)
def test_numbers_of_papers_are_compared_without_separators(one: str, other: str, same: bool) -> None:
    assert same_number(one, other) is same


@settings(max_examples=80, deadline=None, database=None)
@given(st.integers(0, 2**32 - 1))
def test_coverage_is_what_painting_day_by_day_gives(seed: int) -> None:
    cases, chance, raw = Cases(random.Random(seed)), random.Random(seed), raw_catalog()
    subtypes = [(one["code"], kind["code"]) for one in raw["classes"] for kind in one["subtypes"]]
    for _ in range(4):
        category, subtype = chance.choice(subtypes)
        lines = cases.evidence(category, cases.day())
        known = cases.moment(min(cases.day(), LATEST_KNOWN))
        found = {one.number: one for one in on_file(map(a_line, lines), known=a_moment(known))}
        plain = oracle.papers(lines, known)
        assert list(found) == [one["number"] for one in plain]
        for one in plain:
            end = oracle.regime_end(raw, one["kind"], category, subtype)
            turns = [
                day
                for each in (one, *one["later"])
                for day in (each["effective_from"], each["valid_until"], end)
                if day
            ]
            for day in (date.fromisoformat(turn) + timedelta(step) for turn in turns for step in (-1, 0, 1)):
                faults: set[Any] = oracle.faults(raw, one, category, subtype, day.isoformat())
                last = date.fromisoformat(end) if end else None
                assert covers(found[one["number"]], day, regime_end=last) == (not faults), (one, day, faults)
