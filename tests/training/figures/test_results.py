"""Results by course and trainer, and an enterprise's staffing: who sees what, and few questions however many people."""

import re
from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest

from association.enterprises.models import Enterprise
from association.kernel import clock
from association.kernel.actors import OPERATOR, Role
from association.kernel.dates import civil_date
from association.kernel.db import db as database
from association.persons.models import Consent
from association.vocabulary import ConsentPurpose, Scope
from tests.builders import NOW, TODAY, a_key, a_registrant, an_account, an_enterprise
from tests.contracts.test_statements import statements
from tests.training.builders import (
    a_class,
    a_course,
    a_lesson,
    a_person,
    a_trainer,
    a_trainers_account,
    an_enrolment,
    examined,
)  # fmt: skip
from tests.training.certificates.builders import PUBLIC, a_certificate
from tests.training.figures.builders import many_certificates
from training.certificates import outside
from training.certificates.models import OutsideCertificate
from training.vocabulary import OutsideState

pytestmark = pytest.mark.usefixtures("db")
DAY = timedelta(days=1)
BOTH = (*PUBLIC, ConsentPurpose.EMPLOYER)
RESULTS, STAFFING, API = "/training/figures/results", "/training/figures/staffing", "/api/v1/training/figures"
CSPIA = "中国安全防范产品行业协会"


def an_examined_class(trainer=None, *, passing: int = 0, failing: int = 0, course=None):
    """A class that is over, taught by ``trainer``, whose people passed or failed."""
    of = a_class(course or a_course(minimum_attendance=0), begins=TODAY + DAY, days=3, capacity=400)
    a_lesson(of, trainer=trainer)
    those = [a_person() for _number in range(passing + failing)]
    for person in those:
        an_enrolment(of, person)
    if those[:passing]:
        examined(of, those[:passing])
    if those[passing:]:
        examined(of, those[passing:], theory=80, practice=50)
    return of


def during(address: str = RESULTS) -> str:
    return f"{address}?begins={TODAY - 40 * DAY}&ends={TODAY + 40 * DAY}"


def row(page: str, name: str) -> list[str]:
    """The cells of the table row that begins with this name."""
    cell = re.search(
        rf"<tr>\s*<th scope=\"row\">(?:<a[^>]*>)?<span[^>]*>{re.escape(name)}</span>.*?</tr>", page, re.DOTALL
    )
    assert cell is not None, name
    return [re.sub(r"<[^>]+>", "", one).strip() for one in re.findall(r"<td[^>]*>(.*?)</td>", cell[0], re.DOTALL)]


def cells(answer, sheet: int = 0) -> list[tuple]:
    assert answer.status_code == 200
    return list(openpyxl.load_workbook(BytesIO(answer.data)).worksheets[sheet].iter_rows(values_only=True))


# -- results --------------------------------------------------------------------------------------------------


def test_results_are_counted_by_course_and_trainer_and_few_people_make_no_rate(browser):
    one, other = a_trainer(name="赵教员"), a_trainer(name="钱教员")
    big = an_examined_class(one, passing=9, failing=3)
    an_examined_class(other, passing=2)
    page = browser(an_account(Role.TRAINING_STAFF)).get(during()).text
    assert row(page, "赵教员") == ["1", "12", "9", "3", "0", "75.0%", "12 / 12", "9 / 12"]
    few = row(page, "钱教员")
    assert few[:5] == ["1", "2", "2", "0", "0"]
    assert "人数少" in few[5]
    assert big.code not in page
    assert page.index("赵教员") < page.index("钱教员") or page.index("钱教员") < page.index("赵教员")


def test_a_trainer_sees_their_own_line_and_nobody_elses(browser):
    account = a_trainers_account()
    an_examined_class(a_trainer(account=account, name="孙教员"), passing=3)
    an_examined_class(a_trainer(name="李教员"), passing=3)
    own = browser(account).get(during()).text
    assert "孙教员" in own
    assert "李教员" not in own
    office = browser(an_account(Role.SUPERVISING_OFFICE)).get(during()).text
    assert "孙教员" in office
    assert "李教员" in office


