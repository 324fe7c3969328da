"""Issuing and what follows: exactly once, under a mandate, by events that are never changed."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
import sqlalchemy as sa
from sqlalchemy import func, select

from association.kernel.actors import OPERATOR, Role
from association.kernel.dates import noon
from association.kernel.db import db as database
from association.kernel.errors import Conflict, Forbidden, Invalid, NoMandate
from association.ledger.models import LedgerLine
from association.mandates.models import Mandate
from association.persons import service as persons
from tests.builders import NOW, TODAY, actor_of, an_account
from tests.training.builders import a_course, a_person, a_practitioner, the_desk
from tests.training.certificates.builders import PUBLIC, Passed, a_certificate, a_finished_class, took_part
from training.certificates import candidates, events, queries, service
from training.certificates.models import Certificate, CertificateEvent
from training.vocabulary import CertificateEventKind, CertificateGround, CertificateStanding

pytestmark = pytest.mark.usefixtures("db")
DAY = timedelta(days=1)
WHY = {"ground": CertificateGround.UNDER_REVIEW, "note": "正在核查"}


def count(model=Certificate) -> int:
    return database.session.scalar(select(func.count()).select_from(model))


def word_of(one, on=TODAY, **more):
    return queries.standing(one, on, **more).standing


def test_a_class_is_issued_once_and_everybody_is_judged_by_every_condition():
    of = a_finished_class()
    good, absent, unseen = (a_person(name, agrees=PUBLIC) for name in ("全勤", "缺课", "未核对"))
    rows = [took_part(of, good), took_part(of, absent, of_lessons=1), took_part(of, unseen, checked=False)]
    outcomes = {person.id: Passed() for person in (good, absent, unseen)}
    found = candidates.batch(of, outcomes, now=NOW)
    assert {one.person.name: [check.code for check in one.checks if not check.met] for one in found.rows} == {
        "全勤": [], "缺课": ["attendance"], "未核对": ["identity"],
    }  # fmt: skip
    with pytest.raises(Invalid) as refused:
        service.issue(of, [row.id for row in rows], outcomes, actor=the_desk(), now=NOW)
    assert {one.code for one in refused.value.shortfalls} == {"attendance", "identity"}
    assert count() == 0, "all or none"
    for issued in (1, 0):
        made = service.issue(of, [rows[0].id], outcomes, actor=the_desk(), now=NOW)
        assert len(made) == issued, "who has theirs is left as they are"
    assert count() == 1
    assert count(CertificateEvent) == 1
    one = queries.latest_of([good.id], of.course_id)[good.id]
    assert (one.name, one.issued_on, one.valid_from) == ("全勤", TODAY, TODAY)
    assert one.valid_until.year == TODAY.year + 3
    assert one.code != one.number
    assert len(one.code) == 16


def test_without_a_mandate_in_force_nothing_is_issued():
    of = a_finished_class()
    person = a_person(agrees=PUBLIC)
    row = took_part(of, person)
    database.session.execute(sa.update(Mandate).values(ended_on=TODAY - DAY))
    database.session.commit()
    with pytest.raises(NoMandate):
        service.issue(of, [row.id], {person.id: Passed()}, actor=the_desk(), now=NOW)
    assert count() == 0


def test_a_course_that_names_a_national_award_gives_no_certificate():
    course = a_course()
    course.name = "全国安装维护员培训"
    database.session.commit()
    of, person = a_finished_class(course), a_person(agrees=PUBLIC)
    row = took_part(of, person)
    with pytest.raises(Invalid, match="全国"):
        service.issue(of, [row.id], {person.id: Passed()}, actor=the_desk(), now=NOW)


def test_only_the_desk_issues():
    of, person = a_finished_class(), a_person(agrees=PUBLIC)
    row = took_part(of, person)
    for role in (Role.TRAINER, Role.PRACTITIONER, Role.AUDITOR, Role.APPROVER):
        with pytest.raises(Forbidden):
            service.issue(of, [row.id], {person.id: Passed()}, actor=actor_of(an_account(role)), now=NOW)


def test_events_are_chained_and_no_hand_changes_them():
    one = a_certificate()
    service.suspend(one, **WHY, effective_from=TODAY, actor=the_desk(), now=NOW)
    a_certificate()
    rows = [
        one.as_event() for one in database.session.scalars(select(CertificateEvent).order_by(CertificateEvent.position))
    ]
    assert [one.position for one in rows] == [1, 2, 3]
    for before, after in pairwise(rows):
        assert after.previous == before.hash
    assert all(events.event_hash(one) == one.hash for one in rows)
    for statement in ("UPDATE certificate_event SET mandate = 'x'", "DELETE FROM certificate_event"):
        with pytest.raises(sa.exc.DatabaseError):
            database.session.execute(sa.text(statement))
        database.session.rollback()
    lines = database.session.scalars(
        select(LedgerLine).where(LedgerLine.action.like("certificate.%")).order_by(LedgerLine.position)
    ).all()
    assert [line.facts["hash"] for line in lines] == [one.hash for one in rows]
    assert not any(name in str(line.facts) for line in lines for name in ("测试学员", "正在核查")), (
        "nobody is named for good"
    )


def test_suspension_and_lifting_are_seen_on_every_day_and_as_it_was_known():
    one = a_certificate(on=TODAY - 30 * DAY)
    desk, later = the_desk(), noon(TODAY + 5 * DAY)
    service.suspend(one, **WHY, effective_from=TODAY - 3 * DAY, actor=desk, now=NOW)
    assert word_of(one, TODAY - 4 * DAY) is CertificateStanding.VALID
    assert word_of(one) is CertificateStanding.SUSPENDED
    assert not one.good_on(TODAY)
    with pytest.raises(Conflict):
        service.suspend(one, **WHY, effective_from=TODAY, actor=desk, now=NOW)
    service.reinstate(one, note="查无此事", effective_from=TODAY - 3 * DAY, actor=desk, now=later)
    assert word_of(one) is CertificateStanding.VALID
    assert word_of(one, known=NOW) is CertificateStanding.SUSPENDED
    assert one.good_on(TODAY)


def test_a_withdrawal_takes_two_people_and_neither_is_the_holder():
    one = a_certificate(on=TODAY - 30 * DAY)
    first, second = the_desk(), actor_of(an_account(Role.APPROVER))
    why = {"ground": CertificateGround.EXAMINATION, "note": "替考", "effective_from": one.valid_from}
    case = service.propose_withdrawal(one, **why, actor=first, now=NOW)
    assert word_of(one) is CertificateStanding.VALID, "a proposal changes nothing"
    with pytest.raises(Forbidden):
        service.confirm_withdrawal(case, actor=first, now=NOW)
    with pytest.raises(Forbidden):
        service.confirm_withdrawal(case, actor=actor_of(an_account(Role.REVIEWER)), now=NOW)
    with pytest.raises(Conflict):
        service.propose_withdrawal(one, **why, actor=second if second.has(Role.TRAINING_STAFF) else the_desk(), now=NOW)
    service.confirm_withdrawal(case, actor=second, now=NOW)
    assert word_of(one) is CertificateStanding.WITHDRAWN
    assert word_of(one, one.valid_from) is CertificateStanding.WITHDRAWN, "it never counted"
    assert queries.valid_until(one) == one.valid_from - DAY
    with pytest.raises(Conflict):
        service.confirm_withdrawal(case, actor=second, now=NOW)
    with pytest.raises(Conflict):
        service.reinstate(one, note="x", effective_from=TODAY, actor=first, now=NOW)


def test_nobody_decides_about_their_own_certificate():
    person = a_person(agrees=PUBLIC)
    one, account = a_certificate(person), a_practitioner(person)
    account.roles = [Role.TRAINING_STAFF.value]
    database.session.commit()
    own = actor_of(account)
    with pytest.raises(Forbidden):
        service.suspend(one, **WHY, effective_from=TODAY, actor=own, now=NOW)
    case = service.propose_withdrawal(
        one, ground=CertificateGround.OWN_WISH, note="x", effective_from=TODAY, actor=the_desk(), now=NOW
    )
    with pytest.raises(Forbidden):
        service.confirm_withdrawal(case, actor=own, now=NOW)


def test_a_renewal_names_the_old_one_which_stays_to_be_seen_and_loses_no_day():
    course, person = a_course(begins=date(2022, 1, 1)), a_person(agrees=PUBLIC)
    old = a_certificate(person, course=course, on=TODAY - 1000 * DAY)
    new = a_certificate(person, course=course, on=TODAY)
    assert new.renews_id == old.id
    assert old.valid_until > TODAY
    assert new.valid_until.replace(year=old.valid_until.year) == old.valid_until
    assert word_of(old) is word_of(new) is CertificateStanding.VALID
    assert [one.id for one in queries.chain(old)] == [one.id for one in queries.chain(new)] == [old.id, new.id]


def test_a_withdrawn_certificate_is_continued_by_none():
    course, person = a_course(), a_person(agrees=PUBLIC)
    old = a_certificate(person, course=course, on=TODAY - 100 * DAY)
    case = service.propose_withdrawal(
        old, ground=CertificateGround.EXAMINATION, note="x", effective_from=TODAY - 50 * DAY, actor=the_desk(), now=NOW
    )
    service.confirm_withdrawal(case, actor=the_desk(), now=NOW)
    assert a_certificate(person, course=course).renews_id is None


def test_after_a_change_of_name_the_new_one_takes_the_place_of_the_old():
    person = a_person("旧名", agrees=PUBLIC)
    old = a_certificate(person, on=TODAY - 10 * DAY)
    with pytest.raises(Conflict, match="姓名"):
        service.replace_after_name_change(old, actor=the_desk(), now=NOW)
    persons.correct(person, name="新名", phone="", email="", actor=OPERATOR, now=NOW)
    new = service.replace_after_name_change(old, actor=the_desk(), now=NOW)
    assert (new.name, new.valid_until, new.replaces_id) == ("新名", old.valid_until, old.id)
    assert word_of(old, TODAY - DAY) is CertificateStanding.VALID
    assert word_of(old) is CertificateStanding.REPLACED
    assert word_of(new) is CertificateStanding.VALID
    assert [one.number for one in queries.chain(new)] == [old.number, new.number]
    with pytest.raises(Conflict):
        service.replace_after_name_change(old, actor=the_desk(), now=NOW)


def test_who_was_certified_on_a_day_is_answered_for_many_at_once():
    course = a_course()
    one, other, none = a_person(agrees=PUBLIC), a_person(agrees=PUBLIC), a_person(agrees=PUBLIC)
    first = a_certificate(one, course=course, on=TODAY - 100 * DAY)
    second = a_certificate(other, course=course, on=TODAY - 50 * DAY)
    service.suspend(first, **WHY, effective_from=TODAY, actor=the_desk(), now=NOW)
    ids = [one.id, other.id, none.id]
    assert queries.good_on(ids, TODAY - 60 * DAY) == {one.id: [first]}
    assert queries.good_on(ids, TODAY) == {other.id: [second]}
    kinds = [event.kind for event in queries.events_of([first.number])[first.number]]
    assert kinds == [CertificateEventKind.ISSUED, CertificateEventKind.SUSPENDED]
