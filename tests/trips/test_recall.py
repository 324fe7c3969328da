"""Trip 4: a list is found compliant, an address is left with its receipt; two people revoke, and everybody who relied
learns: by letter, in the inbox, on the receipt. Somebody objects and is answered."""

import re
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.full_browser


def a_registration(page: Page) -> str:
    """A registration in force that is none of the demo accounts' own."""
    for place in range(1, 8):
        page.goto(f"/catalog/register?standing=in_force&page={place}")
        for number in re.findall(r"SJZ-\d\d-\d{4}-\d{5}-\w", page.locator("main").inner_text()):
            page.goto(f"/catalog/register/{number}")
            text = page.locator("main").inner_text()
            ours = ("石家庄虚构报警设备", "示例电子（石家庄）", "示例商贸", "虚构锁控")
            if not any(name in text for name in ours) and "有效" in text:
                return number
            page.go_back()
    raise AssertionError("no registration to be revoked")


@pytest.fixture
def page_in_letter(data_folder: Path) -> Callable[[str], str]:
    """The path of the page that an address was sent, as the register has it (letters name it where its own address is
    set; here it is not)."""

    def read(address: str) -> str:
        with sqlite3.connect(data_folder / "registry.db") as connection:
            (code,) = connection.execute("SELECT code FROM subscription WHERE address = ?", (address,)).fetchone()
        connection.close()
        return f"/catalog/subscriptions/{code}"

    return read


def test_everybody_who_relied_learns_of_a_revocation(
    person: Callable[..., Page], letter_to: Callable[[str, str], str], page_in_letter: Callable[[str], str]
) -> None:
    site = person(width=390)
    number = a_registration(site)

    # On site: the list is checked, an address left on the same form.
    site.goto("/catalog/verifications/new?list=1")
    site.fill("[name=list]", number)
    site.fill("[name=project]", "虚构小区")
    site.fill("[name=notify_email]", "trip@example.com")
    site.get_by_role("button", name="核验清单").click()
    site.wait_for_url("**/catalog/verifications/*-*")
    receipt = site.url
    expect(site.locator("main")).to_contain_text("符合")

    # One letter asks; only the button on its page says yes.
    site.get_by_role("link", name="有变动时通知我").click()
    expect(site.locator("main")).to_contain_text("等待邮箱确认")
    assert "确认接收" in letter_to("trip@example.com", "请确认：接收登记变动通知")
    site.goto(page_in_letter("trip@example.com"))
    expect(site.locator("main")).to_contain_text("等待您确认")
    site.get_by_role("button", name="确认接收").click()
    expect(site.locator("main")).to_contain_text("接收中")

    # An installer with an account follows the registration.
    installer = person("installer")
    installer.goto(f"/catalog/register/{number}")
    installer.get_by_role("link", name="有变动时通知我").click()
    installer.get_by_role("button", name="关注", exact=True).click()
    expect(installer.locator("main")).to_contain_text(number)

    # Two people revoke.
    reviewer, approver = person("reviewer"), person("approver")
    reviewer.goto(f"/catalog/revocations/propose/{number}")
    reviewer.check("input[name=kind][value=revocation]")
    reviewer.select_option("[name=ground]", "facts_inconsistent")
    reviewer.fill("[name=reason]", "铭牌与登记事项不一致")
    reviewer.get_by_role("button", name="提出，交第二人确认").click()
    reviewer.wait_for_url("**/desk/*")
    case = reviewer.url.rsplit("/", 1)[1]
    expect(reviewer.get_by_role("button", name=re.compile("^确认：撤销"))).to_have_count(0)
    approver.goto(f"/catalog/revocations/desk/{case}")
    approver.get_by_role("button", name=re.compile("^确认：撤销")).click()
    expect(approver.locator("main")).to_contain_text("已生效")

    # Everybody learns.
    letter = letter_to("trip@example.com", f"登记已撤销：{number}")
    assert "第1行" in letter
    assert receipt.rsplit("/", 1)[1] in letter
    installer.goto("/association/outbox/")
    expect(installer.locator("main")).to_contain_text(f"登记已撤销：{number}")
    site.goto(receipt)
    expect(site.locator("main")).to_contain_text("1行的现状与当时的答复不同")

    # The public page counts who was told and takes an objection; a third person answers.
    site.goto(f"/catalog/revocations/{case}")
    expect(site.locator("main")).to_contain_text("留下的邮箱")
    site.get_by_role("link", name="提出异议").click()
    site.check("input[name=kind][value=relied]")
    site.fill("[name=name]", "某施工企业")
    site.fill("[name=email]", "objector@example.com")
    site.fill("[name=statement]", "铭牌为更换后的，原铭牌可核对")
    site.get_by_role("button", name="提出异议").click()
    site.wait_for_url("**/objections/*")
    objection = site.url
    other = person("reviewer2")
    other.goto("/catalog/revocations/desk/objections")
    other.locator("tr", has_text=number).get_by_role("link").first.click()
    other.check("input[name=state][value=upheld]")
    other.fill("[name=answer]", "原铭牌属实")
    other.get_by_role("button", name="答复", exact=True).click()
    expect(other.locator("main")).to_contain_text("异议成立")
    site.goto(objection)
    expect(site.locator("main")).to_contain_text("原铭牌属实")
    approver.goto("/catalog/revocations/desk")
    approver.locator("tr", has_text=number).get_by_role("link").first.click()
    approver.get_by_role("button", name=re.compile("^确认：恢复")).click()
    expect(approver.locator("main")).to_contain_text("已生效")
    assert "撤销已取消，自始无效" in letter_to("trip@example.com", f"登记已恢复：{number}")

    # One click ends it.
    site.goto(page_in_letter("trip@example.com"))
    site.get_by_role("button", name="退订", exact=True).click()
    expect(site.locator("main")).to_contain_text("地址已经删除")
