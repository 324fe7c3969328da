"""Two examiners, each by themselves: the mean, a third, or a decision in common; neither sees the other's points before."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from association.accounts.models import Account
from association.kernel import clock
from association.kernel.actors import Role
from association.kernel.db import db as database
from association.kernel.errors import Conflict, Forbidden, Invalid
from association.outbox.models import Message
from tests.builders import NOW, actor_of, an_account
from tests.training.builders import (
    a_class,
    a_course,
    a_person,
    a_sitter,
    a_sitting,
    a_trainers_account,
    an_enrolment,
    checked,
)
from training.exams import queries as exams
from training.exams import service as exams_service
from training.exams.models import MarkEntry
from training.scores import queries, service
from training.vocabulary import Duty, MarkSource, Part, ScoreState

pytestmark = pytest.mark.usefixtures("db")


class Practice:
    """A practice sitting of two lines (40 and 60 points) that somebody came to, with three examiners."""

    def __init__(self) -> None:
        of = a_class(a_course(minimum_attendance=0))
        person = checked(a_person("受考人"))
        an_enrolment(of, person)
        self.sitting = a_sitting(of, Part.PRACTICE)
        self.accounts = [a_trainers_account(name=f"考评员{number}") for number in "甲乙丙"]
        self.clerk = an_account(Role.TRAINING_STAFF)
        self.desk = actor_of(self.clerk)
        self.held = exams.held(self.sitting.id)
        watcher = exams.on_duty(self.sitting.id, Duty.INVIGILATOR)
        examiners = [one.id for one in self.accounts]
        exams_service.set_duties(self.held, invigilators=watcher, examiners=examiners, actor=self.desk, now=NOW)
        self.sitter = a_sitter(self.sitting, person)
        self.now = self.sitting.starts_at + timedelta(minutes=10)

    def come(self) -> "Practice":
        exams_service.let_in(self.held, self.sitter, actor=self.desk, now=self.now)
        return self

    def score(self, which: int, *points: int | None) -> int | None:
        return service.score(self.held, self.sitter, points, actor=actor_of(self.accounts[which]), now=self.now)

    def entry(self) -> MarkEntry:
        return database.session.scalars(select(MarkEntry).where(MarkEntry.sitter_id == self.sitter.id)).one()


@pytest.fixture
def practice():
    return Practice().come()


def test_two_within_the_tolerance_make_their_mean_halves_up(practice) -> None:
    assert practice.score(0, 30, 41) is None
    assert practice.score(1, 32, 44) == 74
    assert (practice.sitter.mark, practice.entry().source) == (74, MarkSource.CHECKLIST)
    assert exams.markers(practice.sitter.id) == {one.id for one in practice.accounts[:2]}
    with pytest.raises(Conflict, match="已经确定"):
        practice.score(2, 30, 40)


def test_too_far_apart_a_third_is_asked_and_the_two_nearest_count(practice) -> None:
    practice.score(0, 20, 30)
    assert practice.score(1, 35, 50) is None
    assert queries.line_of(practice.held, practice.sitter.id).state is ScoreState.THIRD
    told = database.session.scalars(select(Message.to_account_id).where(Message.subject.like("请第三名考评员%"))).all()
    assert told == [practice.accounts[2].id], "only who has not scored"
    assert practice.score(2, 32, 50) == 84
    assert practice.entry().source is MarkSource.THIRD


def test_or_they_decide_together_and_neither_of_them_records_it(practice) -> None:
    practice.score(0, 20, 30)
    with pytest.raises(Conflict, match="两名考评员都评分"):
        service.decide_together(practice.held, practice.sitter, 60, why="议定", actor=practice.desk, now=practice.now)
    practice.score(1, 35, 50)
    with pytest.raises(Forbidden):
        service.decide_together(
            practice.held, practice.sitter, 60, why="议定", actor=actor_of(practice.accounts[0]), now=practice.now
        )
    with pytest.raises(Invalid) as caught:
        service.decide_together(practice.held, practice.sitter, 90, why=" ", actor=practice.desk, now=practice.now)
    assert {one.field for one in caught.value.shortfalls} == {"mark", "why"}
    service.decide_together(
        practice.held, practice.sitter, 62, why="两人复看录像", actor=practice.desk, now=practice.now
    )
    entry = practice.entry()
    assert (practice.sitter.mark, entry.source, entry.why) == (62, MarkSource.JOINT, "两人复看录像")


def test_every_line_is_scored_within_its_points_once_by_named_examiners_and_only_who_came(practice) -> None:
    with pytest.raises(Invalid) as caught:
        practice.score(0, 41, None)
    assert [one.field for one in caught.value.shortfalls] == ["points_1", "points_2"]
    practice.score(0, 40, 60)
    with pytest.raises(Conflict, match="提交后不能修改"):
        practice.score(0, 39, 60)
    with pytest.raises(Forbidden):
        service.score(practice.held, practice.sitter, (40, 60), actor=practice.desk, now=practice.now)
    with pytest.raises(Conflict, match="还没有登记入场"):
        Practice().score(0, 40, 60)


def test_at_a_page_neither_sees_the_others_points_before_both_are_done(practice, browser, monkeypatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: practice.now)
    one, other, desk = browser(practice.accounts[0]), browser(practice.accounts[1]), browser(practice.clerk)
    page = f"/training/scores/{practice.sitting.id}"
    sheet = f"{page}/{practice.sitter.id}"
    assert practice.sitting.code in one.get("/training/scores/").text
    refused = one.post(sheet, data={"points_1": "77", "points_2": "33"})
    assert refused.status_code == 422
    assert 'value="77"' in refused.text
    everything = one.post(sheet, data={"points_1": "41", "points_2": "六十"}).text
    assert "不能大于40" in everything
    assert "请填写整数" in everything, "what is no number does not hide what is too much"
    assert one.post(sheet, data={"points_1": "37", "points_2": "53", "note": "动作规范"}).status_code == 303
    own = one.get(sheet).text
    for said in ("90分", "37 / 40分", "53 / 60分"):
        assert said in own, "one's own, line by line"
    for visitor in (other, desk):
        for address in (page, sheet):
            shown = visitor.get(address).text
            assert "90分" not in shown, address
            assert "动作规范" not in shown
    assert "等您评分" in other.get(page).text
    other.post(sheet, data={"points_1": "20", "points_2": "40"})
    apart = other.get(sheet).text
    assert "动作规范" in apart
    assert "相差30分，超过10分" in apart, "what comes next is said"
    assert "应在60与90之间" in desk.get(sheet).text
    assert "第三名考评员独立评分" in browser(practice.accounts[2]).get(sheet).text
    desk.post(f"{sheet}/joint", data={"mark": "75", "why": "看过接线照片"})
    assert "75" in desk.get(page).text
    assert "看过接线照片" in other.get(sheet).text, "and why, for the two who agreed on it"


def test_nobody_else_finds_it(practice, browser, monkeypatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: practice.now)
    sheet = f"/training/scores/{practice.sitting.id}/{practice.sitter.id}"
    for account in (a_trainers_account(), an_account(Role.PRACTITIONER), an_account(Role.REVIEWER)):
        visitor = browser(account)
        assert visitor.get(sheet).status_code == 404
        assert visitor.post(sheet, data={"points_1": "1"}).status_code == 404
        assert visitor.post(f"{sheet}/joint", data={"mark": "1"}).status_code == 404
    watcher = database.session.get(Account, exams.on_duty(practice.sitting.id, Duty.INVIGILATOR)[0])
    assert browser(watcher).get(sheet).status_code == 404, "who watches does not see points"
