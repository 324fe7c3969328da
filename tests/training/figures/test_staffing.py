"""Who counts towards what a capability certificate asks, against looking at every person on every day."""

from datetime import date, timedelta

import pytest
from hypothesis import strategies as st

from tests.properties import holds_for
from training.figures import staffing, teams
from training.figures.staffing import OUTSIDE, OWN, Ask, Proof, Way

ON = date(2026, 11, 24)
DAY = timedelta(days=1)
OURS = Way(OWN, frozenset(), frozenset({"five", "four"}), ())
THEIRS = Way(OUTSIDE, frozenset({"cspia", "title"}), frozenset(), ())
SENIOR = Way(OUTSIDE, frozenset({"title"}), frozenset(), ("高级",))


def ask(*ways: Way, count: int = 5) -> Ask:
    return Ask("technical_staff", "技术人员", "", count, ways)


def ours(
    person: int = 1, *, level: str = "five", begins=ON - 100 * DAY, ends=ON + 100 * DAY, refused: str = ""
) -> Proof:
    return Proof(person, OWN, "", level, begins, ends, refused)


def theirs(person: int = 1, *, issuer: str = "cspia", level: str = "", ends=None, refused: str = "") -> Proof:
    return Proof(person, OUTSIDE, issuer, level, ON - 100 * DAY, ends, refused)


def test_somebody_with_three_certificates_counts_once():
    found = staffing.against(ask(OURS, THEIRS), [ours(), ours(level="four"), theirs()], ON, days=90)
    assert (found.together, found.outside, found.lacking, found.lacking_outside) == (1, 1, 4, 4)


def test_our_own_certificates_are_counted_apart_because_nobody_knows_whether_they_count():
    found = staffing.against(ask(OURS, THEIRS), [ours(1), ours(2), theirs(3)], ON, days=90)
    assert (found.outside, found.together, found.lacking_outside, found.lacking) == (1, 3, 4, 2)


@pytest.mark.parametrize(
    "proof",
    [
        ours(level="none"),
        ours(refused="not_good"),
        ours(begins=ON + DAY),
        ours(ends=ON - DAY),
        theirs(issuer="look_alike"),
        theirs(issuer=""),
        theirs(refused="unchecked"),
        theirs(refused="doubtful"),
    ],
)
def test_what_does_not_count_lacks_everything(proof):
    assert staffing.against(ask(OURS, THEIRS), [proof], ON, days=90).lacking == 5


def test_a_senior_engineer_is_who_has_a_title_that_says_so():
    proofs = [theirs(1, issuer="title", level="高级工程师"), theirs(2, issuer="title", level="工程师"), theirs(3)]
    assert staffing.against(ask(SENIOR, count=1), proofs, ON, days=90).together == 1


def test_whoever_has_renewed_does_not_end_soon():
    old, new = ours(ends=ON + 10 * DAY), ours(begins=ON + 11 * DAY, ends=ON + 1000 * DAY)
    assert staffing.against(ask(OURS), [old], ON, days=90).ending == 1
    assert staffing.against(ask(OURS), [old, new], ON, days=90).ending == 0
    late = ours(begins=ON + 12 * DAY, ends=ON + 1000 * DAY)
    assert staffing.against(ask(OURS), [old, late], ON, days=90).ending == 1


def test_nobody_is_counted_where_no_record_says_who_they_are():
    found = staffing.against(ask(count=2), [ours(), theirs()], ON, days=90)
    assert not found.counted


def test_every_count_that_is_asked_names_its_source_and_says_that_nobody_verified_it():
    assert [grade.code for grade in teams.settings().grades] == ["one", "two", "three"]
    for grade in teams.settings().grades:
        assert not grade.verified
        assert grade.address.startswith("http")
        assert grade.source_zh
    counts = {(grade.code, one.role): one.count for grade in teams.settings().grades for one in grade.asks}
    assert counts == {
        ("one", "technical_staff"): 20,
        ("one", "technical_lead"): 2,
        ("two", "technical_staff"): 10,
        ("two", "senior_engineer"): 1,
        ("three", "technical_staff"): 5,
    }


DAYS = st.dates(ON - timedelta(days=200), ON + timedelta(days=200))
PROOFS = st.lists(
    st.builds(
        Proof,
        st.integers(1, 5),
        st.sampled_from([OWN, OUTSIDE]),
        st.sampled_from(["", "cspia", "title", "other"]),
        st.sampled_from(["five", "none", "高级工程师"]),
        DAYS,
        st.none() | DAYS,
        st.sampled_from(["", "", "unchecked"]),
    ),
    max_size=15,
)
WAYS = st.lists(st.sampled_from([OURS, THEIRS, SENIOR]), max_size=3, unique=True)


def counts_on(person: int, proofs: list[Proof], ways: list[Way], day: date) -> bool:
    """One certificate after another, one way after another, on one day."""
    for proof in proofs:
        for way in ways:
            if proof.person_id != person or proof.refused or proof.kind != way.kind:
                continue
            fits = (
                proof.level in way.levels
                if way.kind == OWN
                else proof.issuer in way.issuers and all(word in proof.level for word in way.level_has)
            )
            if fits and proof.begins <= day and (proof.ends is None or day <= proof.ends):
                return True
    return False


@holds_for(PROOFS, WAYS, DAYS, st.integers(1, 120), few=150, many=3000)
def test_counting_is_what_looking_at_every_day_says(proofs: list[Proof], ways: list[Way], on: date, days: int) -> None:
    found = staffing.against(ask(*ways), proofs, on, days=days)
    there = [one for one in range(1, 6) if counts_on(one, proofs, ways, on)]
    alone = [one for one in there if counts_on(one, proofs, [way for way in ways if way.kind == OUTSIDE], on)]
    gap = [one for one in there if not all(counts_on(one, proofs, ways, on + n * DAY) for n in range(days + 1))]
    assert (found.together, found.outside, found.ending) == (len(there), len(alone), len(gap))
    assert found.lacking == max(0, 5 - len(there))
