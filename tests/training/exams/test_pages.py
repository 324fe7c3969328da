"""The desk of examinations at a page: arranged, seats given, marks entered, released; nobody else's business."""

import re
from datetime import timedelta

import pytest
from icalendar import Calendar

from association.kernel import clock
from association.kernel.actors import Role
from association.kernel.db import db as database
from tests.builders import NOW, an_account, an_enterprise
from tests.contracts.test_statements import statements
from tests.training.builders import (
    a_class,
    a_course,
    a_lesson,
    a_person,
    a_practitioner,
    a_room,
    a_sitter,
    a_sitting,
    a_trainers_account,
    an_enrolment,
    at,
    checked,
    marked,
)
from training.exams import queries
from training.exams.models import Sitting
from training.vocabulary import Part

pytestmark = pytest.mark.usefixtures("db")


class Hands:
    """The doors' clock, set by the test."""

    now = NOW


@pytest.fixture(autouse=True)
def hands(monkeypatch):
    Hands.now = NOW
    monkeypatch.setattr(clock, "now", lambda: Hands.now)
    return Hands


@pytest.fixture
def clerk():
    return an_account(Role.TRAINING_STAFF)


@pytest.fixture
def desk(browser, clerk):
    """Signed in now; a session does not last until the examination."""
    return browser(clerk)


@pytest.fixture
def of():
    return a_class(a_course(minimum_attendance=0))


def a_learner(of, name="", **more):
    person = checked(a_person(name, **more))
    an_enrolment(of, person)
    return person


def a_form(of, room, **more):
    day = of.ends + timedelta(days=1)
    return {
        "class": str(of.id), "way": "theory.sheet", "day": day.isoformat(), "begins_at": "09:00", "ends_at": "10:30", "room": str(room.id),
        **more,
    }  # fmt: skip


def test_from_arranging_to_the_result_on_the_learners_page(browser, clerk, desk, of, hands) -> None:
    passer, failer, room = a_learner(of, "及格者"), a_learner(of, "不及格者"), a_room()
    watcher = a_trainers_account()
    learner = a_practitioner(passer)
    own = browser(learner)
    assert of.code in desk.get("/training/exams/new").text
    asked = desk.get("/training/exams/new", query_string={"class": of.id, "way": "theory.sheet"})
    assert "合格线60分" in asked.text
    made = desk.post("/training/exams/new", data=a_form(of, room))
    assert made.status_code == 303
    [sitting] = database.session.query(Sitting).all()
    page = f"/training/exams/{sitting.id}"
    assert made.location == f"{page}/duties"
    assert (sitting.minutes, sitting.seats) == (90, room.seats), "what was left empty"
    assert desk.post(f"{page}/duties", data={"invigilators": str(watcher.id)}).location == f"{page}/candidates"
    assert "可以安排2人" in desk.get(f"{page}/candidates").text
    desk.post(f"{page}/candidates", data={"all": "yes"})
    mine = own.get("/training/results/").text
    assert room.name in mine
    assert "下一场考试" in mine
    hands.now = sitting.starts_at
    at_the_door = browser(watcher)
    assert of.code in at_the_door.get("/training/exams/").text
    seats = {person.id: sitter for sitter, person in queries.sitters(sitting.id)}
    for one in seats.values():
        assert at_the_door.post(f"{page}/sitters/{one.id}/come").status_code == 303
    assert at_the_door.get(f"{page}/marks").status_code == 403, "who watches does not mark"
    hands.now = sitting.ends_at
    desk, own = browser(clerk), browser(learner)
    fields = {f"mark_{seats[passer.id].id}": "61", f"mark_{seats[failer.id].id}": "101"}
    refused = desk.post(f"{page}/marks", data=fields)
    assert refused.status_code == 422
    assert 'value="101"' in refused.text, "what was typed is kept"
    assert desk.post(f"{page}/marks", data={**fields, f"mark_{seats[failer.id].id}": "59"}).status_code == 303
    assert "61" not in own.get("/training/results/").text, "not before the release"
    assert desk.post(f"{page}/release").status_code == 303
    shown = own.get("/training/results/").text
    assert "61" in shown
    assert "尚未合格" in shown, "practice is still to come"
    theirs = browser(a_practitioner(failer)).get("/training/results/").text
    assert "还可补考2次" in theirs


