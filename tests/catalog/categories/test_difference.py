"""What a newer file changes, and what changed between two days: against a naive look at the JSON."""

import copy
import random
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from association.kernel.i18n import speaking
from catalog.categories import catalogfile, difference
from catalog.categories.catalogfile import OnFile
from catalog.categories.difference import Turn, Way
from catalog.categories.rules import CatalogView, FactKind

Data = dict[str, Any]
NAMED = {"requirements": ("requirement", "id"), "standards": ("standard", "number"), "issuers": ("issuer", "code"),
         "editions": ("edition", "id"), "citations": ("citation", "id")}  # fmt: skip


def on_file(data: Data, edited: frozenset[str] = frozenset()) -> dict[Any, OnFile]:
    first = catalogfile.compare({}, catalogfile.facts_in(data)).added
    return {
        (one.fact.kind, one.fact.key): OnFile(one.place, 1, one.fact.body, one.fact.key in edited, one.fact.body)
        for one in first
    }


def compared(old: Data, new: Data, edited: frozenset[str] = frozenset()) -> difference.Difference:
    there = on_file(old, edited)
    return difference.describe(catalogfile.compare(there, catalogfile.facts_in(new)), there, basis=1)


def naive(old: Data, new: Data) -> set[tuple[str, str, str]]:
    found = set()
    for section, (kind, key) in NAMED.items():
        before, after = ({one[key]: one for one in data[section]} for data in (old, new))
        found |= {(kind, name, "new") for name in after.keys() - before.keys()}
        found |= {(kind, name, "removed") for name in before.keys() - after.keys()}
        found |= {(kind, name, "changed") for name in before.keys() & after.keys() if before[name] != after[name]}
    return found


@pytest.mark.parametrize("seed", range(20))
def test_a_difference_is_what_a_naive_comparison_of_the_files_finds(raw: Data, seed: int) -> None:
    chance, new = random.Random(seed), copy.deepcopy(raw)
    for _step in range(chance.randint(1, 25)):
        section = chance.choice(list(NAMED))
        rows, (_kind, key) = new[section], NAMED[section]
        match chance.randrange(4):
            case 0 if rows:
                rows.pop(chance.randrange(len(rows)))
            case 1 if rows:
                rows.append({**chance.choice(rows), key: f"x{chance.randrange(10**9)}"})
            case 2 if rows:
                one = chance.choice(rows)
                name = chance.choice([name for name in one if name != key])
                one[name] = "2031-01-01" if name in ("from", "until", "date", "known_from") else one[name]
            case _:
                chance.shuffle(rows)
    shown = compared(raw, new)
    ways = {Way.ENDED: "changed"}
    assert {(one.kind.value, one.key, ways.get(one.way, one.way.value)) for one in shown.facts} == naive(raw, new)
    assert all(one.fields for one in shown.facts)


def test_old_and_new_stand_side_by_side_in_words(raw: Data, file: Data) -> None:
    file["requirements"][0]["proof"] = "unclear"
    file["classes"][6]["until"] = "2027-06-30"
    shown = {one.key: one for one in compared(raw, file).facts}
    row, category = shown[file["requirements"][0]["id"]], shown["07"]
    assert [(one.label, one.after) for one in row.fields] == [("要求", "当时要求未查实")]
    assert (category.way, category.fields[0].before, category.fields[0].after) == (Way.ENDED, "不限", "2027年6月30日")
    assert category.scope.concerns("07", "whatever")
    assert not category.scope.concerns("08", "whatever")


def test_words_only_touch_nobody(raw: Data, file: Data) -> None:
    file["requirements"][0]["note_en"] = "another note"
    (one,) = compared(raw, file).facts
    assert not one.scope


def test_a_fact_the_staff_changed_is_a_conflict_and_says_whether_the_file_knew(raw: Data, file: Data) -> None:
    file["issuers"][0]["name_en"] = "Another name"
    code = raw["issuers"][0]["code"]
    assert not compared(raw, file).conflicts
    (one,) = compared(raw, file, frozenset({code})).conflicts
    assert (one.key, one.repeated) == (code, False)


# -- two days ------------------------------------------------------------------------------------------------

DAYS = st.dates(date(2000, 1, 1), date(2027, 12, 31))


@settings(max_examples=60, deadline=None)
@given(first=DAYS, last=DAYS)
def test_between_two_days_began_and_ended_what_the_file_says(
    raw: Data, view: CatalogView, first: date, last: date
) -> None:
    def holding(section: str, key: str, on: date) -> set[str]:
        day = on.isoformat()
        return {
            one[key] for one in raw[section] if (one["from"] or "0000") <= day <= (one["until"] or "9999")
        }  # fmt: skip

    found = difference.between(view, first, view, last)
    for section, (kind, key) in {"classes": (FactKind.CLASS, "code"), "requirements": (FactKind.REQUIREMENT, "id"),
                                 "editions": (FactKind.EDITION, "id")}.items():  # fmt: skip
        was, now = holding(section, key, first), holding(section, key, last)
        told = {turn: {one.key for one in found.get(kind, ()) if one.turn is turn} for turn in Turn}
        assert told == {Turn.BEGAN: now - was, Turn.ENDED: was - now, Turn.CHANGED: set()}


def test_a_day_differs_in_nothing_from_itself(view: CatalogView) -> None:
    day = date(2020, 1, 1)
    assert difference.between(view, day, view, day) == {}
    assert difference.proof_turns(view, day, view, day) == []


def test_what_is_asked_of_goods_is_said_before_and_after(view: CatalogView) -> None:
    turns = difference.proof_turns(view, date(2022, 10, 9), view, date(2022, 10, 10))
    controllers = next(one for one in turns if one.category.code == "02")
    assert controllers.all
    assert controllers.before == ("法定必备：强制性产品认证证书",)
    assert "自愿提供" in controllers.after[0]
    with speaking("en"):
        assert difference.proof_turns(view, date(2022, 10, 9), view, date(2022, 10, 10))
