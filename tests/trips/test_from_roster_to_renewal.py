"""Trip 3 whole: roster, attendance, examination, certificate, QR code, reminder, and the renewal years later.

The register runs in this process, by a clock that the story moves ahead; browsers are told the same time.
"""

import re
import threading
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from unittest import mock

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect
from werkzeug.serving import make_server

from association.kernel import clock
from association.kernel.dates import SHANGHAI
from association.kernel.db import db
from tests.house.showroom import Showroom
from tests.trips.conftest import people_at, sign_in
from tests.trips.test_attendance import a_class_now
from tests.trips.test_certificates import DECODE
from tests.trips.test_without_a_network import installed, said
from training.certificates.models import Certificate

pytestmark = pytest.mark.full_browser
LEARNER = "演示从业人员"
COURSE = "AZ-4"


class Story:
    """A register that runs by the story's clock."""

    def __init__(self, app: Flask, address: str) -> None:
        self.app, self.address = app, address
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        return (datetime.now(SHANGHAI) + self.ahead).replace(microsecond=0)

    def go_to(self, moment: datetime) -> None:
        """Time passes until then."""
        assert moment >= self.now(), "time goes one way"
        self.ahead += moment - self.now()

    def days_work(self) -> None:
        """What the worker does once a day, and what it does all day long."""
        runner = self.app.test_cli_runner()
        for command in (["daily"], ["outbox", "deliver"]):
            done = runner.invoke(args=command)
            assert done.exit_code == 0, done.output


@pytest.fixture
def story(showroom: Showroom) -> Iterator[Story]:
    app = showroom.app
    server = make_server("127.0.0.1", 0, app, threaded=True)
    at = Story(app, f"http://127.0.0.1:{server.server_port}")
    # As `flask up` does before it serves.
    made = app.test_cli_runner().invoke(args=["signing", "ensure"])
    assert made.exit_code == 0, made.output
    real = clock.now
    with mock.patch.object(clock, "now", side_effect=lambda: real() + at.ahead):
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield at
        server.shutdown()
        thread.join(30)


def at_work(person: Callable[..., Page], story: Story, name: str, *, width: int = 1440) -> Page:
    """Somebody signed in at the story's time."""
    page = person("", width=width)
    told_the_time(page.context, story)
    if name:
        sign_in(page, name)
    return page


def told_the_time(context: BrowserContext, story: Story) -> None:
    later = int(story.ahead.total_seconds() * 1000)
    context.add_init_script(f"{{ const now = Date.now; Date.now = () => now() + {later}; }}")


def at_ten(day: date) -> datetime:
    return datetime.combine(day, time(10), SHANGHAI)


def taught(person: Callable[..., Page], story: Story, code: str) -> str:
    """A class of one lesson, which the learner attends from the telephone; the class's address, when it is over."""
    desk = at_work(person, story, "training")
    address = a_class_now(desk, code, COURSE, story.now())
    trainer = at_work(person, story, "trainer")
    trainer.goto("/training/attendance/today")
    trainer.get_by_role("link", name="签到演练").first.click()
    lesson = re.sub(r"\?.*", "", trainer.url)
    trainer.goto(f"{lesson}/door")
    digits = trainer.locator(".door__digits .code").inner_text()
    learner = at_work(person, story, "practitioner", width=390)
    learner.goto("/training/attendance/")
    learner.fill("[name=digits]", digits)
    learner.get_by_role("button", name="签到", exact=True).click()
    expect(learner.get_by_text("已签到：签到演练")).to_be_visible()
    # The trainer notes that all stayed to the end.
    trainer.goto(lesson)
    trainer.locator("tr", has_text=LEARNER).get_by_role("checkbox").check()
    trainer.fill("[name=why]", "全程在场")
    trainer.get_by_role("button", name="登记", exact=True).click()
    expect(trainer.locator("tr", has_text=LEARNER)).to_contain_text("到课")
    story.go_to(story.now() + timedelta(hours=2))
    return address


