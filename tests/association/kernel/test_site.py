"""Where the site is found: by BASE_URL, by what ``flask up`` serves, by an administrator's visit; never by a stranger's."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from association.kernel import site
from association.kernel.actors import Role
from association.kernel.db import db as database
from association.outbox.models import Message
from tests.builders import an_account

HERE, ELSEWHERE = "http://127.0.0.1:8000", "https://register.example:8443"


@pytest.fixture(autouse=True)
def _folder(app: Flask, db: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "DATA_DIR", str(tmp_path))


def test_nobody_knows_until_it_is_noted() -> None:
    assert site.address() == ""
    assert site.full("/x") == "/x"
    site.note(HERE)
    assert site.full("/x") == f"{HERE}/x"


def test_what_others_reach_is_worth_more_than_what_only_this_machine_does() -> None:
    for found, known in (
        (HERE, HERE),
        ("http://localhost:8001", "http://localhost:8001"),
        (ELSEWHERE, ELSEWHERE),
        (HERE, ELSEWHERE),
        ("http://[::1]:8000", ELSEWHERE),
        ("http://192.0.2.7:8000", "http://192.0.2.7:8000"),
    ):
        site.note(found)
        assert site.address() == known


@pytest.mark.parametrize(
    "found", ["", "ftp://x.example", "http://", "http://x.example/v", "http://x.example\nBcc: a", "http://a b", "//x"]
)
def test_what_is_no_plain_address_is_not_noted(found: str) -> None:
    site.note(found)
    assert site.address() == ""


def test_the_setting_counts_before_what_was_noted(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    site.note(HERE)
    monkeypatch.setitem(app.config, "BASE_URL", ELSEWHERE)
    assert site.address() == ELSEWHERE


def test_an_administrator_who_comes_from_elsewhere_tells_where_the_site_is(browser: Callable[..., FlaskClient]) -> None:
    for role, found in ((Role.REVIEWER, ""), (Role.SYSTEM_ADMINISTRATOR, ELSEWHERE)):
        someone = browser(an_account(role))
        assert someone.get("/", base_url="http://localhost").status_code == 200
        assert site.address() == ""
        with someone.session_transaction(base_url=ELSEWHERE) as there, someone.session_transaction() as here:
            there.update(here)
        assert someone.get("/", base_url=ELSEWHERE).status_code == 200
        assert site.address() == found


def test_a_host_that_a_stranger_wrote_stands_in_no_letter(client: FlaskClient) -> None:
    evil = {"Host": "evil.example"}
    client.get("/", headers=evil)
    assert site.address() == ""
    site.note(HERE)
    account = an_account(Role.PRACTITIONER)
    answer = client.post("/accounts/forgotten", data={"email": account.email}, headers=evil)
    assert answer.status_code == 200
    [letter] = database.session.scalars(select(Message)).all()
    assert f"{HERE}/accounts/reset/" in letter.body
    assert "evil.example" not in letter.body
