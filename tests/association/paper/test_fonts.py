"""The fonts in the room: small enough for git, licensed, and with what ``coverage.txt`` says."""

from fontTools.ttLib import TTFont

from association.paper.glyphs import FONTS, has_glyph
from association.paper.press import FAMILIES, _fonts

FILES = sorted([*FONTS.glob("*.otf"), *FONTS.glob("*.ttf")])


def test_every_file_is_below_three_megabytes_and_bears_our_name_and_the_licence():
    assert FILES
    for path in FILES:
        assert path.stat().st_size < 3_000_000
        names = TTFont(path, lazy=True)["name"]
        assert names.getDebugName(1).startswith("Jifang")
        assert "Open Font License" in names.getDebugName(13)
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text(encoding="utf-8")


def test_the_coverage_is_what_the_fonts_have():
    regular = [path for path in FILES if "Bold" not in path.name]
    has = {code for path in regular for code in TTFont(path, lazy=True).getBestCmap()}
    listed = {code for code in range(0x110000) if has_glyph(chr(code))}
    assert listed == has


def test_gb2312_gbk_and_the_rare_three_are_covered():
    chinese = {chr(code) for code in range(0x4E00, 0x9FA6)} | set("㛃𬀩𠮷")
    assert all(map(has_glyph, chinese))


def test_typst_sees_only_our_families():
    assert set(_fonts().families()) == set(FAMILIES["mono"]) == {*FAMILIES["sans"], "Jifang Mono"}
