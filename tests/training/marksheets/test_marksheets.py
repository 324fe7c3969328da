"""A mark sheet uploaded, looked through, entered: every fault at once, good rows or none, the same again changes nothing."""

import io
import zipfile

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import select

from association.kernel import clock
from association.kernel.actors import Role
from association.kernel.db import db as database
from tests.builders import NOW, an_account
from tests.contracts.test_statements import counted
from tests.training.builders import (
    a_class,
    a_course,
    a_person,
    a_room,
    a_sitter,
    a_sitting,
    an_enrolment,
    checked,
    marked,
)
from training.exams import queries
from training.exams.models import MarkEntry
from training.vocabulary import MarkSource, Part

pytestmark = pytest.mark.usefixtures("db")
HEAD = ("座位号", "考生姓名", "得分", "缺考", "更正原因")


def a_workbook(*rows, head=HEAD) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.append(("某班理论成绩",))
    sheet.append(head)
    for row in rows:
        sheet.append(row)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


class Sat:
    """A paper sitting that is over, with these people in these seats, and the desk."""

    def __init__(self, browser, monkeypatch, *names: str) -> None:
        self.of = a_class(a_course(minimum_attendance=0), capacity=300)
        self.sitting = a_sitting(self.of, room=a_room(300))
        for name in names:
            person = checked(a_person(name))
            an_enrolment(self.of, person)
            a_sitter(self.sitting, person)
        over = self.sitting.ends_at
        monkeypatch.setattr(clock, "now", lambda: over)
        self.clerk = an_account(Role.TRAINING_STAFF)
        self.desk = browser(self.clerk)
        self.page = f"/training/marksheets/{self.sitting.id}"

    def upload(self, content: bytes, name: str = "成绩.xlsx"):
        return self.desk.post(self.page, data={"file": (io.BytesIO(content), name)})

    def marks(self) -> dict[str, int | None]:
        database.session.expire_all()
        return {person.name: one.mark for one, person in queries.sitters(self.sitting.id)}

    def absent(self) -> list[str]:
        return [person.name for one, person in queries.sitters(self.sitting.id) if one.absent]


@pytest.fixture
def sat(browser, monkeypatch):
    return Sat(browser, monkeypatch, "甲", "乙", "同名", "同名")


def test_the_template_has_those_who_sit_and_comes_back_as_it_is_filled_in(sat) -> None:
    sheet = load_workbook(io.BytesIO(sat.desk.get(f"{sat.page}/template.xlsx").data))
    table = sheet.worksheets[0]
    assert [(row[0].value, row[1].value) for row in table.iter_rows(min_row=2, max_row=5)] == [
        (1, "甲"), (2, "乙"), (3, "同名"), (4, "同名"),
    ]  # fmt: skip
    assert table.data_validations.dataValidation, "a drop-down"
    for row, mark in zip(range(2, 6), (75, 59, 60, None), strict=True):
        table.cell(row, 3).value = mark
    table.cell(5, 4).value = "是"
    target = io.BytesIO()
    sheet.save(target)
    to = sat.upload(target.getvalue()).location
    assert "全部录入，共4人" in sat.desk.get(to).text
    assert sat.marks()["甲"] is None, "looking through enters nothing"
    sat.desk.post(f"{to}/enter", data={"rows": "all"})
    assert [one.mark for one, _person in queries.sitters(sat.sitting.id)] == [75, 59, 60, None]
    assert sat.absent() == ["同名"]
    again = sat.upload(target.getvalue()).location
    assert "都已登记" in sat.desk.get(again).text
    sat.desk.post(f"{again}/enter", data={"rows": "all"})
    assert len(database.session.scalars(select(MarkEntry)).all()) == 3, "the same file again changes nothing"


def test_every_fault_of_every_row_is_said_at_once_and_all_or_nothing_means_nothing(sat) -> None:
    elsewhere = checked(a_person("别班的人"))
    an_enrolment(a_class(), elsewhere)
    content = a_workbook(
        (1, "甲", 101, None, None),
        (2, "乙", -1, None, None),
        (3, "同名", 59.5, None, None),
        (None, "同名", 70, None, None),
        (9, "没有的座位", 70, None, None),
        (1, "乙", 70, None, None),
        (None, "别班的人", 70, None, None),
        (4, "同名", "七十", None, None),
        (4, "同名", 60, "是", None),
        (2, "乙", "=60+10", None, None),
    )
    to = sat.upload(content).location
    page = sat.desk.get(to).text
    for said in (
        "100",
        "同名，请填写座位",
        "没有9号座位",
        "姓名不一致",
        "不在本场考生名单",
        "是同一个人",
        "不能又是缺考",
        "C3",
        "C4",
        "C5",
        "下载有问题的10行",
    ):
        assert said in page, said
    sat.desk.post(f"{to}/enter", data={"rows": "all"})
    assert set(sat.marks().values()) == {None}


