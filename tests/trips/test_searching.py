"""Searching with the keyboard alone, with a screen reader in mind; facets and pages without loading the page anew."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.trips.test_every_page import faults

pytestmark = pytest.mark.full_browser
BOX = "input[name=q]"


@pytest.mark.parametrize("width", [390, 1440])
def test_the_box_is_worked_by_keys_alone(person: Callable[..., Page], width: int) -> None:
    page = person(width=width)
    page.goto("/catalog/register")
    box, options = page.locator(BOX), page.locator("[role=option]")
    expect(box).to_have_attribute("role", "combobox")
    expect(box).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Tab")
    box.focus()
    page.keyboard.type("hongwai")
    expect(box).to_have_attribute("aria-expanded", "true")
    count = options.count()
    assert count >= 2
    # It is said how many there are, and the list is that which the box controls.
    expect(page.locator("[role=status]", has_text=re.compile(rf"有{count}条建议"))).to_have_count(1)
    assert page.locator(f"#{box.get_attribute('aria-controls')}").get_attribute("role") == "listbox"
    assert faults(page) == []
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = options.nth(1)
    expect(second).to_have_attribute("aria-selected", "true")
    expect(options.nth(0)).to_have_attribute("aria-selected", "false")
    assert box.get_attribute("aria-activedescendant") == second.get_attribute("id")
    assert box.input_value() == second.get_attribute("data-text")
    # Escape closes the list and gives back what was typed; a second one is the browser's own.
    page.keyboard.press("Escape")
    expect(box).to_have_attribute("aria-expanded", "false")
    assert box.input_value() == "hongwai"
    assert box.get_attribute("aria-activedescendant") is None
    page.keyboard.press("ArrowDown")
    expect(box).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowUp")
    last = options.nth(options.count() - 1)
    expect(last).to_have_attribute("aria-selected", "true")
    # One beyond the end is the text as it was typed.
    page.keyboard.press("ArrowDown")
    assert box.input_value() == "hongwai"
    page.keyboard.press("ArrowDown")
    chosen = options.nth(0).get_attribute("data-text")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/catalog/register\?.*q="))
    assert page.locator(BOX).input_value() == chosen
    assert page.locator("#results tbody tr").count() >= 1


def test_enter_alone_searches_for_what_was_typed(person: Callable[..., Page]) -> None:
    page = person()
    page.goto("/")
    page.locator(BOX).focus()
    page.keyboard.type("SL-PIR")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/catalog/register\?.*q=SL-PIR"))
    assert page.locator("#results mark").first.inner_text()


def test_facets_and_pages_change_the_results_and_nothing_else(person: Callable[..., Page]) -> None:
    page = person()
    page.goto("/catalog/register?q=探测器&per_page=10")
    page.evaluate("window.stayed = true")
    facet = page.locator("#filters .facet a").first
    wanted = facet.locator(".facet__count").inner_text()
    facet.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_contain_text(f"共{wanted}件")
    assert page.evaluate("window.stayed") is True
    expect(page).to_have_url(re.compile("category="))
    # The focus is on the heading of what came, which says what came.
    expect(page.locator("#count")).to_be_focused()
    assert page.locator("#kept input[name=category]").count() == 1
    assert page.locator("#language-head a").first.get_attribute("href").count("category=") == 1  # type: ignore[union-attr]
    assert page.locator("#filters .facet a[aria-current=true]").count() == 1
    assert faults(page) == []
    first = page.locator("#results tbody th").all_text_contents()
    page.locator(".pager a[rel=next]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_contain_text("第2页")
    expect(page).to_have_url(re.compile("seed="))
    expect(page.locator("#count")).to_be_focused()
    assert set(page.locator("#results tbody th").all_text_contents()).isdisjoint(first)
    assert page.evaluate("window.stayed") is True
    # Back is where one was, page by page.
    page.go_back()
    expect(page.locator("#results tbody th").first).to_have_text(first[0])
    page.go_back()
    expect(page.locator(".chips", has_text="探测器")).to_have_count(1)
    expect(page.locator("#kept input[name=category]")).to_have_count(0)
    assert page.locator(BOX).input_value() == "探测器"
    page.go_forward()
    expect(page.locator("#kept input[name=category]")).to_have_count(1)
    # And the box still completes.
    page.locator(BOX).fill("门")
    expect(page.locator("[role=option]").first).to_be_visible()


def test_without_scripts_links_and_forms_do_the_same(person: Callable[..., Page]) -> None:
    page = person(scripts=False)
    page.goto("/catalog/register")
    page.fill(BOX, "探测器")
    page.locator(BOX).press("Enter")
    page.wait_for_url(re.compile("q="))
    facet = page.locator("#filters .facet a").first
    wanted = facet.locator(".facet__count").inner_text()
    facet.click()
    assert f"共{wanted}件" in page.locator("#results").inner_text()
    page.locator(".pager a[rel=next]").click()
    assert "第2页" in page.locator("#results").inner_text()
    page.go_back()
    assert "第1页" in page.locator("#results").inner_text()


def test_on_a_phone_the_facets_are_a_sheet_that_closes_when_one_is_chosen(person: Callable[..., Page]) -> None:
    page = person(width=390)
    page.goto("/catalog/register?q=探测器")
    page.click("a[href='#filters']")
    facet = page.locator("#filters .facet a").first
    wanted = facet.locator(".facet__count").inner_text()
    facet.click()
    expect(page.locator("#count")).to_contain_text(f"共{wanted}件")
    expect(page.locator("#results tbody tr").first).to_be_visible()
    expect(page.locator("#filters")).not_to_be_visible()
    assert faults(page) == []
