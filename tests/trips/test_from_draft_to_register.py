"""Trip 1: a product goes from an enterprise's draft to the public register, and anybody can verify it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from association.kernel.dates import civil_date
from catalog.demo import a_pdf

pytestmark = pytest.mark.browser


def new_draft(maker: Page, kind: str) -> str:
    """Choose class and subtype; the address of the draft."""
    maker.goto("/catalog/products/new")
    maker.check(f"input[name=kind][value='{kind}']")
    maker.get_by_role("button", name="建立草稿").click()
    maker.wait_for_url("**/edit")
    return maker.url.removesuffix("/edit")


def fill_in(maker: Page, model: str) -> None:
    """All that is asked of a passive infrared detector."""
    maker.fill("[name=name]", "室内用被动红外入侵探测器")
    maker.fill("[name=brand]", "虚构报警")
    maker.fill("[name=model]", model)
    maker.fill("[name=manufacturer_name]", "石家庄虚构报警设备有限公司")
    maker.select_option("[name=manufacturer_country]", "CN")
    maker.fill("[name=manufacturer_uscc]", "91130105PDY000036K")
    maker.fill("[name=standards]", "GB 10408-2025")
    maker.fill("[name='attributes.detection_range_m']", "12")
    maker.check("[name='attributes.alarm_output'][value=relay_nc]")
    maker.fill("[name='attributes.operating_temp_c.min']", "-10")
    maker.fill("[name='attributes.operating_temp_c.max']", "55")


def attach(maker: Page, number: str, file: Path) -> None:
    """A type-test report of the demo laboratory."""
    file.write_bytes(a_pdf("Type-test report"))
    maker.select_option("[name=kind]", "type_test_report")
    maker.fill("[name=number]", number)
    maker.select_option("[name=issuer]", "demo-test")
    today = civil_date(datetime.now(UTC))
    maker.fill("[name=valid_from]", (today - timedelta(days=60)).isoformat())
    maker.fill("[name=valid_until]", (today + timedelta(days=600)).isoformat())
    maker.set_input_files("[name=file]", file)
    maker.get_by_role("button", name="附上这份材料").click()
    expect(maker.get_by_text(number).first).to_be_visible()


def submit(maker: Page) -> None:
    maker.check("[name=declared]")
    maker.get_by_role("button", name="提交", exact=True).click()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_product_is_drafted_returned_corrected_registered_and_verified(
    person: Callable[..., Page], tmp_path: Path, scripts: bool
) -> None:
    model = "SL-TRIP-1" if scripts else "SL-TRIP-2"
    maker = person("maker", scripts=scripts)
    home = new_draft(maker, "01.passive_infrared")

    # Submitted far too early: every shortfall at once, and what was typed stays.
    maker.fill("[name=model]", model)
    submit(maker)
    expect(maker.locator("#problem")).to_contain_text("材料还不齐全")
    expect(maker.locator("[name=model]")).to_have_value(model)
    assert maker.locator("#problem li").count() >= 3
    assert maker.locator("[name=name][aria-invalid=true], [name=standards][aria-invalid=true]").count() == 2

    fill_in(maker, model)
    attach(maker, f"示例检字(2026)第{model}号", tmp_path / "report.pdf")
    expect(maker.locator("[name='attributes.detection_range_m']")).to_have_value("12")
    submit(maker)
    maker.wait_for_url(home)
    expect(maker.locator("main")).to_contain_text("已提交")

    # The desk returns it with a remark beside the model.
    number_of_case = home.rsplit("/", 1)[1]
    reviewer = person("reviewer", scripts=scripts)
    reviewer.goto(f"/catalog/reviews/{number_of_case}")
    reviewer.fill("[name=reason]", "请核对型号")
    reviewer.locator("button[name=decision][value=returned]").click()
    expect(reviewer.locator("main")).to_contain_text("已退回")

    maker.goto(home)
    expect(maker.locator("main")).to_contain_text("请核对型号")
    maker.goto(f"{home}/edit")
    maker.fill("[name=model]", f"{model}A")
    submit(maker)
    maker.wait_for_url(home)

    # The desk sees what changed and registers it.
    reviewer.goto(f"/catalog/reviews/{number_of_case}")
    expect(reviewer.locator("main")).to_contain_text(f"{model}A")
    reviewer.locator("button[name=decision][value=approved]").click()
    expect(reviewer.locator("main")).to_contain_text("已登记")

    # Anybody finds it, sees it, checks it.
    stranger = person(width=390, scripts=scripts)
    stranger.goto("/")
    stranger.fill("main [name=item]", f"{model.lower()}a")
    stranger.fill("main [name=maker]", "石家庄虚构报警设备有限公司")
    stranger.locator("form:has([name=item]) button[type=submit]").first.click()
    panel = stranger.locator("[data-verdict]")
    expect(panel).to_have_attribute("data-verdict", "compliant")
    expect(panel).to_contain_text("符合")
    stranger.locator("main a[href*='/catalog/register/SJZ-01-']").first.click()
    expect(stranger.locator("h1")).to_be_visible()
    expect(stranger.locator("main")).to_contain_text("示例公技防委〔2004〕7号")
    expect(stranger.locator("main")).to_contain_text("不是行政许可")
    assert stranger.evaluate("document.documentElement.scrollWidth <= window.innerWidth") if scripts else True


@pytest.mark.full_browser
def test_a_refusal_needs_a_ground_and_a_second_person(person: Callable[..., Page], tmp_path: Path) -> None:
    maker = person("maker2")
    home = new_draft(maker, "01.passive_infrared")
    fill_in(maker, "SE-TRIP-3")
    maker.fill("[name=manufacturer_name]", "示例电子（石家庄）有限公司")
    maker.fill("[name=manufacturer_uscc]", "91130102PDY00001XD")
    attach(maker, "示例检字(2026)第TRIP3号", tmp_path / "report.pdf")
    submit(maker)
    maker.wait_for_url(home)
    case = f"/catalog/reviews/{home.rsplit('/', 1)[1]}"

    reviewer = person("reviewer")
    reviewer.goto(case)
    reviewer.locator("button[value=refusal_proposed]").click()
    expect(reviewer.locator("#problem")).to_be_visible()
    reviewer.fill("[name=reason]", "检验报告不是该型号的")
    reviewer.select_option("[name=ground]", "facts_inconsistent")
    reviewer.locator("button[value=refusal_proposed]").click()
    expect(reviewer.locator("main")).to_contain_text("待复核")
    assert reviewer.locator("button[value=refusal_confirmed]").count() == 0

    approver = person("approver")
    approver.goto(case)
    approver.locator("button[value=refusal_confirmed]").click()
    expect(approver.locator("main")).to_contain_text("不予登记")
    maker.goto(home)
    expect(maker.locator("main")).to_contain_text("检验报告不是该型号的")
    expect(maker.locator("main")).to_contain_text("登记事项与证明材料不一致")


def test_what_is_another_enterprises_is_not_there(person: Callable[..., Page]) -> None:
    maker, other = person("maker"), person("maker2")
    maker.goto("/catalog/products/")
    links = [link.get_attribute("href") or "" for link in maker.locator("main a").all()]
    href = next(link for link in links if re.fullmatch(r"/catalog/products/\d+(/edit)?", link))
    answer = maker.goto(href)
    assert answer is not None
    assert answer.status == 200
    answer = other.goto(href)
    assert answer is not None
    assert answer.status == 404


def test_the_whole_way_in_english(person: Callable[..., Page]) -> None:
    visitor = person(language="en")
    visitor.goto("/")
    expect(visitor.locator("html")).to_have_attribute("lang", "en")
    visitor.fill("main [name=item]", "SL-PIR-O10")
    visitor.fill("main [name=maker]", "虚构报警")
    visitor.locator("form:has([name=item]) button[type=submit]").first.click()
    expect(visitor.locator("[data-verdict]")).to_have_attribute("data-verdict", "compliant")


def test_a_look_alike_model_is_suggested_and_never_decides(person: Callable[..., Page]) -> None:
    visitor = person(width=390)
    visitor.goto("/catalog/verifications/new?manufacturer=石家庄虚构报警设备有限公司&model=SL-PIR-B44")
    expect(visitor.locator("[data-verdict]")).to_have_attribute("data-verdict", "undetermined")
    expect(visitor.locator("main")).to_contain_text("SL-PIR-844")
    assert visitor.locator("main mark").count() >= 1
