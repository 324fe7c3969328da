"""The question bank: who keeps it, versions, retiring, a workbook in and out."""

import io
import re
from datetime import timedelta

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from association.jobs import service as jobs
from association.kernel.actors import OPERATOR, Role
from association.kernel.db import db as database
from association.kernel.errors import Conflict, Forbidden, Invalid
from tests.builders import NOW, actor_of, an_account
from tests.contracts.test_statements import counted
from tests.training.builders import a_class, a_content, a_course, a_question, a_sitting, the_desk
from training.exams.rules import PlanLine
from training.questions import queries, service
from training.questions.models import Question, QuestionVersion
from training.vocabulary import Difficulty, Means, QuestionKind

HEAD = ("题号", "题型", "科目", "难度", "题干", "A", "B", "C", "D", "答案", "解析")
SUBJECT = "入侵报警系统"


@pytest.fixture(autouse=True)
def _taught(db):
    a_course()


@pytest.fixture
def desk(browser):
    return browser(an_account(Role.TRAINING_STAFF))


def a_workbook(*rows, head=HEAD) -> bytes:
    book = Workbook()
    book.active.append(head)
    for row in rows:
        book.active.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def uploaded(visitor, content, name="题库.xlsx") -> str:
    answer = visitor.post("/training/questions/import", data={"file": (io.BytesIO(content), name)})
    assert answer.status_code == 303, answer.text
    return answer.location


def how_many(model=Question) -> int:
    return database.session.scalar(select(func.count()).select_from(model))


def test_only_the_desk_keeps_the_bank(browser) -> None:
    one = a_question()
    for role in (Role.AUDITOR, Role.TRAINER, Role.SUPERVISING_OFFICE):
        with pytest.raises(Forbidden):
            service.add(a_content(), actor=actor_of(an_account(role)), now=NOW)
    learner = browser(an_account(Role.PRACTITIONER))
    for path in ("", "/new", f"/{one.id}", f"/{one.id}/edit", "/import", "/bank.xlsx", "/template.xlsx"):
        assert learner.get(f"/training/questions{path}").status_code == 404, path
    assert learner.post(f"/training/questions/{one.id}/retire", data={"why": "x"}).status_code == 404


def test_a_change_is_a_new_version_and_the_old_one_stays(desk) -> None:
    one = a_question(stem="旧题干")
    form = {
        "kind": "single", "subject": SUBJECT, "difficulty": "medium", "stem": "新题干", "option_a": "甲项", "option_b": "乙项",
        "option_c": "丙项", "answers": ["B"], "seen": "1", "why": "题干有误",
    }  # fmt: skip
    assert desk.post(f"/training/questions/{one.id}/edit", data=form).status_code == 303
    page = desk.get(f"/training/questions/{one.id}").text
    assert "新题干" in page
    assert "旧题干" in page
    assert "题干有误" in page
    again = desk.post(f"/training/questions/{one.id}/edit", data={**form, "stem": "第三稿"})
    assert again.status_code == 409, "changed since they read it"
    assert "第三稿" in again.text, "nothing typed is lost"
    [old, new] = sorted(queries.history(one.id), key=lambda version: version.number)
    assert (old.stem, new.stem, new.answers) == ("旧题干", "新题干", [1])


def test_what_changes_nothing_makes_no_version() -> None:
    one = a_question(stem="同一题")
    said = queries.content_of(queries.history(one.id)[0])
    assert not service.change(one, said, seen=1, actor=the_desk(), now=NOW)
    assert how_many(QuestionVersion) == 1


def test_the_same_question_is_not_added_twice(desk) -> None:
    one = a_question(stem="同一题", options=("甲", "乙", "丙"))
    with pytest.raises(Invalid) as caught:
        a_question(stem="同一题。", options=("丙", "乙", "甲"))
    assert one.code in caught.value.shortfalls[0].detail
    form = {"kind": "single", "subject": SUBJECT, "difficulty": "easy", "stem": "同一题", "option_a": "甲", "option_b": "乙",
            "option_c": "丙", "option_d": "甲", "answers": ["A", "B"]}  # fmt: skip
    answer = desk.post("/training/questions", data=form)
    assert answer.status_code == 422
    assert "选项D与前面的选项相同" in answer.text
    assert "只能有一个正确答案" in answer.text