def examined(person: Callable[..., Page], story: Story, code: str) -> None:
    """Theory on paper, practice before two examiners; both on the day after the class."""
    day = story.now().date() + timedelta(days=1)
    theory = arranged(person, story, code, "theory.sheet", day, ("09:00", "10:30"))
    practice = arranged(person, story, code, "practice.checklist", day, ("13:00", "16:00"))
    story.go_to(datetime.combine(day, time(0), SHANGHAI) + timedelta(hours=8, minutes=50))
    let_in(person, story, theory)
    story.go_to(story.now() + timedelta(hours=2))
    desk = at_work(person, story, "training")
    desk.goto(f"{theory}/marks")
    desk.get_by_label(f"{LEARNER}的成绩").fill("82")
    desk.get_by_role("button", name="保存成绩").click()
    released(desk, theory)
    story.go_to(datetime.combine(day, time(0), SHANGHAI) + timedelta(hours=12, minutes=50))
    let_in(person, story, practice)
    story.go_to(story.now() + timedelta(minutes=30))
    scored(person, story, practice)
    story.go_to(story.now() + timedelta(hours=4))
    released(at_work(person, story, "training"), practice)


def arranged(person: Callable[..., Page], story: Story, code: str, way: str, day: date, hours: tuple[str, str]) -> str:
    """A sitting with its people on duty and all who may sit; its address."""
    desk = at_work(person, story, "training")
    desk.goto("/training/exams/new")
    pick(desk, "class", code)
    desk.check(f"[name=way][value='{way}']")
    desk.get_by_role("button", name="下一步").click()
    desk.fill("[name=day]", day.isoformat())
    desk.fill("[name=begins_at]", hours[0])
    desk.fill("[name=ends_at]", hours[1])
    pick(desk, "room", "演示教室二" if way.startswith("theory") else "演示实操场地")
    if way == "practice.checklist":
        for place, (what, points) in enumerate((("安装与联动调试", "60"), ("故障排除", "40"), ("", ""), ("", "")), 1):
            desk.fill(f"[name=plan_{place}_subject]", what)
            desk.fill(f"[name=plan_{place}_points]", points)
    desk.get_by_role("button", name="保存，选监考人员").click()
    invigilators = desk.get_by_role("group", name="监考人员")
    invigilators.get_by_label("演示考评员甲").check()
    if way == "practice.checklist":
        for name in ("演示考评员甲", "演示考评员乙"):
            desk.get_by_role("group", name="考评员", exact=False).last.get_by_label(name).check()
    desk.get_by_role("button", name="保存", exact=True).click()
    desk.wait_for_url(re.compile(r"/training/exams/\d+/candidates$"))
    address = desk.url.removesuffix("/candidates")
    row = desk.locator("tr", has_text=LEARNER)
    row.get_by_role("checkbox").check()
    desk.get_by_role("button", name="安排所选").click()
    expect(desk.locator("tr", has_text=LEARNER)).to_contain_text("号座位")
    return address


def pick(desk: Page, name: str, text: str) -> None:
    """The choice that has ``text`` in it."""
    choice = desk.locator(f"select[name={name}] option", has_text=text)
    desk.select_option(f"[name={name}]", value=choice.get_attribute("value"))


def let_in(person: Callable[..., Page], story: Story, sitting: str) -> None:
    door = at_work(person, story, "examiner", width=390)
    door.goto(f"{sitting}/door")
    door.get_by_role("button", name=f"{LEARNER}入场").click()
    expect(door.locator(".roll__row", has_text=LEARNER)).to_contain_text("已入场")


def scored(person: Callable[..., Page], story: Story, sitting: str) -> None:
    """Each examiner on a telephone, neither knowing what the other gave."""
    for name, points in (("examiner", ("50", "34")), ("examiner2", ("48", "30"))):
        examiner = at_work(person, story, name, width=390)
        examiner.goto("/training/scores/")
        examiner.goto(sitting.replace("/exams/", "/scores/"))
        examiner.get_by_role("link", name=LEARNER).click()
        if name == "examiner2":
            expect(examiner.get_by_text("84")).to_have_count(0)
        for place, given in enumerate(points, 1):
            examiner.fill(f"[name=points_{place}]", given)
        examiner.get_by_role("button", name="提交评分").click()
    expect(examiner.get_by_text("81").first).to_be_visible()


def released(desk: Page, sitting: str) -> None:
    desk.goto(sitting)
    desk.get_by_role("button", name="公布全场成绩").click()
    expect(desk.get_by_text("公布成绩").first).to_be_visible()