def test_good_rows_only_and_the_rest_comes_back_with_its_causes(sat) -> None:
    content = a_workbook((1, "甲", "８８", None, None), (2, "乙", 101, None, None))
    to = sat.upload(content).location
    assert sat.desk.post(f"{to}/enter", data={"rows": "all"}).status_code == 422
    sat.desk.post(f"{to}/enter", data={"rows": "good"})
    assert (sat.marks()["甲"], sat.marks()["乙"]) == (88, None), "a number written as text is a number"
    failing = load_workbook(io.BytesIO(sat.desk.get(f"{to}/failing.xlsx").data)).active
    rows = [[cell.value for cell in row] for row in failing.iter_rows()]
    assert len(rows) == 2
    assert "C4" in str(rows[1][len(HEAD)])
    failing.cell(2, 3).value = 61
    target = io.BytesIO()
    failing.parent.save(target)
    again = sat.upload(target.getvalue()).location
    sat.desk.post(f"{again}/enter", data={"rows": "all"})
    assert sat.marks()["乙"] == 61


def test_who_reads_english_takes_the_causes_away_in_english(sat) -> None:
    to = sat.upload(a_workbook((1, "甲", 88, "是", None), (9, "乙", 61, None, None))).location
    taken = sat.desk.get(f"{to}/failing.xlsx", headers={"Accept-Language": "en"}).data
    causes = [str(row[len(HEAD)].value) for row in load_workbook(io.BytesIO(taken)).active.iter_rows(min_row=2)]
    assert [one.split(":")[0] for one in causes] == ["D3 (Absent)", "A4 (Seat)"], "the column's name too"


def test_another_mark_needs_its_reason_and_who_and_why_stay(sat) -> None:
    first = sat.upload(a_workbook((1, "甲", 59, None, None))).location
    sat.desk.post(f"{first}/enter", data={"rows": "all"})
    to = sat.upload(a_workbook((1, "甲", 61, None, None))).location
    assert "更改请填写更正原因" in sat.desk.get(to).text
    reasoned = sat.upload(a_workbook((1, "甲", 61, None, "漏加一题"))).location
    sat.desk.post(f"{reasoned}/enter", data={"rows": "all"})
    entries = database.session.scalars(select(MarkEntry).order_by(MarkEntry.id)).all()
    assert [(one.mark, one.source, one.why) for one in entries] == [
        (59, MarkSource.SHEET, ""),
        (61, MarkSource.CORRECTION, "漏加一题"),
    ]
    assert {one.by_account_id for one in entries} == {sat.clerk.id}


def _bomb() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    return target.getvalue()


@pytest.mark.parametrize(
    "content",
    [b"", b"PK\x03\x04 half", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600, b"%PDF-1.7", _bomb()],
    ids=["empty", "cut short", "old xls renamed", "another kind", "bomb"],
)
def test_what_is_no_workbook_is_refused_in_a_sentence(sat, content) -> None:
    refused = sat.upload(content)
    if refused.status_code == 303:
        refused = sat.desk.get(refused.location)
    assert 400 <= refused.status_code < 500
    assert sat.marks()["甲"] is None


def test_not_before_it_began_not_once_released_not_for_practice_and_not_for_strangers(
    sat, browser, monkeypatch
) -> None:
    to = sat.upload(a_workbook((1, "甲", 70, None, None))).location
    stranger = browser(an_account(Role.TRAINING_STAFF))
    assert stranger.get(to).status_code == 404, "what one uploads nobody else looks at"
    for role in (Role.PRACTITIONER, Role.INSTALLER, Role.TRAINER):
        assert browser(an_account(role)).get(sat.page).status_code == 404
    practice = a_sitting(sat.of, Part.PRACTICE, now=NOW)
    assert sat.desk.get(f"/training/marksheets/{practice.id}").status_code == 404
    marked(sat.sitting, {person.id: 50 for _one, person in queries.sitters(sat.sitting.id)})
    assert sat.desk.post(f"{to}/enter", data={"rows": "all"}).status_code == 409
    assert sat.marks()["甲"] == 50
    early = a_sitting(sat.of, now=NOW, starts_at=sat.sitting.starts_at.replace(year=sat.sitting.starts_at.year + 1))
    sat.page = f"/training/marksheets/{early.id}"
    assert sat.upload(a_workbook((1, "甲", 70, None, None))).status_code == 409


def test_two_hundred_are_judged_with_as_few_statements_as_two(browser, monkeypatch) -> None:
    def asked(count: int) -> int:
        sat = Sat(browser, monkeypatch, *(f"考生{number}" for number in range(count)))
        rows = [(number + 1, f"考生{number}", 60 + number % 40, None, None) for number in range(count)]
        to = sat.upload(a_workbook(*rows)).location
        with counted() as said:
            assert f"全部录入，共{count}人" in sat.desk.get(to).text
        return len(said)

    assert asked(2) == asked(30)
