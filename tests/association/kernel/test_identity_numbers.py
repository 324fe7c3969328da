"""Resident identity numbers (GB 11643): forgiving to read, strict to check, and no region is turned away."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.kernel.numbers import identity_check, identity_fault, normal_identity

TODAY = date(2026, 3, 2)


def test_the_standards_own_example_is_well_formed() -> None:
    assert identity_fault("11010519491231002X", today=TODAY) is None


@pytest.mark.parametrize(
    "text",
    ["11010519491231002x", "１１０１０５１９４９１２３１００２Ｘ", " 110105 19491231 002X ", "110105-19491231-002×"],
)
def test_x_width_blanks_and_dashes_are_read_alike(text: str) -> None:
    assert normal_identity(text) == "11010519491231002X"


@pytest.mark.parametrize("region", ["512301", "990000", "000000", "130171"])
def test_abolished_and_unknown_regions_are_taken(region: str) -> None:
    body = f"{region}19700101123"
    assert identity_fault(body + identity_check(body), today=TODAY) is None


@pytest.mark.parametrize(
    ("number", "fault"),
    [
        ("", "length"),
        ("110105491231002", "length"),
        ("1101051949123100XX", "characters"),
        ("A1010519491231002X", "characters"),
        ("张三05194912310021XX", "characters"),
        ("110105194902300021", "birth_date"),
        ("110105189912310021", "birth_date"),
        ("110105202603030021", "birth_date"),
        ("110105194912310021", "check"),
    ],
)
def test_each_fault_is_told_from_the_others(number: str, fault: str) -> None:
    assert identity_fault(number, today=TODAY) == fault


@given(st.integers(0, 10**6 - 1), st.dates(date(1900, 1, 1), TODAY), st.integers(0, 999), st.integers(0, 17), st.data())
def test_one_wrong_digit_or_two_swapped_never_pass(region, born, serial, place, data) -> None:
    body = f"{region:06d}{born:%Y%m%d}{serial:03d}"
    number = body + identity_check(body)
    assert identity_fault(number, today=TODAY) is None
    other = data.draw(st.sampled_from([one for one in "0123456789X" if one != number[place]]))
    assert identity_fault(number[:place] + other + number[place + 1 :], today=TODAY) is not None
    if place < 17 and number[place] != number[place + 1]:
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        assert identity_fault(swapped, today=TODAY) is not None
