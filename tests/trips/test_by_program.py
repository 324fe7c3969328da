"""Trip 1 by program: the same from draft to verdict through the API, with a registrant's and a reviewer's key."""

import json
import re
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from playwright.sync_api import Page

from association.kernel.dates import civil_date
from catalog.demo import a_pdf

pytestmark = pytest.mark.browser


def a_key_for(page: Page) -> str:
    """A key, made on the page where it is shown once."""
    page.goto("/accounts/keys")
    page.fill("[name=name]", "行程测试")
    for box in page.locator("main form input[type=checkbox][name=scopes]").all():
        box.check()
    page.locator("main form button[type=submit]").last.click()
    found = re.search(r"jf_[A-Za-z0-9_-]{43}", page.locator("main").inner_text())
    assert found
    return found.group()


class Program:
    """A program with a key."""

    def __init__(self, address: str, key: str = "") -> None:
        self.address, self.key = address, key

    def __call__(self, method: str, path: str, body: Any = None, *, raw: tuple[str, bytes] | None = None) -> Any:
        kind, data = ("application/json", json.dumps(body).encode()) if raw is None else raw
        request = urllib.request.Request(
            f"{self.address}/api/v1{path}", data=data if method != "GET" else None, method=method
        )
        if method != "GET":
            request.add_header("Content-Type", kind)
        if self.key:
            request.add_header("Authorization", f"Bearer {self.key}")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, json.load(answer)
        except urllib.error.HTTPError as refused:
            if refused.headers["Content-Type"] != "application/problem+json":
                raise
            return refused.code, json.load(refused)


def multipart(name: str, content: bytes) -> tuple[str, bytes]:
    edge = "a-boundary-of-the-trip"
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return f"multipart/form-data; boundary={edge}", head.encode() + content + f"\r\n--{edge}--\r\n".encode()


def test_from_draft_to_verdict_by_program(person: Callable[..., Page], address: str) -> None:
    maker, reviewer = Program(address, a_key_for(person("maker"))), Program(address, a_key_for(person("reviewer2")))
    anybody = Program(address)
    today = civil_date(datetime.now(UTC))

    status, product = maker("POST", "/catalog/products", {"category": "02", "subtype": "wired"})
    assert status == 201
    assert {one["pointer"] for one in product["shortfalls"]} >= {
        "/name",
        "/model",
        "/attributes/zone_count",
        "/evidence",
    }
    at = f"/catalog/products/{product['id']}"

    status, filing = maker("POST", "/association/documents", raw=multipart("report.pdf", a_pdf("Report")))
    assert status == 201
    status, product = maker(
        "PATCH",
        at,
        {
            "name": "防盗报警控制器",
            "brand": "虚构报警",
            "model": "SL-API-16",
            "manufacturer_name": "石家庄虚构报警设备有限公司",
            "manufacturer_country": "CN",
            "manufacturer_uscc": "91130105PDY000036K",
            "standards": "GB 12663-2019",
            "attributes": {"zone_count": 16, "comm_methods": ["ip", "4g"], "operating_temp_c": [-10, 55]},
        },
    )
    assert status == 200
    status, product = maker(
        "POST",
        f"{at}/evidence",
        {
            "kind": "type_test_report",
            "number": "示例检字(2026)第API16号",
            "issuer": "demo-test",
            "valid_from": (today - timedelta(days=60)).isoformat(),
            "valid_until": (today + timedelta(days=600)).isoformat(),
            "filing": filing["id"],
        },
    )
    assert (status, product["shortfalls"]) == (201, [])

    status, problem = maker("POST", f"{at}/submit", {})
    assert (status, problem["errors"][0]["pointer"]) == (422, "/declared")
    status, product = maker("POST", f"{at}/submit", {"declared": True})
    assert (status, product["state"]) == (200, "submitted")

    # The maker's key opens no desk; the reviewer's does.
    assert maker("GET", f"/catalog/reviews/{product['id']}")[0] in (403, 404)
    status, case = reviewer("GET", f"/catalog/reviews/{product['id']}")
    assert (status, case["facts"]["attributes"]["zone_count"]) == (200, 16)
    status, case = reviewer(
        "POST", f"/catalog/reviews/{product['id']}/decision", {"decision": "approved", "version": case["version"]}
    )
    assert (status, case["state"]) == (200, "registered")
    number = case["registration_number"]

    # Somebody decides on the old version: too late, and nothing happens.
    status, problem = reviewer(
        "POST", f"/catalog/reviews/{product['id']}/decision", {"decision": "returned", "version": 1, "reason": "x"}
    )
    assert (status, problem["type"]) == (409, "/problems/lost_race")

    status, verdict = anybody("GET", f"/catalog/verifications/check?number={number}")
    assert (status, verdict["verdict"], verdict["registration"]["model"]) == (200, "compliant", "SL-API-16")
    maker_name = quote("石家庄虚构报警设备有限公司")
    status, verdict = anybody("GET", f"/catalog/verifications/check?manufacturer={maker_name}&model=sl%20api%2016")
    assert (status, verdict["matched_by"]) == (200, "manufacturer_model")
    status, verdict = anybody("GET", f"/catalog/verifications/check?number={number}&on=2020-01-01")
    assert verdict["reasons"][0]["code"] == "registration_not_yet_valid"
    status, registration = anybody("GET", f"/catalog/register/{number}")
    assert (status, registration["standing"], registration["mandate"]) == (200, "in_force", "示例公技防委〔2004〕7号")
    status, feed = anybody("GET", f"/catalog/register/entries?since={registration['entry'] - 1}&limit=1")
    assert feed["items"][0]["number"] == number
    assert feed["items"][0]["hash"] == registration["head"]["hash"] or feed["head"]["entry"] > registration["entry"]