def issued(person: Callable[..., Page], story: Story, address: str) -> str:
    """The certificate that the desk gives the learner for the class; its number."""
    desk = at_work(person, story, "training")
    desk.goto(f"/training/certificates/classes/{address.rpartition('/')[2]}")
    row = desk.locator("tr", has_text=LEARNER)
    expect(row).to_contain_text("可以签发")
    desk.get_by_role("button", name="预览后签发").click()
    desk.get_by_role("button", name="签发1份").click()
    row = desk.locator("tr", has_text=LEARNER).first
    number = row.locator(".code").first.inner_text()
    assert number
    return number


def shown(person: Callable[..., Page], story: Story, number: str) -> str:
    """The learner shows the certificate on the telephone: what the QR code holds."""
    learner = at_work(person, story, "practitioner", width=390)
    learner.goto(f"/training/certificates/mine/{number}")
    text = str(learner.evaluate(DECODE))
    assert re.fullmatch(rf"{story.address}/c/[0-9A-Z]{{16}}#\d{{300,700}}", text)
    return text


def checked_without_a_network(chromium: Browser, story: Story, text: str) -> tuple[str, str, str]:
    """What somebody's telephone says of the QR code in a basement."""
    context = chromium.new_context(
        base_url=story.address, viewport={"width": 390, "height": 844}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    told_the_time(context, story)
    installed(context)
    context.set_offline(True)
    found = said(context, text)
    context.close()
    return found


def reminders(person: Callable[..., Page], story: Story) -> int:
    """How many letters about a certificate that ends lie in the learner's account, after two runs of the day's work."""
    story.days_work()
    story.days_work()
    learner = at_work(person, story, "practitioner", width=390)
    learner.goto("/association/outbox/")
    return learner.get_by_text(re.compile("培训证书将于.*到期：安装维护员岗位培训（四级）")).count()


def test_from_a_roster_to_the_renewal_years_later(story: Story, chromium: Browser) -> None:
    with people_at(chromium, story.address) as person:
        # After the demo's own class, in which the learner sits as well.
        story.go_to(at_ten(story.now().date() + timedelta(days=13)))
        first_class = taught(person, story, "ST-1")
        examined(person, story, "ST-1")
        first = issued(person, story, first_class)
        code = shown(person, story, first)
        stranger = at_work(person, story, "", width=390)
        stranger.goto(code.partition("#")[0])
        expect(stranger.get_by_role("heading", name="有效", exact=True)).to_be_visible()
        expect(stranger.get_by_text("演****员")).to_be_visible()
        expect(stranger.get_by_text(LEARNER)).to_have_count(0)
        assert checked_without_a_network(chromium, story, code)[:2] == ("in_force", "good")

        # Years later.
        last_day = until(story, first)
        before = reminders(person, story)
        story.go_to(at_ten(last_day - timedelta(days=90)))
        assert reminders(person, story) == before + 1
        story.go_to(at_ten(last_day - timedelta(days=61)))
        assert reminders(person, story) == before + 1
        second_class = taught(person, story, "ST-2")
        examined(person, story, "ST-2")
        second = issued(person, story, second_class)
        assert second != first
        learner = at_work(person, story, "practitioner", width=390)
        learner.goto("/training/certificates/mine")
        expect(learner.get_by_text(f"接续证书 {first}")).to_be_visible()
        expect(learner.get_by_text(f"已续期，新证书 {second}")).to_be_visible()
        # The old one stays to be seen, and nobody is reminded of it any more.
        stranger = at_work(person, story, "", width=390)
        stranger.goto(code.partition("#")[0])
        expect(stranger.get_by_text(second)).to_be_visible()
        story.go_to(at_ten(last_day - timedelta(days=30)))
        assert reminders(person, story) == before + 1
        story.go_to(at_ten(last_day + timedelta(days=1)))
        assert checked_without_a_network(chromium, story, code)[:2] != ("in_force", "good")
        assert checked_without_a_network(chromium, story, shown(person, story, second))[:2] == ("in_force", "good")


def until(story: Story, number: str) -> date:
    """The last day of a certificate."""
    with story.app.app_context():
        found = db.session.scalars(sa.select(Certificate.valid_until).where(Certificate.number == number)).one()
        db.session.rollback()
    assert found is not None
    return found