def test_every_fault_of_an_arrangement_stands_at_its_field_and_nothing_is_lost(desk, of) -> None:
    room = a_room(10)
    form = {
        "way": "practice.checklist",
        "seats": "11",
        "plan_1_subject": "布线",
        "plan_1_points": "40",
        "plan_5_points": "10",
    }
    refused = desk.post("/training/exams/new", data=a_form(of, room, **form))
    assert refused.status_code == 422
    for said in ("这个考场有10个座位", "合计应为100分，现为50分", "请填写此项", 'value="布线"'):
        assert said in refused.text, said
    assert 'id="f-plan_5_subject-error"' in refused.text, "beside the row in which it was typed"
    assert desk.post("/training/exams/new", data={"class": str(of.id)}).status_code == 422


def test_a_room_and_people_are_in_one_place_at_a_time(desk, of) -> None:
    room, busy = a_room(name="三号考场"), a_trainers_account(name="忙人")
    start = at(of.ends + timedelta(days=1), 9)
    first = a_sitting(of, room=room, starts_at=start)
    desk.post(f"/training/exams/{first.id}/duties", data={"invigilators": str(busy.id)})
    clash = desk.post("/training/exams/new", data=a_form(of, room))
    assert f"考场已被占用：考试{first.code}" in clash.text
    other = a_sitting(of, Part.PRACTICE, starts_at=start)
    refused = desk.post(
        f"/training/exams/{other.id}/duties",
        data={"invigilators": str(busy.id), "examiners": [str(a_trainers_account().id), str(a_trainers_account().id)]},
    )
    assert f"忙人同一时间在考试{first.code}" in refused.text
    taught = a_class(begins=of.ends + timedelta(days=1))
    hall = a_room()
    a_lesson(taught, room=hall)
    assert f"考场已被占用：{taught.code}" in desk.post("/training/exams/new", data=a_form(of, hall)).text


def test_a_lesson_of_another_class_at_the_same_time_keeps_somebody_out(of) -> None:
    person = a_learner(of)
    sitting = a_sitting(of, starts_at=at(of.ends + timedelta(days=1), 9))
    other = a_class(begins=of.ends + timedelta(days=1))
    a_lesson(other, title="别的课")
    an_enrolment(other, person)
    [candidate] = queries.candidates(queries.held(sitting.id), now=NOW)
    assert not candidate.may_sit
    assert any("别的课" in one.detail for one in candidate.said)


def test_who_is_told_of_another_time_and_who_loses_their_seat(browser, desk, of) -> None:
    person = a_learner(of)
    own = browser(a_practitioner(person))
    sitting = a_sitting(of)
    sitter = a_sitter(sitting, person)
    room = a_room(name="新考场")
    changed = desk.post(
        f"/training/exams/{sitting.id}/edit",
        data=a_form(of, room, begins_at="14:00", ends_at="15:00", note="带计算器"),
    )
    assert changed.status_code == 303
    assert "考试时间或地点有调整" in own.get("/association/outbox/").text
    shown = own.get("/training/results/").text
    assert "新考场" in shown
    assert "带计算器" in shown
    desk.post(f"/training/exams/{sitting.id}/sitters/{sitter.id}/leave-out", data={"why": "另行安排"})
    assert "考试座位取消" in own.get("/association/outbox/").text
    assert "还没有考试" in own.get("/training/results/").text
    assert desk.post(f"/training/exams/{sitting.id}/cancel", data={"why": ""}).status_code == 422
    assert desk.post(f"/training/exams/{sitting.id}/cancel", data={"why": "停电"}).status_code == 303
    assert "已取消" in desk.get(f"/training/exams/{sitting.id}").text


