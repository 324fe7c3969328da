"""Standing, facts and names by replay, against days painted one by one; the chain against the independent script."""

import json
import random
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from association.kernel.dates import holds
from catalog.register.rules import (
    Entry,
    as_feed,
    entry_hash,
    facts_at,
    in_effect,
    make_entry,
    names_of,
    spans,
    standing_at,
)
from catalog.vocabulary import EntryKind, Standing
from tests import independent_feed_check as independent
from tests.catalog.verifications import oracle
from tests.catalog.verifications.adapter import a_moment, an_entry
from tests.catalog.verifications.cases import Cases

NUMBER = "SJZ-01-2026-00042-Q"
LATER = datetime(2090, 1, 1, tzinfo=UTC)
MAKER = {"name": "示例电子有限公司", "uscc": "91130102PDY00001XD", "country": "CN"}


def registered(first: str = "2020-01-01", last: str | None = "2022-12-31", entry: int = 1, **facts: Any) -> Entry:
    return happened(
        "registered",
        first,
        entry,
        valid_from=first,
        valid_until=last,
        **{"model": "A-1", "manufacturer": MAKER, "category": "01", "subtype": "ultrasonic"} | facts,
    )


def happened(kind: str, on: str, entry: int, /, *, at: str = "", **facts: Any) -> Entry:
    recorded = datetime.fromisoformat(f"{at or on}T04:00:00+00:00")
    return make_entry(entry, NUMBER, EntryKind(kind), date.fromisoformat(on), recorded, "委托", facts)


def on(entries: list[Entry], day: str) -> str:
    return standing_at(in_effect(entries, known=LATER), date.fromisoformat(day)).standing.value


# -- standing: examples --------------------------------------------------------------------------------------


def test_the_last_good_day_is_good_and_the_next_is_not() -> None:
    entries = [registered()]
    assert [on(entries, day) for day in ("2019-12-31", "2020-01-01", "2022-12-31", "2023-01-01")] == [
        "not_yet_valid",
        "in_force",
        "in_force",
        "lapsed",
    ]


def test_a_renewal_adds_days_and_a_gap_between_stays_a_gap() -> None:
    entries = [registered(), happened("renewed", "2023-02-01", 2, valid_from="2023-02-01", valid_until="2026-01-31")]
    assert [on(entries, day) for day in ("2023-01-31", "2023-02-01", "2026-02-01")] == ["lapsed", "in_force", "lapsed"]
    there = standing_at(entries, date(2024, 1, 1))
    assert (there.valid_from, there.valid_until, there.entry) == (date(2023, 2, 1), date(2026, 1, 31), 2)


def test_renewals_without_a_gap_are_one_run() -> None:
    entries = [registered(), happened("renewed", "2023-01-01", 2, valid_from="2023-01-01", valid_until="2025-12-31")]
    there = standing_at(entries, date(2021, 1, 1))
    assert (there.valid_from, there.valid_until) == (date(2020, 1, 1), date(2025, 12, 31))


def test_revocation_from_the_first_day_leaves_no_good_day() -> None:
    entries = [registered(), happened("revoked", "2020-01-01", 2, at="2021-05-05", reason="不实")]
    assert {on(entries, day) for day in ("2020-01-01", "2021-05-04", "2023-06-01")} == {"revoked"}
    assert on(entries, "2019-12-31") == "not_yet_valid"
    before = in_effect(entries, known=a_moment("2021-05-05T03:59:59Z"))
    assert standing_at(before, date(2021, 5, 5)).standing is Standing.IN_FORCE


def test_nothing_but_a_correction_brings_a_revoked_registration_back() -> None:
    ended = [registered(), happened("revoked", "2021-01-01", 2)]
    after = [
        *ended,
        happened("renewed", "2021-06-01", 3, valid_from="2021-06-01", valid_until="2024-05-31"),
        happened("reinstated", "2021-07-01", 4),
    ]
    assert on(after, "2021-08-01") == "revoked"
    assert on([*after, happened("corrected", "2021-09-01", 5, entry=2, void=True)], "2021-08-01") == "in_force"


