"""Whatever is thrown at a public call, a page or the workbench: it answers with a sentence, and never breaks."""

import itertools
import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.house import matrix
from tests.house.matrix import Route
from tests.house.samples import Things
from tests.house.showroom import Showroom, incidents

pytestmark = pytest.mark.full
TEXTS = (
    "\x00",
    "a\x00b",
    "\x1b[31m",
    "x" * 10_000,
    "😀🧑‍🚀" * 20,
    "\u202egnp.exe\u200f",
    "\ufffe\uffff",
    "'; DROP TABLE product; --",
    '"><script>alert(1)</script>',
    "{{ 7 * 7 }} {name} %s %(x)s",
    "../../../../etc/passwd",
    "ＳＪＺ－０１",
    "-1",
    "0",
    "9" * 40,
    "1e309",
    "NaN",
    "0x10",
    "١٢",
    " ",
    "",
)
# What one database takes for a whole number and another does not.
LARGE = tuple(str(number) for number in (2**31 - 1, 2**31, 2**53 + 1, 2**63 - 1, 2**63, 10**30))
DAYS = ("0000-00-00", "2026-02-30", "99999-01-01", "2026-13-01", "1899-12-31", "2101-01-01", "today", "2026-3-1")
MOMENTS = ("2026-03-01T25:00:00Z", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", "2026-03-01T00:00:00")
# Percent-encoded bytes that are no UTF-8, a lone surrogate among them, and what cannot be decoded at all.
BYTES = ("%ff", "%ed%a0%80", "%c0%af", "%00", "%e4%bd", "%", "%zz", "+", "%0d%0aSet-Cookie:a=b")
NAMES = (
    "number", "manufacturer", "manufacturer_uscc", "brand", "model", "name", "category", "subtype", "on", "made_on",
    "known", "q", "standing", "registrant", "standard", "sort", "page", "per_page", "facets", "since", "limit", "from",
    "to", "state", "role", "lang", "next", "item", "maker", "action", "actor", "subject", "before", "after", "first",
)  # fmt: skip
PROBLEM_KEYS = {"type", "title", "status", "detail"}


@pytest.fixture(scope="module")
def known(showroom: Showroom) -> Things:
    with showroom.app.app_context():
        return matrix.things()


@pytest.fixture(autouse=True)
def _quiet() -> Iterator[None]:
    """Nothing is logged as an incident."""
    with incidents() as found, matrix.nothing_printed():
        yield
    assert found == []


def fine(answer: Any, what: str) -> None:
    """2xx, 3xx, or a refusal that says what to do."""
    assert 200 <= answer.status_code < 500, what
    assert "\r" not in "".join(answer.headers.values())
    if answer.status_code < 400 or answer.request.method == "HEAD":
        return
    if answer.request.path.startswith("/api/v1") and answer.request.path != "/api/v1/docs":
        assert answer.content_type == "application/problem+json", what
        said = answer.get_json()
        assert said.keys() >= PROBLEM_KEYS, what
        assert said["status"] == answer.status_code, what
        assert said["type"].startswith("/problems/"), what
        assert said["detail"], what
        for one in said.get("errors", ()):
            assert one.keys() == {"pointer", "code", "detail"}, what
            assert one["detail"], what
    else:
        assert len(answer.text) > 40, what


def public_gets(showroom: Showroom) -> list[Route]:
    return [one for one in matrix.routes(showroom.app) if one.method == "GET" and one.guard in ("public", "open")]


def address(showroom: Showroom, known: Things, route: Route) -> str:
    sample = matrix.sample_of(route, known)
    assert sample is not None, route.endpoint
    return matrix.address_of(showroom.app, route, sample)


def test_odd_values_in_every_query(showroom: Showroom, known: Things) -> None:
    visitor = showroom.stranger()
    values = itertools.cycle([*TEXTS, *LARGE, *DAYS, *MOMENTS])
    for route in public_gets(showroom):
        path = address(showroom, known, route)
        for _round in range(4):
            asked = {name: next(values) for name in NAMES if name != "lang"}
            fine(visitor.get(path, query_string=asked), f"{path} {asked}")


CHECKED = ("/api/v1/catalog/verifications/check", "/catalog/verifications/new", "/api/v1/catalog/register",
           "/catalog/register", "/api/v1/catalog/categories", "/catalog/categories", "/api/v1/catalog/register/entries",
           "/association/enterprises", "/catalog/categories/difference")  # fmt: skip


@pytest.mark.full
@pytest.mark.parametrize("path", CHECKED)
def test_each_odd_value_in_each_parameter(showroom: Showroom, path: str) -> None:
    visitor = showroom.stranger()
    for name in NAMES:
        if name in ("lang", "next", "role", "action", "actor", "subject"):
            continue
        for value in (
            *TEXTS[:6],
            *TEXTS[12:18],
            *(LARGE if name in ("page", "per_page", "since", "limit", "before", "after", "number") else ()),
            *(DAYS + MOMENTS if name in ("on", "made_on", "known", "from") else ()),
        ):
            asked = {"number": "SJZ-01-2026-00001-X", name: value} if "verifications" in path else {name: value}
            fine(visitor.get(path, query_string=asked), f"{path}?{name}={value[:40]!r}")


def test_bytes_that_are_no_text(showroom: Showroom, known: Things) -> None:
    visitor = showroom.stranger()
    for route in public_gets(showroom):
        path = address(showroom, known, route)
        for odd in BYTES:
            query = "&".join(f"{name}={odd}" for name in ("number", "model", "manufacturer", "q", "on", "page", "item"))
            fine(visitor.get(f"{path}?{query}&{odd}={odd}"), f"{path} {odd}")


def test_parameters_repeated_unknown_and_very_long(showroom: Showroom, known: Things) -> None:
    visitor = showroom.stranger()
    for route in public_gets(showroom):
        path = address(showroom, known, route)
        for query in (
            "page=1&page=2&q=a&q=b&on=2026-01-01&on=x",
            "no_such=1",
            "x" * 5000,
            "q=" + "y" * 100_000,
            "&&&=&;",
        ):
            fine(visitor.get(f"{path}?{query}"), f"{path}?{query[:40]}")


ODD_NAMES = ("%2e%2e", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "%00", "%ff", "%ed%a0%80", "x" * 8000, "%F0%9F%98%80",
             "%E2%80%AE", "SJZ-01-2026-00042-Q%0d%0a", "..;", "%5c%5c", "-1", "0", "99999999999999999999", "2147483648", "9223372036854775807", "%252e", "*",
             "SJZ%20", "%EF%BC%B3%EF%BC%AA%EF%BC%BA")  # fmt: skip


@pytest.mark.full
def test_odd_things_in_every_path(showroom: Showroom) -> None:
    visitors = [showroom.stranger(), showroom.person("maker"), showroom.person("secretariat")]
    for route in matrix.routes(showroom.app):
        if not route.rule.arguments or route.method != "GET":
            continue
        for odd in ODD_NAMES:
            path = "".join(odd if dynamic else text for dynamic, text in route.rule._trace[1:])
            for visitor in visitors if route.guard in ("member", "staff") else visitors[:1]:
                fine(visitor.get(path), f"{route.address} {odd[:40]}")


@pytest.mark.full
def test_methods_that_nobody_expects(showroom: Showroom, known: Things) -> None:
    visitor = showroom.stranger()
    for route in matrix.routes(showroom.app):
        path = address(showroom, known, route)
        for method in ("PUT", "DELETE", "PATCH", "POST", "TRACE", "PROPFIND", "BREW"):
            fine(visitor.open(path, method=method), f"{method} {path}")


@pytest.mark.parametrize(
    "headers",
    [
        {"Accept": "application/xml"},
        {"Accept": ";;;,q=x"},
        {"Accept": "*/*;q=0"},
        {"Accept": "application/json"},
        {"Accept-Language": "xx-YY;q=9,,;"},
        {"Accept-Language": "e" * 9000},
        {"If-None-Match": '"'},
        {"If-None-Match": 'W/"x", *, "' + "y" * 500},
        {"If-Modified-Since": "not a day"},
        {"Range": "bytes=5-2"},
        {"Authorization": "Bearer"},
        {"Authorization": "Basic !!!"},
        {"Authorization": "Bearer jf_" + "x" * 9000},
        {"Authorization": "Bearer schlüssel"},
        {"Cookie": "session=nonsense; session=x.y.z"},
        {"Cookie": "=;;;\x7f"},
        {"HX-Request": "true", "HX-Target": "<b>"},
        {"Host": "evil.example"},
        {"X-Forwarded-For": "nonsense", "X-Forwarded-Proto": "gopher"},
        {"Content-Length": "0", "Content-Type": "multipart/form-data"},
        {"User-Agent": "x" * 9000},
        {"Origin": "null", "Referer": "\\\\"},
    ],
    ids=lambda headers: " ".join(f"{name}-{value[:12]}" for name, value in headers.items()),
)
def test_odd_headers(showroom: Showroom, headers: dict[str, str]) -> None:
    visitor = showroom.stranger()
    for path in ("/", "/catalog/register", "/api/v1/catalog/register", "/api/v1/catalog/products", "/no/such/page",
                 "/api/v1/no/such", "/accounts/login", "/api/v1/catalog/register/entries", "/healthz"):  # fmt: skip
        fine(visitor.get(path, headers=headers), f"{path} {headers}")


# -- what is sent --------------------------------------------------------------------------------------------

BODIES = (
    b"",
    b"{",
    b"[]",
    b"null",
    b"1",
    b'"text"',
    b'{"category": "\\ud800", "subtype": "\\udfff", "name": "\\ud83d"}',
    b'{"category": "\\u0000", "name": "a\\u0000b"}',
    b'{"category": "01", "category": "02"}',
    b'{"name": 1e999, "page": NaN, "version": Infinity}',
    b'{"version": ' + b"9" * 5000 + b"}",
    b"[" * 50_000,
    b'{"attributes":' * 5_000 + b"1" + b"}" * 5_000,
    b'{"name": "' + b"x" * 100_000 + b'"}',
    b'{"attributes": {"' + b"k" * 10_000 + b'": {"a": {"b": [[[[1]]]]}}}}',
    '{"name": "公司"}'.encode("gb18030"),
    '{"name": "x"}'.encode("utf-16"),
    b"\xef\xbb\xbf{}",
    b"\xff\xfe\x00",
    json.dumps({"no_such_field": 1, "name": {"a": 1}, "declared": [], "remarks": {"x": {"y": 1}}}).encode(),
    json.dumps(dict.fromkeys(("valid_from", "valid_until", "on"), "2026-02-30") | {"filing": -1}).encode(),
    json.dumps({"kind": "x" * 10_000, "number": "\u202e", "issuer": "😀", "valid_from": "0000-00-00"}).encode(),
    json.dumps({"decision": "approved", "version": "x", "remarks": [1], "ground": 7}).encode(),
)
TYPES = ("application/json", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data",
         "multipart/form-data; boundary=x", "application/json; charset=utf-16", "image/png", "", "nonsense")  # fmt: skip


def programs(showroom: Showroom, known: Things) -> list[FlaskClient]:
    return [showroom.stranger(), showroom.program(known.keys["maker"]), showroom.program(known.keys["reviewer"])]


def test_odd_bodies_at_every_call_of_the_api(showroom: Showroom, known: Things) -> None:
    callers = programs(showroom, known)
    for route in matrix.routes(showroom.app):
        if not route.programs or route.method == "GET":
            continue
        path = address(showroom, known, route)
        for body in BODIES:
            for caller in callers:
                answer = caller.open(path, method=route.method, data=body, content_type="application/json")
                fine(answer, f"{route.method} {path} {body[:60]!r}")
        for kind in TYPES:
            answer = callers[1].open(path, method=route.method, data=b"--x\r\n\r\n", content_type=kind)
            fine(answer, f"{route.method} {path} {kind}")


@pytest.mark.full
def test_odd_values_in_every_form(showroom: Showroom, known: Things) -> None:
    values = itertools.cycle([*TEXTS, *DAYS])
    for route in matrix.routes(showroom.app):
        if route.programs or route.method == "GET":
            continue
        sample = matrix.sample_of(route, known)
        assert sample is not None
        path = matrix.address_of(showroom.app, route, sample)
        for who in ("maker", "secretariat", "reviewer", "security"):
            if "logout" in path or "sessions" in path or path.endswith("/password"):
                continue
            names = [
                *sample.form(),
                "name",
                "model",
                "standards",
                "attributes.detection_range_m",
                "file",
                "filing",
                "_lists",
            ]
            for _round in range(3):
                form = {name: next(values) for name in names}
                fine(showroom.person(who).post(path, data=form), f"{path} {who} {form}")


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:16]))
def test_odd_bodies_at_forms(showroom: Showroom, body: bytes) -> None:
    for path, who in (("/accounts/login", ""), ("/accounts/register", ""), ("/catalog/products/new", "maker")):
        visitor = showroom.person(who) if who else showroom.stranger()
        for kind in TYPES:
            fine(visitor.post(path, data=body, content_type=kind), f"{path} {kind}")


def test_a_refusal_at_the_api_keeps_its_code_whatever_the_language(showroom: Showroom) -> None:
    visitor = showroom.stranger()
    said = [
        visitor.get("/api/v1/catalog/register?page=0", headers={"Accept-Language": language}).get_json()
        for language in ("zh", "en", "xx")
    ]
    assert {one["type"] for one in said} == {"/problems/invalid"}
    assert said[0]["detail"] == said[2]["detail"] != said[1]["detail"]
