"""A roster uploaded, looked through, enrolled: every fault at once, and one number for what failed."""

import io
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select

from association.kernel import clock
from association.kernel.actors import Role
from association.kernel.db import db as database
from association.persons import queries as persons
from association.persons.models import Person
from association.vocabulary import ConsentPurpose
from tests.builders import NOW, an_account, an_enterprise
from tests.counting import counted
from tests.training.builders import a_class, a_lesson, a_person, an_enrolment, an_identity
from training.enrolments import service
from training.rosters import rules
from training.rosters.models import Enrolment
from training.vocabulary import EnrolmentState

HEAD = ("序号", "学员姓名", "身份证号", "手机", "单位代码", "是否同意")


def a_workbook(*rows, head=HEAD) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append(("某单位参训人员名册",))
    sheet.append(head)
    for row in rows:
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def uploaded(visitor, of, content, name="名册.xlsx"):
    return visitor.post(f"/training/enrolments/{of.id}", data={"file": (io.BytesIO(content), name)})


def places(of, state=EnrolmentState.ENROLLED) -> int:
    wanted = select(func.count()).where(Enrolment.class_id == of.id, Enrolment.state == state)
    return database.session.scalar(wanted)


@pytest.fixture
def desk(browser):
    return browser(an_account(Role.TRAINING_STAFF))


def test_a_roster_without_faults_is_enrolled_whole_and_people_already_known_are_recognised(desk) -> None:
    of, firm = a_class(), an_enterprise()
    known = a_person("老学员")
    content = a_workbook(
        (1, "老学员", number_of(known), "", "", ""),
        (2, "新学员", an_identity(), "0311-1234567", firm.uscc, "是"),
    )
    answer = uploaded(desk, of, content)
    assert answer.status_code == 303
    page = desk.get(answer.location)
    assert "全部录入，共2人" in page.text
    assert places(of) == 0, "looking through enrols nobody"
    done = desk.post(f"{answer.location}/enrol", data={"rows": "all"})
    assert done.status_code == 303
    assert places(of) == 2
    new = database.session.scalars(select(Person).where(Person.name == "新学员")).one()
    assert persons.agrees(new, ConsentPurpose.TRAINING)
    assert persons.employment_on([new.id], NOW.date()) or persons.employments_of(new)[0].enterprise_id == firm.id


def number_of(person) -> str:
    from association.persons.vault import vault

    return vault().open_number(person.identity_sealed)


def test_the_same_file_again_changes_nothing(desk) -> None:
    of = a_class()
    content = a_workbook((1, "甲", an_identity(), "", "", "是"), (2, "乙", an_identity(), "", "", "是"))
    for _time in range(2):
        to = uploaded(desk, of, content).location
        page = desk.get(to).text
        desk.post(f"{to}/enrol", data={"rows": "all"})
    assert "都已在班" in page
    assert places(of) == 2
    assert database.session.scalar(select(func.count()).select_from(Person)) == 2


def test_every_fault_of_every_row_is_said_at_once_with_its_cell(desk) -> None:
    of, busy = a_class(), a_person("忙人")
    other = a_class(begins=of.begins)
    a_lesson(of, day=of.begins)
    a_lesson(other, day=of.begins)
    an_enrolment(other, busy)
    twice = an_identity()
    content = a_workbook(
        (1, "好人", an_identity(), "", "", "是"),
        (2, "", "110105194912310021", "电话", "911", ""),
        (3, "甲", twice, "", "", "是"),
        (4, "甲", twice, "", "", "是"),
        (5, "别名", number_of(a_person("本名")), "", "", ""),
        (6, "忙人", number_of(busy), "", "", ""),
        (7, "没签字", an_identity(), "", "", "否"),
        (8, "数字", 110105194912310020, "", "", "是"),
        ("合计", 8),
    )
    to = uploaded(desk, of, content).location
    page = desk.get(to).text
    for sentence in (
        "校验位不对", "电话只能由数字", "没有这个代码的已确认企业", "与第5行是同一个身份证号码", "姓名不一致",
        "时间冲突", "尚未同意", "B4", "C4", "D4", "E4", "C6",
    ):  # fmt: skip
        assert sentence in page, sentence
    assert "只录入无误的2行" in page
    assert "下载有问题的6行" in page
    refused = desk.post(f"{to}/enrol", data={"rows": "all"})
    assert refused.status_code == 422
    assert "一行也没有录入" in refused.text
    assert places(of) == 0


