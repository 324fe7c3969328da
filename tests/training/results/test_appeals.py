"""Appeals: in time, once, decided by somebody who had no part; until then no certificate."""

from datetime import UTC, datetime, time, timedelta

import pytest
from sqlalchemy import select

from association.accounts.models import Account
from association.kernel import clock
from association.kernel.actors import Role
from association.kernel.db import db as database
from association.kernel.errors import Conflict, Forbidden, Invalid
from association.outbox.models import Message
from tests.builders import actor_of, an_account
from tests.training.builders import (
    a_class,
    a_course,
    a_person,
    a_practitioner,
    an_enrolment,
    checked,
    examined,
)
from training.certificates import issuing
from training.exams import marking
from training.exams import queries as exams
from training.exams.models import Appeal, Sitter, Sitting
from training.results import appeals
from training.vocabulary import AppealState, Part

pytestmark = pytest.mark.usefixtures("db")


class Marked:
    """Somebody who got 58 in theory and 80 in practice; the results are out."""

    def __init__(self, theory: int = 58) -> None:
        self.of = a_class(a_course(minimum_attendance=0))
        self.person = checked(a_person("申诉人"))
        an_enrolment(self.of, self.person)
        examined(self.of, [self.person], theory=theory)
        self.account = a_practitioner(self.person)
        self.sitting = database.session.scalars(
            select(Sitting).where(Sitting.class_id == self.of.id, Sitting.part == Part.THEORY)
        ).one()
        self.sitter = database.session.scalars(select(Sitter).where(Sitter.sitting_id == self.sitting.id)).one()
        self.held = exams.held(self.sitting.id)
        self.released = self.sitting.released_at

    def lodge(self, text: str = "第三题答案有误", days: int = 1) -> Appeal:
        now = self.released + timedelta(days=days)
        return appeals.lodge(self.held, self.sitter, text, actor=actor_of(self.account, now), now=now)

    def decide(self, appeal: Appeal, account: Account, mark: int | None = None, answer: str = "已复核") -> None:
        now = self.released + timedelta(days=2)
        actor = actor_of(account, now)
        appeals.decide(appeals.case_for(actor, appeal.id), mark=mark, answer=answer, actor=actor, now=now)

    def eligible(self) -> list[bool]:
        return [one.eligible for one in issuing.look_through(self.of, now=self.released + timedelta(days=60)).rows]


def test_in_time_with_grounds_and_once(db) -> None:
    marked = Marked()
    with pytest.raises(Invalid):
        marked.lodge("  ")
    with pytest.raises(Conflict, match="期限"):
        marked.lodge(days=16)
    marked.lodge(days=15)
    with pytest.raises(Conflict, match="已经申诉过"):
        marked.lodge(days=15)
    other = a_practitioner()
    with pytest.raises(Forbidden):
        appeals.lodge(
            marked.held, marked.sitter, "别人的", actor=actor_of(other), now=marked.released + timedelta(days=1)
        )


def test_a_later_correction_opens_the_days_anew(db) -> None:
    marked = Marked()
    later = marked.released + timedelta(days=40)
    clerk = an_account(Role.TRAINING_STAFF)
    marking.correct(marked.held, marked.sitter, 50, why="多加了一题", actor=actor_of(clerk, later), now=later)
    assert marked.lodge(days=50).state is AppealState.OPEN


def test_who_marked_does_not_decide_and_the_learner_neither(db) -> None:
    marked, marker = Marked(), an_account(Role.TRAINING_STAFF)
    now = marked.released
    marking.correct(marked.held, marked.sitter, 57, why="笔误", actor=actor_of(marker, now), now=now)
    appeal = marked.lodge()
    with pytest.raises(Forbidden):
        marked.decide(appeal, marker, 60)
    own = an_account(Role.TRAINING_STAFF)
    marked.account.person_id = None
    database.session.flush()
    own.person_id = marked.person.id
    database.session.commit()
    with pytest.raises(Forbidden):
        marked.decide(appeal, own, 60)
    with pytest.raises(Invalid) as caught:
        marked.decide(appeal, an_account(Role.APPROVER), 57, answer="")
    assert {one.field for one in caught.value.shortfalls} == {"mark", "answer"}


def test_another_mark_makes_the_outcome_and_the_learner_is_told(db) -> None:
    marked = Marked()
    assert marked.eligible() == [False]
    appeal = marked.lodge()
    marked.decide(appeal, an_account(Role.APPROVER), 60)
    assert (appeal.state, marked.sitter.mark) == (AppealState.UPHELD, 60)
    assert marked.eligible() == [True]
    told = database.session.scalars(select(Message.subject).where(Message.to_account_id == marked.account.id)).all()
    assert any(one.startswith("成绩申诉已有答复") for one in told)
    with pytest.raises(Conflict):
        marked.decide(appeal, an_account(Role.APPROVER), 70)


def test_a_passer_may_have_a_certificate_not_while_an_appeal_is_open_and_a_failer_not(db) -> None:
    passer = Marked(theory=61)
    assert passer.eligible() == [True]
    appeal = passer.lodge()
    assert passer.eligible() == [False], "held until it is answered"
    passer.decide(appeal, an_account(Role.TRAINING_STAFF))
    assert appeal.state is AppealState.DISMISSED
    assert passer.eligible() == [True]
    assert Marked(theory=59).eligible() == [False]


def test_an_appeal_is_offered_only_in_its_days(browser, monkeypatch, db) -> None:
    marked = Marked()
    last = appeals.until(marked.sitting, marked.sitter)
    for day, words in ((last, "对成绩有异议"), (last + timedelta(days=1), "申诉期已过")):
        now = datetime.combine(day, time(4), UTC)
        monkeypatch.setattr(clock, "now", lambda now=now: now)
        assert words in browser(marked.account).get("/training/results/").text


def test_at_a_page_from_the_learner_to_the_answer(browser, monkeypatch, db) -> None:
    marked = Marked()
    now = marked.released + timedelta(days=3)
    monkeypatch.setattr(clock, "now", lambda: now)
    own, page = browser(marked.account), f"/training/results/{marked.sitter.id}/appeal"
    assert "对成绩有异议" in own.get("/training/results/").text
    assert own.post(page, data={"text": ""}).status_code == 422
    assert own.post(page, data={"text": "第三题答案有误"}).status_code == 303
    assert "申诉处理中" in own.get("/training/results/").text
    approver = browser(an_account(Role.APPROVER))
    assert "申诉人" in approver.get("/training/results/appeals").text
    appeal = database.session.scalars(select(Appeal)).one()
    case = f"/training/results/appeals/{appeal.id}"
    assert "第三题答案有误" in approver.get(case).text
    assert approver.post(case, data={"mark": "", "answer": "复核无误"}).status_code == 303
    assert "复核无误" in own.get(page).text
    assert "申诉人" in approver.get("/training/results/appeals?when=past").text
    for stranger in (a_practitioner(), an_account(Role.TRAINER), an_account(Role.REVIEWER)):
        visitor = browser(stranger)
        for address in (page, case, "/training/results/appeals"):
            assert visitor.get(address).status_code == 404, address
        assert visitor.post(page, data={"text": "x"}).status_code == 404
        assert visitor.post(case, data={"answer": "x"}).status_code == 404
