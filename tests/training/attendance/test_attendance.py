"""Checking in, the trainer's sheet, a device that was off the network: services and pages."""

import json
import random
import re
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from association.checkins import rules as checkins
from association.kernel import clock
from association.kernel.actors import Role
from association.kernel.db import db as database
from association.kernel.errors import Conflict, Forbidden, Invalid, TooMany
from association.ledger.models import LedgerLine
from tests.builders import actor_of, an_account, an_enterprise
from tests.training.builders import (
    a_class,
    a_lesson,
    a_person,
    a_practitioner,
    a_room,
    a_trainer,
    an_enrolment,
    at,
    the_desk,
)
from training.attendance import queries, service
from training.attendance.models import SightingRecord
from training.vocabulary import AttendanceState, SightingKind, SightingSource

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def morning(monkeypatch):
    """A lesson in a room with its trainer, two learners with accounts, at ten past nine."""
    account = an_account(Role.TRAINER)
    of = a_class()
    held = a_lesson(of, room=a_room(), trainer=a_trainer(account=account))
    people = [a_person("学员甲"), a_person("学员乙")]
    for person in people:
        an_enrolment(of, person)
    now = at(of.begins, 9, 10)
    monkeypatch.setattr(clock, "now", lambda: now)
    monkeypatch.setattr(clock, "today", lambda: of.begins)
    return Morning(of, held.id, people, account, now)


class Morning:
    def __init__(self, of, lesson_id, people, trainer, now):
        self.of, self.lesson_id, self.people, self.trainer, self.now = of, lesson_id, people, trainer, now

    @property
    def held(self):
        found = queries.held(self.lesson_id)
        assert found is not None
        return found

    def code(self, steps: int = 0) -> str:
        return checkins.code_of(self.held.door, checkins.step_at(self.now) + steps)

    def attendance(self, person):
        [row] = [row for row in queries.roster_of(self.held) if row.person.id == person.id]
        return row.attendance


def come(browser_of, code):
    page = browser_of.get(f"/training/attendance/come/{code}")
    found = re.search(r'name="admission" value="([^"]+)"', page.text)
    return page, found.group(1) if found else None


def test_a_learner_scans_presses_the_button_and_is_there(browser, morning) -> None:
    learner = browser(a_practitioner(morning.people[0]))
    page, admission = come(learner, morning.code())
    assert page.status_code == 200
    assert queries.sightings([morning.lesson_id]) == [], "looking alone changes nothing"
    answer = learner.post("/training/attendance/come", data={"lesson_id": morning.lesson_id, "admission": admission})
    assert answer.status_code == 303
    there = morning.attendance(morning.people[0])
    assert (there.minutes, there.state) == (170, AttendanceState.PARTLY)
    assert morning.attendance(morning.people[1]).state is AttendanceState.NOT_SEEN
    assert "已签到" in learner.get("/training/attendance/").text


def test_pressing_twice_notes_it_once(browser, morning) -> None:
    learner = browser(a_practitioner(morning.people[0]))
    _page, admission = come(learner, morning.code())
    for _time in range(3):
        learner.post("/training/attendance/come", data={"lesson_id": morning.lesson_id, "admission": admission})
    assert len(queries.sightings([morning.lesson_id])) == 1


@pytest.mark.parametrize(
    ("steps", "says"), [(-40, "已过期"), (+40, "尚未生效")], ids=["an old code", "a code of the future"]
)
def test_a_code_out_of_its_time_is_refused_with_a_true_sentence(browser, morning, steps, says) -> None:
    page, admission = come(browser(a_practitioner(morning.people[0])), morning.code(steps))
    assert (page.status_code, admission) == (409, None)
    assert says in page.text


def test_the_code_of_another_class_is_refused_with_a_true_sentence(browser, morning) -> None:
    other = a_class(begins=morning.of.begins)
    lesson = a_lesson(other, room=a_room())
    found = queries.held(lesson.id)
    page, _none = come(
        browser(a_practitioner(morning.people[0])), checkins.code_of(found.door, checkins.step_at(morning.now))
    )
    assert page.status_code == 409
    assert f"不在班级{other.code}的名单中" in page.text


