"""The roster page: sorted, filtered, several withdrawn at once, taken away as a workbook."""

import io
import re
from datetime import timedelta

import pytest
from openpyxl import load_workbook

from association.kernel import clock
from association.kernel.actors import OPERATOR, Role
from association.kernel.db import db as database
from association.kernel.errors import Conflict, Forbidden, Invalid, NotFound
from association.ledger.queries import lines_about
from association.persons import service as persons
from association.vocabulary import ConsentPurpose
from tests.builders import NOW, actor_of, an_account, an_enterprise
from tests.catalog.paper import squeezed, text_of
from tests.contracts.test_statements import statements
from tests.training.builders import (
    a_class,
    a_person,
    a_practitioner,
    a_trainers_account,
    an_enrolment,
    an_identity,
    checked,
    the_desk,
)
from training.rosters import listing, queries, service
from training.rosters.listing import Filters
from training.vocabulary import EnrolmentState

pytestmark = pytest.mark.usefixtures("db")


@pytest.fixture
def desk(browser):
    return browser(an_account(Role.TRAINING_STAFF))


def names(text: str) -> list[str]:
    """Who stands in the table, from the top."""
    return re.findall(r'<th scope="row">.*?<span lang="zh-Hans">(.*?)</span>', text)


def a_roster(capacity: int = 3):
    """A class with three of two firms, a fourth who waits."""
    of, east, west = a_class(capacity=capacity), an_enterprise("东方安防工程"), an_enterprise("西山电子")
    for place, (name, firm) in enumerate((("丙三", west), ("甲一", east), ("乙二", west), ("丁四", None))):
        an_enrolment(of, a_person(name, enterprise=firm), now=NOW + timedelta(minutes=place))
    return of


def test_the_desk_sees_at_each_class_what_waits_and_is_led_there(desk, browser):
    soon = clock.today() + timedelta(days=3)
    of, done = a_class(begins=soon), a_class(begins=soon)
    an_enrolment(of, a_person("未核对者"))
    an_enrolment(of, checked(a_person("已核对者")))
    unasked = a_person("未告知者", agrees=())
    checked(unasked)
    persons.give_consent(unasked, ConsentPurpose.TRAINING, on_paper=True, actor=OPERATOR, now=NOW)
    an_enrolment(of, unasked)
    persons.withdraw_consent(unasked, ConsentPurpose.TRAINING, actor=OPERATOR, now=NOW)
    an_enrolment(done, checked(a_person("齐全者")))
    assert listing.lacking([of.id, done.id]) == {of.id: {"consent": 1, "card": 1}, done.id: {}}
    shown = desk.get("/training/rosters/desk").text
    for lack, name in (("card", "未核对者"), ("consent", "未告知者")):
        address = f"/training/rosters/{of.id}/roster?lacks={lack}"
        assert address in shown
        assert names(desk.get(address).text) == [name]
    assert "?lacks=" not in desk.get("/training/rosters/desk?when=past").text
    for other in (Role.SUPERVISING_OFFICE, Role.AUDITOR):
        assert "?lacks=" not in browser(an_account(other)).get("/training/rosters/desk").text


def row_of(of, name: str):
    return next(line.row for line in queries.roster(of.id) if line.person.name == name)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", ["丙三", "甲一", "乙二", "丁四"]),
        ("?down=yes", ["丁四", "乙二", "甲一", "丙三"]),
        ("?sort=name", sorted(["丙三", "甲一", "乙二", "丁四"])),
        ("?sort=name&down=yes", sorted(["丙三", "甲一", "乙二", "丁四"], reverse=True)),
        ("?sort=state&down=yes", ["丁四", "丙三", "甲一", "乙二"]),
        ("?sort=nonsense", ["丙三", "甲一", "乙二", "丁四"]),
        ("?name=%E4%B8%80", ["甲一"]),
        ("?name=%25", []),
        ("?enterprise=西山", ["丙三", "乙二"]),
        ("?enterprise=西山&sort=arrival&down=yes", ["乙二", "丙三"]),
        ("?state=waiting", ["丁四"]),
        ("?state=withdrawn", []),
    ],
)
def test_a_roster_is_read_in_the_order_and_as_far_as_asked(desk, asked, expected):
    of = a_roster()
    found = names(desk.get(f"/training/rosters/{of.id}/roster{asked}").text)
    # How two systems of writing sort names is the database's; that they are sorted both ways is ours.
    assert (sorted(found) == sorted(expected)) if "sort=name" in asked else (found == expected)


def test_sorting_by_enterprise_groups_its_people_and_the_heading_says_so(desk):
    of = a_roster()
    shown = desk.get(f"/training/rosters/{of.id}/roster?sort=enterprise").text
    found = names(shown)
    assert abs(found.index("丙三") - found.index("乙二")) == 1
    assert re.search(r'aria-sort="ascending"[^>]*><a [^>]*href="[^"]*sort=enterprise[^"]*down=yes', shown)
    assert shown.count("aria-sort=") == 1
    turned = desk.get(f"/training/rosters/{of.id}/roster?sort=enterprise&down=yes").text
    assert 'aria-sort="descending"' in turned
    assert names(turned)[0] != found[0]