def test_what_a_coming_sitting_needs_is_neither_retired_nor_changed_away() -> None:
    of = a_class(a_course(minimum_attendance=0))
    one, other = a_question(), a_question()
    plan = [PlanLine(SUBJECT, 50, 2, "easy", "single")]
    made = a_sitting(of, means=Means.BANK, plan=plan)
    with pytest.raises(Conflict, match="还缺1题"):
        service.retire(one, why="过时", actor=the_desk(), now=NOW)
    harder = a_content(stem="改难", difficulty=Difficulty.HARD)
    with pytest.raises(Conflict, match=made.code):
        service.change(database.session.get(Question, one.id), harder, seen=1, actor=the_desk(), now=NOW)
    database.session.expire_all()
    service.retire(
        database.session.get(Question, one.id), why="过时", actor=the_desk(), now=made.ends_at + timedelta(1)
    )
    assert queries.stock() == {(SUBJECT, "single", "easy"): 1}
    assert other.retired_at is None
    with pytest.raises(Conflict):
        service.retire(database.session.get(Question, one.id), why="再停", actor=the_desk(), now=NOW)


def test_a_sitting_is_not_arranged_when_the_bank_has_not_enough() -> None:
    of = a_class(a_course(minimum_attendance=0))
    a_question(QuestionKind.JUDGEMENT, difficulty=Difficulty.HARD)
    with pytest.raises(Invalid) as caught:
        a_sitting(of, means=Means.BANK, plan=[PlanLine(SUBJECT, 25, 4, "hard", "judgement")])
    assert [one.detail for one in caught.value.shortfalls] == ["题库不够：入侵报警系统，判断，难，需要4题，还缺3题"]
    with pytest.raises(Invalid) as caught:
        a_sitting(of, means=Means.BANK, plan=[PlanLine(SUBJECT, 100, 1, "tough", "essay")])
    assert [one.field for one in caught.value.shortfalls] == ["plan_1_kind", "plan_1_difficulty"]


def test_the_list_is_searched_and_filtered_in_a_handful_of_statements(desk) -> None:
    for number in range(25):
        a_question(QuestionKind.MULTIPLE if number % 2 else QuestionKind.SINGLE, stem=f"百分之百{number}%")
    found = queries.listed(queries.Filters(q="0%", kind=QuestionKind.SINGLE))
    assert [version.stem for _one, version in found.items] == ["百分之百0%", "百分之百10%", "百分之百20%"]
    with counted() as statements:
        assert desk.get("/training/questions").status_code == 200
    assert len(statements) <= 10
    assert "没有符合条件的题目" in desk.get("/training/questions?q=nothing").text


# -- workbooks ------------------------------------------------------------------------------------------------


def test_a_workbook_is_entered_and_the_same_file_again_changes_nothing(desk) -> None:
    content = a_workbook(
        ("", "单选", SUBJECT, "易", "第一题", "甲", "乙", "丙", "", "B", "因为"),
        ("", "多选题", SUBJECT, "中等", "第二题", "甲", "乙", "丙", "丁", "A、C", ""),
        ("PD-1", "判断题", SUBJECT, "难", "第三题", "", "", "", "", "错", ""),
    )
    to = uploaded(desk, content)
    assert "全部录入，共3题" in desk.get(to).text
    assert how_many() == 0, "looking through enters nothing"
    assert desk.post(f"{to}/enter", data={"rows": "all"}).status_code == 303
    assert (how_many(), how_many(QuestionVersion)) == (3, 3)
    again = uploaded(desk, content)
    assert "题库都已有" in desk.get(again).text
    desk.post(f"{again}/enter", data={"rows": "all"})
    assert (how_many(), how_many(QuestionVersion)) == (3, 3)
    judged = queries.by_codes(["PD-1"])["PD-1"][1]
    assert (judged.options, judged.answers) == (["正确", "错误"], [1])


def test_what_was_taken_away_comes_back_as_changes(desk) -> None:
    a_question(stem="第一题")
    a_question(QuestionKind.JUDGEMENT, stem="第二题", answers=(1,))
    taken = desk.get("/training/questions/bank.xlsx").data
    assert "题库都已有" in desk.get(uploaded(desk, taken)).text
    book = load_workbook(io.BytesIO(taken))
    book.active["E2"] = "第一题，改过"
    target = io.BytesIO()
    book.save(target)
    to = uploaded(desk, target.getvalue())
    desk.post(f"{to}/enter", data={"rows": "all"})
    assert how_many() == 2
    assert {version.stem for version in database.session.scalars(select(QuestionVersion))} == {
        "第一题", "第一题，改过", "第二题",
    }  # fmt: skip