def test_results_are_hidden_from_everybody_else_and_until_they_are_released(browser):
    an_examined_class(a_trainer(name="周教员"), passing=1)
    for role in (Role.PRACTITIONER, Role.REVIEWER):
        assert browser(an_account(role)).get(during()).status_code == 404
    assert browser(a_registrant()).get(during()).status_code == 404
    quiet = browser(an_account(Role.TRAINING_STAFF)).get(f"{RESULTS}?begins={TODAY}&ends={TODAY}")
    assert "这段时间没有公布的考试结果" in quiet.text
    turned = browser(an_account(Role.TRAINING_STAFF)).get(f"{RESULTS}?begins={TODAY}&ends={TODAY - DAY}")
    assert turned.status_code == 422


def test_results_and_staffing_as_workbooks_say_no_more_than_the_pages(browser):
    an_examined_class(a_trainer(name="吴教员"), passing=2, failing=1)
    desk, office = browser(an_account(Role.TRAINING_STAFF)), browser(an_account(Role.SUPERVISING_OFFICE))
    head, first = cells(desk.get(during(f"{RESULTS}.xlsx")))[:2]
    said = dict(zip(head, first, strict=True))
    assert (said["参考人数"], said["合格人数"], said["实操合格"]) == (3, 2, 2)
    assert said["合格率（%）"] == "人数少，不计算"
    assert cells(desk.get(during(f"{RESULTS}.xlsx")), 1)[1][0] == "吴教员"
    firm, people = a_team()
    mine = cells(desk.get(f"{STAFFING}/{firm.id}.xlsx"))
    assert all("未经核实" in one[-1] for one in mine[1:])
    assert [one[3] for one in mine[1:] if one[1] == "技术负责人"] == ["本系统不计算"]
    assert {one[0] for one in cells(desk.get(f"{STAFFING}/{firm.id}.xlsx"), 1)[1:]} == set(people)
    answer = office.get(f"{STAFFING}/{firm.id}.xlsx")
    assert len(openpyxl.load_workbook(BytesIO(answer.data)).worksheets) == 1


# -- staffing -------------------------------------------------------------------------------------------------


def with_outside(
    person, *, issuer: str = CSPIA, state: OutsideState = OutsideState.CHECKED, level: str = ""
) -> OutsideCertificate:
    one = outside.record(
        person, issuer=issuer, title="外部甲证", number=f"X{person.id}", level=level, issued_on=TODAY - 100 * DAY,
        valid_until=None, proof=b"", actor=OPERATOR, now=NOW,
    )  # fmt: skip
    if state is not OutsideState.RECORDED:
        outside.check(one, state=state, note="看过", actor=OPERATOR, now=NOW)
    return one


def agreed_anew(*people) -> None:
    """To the notice that speaks of outside certificates."""
    for person in people:
        for one in database.session.query(Consent).filter_by(person_id=person.id, purpose=ConsentPurpose.EMPLOYER):
            one.notice_version = 2
    database.session.commit()


def a_team() -> tuple[Enterprise, dict]:
    firm = an_enterprise()
    people = {
        name: a_person(name, enterprise=firm, agrees=BOTH if name != "丁没同意" else PUBLIC)
        for name in ("甲外部", "乙培训", "丙近似", "丁没同意", "戊待核")
    }
    with_outside(people["甲外部"])
    a_certificate(people["乙培训"])
    with_outside(people["丙近似"], issuer="中国安全防范行业协会")
    with_outside(people["丁没同意"])
    with_outside(people["戊待核"], state=OutsideState.RECORDED)
    return firm, people


def test_the_desk_sees_what_counts_what_does_not_and_why(browser):
    firm, _people = a_team()
    page = browser(an_account(Role.TRAINING_STAFF)).get(f"{STAFFING}/{firm.id}").text
    assert "要求的人数未经核实" in page
    assert "还没有核对原件" in page
    assert "发证单位不在名录中，或名称不一致" in page
    assert "通过" not in page.split("<main", 1)[1]
    table = page.split("人员配备与要求", 1)[1]
    assert "三级 技术人员" in table
    listed = browser(an_account(Role.TRAINING_STAFF)).get(STAFFING).text
    assert row(listed, firm.name)[:3] == ["5", "2", "3"]


