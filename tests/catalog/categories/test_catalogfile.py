"""What is wrong with a catalog file is said all at once, at its place, in words."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from association.kernel.actors import OPERATOR
from catalog.categories import catalogfile, queries, service
from catalog.categories.rules import FactKind
from catalog.vocabulary import RevocationKind
from tests.builders import NOW

Data = dict[str, Any]


def places(data: Any) -> list[tuple[str, str]]:
    return [(one.field, one.code) for one in catalogfile.faults(data)]


def test_the_projects_own_file_is_sound_and_names_no_unknown_standard(raw: Data) -> None:
    assert catalogfile.faults(raw) == []
    assert catalogfile.remarks(raw) == []


def test_the_projects_own_schema_and_file_stand_side_by_side() -> None:
    assert catalogfile.SCHEMA.parent == catalogfile.OWN_COPY.parent


@pytest.mark.parametrize(
    ("text", "part"),
    [
        (b'{"meta": ', "第1行第10列"),
        (b"\xff\xfe", "UTF-8"),
        (b'{"meta": NaN}', "NaN"),
        (b'{"a": 1, "a": 2}', "重复"),
        (b"[" * 100_000, "嵌套过深"),
    ],
)
def test_broken_json_is_said_where_it_breaks(text: bytes, part: str) -> None:
    data, found = catalogfile.read(text)
    assert data is None
    assert [one.code for one in found] == ["json"]
    assert part in found[0].detail


def no_requirement_from_2022(data: Data) -> None:
    data["requirements"] = [row for row in data["requirements"] if row["id"] != "02-2022-10-10-customary-021"]


BREAKAGES: list[tuple[Callable[[Data], Any], str, str]] = [
    (lambda d: d.pop("holidays"), "holidays", "required"),
    (lambda d: d["editions"][2].pop("name_en"), "editions.2.name_en", "required"),
    (lambda d: d["requirements"][3].update({"from": 2000}), "requirements.3.from", "type"),
    (lambda d: d["requirements"][3].update({"from": "2000-02-30"}), "requirements.3.from", "date"),
    (lambda d: d["requirements"][3].update({"from": "20000101"}), "requirements.3.from", "pattern"),
    (lambda d: d["requirements"][3].update(proof="perhaps"), "requirements.3.proof", "choice"),
    (lambda d: d["requirements"][0].update(accepts=[]), "requirements.0.accepts", "blank"),
    (lambda d: d["requirements"][0].update(citation="nobody"), "requirements.0.citation", "reference"),
    (lambda d: d["requirements"][0].update(subtypes=["tachyon"]), "requirements.0.subtypes.0", "reference"),
    (lambda d: d["requirements"][0].update({"class": "77"}), "requirements.0.class", "reference"),
    (lambda d: d["requirements"][0].update(until="1999-01-01"), "requirements.0.until", "order"),
    (lambda d: d["requirements"][1].update(id=d["requirements"][0]["id"]), "requirements.1.id", "duplicate"),
    (lambda d: d["classes"][0]["attributes"][0].update(minimum=5000), "classes.0.attributes.0.maximum", "order"),
    (lambda d: d["classes"][0]["attributes"][0].update(pattern="("), "classes.0.attributes.0.pattern", "pattern"),
    (lambda d: d["classes"][0]["attributes"][0].update(citation="?"), "classes.0.attributes.0.citation", "pattern"),
    (lambda d: d["standards"].append(copy.deepcopy(d["standards"][0])), "standards.58.number", "duplicate"),
    (lambda d: d["settings"].append(copy.deepcopy(d["settings"][0])), "settings.10", "overlap"),
    (lambda d: d["settings"].pop(), "settings", "required"),
    (lambda d: d["settings"][0].update(value="three"), "settings.0.value", "integer"),
    (lambda d: d["editions"][6].update({"from": "2022-10-09"}), "editions.6", "overlap"),
    (lambda d: d["issuers"][0].update(look_alike_of="nobody"), "issuers.0.look_alike_of", "reference"),
    (lambda d: d["classes"][0].update(name_zh="探测\x00器"), "classes.0.name_zh", "characters"),
    (lambda d: d["settings"][0].update(value=10**30), "settings.0.value", "number"),
    (lambda d: d["evidence_kinds"][2]["ended_with_regime"][0].update(classes=["55"]),
     "evidence_kinds.2.ended_with_regime.0.classes.0", "reference"),
    (no_requirement_from_2022, "classes.1.subtypes.0", "no_requirement"),
]  # fmt: skip


@pytest.mark.parametrize(("spoil", "field", "code"), BREAKAGES)
def test_each_fault_is_found_at_its_place(file: Data, spoil: Callable[[Data], Any], field: str, code: str) -> None:
    spoil(file)
    assert (field, code) in places(file)
    assert all(one.detail for one in catalogfile.faults(file))


def test_two_faults_are_both_listed_even_of_different_sorts(file: Data) -> None:
    file["requirements"][3]["proof"] = "perhaps"
    file["issuers"][0]["citation"] = "nobody"
    file["editions"][0].pop("note_zh")
    assert places(file) == [
        ("editions.0.note_zh", "required"),
        ("requirements.3.proof", "choice"),
        ("issuers.0.citation", "reference"),
    ]


def test_a_day_without_a_requirement_is_named(file: Data) -> None:
    no_requirement_from_2022(file)
    details = [one.detail for one in catalogfile.faults(file)]
    assert details[0] == "02类wired从2022-10-10至今后没有任何要求行"
    assert len(details) == 3


def test_a_setting_may_follow_another_of_its_name(file: Data) -> None:
    file["settings"][0]["until"] = "2027-12-31"
    file["settings"].append({**file["settings"][0], "value": 4, "from": "2028-01-01", "until": None})
    assert catalogfile.faults(file) == []


@pytest.mark.parametrize("data", [None, [], "text", 5, {}, {"classes": 7}, {"classes": [3], "requirements": [None]}])
def test_anything_at_all_may_be_offered(data: Any) -> None:
    assert catalogfile.faults(data)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=25, deadline=None)
@given(data=st.data(), junk=JSON)
def test_junk_anywhere_in_a_file_is_a_fault_or_nothing_never_an_exception(
    raw: Data, data: st.DataObject, junk: Any
) -> None:
    spoiled = copy.deepcopy(raw)
    at: Any = spoiled
    for _step in range(data.draw(st.integers(1, 6))):
        keys = list(at) if isinstance(at, dict) else list(range(len(at)))
        if not keys:
            return
        key = data.draw(st.sampled_from(keys))
        if not isinstance(at[key], dict | list) or data.draw(st.booleans()):
            at[key] = junk
            break
        at = at[key]
    for fault in catalogfile.faults(spoiled):
        assert fault.detail


# -- facts ----------------------------------------------------------------------------------------------------


def test_every_fact_has_a_key_of_its_own(raw: Data) -> None:
    facts = catalogfile.facts_in(raw)
    assert len({(one.kind, one.key) for one in facts}) == len(facts)
    assert {one.kind for one in facts} == set(FactKind)
    assert ("attribute", "01.detection_range_m") in {(one.kind.value, one.key) for one in facts}


def test_what_is_new_stands_between_its_neighbours_and_old_facts_keep_their_places(file: Data, raw: Data) -> None:
    first = catalogfile.compare({}, catalogfile.facts_in(raw)).added
    on_file = {
        (one.fact.kind, one.fact.key): catalogfile.OnFile(one.place, one.version, one.fact.body) for one in first
    }
    rows = file["requirements"]
    rows.insert(1, {**rows[0], "id": "new-row"})
    rows.append({**rows[0], "id": "last-row"})
    rows[5], rows[6] = rows[6], rows[5]
    changes = catalogfile.compare(on_file, catalogfile.facts_in(file))
    assert not changes.changed
    assert not changes.removed
    new = {one.fact.key: one for one in changes.added}
    assert 1 < new["new-row"].place < 2
    assert new["last-row"].place == 58
    assert not new["new-row"].corrects


def test_numbers_written_differently_are_the_same_fact(file: Data, raw: Data) -> None:
    first = catalogfile.compare({}, catalogfile.facts_in(raw)).added
    on_file = {(one.fact.kind, one.fact.key): catalogfile.OnFile(1, 1, one.fact.body) for one in first}
    file["classes"][0]["attributes"][0]["maximum"] = 1000.0
    again = json.loads(json.dumps(file, sort_keys=True))
    assert not catalogfile.compare(on_file, catalogfile.facts_in(again))


def test_a_file_of_the_older_form_loads_as_before(db: Any, tmp_path: Path) -> None:
    data = json.loads(catalogfile.OWN_COPY.read_text(encoding="utf-8"))
    own = data.pop(catalogfile.LATER_SECTION)
    data["settings"] = [one for one in data["settings"] if one["key"] not in catalogfile.LATER_SETTINGS]
    assert catalogfile.faults(catalogfile.read(json.dumps(data))[0]) == []
    older = tmp_path / "catalog.json"
    older.write_text(json.dumps(data), encoding="utf-8")
    service.load(older, actor=OPERATOR, now=NOW)
    view = queries.known_at(NOW)
    assert view.whole("watching_days", NOW.date()) == 366
    assert len(view.revocation_grounds(NOW.date())) == len(own)


def test_a_ground_that_does_not_say_what_it_supports_supports_suspension_and_revocation(
    db: Any, tmp_path: Path
) -> None:
    data = json.loads(catalogfile.OWN_COPY.read_text(encoding="utf-8"))
    for one in data[catalogfile.LATER_SECTION]:
        one.pop("supports")
    older = tmp_path / "catalog.json"
    older.write_text(json.dumps(data), encoding="utf-8")
    service.load(older, actor=OPERATOR, now=NOW)
    grounds = queries.known_at(NOW).revocation_grounds(NOW.date())
    assert all(one.supports == {RevocationKind.SUSPENSION, RevocationKind.REVOCATION} for one in grounds)
    data[catalogfile.LATER_SECTION][0]["supports"] = []
    data[catalogfile.LATER_SECTION][1]["supports"] = ["reinstatement"]
    fields = [one.field for one in catalogfile.faults(data)]
    assert fields == [f"{catalogfile.LATER_SECTION}.0.supports", f"{catalogfile.LATER_SECTION}.1.supports.0"]
