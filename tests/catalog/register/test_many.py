"""Models of a maker that lie near one that was typed: none is missed, however they are looked for."""

from hypothesis import example, given
from hypothesis import strategies as st

from catalog.register.many import _Models
from catalog.verifications.rules import nearly_one_edit_apart

MODELS = st.lists(st.text("AB1.", max_size=6), min_size=1, max_size=12, unique=True)


@given(MODELS, st.text("AB1.", max_size=6))
@example(["SR1356"], "R13.56")
@example([""], "")
@example(["A", ""], "")
def test_whatever_is_one_edit_away_is_among_those_that_share_a_half(models: list[str], asked: str) -> None:
    found = _Models("\n".join(models)).sharing_a_half(asked)
    assert {one for one in models if nearly_one_edit_apart(asked, one)} <= set(found)
    assert set(found) <= set(models)
    assert len(found) == len(set(found))


@given(MODELS, st.text("AB1.", max_size=6))
def test_what_shares_no_half_is_left_out(models: list[str], asked: str) -> None:
    bare = asked.replace(".", "")
    half = len(bare) // 2
    begin, end = bare[: max(0, half - 1)], bare[half:]
    sharing = {one for one in models if one.replace(".", "").startswith(begin) or one.replace(".", "").endswith(end)}
    assert set(_Models("\n".join(models)).sharing_a_half(asked)) == sharing