def test_a_lesson_that_is_still_to_come_cannot_be_attended(browser, morning, monkeypatch) -> None:
    early = at(morning.of.begins, 6)
    monkeypatch.setattr(clock, "now", lambda: early)
    code = checkins.code_of(morning.held.door, checkins.step_at(early))
    page, _none = come(browser(a_practitioner(morning.people[0])), code)
    assert page.status_code == 409
    assert "提前60分钟起可以签到" in page.text


def test_what_one_person_was_given_at_the_door_is_of_no_use_to_another(browser, morning) -> None:
    first, second = (browser(a_practitioner(person)) for person in morning.people)
    _page, admission = come(first, morning.code())
    form = {"lesson_id": morning.lesson_id, "admission": admission}
    assert second.post("/training/attendance/come", data=form).status_code == 409
    assert first.post("/training/attendance/come", data=form).status_code == 303
    assert [one.person_id for one in queries.sightings([morning.lesson_id])] == [morning.people[0].id]


def test_nobody_checks_in_somebody_else(morning) -> None:
    actor = actor_of(a_practitioner(morning.people[1]), morning.now)
    with pytest.raises(Forbidden):
        service.check_in(
            morning.held, morning.people[0], leaving=False, source=SightingSource.CODE, device="", actor=actor,
            now=morning.now,
        )  # fmt: skip


def test_when_the_lesson_moves_to_another_room_the_old_rooms_code_is_refused(browser, morning) -> None:
    code = morning.code()
    morning.held.lesson.room_id = a_room().id
    database.session.commit()
    page, _none = come(browser(a_practitioner(morning.people[0])), code)
    assert page.status_code == 409
    assert "另一场课的签到码，或本课已换教室" in page.text


def test_six_digits_read_aloud_do_as_well(browser, morning) -> None:
    learner = browser(a_practitioner(morning.people[0]))
    digits = checkins.spoken_of(morning.held.door, checkins.step_at(morning.now))
    wrong = learner.post("/training/attendance/come", data={"lesson_id": morning.lesson_id, "digits": "000000"})
    assert wrong.status_code == 422
    assert "数字不对或已过期" in wrong.text
    right = learner.post("/training/attendance/come", data={"lesson_id": morning.lesson_id, "digits": digits})
    assert right.status_code == 303
    assert morning.attendance(morning.people[0]).came_at == morning.now


def test_who_guesses_digits_has_to_wait(morning) -> None:
    actor = actor_of(a_practitioner(morning.people[0]), morning.now)
    digits = checkins.spoken_of(morning.held.door, checkins.step_at(morning.now))
    wrong = f"{(int(digits) + 1) % 10**6:06d}"
    refusals = []
    while not refusals or refusals[-1] is Invalid:
        with pytest.raises((Invalid, TooMany)) as refused:
            service.read_spoken(morning.held, wrong, actor=actor, now=morning.now)
        refusals.append(refused.type)
    assert 2 < len(refusals) < 20
    with pytest.raises(TooMany, match="再输"):
        service.read_spoken(morning.held, digits, actor=actor, now=morning.now)


def test_leaving_is_noted_and_cannot_come_before_coming(browser, morning, monkeypatch) -> None:
    learner = browser(a_practitioner(morning.people[0]))
    _page, admission = come(learner, morning.code())
    form = {"lesson_id": morning.lesson_id, "admission": admission}
    assert learner.post("/training/attendance/come", data={**form, "leaving": "yes"}).status_code == 409
    learner.post("/training/attendance/come", data=form)
    later = morning.now + timedelta(minutes=60)
    monkeypatch.setattr(clock, "now", lambda: later)
    _page, admission = come(learner, checkins.code_of(morning.held.door, checkins.step_at(later)))
    learner.post("/training/attendance/come", data={**form, "admission": admission, "leaving": "yes"})
    assert morning.attendance(morning.people[0]).minutes == 60


def test_one_telephone_for_two_people_is_shown_to_the_trainer_and_nobody_is_refused(browser, morning) -> None:
    for person in morning.people:
        service.check_in(
            morning.held, person, leaving=False, source=SightingSource.CODE, device="abc",
            actor=actor_of(a_practitioner(person), morning.now), now=morning.now,
        )  # fmt: skip
    page = browser(morning.trainer).get(f"/training/attendance/lessons/{morning.lesson_id}")
    assert page.text.count("使用同一部手机") == 2


