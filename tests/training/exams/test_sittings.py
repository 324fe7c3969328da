"""Sittings: arranged under the mandate, seats given by rule, marks, release, outcomes."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from association.accounts.models import Account
from association.kernel.actors import OPERATOR
from association.kernel.db import db as database
from association.kernel.errors import Conflict, Forbidden, Invalid, NoMandate
from association.ledger.models import LedgerLine
from association.mandates.models import Mandate
from association.outbox.models import Message
from association.persons import erasure, holdings
from association.persons.holdings import Doing
from association.vocabulary import ErasureGround, MergeGround
from tests.builders import NOW, actor_of
from tests.contracts.test_statements import counted
from tests.training.builders import (
    a_class,
    a_course,
    a_lesson,
    a_person,
    a_practitioner,
    a_room,
    a_sitter,
    a_sitting,
    a_trainer,
    a_trainers_account,
    an_enrolment,
    at,
    checked,
    examined,
    marked,
    the_desk,
)
from training.exams import holding, marking, queries, service
from training.exams.models import MarkEntry, Sitter
from training.vocabulary import MarkSource, Means, Part, SitRule, SittingState

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def of():
    return a_class(a_course(minimum_attendance=0))


def a_learner(of, name=""):
    person = checked(a_person(name))
    an_enrolment(of, person)
    return person


def outcome(of, person, now=NOW + timedelta(days=900)):
    return queries.outcomes(of.id, [person.id], now=now)[person.id]


def test_a_sitting_names_the_mandate_and_is_in_the_ledger(of) -> None:
    made = a_sitting(of)
    assert (made.code, made.mandate_id) == (f"{of.code}-L1", of.mandate_id)
    assert (made.tolerance, made.appeal_days) == (10, 15), "from the data of the day"
    assert database.session.scalar(select(LedgerLine.action).where(LedgerLine.subject == f"sitting:{made.id}").limit(1))
    database.session.query(Mandate).update({"ended_on": NOW.date() - timedelta(days=1)})
    database.session.commit()
    with pytest.raises(NoMandate):
        a_sitting(of)


def test_everything_wrong_with_an_arrangement_is_said_at_once(of) -> None:
    start = at(of.begins, 9)
    a_lesson(of)
    with pytest.raises(Invalid) as caught:
        service.arrange(
            of,
            Part.PRACTICE,
            Means.BANK,
            starts_at=start,
            ends_at=start + timedelta(minutes=60),
            minutes=90,
            room_id=a_room(10).id,
            seats=11,
            actor=OPERATOR,
            now=NOW,
        )
    assert {one.field for one in caught.value.shortfalls} == {"minutes", "seats", "starts_at", "means"}
    theory_only = a_class(a_course(practice_pass=None, minimum_attendance=0))
    with pytest.raises(Invalid) as caught:
        a_sitting(theory_only, Part.PRACTICE)
    assert [one.code for one in caught.value.shortfalls] == ["not_asked"]


def test_only_the_desk_arranges(of) -> None:
    with pytest.raises(Forbidden):
        service.arrange(
            of,
            Part.THEORY,
            Means.SHEET,
            starts_at=at(of.ends, 19),
            ends_at=at(of.ends, 20),
            minutes=60,
            room_id=a_room().id,
            actor=actor_of(a_trainers_account()),
            now=NOW,
        )


def test_the_own_trainer_does_not_watch_alone(of) -> None:
    account = a_trainers_account()
    a_lesson(of, trainer=a_trainer(account=account))
    found = queries.held(a_sitting(of).id)
    with pytest.raises(Invalid) as caught:
        service.set_duties(found, invigilators=[account.id], examiners=[], actor=the_desk(), now=NOW)
    assert [one.code for one in caught.value.shortfalls] == ["own_trainer"]
    other = a_trainers_account()
    service.set_duties(found, invigilators=[account.id, other.id], examiners=[], actor=the_desk(), now=NOW)
    assert queries.on_duty(found.sitting.id) == [account.id, other.id]


def test_who_sits_is_not_on_duty(of) -> None:
    person = a_learner(of)
    account, sitting = a_practitioner(person), a_sitting(of)
    a_sitter(sitting, person)
    with pytest.raises(Invalid):
        service.set_duties(queries.held(sitting.id), invigilators=[account.id], examiners=[], actor=the_desk(), now=NOW)


def test_seats_are_given_to_those_whom_every_rule_admits_all_or_none(of) -> None:
    good, unchecked, stranger = a_learner(of, "甲"), a_person("乙"), checked(a_person("丙"))
    an_enrolment(of, unchecked)
    found = queries.held(a_sitting(of).id)
    with pytest.raises(Invalid) as caught:
        service.admit(found, [good.id, unchecked.id, stranger.id], actor=the_desk(), now=NOW)
    assert {one.code for one in caught.value.shortfalls} == {SitRule.IDENTITY.value, SitRule.ENROLLED.value}
    assert queries.sitters(found.sitting.id) == []
    [made] = service.admit(found, [good.id], actor=the_desk(), now=NOW)
    assert made.seat == 1
    assert service.admit(found, [good.id], actor=the_desk(), now=NOW) == [], "twice changes nothing"


def test_the_last_seat_is_given_once(of) -> None:
    sitting = a_sitting(of, seats=1)
    one, other = a_learner(of), a_learner(of)
    a_sitter(sitting, one)
    with pytest.raises(Invalid) as caught:
        a_sitter(sitting, other)
    assert [found.code for found in caught.value.shortfalls] == [SitRule.SEAT.value]
    [(sitter, _person)] = queries.sitters(sitting.id)
    service.leave_out(queries.held(sitting.id), sitter, why="请假", actor=the_desk(), now=NOW)
    assert a_sitter(sitting, other).seat == 1


def test_attendance_below_the_minimum_keeps_somebody_out_with_figures() -> None:
    of = a_class(a_course(minimum_attendance=80))
    a_lesson(of)
    person = a_learner(of)
    found = queries.held(a_sitting(of).id)
    [candidate] = queries.candidates(found, now=at(of.begins, 13))
    said = {one.rule: one for one in candidate.said}
    assert not candidate.may_sit
    assert "0分钟，共180分钟，0%；要求80%" in said[SitRule.ATTENDANCE].detail
    assert candidate.person.id == person.id


def test_two_sittings_at_once_are_one_too_many(of) -> None:
    person = a_learner(of)
    a_sitter(a_sitting(of), person)
    with pytest.raises(Invalid) as caught:
        a_sitter(a_sitting(of, Part.PRACTICE), person)
    assert [one.code for one in caught.value.shortfalls] == [SitRule.FREE.value]


def test_who_is_let_in_is_noted_and_who_did_not_come_loses_no_attempt(of) -> None:
    sitting = a_sitting(of)
    here, away = a_learner(of), a_learner(of)
    came, missing = a_sitter(sitting, here), a_sitter(sitting, away)
    found, start = queries.held(sitting.id), sitting.starts_at
    invigilator = actor_of(database.session.get(Account, queries.on_duty(sitting.id)[0]))
    with pytest.raises(Conflict, match="提前60分钟"):
        service.let_in(found, came, actor=invigilator, now=start - timedelta(minutes=61))
    with pytest.raises(Forbidden):
        service.let_in(found, came, actor=actor_of(a_trainers_account()), now=start)
    service.let_in(found, came, actor=invigilator, now=start)
    with pytest.raises(Conflict, match="不能登记缺考"):
        service.note_absent(found, came, actor=invigilator, now=start)
    service.note_absent(found, missing, actor=invigilator, now=start)
    with pytest.raises(Conflict, match="1人没有成绩"):
        marking.release(found, actor=the_desk(), now=sitting.ends_at)
    marking.record_marks(found, {came.id: 70}, source=MarkSource.SHEET, actor=the_desk(), now=sitting.ends_at)
    marking.release(found, actor=the_desk(), now=sitting.ends_at)
    assert (outcome(of, here).theory, outcome(of, away).theory, outcome(of, away).attempts) == (70, None, 0)
    assert found.sitting.state(sitting.ends_at) is SittingState.RELEASED


def test_an_outcome_needs_both_components_and_their_release(of) -> None:
    person = a_learner(of)
    assert outcome(of, person) == queries.Outcome(None, None, False, None, False, 0)
    theory = a_sitting(of, starts_at=at(of.ends, 9))
    a_sitter(theory, person)
    marked(theory, {person.id: 61})
    assert (outcome(of, person).theory, outcome(of, person).passed) == (61, False)
    practice = a_sitting(of, Part.PRACTICE, starts_at=at(of.ends, 19))
    a_sitter(practice, person)
    marked(practice, {person.id: 59})
    assert not outcome(of, person).passed
    again = a_sitting(of, Part.PRACTICE, starts_at=at(of.ends + timedelta(days=9), 19))
    a_sitter(again, person, now=practice.ends_at)
    assert not outcome(of, person).passed, "arranged is not sat"
    marked(again, {person.id: 60})
    found = outcome(of, person)
    assert (found.theory, found.practice, found.passed, found.attempts) == (61, 60, True, 2)
    assert found.passed_on == of.ends + timedelta(days=9)
    assert not outcome(of, person, now=again.ends_at - timedelta(seconds=1)).passed, "as it was known before"


def test_a_cancelled_sitting_counts_for_nothing(of) -> None:
    person = a_learner(of)
    account = a_practitioner(person)
    sitting = a_sitting(of)
    a_sitter(sitting, person)
    service.cancel(queries.held(sitting.id), why="停电", actor=the_desk(), now=NOW)
    letters = database.session.scalars(select(Message.subject).where(Message.to_account_id == account.id)).all()
    assert letters == [f"考试安排：{sitting.code}", f"考试取消：{sitting.code}"]
    with pytest.raises(Conflict):
        a_sitter(sitting, a_learner(of))


def test_a_correction_keeps_who_and_why_and_what_was(of) -> None:
    person, desk = a_learner(of), the_desk()
    sitting = a_sitting(of)
    sitter = a_sitter(sitting, person)
    marked(sitting, {person.id: 59})
    found, later = queries.held(sitting.id), sitting.ends_at + timedelta(days=2)
    with pytest.raises(Invalid) as caught:
        marking.correct(found, sitter, 101, why="", actor=desk, now=later)
    assert {one.field for one in caught.value.shortfalls} == {"mark", "why"}
    marking.correct(found, sitter, 61, why="漏加一题", actor=desk, now=later)
    entries = database.session.scalars(
        select(MarkEntry).where(MarkEntry.sitter_id == sitter.id).order_by(MarkEntry.id)
    ).all()
    assert [(one.before, one.mark, one.why, one.by_account_id) for one in entries] == [
        (None, 59, "", None),
        (59, 61, "漏加一题", desk.account_id),
    ]
    assert outcome(of, person).theory == 61
    assert queries.markers(sitter.id) == {desk.account_id}


def test_outcomes_of_many_cost_as_few_statements_as_of_one(of) -> None:
    people = [a_learner(of) for _number in range(6)]
    examined(of, people)
    with counted() as few:
        queries.outcomes(of.id, [people[0].id], now=NOW)
    with counted() as many:
        queries.outcomes(of.id, [one.id for one in people], now=NOW)
    assert len(few) == len(many) <= 4


# -- persons ------------------------------------------------------------------------------------------------


def test_who_is_erased_keeps_figures_and_loses_words(of) -> None:
    person = a_learner(of)
    sitting, coming = a_sitting(of), a_sitting(of, starts_at=at(of.ends + timedelta(days=60), 9))
    sitter = a_sitter(sitting, person)
    marked(sitting, {person.id: 40})
    now = sitting.ends_at
    a_sitter(coming, person, now=now)
    marking.correct(queries.held(sitting.id), sitter, 41, why="某人说明", actor=the_desk(), now=now)
    erasure.erase(person, ground=ErasureGround.REQUEST, holdings=holdings.everywhere(), actor=OPERATOR, now=now)
    left = database.session.scalars(select(Sitter)).all()
    assert [(one.sitting_id, one.mark) for one in left] == [(sitting.id, 41)], "a seat to come is given up"
    assert set(database.session.scalars(select(MarkEntry.why))) == {""}


def test_sittings_follow_a_merger(of) -> None:
    gone, kept = a_learner(of, "同一人"), a_person("同一人")
    sitting = a_sitting(of)
    a_sitter(sitting, gone)
    erasure.merge(gone, kept, ground=MergeGround.MISTYPED, holdings=holdings.everywhere(), actor=the_desk(), now=NOW)
    assert [person.id for _sitter, person in queries.sitters(sitting.id)] == [kept.id]
    assert database.session.scalar(select(func.count()).select_from(Sitter)) == 1


def test_two_files_with_a_seat_each_in_a_sitting_that_was_sat_are_not_merged(of) -> None:
    gone, kept = a_learner(of, "同一人"), a_learner(of, "同一人")
    sitting = a_sitting(of)
    for person in (gone, kept):
        a_sitter(sitting, person)
    marked(sitting, {gone.id: 70, kept.id: 80})
    with pytest.raises(Conflict, match=sitting.code):
        holding.move(gone, kept, Doing(the_desk(), sitting.ends_at))
    assert len(queries.sitters(sitting.id)) == 2


def test_two_seats_still_to_come_become_one(of) -> None:
    gone, kept = a_learner(of, "同一人"), a_learner(of, "同一人")
    sitting = a_sitting(of)
    for person in (gone, kept):
        a_sitter(sitting, person)
    holding.move(gone, kept, Doing(the_desk(), NOW))
    assert [person.id for _sitter, person in queries.sitters(sitting.id)] == [kept.id]


def test_a_change_is_held_to_the_rules_of_arranging_and_comes_before_the_start(of) -> None:
    sitting = a_sitting(of)
    seats = [a_sitter(sitting, a_learner(of)).seat for _number in range(3)]
    found, start = queries.held(sitting.id), sitting.starts_at + timedelta(hours=1)
    small = a_room(2)

    def change(now=NOW, **more) -> None:
        given = {"starts_at": start, "ends_at": start + timedelta(minutes=60), "minutes": 60, "room_id": small.id}
        service.change(found, **(given | {"seats": 2, "plan": (), "note": ""} | more), actor=the_desk(), now=now)

    with pytest.raises(Invalid) as caught:
        change(starts_at=NOW - timedelta(hours=1), ends_at=NOW - timedelta(hours=2))
    assert {one.field for one in caught.value.shortfalls} == {"ends_at", "starts_at", "seats"}
    with pytest.raises(Conflict):
        change(now=sitting.starts_at)
    big = a_room(9)
    change(room_id=big.id, seats=9)
    assert (sitting.room_id, sitting.seats, seats) == (big.id, 9, [1, 2, 3])
