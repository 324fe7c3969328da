"""Whole lists at a browser: pasted, or as the project's own workbook; judged, settled, kept, taken home. Mostly by keys
alone, every page looked at by axe-core; once without scripts."""

import json
import re
import urllib.parse
import urllib.request
from collections.abc import Callable
from io import BytesIO
from typing import Any

import openpyxl
import pytest
import xlsxwriter
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from playwright.sync_api import Browser, Page, expect

from association.signing import rules
from tests.trips.test_every_page import faults
from tests.trips.test_roster_by_keys import tab_to

pytestmark = pytest.mark.full_browser

RECEIPT = re.compile(r"/catalog/verifications/(\w{5}(?:-\w{5}){4})$")
ENDLESS = "X" * 110
SLIPS = {"0": "O", "1": "I", "O": "0", "I": "1", "8": "B", "B": "8"}


def asked(address: str, path: str, **query: str) -> Any:
    with urllib.request.urlopen(f"{address}/api/v1{path}?{urllib.parse.urlencode(query)}") as answer:
        return json.load(answer)


def registered(address: str) -> dict[str, Any]:
    """A registration in force whose papers cover today."""
    for one in asked(address, "/catalog/register", standing="in_force", per_page="200")["items"]:
        if asked(address, "/catalog/verifications/check", number=one["number"])["compliant"]:
            return dict(one)
    raise AssertionError("nothing in the demo data is compliant today")


def mistaken(address: str) -> tuple[str, str, str]:
    """A maker, a model with a slip of the pen, and the number that is suggested for it."""
    for one in asked(address, "/catalog/register", standing="in_force", per_page="200")["items"]:
        maker = one["manufacturer"] if isinstance(one["manufacturer"], str) else one["manufacturer"]["name"]
        for place, sign in enumerate(one["model"]):
            model = one["model"][:place] + SLIPS.get(sign, sign) + one["model"][place + 1 :]
            if model == one["model"]:
                continue
            said = asked(address, "/catalog/verifications/check", manufacturer=maker, model=model)
            found = [each["number"] for each in said["suggestions"]]
            if [each["code"] for each in said["reasons"]] == ["only_similar_found"] and one["number"] in found:
                return maker, model, one["number"]
    raise AssertionError("nothing in the demo data looks like something else")


def fine(page: Page) -> None:
    """For everybody, and not wide; however long a text is, the answers beside it are in sight."""
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0, page.url
    wide = "[...document.querySelectorAll('.table-region')].filter(one => one.scrollWidth > one.clientWidth + 1).length"
    assert page.evaluate(wide) == 0, page.url
    assert faults(page) == [], page.url


def proven(page: Page, address: str) -> Any:
    """The payload of the signed receipt that the page offers, once its signature was checked against the published keys."""
    with page.expect_download() as download:
        page.get_by_role("link", name="下载签名回执").click()
    jws = download.value.path().read_text(encoding="ascii")
    with urllib.request.urlopen(f"{address}/.well-known/jifang-keys.json") as answer:
        keys = {one["kid"]: one["x"] for one in json.load(answer)["keys"]}
    header, payload = rules.opened(jws)
    signed, signature = jws.rsplit(".", 1)
    public = Ed25519PublicKey.from_public_bytes(rules.as_bytes(keys[header["kid"]]))
    public.verify(rules.as_bytes(signature), signed.encode())
    return payload


