"""The OpenAPI document is valid, and what the calls answer is what it says."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator

from catalog.register.schemas import RegistrationOut
from catalog.verifications.schemas import VerdictOut
from tests.house import matrix
from tests.house.matrix import Route
from tests.house.samples import Sample, Things
from tests.house.showroom import Showroom

Spec = dict[str, Any]


@pytest.fixture(scope="module")
def spec(showroom: Showroom) -> Spec:
    said: Spec = showroom.stranger().get("/api/v1/openapi.json").get_json()
    return said


@pytest.fixture(scope="module")
def known(showroom: Showroom) -> Things:
    with showroom.app.app_context():
        return matrix.things()


def in_openapi(route: Route) -> str:
    path = route.address
    for argument in route.rule.arguments:
        for written in (f"<{argument}>", f"<int:{argument}>"):
            path = path.replace(written, "{" + argument + "}")
    return path


def test_it_is_valid_openapi_3_1(spec: Spec) -> None:
    assert spec["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(spec).validate()


def test_it_describes_every_call_and_no_other(spec: Spec, showroom: Showroom) -> None:
    there = {
        (in_openapi(one), one.method.lower()) for one in matrix.routes(showroom.app) if one.guard in ("open", "key")
    }
    methods = {"get", "post", "put", "patch", "delete"}
    described = {(path, method) for path, item in spec["paths"].items() for method in item.keys() & methods}
    assert described == there


def test_what_needs_a_key_says_so(spec: Spec, showroom: Showroom) -> None:
    silent = [
        f"{one.method} {one.address}"
        for one in matrix.routes(showroom.app)
        if one.guard == "key" and not spec["paths"][in_openapi(one)][one.method.lower()].get("security")
    ]
    assert silent == []


def answered(spec: Spec, route: Route, answer: Any) -> None:
    """Holds the answer against the description."""
    operation = spec["paths"][in_openapi(route)][route.method.lower()]
    described = operation["responses"][str(answer.status_code)]
    # What is no JSON (a signed list, a workbook) is described as the text or bytes it is.
    schema = described["content"][answer.mimetype]["schema"]
    said = answer.get_json() if answer.is_json else answer.get_data().decode("latin-1")
    Draft202012Validator({**schema, "components": spec["components"]}).validate(said)


def test_calls_answer_what_it_says(spec: Spec, showroom: Showroom, known: Things) -> None:
    keys = {"reviews_api": known.keys["reviewer"], "rosters_api": known.keys["installer"]}
    for people in ("attendance_api", "certificates_people_api", "figures_api", "hours_api", "results_api"):
        keys[people] = known.keys["installer"]
    seen = 0
    for route in matrix.routes(showroom.app):
        if route.guard not in ("open", "key") or route.method != "GET":
            continue
        sample = matrix.sample_of(route, known) or Sample()
        caller: FlaskClient = showroom.stranger()
        if route.guard == "key":
            caller = showroom.program(keys.get(route.endpoint.partition(".")[0], known.keys["maker"]))
        address = matrix.address_of(showroom.app, route, sample)
        answer = caller.get(address, query_string=sample.query)
        assert answer.status_code == 200, address
        answered(spec, route, answer)
        seen += 1
    assert seen >= 10


def test_refusals_answer_what_it_says(spec: Spec, showroom: Showroom, known: Things) -> None:
    [(kind, described)] = spec["components"]["responses"]["NOT_FOUND"]["content"].items()
    assert kind == "application/problem+json"
    schema = Draft202012Validator({**described["schema"], "components": spec["components"]})
    maker = showroom.program(known.keys["maker"])
    # One description of all refusals.
    refusals = {name: one for name, one in spec["components"]["responses"].items() if name != "NOT_MODIFIED"}
    assert all(one["content"] == {kind: described} for one in refusals.values())
    for answer in (
        showroom.stranger().get("/api/v1/catalog/products"),
        showroom.stranger().get("/api/v1/catalog/register?page=0"),
        showroom.stranger().get("/api/v1/catalog/register/nothing"),
        showroom.stranger().get("/api/v1/no/such"),
        maker.get("/api/v1/catalog/products/999999"),
        maker.post("/api/v1/catalog/products", json={"no": 1}),
        maker.post("/api/v1/catalog/products", data=b"{"),
    ):
        assert answer.status_code >= 400
        assert answer.content_type == kind
        schema.validate(answer.get_json())


def test_what_is_made_answers_what_it_says(spec: Spec, showroom: Showroom, known: Things) -> None:
    maker = showroom.program(known.keys["maker"])
    found = {(one.method, one.endpoint): one for one in matrix.routes(showroom.app)}
    made = maker.post("/api/v1/catalog/products", json={"category": "01", "subtype": "passive_infrared"})
    assert made.status_code == 201
    answered(spec, found["POST", "products_api.create"], made)
    changed = maker.patch(f"/api/v1/catalog/products/{made.get_json()['id']}", json={"brand": "新牌"})
    answered(spec, found["PATCH", "products_api.save"], changed)
    sample = known.samples["documents_api.file"]
    filed = maker.post("/api/v1/association/documents", data=sample.form())
    answered(spec, found["POST", "documents_api.file"], filed)
    installer = showroom.program(known.keys["installer"])
    enrolled = installer.post("/api/v1/training/enrolments", json=known.samples["enrolments_api.create"].json)
    assert enrolled.status_code == 201
    answered(spec, found["POST", "enrolments_api.create"], enrolled)
    left = installer.post(f"/api/v1/training/enrolments/{enrolled.get_json()['items'][0]['id']}/withdraw")
    answered(spec, found["POST", "enrolments_api.withdraw"], left)


def test_plain_answers_are_marshmallows_own(showroom: Showroom, spec: Spec) -> None:
    """PlainOut goes out as it is: on every registration that is what marshmallow would have made of it."""
    program = showroom.stranger()
    numbers = [
        one["number"]
        for page in (1, 2)
        for one in program.get(f"/api/v1/catalog/register?per_page=200&page={page}").get_json()["items"]
    ]
    assert len(numbers) == 220
    schemas = {
        "register/": (RegistrationOut(), "/api/v1/catalog/register/{}"),
        "check": (VerdictOut(), "/api/v1/catalog/verifications/check?number={}"),
    }
    for number in numbers:
        for schema, address in schemas.values():
            said = program.get(address.format(number)).get_json()
            assert schema.dump_fully(said) == said, number
    verdict = Draft202012Validator({"$ref": "#/components/schemas/VerdictOut", "components": spec["components"]})
    for question in ("model=X", "name=网线", "number=x", "brand=没有&model=Y"):
        said = program.get(f"/api/v1/catalog/verifications/check?{question}").get_json()
        assert VerdictOut().dump_fully(said) == said
        verdict.validate(said)
