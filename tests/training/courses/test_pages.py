"""Courses: public, versioned, taught by those who may; never called what they are not."""

from datetime import date, timedelta

import pytest

from association.kernel.actors import OPERATOR, Role
from association.kernel.errors import Conflict, Forbidden, Invalid
from tests.builders import NOW, TODAY, actor_of, an_account
from tests.training.builders import a_class, a_course, a_practitioner, a_room, a_trainer
from training.courses import queries, rules, service
from training.courses.rules import Held, SubjectPlan, SyllabusPlan, TrainerRule, Way
from training.vocabulary import CourseKind, Level, Part, Qualification

pytestmark = pytest.mark.usefixtures("db")

SYLLABUS = {
    "begins": "2026-06-01", "hour_minutes": "45", "theory_pass": "60", "practice_pass": "60", "minimum_attendance": "80",
    "resits": "2", "resit_months": "12", "validity_months": "", "continuing_hours": "24", "professional_share": "66",
    "subject_1_name": "法规与标准", "subject_1_part": "theory", "subject_1_hours": "8",
    "subject_3_name": "视频监控安装", "subject_3_part": "practice", "subject_3_hours": "40",
}  # fmt: skip


@pytest.fixture
def desk(browser):
    return browser(an_account(Role.TRAINING_STAFF))


def test_anybody_reads_what_a_course_teaches_and_asks(client):
    course = a_course(code="A5", basis="学时参照职业技能标准，其余由协会自定")
    assert course.name in client.get("/training/courses").text
    shown = client.get("/training/courses/a5").text
    for said in ("入侵报警系统", "设备安装与调试", "80%", "60分合格", "理论和实操均须合格", "不是从业的前提"):
        assert said in shown
    assert client.get("/training/courses/NONE").status_code == 404


def test_the_desk_sets_up_a_course_and_its_versions_stay(desk, client):
    form = {
        "code": "B4",
        "name": "安装维护员岗位培训（四级）",
        "occupation": "安全防范系统安装维护员",
        "level": "four",
        "kind": "initial",
    }
    assert desk.post("/training/courses/new", data=form).status_code == 303
    assert desk.post("/training/courses/B4/syllabus", data=SYLLABUS).status_code == 303
    second = SYLLABUS | {"begins": "2026-09-01", "validity_months": "36", "note": "增加课时", "subject_3_hours": "48"}
    assert desk.post("/training/courses/B4/syllabus", data=second).status_code == 303
    first = client.get("/training/courses/B4/versions/1").text
    assert "长期有效" in first
    assert ">40<" in first
    assert ">48<" in client.get("/training/courses/B4/versions/2").text
    course = queries.course("B4")
    assert queries.syllabus_on(course, date(2026, 8, 31)).number == 1
    assert queries.syllabus_on(course, date(2026, 9, 1)).number == 2
    assert queries.syllabus_on(course, date(2026, 5, 31)) is None


def test_a_fault_stands_at_the_row_in_which_it_was_typed_and_nothing_is_lost(desk):
    a_course(code="B4", syllabus=False)
    wrong = SYLLABUS | {"subject_3_hours": "", "theory_pass": "101", "subject_5_hours": "3"}
    refused = desk.post("/training/courses/B4/syllabus", data=wrong)
    assert refused.status_code == 422
    assert 'value="视频监控安装"' in refused.text
    refused = desk.post("/training/courses/B4/syllabus", data=wrong | {"theory_pass": "60"})
    assert 'id="f-subject_3_hours-error' in refused.text or "#f-subject_3_hours" in refused.text
    assert "#f-subject_5_name" in refused.text


@pytest.mark.parametrize("name", ["全国安防工程师培训", "中国安防培训", "安防职业资格培训", "国家安防培训"])
def test_no_title_of_ours_borrows_national_words(name):
    with pytest.raises(Invalid) as refused:
        service.create_course(
            "X1", name, occupation="安装维护员", level=Level.FIVE, kind=CourseKind.INITIAL, actor=OPERATOR, now=NOW
        )
    assert refused.value.shortfalls[0].code == "national_title"