@pytest.mark.parametrize("width", [390, 1440])
def test_a_pasted_list_is_judged_settled_and_proven_by_keys_alone(
    person: Callable[..., Page], address: str, width: int
) -> None:
    good = registered(address)
    maker, model, meant = mistaken(address)
    page = person(width=width)
    page.goto("/catalog/verifications/new")
    tab_to(page, page.get_by_role("link", name="整张清单"))
    page.keyboard.press("Enter")
    tab_to(page, page.locator("[name=list]"))
    fine(page)
    rows = (
        ("序号", "登记编号", "型号", "生产企业", "产品名称"),
        ("A-1", good["number"], "", "", ""),
        ("A-2", "", model, maker, ""),
        ("A-3", "", ENDLESS, "某厂", "网线"),
        ("一号楼地下二层强电间东侧第二排机柜上方三米处", "", "CAT6", "", "网线"),
    )
    page.keyboard.insert_text("\n".join("\t".join(row) for row in rows))
    tab_to(page, page.locator("[name=project]"))
    page.keyboard.type("一号楼")
    tab_to(page, page.get_by_role("button", name="核验清单"))
    page.keyboard.press("Enter")
    page.wait_for_url(RECEIPT)
    receipt = page.url
    expect(page.locator("#line-1")).to_contain_text("符合")
    expect(page.locator("#line-2")).to_contain_text("无法判定")
    fine(page)

    # Two lines are open at most; the one with the slip is settled by whoever stands before the goods.
    tab_to(page, page.get_by_role("link", name="选定是哪一件 A-2"))
    page.keyboard.press("Enter")
    page.wait_for_url("**/2#settle")
    fine(page)
    suggestion = page.locator(f"input[name=number][value='{meant}']")
    tab_to(page, page.locator("input[name=number]").first)
    while not suggestion.evaluate("element => element === document.activeElement"):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(suggestion).to_be_checked()
    tab_to(page, page.get_by_role("button", name="确认"))
    page.keyboard.press("Enter")
    # Nothing is taken without a basis: the keys are led to it, and what was chosen stays.
    expect(page.locator("[name=reason]")).to_be_focused()
    expect(suggestion).to_be_checked()
    page.keyboard.insert_text("对照铭牌核对")
    tab_to(page, page.locator("[name=by_name]"))
    page.keyboard.insert_text("张三")
    tab_to(page, page.get_by_role("button", name="确认"))
    page.keyboard.press("Enter")
    expect(page.locator("#settled + p + ol")).to_contain_text(meant)
    expect(page.locator("main")).to_contain_text("原答复保留不变")
    fine(page)

    page.goto(receipt)
    expect(page.locator("#line-2")).to_contain_text("张三")
    expect(page.locator("#line-2")).to_contain_text("无法判定")
    payload = proven(page, address)
    found = RECEIPT.search(receipt)
    assert found
    assert payload["receipt"] == found[1]
    assert [one["question"]["ref"] for one in payload["lines"]] == [row[0] for row in rows[1:]]
    assert payload["lines"][0]["answer"]["verdict"] == "compliant"
    # What was settled is added to the receipt, never to what was signed.
    assert payload["lines"][1]["answer"]["registration"] is None
    assert "张三" not in json.dumps(payload, ensure_ascii=False)


def test_without_scripts_a_pasted_list_is_judged_settled_and_proven(person: Callable[..., Page], address: str) -> None:
    maker, model, meant = mistaken(address)
    page = person(width=390, scripts=False)
    page.goto("/catalog/verifications/new?list=1")
    page.fill("[name=list]", "\n \n")
    page.get_by_role("button", name="核验清单").click()
    expect(page.locator("#problem")).not_to_be_empty()
    page.fill("[name=list]", f"型号\t生产企业\n{model}\t{maker}")
    page.get_by_role("button", name="核验清单").click()
    page.wait_for_url(RECEIPT)
    receipt = page.url
    page.get_by_role("link", name=re.compile("选定是哪一件")).click()
    page.check(f"input[value='{meant}']")
    page.fill("[name=reason]", "对照铭牌核对")
    page.fill("[name=by_name]", "李四")
    page.get_by_role("button", name="确认").click()
    expect(page.locator("main")).to_contain_text("李四")
    page.goto(receipt)
    expect(page.locator("#line-1")).to_contain_text("李四")
    [line] = proven(page, address)["lines"]
    assert (line["question"]["model"], line["answer"]["verdict"]) == (model, "undetermined")


