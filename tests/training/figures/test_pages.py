"""Pages of figures: who sees whom, what the numbers are, how many questions they put to the database."""

import random
from datetime import date, timedelta
from io import BytesIO

import openpyxl
import pytest
from sqlalchemy import select

from association.kernel import clock
from association.kernel.actors import OPERATOR, Role
from association.kernel.dates import civil_date, noon
from association.kernel.db import db as database
from association.vocabulary import ConsentPurpose
from tests.builders import NOW, TODAY, a_registrant, an_account, an_enterprise
from tests.contracts.test_statements import statements
from tests.training.builders import a_course, a_person
from tests.training.certificates.builders import PUBLIC, a_certificate
from tests.training.figures.builders import many_certificates
from training.certificates import events, service
from training.certificates import queries as certificates
from training.certificates.models import Certificate, CertificateEvent
from training.figures import queries
from training.figures.queries import Audience, Filters
from training.vocabulary import CertificateEventKind, CertificateGround, CertificateStanding

pytestmark = pytest.mark.usefixtures("db")
DAY = timedelta(days=1)
BOTH = (*PUBLIC, ConsentPurpose.EMPLOYER)
EXPIRING, CERTIFIED = "/training/figures/expiring", "/training/figures/certified"


def cells(answer, sheet: int = 0) -> list[tuple]:
    assert answer.status_code == 200
    book = openpyxl.load_workbook(BytesIO(answer.data))
    return list(book.worksheets[sheet].iter_rows(values_only=True))


# -- who sees whom --------------------------------------------------------------------------------------------


def test_the_desk_sees_names_the_office_numbers_and_an_enterprise_its_own_who_agreed(browser):
    firm, other, course = an_enterprise(), an_enterprise(), a_course()
    for name, enterprise, agrees in (
        ("甲同意", firm, BOTH),
        ("乙没同意", firm, PUBLIC),
        ("丙别家", other, BOTH),
    ):
        a_certificate(a_person(name, enterprise=enterprise, agrees=agrees), course=course)
    desk = browser(an_account(Role.TRAINING_STAFF)).get(CERTIFIED).text
    assert all(name in desk for name in ("甲同意", "乙没同意", "丙别家"))
    office = browser(an_account(Role.SUPERVISING_OFFICE)).get(CERTIFIED).text
    assert not any(name in office for name in ("甲同意", "乙没同意", "丙别家"))
    assert firm.name in office
    own = browser(a_registrant(firm)).get(CERTIFIED).text
    assert "甲同意" in own
    assert "乙没同意" not in own
    assert "丙别家" not in own
    assert other.name not in own


@pytest.mark.parametrize("address", [EXPIRING, CERTIFIED, f"{EXPIRING}.xlsx", f"{CERTIFIED}.xlsx"])
def test_who_has_no_part_in_it_finds_no_such_page(browser, client, address):
    assert browser(an_account(Role.PRACTITIONER)).get(address).status_code == 404
    assert browser(an_account(Role.REVIEWER)).get(address).status_code == 404
    assert client.get(address).status_code in (302, 303, 401)


def test_workbooks_say_no_more_than_the_pages(browser):
    firm = an_enterprise()
    a_certificate(a_person("=甲同意", enterprise=firm, agrees=BOTH))
    a_certificate(a_person("乙没同意", enterprise=firm, agrees=PUBLIC))
    desk, office, own = (
        browser(an_account(Role.TRAINING_STAFF)),
        browser(an_account(Role.AUDITOR)),
        browser(a_registrant(firm)),
    )
    named = cells(desk.get(f"{CERTIFIED}.xlsx"))
    assert {row[0] for row in named[2:]} == {"=甲同意", "乙没同意"}
    assert {row[0] for row in cells(own.get(f"{CERTIFIED}.xlsx"))[2:]} == {"=甲同意"}
    assert "甲同意" not in str(cells(office.get(f"{CERTIFIED}.xlsx"))) + str(cells(office.get(f"{CERTIFIED}.xlsx"), 1))
    assert "甲同意" not in str(cells(office.get(f"{EXPIRING}.xlsx")))


# -- what the numbers are -------------------------------------------------------------------------------------


def test_a_day_in_the_past_shows_who_was_certified_then_and_where_they_worked(browser):
    one = a_certificate(a_person("张早", agrees=BOTH), course=a_course(begins=date(2022, 1, 1)), on=TODAY - 100 * DAY)
    service.suspend(
        one,
        ground=CertificateGround.UNDER_REVIEW,
        note="核查",
        effective_from=TODAY - 50 * DAY,
        actor=OPERATOR,
        now=noon(TODAY - 50 * DAY),
    )
    service.reinstate(one, note="无误", effective_from=TODAY - 30 * DAY, actor=OPERATOR, now=noon(TODAY - 30 * DAY))
    desk = browser(an_account(Role.TRAINING_STAFF))

    def there(days: int) -> bool:
        return "张早" in desk.get(f"{CERTIFIED}?on={TODAY - days * DAY}").text

    assert [there(days) for days in (101, 100, 51, 50, 31, 30, 0)] == [False, True, True, False, False, True, True]


