"""What an audit says of a chain that somebody has touched: the place, and what was done."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.ledger.rules import FIRST, LEDGER, Fault, FaultKind, first_fault, seal

Chain = list[dict[str, Any]]
LENGTH = 9


def a_chain(length: int = LENGTH) -> Chain:
    lines: Chain = []
    before = FIRST
    for position in range(1, length + 1):
        body = {"position": position, "action": f"a.{position}", "facts": {"n": position}, "previous_seal": before}
        before = seal(body)
        lines.append(body | {"seal": before})
    return lines


def resealed(line: dict[str, Any], **changes: Any) -> dict[str, Any]:
    body = {key: value for key, value in (line | changes).items() if key != "seal"}
    return body | {"seal": seal(body)}


def judged(lines: Chain, head: tuple[int, str] | None = None) -> Fault | None:
    whole = a_chain()
    by_previous = {line["previous_seal"]: line for line in lines}
    return first_fault(
        sorted(lines, key=lambda line: line["position"]),
        LEDGER,
        head=head or (LENGTH, whole[-1]["seal"]),
        after=by_previous.get,
    )


def edit(lines: Chain) -> None:
    lines[3]["facts"] = {"n": 99}


def edit_and_seal(lines: Chain) -> None:
    lines[3] = resealed(lines[3], facts={"n": 99})


def edit_last_and_seal(lines: Chain) -> None:
    lines[-1] = resealed(lines[-1], facts={"n": 99})


def edit_first(lines: Chain) -> None:
    lines[0]["action"] = "x"


def remove(lines: Chain) -> None:
    del lines[3]


def remove_three(lines: Chain) -> None:
    del lines[3:6]


def remove_and_renumber(lines: Chain) -> None:
    del lines[3]
    for line in lines[3:]:
        line["position"] -= 1


def remove_last(lines: Chain) -> None:
    del lines[-2:]


def remove_all(lines: Chain) -> None:
    lines.clear()


def insert(lines: Chain) -> None:
    for line in lines[3:]:
        line["position"] += 1
    lines.insert(3, resealed({"position": 4, "action": "forged", "facts": {}, "previous_seal": lines[2]["seal"] + "x"}))


def insert_and_link(lines: Chain) -> None:
    for line in lines[3:]:
        line["position"] += 1
    forged = resealed({"position": 4, "action": "forged", "facts": {}, "previous_seal": lines[2]["seal"]})
    lines[3]["previous_seal"] = forged["seal"]
    lines.insert(3, forged)


def insert_at_the_end(lines: Chain) -> None:
    forged = {"position": 10, "action": "forged", "facts": {}, "previous_seal": lines[-1]["seal"]}
    lines.append(resealed(forged))


def swap(lines: Chain) -> None:
    lines[3]["position"], lines[4]["position"] = 5, 4


def swap_far(lines: Chain) -> None:
    lines[2]["position"], lines[6]["position"] = 7, 3


@pytest.mark.parametrize(
    ("tamper", "fault"),
    [
        (edit, Fault(FaultKind.EDITED, 4)),
        (edit_and_seal, Fault(FaultKind.EDITED, 4)),
        (edit_last_and_seal, Fault(FaultKind.EDITED, 9)),
        (edit_first, Fault(FaultKind.EDITED, 1)),
        (remove, Fault(FaultKind.REMOVED, 4)),
        (remove_three, Fault(FaultKind.REMOVED, 4, 6)),
        (remove_and_renumber, Fault(FaultKind.REMOVED, 4)),
        (remove_last, Fault(FaultKind.REMOVED, 8, 9)),
        (remove_all, Fault(FaultKind.REMOVED, 1, 9)),
        (insert, Fault(FaultKind.INSERTED, 4)),
        (insert_and_link, Fault(FaultKind.INSERTED, 4)),
        (insert_at_the_end, Fault(FaultKind.INSERTED, 10)),
        (swap, Fault(FaultKind.SWAPPED, 4, 5)),
        (swap_far, Fault(FaultKind.SWAPPED, 3, 7)),
    ],
    ids=lambda one: getattr(one, "__name__", ""),
)
def test_the_audit_says_where_and_what(tamper: Callable[[Chain], None], fault: Fault) -> None:
    lines = a_chain()
    tamper(lines)
    assert judged(lines) == fault


def test_a_whole_chain_holds_and_an_empty_one_too() -> None:
    assert judged(a_chain()) is None
    assert first_fault([], LEDGER, head=(0, FIRST), after=lambda _seal: None) is None


@given(
    place=st.integers(0, LENGTH - 1),
    key=st.sampled_from(["action", "facts", "previous_seal", "seal"]),
    value=st.text(max_size=5),
)
def test_no_change_of_any_value_goes_unseen_and_none_is_placed_too_late(place: int, key: str, value: Any) -> None:
    lines = a_chain()
    lines[place][key] = {"n": value} if key == "facts" else value
    found = judged(lines)
    assert found is not None
    assert found.position <= place + 2
