"""What a sheet says, before it is set in type."""

import pytest

from association.paper.glyphs import has_glyph
from association.paper.rules import Label, LabelSize, label_data, pieces, printable
from tests.builders import NOW


def test_what_the_fonts_have_is_printed_as_it_is():
    text = "石家庄市安全技术防范行业协会 DS-2CD3T46（Ω≥10 kΩ，±5%）㛃𬀩𠮷 Škoda Ελλάς Россия 삼성 カメラ"
    assert printable(text, has_glyph) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("𪛖", "〔U+2A6D6〕"),
        ("🔒", "〔U+1F512〕"),
        ("A\u202eB", "A〔U+202E〕B"),
        ("A\u200bB", "A〔U+200B〕B"),
        ("A\x07B", "A〔U+0007〕B"),
        ("\ue000", "〔U+E000〕"),
    ],
)
def test_what_no_font_has_or_nobody_sees_is_printed_as_its_code(text, shown):
    assert printable(text, has_glyph) == shown


def test_a_long_run_may_end_a_line_anywhere_and_loses_nothing():
    text = "型号 " + "A" * 40 + " 与 e\u0301" + "b" * 30
    parts = pieces(text)
    assert "".join(parts) == text
    assert len(parts) > 40
    assert not any(part.startswith("\u0301") for part in parts)


def test_short_words_stay_whole():
    assert pieces("GB 10408-2025 electromagnetic") == ["GB 10408-2025 electromagnetic"]


@pytest.mark.parametrize("number", ["SJZ-01-2026-00042-Q", "ABCDE-10-2026-12345-X"])
def test_a_label_parts_the_number_after_a_hyphen(number):
    label = Label(number, "X", "https://r.example/v/" + number, "登记信息", "", "zh", NOW)
    lines = label_data(label, LabelSize.SMALL, has_glyph)["number"]
    assert "".join(lines) == number
    assert lines[0].endswith("-")
    assert len(lines) == 2
