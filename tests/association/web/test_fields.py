"""What schemas make of what comes in: whole numbers within what a column holds, on every database."""

import pytest
from marshmallow import ValidationError

from association.kernel.numbers import LARGEST_WHOLE
from association.web.fields import Since, Text, Whole


def test_a_bound_beyond_what_a_column_holds_is_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="no column holds more"):
        Whole(0, LARGEST_WHOLE + 1)


@pytest.mark.parametrize("given", [LARGEST_WHOLE + 1, str(2**40), "9" * 18])
def test_a_whole_number_that_is_too_large_is_refused_with_its_limit(given: int | str) -> None:
    with pytest.raises(ValidationError, match=f"maximum:{LARGEST_WHOLE}"):
        Whole(0, LARGEST_WHOLE).deserialize(given)


@pytest.mark.parametrize("given", ["0", "7", str(LARGEST_WHOLE)])
def test_a_position_is_read_as_it_is(given: str) -> None:
    assert Since().deserialize(given) == int(given)


@pytest.mark.parametrize("given", [str(2**31), str(2**63), "9" * 400])
def test_a_position_beyond_all_is_read_as_the_last(given: str) -> None:
    assert Since().deserialize(given) == LARGEST_WHOLE


@pytest.mark.parametrize(
    ("given", "fault"), [("-1", "minimum:0"), ("1.5", "integer"), ("x", "integer"), ("", "integer"), (True, "integer")]
)
def test_what_is_no_position_is_refused(given: object, fault: str) -> None:
    with pytest.raises(ValidationError, match=fault):
        Since().deserialize(given)


@pytest.mark.parametrize("unseen", ["\x00", "\x1b", "\x7f", "\x85", "\x9b", "\u202e", "\u2066", "\u2069"])
def test_a_text_holds_nothing_that_a_terminal_obeys_or_that_turns_the_direction_of_writing(unseen: str) -> None:
    with pytest.raises(ValidationError, match="characters"):
        Text(40, lines=True).deserialize(f"示例{unseen}工程")


def test_tabs_and_ends_of_lines_are_text() -> None:
    assert Text(40, lines=True).deserialize("示例\t一\r\n二") == "示例\t一\n二"
