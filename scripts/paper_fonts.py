"""Makes ``association/paper/fonts`` anew from Noto, as Debian packages it; see the README there.

    python scripts/paper_fonts.py FOLDER

FOLDER holds NotoSansCJK-Regular.ttc, NotoSansCJK-Bold.ttc (Debian: fonts-noto-cjk), NotoSans-Regular.ttf and
NotoSans-Bold.ttf (fonts-noto-core). A Han font is parted so
that no file is larger than 3 MB; the parts are families of their own, tried one after another.
"""

import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

TARGET = Path(__file__).parent.parent / "association" / "paper" / "fonts"
LARGEST = 3_000_000
COPYRIGHT = {
    "Jifang Sans": "Subset of Noto Sans CJK SC 2.004, © 2014-2021 Adobe (http://www.adobe.com/).",
    "Jifang Mono": "Subset of Noto Sans Mono CJK SC 2.004, © 2014-2021 Adobe (http://www.adobe.com/).",
    "Jifang Latin": "Subset of Noto Sans, © 2015-2020 Google LLC.",
}
LICENCE = "This Font Software is licensed under the SIL Open Font License, Version 1.1. https://scripts.sil.org/OFL"

# What Typst or a reader of the file would not show as one visible sign of its own.
INVISIBLE = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def gb2312() -> set[int]:
    """The characters of GB 2312, signs and letters included."""
    found = set()
    for lead in range(0xA1, 0xF8):
        for trail in range(0xA1, 0xFF):
            try:
                found.add(ord(bytes((lead, trail)).decode("gb2312")))
            except UnicodeDecodeError:
                continue
    return found


def visible(codes: Iterable[int]) -> set[int]:
    """``codes`` that show a sign when printed."""
    return {code for code in codes if unicodedata.category(chr(code)) not in INVISIBLE}


def write(font: TTFont, codes: set[int], family: str, *, bold: bool, name: str) -> set[int]:
    """Keep ``codes`` of ``font`` under our own name (the OFL reserves the old one); what it has of them."""
    options = subset.Options()
    options.layout_features = ["kern", "mark", "mkmk", "ccmp"]
    options.name_IDs = []
    options.notdef_outline = True
    options.hinting = False
    options.drop_tables += ["DSIG", "BASE", "VORG", "vhea", "vmtx"]
    options.recalc_timestamp = False
    has = codes & font.getBestCmap().keys()
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=has)
    cutter.subset(font)
    style = "Bold" if bold else "Regular"
    base = next(key for key in COPYRIGHT if family.startswith(key))
    postscript = f"{family.replace(' ', '')}-{style}"
    font["name"].names = []
    full = f"{family} {style}"
    texts = {
        0: COPYRIGHT[base],
        1: family,
        2: style,
        3: postscript,
        4: full,
        5: "Version 1.0",
        6: postscript,
        13: LICENCE,
    }
    for id_, text in texts.items():
        font["name"].setName(text, id_, 3, 1, 0x409)
    if "CFF " in font:
        inner = font["CFF "].cff
        inner.fontNames[0] = postscript
        top = inner.topDictIndex[0]
        top.FullName, top.FamilyName = full, family
        top.Notice = COPYRIGHT[base]
        for one in top.FDArray:
            one.FontName = f"{postscript}-{one.FontName.rpartition('-')[2]}"
    # A family of one weight is regular, whatever it was cut from.
    font["OS/2"].usWeightClass = 700 if bold else 400
    path = TARGET / name
    font.save(path)
    if path.stat().st_size > LARGEST:
        raise SystemExit(f"{name} has {path.stat().st_size:,} bytes: part it further")
    print(f"{name}: {len(has):,} characters, {path.stat().st_size:,} bytes")
    return has


def ranges(codes: Iterable[int]) -> list[str]:
    """``codes`` as lines ``first-last`` in hexadecimal."""
    lines: list[list[int]] = []
    for code in sorted(codes):
        if lines and lines[-1][1] == code - 1:
            lines[-1][1] = code
        else:
            lines.append([code, code])
    return [f"{first:X}-{last:X}" for first, last in lines]


def span(*pairs: tuple[int, int]) -> set[int]:
    """The codes of several blocks, first and last included."""
    return {code for first, last in pairs for code in range(first, last + 1)}


SIGNS = span((0x20, 0x24F), (0x2000, 0x206F), (0x2460, 0x24FF), (0x3000, 0x30FF), (0xFF00, 0xFFEF))
HANGUL = span((0x1100, 0x11FF), (0xA960, 0xA97F), (0xAC00, 0xD7FF))
LETTERS = span((0x20, 0x52F), (0x1E00, 0x206F), (0x20A0, 0x214F))  # of other scripts; Noto Sans CJK has few of them
HAN_BEGINS = 0x3400
PARTS = "BCD"


def main(source: Path) -> None:
    """Cut all fonts and write down what they have."""

    def member(file: str, family: str) -> TTFont:
        collection = TTCollection(str(source / file))
        font = next(font for font in collection.fonts if font["name"].getDebugName(1) == family)
        font.recalcTimestamp = False
        return font

    def plain(file: str) -> TTFont:
        return TTFont(str(source / file), recalcTimestamp=False)

    def sans() -> TTFont:
        return member("NotoSansCJK-Regular.ttc", "Noto Sans CJK SC")

    TARGET.mkdir(parents=True, exist_ok=True)
    everything = visible(sans().getBestCmap())
    common = visible(gb2312() | SIGNS) & everything
    han = sorted(code for code in everything - common - HANGUL if code >= HAN_BEGINS)
    rest = everything - common - HANGUL - set(han)

    covered = write(sans(), common, "Jifang Sans", bold=False, name="JifangSans-Regular.otf")
    bold = member("NotoSansCJK-Bold.ttc", "Noto Sans CJK SC")
    write(bold, common, "Jifang Sans", bold=True, name="JifangSans-Bold.otf")
    size = -(-len(han) // len(PARTS))
    for place, part in enumerate(PARTS):
        codes = set(han[place * size : (place + 1) * size]) | (rest if place == 0 else set())
        covered |= write(sans(), codes, f"Jifang Sans {part}", bold=False, name=f"JifangSans{part}-Regular.otf")
    covered |= write(sans(), HANGUL & everything, "Jifang Sans K", bold=False, name="JifangSansK-Regular.otf")
    for style in ("Regular", "Bold"):
        mono = member(f"NotoSansCJK-{style}.ttc", "Noto Sans Mono CJK SC")
        write(mono, span((0x20, 0x7E)), "Jifang Mono", bold=style == "Bold", name=f"JifangMono-{style}.otf")
        latin = plain(f"NotoSans-{style}.ttf")
        covered |= write(latin, visible(LETTERS), "Jifang Latin", bold=style == "Bold", name=f"JifangLatin-{style}.ttf")
    (TARGET / "coverage.txt").write_text("\n".join(ranges(covered)) + "\n", encoding="ascii")
    print(f"coverage.txt: {len(covered):,} characters")


if __name__ == "__main__":
    if len(sys.argv) != 2:
        raise SystemExit((__doc__ or "").strip())
    main(Path(sys.argv[1]))
