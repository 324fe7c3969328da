"""The view against naive scans of the file, and what was known when."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.kernel.dates import end_of_day, noon
from catalog.categories import catalogfile
from catalog.categories.rules import CatalogFacts, CatalogView, FactKind, FactVersion
from catalog.vocabulary import EvidenceKind
from tests.catalog.categories.conftest import LOADED, facts_of

DAYS = st.dates(date(1998, 1, 1), date(2032, 12, 31))
ON = date(2026, 11, 23)


def holds(row: dict[str, Any], on: date) -> bool:
    """As the file's own conventions say it: both ends included, null is open."""
    day = on.isoformat()
    return (row["from"] is None or row["from"] <= day) and (row["until"] is None or day <= row["until"])


KINDS = [(c["code"], s["code"]) for c in catalogfile.read(catalogfile.OWN_COPY.read_bytes())[0]["classes"]
         for s in c["subtypes"]]  # fmt: skip


@given(kind=st.sampled_from(KINDS), on=DAYS)
def test_requirements_are_the_files_rows_of_that_day_in_file_order(
    view: CatalogView, raw: dict[str, Any], kind: tuple[str, str], on: date
) -> None:
    category, subtype = kind
    naive = [
        row["id"]
        for row in raw["requirements"]
        if row["class"] == category and (row["subtypes"] is None or subtype in row["subtypes"]) and holds(row, on)
    ]
    assert [row.id for row in view.requirements(category, subtype, on)] == naive


@given(on=DAYS)
def test_lists_of_a_day_are_the_files(view: CatalogView, raw: dict[str, Any], on: date) -> None:
    assert [one.code for one in view.classes(on)] == [one["code"] for one in raw["classes"] if holds(one, on)]
    assert [one.code for one in view.grounds(on)] == [
        one["code"] for one in raw["grounds_of_refusal"] if holds(one, on)
    ]
    assert [one.code for one in view.criteria(on)] == [one["code"] for one in raw["criteria"] if holds(one, on)]
    edition = view.edition_on(on)
    assert ([edition.id] if edition else []) == [one["id"] for one in raw["editions"] if holds(one, on)]
    for category in raw["classes"]:
        assert [one.code for one in view.subtypes(category["code"], on)] == [
            one["code"] for one in category["subtypes"] if holds(one, on)
        ]
        assert (view.class_on(category["code"], on) is not None) == holds(category, on)


@given(on=DAYS, kind=st.sampled_from(EvidenceKind))
def test_invented_issuers_are_named_only_with_demo_data(
    view: CatalogView, raw: dict[str, Any], on: date, kind: EvidenceKind
) -> None:
    for demo in (False, True):
        naive = [
            one["code"]
            for one in raw["issuers"]
            if holds(one, on) and kind.value in one["issues"] and (demo or not one["demo_only"])
        ]
        assert [one.code for one in view.issuers(on, kind, demo=demo)] == naive
    assert not [one for one in view.issuers(on, demo=False) if one.demo_only]


@given(on=DAYS)
def test_no_class_and_subtype_is_ever_without_a_requirement_once_in_the_catalog(view: CatalogView, on: date) -> None:
    for category in view.classes(on):
        for subtype in view.subtypes(category.code, on):
            assert view.requirements(category.code, subtype.code, on)


@given(on=DAYS)
def test_standards_are_never_in_force_after_they_ended_nor_before_their_year(view: CatalogView, on: date) -> None:
    for one in view.standards():
        if one.in_force(on):
            assert not one.ended_on_unknown_day
            assert one.holds(on)
            assert not one.replaced(on)
            assert one.begins is not None or on.year >= int(one.number[-4:] if one.number[-4:].isdecimal() else 0)


def test_every_citation_resolves(view: CatalogView, raw: dict[str, Any]) -> None:
    found: list[str] = []

    def walk(value: Any) -> None:
        if isinstance(value, dict):
            found.extend([value["citation"]] if "citation" in value else [])
            for inner in value.values():
                walk(inner)
        elif isinstance(value, list):
            for inner in value:
                walk(inner)

    walk(raw)
    assert len(found) > 300
    assert not [name for name in found if view.citation(name) is None]


def test_a_mirror_is_never_linked(view: CatalogView, raw: dict[str, Any]) -> None:
    for one in raw["citations"]:
        citation = view.citation(one["id"])
        assert citation is not None
        assert citation.link == (one["url"] if one["grade"] in ("a", "b") else None)


@pytest.mark.parametrize("written", ["GB 10408.5-2000", "gb10408.5-2000", "ＧＢ　10408.5—2000"])
def test_standards_are_found_however_they_are_written(view: CatalogView, written: str) -> None:
    found = view.standard(written)
    assert found is not None
    assert (found.number, found.successors) == ("GB 10408.5-2000", ("GB 10408-2025",))


@pytest.mark.parametrize(
    ("name", "term"),
    [
        ("门禁电源", "电源"),
        ("开关电源", "开关电源"),
        ("交换机（24口）", "交换机"),
        ("交换机(24口)【含安装】", "交换机"),
        ("网 线", "网线"),
        ("山特ups", "UPS"),
        ("ＵＰＳ", "UPS"),
        ("GROUPS", None),
        ("电源控制器", None),
        ("被动红外入侵探测器", None),
        ("（24口）", None),
        ("", None),
        ("))))((((", None),
    ],
)
def test_goods_fall_under_a_term_by_the_end_of_their_name(view: CatalogView, name: str, term: str | None) -> None:
    assert view.outside_term(name, ON) == term
    assert view.outside_term(name, date(1999, 1, 1)) is None