def test_a_suspension_stands_past_the_end_and_reinstatement_does_not_heal_the_days_between() -> None:
    held = [registered(), happened("suspended", "2022-06-01", 2)]
    assert on(held, "2024-01-01") == "suspended"
    healed = [*held, happened("reinstated", "2022-08-01", 3)]
    assert [on(healed, day) for day in ("2022-05-31", "2022-06-01", "2022-07-31", "2022-08-01", "2023-01-01")] == [
        "in_force",
        "suspended",
        "suspended",
        "in_force",
        "lapsed",
    ]


def test_what_was_suspended_stands_again_since_its_reinstatement_and_not_since_its_first_day() -> None:
    entries = [
        registered(last="2023-12-31"),
        happened("suspended", "2021-03-01", 2),
        happened("reinstated", "2021-05-01", 3),
        happened("renewed", "2024-01-01", 4, valid_from="2024-01-01", valid_until="2026-12-31"),
    ]

    def since(day: str) -> str:
        there = standing_at(entries, date.fromisoformat(day))
        assert there.valid_from == date(2020, 1, 1), "the days of validity are not touched"
        return str(there.since)

    assert [since(day) for day in ("2021-02-28", "2021-03-01", "2021-05-01", "2025-01-01")] == [
        "2020-01-01",
        "2021-03-01",
        "2021-05-01",
        "2021-05-01",
    ]
    # Taken back on its own first day, a suspension held on no day at all.
    entries[2] = happened("reinstated", "2021-03-01", 3)
    assert since("2021-03-01") == "2020-01-01"


def test_a_later_entry_about_the_same_days_wins() -> None:
    entries = [
        registered(),
        happened("suspended", "2021-03-01", 2),
        happened("reinstated", "2021-05-01", 3),
        happened("suspended", "2021-01-01", 4, at="2021-06-01"),
    ]
    assert [on(entries, day) for day in ("2020-12-31", "2021-01-01", "2021-05-02", "2022-01-01")] == [
        "in_force",
        "suspended",
        "suspended",
        "suspended",
    ]


# -- corrections, facts, names --------------------------------------------------------------------------------


def test_a_correction_stands_in_the_place_of_what_it_corrects() -> None:
    entries = [
        registered(model="A-l", brand="示例"),
        happened("amended", "2021-01-01", 2, brand="演示"),
        happened("corrected", "2020-01-01", 3, at="2022-01-01", entry=1, facts={"model": "A-1"}),
    ]
    before, after = in_effect(entries, known=a_moment("2022-01-01T03:59:59Z")), in_effect(entries, known=LATER)
    assert (facts_at(before, date(2020, 1, 1))["model"], facts_at(after, date(2020, 1, 1))["model"]) == ("A-l", "A-1")
    assert [entry.entry for entry in after] == [1, 2]
    assert facts_at(after, date(2021, 6, 1))["brand"] == "演示"
    assert {name.model for name in names_of(after)} == {"A-1"}


def test_a_void_entry_never_counted() -> None:
    entries = [
        registered(),
        happened("suspended", "2021-01-01", 2),
        happened("corrected", "2021-02-01", 3, entry=2, void=True),
    ]
    assert on(entries, "2021-01-15") == "in_force"
    assert (
        standing_at(in_effect(entries, known=a_moment("2021-01-15T00:00:00Z")), date(2021, 1, 15)).standing
        is Standing.SUSPENDED
    )


def test_a_correction_of_nothing_known_changes_nothing() -> None:
    assert on([registered(), happened("corrected", "2021-02-01", 3, entry=77, void=True)], "2021-03-01") == "in_force"


