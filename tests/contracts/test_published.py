"""What docs/contract.md promises to programs, by example: shapes, codes, feeds, paging, languages, tags."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from association.kernel.numbers import check_character
from catalog import demo
from tests.house.matrix import routes
from tests.house.showroom import Showroom

API = "/api/v1"
PROBLEM = {"type", "title", "status", "detail"}
VERDICT = {
    "ref", "verdict", "compliant", "on", "made_on", "known", "matched_by", "reasons", "warnings", "registration",
    "entry", "requirements", "evidence",
}  # fmt: skip
FOUND = {
    "number", "name", "brand", "model", "manufacturer", "registrant", "category", "subtype", "standing", "valid_from",
    "valid_until",
}  # fmt: skip
ENTRY = {"entry", "number", "kind", "effective_from", "recorded_at", "mandate", "facts", "previous", "hash"}
VERDICTS = {
    "compliant": True,
    "not_compliant": False,
    "not_registered": None,
    "not_in_catalog": None,
    "undetermined": None,
}


@pytest.fixture(scope="module")
def program(showroom: Showroom) -> FlaskClient:
    """A program without a key."""
    return showroom.stranger()


@pytest.fixture(scope="module")
def numbers(program: FlaskClient) -> list[str]:
    found: list[str] = []
    page = 1
    while True:
        said = program.get(f"{API}/catalog/register?per_page=200&page={page}").get_json()
        found += [one["number"] for one in said["items"]]
        if page >= said["pages"]:
            return found
        page += 1


def problem(answer: Any, status: int, code: str) -> dict[str, Any]:
    assert answer.status_code == status
    assert answer.content_type == "application/problem+json"
    said: dict[str, Any] = answer.get_json()
    assert said.keys() >= PROBLEM
    assert (said["type"], said["status"]) == (f"/problems/{code}", status)
    assert said["title"]
    assert said["detail"]
    return said


# -- problems ------------------------------------------------------------------------------------------------


def test_a_field_that_does_not_exist_is_refused_and_named(program: FlaskClient) -> None:
    said = problem(program.get(f"{API}/catalog/register?no_such=1"), 422, "invalid")
    assert [(one["pointer"], one["code"]) for one in said["errors"]] == [("/no_such", "unknown")]


def test_every_fault_is_listed_at_once(program: FlaskClient) -> None:
    said = problem(program.get(f"{API}/catalog/register?page=0&per_page=201&on=2026-02-30"), 422, "invalid")
    assert {one["pointer"]: one["code"] for one in said["errors"]} == {
        "/page": "minimum",
        "/per_page": "maximum",
        "/on": "date",
    }


def test_an_address_that_is_none_is_a_problem_too(program: FlaskClient) -> None:
    problem(program.get(f"{API}/no/such"), 404, "not_found")
    refused = program.delete(f"{API}/catalog/register")
    problem(refused, 405, "method_not_allowed")
    assert "GET" in refused.headers["Allow"]


def test_without_a_key_the_workbench_says_how_to_get_in(program: FlaskClient) -> None:
    refused = program.get(f"{API}/catalog/products")
    problem(refused, 401, "not_signed_in")
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_wrong_key_is_refused_even_where_none_is_needed(program: FlaskClient) -> None:
    problem(program.get(f"{API}/catalog/register", headers={"Authorization": "Bearer jf_wrong"}), 401, "not_signed_in")


@pytest.fixture(scope="module")
def keys(showroom: Showroom) -> dict[str, str]:
    """Keys of people of the demo, by name."""
    with showroom.app.app_context():
        from tests.house.samples import things

        return dict(things().keys)


def test_what_cannot_be_read_is_400_and_a_strange_type_415(showroom: Showroom, keys: dict[str, str]) -> None:
    caller = showroom.program(keys["maker"])
    problem(caller.post(f"{API}/catalog/products", data=b"{", content_type="application/json"), 400, "unreadable")
    for change in (
        caller.post(f"{API}/catalog/products", data=b"{}", content_type="text/plain"),
        caller.patch(f"{API}/catalog/products/999999", data={"brand": "新牌"}),
    ):
        said = problem(change, 415, "unsupported_media_type")
        assert said["detail"].endswith("这里接收：application/json"), "and no more: a product is no workbook"
    said = problem(
        caller.post(f"{API}/catalog/verifications", data=b"x", content_type="text/plain"), 415, "unsupported_media_type"
    )
    for kind in ("application/json", "text/csv", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"):
        assert kind in said["detail"], "whoever sends a list is told that a workbook is taken too"
    said = caller.post(f"{API}/catalog/products", json={"category": "01", "subtype": "x", "no_such": 1})
    assert ("/no_such", "unknown") in [(one["pointer"], one["code"]) for one in problem(said, 422, "invalid")["errors"]]


# -- lists and feeds -----------------------------------------------------------------------------------------


def test_a_list_says_where_it_stands(program: FlaskClient) -> None:
    said = program.get(f"{API}/catalog/register?per_page=7&page=2").get_json()
    assert said.keys() >= {"items", "page", "pages", "per_page", "total"}
    assert (said["page"], said["per_page"], len(said["items"])) == (2, 7, 7)
    assert said["pages"] == -(-said["total"] // 7)


def test_the_pages_of_a_list_hold_everything_once(numbers: list[str], program: FlaskClient) -> None:
    assert len(numbers) == len(set(numbers)) == program.get(f"{API}/catalog/register").get_json()["total"] == 220


def test_a_page_after_the_last_is_empty(program: FlaskClient) -> None:
    said = program.get(f"{API}/catalog/register?page=9999").get_json()
    assert (said["items"], said["total"]) == ([], 220)


def test_the_feed_is_read_to_its_end_and_goes_on_from_there(program: FlaskClient) -> None:
    since, seen, previous = 0, 0, "0" * 64
    while True:
        said = program.get(f"{API}/catalog/register/entries?since={since}&limit=150").get_json()
        assert said.keys() == {"items", "next_since", "head"}
        if not said["items"]:
            break
        for entry in said["items"]:
            assert entry.keys() == ENTRY
            assert entry["entry"] == seen + 1
            assert entry["previous"] == previous
            assert re.fullmatch(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z", entry["recorded_at"])
            seen, previous = entry["entry"], entry["hash"]
        since = said["next_since"]
    assert (said["head"], said["next_since"]) == ({"entry": seen, "hash": previous}, seen)


@pytest.mark.parametrize("position", [2**31 - 1, 2**31, 2**53, 2**63, 10**30])
def test_after_a_position_beyond_all_there_is_nothing_newer(program: FlaskClient, position: int) -> None:
    said = program.get(f"{API}/catalog/register/entries?since={position}")
    assert said.status_code == 200
    assert said.get_json()["items"] == []
    assert said.get_json()["next_since"] >= said.get_json()["head"]["entry"]


def test_a_feed_gives_at_most_a_thousand(program: FlaskClient) -> None:
    problem(program.get(f"{API}/catalog/register/entries?limit=1001"), 422, "invalid")
    assert program.get(f"{API}/catalog/register/entries?limit=1000").status_code == 200


# -- registrations and verdicts ------------------------------------------------------------------------------


def test_a_number_that_is_not_there_says_why(program: FlaskClient, numbers: list[str]) -> None:
    number = numbers[0]
    mistyped = number[:-1] + ("A" if number[-1] != "A" else "B")
    problem(program.get(f"{API}/catalog/register/{mistyped}"), 404, "mistyped_number")
    free = "SJZ01199900001"
    problem(program.get(f"{API}/catalog/register/{free}{check_character(free)}"), 404, "unknown_number")
    problem(program.get(f"{API}/catalog/register/{number}?known=2003-01-01"), 404, "not_known_then")
    assert program.get(f"{API}/catalog/register/{number}").status_code == 200


def test_a_number_is_read_in_any_writing(program: FlaskClient, numbers: list[str]) -> None:
    number = numbers[0]
    wide = "".join(chr(ord(one) + 0xFEE0) if one != "-" else one for one in number)
    for written in (number.lower(), number.replace("-", ""), number.replace("-", " "), wide):
        assert program.get(f"{API}/catalog/register/{written}").get_json()["number"] == number


def test_knowledge_lies_never_in_the_future(program: FlaskClient, numbers: list[str]) -> None:
    said = problem(program.get(f"{API}/catalog/register/{numbers[0]}?known=2090-01-01"), 422, "invalid")
    assert [one["pointer"] for one in said["errors"]] == ["/known"]
    assert program.get(f"{API}/catalog/register/{numbers[0]}?on=2090-01-01").status_code == 200


def test_every_verdict_has_every_key(program: FlaskClient, numbers: list[str]) -> None:
    found = set()
    asked = [f"number={number}" for number in numbers]
    asked += ["name=网线", "model=NO-SUCH-9&brand=没有", "model=X", "number=SJZ-01-1999-00001-X"]
    for question in asked:
        said = program.get(f"{API}/catalog/verifications/check?{question}").get_json()
        assert said.keys() >= VERDICT, question
        assert said["compliant"] is VERDICTS[said["verdict"]], question
        assert (said["reasons"] == []) == (said["verdict"] == "compliant"), question
        for reason in said["reasons"]:
            assert reason.keys() >= {"code", "detail", "since", "law"}
        if said["registration"] is not None:
            assert said["registration"].keys() == FOUND
            assert said["registration"]["manufacturer"].keys() == {"name", "uscc", "country"}
            assert said["entry"] > 0
        found.add(said["verdict"])
    assert found == VERDICTS.keys()


def test_a_check_leaves_no_trace(showroom: Showroom, program: FlaskClient, numbers: list[str]) -> None:
    import sqlalchemy as sa

    from association.kernel.db import Model, db

    def rows() -> dict[str, int]:
        with showroom.app.app_context():
            return {
                name: db.session.scalar(sa.select(sa.func.count()).select_from(table)) or 0
                for name, table in Model.metadata.tables.items()
            }

    before = rows()
    assert program.get(f"{API}/catalog/verifications/check?number={numbers[0]}").status_code == 200
    assert program.get(f"/catalog/verifications/new?number={numbers[0]}").status_code == 200
    assert rows() == before


def test_an_enterprise_is_public_only_once_confirmed(program: FlaskClient) -> None:
    said = program.get(f"{API}/association/enterprises/{demo.MAKER}").get_json()
    assert said.keys() >= {"uscc", "name", "state", "confirmed_on", "licences"}
    problem(program.get(f"{API}/association/enterprises/{demo.a_code(demo.NEWCOMER_BODY)}"), 404, "not_found")


# -- tags and languages --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    [
        "/catalog/editions",
        "/catalog/categories?known=2026-01-01",
        "/catalog/register?known",
        "/catalog/register/entries?limit=3",
    ],
)
def test_what_has_not_changed_is_not_sent_again(program: FlaskClient, path: str) -> None:
    path = path.removesuffix("?known")
    first = program.get(API + path)
    tag = first.headers["ETag"]
    again = program.get(API + path, headers={"If-None-Match": tag})
    assert (again.status_code, again.data, again.headers["ETag"]) == (304, b"", tag)
    assert program.get(API + path, headers={"If-None-Match": '"other"'}).status_code == 200
    assert "Accept-Language" in first.headers["Vary"]


def test_the_language_changes_sentences_and_never_codes(program: FlaskClient, numbers: list[str]) -> None:
    def plain(said: Any) -> Any:
        spoken = {"detail", "label", "title", "disclaimer", "law", "standing_label", "known"}
        if isinstance(said, dict):
            return {name: plain(value) for name, value in said.items() if name not in spoken}
        return [plain(one) for one in said] if isinstance(said, list) else said

    for path in (
        f"{API}/catalog/verifications/check?number={numbers[0]}&known=2026-01-01",
        f"{API}/catalog/verifications/check?model=X",
        f"{API}/catalog/register/{numbers[0]}?known=2026-01-01",
        f"{API}/catalog/register/{numbers[0]}?on=x",
    ):
        chinese = program.get(path, headers={"Accept-Language": "zh"}).get_json()
        english = program.get(path, headers={"Accept-Language": "en-GB, en;q=0.9"}).get_json()
        assert plain(chinese) == plain(english), path
        assert chinese != english, path


def test_moments_are_utc_and_end_with_z(program: FlaskClient, numbers: list[str]) -> None:
    said = program.get(f"{API}/catalog/verifications/check?number={numbers[0]}&known=2026-03-01").get_json()
    assert said["known"] == "2026-03-01T15:59:59Z"
    assert re.fullmatch(r"\d{4}-\d{2}-\d{2}", said["on"])


def test_every_call_of_the_contract_is_there(showroom: Showroom) -> None:
    """Those that are built so far; a call that was published does not go."""
    there = {(one.method, one.address.removeprefix(API)) for one in routes(showroom.app) if one.programs}
    assert there >= {
        ("GET", "/catalog/editions"),
        ("GET", "/catalog/categories"),
        ("GET", "/catalog/register"),
        ("GET", "/catalog/register/<number>"),
        ("GET", "/catalog/register/entries"),
        ("GET", "/catalog/verifications/check"),
        ("GET", "/catalog/products"),
        ("POST", "/catalog/products"),
        ("GET", "/catalog/products/<int:product_id>"),
        ("PATCH", "/catalog/products/<int:product_id>"),
        ("POST", "/catalog/products/<int:product_id>/submit"),
        ("POST", "/catalog/products/<int:product_id>/evidence"),
        ("POST", "/association/documents"),
        ("GET", "/association/enterprises/<uscc>"),
        ("GET", "/openapi.json"),
    }


# -- training ------------------------------------------------------------------------------------------------

CERTIFICATE = {
    "number", "name", "course", "title", "occupation", "level", "issued_on", "valid_from", "valid_until", "on", "known",
    "mandate", "standing", "since", "renews", "renewed_by", "replaces", "replaced_by",
}  # fmt: skip
ASKED = {
    "role", "name", "asked", "counted", "counted_outside", "lacking", "lacking_outside", "ending_soon",
}  # fmt: skip


@pytest.fixture(scope="module")
def employer(showroom: Showroom, keys: dict[str, str]) -> FlaskClient:
    """The program of an enterprise that sends people to trainings."""
    return showroom.program(keys["installer"])


def test_an_enterprises_program_reads_its_own_peoples_certificates(employer: FlaskClient, program: FlaskClient) -> None:
    listed = employer.get(f"{API}/training/certificates?per_page=3").get_json()
    assert listed.keys() == {"items", "page", "pages", "per_page", "total"}
    for one in listed["items"]:
        assert one.keys() == CERTIFICATE | {"person"}
        assert one["person"].keys() == {"id", "name"}
    held = employer.get(f"{API}/training/figures/certified").get_json()
    assert held.keys() == {"on", "items", "page", "pages", "per_page", "total"}
    for one in held["items"]:
        assert one.keys() == {"person", "number", "title", "level", "valid_from", "valid_until"}
    problem(program.get(f"{API}/training/certificates"), 401, "not_signed_in")
    problem(program.get(f"{API}/training/figures/certified"), 401, "not_signed_in")
    said = problem(employer.get(f"{API}/training/figures/certified?on=2100-01-01"), 422, "invalid")
    assert [(one["pointer"], one["code"]) for one in said["errors"]] == [("/on", "future")]


def test_an_enterprises_program_reads_its_staffing_and_no_conclusion(employer: FlaskClient) -> None:
    said = employer.get(f"{API}/training/figures/staffing").get_json()
    assert said.keys() == {"on", "soon_days", "grades", "people"}
    assert said["grades"]
    for grade in said["grades"]:
        assert grade.keys() == {"scheme", "grade", "verified", "source", "address", "asks"}
        assert all(one.keys() == ASKED for one in grade["asks"])
    for one in said["people"]:
        assert one.keys() == {"id", "name", "counts", "counts_until", "certificates"}
    assert "reached" not in str(said)


def test_a_certificate_that_is_not_shown_is_one_problem_whatever_the_reason(program: FlaskClient) -> None:
    first = program.get(f"{API}/training/certificates/{'A' * 16}")
    problem(first, 404, "unknown_certificate")
    assert program.get(f"{API}/training/certificates/{'B' * 16}").data == first.data
