"""What a dossier must show; without a database."""

from datetime import date, timedelta
from typing import Any

import pytest

from catalog.categories import catalogfile
from catalog.categories.rules import CatalogView
from catalog.products import rules
from catalog.products.rules import Paper, Registrant
from catalog.vocabulary import EvidenceKind
from tests.catalog.categories.conftest import LOADED, facts_of

TODAY = date(2026, 3, 2)
MAKER = Registrant("示例电子有限公司", "91130105PDY000036K")


@pytest.fixture(scope="module")
def view() -> CatalogView:
    import json

    return facts_of(json.loads(catalogfile.OWN_COPY.read_text(encoding="utf-8"))).as_known(LOADED)


def dossier(**more: Any) -> dict[str, Any]:
    return {
        "name": "被动红外入侵探测器",
        "brand": "示例",
        "model": "PIR-1",
        "manufacturer_name": MAKER.name,
        "manufacturer_country": "CN",
        "manufacturer_uscc": MAKER.uscc,
        "standards": "GB 10408-2025",
        "attributes": {"detection_range_m": "12"},
        **more,
    }


def paper(kind: EvidenceKind = EvidenceKind.TYPE_TEST_REPORT, **more: Any) -> Paper:
    what = {"valid_from": TODAY - timedelta(days=10), "valid_until": TODAY, **more}
    return Paper(1, kind, "检字1号", "mps1", document="0" * 64, **what)


def wanting(view: CatalogView, given: dict[str, Any], papers: list[Paper], **more: Any) -> dict[str, str]:
    asked = {"category": "01", "subtype": "passive_infrared", "authorised": False, "today": TODAY, **more}
    _facts, found = rules.read(given, papers, MAKER, view, **asked)
    return {one.field: one.code for one in found}


def test_a_complete_dossier_lacks_nothing_and_its_facts_are_typed(view: CatalogView) -> None:
    facts, found = rules.read(
        dossier(), [paper()], MAKER, view, category="01", subtype="passive_infrared", authorised=False, today=TODAY
    )
    assert found == []
    assert facts["attributes"] == {"detection_range_m": 12}
    assert facts["standards"] == ["GB 10408-2025"]
    assert facts["manufacturer"] == {"name": MAKER.name, "uscc": MAKER.uscc, "country": "CN"}


def test_an_empty_dossier_says_everything_at_once(view: CatalogView) -> None:
    assert wanting(view, {}, []) == {
        "name": "missing",
        "model": "missing",
        "manufacturer_name": "missing",
        "manufacturer_country": "missing",
        "standards": "missing",
        "authorisation": "missing",
        "evidence": "evidence_missing",
    }


def test_another_makers_letter_is_asked_for_and_then_enough(view: CatalogView) -> None:
    foreign = dossier(manufacturer_country="DE", manufacturer_uscc="", manufacturer_name="Muster GmbH")
    assert wanting(view, foreign, [paper()]) == {"authorisation": "missing"}
    assert wanting(view, foreign, [paper()], authorised=True) == {}


@pytest.mark.parametrize(
    ("code", "fault"),
    [
        ("", "missing"),
        ("123", "uscc"),
        ("91130105PDY000036X", "uscc"),
        ("91130105PDY000037K", "uscc"),
        ("IIIIIIIIIIIIIIIIII", "uscc"),
    ],
)
def test_a_domestic_makers_code_is_checked(view: CatalogView, code: str, fault: str) -> None:
    assert wanting(view, dossier(manufacturer_uscc=code), [paper()], authorised=True) == {"manufacturer_uscc": fault}


@pytest.mark.parametrize("model", ["--", "  ", "、。"])
def test_a_model_needs_a_letter_or_a_digit(view: CatalogView, model: str) -> None:
    assert "model" in wanting(view, dossier(model=model), [paper()])


@pytest.mark.parametrize(
    ("what", "code"),
    [
        ({"kind": EvidenceKind.CCC_CERTIFICATE}, "evidence_wrong_kind"),
        ({"valid_until": TODAY - timedelta(days=1)}, "evidence_expired"),
        ({"valid_from": TODAY + timedelta(days=1), "valid_until": None}, "evidence_not_yet_valid"),
    ],
)
def test_a_paper_of_the_wrong_kind_or_time_is_no_evidence(view: CatalogView, what: dict[str, Any], code: str) -> None:
    assert wanting(view, dossier(), [paper(**what)]) == {"evidence": code}
    assert wanting(view, dossier(), [paper(**what), paper()]) == {}


def test_a_paper_counts_on_its_last_day_and_not_on_the_next(view: CatalogView) -> None:
    assert wanting(view, dossier(), [paper(valid_until=TODAY)]) == {}
    assert wanting(view, dossier(), [paper(valid_until=TODAY)], today=TODAY + timedelta(days=1)) == {
        "evidence": "evidence_expired"
    }


def test_parameters_are_those_of_the_subtype(view: CatalogView) -> None:
    found = wanting(view, dossier(attributes={"detection_range_m": "weit", "no_such_thing": "1"}), [paper()])
    assert found == {"attributes.detection_range_m": "number", "attributes.no_such_thing": "unknown"}
    assert wanting(view, dossier(attributes={}), [paper()], category="02", subtype="wired") == {
        "attributes.zone_count": "missing"
    }


@pytest.mark.parametrize("hostile", ["\x00", "\ud800", "x" * 10_000, "NaN", "Infinity", "1e999", "９" * 300])
def test_hostile_values_are_refused_and_never_break(view: CatalogView, hostile: str) -> None:
    given = dossier(attributes={one.key: hostile for one in view.attributes("01", "passive_infrared")})
    found = wanting(view, given, [paper()])
    assert "attributes.detection_range_m" in found
    for key in rules.FIELDS:
        wanting(view, dossier(**{key: hostile}), [paper()])


def test_standards_are_split_at_every_usual_sign_and_told_once() -> None:
    assert rules.split_standards("GB 1；GB 2，GB 3、GB 1\n ＧＢ 4 ,, ;") == ["GB 1", "GB 2", "GB 3", "GB 4"]


def test_an_early_ccc_number_is_marked_and_not_refused(view: CatalogView) -> None:
    assert not rules.number_is_unusual(view, EvidenceKind.CCC_CERTIFICATE, "2012031902000123")
    assert rules.number_is_unusual(view, EvidenceKind.CCC_CERTIFICATE, "200303190200")
    assert not rules.number_is_unusual(view, EvidenceKind.TYPE_TEST_REPORT, "随便什么")


def test_what_changed_is_told_field_by_field() -> None:
    before = {"model": "A", "brand": "x", "attributes": {"a": 1, "b": 2}}
    after = {"model": "B", "brand": "x", "attributes": {"a": 1, "c": 3}}
    assert rules.changes(before, after) == {"model", "attributes.b", "attributes.c"}
    assert rules.changes(None, after) == frozenset()