@given(name=st.text(max_size=60))
def test_any_name_may_be_asked_about(view: CatalogView, name: str) -> None:
    term = view.outside_term(name, ON)
    assert term is None or any(one.term == term for one in view.outside_terms(ON))


def test_papers_end_with_their_regime_by_class_and_subtype(view: CatalogView) -> None:
    ccc, approval = EvidenceKind.CCC_CERTIFICATE, EvidenceKind.REGISTRATION_APPROVAL
    assert view.regime_end(ccc, "01", "passive_infrared") == date(2022, 10, 10)
    assert view.regime_end(ccc, "05", "safe") is None
    assert view.regime_end(approval, "01", "vibration") == date(2005, 10, 1)
    assert view.regime_end(approval, "01", "ultrasonic") is None
    ending = view.regime_ending(ccc, "03", "car_alarm")
    assert ending is not None
    assert "非生产者过错" in ending.meaning_zh


def test_lengths_are_known_for_every_day_and_unknown_names_say_what_to_do(view: CatalogView) -> None:
    assert view.whole("registration_validity_years", date(1990, 1, 1)) == 3
    assert view.setting("registration_validity_years", date(1990, 1, 1)) is None
    assert view.setting("registration_validity_years", ON) == 3
    with pytest.raises(LookupError, match="flask catalog load"):
        view.whole("nothing", ON)


def test_days_off_and_days_worked_are_apart(view: CatalogView) -> None:
    off, worked = view.holidays()
    assert date(2026, 10, 1) in off
    assert not off & worked
    assert all(day.weekday() >= 5 for day in worked)
    assert view.holiday_years() == frozenset(range(2019, 2027))


def test_attributes_of_a_subtype_leave_out_those_of_others(view: CatalogView) -> None:
    assert "beam_count" in [one.key for one in view.attributes("01", "active_infrared")]
    assert "beam_count" not in [one.key for one in view.attributes("01", "ultrasonic")]
    assert "beam_count" in [one.key for one in view.class_attributes("01")]
    levels = next(one for one in view.class_attributes("08") if one.key == "security_level")
    assert "甲" in [one.code for one in levels.allowed_on(date(2023, 12, 31))]
    assert "甲" not in [one.code for one in levels.allowed_on(date(2024, 1, 1))]


# -- what was known when --------------------------------------------------------------------------------------


def test_law_is_known_from_the_day_of_its_publication(raw: dict[str, Any]) -> None:
    facts = facts_of(raw)
    before = facts.as_known(end_of_day(date(2022, 10, 9)))
    after = facts.as_known(end_of_day(date(2022, 10, 9)) + timedelta(seconds=1))
    assert "regime-2022" not in [one.id for one in before.editions()]
    assert "regime-2022" in [one.id for one in after.editions()]
    assert before.standard("GB 10408-2025") is None


def test_moments_with_nothing_new_between_them_share_a_view(raw: dict[str, Any]) -> None:
    facts = facts_of(raw)
    assert facts.as_known(LOADED) is facts.as_known(LOADED + timedelta(days=30))
    assert facts.as_known(noon(date(2003, 1, 1))) is not facts.as_known(LOADED)


MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2030, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))
VERSIONS = st.lists(
    st.builds(
        lambda number, known, corrects, ended: FactVersion(
            FactKind.NOT_IN_CATALOG_TERM,
            str(number),
            number,
            {"term": f"物{number}", "name_en": "thing", "from": None, "until": None},
            known,
            corrects,
            ended,
        ),
        st.integers(1, 10_000),
        st.none() | st.dates(date(2000, 1, 1), date(2029, 1, 1)),
        st.none() | MOMENTS,
        st.none() | MOMENTS,
    ),
    max_size=12,
    unique_by=lambda version: version.key,
)


@given(versions=VERSIONS, moment=MOMENTS)
def test_a_view_holds_exactly_what_was_known_by_then(versions: list[FactVersion], moment: datetime) -> None:
    facts = CatalogFacts(versions)
    for known in (moment, *(one.corrects_from or moment for one in versions), *(
        one.superseded_at or moment for one in versions)):  # fmt: skip
        naive = {f"物{one.key}" for one in versions if one.known(known)}
        assert {one.term for one in facts.as_known(known).outside_terms(ON)} == naive


def test_a_class_is_read_as_people_write_it(view: CatalogView) -> None:
    for text in (
        *("01", "０１", "1", "1.0", " 01 ", "入侵探测器", "01 入侵探测器", "01、入侵探测器", "1-入侵探测器"),
        *("Intrusion Detectors", "INTRUSION DETECTORS"),
    ):
        assert view.class_called(text) == "01", text
    for text in ("99", "11", "101"):
        assert view.class_called(text) == text
    for text in ("弱电系统", "入侵报警系统", "zz", "1.5", "02 入侵探测器", "1001", "-"):
        assert view.class_called(text) is None, text
