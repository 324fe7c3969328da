"""Classes at a page: enrolled in by the person, kept by the desk, nobody's business otherwise."""

import re
from datetime import timedelta

import pytest
from icalendar import Calendar

from association.kernel.actors import Role
from association.persons import queries as persons
from association.vocabulary import ConsentPurpose, MandateItem, Scope
from tests.builders import TODAY, a_key, a_mandate, a_registrant, an_account, an_enterprise
from tests.catalog.paper import squeezed, text_of
from tests.training.builders import (
    a_class,
    a_course,
    a_lesson,
    a_person,
    a_practitioner,
    a_room,
    a_trainer,
    a_trainers_account,
    an_enrolment,
    an_identity,
)
from training.rosters import queries
from training.vocabulary import ClassState, EnrolmentState

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture(autouse=True)
def _on_that_day(monkeypatch):
    """The doors' clock stands still."""
    from association.kernel import clock
    from tests.builders import NOW

    monkeypatch.setattr(clock, "now", lambda: NOW)


@pytest.fixture
def desk(browser):
    return browser(an_account(Role.TRAINING_STAFF))


def test_anybody_reads_which_classes_there_are_and_what_they_cost(client):
    of = a_class(fee=800, fee_note="含教材", place="示例培训中心")
    a_lesson(of, title="视频监控系统", room=a_room(name="一号教室"))
    listed = client.get("/training/rosters")
    assert of.code in listed.text
    assert "800元" in listed.text
    shown = client.get(f"/training/rosters/{of.id}")
    for said in ("视频监控系统", "一号教室", "800元", "均不影响产品登记"):
        assert said in shown.text
    assert "登录后报名" in shown.text


def test_a_class_in_preparation_is_the_desks(client, desk):
    of = a_class(state=ClassState.PLANNED)
    assert client.get(f"/training/rosters/{of.id}").status_code == 404
    assert client.get(f"/training/rosters/{of.id}.ics").status_code == 404
    assert of.code not in client.get("/training/rosters").text
    assert desk.get(f"/training/rosters/{of.id}").status_code == 200


def test_somebody_fills_in_their_data_enrols_leaves_and_comes_back(browser):
    of, account = a_class(), an_account(Role.PRACTITIONER)
    visitor = browser(account)
    assert "填写个人信息" in visitor.get("/training/rosters/mine").text
    assert f'value="{account.email}"' in visitor.get("/association/persons/mine").text
    data = {"name": "甲乙丙", "identity": an_identity(), "training": "yes"}
    silent = visitor.post("/association/persons/mine", data={**data, "training": ""})
    assert silent.status_code == 422
    assert "甲乙丙" in silent.text
    assert visitor.post("/association/persons/mine", data=data).status_code == 303
    assert account.email in visitor.get("/association/persons/mine").text
    assert visitor.post(f"/training/rosters/{of.id}/enrol").status_code == 303
    mine = visitor.get("/training/rosters/mine").text
    assert of.code in mine
    assert "已报名" in mine
    assert visitor.post(f"/training/rosters/{of.id}/enrol").status_code == 409
    assert visitor.post(f"/training/rosters/{of.id}/leave").status_code == 303
    assert visitor.post(f"/training/rosters/{of.id}/enrol").status_code == 303


def test_who_waits_is_told_and_moves_up(browser):
    of = a_class(capacity=1)
    first, second = a_practitioner(), a_practitioner()
    assert browser(first).post(f"/training/rosters/{of.id}/enrol").status_code == 303
    waiting = browser(second)
    assert waiting.post(f"/training/rosters/{of.id}/enrol").status_code == 303
    assert "候补" in waiting.get("/training/rosters/mine").text
    browser(first).post(f"/training/rosters/{of.id}/leave")
    assert queries.enrolment_of(of.id, second.person_id).state is EnrolmentState.ENROLLED
    assert of.code in waiting.get("/association/outbox/").text


def test_the_desk_opens_a_class_plans_lessons_and_hears_what_clashes(desk):
    a_mandate(MandateItem.TRAINING)
    course, room, trainer = a_course(code="A5"), a_room(), a_trainer()
    begins = TODAY + timedelta(days=20)
    form = {
        "course": "A5",
        "code": "2026-A5-01",
        "begins": begins,
        "ends": begins + timedelta(days=9),
        "capacity": "30",
        "fee": "0",
    }
    opened = desk.post("/training/rosters/new", data=form)
    assert opened.status_code == 303
    again = desk.post("/training/rosters/new", data=form)
    assert again.status_code == 422
    assert "已有使用此编号的班级" in again.text
    lesson = {
        "title": "防雷接地",
        "day": begins,
        "begins_at": "09:00",
        "ends_at": "12:00",
        "room": room.id,
        "trainer": trainer.id,
    }
    page = opened.headers["Location"]
    assert desk.post(page, data=lesson).status_code == 303
    other = a_class(course, begins=begins)
    clash = desk.post(f"/training/rosters/{other.id}/timetable", data={**lesson, "begins_at": "11:30"})
    assert clash.status_code == 422
    assert "2026-A5-01《防雷接地》" in clash.text
    assert 'value="11:30"' in clash.text
    wrong = desk.post(page, data={**lesson, "begins_at": "25:00", "room": "99999"})
    assert "请填写时刻" in wrong.text
    [hour] = queries.timetable_of_class(int(page.split("/")[3]))
    moved = desk.post(f"{page}/{hour.lesson.id}", data={**lesson, "begins_at": "14:00", "ends_at": "17:00"})
    assert moved.status_code == 303
    assert desk.post(f"{page}/{hour.lesson.id}/cancel").status_code == 303
    assert "已取消" in desk.get(page).text


