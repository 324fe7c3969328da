"""Opening classes, planning lessons, enrolling: under a mandate, without clashes, first come first served."""

from datetime import timedelta

import pytest

from association.kernel.errors import Conflict, Forbidden, Invalid, NoMandate
from association.ledger.queries import lines_about
from association.persons import service as persons
from association.vocabulary import ConsentPurpose, MandateItem
from tests.builders import NOW, TODAY, a_mandate, actor_of
from tests.training.builders import (
    a_class,
    a_course,
    a_lesson,
    a_person,
    a_practitioner,
    a_room,
    a_trainer,
    an_enrolment,
    at,
    the_desk,
)
from training.courses import service as courses
from training.courses.rules import SubjectPlan, SyllabusPlan
from training.rosters import lessons, queries, service
from training.vocabulary import ClassState, EnrolmentState, Part

pytestmark = pytest.mark.usefixtures("db")
SOON = TODAY + timedelta(days=10)


def open_one(course, actor, **more):
    form = {"code": "B1", "begins": SOON, "ends": SOON + timedelta(days=9), "capacity": 2} | more
    return service.open_class(course, **form, actor=actor, now=NOW)


def faults(refused) -> dict[str, str]:
    return {one.field: one.code for one in refused.value.shortfalls}


def test_a_class_is_opened_under_the_mandate_in_force_and_keeps_its_id():
    mandate = a_mandate(MandateItem.TRAINING)
    made = open_one(a_course(), the_desk())
    assert made.mandate_id == mandate.id
    [line] = lines_about(f"class:{made.id}")
    assert (line.action, line.facts["mandate"]) == ("class.opened", mandate.id)


def test_without_an_entrustment_for_training_no_class_is_opened():
    course, desk = a_course(), the_desk()
    a_mandate(MandateItem.REGISTRATION)
    a_mandate(MandateItem.TRAINING, ended_on=TODAY - timedelta(days=1))
    with pytest.raises(NoMandate):
        open_one(course, desk)


def test_only_the_desk_opens_classes():
    a_mandate(MandateItem.TRAINING)
    with pytest.raises(Forbidden):
        open_one(a_course(), actor_of(a_practitioner()))


def test_a_running_class_keeps_the_syllabus_it_began_with():
    course, desk = a_course(), the_desk()
    early = a_class(course)
    plan = SyllabusPlan(
        begins=SOON + timedelta(days=1), subjects=(SubjectPlan("新科目", Part.THEORY, 8),), practice_pass=None
    )
    second = courses.publish_syllabus(course, plan, actor=desk, now=NOW)
    late = a_class(course, begins=SOON + timedelta(days=1))
    assert second.number == 2
    assert early.syllabus_id != second.id == late.syllabus_id


def test_every_fault_of_a_class_is_said_at_once():
    a_mandate(MandateItem.TRAINING)
    with pytest.raises(Invalid) as refused:
        open_one(
            a_course(syllabus=False), the_desk(),
            code="坏", ends=SOON - timedelta(days=1), enrol_until=SOON + timedelta(days=1), capacity=0, fee=-1,
        )  # fmt: skip
    assert faults(refused) == {
        "code": "shape", "ends": "before_begin", "enrol_until": "after_begin", "capacity": "bounds", "fee": "bounds", "begins": "no_syllabus",
    }  # fmt: skip


def test_two_lessons_of_one_room_or_trainer_do_not_meet_and_it_is_said_with_what():
    room, trainer = a_room(), a_trainer()
    first, second = a_class(), a_class()
    a_lesson(first, hour=9, minutes=90, room=room, trainer=trainer, title="防雷接地")
    with pytest.raises(Invalid) as refused:
        a_lesson(second, hour=10, minutes=90, room=room, trainer=trainer)
    assert faults(refused) == {"room": "clash_room", "trainer": "clash_trainer"}
    assert all(first.code in one.detail and "防雷接地" in one.detail for one in refused.value.shortfalls)
    a_lesson(second, hour=11, minutes=60, room=room, trainer=trainer)  # a different hour
    early = at(second.begins, 10, 30)
    lessons.plan_lesson(
        second,
        title="紧接",
        starts_at=early,
        ends_at=early + timedelta(minutes=30),
        room_id=room.id,
        actor=the_desk(),
        now=NOW,
    )


