"""What is typed becomes a value or a sentence, never an exception."""

import math
import re
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.kernel.i18n import speaking
from catalog.categories import catalogfile
from catalog.categories.rules import Allowed, Attribute, Basis, CatalogView, read_attribute, show_value
from catalog.vocabulary import Certainty
from tests.catalog.categories.conftest import LOADED, facts_of


def an_attribute(type: str, **more: Any) -> Attribute:  # noqa: A002
    plain: dict[str, Any] = {
        "category": "01", "key": "it", "name_zh": "它", "name_en": "It", "type": type, "unit": None, "minimum": None,
        "maximum": None, "pattern": None, "required": False, "subtypes": None, "allowed": None,
        "basis": Basis.PROPOSAL, "citation": "association", "note_en": None,
    }  # fmt: skip
    return Attribute(**(plain | more))


def a_value(code: str, zh: str, en: str, begins: date | None = None, ends: date | None = None) -> Allowed:
    return Allowed(
        code=code, name_zh=zh, name_en=en, standards=(), certainty=Certainty.VERIFIED, begins=begins, ends=ends
    )


LINKS = (a_value("wired", "有线", "Wired"), a_value("wireless", "无线", "Wireless"))
LEVELS = (
    a_value("甲", "甲级", "Class A", date(2008, 4, 1), date(2023, 12, 31)),
    a_value("1", "1级", "Level 1", date(2024, 1, 1)),
)
METRES = an_attribute("number", unit="m", minimum=0.1, maximum=1000)
COUNT = an_attribute("integer", unit="条", minimum=1, maximum=10_000_000)
WARMTH = an_attribute("range", unit="°C", minimum=-60, maximum=90)
YES = an_attribute("boolean")
LINK = an_attribute("choice", allowed=LINKS)
LEVEL = an_attribute("choice", allowed=LEVELS)
OUTPUTS = an_attribute("choices", allowed=LINKS)
IP = an_attribute("text", pattern="^IP[0-6X][0-9X]$")
PIXELS = an_attribute("text", pattern=r"^\d{3,5}x\d{3,5}$")


@pytest.mark.parametrize(
    ("attribute", "raw", "value"),
    [
        (METRES, "15", 15),
        (METRES, "15 m", 15),
        (METRES, "１５.５ｍ", 15.5),
        (METRES, 15.0, 15),
        (METRES, "+0.5", 0.5),
        (an_attribute("number"), "1,234,567", 1234567),
        (an_attribute("number"), "12,345.6", 12345.6),
        (an_attribute("number"), "−5", -5),
        (COUNT, "1,000", 1000),
        (COUNT, "１２条", 12),
        (COUNT, 24.0, 24),
        (WARMTH, ["-10", "55"], [-10, 55]),
        (WARMTH, "-10~55", [-10, 55]),
        (WARMTH, "－10℃～55℃", [-10, 55]),
        (WARMTH, "-10至55", [-10, 55]),
        (WARMTH, "-30--10", [-30, -10]),
        (WARMTH, {"min": "-10", "max": "55"}, [-10, 55]),
        (WARMTH, [4, 4], [4, 4]),
        (YES, True, True),
        (YES, "是", True),
        (YES, "No", False),
        (YES, "false", False),
        (LINK, "wired", "wired"),
        (LINK, "无线", "wireless"),
        (LINK, "Wireless", "wireless"),
        (LINK, ["wired"], "wired"),
        (LEVEL, 1, "1"),
        (OUTPUTS, ["wired", "wireless", "wired"], ["wired", "wireless"]),
        (OUTPUTS, "有线、wireless", ["wired", "wireless"]),
        (OUTPUTS, ["", "wired"], ["wired"]),
        (IP, "ip66", "IP66"),
        (PIXELS, "1920×1080", "1920x1080"),
        (PIXELS, "1920X1080", "1920x1080"),
        (METRES, "  ", None),
        (METRES, None, None),
        (WARMTH, ["", ""], None),
        (OUTPUTS, [], None),
    ],
)
def test_what_is_meant_is_read(attribute: Attribute, raw: Any, value: Any) -> None:
    found, fault = read_attribute(attribute, raw)
    assert fault is None
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    ("attribute", "raw", "code"),
    [
        (METRES, "1,000", "number"),
        (METRES, "1,5", "number"),
        (METRES, "0.05", "minimum"),
        (METRES, "2000", "maximum"),
        (METRES, "15 kg", "number"),
        (METRES, math.nan, "number"),
        (METRES, math.inf, "number"),
        (METRES, "NaN", "number"),
        (METRES, "1e400", "number"),
        (METRES, 10**400, "maximum"),
        (METRES, "9" * 5000, "too_long"),
        (METRES, True, "number"),
        (METRES, [15], "number"),
        (METRES, {"a": 1}, "number"),
        (COUNT, True, "integer"),
        (COUNT, 1.5, "integer"),
        (COUNT, "1.5", "integer"),
        (COUNT, "12\x003", "characters"),
        (IP, "IP\x9b65", "characters"),
        (IP, "\u202e56PI", "characters"),
        (WARMTH, "55", "range"),
        (WARMTH, ["55", "-10"], "range"),
        (WARMTH, ["55", ""], "range"),
        (WARMTH, [1, 2, 3], "range"),
        (WARMTH, {"a": 1, "b": 2}, "range"),
        (WARMTH, ["-100", "55"], "minimum"),
        (YES, 1, "boolean"),
        (YES, "也许", "boolean"),
        (LINK, "光纤", "choice"),
        (LINK, ["wired", "wireless"], "type"),
        (LINK, True, "type"),
        (OUTPUTS, ["wired", ["wireless"]], "type"),
        (OUTPUTS, ["wired"] * 100, "too_many"),
        (OUTPUTS, [[]], "type"),
        (OUTPUTS, "、", "choice"),
        (IP, "IP99", "pattern"),
        (IP, "IP66\n", None),
        (IP, "IP\u06606", "pattern"),
        (IP, 66, "type"),
        (IP, "\ud800", "characters"),
        (an_attribute("text", required=True), " ", "required"),
    ],
)
def test_what_cannot_be_meant_gets_a_sentence_at_its_field(attribute: Attribute, raw: Any, code: str | None) -> None:
    value, fault = read_attribute(attribute, raw)
    if code is None:
        assert fault is None
        return
    assert value is None
    assert fault is not None
    assert (fault.field, fault.code) == ("attributes.it", code)
    assert re.search("[一-龥]", fault.detail)


