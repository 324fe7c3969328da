"""What a file is, by its content."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from association.documents import rules
from association.vocabulary import DocumentKind
from tests.builders import pdf_bytes, picture_bytes


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (pdf_bytes(), DocumentKind.PDF),
        (b"junk before the header\n" + pdf_bytes(), DocumentKind.PDF),
        (picture_bytes("PNG"), DocumentKind.PNG),
        (picture_bytes("JPEG"), DocumentKind.JPEG),
        (b" " * 1024 + pdf_bytes(), None),
        (b"%PDF-1.4 cut off", None),
        (b"PK\x03\x04word/document.xml", None),
        (b"<html>%PDF-1.4 %%EOF", None),
        (b"GIF89a", None),
        (b"plain", None),
    ],
)
def test_the_kind_is_in_the_content(content, kind):
    assert rules.apparent_kind(content[: rules.TAIL], content[-rules.TAIL :]) == kind


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"PK\x03\x04 ... word/document.xml", "Word"),
        (b"PK\x03\x04 ... xl/workbook.xml", "Excel"),
        (b"PK\x03\x04 ... OFD.xml", "OFD"),
        (b"%PDF-1.7 without an end", "不完整的PDF"),
        (b"\x00\x00\x00\x18ftypheic", "HEIC"),
        (b"MZ\x90\x00", "Windows"),
        ("只是文字".encode(), "文本"),
        (b"\x00\x01\x02\x03", "无法识别"),
    ],
)
def test_what_is_not_taken_is_named(content, name):
    assert name in rules.seems_to_be(content)


@given(st.text(), st.sampled_from(DocumentKind))
def test_a_shown_name_is_short_ends_rightly_and_leads_nowhere(name, kind):
    shown = rules.shown_name(name, kind)
    assert len(shown) <= rules.LONGEST_NAME
    assert not set(shown) & set('/\\\x00\r\n"')
    assert shown.lower().endswith({"PDF": (".pdf",), "JPEG": (".jpg", ".jpeg"), "PNG": (".png",)}[kind.name])
    shown.encode()


@given(st.binary(max_size=3000))
def test_any_bytes_get_an_answer(content):
    kind = rules.apparent_kind(content, content)
    assert kind is None or kind in DocumentKind
    assert rules.seems_to_be(content)
