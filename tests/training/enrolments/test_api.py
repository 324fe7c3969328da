"""An enterprise's program enrols its own people: all or nobody, and never other people's."""

import pytest
from sqlalchemy import func, select

from association.kernel import clock
from association.kernel.actors import OPERATOR, Role
from association.kernel.db import db as database
from association.persons import queries as persons
from association.persons import service as persons_service
from association.vocabulary import ConsentPurpose, Scope
from tests.builders import NOW, TODAY, a_key, a_registrant, actor_of, an_account, an_enterprise
from tests.training.builders import a_class, a_lesson, a_person, an_enrolment, an_identity
from training.enrolments.schemas import MOST_PEOPLE
from training.rosters import service as rosters
from training.rosters.models import Enrolment
from training.vocabulary import ClassState, EnrolmentState

ADDRESS = "/api/v1/training/enrolments"
WRITE = (Scope.TRAINING_READ, Scope.TRAINING_WRITE)


def somebody(name="新学员", identity="", agreed=True, **more):
    return {"name": name, "identity": identity or an_identity(), "agreed": agreed, **more}


def enrolments() -> int:
    return database.session.scalar(select(func.count()).select_from(Enrolment))


@pytest.fixture(autouse=True)
def today_(monkeypatch):
    """The doors' clock stands still."""
    monkeypatch.setattr(clock, "now", lambda: NOW)
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.fixture
def firm():
    return an_enterprise()


@pytest.fixture
def caller(program, firm):
    return program(a_key(a_registrant(firm), firm, scopes=WRITE))


def test_own_people_are_enrolled_and_who_has_no_file_gets_one(caller, firm):
    of, number, other = a_class(), an_identity(), an_identity()
    known = a_person("老学员", identity=number, enterprise=firm)
    sent = [{"name": "老学员", "identity": number}, somebody("𠮷野·慕容", other, phone="0311-1234567")]
    answer = caller.post(ADDRESS, json={"class": of.code.lower(), "people": sent})
    assert answer.status_code == 201
    said = answer.get_json()
    assert (said["enrolled"], said["waiting"], said["already"]) == (2, 0, 0)
    assert [(one["line"], one["state"]) for one in said["items"]] == [(1, "enrolled"), (2, "enrolled")]
    assert number not in answer.text
    made = persons.by_identity(other)
    assert made.name == "𠮷野·慕容"
    assert persons.agrees(made, ConsentPurpose.TRAINING)
    rows = {row.person_id: row for row in database.session.scalars(select(Enrolment))}
    assert {one.enterprise_id for one in rows.values()} == {firm.id}
    assert set(rows) == {known.id, made.id}


def test_who_finds_the_class_full_waits_and_the_answer_says_so(caller):
    of = a_class(capacity=1)
    said = caller.post(ADDRESS, json={"class": of.code, "people": [somebody("甲"), somebody("乙")]}).get_json()
    assert [(one["state"], one["state_label"]) for one in said["items"]] == [
        ("enrolled", "已报名"),
        ("waiting", "候补"),
    ]
    assert (said["enrolled"], said["waiting"]) == (1, 1)


def test_every_fault_of_everybody_is_named_and_nobody_is_enrolled(caller, firm, program):
    of, other, number = a_class(), an_enterprise(), an_identity()
    theirs, twice = a_person("外人", identity=number, enterprise=other), an_identity()
    people = [
        somebody("好的", twice),
        somebody("外人", number),
        somebody("无同意", agreed=False),
        somebody("错号", "110101199003070000", phone="x" * 39),
        somebody("重复", twice),
    ]
    answer = caller.post(ADDRESS, json={"class": of.code, "people": people})
    assert answer.status_code == 422
    found = {(one["pointer"], one["code"]) for one in answer.get_json()["errors"]}
    assert {
        ("/people/1/identity", "not_yours"),
        ("/people/2/agreed", "consent_missing"),
        ("/people/4/identity", "twice"),
    } <= found
    assert {pointer for pointer, _code in found} >= {"/people/3/identity", "/people/3/phone"}
    assert not any(pointer.startswith("/people/0/") for pointer, _code in found)
    assert enrolments() == 0
    assert persons.by_identity(twice) is None
    # The other enterprise may.
    own = program(a_key(a_registrant(other), other, scopes=WRITE))
    assert own.post(ADDRESS, json={"class": of.code, "people": [somebody("外人", number)]}).status_code == 201
    assert database.session.scalar(select(Enrolment.person_id)) == theirs.id


def test_a_learner_with_another_lesson_at_that_time_is_refused(caller, firm):
    one, other, number = a_class(), a_class(), an_identity()
    a_lesson(one)
    a_lesson(other)
    an_enrolment(one, a_person("忙人", identity=number, enterprise=firm))
    answer = caller.post(ADDRESS, json={"class": other.code, "people": [somebody("忙人", number)]})
    assert [found["code"] for found in answer.get_json()["errors"]] == ["clash"]
    assert enrolments() == 1


