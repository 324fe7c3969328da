"""A paper from opening to looking at it again: whose it is, what is saved, when it is over, what it is worth."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from association.accounts.models import Account
from association.kernel import clock
from association.kernel.actors import OPERATOR, Role
from association.kernel.db import db as database
from association.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from association.persons import erasure, holdings
from association.vocabulary import ErasureGround
from tests.builders import actor_of, an_account
from tests.contracts.test_statements import counted
from tests.training.builders import a_content, a_practitioner, a_sitting, a_trainers_account, the_desk
from tests.training.papers.builders import (
    MINUTE,
    a_candidate,
    a_screen_sitting,
    own,
    right_letters,
)
from training.exams import marking
from training.exams import queries as exams
from training.exams import service as exams_service
from training.exams.models import Appeal, MarkEntry, Sitter
from training.papers import queries, service
from training.papers.models import Paper, PaperItem
from training.questions import service as questions
from training.questions.models import Question
from training.vocabulary import AppealState, PaperState

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def sitting():
    return a_screen_sitting()


def opened(actor, sitting, now=None):
    service.open_paper(own(actor, sitting), actor=actor, now=now or sitting.starts_at)
    return own(actor, sitting)


def keep(mine, actor, place, letters, now, *, seen=None, tab="one"):
    one, _version = queries.item(mine.paper, place)
    return service.save(mine, place, letters, seen=one.saves if seen is None else seen, tab=tab, actor=actor, now=now)


def mark_of(person) -> int | None:
    database.session.expire_all()
    return database.session.scalar(select(Sitter.mark).where(Sitter.person_id == person.id))


@pytest.fixture
def at(monkeypatch):
    def to(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    return to


# -- opening --------------------------------------------------------------------------------------------------


def test_a_paper_is_opened_once_whoever_asks_how_often(sitting) -> None:
    actor, _person = a_candidate(sitting)
    first = opened(actor, sitting)
    again = opened(actor, sitting, sitting.starts_at + 5 * MINUTE)
    assert (again.paper.id, again.paper.opened_at) == (first.paper.id, sitting.starts_at)
    assert len(queries.items(again.paper)) == 4
    assert sum(one.points for one in queries.items(again.paper)) == 100
    assert again.due_at == sitting.starts_at + 60 * MINUTE


def test_when_it_cannot_be_opened_the_reason_is_said(sitting) -> None:
    waiting, _person = a_candidate(sitting, came=False)
    here, _person = a_candidate(sitting)
    for actor, now, words in (
        (here, sitting.starts_at - MINUTE, "开考"),
        (waiting, sitting.starts_at, "监考人员核对身份证"),
        (here, sitting.ends_at, "结束"),
    ):
        with pytest.raises(Conflict, match=words):
            opened(actor, sitting, now)
    exams_service.cancel(exams.held(sitting.id), why="停电", actor=the_desk(), now=sitting.starts_at)
    with pytest.raises(Conflict, match="取消"):
        opened(here, sitting)


def test_who_opens_late_has_until_the_end_and_no_longer(sitting) -> None:
    actor, _person = a_candidate(sitting)
    mine = opened(actor, sitting, sitting.starts_at + 50 * MINUTE)
    assert mine.due_at == sitting.ends_at


def test_somebody_elses_paper_is_not_there(sitting, browser, at) -> None:
    actor, _person = a_candidate(sitting)
    other, _person = a_candidate(sitting)
    opened(actor, sitting)
    stranger = a_practitioner()
    at(sitting.starts_at)
    visitor = browser(stranger)
    for path in ("", "/questions/1", "/submit", "/clock", "/review", "/desk", "/analysis"):
        assert visitor.get(f"/training/papers/{sitting.id}{path}").status_code == 404, path
    for path in ("/open", "/questions/1", "/submit", "/mark"):
        assert visitor.post(f"/training/papers/{sitting.id}{path}").status_code == 404, path
    with pytest.raises(NotFound):
        own(actor_of(stranger), sitting)
    with pytest.raises(Forbidden):
        service.open_paper(own(actor, sitting), actor=other, now=sitting.starts_at)
    # A sitting on paper has none of these pages.
    of = exams.held(sitting.id).of
    on_paper = a_sitting(of, starts_at=sitting.ends_at + timedelta(days=1))
    assert browser(an_account(Role.TRAINING_STAFF)).get(f"/training/papers/{on_paper.id}/desk").status_code == 404


def test_a_question_changed_later_leaves_the_paper_as_it_was(sitting) -> None:
    actor, _person = a_candidate(sitting)
    mine = opened(actor, sitting)
    one, version = queries.item(mine.paper, 1)
    question = database.session.get(Question, version.question_id)
    questions.change(
        question, a_content(version.kind, stem="改过的题干"), seen=1, actor=the_desk(), now=sitting.ends_at + MINUTE
    )
    assert queries.item(mine.paper, 1)[1].stem == version.stem != "改过的题干"
    assert one.question_version_id == version.id


# -- answering ------------------------------------------------------------------------------------------------


def test_what_is_saved_is_there_again_and_an_answer_can_be_taken_back(sitting) -> None:
    actor, _person = a_candidate(sitting)
    mine, now = opened(actor, sitting), sitting.starts_at + MINUTE
    one = keep(mine, actor, 3, ["B"], now)
    assert service.said(one.given, one) == "B"
    assert queries.last_place(queries.items(mine.paper)) == 3
    one = keep(mine, actor, 3, [], now)
    assert (one.given, one.saved_at) == (None, None)


def test_what_the_question_does_not_offer_is_refused(sitting) -> None:
    actor, _person = a_candidate(sitting)
    mine, now = opened(actor, sitting), sitting.starts_at
    single = next(
        one.place for one in queries.items(mine.paper) if queries.item(mine.paper, one.place)[1].kind.value == "single"
    )
    for letters in (["F"], ["A", "B"], ["?"], ["甲"]):
        with pytest.raises(Invalid):
            keep(mine, actor, single, letters, now)
    with pytest.raises(NotFound):
        service.save(mine, 99, ["A"], seen=0, tab="", actor=actor, now=now)


def test_two_windows_say_so_and_lose_nothing(sitting) -> None:
    actor, _person = a_candidate(sitting)
    mine, now = opened(actor, sitting), sitting.starts_at + MINUTE
    keep(mine, actor, 1, ["A"], now, seen=0, tab="one")
    keep(mine, actor, 1, ["B"], now, seen=0, tab="one")  # the same window, quicker than its answer
    with pytest.raises(Conflict, match="存为“B”，这里选的是“A”") as caught:
        keep(mine, actor, 1, ["A"], now, seen=0, tab="two")
    assert caught.value.code == "answer_elsewhere"
    one, _version = queries.item(mine.paper, 1)
    assert service.said(one.given, one) == "B", "not written over"
    keep(mine, actor, 1, ["B"], now, seen=0, tab="two")  # the same answer is no quarrel
    one = keep(mine, actor, 1, ["A"], now, seen=2, tab="two")  # knowingly
    assert service.said(one.given, one) == "A"


def test_what_comes_too_late_is_refused_with_what_counts(sitting) -> None:
    actor, person = a_candidate(sitting)
    mine = opened(actor, sitting)
    last = mine.due_at - timedelta(seconds=1)
    keep(mine, actor, 1, right_letters(mine, 1), last)
    for late in (mine.due_at, sitting.ends_at):
        with pytest.raises(Conflict, match="此前保存的1题有效") as caught:
            keep(mine, actor, 2, ["A"], late)
        assert caught.value.code == "paper_over"
        with pytest.raises(Conflict):
            service.submit(mine, actor=actor, now=late)
    assert mark_of(person) is None
    assert service.mark_over(sitting, sitting.ends_at) == 1
    assert mark_of(person) == queries.item(mine.paper, 1)[0].points


def test_after_handing_in_nothing_is_saved(sitting) -> None:
    actor, person = a_candidate(sitting)
    mine, now = opened(actor, sitting), sitting.starts_at + MINUTE
    for place in range(1, 5):
        keep(mine, actor, place, right_letters(mine, place), now)
    service.submit(mine, actor=actor, now=now)
    assert mark_of(person) == 100
    mine = own(actor, sitting)
    with pytest.raises(Conflict, match="交卷"):
        keep(mine, actor, 1, ["A"], now + MINUTE)
    with pytest.raises(Conflict, match="交卷"):
        service.submit(mine, actor=actor, now=now + MINUTE)
    assert service.mark_over(sitting, sitting.ends_at) == 0, "marked once"
    assert mine.state(now + MINUTE) is PaperState.SUBMITTED


# -- marking --------------------------------------------------------------------------------------------------


def test_a_release_marks_what_nobody_handed_in_and_who_never_opened(sitting) -> None:
    answering, one = a_candidate(sitting)
    _idle, other = a_candidate(sitting)
    _away, missing = a_candidate(sitting, came=False)
    mine = opened(answering, sitting)
    keep(mine, answering, 2, right_letters(mine, 2), sitting.starts_at)
    found = exams.held(sitting.id)
    [absent] = [sitter for sitter, person in exams.sitters(sitting.id) if person.id == missing.id]
    exams_service.note_absent(found, absent, actor=OPERATOR, now=sitting.starts_at)
    marking.release(found, actor=the_desk(), now=sitting.ends_at)
    assert (mark_of(one), mark_of(other), mark_of(missing)) == (queries.item(mine.paper, 2)[0].points, 0, None)
    whys = database.session.scalars(select(MarkEntry.why)).all()
    assert any("没有打开试卷" in why for why in whys)


def test_marking_is_the_same_whenever_it_is_done(sitting) -> None:
    actor, person = a_candidate(sitting)
    mine = opened(actor, sitting)
    keep(mine, actor, 1, right_letters(mine, 1), sitting.starts_at)
    for days in (0, 3, 40):
        service.mark_all_over(sitting.ends_at + timedelta(days=days))
        assert mark_of(person) == queries.item(mine.paper, 1)[0].points
    assert database.session.scalar(select(func.count()).select_from(MarkEntry)) == 1


def test_a_paper_under_way_is_not_marked_before_its_time(sitting) -> None:
    early, one = a_candidate(sitting)
    late, other = a_candidate(sitting)
    opened(early, sitting)
    opened(late, sitting, sitting.starts_at + 20 * MINUTE)
    assert service.mark_over(sitting, sitting.starts_at + 60 * MINUTE) == 1
    assert (mark_of(one), mark_of(other)) == (0, None)


def test_more_time_is_given_with_a_reason_and_never_beyond_the_end(sitting) -> None:
    actor, _person = a_candidate(sitting)
    mine, now = opened(actor, sitting), sitting.starts_at + MINUTE
    found = exams.held(sitting.id)
    invigilator = actor_of(database.session.get(Account, exams.on_duty(sitting.id)[0]))
    with pytest.raises(Forbidden):
        service.extend(found, mine.sitter, 10, why="死机", actor=actor_of(a_trainers_account()), now=now)
    with pytest.raises(Invalid):
        service.extend(found, mine.sitter, 0, why="", actor=invigilator, now=now)
    service.extend(found, mine.sitter, 10, why="电脑死机", actor=invigilator, now=now)
    assert own(actor, sitting).due_at == sitting.starts_at + 70 * MINUTE
    service.extend(found, mine.sitter, 200, why="电脑死机", actor=invigilator, now=now)
    assert own(actor, sitting).due_at == sitting.ends_at
    with pytest.raises(Conflict, match="不能再延长"):
        service.extend(found, mine.sitter, 1, why="再来", actor=invigilator, now=now)


# -- pages ----------------------------------------------------------------------------------------------------


def test_somebody_sits_an_examination_at_its_pages(sitting, browser, at) -> None:
    actor, person = a_candidate(sitting)
    learner = browser(database.session.get(Account, actor.account_id))
    base = f"/training/papers/{sitting.id}"
    at(sitting.starts_at - 5 * MINUTE)
    assert "开考，到时再打开试卷" in learner.get(base).text
    assert learner.post(f"{base}/open").status_code == 409
    at(sitting.starts_at)
    assert "全部选对才得分" in learner.get(base).text
    assert learner.post(f"{base}/open").location.endswith("/questions/1")
    page = learner.get(f"{base}/questions/1").text
    assert "还剩60分钟" in page
    for words in ("正确答案", "right", "answers"):
        assert words not in re.sub(r"<(head|script)[\s\S]*?</\1>", "", page), "no right answer leaves the server"
    mine = own(actor, sitting)
    answer = learner.post(
        f"{base}/questions/1", data={"answer": right_letters(mine, 1), "seen": "0", "tab": "x", "then": "next"}
    )
    assert answer.location.endswith("/questions/2")
    at(sitting.starts_at + 30 * MINUTE)
    fragment = learner.post(
        f"{base}/questions/2", data={"answer": "A", "seen": "0", "tab": "y"}, headers={"HX-Request": "true"}
    )
    assert "已保存" in fragment.text
    assert "<html" not in fragment.text
    elsewhere = learner.post(
        f"{base}/questions/2", data={"answer": "B", "seen": "0", "tab": "z"}, headers={"HX-Request": "true"}
    )
    assert elsewhere.status_code == 200
    assert "另一个窗口" in elsewhere.text
    without_script = learner.post(f"{base}/questions/2", data={"answer": "B", "seen": "0", "tab": "z"})
    assert without_script.status_code == 409
    assert re.search(r'value="B" checked', without_script.text), "what was chosen here is still chosen"
    page = learner.get(base).text
    assert "继续答题" in page
    assert f"{base}/questions/2" in page, "back where they were"
    assert "还有2题没有作答" in learner.get(f"{base}/submit").text
    assert learner.post(f"{base}/submit").status_code == 303
    done = learner.get(base).text
    assert "共答2题，共4题" in done
    assert learner.get(f"{base}/questions/1").status_code == 303
    assert learner.get(f"{base}/review").status_code == 404, "not before the release"
    at(sitting.ends_at)
    marking.release(exams.held(sitting.id), actor=the_desk(), now=sitting.ends_at)
    shown = learner.get(f"{base}/review").text
    assert "正确答案" in shown
    assert "没有作答" in shown
    assert f"{mark_of(person)}分" in learner.get(base).text


def test_when_time_is_over_the_page_says_so_and_goes_there(sitting, browser, at) -> None:
    actor, _person = a_candidate(sitting)
    learner = browser(database.session.get(Account, actor.account_id))
    base = f"/training/papers/{sitting.id}"
    opened(actor, sitting)
    at(sitting.starts_at + 59 * MINUTE)
    assert "还剩1分钟" in learner.get(f"{base}/clock").text
    at(sitting.starts_at + 60 * MINUTE)
    assert learner.get(f"{base}/clock").headers["HX-Redirect"] == base
    late = learner.post(f"{base}/questions/1", data={"answer": "A"})
    assert late.status_code == 303
    assert "这次没有保存" in learner.get(late.location).text
    assert "答题时间已于" in learner.get(base).text


def test_the_desk_follows_reads_and_analyses(sitting, browser, at) -> None:
    people = [a_candidate(sitting) for _one in range(6)]
    desk, watching = browser(an_account(Role.TRAINING_STAFF)), browser(an_account(Role.AUDITOR))
    for number, (actor, _person) in enumerate(people[:5]):
        mine = opened(actor, sitting)
        for place in range(1, 1 + number):
            keep(mine, actor, place, right_letters(mine, place), sitting.starts_at)
    base = f"/training/papers/{sitting.id}"
    at(sitting.starts_at + 30 * MINUTE)
    page = desk.get(f"{base}/desk").text
    assert "3 / 4" in page
    assert desk.get(f"{base}/analysis").status_code == 404, "answers are still being given"
    sitter = queries.own(people[1][0], sitting.id).sitter
    assert "正确答案" not in desk.get(f"{base}/sitters/{sitter.id}").text
    form = {"minutes": "5", "why": "断网"}
    assert desk.post(f"{base}/sitters/{sitter.id}/extend", data=form).status_code == 303
    assert watching.post(f"{base}/sitters/{sitter.id}/extend", data=form).status_code == 403
    at(sitting.ends_at)
    assert "5份试卷时间已到" in desk.get(f"{base}/desk").text
    assert watching.post(f"{base}/mark").status_code == 403
    assert desk.post(f"{base}/mark").status_code == 303
    assert "正确答案" in desk.get(f"{base}/sitters/{sitter.id}").text
    shown = desk.get(f"{base}/analysis").text
    assert shown.count("<figure") == shown.count("<title id=") == 1, "a chart with a name"
    assert "每道题的难度和区分度" in shown, "and its table"
    assert "样本少，不作判断" in shown
    assert "区分很好" not in shown, "five people are too few to judge by"
    assert watching.get(f"{base}/analysis").status_code == 200
    one = database.session.scalars(select(Question).order_by(Question.id)).first()
    over_time = desk.get(f"/training/papers/questions/{one.id}").text
    assert "历次考试" in over_time
    assert over_time.count("各选项有多少人选") >= 3, "the name of the chart, seen and heard, and of its table"
    assert watching.get(f"/training/papers/questions/{one.id}").status_code == 404
    trainer = browser(a_trainers_account())
    assert trainer.get(f"{base}/desk").status_code == 404, "not on duty"


def test_whoever_answers_an_appeal_reads_the_paper_and_no_other(sitting, browser, at) -> None:
    sitters = []
    for _one in range(2):
        actor, _person = a_candidate(sitting)
        opened(actor, sitting)
        sitters.append(queries.own(actor, sitting.id).sitter)
    database.session.add(
        Appeal(sitter_id=sitters[0].id, text="第三题", made_at=sitting.ends_at, state=AppealState.OPEN)
    )
    database.session.commit()
    approver, base = browser(an_account(Role.APPROVER)), f"/training/papers/{sitting.id}"
    at(sitting.ends_at + 30 * MINUTE)
    assert "正确答案" in approver.get(f"{base}/sitters/{sitters[0].id}").text
    assert approver.get(f"{base}/sitters/{sitters[1].id}").status_code == 404
    assert approver.get(f"{base}/desk").status_code == 404


def test_hot_pages_take_a_handful_of_statements_however_many_sit(sitting, browser, at) -> None:
    people = [a_candidate(sitting) for _one in range(8)]
    for actor, _person in people:
        opened(actor, sitting)
    at(sitting.starts_at + MINUTE)
    learner = browser(database.session.get(Account, people[0][0].account_id))
    base = f"/training/papers/{sitting.id}"
    for visitor, path, most in (
        (learner, f"{base}/questions/2", 16),
        (learner, f"{base}/clock", 12),
        (browser(an_account(Role.TRAINING_STAFF)), f"{base}/desk", 14),
    ):
        with counted() as statements:
            assert visitor.get(path).status_code == 200
        assert len(statements) <= most, (path, len(statements))
    with counted() as statements:
        learner.post(f"{base}/questions/2", data={"answer": "A", "seen": "0", "tab": "x"})
    assert len(statements) <= 22, len(statements)


# -- persons --------------------------------------------------------------------------------------------------


def erased(person, now) -> None:
    erasure.erase(person, ground=ErasureGround.REQUEST, holdings=holdings.everywhere(), actor=OPERATOR, now=now)


def test_answers_are_in_the_copy_and_go_with_an_erasure(sitting) -> None:
    actor, person = a_candidate(sitting)
    mine = opened(actor, sitting)
    keep(mine, actor, 1, right_letters(mine, 1), sitting.starts_at)
    told = {section.title: section for one in holdings.everywhere() for section in one.take(person)}
    rows = told["机考作答"].rows
    assert len(rows) == 4
    assert (rows[0][3] != "", rows[0][5]) == (True, None), "points only once results are out"
    with pytest.raises(Conflict):
        erased(person, sitting.starts_at + MINUTE)
    marking.release(exams.held(sitting.id), actor=the_desk(), now=sitting.ends_at)
    told = {section.title: section for one in holdings.everywhere() for section in one.take(person)}
    assert told["机考作答"].rows[0][5] == queries.item(mine.paper, 1)[0].points
    erased(person, sitting.ends_at + MINUTE)
    database.session.expire_all()
    item = database.session.scalars(select(PaperItem).where(PaperItem.place == 1)).one()
    assert (item.given, item.tab) == (None, "")
    assert item.got is not None, "a figure without a name"
    assert database.session.scalar(select(Paper.seed)) == ""
    [judged] = [one for one in queries.analysis(sitting.id) if one.version.id == item.question_version_id]
    assert (judged.item.unanswered, judged.item.asked) == (0, 1)
