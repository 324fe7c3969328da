"""/readyz with its reasons, /metrics and its door."""

import re
import shutil
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families as prometheus

from association.kernel import clock
from association.web import metrics, serving
from association.web.runs import SignOfLife


def ready(client: FlaskClient) -> tuple[int, str]:
    answer = client.get("/readyz")
    return answer.status_code, answer.text


def test_ready_with_a_catalog_and_not_without(client: FlaskClient, national_catalog: None, db: Any) -> None:
    assert ready(client)[0] == 200


def test_without_a_catalog_it_says_what_to_run(client: FlaskClient, db: Any) -> None:
    from catalog.categories import queries

    queries.forget()
    status, said = ready(client)
    assert status == 503
    assert "flask catalog load" in said


def test_an_old_database_is_a_reason(client: FlaskClient, db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("association.web.health.newest_migration", lambda _root: "9999_future")
    status, said = ready(client)
    assert status == 503
    assert "flask db upgrade" in said


def test_a_full_disk_is_a_reason(client: FlaskClient, db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _folder: SimpleNamespace(free=50 << 20))
    status, said = ready(client)
    assert status == 503
    assert "50 MB" in said


def test_a_silent_worker_is_a_warning_and_no_reason(
    client: FlaskClient, national_catalog: None, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    assert "never seen" in ready(client)[1]
    serving.one_round()
    assert client.get("/readyz").json == {"status": "ok", "warnings": []}
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(minutes=3))
    status, said = ready(client)
    assert status == 200
    assert "not seen since" in said


def test_a_sign_of_life_is_one_row_and_not_one_every_round(
    client: FlaskClient, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = clock.now()
    for seconds in (0, 5, 10, 30):
        monkeypatch.setattr(clock, "now", lambda at=now + timedelta(seconds=seconds): at)
        serving.one_round()
    (row,) = db.session.query(SignOfLife).all()
    assert row.seen_at == now + timedelta(seconds=30)


def test_one_broken_chore_keeps_no_other_from_being_done(app: Flask, db: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []

    def broken(_now: Any) -> int:
        raise RuntimeError("broken")

    monkeypatch.setattr(
        serving.of(app),
        "chores",
        [("broken", broken), ("sound", lambda _now: len(done.append("x") or []))],  # type: ignore[func-returns-value]
    )
    serving.one_round()
    assert done == ["x"]


# -- /metrics ------------------------------------------------------------------------------------------------


def figure(text: str, name: str) -> float:
    found = re.findall(rf"^{re.escape(name)} (\S+)$", text, re.MULTILINE)
    return float(found[0]) if found else 0.0


def test_requests_are_counted_by_route_and_class(client: FlaskClient, db: Any) -> None:
    name = 'jifang_requests_total{route="register_public.show",status="4xx"}'
    before = figure(client.get("/metrics").text, name)
    client.get("/catalog/register/nothing")
    text = client.get("/metrics").text
    assert figure(text, name) == before + 1
    assert "nothing" not in text
    count = figure(text, 'jifang_request_seconds_count{route="register_public.show"}')
    assert figure(text, 'jifang_request_seconds_bucket{le="+Inf",route="register_public.show"}') == count


def test_the_figures_of_rooms_and_floors_are_there(client: FlaskClient, db: Any) -> None:
    serving.one_round()
    text = client.get("/metrics").text
    for name in ("jifang_outbox_owed", "jifang_outbox_dead", "jifang_register_entries", "jifang_database_up"):
        assert re.search(rf"^# TYPE {name} gauge$", text, re.MULTILINE)
    assert figure(text, "jifang_worker_seen_seconds") > 1e9
    assert figure(text, "jifang_daily_done_seconds") > 1e9


def test_the_door_is_for_this_machine_or_for_the_key(
    client: FlaskClient, app: Flask, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def status(address: str = "192.0.2.7", **headers: str) -> int:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return client.get("/metrics", environ_base={"REMOTE_ADDR": address}, headers=named).status_code

    assert status("127.0.0.1") == status("::1") == 200
    assert status() == 404
    assert status("127.0.0.1", X_Forwarded_For="198.51.100.1") == 404
    assert status(Authorization="Bearer ") == 404
    monkeypatch.setitem(app.config, "METRICS_KEY", "a key for the scraper")
    assert status(Authorization="Bearer a key for the scraper") == 200
    assert status(Authorization="Bearer a key for the scrapeR") == 404


def test_without_a_database_requests_are_still_told(
    client: FlaskClient, app: Flask, db: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from sqlalchemy.exc import OperationalError

    def away() -> float:
        raise OperationalError("SELECT 1", {}, Exception("away"))

    monkeypatch.setattr(metrics.of(app), "gauges", [("x", "x", away)])
    text = client.get("/metrics").text
    assert figure(text, "jifang_database_up") == 0
    assert "jifang_requests_total" in text


def test_processes_share_their_counts_and_other_routes_begin_anew(tmp_path: Any) -> None:
    def told(counts: metrics.Requests) -> dict[tuple[str, ...], float]:
        samples = [sample for family in counts.collect() for sample in family.samples]
        return {(sample.name, *sample.labels.values()): sample.value for sample in samples}

    one, other = (metrics.Requests(tmp_path / "m", ["a", "b"]) for _process in range(2))
    one.add("a", 200, 0.003)
    other.add("a", 204, 30.0)
    other.add("b", 599, 0.3)
    for counts in (one, other):
        found = told(counts)
        assert found["jifang_requests_total", "a", "2xx"] == 2
        assert found["jifang_request_seconds_bucket", "a", "10.0"] == 1
        assert found["jifang_request_seconds_bucket", "a", "+Inf"] == 2
        assert found["jifang_request_seconds_sum", "a"] == 30.003
        assert found["jifang_requests_total", "b", "5xx"] == 1
    assert told(metrics.Requests(tmp_path / "m", ["a", "c"])) == {}


@pytest.mark.parametrize("accept", ["", "application/openmetrics-text; version=1.0.0", "text/plain; version=0.0.4"])
def test_prometheus_reads_it_in_the_form_it_asks_for(client: FlaskClient, db: Any, accept: str) -> None:
    answer = client.get("/metrics", headers={"Accept": accept} if accept else {})
    read = openmetrics if "openmetrics" in answer.content_type else prometheus
    assert ("openmetrics" in answer.content_type) == ("openmetrics" in accept)
    families = {family.name: family for family in read(answer.text)}
    assert families["jifang_database_up"].samples[0].value == 1
    assert families["jifang_request_seconds"].type == "histogram"
