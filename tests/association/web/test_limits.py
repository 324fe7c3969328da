"""Published limits: counted for all processes together, said in headers, answered with 429."""

import multiprocessing
import time

import pytest
from limits.storage import storage_from_string

from association.kernel.config import UnsafeSettings
from association.web import limits
from association.web.counters import MappedStorage
from association.web.limits import Limit
from tests.builders import NOW, PASSWORD, a_key, a_registrant, an_account, an_enterprise

READ = "/api/v1/association/enterprises/nothing"


class Clock:
    """A clock of the counters that stands until it is moved."""

    def __init__(self):
        self.now = 1_800_000_000.0

    def __call__(self):
        return self.now


@pytest.fixture
def moment(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(time, "time", clock)
    return clock


@pytest.fixture
def limited(app, monkeypatch, moment):
    """Small limits at work, nothing counted yet, and a clock that stands."""
    monkeypatch.setitem(app.config, "RATE_LIMITS", True)
    limits.of(app).reset()
    small = {
        "reads": Limit(3, 60, limits.LIMITS["reads"].words),
        "lists": Limit(2, 3600, limits.LIMITS["lists"].words),
        "volumes": Limit(2, 3600, limits.LIMITS["volumes"].words),
        "certificates": Limit(3, 60, limits.LIMITS["certificates"].words, by_key=False),
        "sign_in": Limit(4, 60, limits.LIMITS["sign_in"].words, by_key=False),
    }
    monkeypatch.setattr(limits, "LIMITS", small)


@pytest.fixture
def counters(tmp_path, moment):
    return MappedStorage(f"mapped://{tmp_path}/limits")


def test_the_numbers_are_those_that_were_promised():
    promised = {name: (one.times, one.seconds) for name, one in limits.LIMITS.items()}
    assert promised == {
        "reads": (600, 60), "lists": (60, 3600), "volumes": (20, 3600), "certificates": (30, 60), "sign_in": (20, 60),
    }  # fmt: skip
    assert limits.KEY_FACTOR == 10


def test_certificates_are_not_found_by_trying_codes_or_numbers_and_names(limited, client):
    tried = [client.get("/training/certificates/no-such-code").status_code for _time in range(4)]
    assert tried == [404, 404, 404, 429]
    asked = {"number": "SJZ-PX-2026-00001-A", "name": "甲"}
    assert client.post("/training/certificates", data=asked).status_code == 429
    assert client.get("/training/certificates").status_code == 200
    limits.of(client.application).reset()
    assert [client.post("/training/certificates", data=asked).status_code for _time in range(4)] == [404, 404, 404, 429]


def test_beyond_the_limit_a_program_is_told_how_long_to_wait(limited, client):
    left = []
    for _call in range(3):
        answer = client.get(READ)
        assert answer.status_code == 404
        left.append(answer.headers["RateLimit-Remaining"])
        assert answer.headers["RateLimit-Limit"] == "3"
    assert left == ["2", "1", "0"]
    answer = client.get(READ)
    assert (answer.status_code, answer.json["type"]) == (429, "/problems/too_many_requests")
    assert answer.headers["Retry-After"] == answer.headers["RateLimit-Reset"] == "60"
    assert "60秒" in answer.json["detail"]


def test_the_next_window_is_free_again(limited, client, moment):
    for _call in range(4):
        answer = client.get(READ)
    assert answer.status_code == 429
    moment.now += 59
    assert client.get(READ).status_code == 429
    moment.now += 1
    assert client.get(READ).status_code == 404


def test_an_address_that_leads_nowhere_is_counted_too(limited, client):
    assert [client.get("/api/v1/no/such/thing").status_code for _call in range(4)] == [404, 404, 404, 429]


def test_another_address_counts_for_itself(limited, app, db):
    def ask(remote):
        return app.test_client().get(READ, environ_base={"REMOTE_ADDR": remote}).status_code

    assert [ask("198.51.100.1") for _call in range(4)][-1] == 429
    assert ask("198.51.100.2") == 404
    assert [ask(f"2001:db8::{number}") for number in range(4)][-1] == 429, "one household has many of these"
    assert ask("2001:db8:0:1::1") == 404


def test_a_key_has_ten_times_as_much_and_a_wrong_one_nothing_of_its_own(limited, client, program):
    enterprise = an_enterprise()
    caller = program(a_key(a_registrant(enterprise), enterprise))
    answers = [caller.get(READ) for _call in range(31)]
    assert [answer.status_code for answer in answers] == [404] * 30 + [429]
    assert client.get(READ).status_code == 404, "the key's calls are not the address's"
    guesses = [program("jf_" + f"{number:043d}").get(READ).status_code for number in range(4)]
    assert guesses == [401, 401, 429, 429]


def test_sign_in_is_limited_by_address_whatever_is_tried_and_success_is_not_counted(limited, app, db):
    account = an_account()
    for _time in range(6):
        answer = app.test_client().post("/accounts/login", data={"email": account.email, "password": PASSWORD})
        assert answer.status_code == 303
    tries = [
        app.test_client().post("/accounts/login", data={"email": f"p{number}@test.example", "password": "x"})
        for number in range(5)
    ]
    assert [answer.status_code for answer in tries] == [422] * 4 + [429]
    assert tries[-1].headers["Retry-After"] == "60"
    assert app.test_client().post("/accounts/forgotten", data={"email": "a@test.example"}).status_code == 429


def test_pages_and_files_are_read_freely(limited, client):
    assert {client.get("/accounts/login").status_code for _call in range(10)} == {200}


def test_a_key_is_not_written_into_the_store(limited, app, program):
    enterprise = an_enterprise()
    key = a_key(a_registrant(enterprise), enterprise)
    seen = []
    storage = limits.of(app).storage
    counted = storage.incr
    storage.incr = lambda name, *more, **other: (seen.append(name), counted(name, *more, **other))[1]
    try:
        assert program(key).get(READ).status_code == 404
    finally:
        del storage.incr
    assert len(seen) == 1
    assert key[3:] not in seen[0]


def _a_small_app(tmp_path, **settings):
    from tests.house.showroom import settings as usual
    from wsgi import create_app

    url = f"sqlite:///{tmp_path / 'registry.db'}"
    return create_app(usual(tmp_path, url) | {"RATE_LIMITS": True} | settings)


def test_several_machines_count_in_a_store_that_a_setting_names(tmp_path):
    app = _a_small_app(tmp_path, RATE_LIMITS_STORE="memory://")
    assert type(limits.of(app).storage).__name__ == "MemoryStorage"
    assert not (tmp_path / "limits").exists()


def test_a_store_that_nobody_knows_is_refused_at_start(tmp_path):
    with pytest.raises(UnsafeSettings, match="RATE_LIMITS_STORE"):
        _a_small_app(tmp_path, RATE_LIMITS_STORE="nonsense://x")


def test_while_the_store_is_away_each_process_counts_for_itself(tmp_path, monkeypatch):
    app = _a_small_app(tmp_path)
    monkeypatch.setattr(limits, "LIMITS", {"reads": Limit(2, 60, limits.LIMITS["reads"].words)})

    def away(*_args, **_more):
        raise OSError("away")

    monkeypatch.setattr(limits.of(app).storage, "incr", away)
    answers = [app.test_client().get("/api/v1/no/such") for _call in range(3)]
    assert [answer.status_code for answer in answers] == [404, 404, 429]


def _add(path, times):
    storage = storage_from_string(f"mapped://{path}")
    for _time in range(times):
        storage.incr("one", 1000)


def test_all_processes_count_together_and_none_is_lost(tmp_path):
    path = tmp_path / "limits"
    context = multiprocessing.get_context("fork")
    others = [context.Process(target=_add, args=(path, 500)) for _process in range(3)]
    for other in others:
        other.start()
    for other in others:
        other.join()
    assert storage_from_string(f"mapped://{path}").get("one") == 1500


def test_a_window_ends_as_long_after_its_first_as_was_said(counters, moment):
    moment.now += 0.4
    assert [counters.incr("one", 60) for _time in range(3)] == [1, 2, 3]
    moment.now += 59
    assert counters.incr("one", 60) == 4
    moment.now += 1.6
    assert (counters.get("one"), counters.incr("one", 60)) == (0, 1)


def test_what_was_counted_can_be_forgotten(counters):
    counters.incr("one", 60, 7)
    counters.incr("other", 60, 2)
    counters.clear("one")
    assert (counters.get("one"), counters.get("other")) == (0, 2)
    counters.reset()
    assert counters.get("other") == 0


def test_a_full_bucket_forgets_the_smallest_and_stale_ones_first(counters, moment, monkeypatch):
    monkeypatch.setattr("association.web.counters._mark", lambda key: int(key) * MappedStorage.BUCKETS + 1)
    for number in range(4):
        counters.incr(str(number), 100, number + 1)
    counters.incr("9", 100)
    assert (counters.get("3"), counters.get("0")) == (4, 0)
    moment.now += 150
    assert counters.incr("3", 100) == 1


def test_many_failures_from_one_place_wait_and_others_do_not(db):
    from datetime import timedelta

    from association.accounts import service
    from association.kernel.errors import Invalid, TooMany

    account = an_account()
    for number in range(30):
        with pytest.raises(Invalid):
            service.sign_in_check(f"p{number}@test.example", "x", now=NOW, remote="198.51.100.1")
    with pytest.raises(TooMany):
        service.sign_in_check(account.email, PASSWORD, now=NOW, remote="198.51.100.1")
    assert service.sign_in_check(account.email, PASSWORD, now=NOW, remote="198.51.100.2").id == account.id
    later = NOW + timedelta(hours=1, seconds=1)
    assert service.sign_in_check(account.email, PASSWORD, now=later, remote="198.51.100.1").id == account.id