def test_what_is_shown_taken_away_and_not_stored_is_the_same_number_and_can_be_sent_again(desk) -> None:
    of, wrong = a_class(), an_identity()
    content = a_workbook(
        (1, "甲", an_identity(), "", "", "是"),
        (2, "乙", wrong[:-1] + ("0" if wrong[-1] != "0" else "1"), "13800000000", "", "是"),
    )
    to = uploaded(desk, of, content).location
    assert "下载有问题的1行" in desk.get(to).text
    desk.post(f"{to}/enrol", data={"rows": "good"})
    assert places(of) == 1
    failing = desk.get(f"{to}/failing.xlsx").data
    sheet = load_workbook(io.BytesIO(failing)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    head = next(row for row in rows if "学员姓名" in row)
    assert head[: len(HEAD)] == list(HEAD), "columns stand as they stood"
    body = rows[rows.index(head) + 1 :]
    assert len(body) == 1
    assert "校验位" in str(body[0][len(HEAD)])
    assert any(cell.comment for row in sheet.iter_rows() for cell in row)
    # Corrected, it goes in as it is.
    place = next(cell for row in sheet.iter_rows() for cell in row if cell.value == body[0][2])
    place.value = wrong
    book = sheet.parent
    target = io.BytesIO()
    book.save(target)
    again = uploaded(desk, of, target.getvalue()).location
    desk.post(f"{again}/enrol", data={"rows": "all"})
    assert places(of) == 2


def test_when_the_class_is_full_the_rest_wait_in_the_order_of_the_roster(desk) -> None:
    of = a_class(capacity=2)
    content = a_workbook(*((place, f"学员{place}", an_identity(), "", "", "是") for place in range(1, 6)))
    to = uploaded(desk, of, content).location
    desk.post(f"{to}/enrol", data={"rows": "all"})
    assert (places(of), places(of, EnrolmentState.WAITING)) == (2, 3)


def test_an_enterprise_enrols_its_own_people_only(browser) -> None:
    of, firm, other = a_class(begins=clock.today() + timedelta(days=9)), an_enterprise(), an_enterprise()
    theirs, ours = a_person("别家人", enterprise=other), a_person("自家人", enterprise=firm)
    visitor = browser(an_account(Role.INSTALLER, enterprise=firm))
    content = a_workbook(
        (1, "别家人", number_of(theirs), "", "", ""),
        (2, "自家人", number_of(ours), "", "", ""),
        (3, "新员工", an_identity(), "", "", "是"),
        (4, "挂靠", an_identity(), "", other.uscc, "是"),
    )
    to = uploaded(visitor, of, content).location
    page = visitor.get(to).text
    assert "不能由本企业报名" in page
    assert "只能为本企业人员报名" in page
    visitor.post(f"{to}/enrol", data={"rows": "good"})
    enrolled = database.session.scalars(select(Enrolment).where(Enrolment.class_id == of.id)).all()
    assert {one.enterprise_id for one in enrolled} == {firm.id}
    assert len(enrolled) == 2


def test_what_one_uploads_nobody_else_can_look_at(browser, desk) -> None:
    of = a_class()
    to = uploaded(desk, of, a_workbook((1, "甲", an_identity(), "", "", "是"))).location
    stranger = browser(an_account(Role.TRAINING_STAFF))
    assert stranger.get(to).status_code == 404
    assert browser(an_account(Role.PRACTITIONER)).get(f"/training/enrolments/{of.id}").status_code == 403
    assert desk.get(to).status_code == 200


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"", "empty.xlsx"),
        (b"PK\x03\x04 half", "half.xlsx"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, "old.xlsx"),
        ("只有一行".encode(), "x.csv"),
    ],
    ids=["empty", "half a workbook", "an old xls", "no heading"],
)
def test_a_file_that_is_no_roster_is_refused_with_a_sentence(desk, content, name) -> None:
    of = a_class()
    answer = uploaded(desk, of, content, name)
    if answer.status_code == 303:
        answer = desk.get(answer.location)
    assert answer.status_code == 422
    assert places(of) == 0


