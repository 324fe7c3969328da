"""Request ids; logs that say what happened and never to whom."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from association.kernel.actors import Role
from association.outbox import service as outbox
from association.web import logs
from tests.builders import NOW, PASSWORD, a_key, a_registrant, an_account, an_enterprise


@pytest.fixture
def written() -> Iterator[Callable[[], list[dict[str, Any]]]]:
    """What is logged meanwhile, as in production: everything, from every logger."""
    target = io.StringIO()
    handler = logging.StreamHandler(target)
    handler.setFormatter(logs.JsonLines())
    root = logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in target.getvalue().splitlines()]
    root.removeHandler(handler)
    root.setLevel(level)


def requests_in(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [line for line in lines if line["logger"] == "registry.requests"]


def test_every_answer_has_an_id_and_a_sane_one_is_kept(client: FlaskClient) -> None:
    assert client.get("/", headers={"X-Request-Id": "proxy-1234.abc"}).headers["X-Request-Id"] == "proxy-1234.abc"
    made = {client.get("/nowhere").headers["X-Request-Id"] for _twice in range(2)}
    assert len(made) == 2


@pytest.mark.parametrize(
    "given", ["", "short", "x" * 65, "with blank", "a@b.example", '"><script>', "张三张三张三张三"]
)
def test_an_id_that_is_not_sane_is_not_repeated(client: FlaskClient, given: str) -> None:
    headers = {"X-Request-Id": given.encode().decode("latin-1")}
    assert client.get("/", headers=headers).headers["X-Request-Id"] != given


def test_a_request_is_one_line_that_names_the_route_and_not_what_was_asked(
    client: FlaskClient, written: Callable[[], list[dict[str, Any]]]
) -> None:
    answer = client.get("/catalog/register/SJZ-01-2026-00042-Q?q=%E7%8E%8B%E4%BA%94")
    (line,) = requests_in(written())
    assert line["route"] == "/catalog/register/<number>"
    assert (line["method"], line["status"]) == ("GET", answer.status_code)
    assert line["id"] == line["request_id"] == answer.headers["X-Request-Id"]
    assert line["ms"] >= 0
    assert "00042" not in json.dumps(line, ensure_ascii=False)


def test_a_whole_trip_leaves_no_personal_data_in_the_logs(
    app: Flask, db: Any, browser: Callable[..., FlaskClient], client: FlaskClient,
    program: Callable[[str], FlaskClient], written: Callable[[], list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    firm = an_enterprise("河北秘密电子有限公司")
    person = an_account(Role.SECRETARIAT, name="欧阳小明", email="ouyang.secret@test.example")
    registrant = a_registrant(firm)
    key = a_key(registrant, firm)
    client.post("/accounts/login", data={"email": person.email, "password": "wrong " + PASSWORD})
    client.post("/accounts/login", data={"email": person.email, "password": PASSWORD})
    client.post(
        "/accounts/register", data={"email": "new.person@test.example", "name": "诸葛新人", "password": PASSWORD}
    )
    browser(person).get("/association/enterprises/desk?q=欧阳小明")
    browser(person).get("/accounts/?who=ouyang.secret@test.example")
    browser(registrant).get(f"/catalog/register?manufacturer={firm.uscc}&q=13800138000")
    program(key).get("/api/v1/catalog/products")
    program("jf_wrong" + key).get("/api/v1/catalog/products?note=ouyang.secret@test.example")
    monkeypatch.setitem(app.config, "MAIL_SERVER", "nowhere.invalid")
    outbox.enqueue(
        "k",
        to_account_id=person.id,
        to_address=person.email,
        subject="欧阳小明",
        body="b",
        url="/",
        spoken="zh",
        now=NOW,
    )
    db.session.commit()
    monkeypatch.setattr("smtplib.SMTP", _refusing)
    assert outbox.deliver(NOW) == 0
    said = "\n".join(json.dumps(line, ensure_ascii=False) for line in written())
    assert len(requests_in(written())) >= 7
    assert "attempt 1" in said
    secrets = [person.email, "new.person", person.name, "诸葛新人", firm.name, firm.uscc, "13800138000", PASSWORD, key]
    assert [one for one in [*secrets, "127.0.0.1", "ouyang"] if one in said] == []


def _refusing(*_about: Any, **_more: Any) -> Any:
    raise OSError("550 <ouyang.secret@test.example> 欧阳小明 is unknown here")


def test_an_exception_is_told_by_kind_and_place_without_its_words(
    written: Callable[[], list[dict[str, Any]]],
) -> None:
    try:
        raise ValueError("欧阳小明 ouyang@test.example")
    except ValueError:
        logging.getLogger("x").exception("incident %s", "1a2b")
    line = written()[-1]
    assert (line["message"], line["exception"]) == ("incident 1a2b", "ValueError")
    assert "test_logs.py" in line["where"][-1]
    assert "ouyang" not in json.dumps(line)


@pytest.mark.parametrize(
    "text", ["a.b@c.example", "jf_abcdefghijklm", "91130100MA07XXXX1Q", "13800138000", "130102199001011234", "A" * 40]
)
def test_what_slips_into_a_message_is_scrubbed(text: str) -> None:
    assert text not in logs.scrubbed(f"about {text}, and so on")


def test_readable_lines_are_scrubbed_too() -> None:
    record = logging.LogRecord("x", logging.INFO, "", 1, "to a@b.example", None, None)
    assert logs.Readable().format(record) == "INFO to …@…"


def test_visitors_are_told_apart_for_a_day_and_not_told(
    client: FlaskClient, written: Callable[[], list[dict[str, Any]]]
) -> None:
    for address in ("192.0.2.1", "192.0.2.1", "192.0.2.2"):
        client.get("/", environ_base={"REMOTE_ADDR": address})
    one, same, other = (line["visitor"] for line in requests_in(written()))
    assert one == same != other
    assert "192.0.2" not in json.dumps(written())
