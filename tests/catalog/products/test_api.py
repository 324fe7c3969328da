"""The workbench by program."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from association.enterprises.models import Enterprise
from association.kernel import clock
from association.vocabulary import Scope
from catalog.products import queries
from catalog.products.models import Product
from tests.builders import a_filing, a_key, a_registrant, actor_of, an_enterprise
from tests.catalog.builders import a_complete_draft, a_dossier, a_draft, a_submitted

pytestmark = pytest.mark.usefixtures("national_catalog")

AT = "/api/v1/catalog/products"


@pytest.fixture
def maker(db: Any) -> Enterprise:
    return an_enterprise()


@pytest.fixture
def owner(maker: Enterprise) -> Any:
    return a_registrant(maker)


@pytest.fixture
def caller(program: Callable[[str], FlaskClient], owner: Any, maker: Enterprise) -> FlaskClient:
    return program(a_key(owner, maker))


def days_ago(days: int) -> str:
    from datetime import timedelta

    return str(clock.today() - timedelta(days=days))


def test_the_whole_trip_by_program(caller: FlaskClient, owner: Any, maker: Enterprise) -> None:
    answer = caller.post(AT, json={"category": "01", "subtype": "passive_infrared"})
    assert answer.status_code == 201
    product = answer.json
    assert {one["pointer"] for one in product["shortfalls"]} >= {"/name", "/model", "/standards", "/evidence"}
    at = f"{AT}/{product['id']}"
    dossier = a_dossier(maker, attributes={"detection_range_m": 12, "operating_temp_c": [-10, 55]})
    assert caller.patch(at, json=dossier).json["shortfalls"] == [
        {"pointer": "/evidence", "code": "evidence_missing", "detail": product["shortfalls"][-1]["detail"]}
    ]
    filing = a_filing(actor_of(owner), enterprise_id=maker.id)
    paper = {
        "kind": "type_test_report",
        "number": "检字1号",
        "issuer": "mps1",
        "valid_from": days_ago(30),
        "filing": filing.id,
    }
    answer = caller.post(f"{at}/evidence", json=paper)
    assert (answer.status_code, answer.json["shortfalls"]) == (201, [])
    refused = caller.post(f"{at}/submit", json={})
    assert (refused.status_code, refused.json["errors"][0]["pointer"]) == (422, "/declared")
    assert caller.post(f"{at}/submit", json={"declared": True}).json["state"] == "submitted"
    assert caller.post(f"{at}/submit", json={"declared": True}).status_code == 409
    refused = caller.patch(at, json={"model": "X"})
    assert (refused.status_code, refused.json["type"]) == (409, "/problems/not_editable")
    assert [one["id"] for one in caller.get(f"{AT}?state=submitted").json["items"]] == [product["id"]]


def test_every_shortfall_at_once_with_its_pointer(caller: FlaskClient, owner: Any) -> None:
    product = a_draft(actor_of(owner), {"attributes": {"detection_range_m": "weit", "bogus": "1"}})
    answer = caller.post(f"{AT}/{product.id}/submit", json={"declared": False})
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert {one["pointer"] for one in answer.json["errors"]} >= {
        "/name",
        "/model",
        "/standards",
        "/evidence",
        "/declared",
        "/attributes/detection_range_m",
        "/attributes/bogus",
    }


def test_strangers_keys_find_nothing(
    caller: FlaskClient, program: Callable[[str], FlaskClient], owner: Any, maker: Enterprise, client: FlaskClient
) -> None:
    product = a_complete_draft(actor_of(owner), maker, now=clock.now())
    firm = an_enterprise()
    stranger = program(a_key(a_registrant(firm), firm))
    at = f"{AT}/{product.id}"
    assert [stranger.get(at).status_code, stranger.patch(at, json={}).status_code] == [404, 404]
    assert stranger.post(f"{at}/submit", json={"declared": True}).status_code == 404
    assert client.get(at).status_code == 401
    assert stranger.get(AT).json["total"] == 0
    assert caller.get(at).status_code == 200
    assert caller.get(AT).json["total"] == 1


def test_a_key_does_only_what_it_is_for(
    program: Callable[[str], FlaskClient], owner: Any, maker: Enterprise, caller: FlaskClient
) -> None:
    product = a_draft(actor_of(owner))
    reads = program(a_key(owner, maker, scopes=[Scope.PRODUCTS_READ]))
    assert reads.get(f"{AT}/{product.id}").status_code == 200
    assert reads.patch(f"{AT}/{product.id}", json={"brand": "x"}).status_code == 403
    assert reads.post(AT, json={"category": "01", "subtype": "passive_infrared"}).status_code == 403
    assert caller.patch(f"{AT}/{product.id}", json={"brand": "x"}).status_code == 200


def test_a_strangers_filing_is_not_taken(caller: FlaskClient, owner: Any) -> None:
    firm = an_enterprise()
    theirs = a_filing(actor_of(a_registrant(firm)), enterprise_id=firm.id)
    product = a_draft(actor_of(owner))
    paper = {
        "kind": "type_test_report",
        "number": "1",
        "issuer": "mps1",
        "valid_from": days_ago(1),
        "filing": theirs.id,
    }
    assert caller.post(f"{AT}/{product.id}/evidence", json=paper).status_code == 404
    assert caller.patch(f"{AT}/{product.id}", json={"authorisation": theirs.id}).status_code == 404
    assert caller.post(f"{AT}/{product.id}/evidence", json={**paper, "filing": None}).status_code == 422
    assert queries.papers_of(product) == []


def test_unknown_fields_are_refused(caller: FlaskClient) -> None:
    answer = caller.post(AT, json={"category": "01", "subtype": "passive_infrared", "price": 1})
    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/price")


HUGE = pytest.param(10**400, id="huge")
NOT_FINITE = [float("nan"), float("inf")]


@pytest.mark.parametrize(
    "hostile",
    ["\x00", "\ud800", "x" * 10_000, *NOT_FINITE, HUGE, -1, [], {}, [[1]], {"a": {"b": 1}}, True, None],
)
def test_hostile_values_never_break_it(caller: FlaskClient, owner: Any, maker: Enterprise, hostile: Any) -> None:
    product: Product = a_draft(actor_of(owner))
    at = f"{AT}/{product.id}"
    good = a_dossier(maker)

    def send(method: str, address: str, body: Any) -> int:
        answer = caller.open(address, method=method, data=json.dumps(body), content_type="application/json")
        assert answer.status_code < 500, (method, address, body)
        return int(answer.status_code)

    for key in good:
        send("PATCH", at, {key: hostile})
        send("POST", AT, {"category": "01", "subtype": "passive_infrared", key: hostile})
    for key in ("category", "subtype", "authorisation"):
        send("POST", AT, {"category": "01", "subtype": "passive_infrared", key: hostile})
    for key in ("detection_range_m", "alarm_output", "operating_temp_c", "ip_rating", "anti_masking", "installation"):
        send("PATCH", at, {"attributes": {key: hostile}})
        assert send("GET", at, None) == 200
    for key in ("kind", "number", "issuer", "valid_from", "valid_until", "filing"):
        paper = {"kind": "type_test_report", "number": "1", "issuer": "mps1", "valid_from": "2026-01-01", "filing": 1}
        send("POST", f"{at}/evidence", {**paper, key: hostile})
    send("POST", f"{at}/submit", {"declared": hostile})
    send("PATCH", at, hostile)


@pytest.mark.parametrize("number", ["0", "9" * 30])
def test_numbers_of_nothing_are_not_there(caller: FlaskClient, number: str) -> None:
    assert caller.get(f"{AT}/{number}").status_code == 404
    assert caller.get(f"{AT}?page={number}").status_code in (200, 422)


def test_a_submitted_one_tells_its_deadline(caller: FlaskClient, owner: Any, maker: Enterprise) -> None:
    product = a_submitted(actor_of(owner), maker, now=clock.now())
    body = caller.get(f"{AT}/{product.id}").json
    assert body["due_on"] > str(clock.today())
    assert body["submitted_at"].endswith("Z")
