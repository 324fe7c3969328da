"""The day's work is done once a Shanghai day, whoever begins it; what died half-way is repeated."""

import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask

from association.kernel import clock
from association.web import daily, serving
from association.web.runs import DailyRun

Calls = list[tuple[date, datetime]]
EVENING = datetime(2026, 3, 2, 15, 59, tzinfo=UTC)  # 23:59 in Shanghai


@pytest.fixture
def works(app: Flask, db: Any, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Two works that remember their calls; ``fail`` makes the first one fail, ``now`` is the clock."""
    state: dict[str, Any] = {"now": EVENING, "fail": False, "first": [], "second": []}

    def work(name: str) -> Callable[[date, datetime], int]:
        def do(day: date, now: datetime) -> int:
            state[name].append((day, now))
            if state["fail"] and name == "first":
                raise RuntimeError("失败 with somebody's name")
            return len(state[name])

        return do

    monkeypatch.setattr(clock, "now", lambda: state["now"])
    monkeypatch.setitem(app.extensions, "daily", [(name, work(name)) for name in ("first", "second")])
    return state


def rows(db: Any) -> list[tuple[date, str, str, bool]]:
    db.session.expire_all()
    found = db.session.query(DailyRun).order_by(DailyRun.day, DailyRun.work).all()
    return [(row.day, row.work, row.outcome, row.done_at is not None) for row in found]


def test_command_and_worker_do_the_same_once(app: Flask, db: Any, works: dict[str, Any]) -> None:
    serving.one_round()
    said = app.test_cli_runner().invoke(args=["daily"]).output
    serving.one_round()
    assert len(works["first"]) == len(works["second"]) == 1
    assert "2026-03-02 first: done already" in said
    assert rows(db) == [(date(2026, 3, 2), "first", "1", True), (date(2026, 3, 2), "second", "1", True)]


def test_the_day_turns_at_midnight_in_shanghai(db: Any, works: dict[str, Any]) -> None:
    serving.one_round()
    works["now"] = EVENING + timedelta(minutes=1)
    serving.one_round()
    assert [day for day, _now in works["first"]] == [date(2026, 3, 2), date(2026, 3, 3)]


def test_one_work_s_failure_keeps_no_other_and_is_tried_again_after_a_rest(
    app: Flask, db: Any, works: dict[str, Any]
) -> None:
    works["fail"] = True
    serving.one_round()
    assert rows(db) == [
        (date(2026, 3, 2), "first", "failed: RuntimeError", False),
        (date(2026, 3, 2), "second", "1", True),
    ]
    serving.one_round()
    assert len(works["first"]) == 1
    done = app.test_cli_runner().invoke(args=["daily"])
    assert (done.exit_code, len(works["first"])) == (1, 2)
    works["fail"], works["now"] = False, EVENING - timedelta(minutes=30)
    works["now"] = EVENING + timedelta(seconds=30)
    assert app.test_cli_runner().invoke(args=["daily"]).exit_code == 0
    assert rows(db)[0][3]
    assert len(works["second"]) == 1


def test_the_worker_tries_a_failed_work_again_after_ten_minutes(db: Any, works: dict[str, Any]) -> None:
    works["fail"], works["now"] = True, EVENING - timedelta(hours=2)
    serving.one_round()
    works["fail"], works["now"] = False, EVENING - timedelta(hours=1)
    serving.one_round()
    assert [outcome for _day, _work, outcome, _done in rows(db)] == ["2", "1"]


def test_what_died_half_way_is_repeated_at_once(db: Any, works: dict[str, Any]) -> None:
    db.session.add(DailyRun(day=date(2026, 3, 2), work="first", begun_at=EVENING, done_at=None, outcome=""))
    db.session.commit()
    serving.one_round()
    assert len(works["first"]) == 1
    assert rows(db)[0][3]


def test_a_day_to_come_is_tried_ahead_and_done_again_when_it_comes(app: Flask, db: Any, works: dict[str, Any]) -> None:
    app.test_cli_runner().invoke(args=["daily", "--on", "2026-03-09"])
    assert rows(db) == []
    works["now"] = EVENING + timedelta(days=7)
    serving.one_round()
    assert [day for day, _now in works["first"]] == [date(2026, 3, 9), date(2026, 3, 9)]


def test_it_can_be_asked_for_again_by_name(app: Flask, db: Any, works: dict[str, Any]) -> None:
    for _twice in range(2):
        app.test_cli_runner().invoke(args=["daily", "--on", "2026-03-01"])
    assert len(works["first"]) == 1
    app.test_cli_runner().invoke(args=["daily", "--on", "2026-03-01", "--again"])
    assert len(works["first"]) == 2


def test_two_at_once_do_it_once(app: Flask, db: Any, works: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    """One process is in the middle of the work when another comes: the impatient one goes, the patient one waits."""
    begun, go_on = threading.Event(), threading.Event()

    def slow(day: date, now: datetime) -> int:
        works["first"].append((day, now))
        begun.set()
        assert go_on.wait(20)
        return 1

    monkeypatch.setitem(app.extensions, "daily", [("slow", slow)])
    outcomes: list[Any] = []

    def another(patient: bool) -> threading.Thread:
        def run() -> None:
            with app.app_context():
                outcomes.extend(daily.run(date(2026, 3, 2), patient=patient))

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    db.session.rollback()
    one = another(True)
    assert begun.wait(20)
    another(False).join(20)
    assert [outcome.skipped for outcome in outcomes] == ["another process is at it"]
    waiting = another(True)
    go_on.set()
    one.join(20)
    waiting.join(20)
    assert len(works["first"]) == 1
    assert sorted((outcome.done or 0, outcome.skipped) for outcome in outcomes) == [
        (0, "another process is at it"),
        (0, "done already"),
        (1, ""),
    ]


def test_a_killed_process_holds_nothing_up(app: Flask, db: Any, works: dict[str, Any]) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("on PostgreSQL the server lets go of the lock")
    lock = f"{app.config['DATA_DIR']}/daily.lock"
    hold = f"import fcntl; f = open({lock!r}, 'w'); fcntl.flock(f, fcntl.LOCK_EX); print('held', flush=True); input()"
    other = subprocess.Popen([sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert other.stdout is not None
    assert other.stdout.readline().strip() == b"held"
    serving.one_round()
    assert works["first"] == []
    other.kill()
    other.wait()
    serving.one_round()
    assert len(works["first"]) == 1
