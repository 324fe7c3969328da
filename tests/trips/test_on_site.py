"""On site: labels are scanned into one list, which is judged once, however bad the line is."""

from collections.abc import Callable
from io import BytesIO

import pytest
import segno
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.trips.test_without_a_network import fetched, numbers, read_label, with_camera

__all__ = ["with_camera"]


@pytest.mark.full_browser
def test_several_labels_are_scanned_into_one_list_and_judged(
    with_camera: Callable[..., BrowserContext], address: str
) -> None:
    found = numbers(address, "in_force", 2)
    context = with_camera(*(fetched(f"{address}/catalog/register/{one}/label-70x45.png") for one in found))
    page: Page = context.new_page()
    page.goto("/catalog/verifications/scan")
    page.click("#scan")
    page.locator("#scanned li").nth(1).wait_for(timeout=40_000)
    assert sorted(page.input_value("[name=list]").split("\n")) == sorted(found)
    # The page is closed by mistake: the list is still there.
    page.close()
    page = context.new_page()
    page.goto("/catalog/verifications/scan")
    assert page.locator("#scanned li").count() == 2
    page.fill("[name=project]", "一号楼")
    page.click(".onsite__bar button[type=submit]")
    page.wait_for_url("**/catalog/verifications/*-*")
    assert "一号楼" in page.inner_text("main")
    for number in found:
        assert number in page.inner_text("main")
    page.goto("/catalog/verifications/scan")
    assert page.input_value("[name=list]") == ""


KEEPS_NOTHING = (
    "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('', 'SecurityError'); } });"
)


@pytest.mark.full_browser
@pytest.mark.parametrize("keeps", [True, False])
def test_on_a_bad_line_it_says_so_keeps_the_list_and_sends_it_once(
    chromium: Browser, address: str, keeps: bool
) -> None:
    [number] = numbers(address, "in_force")
    context = chromium.new_context(base_url=address, viewport={"width": 390, "height": 844}, locale="zh-CN")
    if not keeps:
        context.add_init_script(KEEPS_NOTHING)
    page = context.new_page()
    page.goto("/catalog/verifications/scan")
    page.fill("[name=list]", number)
    keys: list[str] = []

    def lost(route: Route) -> None:
        if route.request.method != "POST":
            route.continue_()
            return
        keys.append(route.request.headers["idempotency-key"])
        if len(keys) < 3:
            # It arrives, but its answer does not.
            route.fetch(max_redirects=0)
            route.abort()
        else:
            route.continue_()

    context.route("**/catalog/verifications/scan", lost)
    page.click(".onsite__bar button[type=submit]")
    page.wait_for_selector("#said:has-text('网络不通')")
    assert ("已存在本机" if keeps else "请不要关闭本页") in page.inner_text("#said")
    assert page.input_value("[name=list]") == number
    page.wait_for_url("**/catalog/verifications/*-*", timeout=30_000)
    assert len(set(keys)) == 1
    assert len(keys) == 3
    # It is the receipt of the first sending, and nothing waits any more.
    if keeps:
        assert page.evaluate("localStorage.getItem('jifang-onsite')") is None
    context.close()


@pytest.mark.full_browser
def test_a_list_that_grows_while_it_waits_is_sent_by_whoever_writes_it_and_by_no_clock(
    chromium: Browser, address: str
) -> None:
    first, second = numbers(address, "in_force", 2)
    context = chromium.new_context(base_url=address, viewport={"width": 390, "height": 844}, locale="zh-CN")
    page = context.new_page()
    page.goto("/catalog/verifications/scan")
    page.fill("[name=list]", first)
    context.set_offline(True)
    page.click(".onsite__bar button[type=submit]")
    page.wait_for_selector("#said:has-text('网络不通')")
    page.fill("[name=list]", f"{first}\n{second[:9]}")
    assert page.inner_text("#said") == "清单已改，请再按“核验”。"
    # The network comes back, and more than the time after which it would have been sent again goes by.
    context.set_offline(False)
    page.wait_for_timeout(6_000)
    assert page.url.endswith("/scan")
    assert page.input_value("[name=list]") == f"{first}\n{second[:9]}"
    # Opened once more it is the same list: neither page's writing undoes the other's.
    beside = context.new_page()
    beside.goto("/catalog/verifications/scan")
    beside.fill("[name=list]", f"{first}\n{second}")
    expect(page.locator("#scanned li")).to_have_count(2)
    page.reload()
    assert page.input_value("[name=list]") == f"{first}\n{second}"
    # Judged there, it waits for nobody here.
    beside.click(".onsite__bar button[type=submit]")
    beside.wait_for_url("**/catalog/verifications/*-*")
    page.wait_for_selector("#said:has-text('已在另一个页面提交')")
    assert page.input_value("[name=list]") == ""
    context.close()


def qr(text: str) -> bytes:
    target = BytesIO()
    segno.make_qr(text, error="l").save(target, kind="png", scale=8)
    return target.getvalue()


@pytest.mark.full_browser
def test_a_wrong_check_character_and_a_statement_that_was_altered_are_said_at_once(
    with_camera: Callable[..., BrowserContext], chromium: Browser, address: str
) -> None:
    [number] = numbers(address, "in_force")
    good = read_label(chromium.new_context(base_url=address), number)
    altered = good[:-1] + str((int(good[-1]) + 1) % 10)
    wrong = number[:-1] + ("A" if number[-1] != "A" else "B")
    page = with_camera(qr(f"{address}/v/{wrong}"), qr(altered)).new_page()
    page.goto("/catalog/verifications/scan")
    page.click("#scan")
    page.wait_for_selector(f"#said:has-text('{wrong}的校验位不对')", timeout=30_000)
    page.wait_for_selector("#said:has-text('签名不符')", timeout=30_000)
    # The altered one stands on the list, which the register judges, with a word beside it; the other does not.
    assert page.input_value("[name=list]") == number
    assert "签名不能采信" in page.inner_text("#scanned li")


@pytest.mark.full_browser
def test_a_code_of_another_site_is_named_and_not_taken(
    with_camera: Callable[..., BrowserContext], address: str
) -> None:
    page = with_camera(qr("https://register-example.cn/v/SJZ-01-2026-00042-Q")).new_page()
    page.goto("/catalog/verifications/scan")
    page.click("#scan")
    page.wait_for_selector("#said:has-text('register-example.cn')", timeout=30_000)
    assert page.input_value("[name=list]") == ""
