"""From a stranger with a telephone to the first application on the desk: account, enterprise, draft, submission."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from catalog.demo import a_code
from tests.trips.test_from_draft_to_register import attach, fill_in, new_draft, submit

pytestmark = pytest.mark.full_browser

EMAIL, PASSWORD = "first@newcomer.example", "一句只有我记得的话 2026"
NAME, CODE = "石家庄虚构新锐安防有限公司", a_code("PDY09077")
MODEL = "XR-TRIP-9"


def fits(page: Page) -> None:
    """Nothing stands beyond the edge of a telephone."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url


def sign_in(page: Page, password: str = PASSWORD) -> None:
    page.goto("/accounts/login")
    page.fill("[name=email]", EMAIL)
    page.fill("[name=password]", password)
    page.locator("main").get_by_role("button", name="登录", exact=True).click()


def test_a_new_enterprise_goes_from_registration_to_its_first_submission(
    person: Callable[..., Page], letter_to: Callable[[str, str], str], tmp_path: Path
) -> None:
    # Somebody nobody knows asks for an account; until the link is opened there is none.
    newcomer = person(width=390)
    newcomer.goto("/accounts/register")
    fits(newcomer)
    newcomer.check("main [name=role][value=registrant]")
    newcomer.fill("main [name=name]", "新来的人")
    newcomer.fill("main [name=email]", EMAIL)
    newcomer.fill("main [name=password]", PASSWORD)
    newcomer.locator("main").get_by_role("button", name="建立账号").click()
    expect(newcomer.locator("h1")).to_contain_text("请查看邮箱")
    fits(newcomer)
    sign_in(newcomer)
    expect(newcomer.locator("#problem")).to_be_visible()

    # The letter leads back here, and to nobody else's server.
    link = re.search(r"https?://\S+", letter_to(EMAIL, "请确认您的邮箱"))
    assert link is not None
    newcomer.goto(link[0])
    expect(newcomer.locator("main")).to_contain_text(EMAIL)
    newcomer.fill("main [name=password]", "不是那句话，是另一句")
    newcomer.locator("main").get_by_role("button", name="启用账号").click()
    expect(newcomer.locator("main")).to_contain_text("与申请时设置的密码不一致")
    newcomer.fill("main [name=password]", PASSWORD)
    newcomer.locator("main").get_by_role("button", name="启用账号").click()
    newcomer.wait_for_url("**/association/enterprises/mine")

    # Another day, another browser: the account is signed in to, and the link has served its time.
    maker = person(width=390)
    answer = maker.goto(link[0])
    assert answer is not None
    assert answer.status == 404
    sign_in(maker)
    maker.wait_for_url("**/accounts/")

    # A slip in the code is shown beside it, and nothing typed is lost.
    maker.goto("/association/enterprises/mine")
    maker.fill("main [name=uscc]", CODE[:-1] + ("1" if CODE[-1] != "1" else "2"))
    maker.fill("main [name=name]", NAME)
    maker.fill("main [name=region]", "河北省石家庄市")
    maker.fill("main [name=contact_phone]", "0311-00000000")
    maker.locator("main form button[type=submit]").click()
    expect(maker.locator("#f-uscc-error")).to_contain_text("第18位校验不符")
    expect(maker.locator("[name=name]")).to_have_value(NAME)
    expect(maker.locator("[name=contact_phone]")).to_have_value("0311-00000000")
    fits(maker)
    maker.fill("main [name=uscc]", CODE)
    maker.locator("main form button[type=submit]").click()
    expect(maker.locator("h1")).to_contain_text(NAME)
    expect(maker.locator("main")).to_contain_text("确认后才能提交")
    fits(maker)

    # Everything can be prepared meanwhile; submitting says what is still awaited and keeps what was typed.
    home = new_draft(maker, "01.passive_infrared")
    fill_in(maker, MODEL)
    maker.fill("[name=manufacturer_name]", NAME)
    maker.fill("[name=manufacturer_uscc]", CODE)
    attach(maker, "示例检字(2026)第TRIP9号", tmp_path / "report.pdf")
    maker.fill("[name=brand]", "虚构新锐")
    fits(maker)
    submit(maker)
    expect(maker.locator("#problem")).to_contain_text("尚待秘书处确认")
    expect(maker.locator("[name=model]")).to_have_value(MODEL)
    expect(maker.locator("[name=brand]")).to_have_value("虚构新锐")
    maker.goto(f"{home}/edit")
    expect(maker.locator("[name=brand]")).to_have_value("虚构新锐")
    expect(maker.get_by_text("示例检字(2026)第TRIP9号").first).to_be_visible()

    # The secretariat compares name and code with the licence and confirms them.
    secretariat = person("secretariat")
    secretariat.goto("/association/enterprises/desk")
    secretariat.get_by_role("link", name=NAME).click()
    expect(secretariat.locator("main")).to_contain_text(CODE)
    secretariat.get_by_role("button", name="确认名称与代码无误").click()
    expect(secretariat.locator("body")).to_contain_text(f"已确认：{NAME}")

    # What was prepared is submitted as it stands.
    maker.goto(f"{home}/edit")
    submit(maker)
    maker.wait_for_url(home)
    expect(maker.locator("main")).to_contain_text("已提交")
    fits(maker)

    # The desk sees it among what waits, with everything in it.
    reviewer = person("reviewer")
    reviewer.goto(f"/catalog/reviews/{home.rsplit('/', 1)[1]}")
    for text in (NAME, MODEL, "虚构新锐", "示例检字(2026)第TRIP9号"):
        expect(reviewer.locator("main")).to_contain_text(text)
    expect(reviewer.locator("button[name=decision][value=approved]")).to_be_visible()
    # Nothing of it is public before it is decided.
    stranger = person(width=390)
    stranger.goto(f"/catalog/verifications/new?manufacturer={NAME}&model={MODEL}")
    expect(stranger.locator("[data-verdict]")).not_to_have_attribute("data-verdict", "compliant")