def test_without_a_mandate_the_desk_is_told_so(desk):
    a_course(code="A5")
    form = {"course": "A5", "code": "B1", "begins": TODAY, "ends": TODAY, "capacity": "30", "fee": "0"}
    refused = desk.post("/training/rosters/new", data=form)
    assert refused.status_code == 409
    assert "第十八条第5项" in refused.text
    assert 'value="B1"' in refused.text


def test_more_places_let_people_move_up_and_fewer_than_taken_are_refused(desk):
    of = a_class(capacity=1)
    an_enrolment(of)
    waiting = an_enrolment(of)
    form = {"begins": of.begins, "ends": of.ends, "capacity": "2", "fee": "0"}
    assert desk.post(f"/training/rosters/{of.id}/edit", data=form).status_code == 303
    assert waiting.state is EnrolmentState.ENROLLED
    refused = desk.post(f"/training/rosters/{of.id}/edit", data={**form, "capacity": "1"})
    assert refused.status_code == 422
    assert "不能少于此数" in refused.text


def test_a_cancelled_class_stays_readable_and_takes_nobody(desk, browser):
    of = a_class()
    account = a_practitioner()
    person = persons.person(account.person_id)
    an_enrolment(of, person)
    assert desk.post(f"/training/rosters/{of.id}/state", data={"state": "cancelled"}).status_code == 303
    assert desk.post(f"/training/rosters/{of.id}/state", data={"state": "open"}).status_code == 409
    visitor = browser(account)
    assert "已取消" in visitor.get(f"/training/rosters/{of.id}").text
    assert of.code in visitor.get("/association/outbox/").text
    assert browser(a_practitioner()).post(f"/training/rosters/{of.id}/enrol").status_code == 409


def test_the_desk_adds_by_number_and_the_list_shows_four_digits_only(desk):
    of, number = a_class(), an_identity()
    a_person("丁戊己", identity=number)
    unknown = desk.post(f"/training/rosters/{of.id}/roster", data={"identity": an_identity()})
    assert unknown.status_code == 422
    assert desk.post(f"/training/rosters/{of.id}/roster", data={"identity": number}).status_code == 303
    shown = desk.get(f"/training/rosters/{of.id}/roster").text
    assert "丁戊己" in shown
    assert f"…{number[-4:]}" in shown
    assert number[:14] not in shown
    [line] = queries.roster(of.id)
    assert desk.post(f"/training/rosters/{of.id}/roster/withdraw", data={"row": line.row.id}).status_code == 303


def test_a_trainer_sees_names_and_own_lessons_but_no_numbers(browser):
    account = a_trainers_account()
    of, number = a_class(), an_identity()
    a_lesson(of, trainer=a_trainer(account=account), title="报警设备安装")
    an_enrolment(of, a_person("庚辛壬", identity=number))
    visitor = browser(account)
    shown = visitor.get(f"/training/rosters/{of.id}/roster").text
    assert "庚辛壬" in shown
    assert number[-4:] not in shown
    assert "报警设备安装" in visitor.get("/training/rosters/teaching").text
    assert visitor.post(f"/training/rosters/{of.id}/roster", data={"identity": number}).status_code == 403


@pytest.mark.parametrize("role", [Role.REVIEWER, Role.EDITOR, Role.AUDITOR, Role.PRACTITIONER, Role.INSTALLER])
def test_nobody_else_reads_a_roster_or_prints_it(browser, role):
    of = a_class()
    an_enrolment(of)
    visitor = browser(an_account(role))
    for what in ("roster", "sign-in.pdf", "badges.pdf"):
        assert visitor.get(f"/training/rosters/{of.id}/{what}").status_code == 404


