"""Trip 3, from the roster to attendance: a workbook, a class today, a learner's telephone at the screen, a trainer's device without a network."""

import io
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime, time, timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from playwright.sync_api import Page, expect

from association.kernel.dates import SHANGHAI
from tests.trips.conftest import cut
from training.demo import an_identity

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
pytestmark = pytest.mark.full_browser


def a_roster() -> bytes:
    """As an enterprise has it: a title, headings of its own, one number wrong."""
    book = Workbook()
    sheet = book.active
    sheet.append(("参训人员名册",))
    sheet.append(("姓名", "身份证号", "手机号"))
    sheet.append(("演示从业人员", an_identity(1), ""))
    sheet.append(("演示学员25", an_identity(25), ""))
    sheet.append(("演示学员26", an_identity(26)[:-1] + ("1" if an_identity(26)[-1] == "0" else "0"), ""))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def enrol_by_workbook(desk: Page, address: str) -> None:
    """The good rows go in; the one that is wrong is said with its cell, and given back."""
    desk.goto(f"{address}/roster")
    desk.get_by_role("link", name="按名册报名").click()
    desk.set_input_files("[name=file]", {"name": "名册.xlsx", "mimeType": XLSX, "buffer": a_roster()})
    desk.get_by_role("button", name="上传并检查").click()
    expect(desk.get_by_text("校验位不对")).to_be_visible()
    expect(desk.get_by_text("B5").first).to_be_visible()
    with desk.expect_download() as download:
        desk.get_by_role("link", name="下载有问题的1行").click()
    assert load_workbook(io.BytesIO(Path(download.value.path()).read_bytes())).active.max_row >= 2
    desk.get_by_role("button", name="只录入无误的2行").click()
    expect(desk.get_by_text("报名2人")).to_be_visible()


def a_class_now(desk: Page, code: str, course: str = "AZ-5", now: datetime | None = None) -> str:
    """A class that begins today with a lesson under way, its trainer, and two people in it; its address."""
    now = now or datetime.now(SHANGHAI)
    day = now.date().isoformat()
    begins = max(now - timedelta(minutes=20), datetime.combine(now.date(), time(0), SHANGHAI))
    ends = min(now + timedelta(minutes=60), datetime.combine(now.date(), time(23, 59), SHANGHAI))
    desk.goto("/training/rosters/new")
    desk.select_option("[name=course]", course)
    for name, value in {"code": code, "begins": day, "ends": day, "capacity": "10", "fee": "0"}.items():
        desk.fill(f"[name={name}]", value)
    desk.click("main form button[type=submit]")
    desk.wait_for_url(re.compile(r"/training/rosters/\d+"))
    address = re.search(r"/training/rosters/\d+", desk.url).group()
    desk.goto(f"{address}/timetable")
    for name, value in {
        "title": "签到演练",
        "day": day,
        "begins_at": f"{begins:%H:%M}",
        "ends_at": f"{ends:%H:%M}",
    }.items():
        desk.fill(f"[name={name}]", value)
    desk.select_option("[name=trainer]", label="演示教员")
    desk.locator("form", has=desk.locator("[name=begins_at]")).locator("button[type=submit]").first.click()
    expect(desk.get_by_text("签到演练").first).to_be_visible()
    enrol_by_workbook(desk, address)
    return address


@pytest.fixture
def _a_free_day(data_folder: Path) -> Iterator[None]:
    """The demo's own lessons of today are out of the way: at some hours they would clash with the story's."""
    change = "UPDATE lesson SET cancelled_at = {} WHERE date(starts_at, '+8 hours') = date('now', '+8 hours')"
    with closing(sqlite3.connect(data_folder / "registry.db", timeout=30)) as database, database:
        database.execute(change.format("datetime('now')"))
    yield
    with closing(sqlite3.connect(data_folder / "registry.db", timeout=30)) as database, database:
        database.execute(change.format("NULL"))


@pytest.mark.usefixtures("_a_free_day")
def test_from_a_workbook_to_attendance_a_telephone_at_the_screen_and_a_device_goes_on_without_a_network(
    person: Callable[..., Page],
) -> None:
    desk = person("training")
    a_class_now(desk, f"QD-{datetime.now():%H%M%S}")

    trainer = person("trainer")
    trainer.goto("/training/attendance/today")
    trainer.get_by_role("link", name="签到演练").first.click()
    lesson = re.sub(r"\?.*", "", trainer.url)

    # The learner types what the trainer reads out.
    trainer.goto(f"{lesson}/door")
    digits = trainer.locator(".door__digits .code").inner_text()
    learner = person("practitioner", width=390)
    learner.goto("/training/attendance/")
    learner.fill("[name=digits]", digits)
    learner.get_by_role("button", name="签到", exact=True).click()
    expect(learner.get_by_text("已签到：签到演练")).to_be_visible()

    # The trainer's device: opened once with a network, then without.
    trainer.goto(f"{lesson}/device")
    expect(trainer.locator("#device[data-kept=yes]")).to_be_visible()
    expect(trainer.locator("#device-qr svg")).to_be_visible()
    expect(trainer.locator("#device-state")).to_have_text("已联网，全部交回")
    context = trainer.context
    cut(context)
    row = trainer.locator(".roll__row", has_text="演示学员25")
    row.get_by_role("button", name="签到").click()
    expect(row.locator(".roll__state")).to_have_text("签到")
    expect(trainer.locator("#device-state")).to_contain_text("1条待交回")

    # Even the page can be opened again without a network, and has lost nothing.
    trainer.reload()
    expect(trainer.locator("#device-state")).to_contain_text("1条待交回")
    expect(trainer.locator("#device-qr svg")).to_be_visible()
    context.set_offline(False)
    trainer.evaluate("window.dispatchEvent(new Event('online'))")
    expect(trainer.locator("#device-state")).to_have_text("已联网，全部交回")

    trainer.goto(lesson)
    there = trainer.locator("tr", has_text="演示学员25")
    expect(there).to_contain_text("教员设备")
    expect(trainer.locator("tr", has_text="演示从业人员")).to_contain_text("口令")
