"""An enterprise reads its own people's results, with their consent; by a key and at a page."""

from datetime import timedelta

import pytest

from association.kernel import clock
from association.kernel.actors import Role
from association.persons import service as persons
from association.vocabulary import ConsentPurpose, Scope
from tests.builders import NOW, a_key, a_registrant, actor_of, an_account, an_enterprise
from tests.contracts.test_statements import statements
from tests.training.builders import a_class, a_course, a_person, an_enrolment, checked, examined

pytestmark = pytest.mark.usefixtures("db")
LATER = NOW + timedelta(days=60)
BOTH = (ConsentPurpose.TRAINING, ConsentPurpose.EMPLOYER)


@pytest.fixture(autouse=True)
def _after_the_release(monkeypatch):
    """The doors' clock stands still, when the results are out."""
    monkeypatch.setattr(clock, "now", lambda: LATER)
    monkeypatch.setattr(clock, "today", LATER.date)


@pytest.fixture
def firm():
    return an_enterprise()


def of_the_firm(of, firm, *, agrees=BOTH, name=""):
    person = checked(a_person(name, enterprise=firm, agrees=agrees))
    an_enrolment(of, person)
    return person


def test_only_own_people_who_agreed_and_only_what_is_released(program, firm) -> None:
    of = a_class(a_course(minimum_attendance=0))
    shown, silent = of_the_firm(of, firm, name="同意的人"), of_the_firm(of, firm, agrees=BOTH[:1], name="没有同意的人")
    other = an_enterprise()
    theirs = of_the_firm(of, other, name="别家的人")
    examined(of, [shown, silent, theirs], theory=80, practice=55)
    caller = program(a_key(a_registrant(firm), firm, scopes=(Scope.TRAINING_READ,)))
    found = caller.get("/api/v1/training/results")
    assert found.status_code == 200
    [one] = found.get_json()["items"]
    assert one["person"]["name"] == "同意的人"
    assert (one["passed"], one["appeal_open"], one["class_code"]) == (False, False, of.code)
    theory, practice = one["components"]
    assert (theory["part"], theory["mark"], theory["pass_mark"]) == ("theory", 80, 60)
    assert theory["passed_on"]
    assert (practice["mark"], practice["passed_on"], practice["resits_left"]) == (55, None, 2)
    persons.withdraw_consent(shown, ConsentPurpose.EMPLOYER, actor=actor_of(an_account(Role.TRAINING_STAFF)), now=LATER)
    assert caller.get("/api/v1/training/results").get_json()["total"] == 0


def test_without_a_key_or_with_one_for_something_else_nothing(program, client, firm) -> None:
    assert client.get("/api/v1/training/results").status_code == 401
    caller = program(a_key(a_registrant(firm), firm, scopes=(Scope.PRODUCTS_READ,)))
    assert caller.get("/api/v1/training/results").status_code == 403


def test_at_a_page_a_second_enterprise_sees_nothing_and_the_list_asks_the_same_however_long(browser, firm) -> None:
    of = a_class(a_course(minimum_attendance=0), capacity=100)
    people = [of_the_firm(of, firm, name=f"员工{number}") for number in range(2)]
    examined(of, people)
    ours = browser(a_registrant(firm))
    assert "员工0" in ours.get("/training/results/ours").text
    few = statements(ours, "/training/results/ours")
    more = a_class(a_course(minimum_attendance=0), capacity=100)
    examined(more, [of_the_firm(more, firm) for _number in range(8)])
    assert statements(ours, "/training/results/ours") == few <= 15
    stranger = browser(a_registrant(an_enterprise()))
    assert "员工0" not in stranger.get("/training/results/ours").text
    assert browser(an_account(Role.PRACTITIONER)).get("/training/results/ours").status_code == 404