def test_the_trainer_states_attendance_and_says_why_where_something_was_seen(browser, morning) -> None:
    trainer, stranger = browser(morning.trainer), browser(an_account(Role.TRAINER))
    first, second = morning.people
    address = f"/training/attendance/lessons/{morning.lesson_id}"
    form = {"people": [first.id, second.id], "kind": "present"}
    assert stranger.post(address, data=form).status_code in (403, 404)
    assert trainer.post(address, data=form).status_code == 303
    refused = trainer.post(address, data={"people": [first.id], "kind": "absent"})
    assert refused.status_code == 422
    assert "已有记录的要写明更正原因：学员甲" in refused.text
    assert f'value="{first.id}" checked' in refused.text, "nothing ticked is lost"
    assert trainer.post(address, data={"people": [first.id], "kind": "absent", "why": "点名时不在"}).status_code == 303
    assert morning.attendance(first).state is AttendanceState.ABSENT
    assert morning.attendance(second).minutes == 180
    page = trainer.get(address).text
    assert "点名时不在" in page
    assert page.count("考勤表") >= 2, "what was stated before stays to be read"


def test_who_is_on_no_roster_here_learns_nothing_of_a_lesson(browser, morning) -> None:
    address = f"/training/attendance/lessons/{morning.lesson_id}"
    for account in (a_practitioner(), an_account(Role.INSTALLER, enterprise=an_enterprise())):
        for way in (address, f"{address}/door", f"{address}/device", f"/training/attendance/classes/{morning.of.id}"):
            assert browser(account).get(way).status_code == 404
    assert browser(an_account(Role.AUDITOR)).get(address).status_code == 200
    assert browser(an_account(Role.AUDITOR)).get(f"{address}/door").status_code == 403


def a_batch(morning, count: int = 40) -> list[dict[str, object]]:
    draw = random.Random(6)
    return [
        {
            "uid": str(uuid.UUID(int=draw.getrandbits(128))),
            "person_id": draw.choice(morning.people).id,
            "kind": draw.choice(["came", "left", "absent"]),
            "at": (at(morning.of.begins, 8, 30) + timedelta(seconds=draw.randrange(2400))).isoformat(),
        }
        for _one in range(count)
    ]


def test_a_device_hands_in_late_twice_and_in_any_order_and_the_result_is_the_same(browser, morning) -> None:
    trainer, batch, draw = browser(morning.trainer), a_batch(morning), random.Random(7)
    address = f"/training/attendance/lessons/{morning.lesson_id}/hand-in"
    results = []
    for _way in range(4):
        database.session.execute(database.delete(SightingRecord))
        database.session.commit()
        draw.shuffle(batch)
        for part in (batch[:15], batch[10:], batch[:5]):
            answer = trainer.post(address, json={"sightings": part})
            assert answer.status_code == 200
            assert answer.json["refused"] == []
            assert sorted(answer.json["taken"]) == sorted(one["uid"] for one in part)
        assert database.session.scalar(select(func.count()).select_from(SightingRecord)) == len(batch)
        results.append([morning.attendance(person) for person in morning.people])
    assert all(one == results[0] for one in results)


def test_what_a_device_could_not_have_seen_is_refused_and_keeps_nothing_else_out(browser, morning) -> None:
    good = a_batch(morning, 1)[0]
    later = (morning.now + timedelta(minutes=30)).isoformat()
    stranger = a_person()
    bad = [
        {**good, "uid": str(uuid.uuid4()), "at": later},
        {**good, "uid": str(uuid.uuid4()), "person_id": stranger.id},
        {**good, "uid": str(uuid.uuid4()), "at": at(morning.of.begins, 1).isoformat()},
        {**good, "uid": str(uuid.uuid4()), "kind": "present", "minutes": 999},
    ]
    trainer = browser(morning.trainer)
    answer = trainer.post(
        f"/training/attendance/lessons/{morning.lesson_id}/hand-in", json={"sightings": [*bad, good]}
    ).json
    assert answer["taken"] == [good["uid"]]
    assert [one["code"] for one in answer["refused"]] == ["in_future", "not_on_roster", "outside", "bounds"]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"sightings": 1}', b'{"sightings": [{"uid": "x"}]}', b'{"more": 1}'], ids=repr
)
def test_what_cannot_be_read_is_refused_with_a_sentence(browser, morning, body) -> None:
    answer = browser(morning.trainer).post(
        f"/training/attendance/lessons/{morning.lesson_id}/hand-in", data=body, content_type="application/json"
    )
    assert answer.status_code in (400, 422)


