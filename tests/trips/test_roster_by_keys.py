"""The roster page, worked by keys alone: filter, sort, choose, take out, with a screen reader in mind."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.trips.test_every_page import faults

pytestmark = pytest.mark.full_browser
MOST_STOPS = 80


def tab_to(page: Page, wanted: Locator) -> None:
    """Tab until ``wanted`` has the focus: what cannot be reached so, cannot be reached."""
    for _stop in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"{MOST_STOPS} times Tab do not lead to {wanted}")


@pytest.mark.parametrize("width", [390, 1440])
def test_a_roster_is_filtered_sorted_and_shortened_by_keys_alone(person: Callable[..., Page], width: int) -> None:
    page = person("training", width=width)
    page.goto("/training/rosters/desk")
    page.get_by_role("link", name=re.compile("2026-AZ5-D2")).click()
    rows = page.locator("tbody tr")
    before = rows.count()
    assert before >= 4
    name = rows.nth(1).locator("th").inner_text().strip()

    tab_to(page, page.locator("[name=name]"))
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("name="))
    expect(rows).to_have_count(1)
    page.go_back()
    expect(rows).to_have_count(before)

    tab_to(page, page.locator("[name=sort]"))
    page.keyboard.press("ArrowDown")
    tab_to(page, page.get_by_role("button", name="查找"))
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("sort=name"))
    if width > 390:
        expect(page.locator("th[aria-sort=ascending]")).to_have_count(1)

    chosen = page.get_by_role("checkbox", name=f"勾选{name}")
    tab_to(page, chosen)
    page.keyboard.press("Space")
    expect(chosen).to_be_checked()
    assert faults(page) == []
    tab_to(page, page.get_by_role("button", name=re.compile("移出勾选的人员")))
    page.keyboard.press("Enter")
    expect(page.get_by_text("以下1人将退出本班")).to_be_visible()
    assert faults(page) == []
    tab_to(page, page.get_by_role("button", name="移出1人"))
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(before - 1)
    expect(page.locator("th", has_text=name)).to_have_count(0)
