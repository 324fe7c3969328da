"""Sheets and labels as files: exact text, the same bytes, tagged for those who listen, bounded."""

import re
import subprocess
import sys
import threading
from dataclasses import replace
from io import BytesIO
from xml.etree import ElementTree

import pytest
from PIL import Image
from pypdf import PdfReader

from association.kernel.errors import Invalid, TooMany
from association.paper import press
from association.paper.press import label_job, print_job, sheet_job
from association.paper.rules import Fact, Facts, Label, LabelSize, Number, Remarks, Sheet, Table, Value, Words
from tests.builders import NOW

NUMBER = "SJZ-01-2026-00042-Q"
ADDRESS = f"https://register.example/v/{NUMBER}"
RARE = "㛃𬀩𠮷"
MARKUP = '#import "x": * \\" *b* _i_ $x^2$ <a> @b `c` // d /* e */ #panic() [f] {g} = h --- ... ~'


@pytest.fixture(autouse=True)
def _empty_shelf():
    press._shelf.clear()
    yield
    press._shelf.clear()


def a_sheet(**more):
    what = {
        "title": "登记信息",
        "language": "zh",
        "issuer": "石家庄市安全技术防范行业协会",
        "over": "产品登记",
        "lead": "登记信息不是行政许可，不构成推荐，不作验收结论。",
        "parts": [
            Facts("登记事项", [Fact("名称", Value("探测器")), Fact("型号", Value("SL-PIR0O1lI", code=True))]),
            Table("证明材料", ["种类", "编号"], [1, 1], [[Value("检验报告"), Value("检字第1号", code=True)]]),
            Remarks("意见", [("型号", "请核对。\n第二行")]),
            Words("说明", [Value("一段话。")]),
        ],
        "footer": "登记信息",
        "pages": "第{page}页，共{pages}页",
        "at": NOW,
        "number": Number("登记编号", NUMBER, "有效", "登记有效。", ADDRESS, "二维码", "扫码核对"),
        "signed": ("石家庄市安全技术防范行业协会", "2026年3月2日"),
    }
    return Sheet(**{**what, **more})


def a_label(**more):
    return replace(Label(NUMBER, "SL-PIR844", ADDRESS, "登记信息", "非行政许可，非推荐", "zh", NOW), **more)


def text_of(pdf: bytes) -> str:
    """The text of all pages without white space: where lines end is not what is tested."""
    return re.sub(r"\s", "", "".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages))


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


def with_name(name: str) -> Sheet:
    return a_sheet(parts=[Facts("登记事项", [Fact("名称", Value(name))])])


# -- text ---------------------------------------------------------------------------------------------------


def test_all_that_is_said_stands_on_the_sheet_and_can_be_copied_off():
    text = text_of(print_job(sheet_job(a_sheet())))
    for said in (
        "登记信息",
        NUMBER,
        "有效",
        "SL-PIR0O1lI",
        "检字第1号",
        "请核对。",
        "第二行",
        "一段话。",
        "第1页，共1页",
    ):
        assert squeezed(said) in text


def test_rare_characters_are_glyphs_and_not_boxes():
    pdf = print_job(sheet_job(with_name(f"{RARE}电子有限公司")))
    assert f"{RARE}电子有限公司" in text_of(pdf)
    # A character that no font has would have been set with the font's box, which is glyph 0.
    assert "〔U+2A6D6〕" in text_of(print_job(sheet_job(with_name("𪛖"))))


@pytest.mark.parametrize(
    "name", [MARKUP, "'; drop table", "{page} {pages}", '"}', "\\u0041", "%PDF", "</title><script>"]
)
def test_nothing_that_is_typed_is_read_as_markup(name):
    sheet = with_name(name)
    assert squeezed(name) in text_of(print_job(sheet_job(sheet)))
    assert squeezed(name) in text_of(print_job(sheet_job(replace(sheet, title=name, footer="x"))))


@pytest.mark.full
@pytest.mark.parametrize("letter", ["A", "密", "㛃", "-"])
def test_a_name_of_ten_thousand_characters_stays_within_the_page_and_loses_nothing(letter):
    found, places = 0, [0.0]
    for page in PdfReader(BytesIO(print_job(sheet_job(with_name(letter * 10_000))))).pages:
        found += page.extract_text(visitor_text=lambda _text, _cm, tm, *_more: places.append(tm[4])).count(letter)
    assert found >= 10_000
    assert max(places) < float(page.mediabox.width)


def test_what_is_larger_than_any_sheet_is_refused():
    with pytest.raises(Invalid):
        sheet_job(with_name("长" * 700_000))


# -- the file -----------------------------------------------------------------------------------------------


def test_the_same_data_give_the_same_bytes_also_in_another_process():
    job = sheet_job(a_sheet())
    first = print_job(job)
    press._shelf.clear()
    print_job(sheet_job(with_name("别的")))
    press._shelf.clear()
    assert print_job(job) == first
    code = (
        "import sys, hashlib; from tests.association.paper.test_press import *; "
        "print(hashlib.sha256(print_job(sheet_job(a_sheet()))).hexdigest())"
    )
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    import hashlib

    assert other.stdout.strip() == hashlib.sha256(first).hexdigest()


def test_the_digest_follows_the_data():
    job = sheet_job(a_sheet())
    assert sheet_job(a_sheet()).digest == job.digest
    assert sheet_job(with_name("别的")).digest != job.digest
    assert sheet_job(a_sheet(language="en")).digest != job.digest