def test_amendments_change_facts_from_their_day_and_before_the_first_day_the_first_facts_are_shown() -> None:
    entries = [
        registered(brand="甲"),
        happened("amended", "2021-01-01", 2, brand="乙"),
        happened("corrected", "2020-06-01", 3, brand="丙"),
    ]
    assert [
        facts_at(entries, date.fromisoformat(day))["brand"]
        for day in ("2019-01-01", "2020-05-31", "2020-06-01", "2021-01-01")
    ] == [
        "甲",
        "甲",
        "丙",
        "丙",
    ]


def test_every_way_in_which_a_product_was_named_is_a_name_once() -> None:
    entries = [
        registered(),
        happened("amended", "2021-01-01", 2, model="A-2"),
        happened("amended", "2021-02-01", 3, model="A-1"),
        happened("suspended", "2021-03-01", 4, model="X"),
        happened("amended", "2021-04-01", 5, note="住所变更"),
    ]
    assert [name.model for name in names_of(entries)] == ["A-1", "A-2"]


# -- against naive replay, on every day -----------------------------------------------------------------------


def registrations(seed: int) -> Iterator[tuple[dict[str, Any], str]]:
    cases = Cases(random.Random(seed))
    register = cases.register()
    for one in register:
        yield one, cases.known(register)


def naive(entries: list[dict[str, Any]]) -> Callable[[date], str]:
    valid, held, ended = oracle.painted(entries)
    first = valid.find(1)

    def standing(day: date) -> str:
        place = oracle.day_number(day.isoformat())
        if ended[place]:
            return "revoked" if ended[place] == 1 else "cancelled"
        if held[place]:
            return "suspended"
        return "in_force" if valid[place] else "not_yet_valid" if place < first else "lapsed"

    return standing


@settings(max_examples=60, deadline=None, database=None)
@given(st.integers(0, 2**32 - 1))
def test_standing_and_facts_are_what_painting_day_by_day_gives(seed: int) -> None:
    for plain, known in registrations(seed):
        entries = in_effect([an_entry(plain["number"], one) for one in plain["entries"]], known=a_moment(known))
        told = oracle.entries_in_effect(plain, known)
        assert [entry.entry for entry in entries] == [entry["entry"] for entry in told]
        if not entries:
            continue
        painted = naive(told)
        turns = {
            day + timedelta(step)
            for entry in entries
            for step in (-1, 0, 1)
            for day in (entry.effective_from, entry.valid_from, entry.valid_until)
            if day
        }
        for day in sorted(turns):
            there = standing_at(entries, day)
            assert there.standing.value == painted(day), (plain, known, day)
            facts = oracle.facts_on(told, day.isoformat())
            assert facts_at(entries, day) == {
                key: value for key, value in facts.items() if key in facts_at(entries, day)
            }
            assert facts_at(entries, day)["model"] == facts["model"]
            if there.standing is Standing.IN_FORCE:
                assert holds(there.valid_from, there.valid_until, day)
        called = list(
            dict.fromkeys((one["model"], one["maker"], one["uscc"], one["brand"]) for one in oracle.names(told))
        )
        assert [(name.model, name.maker, name.maker_uscc, name.brand) for name in names_of(entries)] == called


@settings(max_examples=4, deadline=None, database=None)
@given(st.integers(0, 2**32 - 1))
def test_spans_say_of_every_day_what_replay_says(seed: int) -> None:
    for plain, known in list(registrations(seed))[:3]:
        entries = in_effect([an_entry(plain["number"], one) for one in plain["entries"]], known=a_moment(known))
        if not entries:
            continue
        found = spans(entries)
        for before, after in pairwise(found):
            assert before.ends is not None
            assert before.ends < after.begins
        for step in range(12_000):
            day = date(1998, 1, 1) + timedelta(step)
            lies_in = [span for span in found if holds(span.begins, span.ends, day)]
            within, there = [span.standing for span in lies_in], standing_at(entries, day)
            told = there.standing
            if told is Standing.IN_FORCE:
                assert there.since == lies_in[0].begins, (plain, day)
            assert within == ([] if told in (Standing.LAPSED, Standing.NOT_YET_VALID) else [told]), (plain, day)


# -- the chain, recomputed by a script that knows nothing of the program ---------------------------------------