def test_an_enterprise_sees_its_own_who_agreed_and_outside_certificates_only_under_the_new_notice(browser):
    firm, people = a_team()
    visitor = browser(a_registrant(firm))
    assert visitor.get(STAFFING).headers["Location"].endswith(f"{STAFFING}/{firm.id}")
    own = visitor.get(f"{STAFFING}/{firm.id}").text
    assert "乙培训" in own
    assert "丁没同意" not in own
    assert "外部甲证" not in own
    agreed_anew(people["甲外部"])
    assert "外部甲证" in visitor.get(f"{STAFFING}/{firm.id}").text
    stranger = browser(a_registrant(an_enterprise()))
    assert stranger.get(f"{STAFFING}/{firm.id}").status_code == 404
    assert stranger.get(f"{STAFFING}/{firm.id}.xlsx").status_code == 404
    assert browser(an_account(Role.PRACTITIONER)).get(STAFFING).status_code == 404
    office = browser(an_account(Role.AUDITOR)).get(f"{STAFFING}/{firm.id}").text
    assert not any(name in office for name in people)


def test_programs_read_their_own_enterprises_people_and_nobody_elses(client):
    firm, people = a_team()
    agreed_anew(*people.values())
    stranger = an_enterprise()
    mine = {"Authorization": f"Bearer {a_key(a_registrant(firm), firm, scopes=[Scope.TRAINING_READ])}"}
    theirs = {"Authorization": f"Bearer {a_key(a_registrant(stranger), stranger, scopes=[Scope.TRAINING_READ])}"}
    wrong = {"Authorization": f"Bearer {a_key(a_registrant(firm), firm, scopes=[Scope.PRODUCTS_READ])}"}
    said = client.get(f"{API}/staffing", headers=mine).get_json()
    assert {one["name"]: one["counts"] for one in said["people"]} == {
        "甲外部": True,
        "乙培训": True,
        "丙近似": False,
        "戊待核": False,
    }
    [grade] = [one for one in said["grades"] if one["grade"] == "three"]
    assert grade["verified"] is False
    assert grade["asks"][0] | {"name": ""} == {
        "role": "technical_staff", "name": "", "asked": 5, "counted": 2, "counted_outside": 1, "lacking": 3,
        "lacking_outside": 4, "ending_soon": 0,
    }  # fmt: skip
    leads = next(one for one in said["grades"] if one["grade"] == "one")["asks"][1]
    assert (leads["counted"], leads["lacking"]) == (None, None)
    certified = client.get(f"{API}/certified?on={TODAY}", headers=mine).get_json()
    assert [(one["person"]["name"], certified["on"]) for one in certified["items"]] == [("乙培训", TODAY.isoformat())]
    assert client.get(f"{API}/certified?on={TODAY - 2 * DAY}", headers=mine).get_json()["total"] == 0
    assert client.get(f"{API}/staffing", headers=theirs).get_json()["people"] == []
    assert client.get(f"{API}/certified", headers=wrong).status_code == 403
    assert client.get(f"{API}/certified").status_code == 401
    future = client.get(f"{API}/staffing?on={civil_date(clock.now()) + DAY}", headers=mine)
    assert (future.status_code, future.get_json()["errors"][0]["pointer"]) == (422, "/on")


# -- few questions --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("many", [300, pytest.param(2000, marks=pytest.mark.full)])
def test_many_people_take_as_many_statements_as_twenty(browser, many):
    firms, course = [an_enterprise() for _number in range(15)], a_course(minimum_attendance=0)
    desk, own = browser(an_account(Role.TRAINING_STAFF)), browser(a_registrant(firms[0]))
    own_page = f"{STAFFING}/{firms[0].id}"

    def asked() -> list[int]:
        pages = [(desk, STAFFING), (desk, own_page), (own, own_page), (own, f"{own_page}.xlsx"), (desk, during())]
        return [statements(someone, page) for someone, page in pages]

    many_certificates(20, firms, ends=date(2030, 1, 1))
    an_examined_class(a_trainer(), passing=2, course=course)
    few = asked()
    many_certificates(many, firms, ends=date(2030, 1, 1), first=1000)
    an_examined_class(a_trainer(), passing=20, course=course)
    assert asked() == few
    assert max(few) <= 12, few