def test_the_number_of_arrival_stays_whatever_is_filtered(desk):
    of = a_roster()
    shown = desk.get(f"/training/rosters/{of.id}/roster?name=乙").text
    assert re.search(r'class="number" data-label="次序">3<', shown)


def test_who_has_not_agreed_and_whose_card_was_not_looked_at_is_found(desk):
    of = a_roster()
    actor = the_desk()
    silent, checked = row_of(of, "甲一"), row_of(of, "丙三")
    from association.persons import queries as files
    from association.vocabulary import ConsentPurpose

    persons.withdraw_consent(files.person(silent.person_id), ConsentPurpose.TRAINING, actor=actor, now=NOW)
    persons.check_card(files.person(checked.person_id), actor=actor, now=NOW)
    where = f"/training/rosters/{of.id}/roster"
    assert names(desk.get(f"{where}?lacks=consent").text) == ["甲一"]
    assert names(desk.get(f"{where}?lacks=card").text) == ["甲一", "乙二", "丁四"]


def test_a_trainer_filters_by_name_but_learns_nothing_of_the_files(browser):
    of = a_roster()
    visitor = browser(a_trainers_account())
    where = f"/training/rosters/{of.id}/roster"
    shown = visitor.get(f"{where}?lacks=card").text
    assert names(shown) == ["丙三", "甲一", "乙二", "丁四"]
    assert "未核对" not in shown
    assert 'type="checkbox"' not in shown
    sheet = load_workbook(io.BytesIO(visitor.get(f"/training/rosters/{of.id}/roster.xlsx").data)).active
    assert [cell.value for cell in sheet[1]] == ["次序", "姓名", "工作单位", "状态", "报名时间"]
    assert visitor.get(f"{where}/withdraw").status_code == 403
    assert visitor.post(f"{where}/withdraw", data={"row": row_of(of, "甲一").id}).status_code == 403


def test_what_is_filtered_is_exported_with_four_digits_and_no_formulas(desk):
    of, number = a_class(), an_identity()
    an_enrolment(of, a_person("=1+1", identity=number, enterprise=an_enterprise("@SUM(A1)工程")))
    an_enrolment(of, a_person("别的人"))
    answer = desk.get(f"/training/rosters/{of.id}/roster.xlsx?name=1")
    assert answer.headers["Cache-Control"].startswith("private")
    sheet = load_workbook(io.BytesIO(answer.data)).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)]
    [row] = rows
    assert (row[1], row[2], row[3], row[5]) == ("=1+1", "@SUM(A1)工程", "已报名", number[-4:])
    assert {cell.data_type for cell in sheet[2]} <= {"s", "n"}
    assert number.encode() not in answer.data
    assert number not in str(rows)


def test_an_empty_roster_and_an_empty_answer_each_say_what_to_do(desk):
    of = a_class()
    where = f"/training/rosters/{of.id}/roster"
    assert "还没有人报名" in desk.get(where).text
    an_enrolment(of, a_person("甲一"))
    assert "没有符合条件的人员" in desk.get(f"{where}?name=没有此人").text
    assert "没有这一页" in desk.get(f"{where}?page=9").text
    assert desk.get(f"{where}?page=99999999999999999999").status_code == 422
    assert desk.get(f"{where}?state=nonsense").status_code == 422


def test_several_are_ticked_looked_at_once_more_and_withdrawn_together(desk):
    of = a_roster()
    where = f"/training/rosters/{of.id}/roster"
    first, second, waiting = row_of(of, "甲一"), row_of(of, "乙二"), row_of(of, "丁四")
    asked = desk.get(f"{where}/withdraw?row={first.id}&row={second.id}").text
    assert names(asked) == ["甲一", "乙二"]
    assert "移出2人" in asked
    assert first.state is EnrolmentState.ENROLLED, "asking changes nothing"
    assert desk.post(f"{where}/withdraw", data={"row": [first.id, second.id]}).status_code == 303
    database.session.expire_all()
    assert (first.state, second.state) == (EnrolmentState.WITHDRAWN, EnrolmentState.WITHDRAWN)
    assert waiting.state is EnrolmentState.ENROLLED, "who waits moves up"
    said = [line.action for line in lines_about(f"class:{of.id}")]
    assert said.count("enrolment.withdrawn") == 2
    assert said.count("enrolment.moved_up") == 1
    assert names(desk.get(f"{where}?state=withdrawn").text) == ["甲一", "乙二"]


