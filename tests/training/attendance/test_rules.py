"""What follows from what was seen of somebody in a lesson."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from training.attendance.rules import (
    NOTHING_SEEN,
    Share,
    Sighting,
    Span,
    attendance,
    in_future,
    is_open,
    share,
    shared_devices,
)
from training.vocabulary import AttendanceState, SightingKind

NINE = datetime(2026, 3, 12, 1, 0, tzinfo=UTC)
MORNING = Span(NINE, NINE + timedelta(minutes=180))
BOTH_WAYS = replace(MORNING, both_ways=True)


def seen(kind: SightingKind, minute: float, uid: str = "", minutes: int | None = None) -> Sighting:
    return Sighting(uid or f"{kind}{minute}", kind, NINE + timedelta(minutes=minute), minutes)


def came(minute: float, uid: str = "") -> Sighting:
    return seen(SightingKind.CAME, minute, uid)


def left(minute: float, uid: str = "") -> Sighting:
    return seen(SightingKind.LEFT, minute, uid)


def test_of_whom_nothing_was_seen_nothing_is_said() -> None:
    assert attendance(MORNING, []) == NOTHING_SEEN


def test_who_comes_early_and_stays_was_there_for_the_whole_lesson() -> None:
    there = attendance(MORNING, [came(-10), left(185)])
    assert (there.state, there.minutes) == (AttendanceState.PRESENT, 180)


def test_who_comes_late_or_leaves_early_was_there_in_part() -> None:
    there = attendance(MORNING, [came(30), left(150)])
    assert (there.state, there.minutes) == (AttendanceState.PARTLY, 120)


def test_time_between_leaving_and_coming_again_does_not_count() -> None:
    assert attendance(MORNING, [came(0), left(60), came(90), left(180)]).minutes == 150


def test_who_was_not_seen_leaving_stayed_unless_the_class_wants_both() -> None:
    assert attendance(MORNING, [came(30)]).minutes == 150
    there = attendance(BOTH_WAYS, [came(30)])
    assert (there.state, there.minutes, there.not_seen_leaving) == (AttendanceState.PARTLY, 0, True)


def test_what_is_stated_later_sets_aside_what_was_seen_before() -> None:
    scans = [came(0), left(180)]
    assert attendance(MORNING, [*scans, seen(SightingKind.ABSENT, 200)]).state is AttendanceState.ABSENT
    assert attendance(MORNING, [*scans, seen(SightingKind.PRESENT, 200, minutes=90)]).minutes == 90
    excused = attendance(MORNING, [*scans, seen(SightingKind.EXCUSED, 200)])
    assert (excused.state, excused.minutes) == (AttendanceState.EXCUSED, 0)


def test_who_was_noted_as_absent_and_then_came_counts_from_then() -> None:
    there = attendance(MORNING, [seen(SightingKind.ABSENT, 10), came(60)])
    assert (there.state, there.minutes) == (AttendanceState.PARTLY, 120)


def test_the_last_statement_holds() -> None:
    stated = [seen(SightingKind.ABSENT, 10), seen(SightingKind.PRESENT, 20)]
    assert attendance(MORNING, stated).minutes == 180


KINDS = st.sampled_from([SightingKind.CAME, SightingKind.LEFT, *([SightingKind.PRESENT, SightingKind.ABSENT])])
SIGHTINGS = st.lists(
    st.tuples(KINDS, st.integers(-60, 240), st.one_of(st.none(), st.integers(0, 180))), max_size=12
).map(
    lambda drawn: [
        seen(kind, minute, f"u{place}", minutes if kind is SightingKind.PRESENT else None)
        for place, (kind, minute, minutes) in enumerate(drawn)
    ]
)


@given(SIGHTINGS, st.randoms(use_true_random=False), st.booleans())
def test_in_whatever_order_and_however_often_devices_hand_in_the_result_is_the_same(
    sightings, order, both_ways
) -> None:
    span = replace(MORNING, both_ways=both_ways)
    expected = attendance(span, sightings)
    again = sightings + [one for one in sightings if order.random() < 0.5]
    order.shuffle(again)
    assert attendance(span, again) == expected
    # In two parts, each worked out from what is there so far: the last look is the same.
    attendance(span, again[: len(again) // 2])
    assert attendance(span, reversed(again)) == expected


@given(SIGHTINGS, st.booleans())
def test_minutes_are_never_more_than_the_lesson_nor_less_than_none(sightings, both_ways) -> None:
    there = attendance(replace(MORNING, both_ways=both_ways), sightings)
    assert 0 <= there.minutes <= 180
    if there.state is AttendanceState.PRESENT:
        assert there.minutes == 180


@given(st.lists(st.tuples(st.integers(-60, 240), st.booleans()), max_size=10, unique_by=lambda one: one[0]))
def test_minutes_of_scans_are_those_of_a_clock_looked_at_every_minute(scans) -> None:
    sightings = [came(minute) if comes else left(minute) for minute, comes in scans]
    ordered = sorted(scans)
    inside = 0
    for minute in range(180):
        before = [comes for when, comes in ordered if when <= minute]
        inside += bool(before and before[-1])
    expected = inside if any(comes for _when, comes in scans) else 0
    assert attendance(MORNING, sightings).minutes == expected


def test_the_share_is_minutes_of_minutes_and_excused_time_is_not_attended() -> None:
    whole, none = attendance(MORNING, [came(0)]), attendance(MORNING, [seen(SightingKind.EXCUSED, 5)])
    found = share([(MORNING, whole), (MORNING, whole), (MORNING, whole), (MORNING, whole), (MORNING, none)])
    assert found == Share(720, 900, 180)
    assert found.share == Fraction(4, 5)
    assert found.reaches(80)
    assert not found.reaches(81)
    assert not Share(0, 0).reaches(80)


def test_one_can_check_in_from_an_hour_before_to_an_hour_after() -> None:
    assert is_open(MORNING, NINE - timedelta(minutes=60))
    assert not is_open(MORNING, NINE - timedelta(minutes=61))
    assert is_open(MORNING, MORNING.ends + timedelta(minutes=60))
    assert not is_open(MORNING, MORNING.ends + timedelta(minutes=61))
    assert in_future(NINE + timedelta(minutes=3), NINE)
    assert not in_future(NINE + timedelta(minutes=1), NINE)


def test_a_telephone_that_checked_in_several_people_is_noticed() -> None:
    assert shared_devices([("a", 1), ("a", 1), ("b", 2), ("", 3), ("", 4), ("a", 5)]) == {"a": frozenset({1, 5})}
