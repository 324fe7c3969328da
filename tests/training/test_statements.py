"""The desk's lists and one's own pages put few questions to the database, and no more of them when there are more people."""

from datetime import timedelta

import pytest

from association.kernel.actors import Role
from association.persons import queries as persons
from association.vocabulary import ConsentPurpose
from tests.builders import TODAY, a_registrant, an_account, an_enterprise
from tests.contracts.test_statements import statements
from tests.training.builders import a_class, a_course, a_lesson, a_person, a_practitioner, a_room, an_enrolment

pytestmark = pytest.mark.usefixtures("db")
BOTH = (ConsentPurpose.TRAINING, ConsentPurpose.EMPLOYER)


def test_lists_of_people_and_classes_ask_the_same_however_long(browser):
    firm, course, room = an_enterprise(), a_course(), a_room()
    of, account = a_class(course), a_practitioner()
    an_enrolment(of, persons.person(account.person_id))
    desk, own, firms = browser(an_account(Role.TRAINING_STAFF)), browser(account), browser(a_registrant(firm))

    def grow(*numbers: int) -> None:
        for number in numbers:
            an_enrolment(of, a_person(enterprise=firm, agrees=BOTH))
            a_lesson(of, day=of.begins + timedelta(days=number % 9), hour=7 + number // 9, minutes=45, room=room)

    def asked() -> dict[str, int]:
        return {
            **{page: statements(desk, page) for page in ("/association/persons/", f"/training/rosters/{of.id}/roster", "/training/rosters/desk")},
            **{page: statements(own, page) for page in ("/training/rosters/mine", f"/training/rosters/{of.id}")},
            "/training/rosters/ours": statements(firms, "/training/rosters/ours"),
        }  # fmt: skip

    grow(*range(3))
    few = asked()
    grow(*range(3, 15))
    for number in range(3):
        a_class(course, begins=TODAY + timedelta(days=40 + number))
    assert asked() == few
    assert max(few.values()) <= 12, few