@pytest.mark.parametrize("width", [390, 1440])
def test_a_pasted_list_without_headings_is_looked_through_and_then_judged(
    person: Callable[..., Page], address: str, width: int
) -> None:
    good = registered(address)
    maker, model, _meant = mistaken(address)
    page = person(width=width)
    page.goto("/catalog/verifications/new?list=1")
    rows = (("1", "探测器", good["number"], "", ""), ("2", "探测器", "", model, maker), ("", "小计", "", "", ""))
    page.fill("[name=list]", "\n".join("\t".join(row) for row in rows))
    page.fill("[name=project]", "二号楼")
    page.get_by_role("button", name="核验清单").click()
    expect(page.locator("main")).to_contain_text("没有认出表头")
    expect(page.get_by_label(re.compile("^D列"))).to_have_value("model")
    fine(page)
    tab_to(page, page.get_by_role("button", name="改正粘贴的内容"))
    page.keyboard.press("Enter")
    expect(page.locator("[name=project]")).to_have_value("二号楼")
    fine(page)
    page.get_by_role("button", name="核验清单").click()
    page.get_by_label(re.compile("^B列")).select_option(label="不读取")
    tab_to(page, page.get_by_role("button", name="按此重新读取"))
    page.keyboard.press("Enter")
    expect(page.get_by_label(re.compile("^B列"))).to_have_value("")
    expect(page.locator("[name=project]")).to_have_value("二号楼")
    page.get_by_label(re.compile("^B列")).select_option(label="产品名称")
    tab_to(page, page.get_by_role("button", name="核验2行"))
    page.keyboard.press("Enter")
    page.wait_for_url(RECEIPT)
    expect(page.locator("#line-1")).to_contain_text("符合")
    expect(page.locator("#line-2")).to_contain_text("无法判定")
    expect(page.locator("main")).to_contain_text("二号楼")
    fine(page)


def a_workbook(number: str, maker: str, model: str) -> bytes:
    """What a project has: a title over merged cells, headings of its own, a hidden row, a format, a total."""
    target = BytesIO()
    with xlsxwriter.Workbook(target) as book:
        sheet = book.add_worksheet("弱电清单")
        book.add_worksheet("封面")
        sheet.set_column(2, 2, 41)
        sheet.merge_range(0, 0, 0, 4, "某工程安全技术防范系统设备清单", book.add_format({"bold": True}))
        # Two headings that say nothing to a machine, and one that says something else than its column holds.
        sheet.write_row(2, 0, ["项", "数量", "我方货号", "甲供厂", "协会备案"])
        sheet.write_row(3, 0, ["1", "探测器", "", "", number])
        sheet.write_row(4, 0, ["2", "探测器", model, maker, ""])
        sheet.write_row(5, 0, ["3", "网线", "CAT6", "", ""])
        sheet.write_row(6, 0, ["合计", "", "", "", ""])
        sheet.set_row(4, None, None, {"hidden": True})
    return target.getvalue()