def test_a_cancelled_lesson_is_in_nobodys_way():
    room, of = a_room(), a_class()
    lesson = a_lesson(of, room=room)
    lessons.cancel_lesson(of, lesson, actor=the_desk(), now=NOW)
    assert a_lesson(of, room=room).id != lesson.id
    assert len(queries.lessons(of.id)) == 1


def test_a_trainer_without_the_qualification_for_the_level_is_refused():
    with pytest.raises(Invalid) as refused:
        a_lesson(a_class(), trainer=a_trainer(qualified=False))
    assert faults(refused) == {"trainer": "not_qualified"}


def test_a_lesson_lies_within_its_class():
    of = a_class()
    with pytest.raises(Invalid) as refused:
        a_lesson(of, day=of.ends + timedelta(days=1))
    assert faults(refused) == {"starts_at": "outside"}


def test_a_full_class_keeps_a_line_and_whoever_came_first_moves_up():
    of, desk = a_class(capacity=2), the_desk()
    rows = [an_enrolment(of, now=NOW + timedelta(minutes=minute)) for minute in range(5)]
    assert [row.state for row in rows] == [EnrolmentState.ENROLLED] * 2 + [EnrolmentState.WAITING] * 3
    assert service.withdraw(of, rows[0], actor=desk, now=NOW) == [rows[2]]
    assert service.withdraw(of, rows[3], actor=desk, now=NOW) == []
    assert service.withdraw(of, rows[1], actor=desk, now=NOW) == [rows[4]]
    assert {row.id for row in queries.enrolments(of.id)} == {rows[2].id, rows[4].id}


def test_who_left_and_comes_back_stands_at_the_end_of_the_line():
    of, desk = a_class(capacity=1), the_desk()
    first, second = an_enrolment(of), an_enrolment(of, now=NOW + timedelta(minutes=1))
    person = service.persons.person(first.person_id)
    service.withdraw(of, first, actor=desk, now=NOW)
    again = service.enrol(of, person, actor=desk, now=NOW + timedelta(minutes=2))
    assert (again.id, again.state) == (first.id, EnrolmentState.WAITING)
    assert second.state is EnrolmentState.ENROLLED


def test_nobody_is_enrolled_twice_or_without_agreeing():
    of, desk, person = a_class(), the_desk(), a_person()
    service.enrol(of, person, actor=desk, now=NOW)
    with pytest.raises(Conflict) as twice:
        service.enrol(of, person, actor=desk, now=NOW)
    assert twice.value.code == "enrolled_already"
    with pytest.raises(Conflict) as silent:
        service.enrol(of, a_person(agrees=()), actor=desk, now=NOW)
    assert silent.value.code == "consent_missing"
    persons.withdraw_consent(person, ConsentPurpose.TRAINING, actor=desk, now=NOW)
    with pytest.raises(Conflict):
        service.enrol(a_class(), person, actor=desk, now=NOW)


def test_a_learner_is_not_in_two_places_at_once():
    person, one, other = a_person(), a_class(), a_class()
    a_lesson(one, title="视频监控")
    a_lesson(other)
    an_enrolment(one, person)
    with pytest.raises(Invalid) as refused:
        an_enrolment(other, person)
    assert faults(refused) == {"class": "clash_class"}
    assert one.code in refused.value.shortfalls[0].detail


def test_people_enrol_themselves_while_it_is_open_and_nobody_else():
    account, stranger = a_practitioner(), a_practitioner()
    person = service.persons.person(account.person_id)
    with pytest.raises(Forbidden):
        service.enrol(a_class(), person, actor=actor_of(stranger), now=NOW)
    for state in (ClassState.PLANNED, ClassState.CLOSED, ClassState.CANCELLED):
        with pytest.raises(Conflict):
            service.enrol(a_class(state=state), person, actor=actor_of(account), now=NOW)
    late = a_class(enrol_until=TODAY - timedelta(days=1))
    with pytest.raises(Conflict):
        service.enrol(late, person, actor=actor_of(account), now=NOW)
    assert service.enrol(late, person, actor=the_desk(), now=NOW).state is EnrolmentState.ENROLLED
    assert service.enrol(a_class(), person, actor=actor_of(account), now=NOW).enrolled_by == account.id