def a_chain(length: int = 12) -> list[dict[str, Any]]:
    previous, feed = "0" * 64, []
    for position in range(1, length + 1):
        facts = {
            "attributes": {
                "microwave_freq_ghz": 10.525,
                "很大": 1e21,
                "b": 1e-7,
                "n": -0.0,
                "😀": [True, None, 5e-324],
            },
            "名称": '“\u2028\x07"\\é',
            "\ue000": 1,
            "𐀀": 2,
            "z": 123456789012345680000.0,
        }
        entry = make_entry(position, NUMBER, EntryKind.AMENDED, date(2020, 1, position), LATER, "委托", facts, previous)
        shown = {**as_feed(entry), "hash": entry_hash(entry)}
        previous = shown["hash"]
        feed.append(json.loads(json.dumps(shown)))
    return feed


def test_the_independent_script_finds_a_whole_chain_whole() -> None:
    assert independent.first_fault(a_chain()) is None


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (10.525, "10.525"),
        (1e21, "1e+21"),
        (1e20, "100000000000000000000"),
        (1e-6, "0.000001"),
        (1e-7, "1e-7"),
        (5e-324, "5e-324"),
        (-0.0, "0"),
        (0, "0"),
        (1.0, "1"),
        (-1.5, "-1.5"),
        (333333333.33333329, "333333333.3333333"),
        (1e23, "1e+23"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (123456789012345680000.0, "123456789012345680000"),
        (0.1 + 0.2, "0.30000000000000004"),
        (24, "24"),
        (True, "true"),
        (None, "null"),
        ({"\U00010000": 1, "\ue000": 2, "a": [], "A": {}}, '{"A":{},"a":[],"\U00010000":1,"\ue000":2}'),
        ('é\n\x1f\u2028"\\/', '"é\\n\\u001f\u2028\\"\\\\/"'),
    ],
)
def test_the_scripts_own_canonical_json_is_rfc_8785(value: Any, written: str) -> None:
    assert independent.canonical(value) == written


def test_the_script_notices_any_entry_that_was_edited_removed_swapped_or_put_in() -> None:
    whole = a_chain()
    for place, entry in enumerate(whole):
        assert (
            independent.first_fault([*whole[:place], {**entry, "effective_from": "1999-01-01"}, *whole[place + 1 :]])
            == place + 1
        )
        forged = {**entry, "mandate": "别的"}
        forged["hash"] = independent.entry_hash(forged)
        edited = independent.first_fault([*whole[:place], forged, *whole[place + 1 :]])
        assert edited == (place + 2 if place + 1 < len(whole) else None), "the newest is told by the head alone"
        if place + 1 < len(whole):
            assert independent.first_fault([*whole[:place], *whole[place + 1 :]]) == place + 1
            assert independent.first_fault([*whole[:place], whole[place + 1], entry, *whole[place + 2 :]]) == place + 1
        assert independent.first_fault([*whole[:place], entry, entry, *whole[place + 1 :]]) == place + 2
    head = {"entry": len(whole), "hash": whole[-1]["hash"]}
    assert independent.first_fault(whole, head=head) is None
    assert independent.first_fault(whole[:-1], head=head) == len(whole)
    assert independent.first_fault([*whole[:-1], forged], head=head) == len(whole)


def test_the_script_reads_a_file_of_entries_or_of_pages(tmp_path: Path) -> None:
    whole = a_chain()
    head = {"entry": len(whole), "hash": whole[-1]["hash"]}
    for content in (whole, {"items": whole, "head": head}, [{"items": whole[:5]}, {"items": whole[5:], "head": head}]):
        file = tmp_path / "feed.json"
        file.write_text(json.dumps(content), encoding="utf-8")
        assert independent.main([str(file)]) == 0
    lines = tmp_path / "feed.jsonl"
    lines.write_text("\n".join(json.dumps(entry) for entry in whole[1:]), encoding="utf-8")
    assert independent.main([str(lines)]) == 1