def test_ones_own_calendar_has_the_examination_and_moves_with_it(browser, client, desk, of) -> None:
    person = a_learner(of, "学员张")
    visitor = browser(a_practitioner(person))
    sitting = a_sitting(of)
    a_sitter(sitting, person)
    address = re.search(
        r"/training/rosters/calendar/[\w-]+\.ics", visitor.post("/training/rosters/mine/calendar").text
    ).group()

    def event():
        [found] = [
            one
            for one in Calendar.from_ical(client.get(address).data).walk("VEVENT")
            if one["uid"].startswith(f"sitting-{sitting.id}@")
        ]
        return found

    first = event()
    assert first.decoded("dtstart") == sitting.starts_at
    assert str(first["summary"]).startswith("考试：")
    assert "1号座位" in str(first["description"])
    assert "学员张" not in client.get(address).text
    form = a_form(of, a_room(name="新考场"), begins_at="14:00", ends_at="15:00")
    assert desk.post(f"/training/exams/{sitting.id}/edit", data=form).status_code == 303
    moved = event()
    assert (str(moved["location"]), str(moved["status"])) == ("新考场", "CONFIRMED")
    assert moved["sequence"] > first["sequence"]
    assert moved.decoded("dtstart") != first.decoded("dtstart")
    desk.post(f"/training/exams/{sitting.id}/cancel", data={"why": "停电"})
    assert str(event()["status"]) == "CANCELLED"


def test_whoever_did_not_come_is_noted_at_once_when_it_is_over(browser, clerk, of, hands) -> None:
    sitting = a_sitting(of)
    for _number in range(3):
        a_sitter(sitting, a_learner(of))
    first = queries.sitters(sitting.id)[0][0]
    hands.now = sitting.starts_at
    desk = browser(clerk)
    desk.post(f"/training/exams/{sitting.id}/sitters/{first.id}/come")
    assert desk.post(f"/training/exams/{sitting.id}/absent").status_code == 409, "late ones may still come"
    hands.now = sitting.ends_at
    desk.post(f"/training/exams/{sitting.id}/absent")
    assert [one.absent for one, _person in queries.sitters(sitting.id)] == [False, True, True]


def test_a_mark_that_stands_is_put_right_with_a_reason_only(browser, clerk, of, hands) -> None:
    person = a_learner(of)
    sitting = a_sitting(of)
    sitter = a_sitter(sitting, person)
    marked(sitting, {person.id: 59})
    hands.now = sitting.ends_at
    desk = browser(clerk)
    page = f"/training/exams/{sitting.id}/sitters/{sitter.id}"
    assert desk.post(page, data={"mark": "60", "why": ""}).status_code == 422
    assert desk.post(page, data={"mark": "60", "why": "漏加一题"}).status_code == 303
    shown = desk.get(page).text
    assert "59分改为60分" in shown
    assert "漏加一题" in shown


def test_strangers_learners_and_firms_find_no_sitting(browser, client, of) -> None:
    person = a_learner(of)
    sitting = a_sitting(of)
    sitter = a_sitter(sitting, person)
    page = f"/training/exams/{sitting.id}"
    others = [an_account(Role.INSTALLER, enterprise=an_enterprise()), a_practitioner(person), a_trainers_account()]
    for visitor in map(browser, others):
        for address in (
            page,
            f"{page}/candidates",
            f"{page}/door",
            f"{page}/marks",
            f"{page}/sitters/{sitter.id}",
            f"{page}/sign-in.pdf",
        ):
            assert visitor.get(address).status_code == 404, address
        for address in ("release", "cancel", "candidates", "absent", f"sitters/{sitter.id}/come"):
            assert visitor.post(f"{page}/{address}").status_code == 404, address
    assert browser(others[0]).get("/training/exams/").status_code == 404
    assert client.get(page).status_code in (302, 303), "sign in first"
    elsewhere = a_sitting(a_class(a_course(minimum_attendance=0)))
    assert (
        browser(an_account(Role.TRAINING_STAFF)).get(f"/training/exams/{elsewhere.id}/sitters/{sitter.id}").status_code
        == 404
    )


def test_pages_of_a_sitting_ask_the_same_however_many_sit(browser, desk) -> None:
    of = a_class(a_course(minimum_attendance=0), capacity=300)
    sitting = a_sitting(of, room=a_room(300))
    learner = a_learner(of)
    a_sitter(sitting, learner)
    own = browser(a_practitioner(learner))

    def asked() -> dict[str, int]:
        page = f"/training/exams/{sitting.id}"
        found = {one: statements(desk, page + one) for one in ("", "/candidates", "/door", "/marks")}
        return found | {"list": statements(desk, "/training/exams/"), "own": statements(own, "/training/results/")}

    few = asked()
    for _number in range(20):
        a_sitter(sitting, a_learner(of))
    assert asked() == few
    assert max(few.values()) <= 20, few