def test_a_workbook_is_read_as_it_is_corrected_remembered_and_given_back(
    person: Callable[..., Page], address: str
) -> None:
    good = registered(address)["number"]
    maker, model, _meant = mistaken(address)
    content = a_workbook(good, maker, model)
    page = person("installer")

    def uploaded() -> None:
        page.goto("/catalog/verifications/new?list=1")
        file = page.locator("[name=file]")
        tab_to(page, file)
        file.set_input_files({"name": "弱电清单.xlsx", "mimeType": "application/octet-stream", "buffer": content})
        tab_to(page, page.get_by_role("button", name="上传并核对"))
        page.keyboard.press("Enter")
        page.wait_for_url("**/catalog/verifications/workbooks/*")
        fine(page)

    def column(letter: str) -> Any:
        return page.get_by_label(re.compile(f"^{letter}列"))

    def chosen() -> list[str]:
        return [column(letter).input_value() for letter in "ABCDE"]

    uploaded()
    expect(page.locator("main")).to_contain_text("弱电清单.xlsx")
    expect(page.locator("main")).to_contain_text("请指明" if page.locator(".figures").count() == 0 else "可以核验")
    wanted = ["ref", "name", "model", "manufacturer", "number"]
    assert chosen() != wanted
    for letter, label in zip("ABCDE", ("序号", "产品名称", "型号", "生产企业", "登记编号"), strict=True):
        tab_to(page, column(letter))
        if column(letter).input_value() != wanted["ABCDE".index(letter)]:
            # The first letters of an option choose it; here by its words, as a person would look for them.
            column(letter).select_option(label=label)
    tab_to(page, page.get_by_role("button", name="按此重新读取"))
    page.keyboard.press("Enter")
    page.wait_for_url("**c3=model**")
    assert chosen() == wanted
    fine(page)
    tab_to(page, page.locator("[name=project]"))
    page.keyboard.insert_text("弱电一期")
    tab_to(page, page.get_by_role("button", name="核验3行"))
    page.keyboard.press("Enter")
    page.wait_for_url(RECEIPT)
    fine(page)
    for line, verdict in ((1, "符合"), (2, "无法判定"), (3, "目录外")):
        expect(page.locator(f"#line-{line}")).to_contain_text(verdict)

    with page.expect_download() as download:
        page.get_by_role("link", name="下载表格").click()
    assert download.value.suggested_filename == "弱电清单-核验结果.xlsx"
    book = openpyxl.load_workbook(BytesIO(download.value.path().read_bytes()))
    sheet = book["弱电清单"]
    before = openpyxl.load_workbook(BytesIO(content))["弱电清单"]
    for row in before.iter_rows():
        assert [sheet[cell.coordinate].value for cell in row] == [cell.value for cell in row]
    assert sheet.column_dimensions["C"].width == before.column_dimensions["C"].width
    assert sheet.row_dimensions[5].hidden
    assert [sheet.cell(row, 6).value for row in (3, 4, 5, 6, 7)] == ["核验结论", "符合", "无法判定", "目录外", None]
    assert {"弱电清单", "封面"} < set(book.sheetnames)

    # The same headings are known the next time, to this enterprise; a stranger begins anew.
    uploaded()
    assert chosen() == wanted
    page = person()
    uploaded()
    assert chosen() != wanted


def test_in_english_too_a_verdict_now_is_one_unbroken_word(chromium: Browser, address: str) -> None:
    maker, model, number = mistaken(address)
    context = chromium.new_context(base_url=address, locale="en-GB", viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.goto("/catalog/verifications/new?list=1")
    names = ["Model", "Manufacturer", "Product name"]
    page.fill("[name=list]", "\n".join(["\t".join(names), *(f"{model}\t{maker}\t{ENDLESS}" for _line in range(3))]))
    page.click("form:has([name=list]) button[type=submit]")
    page.wait_for_url(RECEIPT)
    receipt = page.url
    page.goto(f"{receipt}/1")
    page.check(f"[name=number][value='{number}']")
    page.fill("[name=reason]", "compared with the type plate")
    page.fill("[name=by_name]", "A. Tester")
    page.click("form:has([name=reason]) button[type=submit]")
    page.goto(receipt)
    badge = page.locator("td[data-label=Now] .badge").first
    expect(badge).to_have_text(re.compile(r"^\s*(Compliant|Undetermined)\s*$"))
    # As narrow as the other columns can press it, whatever they say.
    page.evaluate("document.querySelectorAll('td[data-label=Now]').forEach(one => { one.style.width = '1%'; })")
    for width in (1440, 1100):
        page.set_viewport_size({"width": width, "height": 900})
        lines, clipped = badge.evaluate(
            """one => {
              const text = document.createRange();
              text.selectNodeContents(one);
              const words = [...text.getClientRects()].filter(rect => rect.height > 8).map(rect => Math.round(rect.bottom));
              const cell = one.closest("td").getBoundingClientRect(), own = one.getBoundingClientRect();
              return [new Set(words.map(bottom => Math.round(bottom / 12))).size, own.right > cell.right + 1];
            }"""
        )
        assert (lines, clipped) == (1, False), width
        fine(page)
    context.close()