def test_what_is_not_taught_is_not_examined_and_versions_go_forward():
    course = a_course()
    plan = SyllabusPlan(begins=date(2024, 1, 1), subjects=(SubjectPlan("理论", Part.THEORY, 8),))
    with pytest.raises(Invalid) as refused:
        service.publish_syllabus(course, plan, actor=OPERATOR, now=NOW)
    assert {one.field for one in refused.value.shortfalls} == {"begins", "practice_pass"}


def test_a_retired_course_opens_no_class_and_keeps_those_it_has():
    course = a_course()
    of = a_class(course)
    service.retire_course(course, last_day=TODAY - timedelta(days=1), actor=OPERATOR, now=NOW)
    with pytest.raises(Invalid):
        a_class(course)
    with pytest.raises(Conflict):
        service.retire_course(course, last_day=TODAY, actor=OPERATOR, now=NOW)
    assert of.syllabus_id


@pytest.mark.parametrize("role", [Role.SECRETARIAT, Role.REVIEWER, Role.TRAINER, Role.PRACTITIONER, Role.INSTALLER])
def test_only_the_desk_keeps_courses(browser, role):
    visitor = browser(an_account(role))
    answer = visitor.post(
        "/training/courses/new",
        data={"code": "Z9", "name": "课", "occupation": "职", "level": "five", "kind": "initial"},
    )
    assert answer.status_code in (403, 404)
    with pytest.raises(Forbidden):
        service.record_room("教室", a_room().kind, seats=3, actor=actor_of(a_practitioner()), now=NOW)


FOUR, THREE, ASSESSOR = Qualification.LEVEL_FOUR, Qualification.LEVEL_THREE, Qualification.DESIGN_ASSESSOR


@pytest.mark.parametrize(
    ("level", "held", "years", "may"),
    [
        (Level.FIVE, FOUR, 2, True),
        (Level.FIVE, FOUR, 1, False),
        (Level.FOUR, THREE, 0, True),
        (Level.FOUR, ASSESSOR, 0, True),
        (Level.THREE, FOUR, 10, False),
        (Level.THREE, THREE, 1, False),
        (Level.THREE, THREE, 2, True),
        (Level.THREE, ASSESSOR, 0, True),
        (Level.NONE, FOUR, 0, True),
    ],
)
def test_who_may_teach_a_level_follows_from_what_they_hold_and_since_when(level, held, years, may):
    since = date(2026 - years, 3, 2)
    assert rules.may_teach(queries.trainer_rules(), level, [Held(held, since)], TODAY) is may


def test_a_lapsed_paper_counts_no_more_and_rules_have_their_days():
    rule = TrainerRule(date(2026, 1, 1), date(2026, 12, 31), (Level.FIVE,), (Way(FOUR),))
    lapsed = Held(FOUR, date(2020, 1, 1), date(2026, 3, 1))
    assert not rules.may_teach([rule], Level.FIVE, [lapsed], TODAY)
    assert rules.may_teach([rule], Level.FIVE, [lapsed], date(2025, 12, 31))
    assert rules.may_teach([rule], Level.FIVE, [], date(2027, 1, 1))


def test_rooms_and_trainers_are_kept_by_the_desk(desk):
    assert (
        desk.post("/training/courses/rooms", data={"name": "四号教室", "kind": "classroom", "seats": "50"}).status_code
        == 303
    )
    twice = desk.post("/training/courses/rooms", data={"name": "四号教室", "kind": "classroom", "seats": "50"})
    assert "已有同名的场地" in twice.text
    [room] = queries.rooms()
    assert (
        desk.post(f"/training/courses/rooms/{room.id}", data={"seats": "60", "address": "示例路1号"}).status_code == 303
    )
    assert queries.rooms() == []
    trainer = a_trainer(qualified=False)
    paper = {"kind": "level_four", "since": "2020-01-01", "number": "示例0001"}
    assert desk.post(f"/training/courses/trainers/{trainer.id}", data=paper).status_code == 303
    assert "五级（初级）" in desk.get("/training/courses/trainers").text
    assert desk.post(f"/training/courses/trainers/{trainer.id}/rest").status_code == 303
    assert queries.trainers() == []