def test_it_is_tagged_in_its_language_with_title_and_date_and_an_alternative_for_the_picture():
    reader = PdfReader(BytesIO(print_job(sheet_job(a_sheet(name=f"登记信息 {NUMBER}")))))
    root = reader.trailer["/Root"]
    assert root["/Lang"] == "zh-CN"
    assert root["/MarkInfo"]["/Marked"]
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert reader.metadata.title == f"登记信息 {NUMBER}"
    assert reader.metadata.author == "石家庄市安全技术防范行业协会"
    assert reader.metadata.creation_date == NOW
    metadata = root["/Metadata"].get_data().decode()
    assert "pdfuaid:part" in metadata
    assert "pdfaid:part" in metadata
    kinds, alternatives = set(), set()

    def walk(node):
        node = node.get_object() if hasattr(node, "get_object") else node
        if isinstance(node, list):
            for one in node:
                walk(one)
        elif isinstance(node, dict):
            if "/S" in node:
                kinds.add(str(node["/S"]))
            if "/Alt" in node:
                alternatives.add(str(node["/Alt"]))
            if "/K" in node:
                walk(node["/K"])

    walk(root["/StructTreeRoot"]["/K"])
    assert {"/Document", "/H1", "/H2", "/L", "/LBody", "/Table", "/TH", "/TD", "/P", "/Figure"} <= kinds
    assert "二维码" in alternatives


def test_every_font_is_embedded_as_a_subset():
    reader = PdfReader(BytesIO(print_job(sheet_job(with_name(RARE)))))
    fonts = reader.pages[0]["/Resources"]["/Font"]
    assert fonts
    for font in fonts.values():
        below = font.get_object()["/DescendantFonts"][0].get_object()
        assert re.match(r"/[A-Z]{6}\+Jifang", below["/BaseFont"])
        assert "/FontFile3" in below["/FontDescriptor"] or "/FontFile2" in below["/FontDescriptor"]


# -- labels -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("size", "dots"), [("30x20", (354, 236)), ("50x30", (591, 354)), ("70x45", (827, 531))])
def test_a_label_has_its_size_as_picture_and_as_drawing(size, dots):
    png = print_job(label_job(a_label(), LabelSize(size), "png"))
    with Image.open(BytesIO(png)) as picture:
        assert all(abs(has - wanted) <= 1 for has, wanted in zip(picture.size, dots, strict=True))
        assert round(picture.info["dpi"][0]) == 300
        assert picture.getpixel((0, 0)) == 255
    svg = ElementTree.fromstring(print_job(label_job(a_label(), LabelSize(size), "svg")))
    width = int(size.split("x")[0]) / 25.4 * 72
    assert abs(float(svg.attrib["width"].removesuffix("pt")) - width) < 0.1
    assert svg.attrib["role"] == "img"
    assert svg[0].text == f"{NUMBER} SL-PIR844"


def test_a_label_runs_nothing_reaches_nothing_and_is_the_same_each_time():
    job = label_job(a_label(model="</title><script>alert(1)</script>" + MARKUP), LabelSize.LARGE, "svg")
    svg = print_job(job)
    ElementTree.fromstring(svg)
    assert b"<script" not in svg
    assert b'href="http' not in svg
    press._shelf.clear()
    assert print_job(job) == svg


@pytest.mark.parametrize("size", list(LabelSize))
@pytest.mark.parametrize("model", ["", "X", "W" * 120, "密" * 120, RARE])
def test_a_long_model_leaves_the_label_its_size_and_margin(size, model):
    png = print_job(label_job(a_label(model=model), size, "png"))
    with Image.open(BytesIO(png)) as picture:
        edge = picture.crop((picture.width - 8, 0, picture.width, picture.height))
        assert edge.getextrema() == (255, 255)


# -- how much at a time -------------------------------------------------------------------------------------


def test_several_threads_print_the_same_as_one():
    wanted = [print_job(sheet_job(with_name(f"件{place}"))) for place in range(6)]
    press._shelf.clear()
    made: dict[int, bytes] = {}

    def work(place: int) -> None:
        made[place] = print_job(sheet_job(with_name(f"件{place}")))

    threads = [threading.Thread(target=work, args=(place,)) for place in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [made[place] for place in range(6)] == wanted


def test_when_the_press_is_busy_for_too_long_one_is_asked_to_come_again(monkeypatch):
    monkeypatch.setattr(press, "PATIENCE_SECONDS", 0)
    job = sheet_job(a_sheet())
    with press._lent("sheet"), press._lent("label"):
        with pytest.raises(TooMany) as refused:
            print_job(job)
        assert refused.value.retry_after > 0
    assert print_job(job).startswith(b"%PDF")


def test_a_compiler_that_failed_is_not_lent_again_and_its_place_is_free(monkeypatch):
    for _time in range(press.AT_A_TIME + 1):
        with pytest.raises(RuntimeError, match="gone"), press._lent("sheet"):
            raise RuntimeError("gone")
    assert print_job(sheet_job(a_sheet())).startswith(b"%PDF")


def test_the_shelf_keeps_a_few_small_files():
    shelf = press._Shelf()
    for place in range(press.KEPT + 5):
        shelf.put(str(place), b"x")
    shelf.put("large", b"x" * (press.LARGEST_KEPT + 1))
    assert shelf.get("0") is None
    assert shelf.get("large") is None
    assert shelf.get(str(press.KEPT)) == b"x"
