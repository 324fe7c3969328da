"""The desk by program."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from association.enterprises.models import Enterprise
from association.kernel import clock
from association.kernel.actors import Actor, Role
from association.vocabulary import Scope
from catalog.products.models import Product
from catalog.vocabulary import CaseState
from tests.builders import a_key, a_mandate, a_registrant, actor_of, an_account, an_enterprise
from tests.catalog.builders import a_submitted, reloaded

pytestmark = pytest.mark.usefixtures("national_catalog")

AT = "/api/v1/catalog/reviews"
BOTH = (Scope.REVIEWS_READ, Scope.REVIEWS_DECIDE)


@pytest.fixture
def maker(db: Any) -> Enterprise:
    return an_enterprise()


@pytest.fixture
def owner(maker: Enterprise) -> Actor:
    return actor_of(a_registrant(maker))


@pytest.fixture
def waiting(owner: Actor, maker: Enterprise) -> Product:
    return a_submitted(owner, maker, now=clock.now())


@pytest.fixture
def desk(program: Callable[[str], FlaskClient]) -> FlaskClient:
    return program(a_key(an_account(Role.REVIEWER), scopes=BOTH))


def test_a_case_is_read_and_decided(desk: FlaskClient, waiting: Product, maker: Enterprise) -> None:
    a_mandate()
    row = desk.get(AT).json["items"][0]
    assert (row["id"], row["registrant"], row["overdue"]) == (waiting.id, maker.name, False)
    case = desk.get(f"{AT}/{waiting.id}").json
    assert (case["round"], case["changed"], case["facts"]["attributes"]) == (1, [], {"detection_range_m": 12})
    body = {"decision": "approved", "version": case["version"]}
    answer = desk.post(f"{AT}/{waiting.id}/decision", json=body)
    assert (answer.status_code, answer.json["state"]) == (200, "registered")
    assert answer.json["registration_number"].startswith("SJZ-01-")
    late = desk.post(f"{AT}/{waiting.id}/decision", json=body)
    assert (late.status_code, late.json["type"]) == (409, "/problems/lost_race")


def test_a_refusal_by_program_needs_a_second_person_too(
    desk: FlaskClient, waiting: Product, program: Callable[[str], FlaskClient]
) -> None:
    a_mandate()
    at = f"{AT}/{waiting.id}/decision"
    refused = desk.post(at, json={"decision": "refusal_proposed", "version": waiting.version})
    assert {one["pointer"] for one in refused.json["errors"]} == {"/ground", "/reason"}
    body = {"decision": "refusal_proposed", "version": waiting.version, "ground": "evidence_false", "reason": "假的"}
    version = desk.post(at, json=body).json["version"]
    confirm = {"decision": "refusal_confirmed", "version": version}
    assert desk.post(at, json=confirm).status_code == 403
    second = program(a_key(an_account(Role.APPROVER), scopes=BOTH))
    assert second.post(at, json=confirm).json["state"] == "refused"


def test_without_a_mandate_programs_decide_nothing(desk: FlaskClient, waiting: Product) -> None:
    at, body = f"{AT}/{waiting.id}/decision", {"decision": "approved", "version": waiting.version}
    refused = desk.post(at, json=body)
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/no_mandate")
    a_mandate()
    assert desk.post(at, json=body).status_code == 200


def test_the_desk_is_for_its_own_keys(
    desk: FlaskClient, waiting: Product, program: Callable[[str], FlaskClient], client: FlaskClient
) -> None:
    a_mandate()
    at, body = f"{AT}/{waiting.id}", {"decision": "approved", "version": waiting.version}
    firm = an_enterprise()
    registrant = program(a_key(a_registrant(firm), firm))
    reads = program(a_key(an_account(Role.REVIEWER), scopes=[Scope.REVIEWS_READ]))
    assert client.get(at).status_code == 401
    assert registrant.get(at).status_code == 404
    assert registrant.post(f"{at}/decision", json=body).status_code == 404
    assert reads.get(at).status_code == 200
    assert reads.post(f"{at}/decision", json=body).status_code == 403
    assert reloaded(waiting).state is CaseState.SUBMITTED
    assert desk.post(f"{at}/decision", json=body).status_code == 200


@pytest.mark.parametrize(
    "hostile",
    ["\x00", "\ud800", "x" * 10_000, float("nan"), pytest.param(10**400, id="huge"), -1, [], {"\x00": "x"}, None],
)
def test_hostile_values_never_break_it(desk: FlaskClient, waiting: Product, hostile: Any) -> None:
    a_mandate()
    good = {"decision": "returned", "version": waiting.version, "reason": "请补正"}
    for key in ("decision", "version", "ground", "reason", "remarks"):
        answer = desk.post(
            f"{AT}/{waiting.id}/decision", data=json.dumps({**good, key: hostile}), content_type="application/json"
        )
        assert answer.status_code < 500, key
    assert desk.get(f"{AT}/{'9' * 30}").status_code == 404