def test_bounds_are_said_with_their_unit() -> None:
    _value, fault = read_attribute(METRES, "2000")
    assert fault is not None
    assert fault.detail == "不能大于1000 m"


def test_a_level_is_refused_on_a_day_on_which_it_did_not_exist() -> None:
    assert read_attribute(LEVEL, "甲", on=date(2023, 12, 31)) == ("甲", None)
    assert read_attribute(LEVEL, "甲")[1] is None
    _value, late = read_attribute(LEVEL, "甲级", on=date(2024, 1, 1))
    _value, early = read_attribute(LEVEL, "1", on=date(2023, 12, 31))
    assert late is not None
    assert "2023年12月31日" in late.detail
    assert early is not None
    assert "2024年1月1日" in early.detail


def test_values_are_shown_with_names_and_units_in_the_readers_language() -> None:
    assert show_value(METRES, 15) == "15 m"
    assert show_value(WARMTH, [-10, 55]) == "-10 ~ 55 °C"
    assert show_value(OUTPUTS, ["wired", "wireless"]) == "有线、无线"
    assert show_value(YES, True) == "是"
    assert show_value(LINK, None) == "—"
    with speaking("en"):
        assert show_value(LINK, "wired") == "Wired"


ALL: list[Attribute] = [
    attribute
    for one in [facts_of(catalogfile.read(catalogfile.OWN_COPY.read_bytes())[0]).as_known(LOADED)]
    for category in one.classes()
    for attribute in one.class_attributes(category.code)
]
SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=60)
ANYTHING = (
    SCALARS
    | st.text(alphabet="0123456789.,-+~至 　eE°CmNaInf×/", max_size=20)
    | st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner))
)


@given(attribute=st.sampled_from(ALL), raw=ANYTHING, on=st.none() | st.dates())
def test_nothing_that_is_sent_raises(attribute: Attribute, raw: Any, on: date | None) -> None:
    value, fault = read_attribute(attribute, raw, on=on)
    assert value is None or fault is None
    if fault is not None:
        assert fault.field == f"attributes.{attribute.key}"
        assert fault.detail
    if isinstance(value, float):
        assert math.isfinite(value)
    if value is not None:  # what was read is read again as itself, and can be shown
        assert read_attribute(attribute, value, on=on) == (value, None)
        assert show_value(attribute, value)


@given(attribute=st.sampled_from([one for one in ALL if one.type == "number"]), data=st.data())
def test_numbers_within_bounds_are_read_as_typed_and_as_sent(attribute: Attribute, data: st.DataObject) -> None:
    low, high = attribute.minimum or 0, attribute.maximum or 10**6
    number = round(data.draw(st.floats(low, high)), 3)
    if not low <= number <= high:
        return
    assert read_attribute(attribute, number) == (number, None)
    assert read_attribute(attribute, f" {number:.3f} {attribute.unit or ''} ") == (number, None)


def test_the_demo_products_attributes_are_all_read(view: CatalogView) -> None:
    import csv
    import json

    path = catalogfile.OWN_COPY.with_name("products-sample.csv")
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) == 220
    for row in rows:
        asked = {one.key: one for one in view.attributes(row["class_code"], row["subtype"])}
        for key, raw in json.loads(row["attributes"]).items():
            value, fault = read_attribute(asked[key], raw)
            assert fault is None, (row["model"], key, raw, fault)
            assert value == raw
