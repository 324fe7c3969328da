"""What search engines may read: the register, and nothing that a secret opens."""

import re
from typing import Any

import pytest

from tests.catalog.small_register import SmallRegister, small

__all__ = ["small"]

LISTS = "/catalog/verifications"


def may(rules: str, path: str) -> bool:
    """As RFC 9309 has it: the longest rule that fits counts, and without one everything may be read."""
    found = re.findall(r"^(Allow|Disallow): (\S+)$", rules, re.MULTILINE)
    fits = [
        (len(rule), word == "Allow")
        for word, rule in found
        if (path == rule[:-1] if rule.endswith("$") else path.startswith(rule))
    ]
    return max(fits, default=(0, True))[1]


def test_robots_read_the_register_and_stay_out_of_everything_else(client: Any) -> None:
    answer = client.get("/robots.txt")
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    rules = answer.text
    assert rules.startswith("User-agent: *\n")
    for path in (
        "/", "/help", "/catalog/register", "/catalog/register/SJZ-01-2026-00042-Q", "/v/SJZ-01-2026-00042-Q",
        "/catalog/categories/01", "/catalog/criteria", "/catalog/revocations", "/catalog/revocations/7", "/api/v1/docs",
        f"{LISTS}/new", "/association/enterprises", "/association/mandates/7", "/association/signing", "/training/courses",
        "/training/certificates", "/static/registry.css",
    ):  # fmt: skip
        assert may(rules, path), path
    for path in (
        f"{LISTS}/7F3KQ-AAAAA-BBBBB-CCCCC-DDDDD", f"{LISTS}/7F3KQ-AAAAA-BBBBB-CCCCC-DDDDD.pdf", f"{LISTS}/workbooks/x",
        f"/api/v1{LISTS}/7F3KQ-AAAAA-BBBBB-CCCCC-DDDDD", "/association/ledger/", "/association/enterprises/invited/x",
        "/association/jobs/x", "/accounts/login", "/accounts/reset/x", "/catalog/subscriptions/x", "/catalog/products/",
        "/catalog/revocations/receipts/x", "/catalog/revocations/objections/x", "/training/certificates/PANEB85JRVUQWJT4",
        "/training/certificates/shared/x", "/c/PANEB85JRVUQWJT4", "/training/rosters/calendar/x.ics",
    ):  # fmt: skip
        assert not may(rules, path), path
    # It names kinds of addresses, so it opens nothing.
    assert not re.search(r"[A-Z0-9]{5}-[A-Z0-9]{5}", rules)


def test_what_a_secret_opens_is_kept_by_no_search_engine(client: Any, small: SmallRegister) -> None:
    at = client.post(f"{LISTS}/", data={"list": small.in_force}).location
    for path in (
        at,
        f"{at}/1",
        f"{at}.pdf",
        f"{at}.xlsx",
        f"{at}.jws",
        f"{at}.zip",
        f"/api/v1{at}",
        f"/api/v1{at}.jws",
    ):
        answer = client.get(path)
        assert (answer.status_code, answer.headers["X-Robots-Tag"]) == (200, "noindex"), path
    followed = f"/catalog/revocations/receipts/{at.rpartition('/')[2]}"
    for path in (at, f"{at}/1", followed):
        assert '<meta name="robots" content="noindex">' in client.get(path).text, path
    for path in (
        "/",
        "/catalog/register",
        f"/catalog/register/{small.in_force}",
        f"{LISTS}/new",
        "/catalog/categories/01",
    ):
        answer = client.get(path)
        assert answer.status_code == 200
        assert "X-Robots-Tag" not in answer.headers, path
        assert 'name="robots"' not in answer.text, path


@pytest.mark.parametrize("path", [f"{LISTS}/00000-00000-00000-00000-00000", "/training/certificates/NOSUCHCODE"])
def test_a_wrong_secret_is_not_kept_either(client: Any, small: SmallRegister, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["X-Robots-Tag"]) == (404, "noindex")