def test_the_screen_shows_a_code_that_is_taken_and_works_without_scripts(browser, morning) -> None:
    page = browser(morning.trainer).get(f"/training/attendance/lessons/{morning.lesson_id}/door").text
    assert "<svg" in page
    assert '<meta http-equiv="refresh"' in page
    digits = "".join(re.search(r"(\d{3}) (\d{3})", page).groups())
    assert checkins.read_spoken(digits, morning.held.door, morning.now) is checkins.Reading.GOOD


def test_the_device_page_holds_the_codes_of_the_whole_lesson(browser, morning) -> None:
    page = browser(morning.trainer).get(f"/training/attendance/lessons/{morning.lesson_id}/device").text
    sheet = json.loads(re.search(r'id="device-sheet">(.*?)</script>', page, re.DOTALL).group(1))
    step = checkins.step_at(morning.now)
    code = f"{sheet['place']}.{step}.{sheet['marks'][step - sheet['first_step']]}"
    assert checkins.read_code(code, morning.held.door, morning.now) is checkins.Reading.GOOD
    assert len(sheet["marks"]) == (180 + 120) * 4 + 1


def test_the_sheet_of_a_class_shows_who_reaches_the_minimum(browser, morning, monkeypatch) -> None:
    first, second = morning.people
    service.state_attendance(
        morning.held, [first.id], SightingKind.PRESENT, actor=actor_of(morning.trainer, morning.now), now=morning.now
    )
    over = at(morning.of.begins, 13)
    monkeypatch.setattr(clock, "now", lambda: over)
    page = browser(an_account(Role.TRAINING_STAFF)).get(f"/training/attendance/classes/{morning.of.id}").text
    assert page.count("未达到") == 1
    assert "100%" in page
    found = queries.shares(morning.of.id, [first.id, second.id], now=over)
    assert (found[first.id].minutes, found[second.id].minutes) == (180, 0)


def test_a_programs_key_shows_an_enterprise_its_own_people_who_agreed(program, morning) -> None:
    from association.vocabulary import ConsentPurpose, Scope
    from tests.builders import a_key

    firm, other = an_enterprise(), an_enterprise()
    agreed = a_person("同意者", enterprise=firm, agrees=(ConsentPurpose.TRAINING, ConsentPurpose.EMPLOYER))
    silent = a_person("未同意者", enterprise=firm)
    for person in (agreed, silent):
        an_enrolment(morning.of, person)
    account = an_account(Role.INSTALLER, enterprise=firm)
    stranger = an_account(Role.INSTALLER, enterprise=other)
    items = (
        program(a_key(account, firm, scopes=(Scope.TRAINING_READ,))).get("/api/v1/training/attendance").json["items"]
    )
    assert [one["name"] for one in items] == ["同意者"]
    theirs = program(a_key(stranger, other, scopes=(Scope.TRAINING_READ,))).get("/api/v1/training/attendance").json
    assert theirs["items"] == []


def test_every_check_in_stands_in_the_ledger_without_a_name(browser, morning) -> None:
    learner = browser(a_practitioner(morning.people[0]))
    _page, admission = come(learner, morning.code())
    learner.post("/training/attendance/come", data={"lesson_id": morning.lesson_id, "admission": admission})
    [line] = database.session.scalars(select(LedgerLine).where(LedgerLine.action == "attendance.came"))
    assert line.facts["person"] == morning.people[0].id
    assert "学员甲" not in json.dumps(line.facts, ensure_ascii=False)


def test_the_desk_cannot_state_attendance_before_a_lesson(morning) -> None:
    with pytest.raises(Conflict):
        service.state_attendance(
            morning.held, [morning.people[0].id], SightingKind.PRESENT, actor=the_desk(),
            now=datetime(2026, 3, 2, tzinfo=UTC),
        )  # fmt: skip
