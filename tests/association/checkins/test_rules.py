"""Rotating codes at a door."""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from association.checkins.rules import (
    ADMISSION_STEPS,
    GRACE_STEPS,
    STEP_SECONDS,
    Reading,
    admission,
    begins_at,
    code_of,
    door,
    is_admitted,
    place_of,
    read_code,
    read_spoken,
    spoken_of,
    step_at,
)

NOW = datetime(2026, 3, 12, 1, 0, 7, tzinfo=UTC)
HERE = door("lesson-17-room-3", "a secret")
STEP = step_at(NOW)


def test_the_code_on_the_screen_is_taken_for_as_long_as_a_telephone_needs() -> None:
    code = code_of(HERE, STEP)
    assert read_code(code, HERE, NOW) is Reading.GOOD
    assert read_code(code, HERE, begins_at(STEP + GRACE_STEPS)) is Reading.GOOD
    assert read_code(code, HERE, begins_at(STEP + GRACE_STEPS + 1)) is Reading.TOO_OLD


def test_a_code_of_a_step_to_come_is_not_taken() -> None:
    assert read_code(code_of(HERE, STEP + 2), HERE, NOW) is Reading.TOO_EARLY


def test_a_code_of_another_lesson_or_another_room_says_so() -> None:
    for place in ("lesson-18-room-3", "lesson-17-room-4"):
        assert read_code(code_of(door(place, "a secret"), STEP), HERE, NOW) is Reading.ELSEWHERE


def test_a_code_made_with_another_secret_or_changed_in_one_character_is_forged() -> None:
    assert read_code(code_of(door(HERE.place, "another"), STEP), HERE, NOW) is Reading.FORGED
    good = code_of(HERE, STEP)
    for at in range(len(HERE.place) + 1, len(good)):
        other = good[:at] + ("A" if good[at] != "A" else "B") + good[at + 1 :]
        assert read_code(other, HERE, NOW) is not Reading.GOOD


def test_twenty_thousand_old_codes_are_shown_again_and_none_is_taken() -> None:
    old = range(STEP - GRACE_STEPS - 20_000, STEP - GRACE_STEPS)
    assert {read_code(code_of(HERE, step), HERE, NOW) for step in old} == {Reading.TOO_OLD}


def test_six_digits_read_aloud_say_the_same() -> None:
    assert read_spoken(spoken_of(HERE, STEP), HERE, NOW) is Reading.GOOD
    spaced = spoken_of(HERE, STEP)[:3] + " " + spoken_of(HERE, STEP)[3:]
    assert read_spoken(spaced, HERE, NOW) is Reading.GOOD
    wide = "".join(chr(ord(one) + 0xFEE0) for one in spoken_of(HERE, STEP))
    assert read_spoken(wide, HERE, NOW) is Reading.GOOD
    assert read_spoken(spoken_of(HERE, STEP - GRACE_STEPS - 1), HERE, NOW) is Reading.TOO_OLD
    for garbled in ("", "12345", "1234567", "abcdef", "६६६६६६", "1" * 10_000):
        assert read_spoken(garbled, HERE, NOW) is Reading.GARBLED


def test_six_digits_are_spread_evenly() -> None:
    said = [int(spoken_of(HERE, step)) for step in range(20_000)]
    tenths = [sum(1 for one in said if one // 100_000 == tenth) for tenth in range(10)]
    assert min(tenths) > 1800
    assert max(tenths) < 2200


@given(st.text(max_size=60))
def test_whatever_is_shown_is_read_without_breaking(text: str) -> None:
    assert read_code(text, HERE, NOW) is not Reading.GOOD
    assert place_of(text) is None or "." in text
    is_admitted(text, HERE, "5", NOW)


def test_numbers_a_megabyte_long_are_refused_at_once() -> None:
    assert read_code(f"{HERE.place}.{'9' * 1_000_000}.x", HERE, NOW) is Reading.GARBLED
    assert read_code(f"{HERE.place}.{'9' * 150}.x", HERE, NOW) is Reading.FORGED


def test_a_scan_is_exchanged_for_a_few_minutes_for_one_person_at_one_door() -> None:
    given_at = admission(HERE, "5", NOW)
    assert is_admitted(given_at, HERE, "5", NOW)
    assert is_admitted(given_at, HERE, "5", NOW + timedelta(seconds=ADMISSION_STEPS * STEP_SECONDS))
    assert not is_admitted(given_at, HERE, "5", NOW + timedelta(seconds=(ADMISSION_STEPS + 1) * STEP_SECONDS))
    assert not is_admitted(given_at, HERE, "6", NOW)
    assert not is_admitted(given_at, door("lesson-18-room-3", "a secret"), "5", NOW)
    assert not is_admitted(given_at, HERE, "5", NOW - timedelta(minutes=1))


def test_no_door_opens_with_the_code_of_another() -> None:
    draw = random.Random(20261126)
    doors = [door(f"lesson-{draw.randrange(10**6)}-room-{draw.randrange(50)}", "a secret") for _each in range(60)]
    for one in doors:
        for other in doors:
            good = read_code(code_of(one, STEP), other, NOW) is Reading.GOOD
            assert good == (one.place == other.place)