def test_a_day_to_come_is_refused_in_a_sentence(browser):
    answer = browser(an_account(Role.TRAINING_STAFF)).get(f"{CERTIFIED}?on=2099-01-01")
    assert answer.status_code == 422
    assert "请选择今天或以前的日期" in answer.text


def test_who_ends_soon_is_named_by_enterprise_and_month_and_not_once_renewed(browser):
    today = civil_date(clock.now())
    firm, course = an_enterprise(), a_course(validity_months=12, begins=date(2022, 1, 1))
    person = a_person("李到期", enterprise=firm, agrees=BOTH)
    old = a_certificate(person, course=course, on=today - 330 * DAY)
    desk = browser(an_account(Role.TRAINING_STAFF))
    page = desk.get(EXPIRING).text
    assert "李到期" in page
    assert old.number in page
    assert firm.name in page
    month = f"{old.valid_until:%Y-%m}"
    head, row = cells(desk.get(f"{EXPIRING}.xlsx"))[:2]
    assert row[head.index(month)] == 1
    a_certificate(person, course=course, on=today - DAY)
    assert "李到期" not in desk.get(EXPIRING).text


def test_a_chart_stands_with_its_table_and_without_script(browser):
    a_certificate(a_person("王图", agrees=BOTH))
    page = browser(an_account(Role.TRAINING_STAFF)).get(CERTIFIED).text
    assert page.count('<figure class="plot plot--bars"') == page.count("<figcaption") == 2
    assert page.count("<desc") == 2
    assert "style=" not in page.split("<figure", 1)[1].split("</figure>")[0]


def test_nobody_certified_says_what_to_do(browser):
    desk = browser(an_account(Role.TRAINING_STAFF))
    assert "这一天没有持证人员" in desk.get(CERTIFIED).text
    assert "没有到期的证书" in desk.get(EXPIRING).text


# -- the condition is the rule --------------------------------------------------------------------------------


@pytest.mark.postgres
def test_certified_on_a_day_is_what_the_rule_says_of_every_certificate():
    """Two hundred certificates with histories of suspensions, liftings and ends, on every tenth day."""
    lots = random.Random(20261124)
    many_certificates(200, [an_enterprise()], ends=date(2025, 3, 1))
    kinds = [kind for kind in CertificateEventKind if kind is not CertificateEventKind.ISSUED]
    position = 10**6
    for one in database.session.scalars(select(Certificate)).all():
        for _number in range(lots.randrange(5)):
            position += 1
            database.session.add(
                CertificateEvent(
                    position=position,
                    number=one.number,
                    kind=lots.choice(kinds),
                    effective_from=date(2024, 7, 1) + lots.randrange(700) * DAY,
                    recorded_at=NOW,
                    mandate="x",
                    facts={},
                    previous=f"p{position}",
                    hash=f"h{position}",
                )
            )
    database.session.commit()
    those = database.session.scalars(select(Certificate)).all()
    history = certificates.events_of(one.number for one in those)
    for days in range(0, 1000, 10):
        day = date(2024, 6, 15) + days * DAY
        stands = {one.id: events.standing_at(history[one.number], day) for one in those}
        right = {key for key, at in stands.items() if at is not None and at.standing is CertificateStanding.VALID}
        assert set(database.session.scalars(select(Certificate.id).where(queries.good_on(day)))) == right, day
        assert queries.certified_total(Audience(False), Filters(), day, TODAY).certificates == len(right)


# -- few questions --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("many", [300, pytest.param(2000, marks=pytest.mark.full)])
def test_many_certificates_take_as_many_statements_as_twenty(browser, many):
    firms = [an_enterprise() for _number in range(30)]
    desk, own = browser(an_account(Role.TRAINING_STAFF)), browser(a_registrant(firms[0]))
    pages = (EXPIRING, f"{CERTIFIED}?on={TODAY - 30 * DAY}", f"{CERTIFIED}.xlsx", f"{EXPIRING}.xlsx")

    def asked() -> list[int]:
        return [statements(someone, page) for someone in (desk, own) for page in pages]

    course = a_course()
    many_certificates(20, firms, course=course)
    few = asked()
    many_certificates(many, firms, course=course, first=1000)
    assert asked() == pytest.approx(few, abs=2)  # a thousand names at a time
    assert max(few) <= 14, few