def test_every_fault_of_every_row_is_said_with_its_cell_and_good_rows_may_go_alone(desk) -> None:
    there = a_question(stem="已有题", options=("甲", "乙", "丙"))
    retired = a_question(stem="停用题", options=("甲", "乙", "丙"))
    service.retire(retired, why="过时", actor=OPERATOR, now=NOW)
    content = a_workbook(
        ("", "单选", SUBJECT, "易", "好题", "甲", "乙", "丙", "", "A", ""),
        ("", "单选", SUBJECT, "易", "答案不在选项里", "甲", "乙", "丙", "", "D", ""),
        ("", "单选", SUBJECT, "易", "两个答案", "甲", "乙", "丙", "", "AB", ""),
        ("", "问答", "别的科目", "很难", "题型不对", "甲", "乙", "丙", "", "A", ""),
        ("", "多选", SUBJECT, "易", "答案读不懂", "甲", "乙", "丙", "", "前两个", ""),
        ("", "判断", SUBJECT, "易", "判断题填了选项", "甲", "乙", "", "", "对", ""),
        ("", "单选", SUBJECT, "易", "好题。", "丙", "乙", "甲", "", "C", ""),
        ("X-9", "单选", SUBJECT, "易", "已有题", "甲", "乙", "丙", "", "A", ""),
        ("T99999", "单选", SUBJECT, "易", "没有的编号", "甲", "乙", "丙", "", "A", ""),
        ("", "单选", SUBJECT, "易", "停用题", "甲", "乙", "丙", "", "A", ""),
        ("", "单选", "别的科目", "易", "科目不对", "甲", "乙", "丙", "", "A", ""),
    )
    to = uploaded(desk, content)
    page = desk.get(to).text
    for sentence in (
        "答案D没有对应的选项", "只能有一个正确答案", "教学大纲没有这个理论科目", "答案读不懂", "判断题不填选项", "与第2行是同一道题",
        f"与{there.code}是同一道题", "题库没有编号T99999", f"{retired.code}已停用", "B5", "D5", "J3", "J4", "C12",
    ):  # fmt: skip
        assert sentence in page, sentence
    refused = desk.post(f"{to}/enter", data={"rows": "all"})
    assert refused.status_code == 422
    assert how_many() == 2, "all or nothing"
    failing = load_workbook(io.BytesIO(desk.get(f"{to}/failing.xlsx").data)).active
    assert failing.max_row == 11
    desk.post(f"{to}/enter", data={"rows": "good"})
    assert how_many() == 3


def test_hostile_workbooks_are_answered_in_words(desk) -> None:
    for text in ("=1+1", "@SUM(A1)", "<script>alert(1)</script>", "甲" * 40_000, "\x0b".join("ab")):
        rows = io.StringIO()
        rows.write("题型,科目,难度,题干,A,B,C,答案\n")
        rows.write(f'单选,{SUBJECT},易,"{text}",甲,乙,丙,A\n')
        answer = desk.post(
            "/training/questions/import", data={"file": (io.BytesIO(rows.getvalue().encode()), "题.csv")}
        )
        shown = desk.get(answer.location) if answer.status_code == 303 else answer
        assert shown.status_code in (200, 422)
        assert "<script>alert" not in shown.text
    answer = desk.post("/training/questions/import", data={"file": (io.BytesIO(b"not a workbook\x00"), "x.xlsx")})
    assert answer.status_code in (303, 422)
    assert desk.post("/training/questions/import").status_code == 422


def test_a_formula_stays_text_when_it_is_taken_away_again(desk) -> None:
    a_question(stem="=HYPERLINK(1)")
    sheet = load_workbook(io.BytesIO(desk.get("/training/questions/bank.xlsx").data)).active
    assert (sheet["E2"].value, sheet["E2"].data_type) == ("=HYPERLINK(1)", "s")


def test_one_row_too_many_is_refused(desk) -> None:
    lines = ["题型,科目,难度,题干,A,B,C,答案"]
    lines += [f"单选,{SUBJECT},易,第{number}题,甲,乙,丙,A" for number in range(10_001)]
    to = uploaded(desk, "\n".join(lines).encode(), "题.csv")
    answer = desk.get(to)
    assert answer.status_code == 422
    assert "10000" in re.sub(r"[\s,]", "", answer.text)


def test_many_rows_become_a_job_and_are_entered_once(desk) -> None:
    lines = ["题型,科目,难度,题干,A,B,C,答案"]
    lines += [f"单选,{SUBJECT},易,第{number}题,甲,乙,丙,A" for number in range(450)]
    to = uploaded(desk, "\n".join(lines).encode(), "题.csv")
    answer = desk.post(f"{to}/enter", data={"rows": "good"})
    assert "/jobs/" in answer.location
    jobs.work(NOW)
    assert how_many() == 450
    assert "450" in desk.get(answer.location).text


def test_the_template_offers_subjects_kinds_and_difficulties(desk) -> None:
    book = load_workbook(io.BytesIO(desk.get("/training/questions/template.xlsx").data))
    lists = [one.formula1 for one in book.worksheets[0].data_validations.dataValidation]
    assert any(SUBJECT in one for one in lists)
    assert any("多项选择" in one for one in lists)