def test_the_same_call_again_changes_nothing_with_or_without_a_key_for_it(caller):
    of = a_class()
    body = {"class": of.code, "people": [somebody("甲"), somebody("乙")]}
    first = caller.post(ADDRESS, json=body, headers={"Idempotency-Key": "roster-1"})
    again = caller.post(ADDRESS, json=body, headers={"Idempotency-Key": "roster-1"})
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.get_json() == first.get_json()
    plain = caller.post(ADDRESS, json=body).get_json()
    assert (plain["enrolled"], plain["already"]) == (0, 2)
    assert [one["id"] for one in plain["items"]] == [one["id"] for one in first.get_json()["items"]]
    assert enrolments() == 2


def test_a_class_that_takes_no_enrolments_says_so_and_one_in_preparation_is_unknown(caller):
    closed, planned = a_class(state=ClassState.CLOSED), a_class(state=ClassState.PLANNED)
    refused = caller.post(ADDRESS, json={"class": closed.code, "people": [somebody()]})
    assert (refused.status_code, refused.get_json()["type"]) == (409, "/problems/enrolment_closed")
    for code in (planned.code, "NO-SUCH"):
        assert caller.post(ADDRESS, json={"class": code, "people": [somebody()]}).status_code == 404
    assert enrolments() == 0


def test_what_cannot_be_read_is_refused_field_by_field(caller):
    of = a_class()
    for people, pointer in (
        ([], "/people"),
        ([somebody()] * (MOST_PEOPLE + 1), "/people"),
        ([{"name": "缺号"}], "/people/0/identity"),
        ([somebody(number="1")], "/people/0/number"),
        ([somebody(agreed="也许")], "/people/0/agreed"),
    ):
        answer = caller.post(ADDRESS, json={"class": of.code, "people": people})
        assert answer.status_code == 422
        assert [one["pointer"] for one in answer.get_json()["errors"]] == [pointer]


def test_a_key_that_only_reads_enrols_nobody_and_withdraws_nobody(caller, program, firm):
    of = a_class()
    row = caller.post(ADDRESS, json={"class": of.code, "people": [somebody()]}).get_json()["items"][0]["id"]
    reader = program(a_key(a_registrant(firm), firm, scopes=(Scope.TRAINING_READ,)))
    products = program(a_key(a_registrant(firm), firm))
    for narrow in (reader, products):
        assert narrow.post(ADDRESS, json={"class": of.code, "people": [somebody()]}).status_code == 403
        assert narrow.post(f"{ADDRESS}/{row}/withdraw").status_code == 403
    assert enrolments() == 1


def test_an_enterprise_takes_back_what_it_enrolled_and_who_waits_moves_up(caller, program, firm):
    of, other = a_class(capacity=1), an_enterprise()
    made = caller.post(ADDRESS, json={"class": of.code, "people": [somebody()]}).get_json()["items"][0]["id"]
    waiting = an_enrolment(of)
    stranger = program(a_key(a_registrant(other), other, scopes=WRITE))
    assert stranger.post(f"{ADDRESS}/{made}/withdraw").status_code == 404
    answer = caller.post(f"{ADDRESS}/{made}/withdraw")
    assert answer.status_code == 200
    assert (answer.get_json()["id"], answer.get_json()["state"]) == (made, "withdrawn")
    database.session.refresh(waiting)
    assert waiting.state is EnrolmentState.ENROLLED
    assert caller.post(f"{ADDRESS}/{made}/withdraw").status_code == 409
    assert caller.post(f"{ADDRESS}/999999/withdraw").status_code == 404


def test_who_enrolled_themselves_or_by_the_desk_or_left_the_enterprise_is_not_taken_out_by_it(caller, firm):
    of, number = a_class(), an_identity()
    person = a_person("自己报的", enterprise=firm)
    account = an_account(Role.PRACTITIONER)
    account.person_id = person.id
    database.session.commit()
    own = rosters.enrol(of, person, actor=actor_of(account), now=NOW)
    by_desk = an_enrolment(of, a_person("柜台报的", enterprise=firm))
    mover = a_person("跳槽的", identity=number, enterprise=firm)
    left = caller.post(ADDRESS, json={"class": of.code, "people": [somebody("跳槽的", number)]}).get_json()
    persons_service.employ(mover, an_enterprise().id, begins=clock.today(), actor=OPERATOR, now=clock.now())
    for row in (own.id, by_desk.id, left["items"][0]["id"]):
        assert caller.post(f"{ADDRESS}/{row}/withdraw").status_code == 404