def test_a_calendar_moves_with_the_lessons_and_a_secret_one_ends_when_made_anew(client, browser):
    account = a_practitioner()
    of = a_class()
    lesson = a_lesson(of, title="入侵报警系统", room=a_room(name="二号教室"))
    an_enrolment(of, persons.person(account.person_id))
    [event] = Calendar.from_ical(client.get(f"/training/rosters/{of.id}.ics").data).walk("VEVENT")
    assert event["uid"].startswith(f"lesson-{lesson.id}@")
    assert event.decoded("dtstart") == lesson.starts_at
    assert (str(event["status"]), str(event["location"])) == ("CONFIRMED", "二号教室")
    visitor = browser(account)
    first, second = (
        re.search(
            r"/training/rosters/calendar/[\w-]+\.ics", visitor.post("/training/rosters/mine/calendar").text
        ).group()
        for _round in range(2)
    )
    assert client.get(first).status_code == 404
    own = client.get(second)
    assert len(Calendar.from_ical(own.data).walk("VEVENT")) == 1
    assert "学员" not in own.text
    assert own.headers["Cache-Control"] == "private, no-store"
    assert client.get("/training/rosters/calendar/guessed.ics").status_code == 404


def test_sign_in_sheets_and_badges_name_everybody_and_give_no_number(desk):
    of, number = a_class(), an_identity()
    a_lesson(of, title="防爆安全检查", room=a_room(name="三号教室"))
    an_enrolment(of, a_person("𠮷野·慕容", identity=number, enterprise=an_enterprise("示例安防工程有限公司")))
    for what, said in (("sign-in.pdf", ("签到表", "防爆安全检查", "三号教室", "签退")), ("badges.pdf", (of.code,))):
        answer = desk.get(f"/training/rosters/{of.id}/{what}")
        assert answer.status_code == 200
        text = squeezed(text_of(answer))
        for one in (*said, "𠮷野·慕容", "示例安防工程有限公司"):
            assert squeezed(one) in text
        assert number[-4:] not in text
        assert answer.headers["Cache-Control"] == "private, no-store"


def test_an_enterprise_sees_where_its_own_people_are_and_nobody_elses(browser, program):
    ours, theirs = an_enterprise(), an_enterprise()
    us, them = a_registrant(ours), a_registrant(theirs)
    both = (ConsentPurpose.TRAINING, ConsentPurpose.EMPLOYER)
    agreeing, silent = a_person("同意者", enterprise=ours, agrees=both), a_person("沉默者", enterprise=ours)
    stranger = a_person("外人者", enterprise=theirs, agrees=both)
    of = a_class()
    lesson = a_lesson(of)
    row, *_others = [an_enrolment(of, person) for person in (agreeing, silent, stranger)]
    shown = browser(us).get("/training/rosters/ours").text
    assert "同意者" in shown
    assert "沉默者" not in shown
    assert "外人者" not in shown
    caller = program(a_key(us, ours, scopes=(Scope.TRAINING_READ,)))
    said = caller.get("/api/v1/training/rosters/enrolments").get_json()
    assert [(one["id"], one["person"]["name"], one["class"]["code"]) for one in said["items"]] == [
        (row.id, "同意者", of.code)
    ]
    hours = caller.get(f"/api/v1/training/rosters/lessons?from={of.begins}&to={of.ends}").get_json()
    assert [(one["id"], one["people"]) for one in hours["items"]] == [(lesson.id, [agreeing.id])]
    assert "identity" not in str(said)
    other = program(a_key(them, theirs, scopes=(Scope.TRAINING_READ,)))
    assert [one["person"]["name"] for one in other.get("/api/v1/training/rosters/enrolments").get_json()["items"]] == [
        "外人者"
    ]
    narrow = program(a_key(us, ours, scopes=(Scope.PRODUCTS_READ,)))
    assert narrow.get("/api/v1/training/rosters/enrolments").status_code == 403
    assert caller.get("/api/v1/training/rosters/lessons?from=2026-01-01&to=2029-01-01").status_code == 422


def test_a_fresh_account_without_an_enterprise_or_file_has_no_such_pages(browser):
    visitor = browser(an_account(Role.INSTALLER))
    for page in (
        "/training/rosters/mine",
        "/training/rosters/ours",
        "/training/rosters/desk",
        "/training/rosters/teaching",
    ):
        assert visitor.get(page).status_code == 404


def test_who_plans_a_lesson_in_a_room_with_too_few_seats_is_told_and_the_lesson_stands(desk):
    of, small, large = a_class(capacity=30), a_room(20, name="小教室"), a_room(30, name="大教室")
    address = f"/training/rosters/{of.id}/timetable"
    form = {"title": "理论", "day": of.begins.isoformat(), "begins_at": "09:00", "ends_at": "10:00"}
    desk.post(address, data=form | {"room": large.id})
    assert "座位不足" not in desk.get(address).text
    planned = desk.post(address, data=form | {"begins_at": "11:00", "ends_at": "12:00", "room": small.id})
    assert planned.status_code == 303
    shown = desk.get(address).text
    assert "课次已安排。场地“小教室”只有20个座位，本班名额30人。" in shown
    assert "小教室（20座）" in shown
    assert "场地“大教室”" not in shown
    for _learner in range(21):
        an_enrolment(of)
    assert "场地“小教室”只有20个座位，本班已报21人。" in desk.get(address).text