def test_columns_of_their_own_are_mapped_by_a_person_and_remembered(desk) -> None:
    of = a_class()
    content = a_workbook(("甲", an_identity(), "是"), head=("谁", "号", "签了吗"))
    to = uploaded(desk, of, content).location
    page = desk.get(to)
    if page.status_code == 422:
        pytest.fail("a table with unknown headings is shown, so that somebody can say what they are")
    assert "没有认出这些列" in page.text
    desk.post(f"{to}/columns", data={"column.1": "name", "column.2": "identity", "column.3": "agreed"})
    assert "全部录入，共1人" in desk.get(to).text
    again = uploaded(desk, of, content).location
    assert "全部录入，共1人" in desk.get(again).text


def test_a_killed_import_goes_on_without_loss_or_doubles(desk, monkeypatch) -> None:
    from association.jobs import service as jobs
    from association.jobs.models import Job

    of = a_class(capacity=200)
    monkeypatch.setattr(service, "ROWS_A_SLICE", 7)
    monkeypatch.setattr("training.enrolments.views.AT_ONCE", 5)
    content = a_workbook(*((place, f"学员{place}", an_identity(), "", "", "是") for place in range(1, 31)))
    to = uploaded(desk, of, content).location
    answer = desk.post(f"{to}/enrol", data={"rows": "good"})
    assert "/association/jobs/" in answer.location
    [job] = database.session.scalars(select(Job))
    place_of, calls = rules.place_of, []

    def dies(*args):
        calls.append(1)
        if len(calls) in (10, 25):
            raise KeyboardInterrupt
        return place_of(*args)

    monkeypatch.setattr(rules, "place_of", dies)
    for _life in range(3):
        try:
            jobs.run(job, now=NOW)
        except KeyboardInterrupt:
            database.session.rollback()
        database.session.expire_all()
    assert places(of) == 30
    assert database.session.scalar(select(func.count()).select_from(Person)) == 30
    assert "报名30人" in database.session.get(Job, job.id).result


def test_enrolling_a_roster_asks_the_database_as_often_however_long_it_is(desk) -> None:
    def asked(count: int, *, known: bool) -> int:
        of = a_class(capacity=200)
        numbers = [an_identity() for _place in range(count)]
        if known:
            for place, number in enumerate(numbers, 1):
                a_person(f"学员{place}", identity=number)
        rows = ((place, f"学员{place}", number, "", "", "是") for place, number in enumerate(numbers, 1))
        to = uploaded(desk, of, a_workbook(*rows)).location
        with counted() as statements:
            assert desk.post(f"{to}/enrol", data={"rows": "all"}).status_code == 303
        assert places(of) == count
        return sum(not statement.startswith("INSERT") for statement in statements)

    assert asked(3, known=False) == asked(20, known=False)
    assert asked(3, known=True) == asked(20, known=True)


def test_who_is_erased_leaves_no_roster_behind(desk, app) -> None:
    from association.kernel.actors import OPERATOR
    from association.persons import erasure, holdings
    from association.vocabulary import ErasureGround

    def kept() -> set[Path]:
        return {path for path in (Path(app.config["DATA_DIR"]) / "uploads").rglob("*") if path.is_file()}

    of, person, before = a_class(), a_person("将被删除"), kept()
    to = uploaded(desk, of, a_workbook((1, "将被删除", number_of(person), "", "", ""))).location
    assert desk.get(to).status_code == 200
    with app.app_context():
        everywhere = list(holdings.everywhere())
    erasure.erase(person, ground=ErasureGround.REQUEST, holdings=everywhere, actor=OPERATOR, now=clock.now())
    assert desk.get(to).status_code == 404
    assert kept() <= before