def test_when_somebody_has_left_meanwhile_nobody_is_withdrawn_and_they_are_named(desk):
    of = a_roster()
    where = f"/training/rosters/{of.id}/roster"
    gone, stays = row_of(of, "甲一"), row_of(of, "乙二")
    service.withdraw(of, gone, actor=the_desk(), now=NOW)
    before = len(lines_about(f"class:{of.id}"))
    refused = desk.post(f"{where}/withdraw", data={"row": [gone.id, stays.id]})
    assert refused.status_code == 409
    assert "甲一等1人已经退出本班，因此一人也没有移出" in refused.text
    database.session.expire_all()
    assert stays.state is EnrolmentState.ENROLLED
    assert len(lines_about(f"class:{of.id}")) == before


def test_who_waits_and_is_withdrawn_too_is_not_moved_up_first():
    of = a_roster()
    rows = [row_of(of, name).id for name in ("甲一", "丁四")]
    assert service.withdraw_many(of, rows, actor=the_desk(), now=NOW) == []
    assert "enrolment.moved_up" not in [line.action for line in lines_about(f"class:{of.id}")]


def test_nobody_ticked_another_classes_row_and_other_people_are_refused(desk):
    of, other = a_roster(), a_class()
    theirs = an_enrolment(other)
    with pytest.raises(Invalid):
        service.withdraw_many(of, [], actor=the_desk(), now=NOW)
    with pytest.raises(NotFound):
        service.withdraw_many(of, [row_of(of, "甲一").id, theirs.id], actor=the_desk(), now=NOW)
    with pytest.raises(Forbidden):
        service.withdraw_many(of, [row_of(of, "甲一").id], actor=actor_of(a_practitioner()), now=NOW)
    assert row_of(of, "甲一").state is EnrolmentState.ENROLLED
    where = f"/training/rosters/{of.id}/roster/withdraw"
    assert desk.post(where).status_code == 422
    assert "没有勾选" in desk.get(where).text
    assert desk.post(where, data={"row": "x"}).status_code == 422
    assert desk.post(where, data={"row": "9" * 30}).status_code == 422


def test_the_same_twice_is_refused_the_second_time():
    of, actor = a_roster(), the_desk()
    row = row_of(of, "甲一")
    service.withdraw_many(of, [row.id, row.id], actor=actor, now=NOW)
    with pytest.raises(Conflict):
        service.withdraw_many(of, [row.id], actor=actor, now=NOW)


def test_a_long_roster_turns_pages_and_asks_no_more_of_the_database(desk, monkeypatch):
    monkeypatch.setattr(listing, "PER_PAGE", 2)
    of = a_roster()
    where = f"/training/rosters/{of.id}/roster"
    assert names(desk.get(where).text) == ["丙三", "甲一"]
    assert names(desk.get(f"{where}?page=2").text) == ["乙二", "丁四"]
    monkeypatch.setattr(listing, "PER_PAGE", 100)
    few = [statements(desk, page) for page in (where, f"/training/rosters/{of.id}/roster.xlsx")]
    for _one in range(6):
        an_enrolment(of, a_person(enterprise=an_enterprise()))
    assert [statements(desk, page) for page in (where, f"/training/rosters/{of.id}/roster.xlsx")] == few
    assert listing.entries(of.id, Filters(state=EnrolmentState.WAITING)).total == 7


def test_the_printed_list_is_what_the_filters_left_with_what_the_page_shows(desk, browser):
    of, number, firm = a_class(), an_identity(), an_enterprise("东方安防工程")
    an_enrolment(of, a_person("𠮷野·慕容", identity=number, enterprise=firm))
    an_enrolment(of, a_person("丙三", enterprise=an_enterprise("西山电子")), now=NOW + timedelta(minutes=1))
    address = f"/training/rosters/{of.id}/roster.pdf"
    answer = desk.get(address + "?sort=enterprise&down=yes")
    assert answer.headers["Cache-Control"] == "private, no-store"
    text = squeezed(text_of(answer))
    for one in (
        "学员名单",
        of.code,
        "𠮷野·慕容",
        "东方安防工程",
        "已报名",
        number[-4:],
        "身份证未核对",
        "工作单位（倒序）",
    ):
        assert squeezed(one) in text
    assert text.index("西山电子") < text.index("东方安防工程")
    assert number[:-4] not in text
    narrow = squeezed(text_of(desk.get(address + "?enterprise=西山")))
    assert "丙三" in narrow
    assert "慕容" not in narrow
    assert "没有符合条件的人员" in squeezed(text_of(desk.get(address + "?name=没有此人")))
    trainer = squeezed(text_of(browser(a_trainers_account()).get(address)))
    assert "慕容" in trainer
    assert number[-4:] not in trainer
    assert "未核对" not in trainer
    assert browser(a_practitioner()).get(address).status_code == 404
    assert (
        f"/training/rosters/{of.id}/roster.pdf?enterprise=%E8%A5%BF%E5%B1%B1"
        in desk.get(f"/training/rosters/{of.id}/roster?enterprise=西山").text
    )
