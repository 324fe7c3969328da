"""An examination on screen, and a laptop that is closed in the middle of it."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.full_browser


def time_of(page: Page) -> tuple[int, str]:
    """Minutes that are left, and until when, as the page says."""
    said = page.inner_text("#clock")
    found = re.search(r"还剩(\d+)分钟\s*(\d\d:\d\d)截止", said)
    assert found, said
    return int(found[1]), found[2]


def a_question_of_three(page: Page, base: str) -> int:
    """Which questions a paper has is drawn: one among the first, not the very first, where two windows can choose otherwise
    than what was chosen before. The page stands there then."""
    for place in range(2, 17):
        page.goto(f"{base}/questions/{place}")
        if page.locator("[name=answer]").count() > 2:
            return place
    raise AssertionError("no question has three answers")


def test_a_laptop_is_closed_in_mid_exam_and_another_goes_on(person: Callable[..., Page]) -> None:
    page = person("practitioner")
    page.goto("/training/results/")
    page.get_by_role("link", name="进入机考").first.click()
    expect(page.get_by_text("全部选对才得分")).to_be_visible()
    page.get_by_role("button", name="打开试卷，开始计时").click()
    page.wait_for_url("**/questions/1")
    base = page.url.removesuffix("/questions/1")
    left, until = time_of(page)
    assert left == 60
    # Each choice is saved by itself; nobody presses anything.
    page.locator("[name=answer]").first.check()
    expect(page.locator("#saved")).to_contain_text("已保存")
    place = a_question_of_three(page, base)
    page.locator("[name=answer]").nth(1).check()
    expect(page.locator("#saved")).to_contain_text("已保存")
    expect(page.locator("#paper-places .paper-grid__done")).to_have_count(2)
    # A second window chooses otherwise: it is told so, and nothing is written over.
    other = page.context.new_page()
    other.goto(f"{base}/questions/{place}")
    # The page says 已保存 already: what counts is that this choice has arrived.
    with page.expect_response(lambda answer: answer.request.method == "POST" and answer.ok):
        page.locator("[name=answer]").nth(0).check()
    expect(page.locator("#saved")).to_contain_text("已保存")
    single = page.locator("[name=answer]").first.get_attribute("type") == "radio"
    other.locator("[name=answer]").last.check()
    expect(other.locator("#saved")).to_contain_text("另一个窗口")
    other.get_by_role("button", name="改用这里的选择").click()
    expect(other.locator("#saved")).to_contain_text("已保存")
    assert other.locator("[name=answer]").last.is_checked()
    chosen = [
        at
        for at in range(other.locator("[name=answer]").count())
        if other.locator("[name=answer]").nth(at).is_checked()
    ]
    assert len(chosen) == 1 or not single
    page.context.close()

    # Another device, without scripts, a telephone's width.
    page = person("practitioner", width=390, scripts=False)
    page.goto(base)
    expect(page.get_by_text("2 / 18").first).to_be_visible()
    page.get_by_role("link", name="继续答题").click()
    assert page.url.endswith(f"/questions/{place}"), "back where they were"
    boxes = page.locator("[name=answer]")
    assert [at for at in range(boxes.count()) if boxes.nth(at).is_checked()] == chosen, "with what was saved"
    again, still = time_of(page)
    assert still == until, "the time is the server's"
    assert again in (left, left - 1, left - 2)
    page.get_by_role("button", name="保存，下一题").click()
    page.wait_for_url(f"**/questions/{place + 1}")
    page.locator("[name=answer]").first.check()
    page.get_by_role("button", name="保存，下一题").click()
    page.wait_for_url(f"**/questions/{place + 2}")
    page.get_by_role("link", name="去交卷").click()
    expect(page.get_by_text("还有15题没有作答")).to_be_visible()
    page.get_by_role("button", name="确认交卷").click()
    expect(page.get_by_text("共答3题，共18题")).to_be_visible()
    page.goto(f"{base}/questions/1")
    assert page.url == base, "nothing more can be answered"
    assert page.goto(f"{base}/review").status == 404
