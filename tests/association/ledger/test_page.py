"""工作日志: who reads it, how it is narrowed, paged and taken out."""

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from association.kernel.actors import OPERATOR, Actor, Role
from association.kernel.cells import plain_cell
from association.kernel.db import transaction
from association.ledger import queries, rules, service, words
from association.ledger.models import LedgerLine
from tests.builders import NOW, an_account

PAGE = "/association/ledger/"
READERS = (Role.AUDITOR, Role.AUDIT_ADMINISTRATOR, Role.SUPERVISING_OFFICE)


def lines_of(count: int, action: str = "product.saved", actor: Actor = OPERATOR, at: datetime = NOW) -> None:
    with transaction():
        for number in range(count):
            service.record(action, f"product:{number}", actor=actor, at=at, reason=f"理由{number}")


def positions(text: str) -> list[int]:
    return [int(one) for one in re.findall(r'<tr id="line-(\d+)"', text)]


@pytest.mark.parametrize("role", READERS)
def test_those_who_look_over_the_work_read_it_and_those_who_do_it_do_not(
    db: Any, browser: Callable[..., FlaskClient], client: FlaskClient, role: Role
) -> None:
    lines_of(2)
    reader = browser(an_account(role))
    assert positions(reader.get(PAGE).text) == [2, 1]
    assert reader.post(f"{PAGE}export", data={"form": "csv"}).status_code == 200
    for other in set(Role) - set(READERS):
        stranger = browser(an_account(other))
        assert stranger.get(PAGE).status_code in (403, 404)
        assert stranger.post(f"{PAGE}export", data={"form": "csv"}).status_code in (403, 404)
    assert client.get(PAGE).status_code == 303


def test_it_speaks_in_plain_words(db: Any, browser: Callable[..., FlaskClient]) -> None:
    lines_of(1)
    text = browser(an_account(Role.AUDITOR)).get(PAGE).text
    for word in ("修改登记申请", "登记申请 0", "运维人员", "运维命令", "理由0"):
        assert word in text


def test_every_action_that_the_program_records_has_its_words(app: Any) -> None:
    from pathlib import Path

    import association
    import catalog

    recorded: set[str] = set()
    for package in (association, catalog):
        for path in Path(package.__file__ or "").parent.rglob("*.py"):
            text = path.read_text("utf-8")
            recorded |= set(re.findall(r'(?:ledger\.|\b)record\(\s*"([a-z_]+\.[a-z_]+)"', text))
    assert len(recorded) > 20
    assert recorded - words.ACTIONS.keys() == set()


def test_it_is_narrowed_by_subject_action_actor_and_day(db: Any, browser: Callable[..., FlaskClient]) -> None:
    person = Actor(account_id=77, name="王五", via="page")
    lines_of(3)
    lines_of(2, "product.submitted", person, NOW + timedelta(days=3))
    reader = browser(an_account(Role.AUDITOR))

    def found(**query: str) -> list[int]:
        return positions(reader.get(PAGE, query_string=query).text)

    assert found(subject="product:1") == [5, 2]
    assert found(subject="product") == [5, 4, 3, 2, 1]
    assert found(subject="prod") == []
    assert found(action="product.submitted") == [5, 4]
    assert found(actor="王五") == found(actor="77") == [5, 4]
    assert found(begins="2026-03-05", ends="2026-03-05") == [5, 4]
    assert found(ends="2026-03-04", subject="product:0") == [1]
    refused = reader.get(PAGE, query_string={"begins": "gestern"})
    assert refused.status_code == 422
    assert "请填写日期" in refused.text


def test_pages_fit_together_forwards_and_backwards(db: Any, browser: Callable[..., FlaskClient]) -> None:
    lines_of(130)
    reader = browser(an_account(Role.AUDITOR))
    seen: list[int] = []
    path: str | None = PAGE
    while path:
        text = reader.get(path).text
        seen += positions(text)
        older = re.search(r'href="([^"]*before=\d+)"', text)
        path = older.group(1).replace("&amp;", "&") if older else None
    assert seen == list(range(130, 0, -1))
    assert positions(reader.get(f"{PAGE}?after=30").text) == list(range(80, 30, -1))


def test_a_page_far_back_costs_what_the_first_does(db: Any) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("reads SQLite's plan")
    lines_of(60)
    actor = Actor(account_id=1, roles=frozenset({Role.AUDITOR}))
    asked: list[tuple[str, Any]] = []

    def remember(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        if statement.startswith("SELECT"):
            asked.append((statement, values))

    event.listen(db.engine, "before_cursor_execute", remember)
    for filters in (queries.Filters(), queries.Filters(action="product.saved"), queries.Filters(subject="product:1")):
        queries.stretch(actor, filters, before=30)
    event.remove(db.engine, "before_cursor_execute", remember)
    assert len(asked) == 3
    for statement, values in asked:
        plan = str(db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all())
        assert "SEARCH" in plan
        assert "TEMP B-TREE" not in plan


def test_the_table_taken_out_runs_no_formula(db: Any, browser: Callable[..., FlaskClient]) -> None:
    evil = '=HYPERLINK("http://evil.test","x")'
    with transaction():
        service.record("product.saved", "product:1", actor=Actor(account_id=5, name=evil), at=NOW, reason="@x")
    answer = browser(an_account(Role.AUDITOR)).post(f"{PAGE}export", data={"form": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert rows[0]["actor_name"] == f"'{evil}"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert len(rows) == 1


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx", "＝1", "  =1"])
def test_what_a_spreadsheet_would_run_stays_text(text: str) -> None:
    assert plain_cell(text) == f"'{text}"
    assert plain_cell(f"x{text}") == f"x{text}"


def test_the_lines_taken_out_can_be_verified_by_anybody(db: Any, browser: Callable[..., FlaskClient]) -> None:
    lines_of(5)
    answer = browser(an_account(Role.AUDITOR)).post(f"{PAGE}export", data={"form": "jsonl"})
    lines = [json.loads(line) for line in answer.text.splitlines()]
    head = (5, lines[-1]["seal"])
    assert rules.first_fault(lines, rules.LEDGER, head=head, after=lambda _seal: None) is None
    assert [line["position"] for line in lines] == [1, 2, 3, 4, 5]


def test_taking_it_out_is_itself_a_line(db: Any, browser: Callable[..., FlaskClient]) -> None:
    lines_of(1)
    reader = an_account(Role.AUDITOR)
    browser(reader).post(f"{PAGE}export", data={"form": "csv", "action": "product.saved"})
    line = db.session.query(LedgerLine).order_by(LedgerLine.position.desc()).first()
    assert (line.action, line.actor_id, line.facts["filters"]) == (
        "ledger.exported",
        reader.id,
        {"action": "product.saved"},
    )
    assert browser(reader).post(f"{PAGE}export", data={"form": "exe"}).status_code == 422


def test_a_day_begins_in_shanghai(db: Any, browser: Callable[..., FlaskClient]) -> None:
    lines_of(1, at=datetime(2026, 3, 1, 16, 0, tzinfo=UTC))
    reader = browser(an_account(Role.AUDITOR))
    assert positions(reader.get(f"{PAGE}?begins=2026-03-02").text) == [1]
    assert positions(reader.get(f"{PAGE}?ends=2026-03-01").text) == []
