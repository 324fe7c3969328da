"""Published limits: counted for all processes together, said in headers, answered with 429."""

import multiprocessing

import pytest

from association.kernel import clock
from association.web import limits
from association.web.limits import Counters, Limit
from tests.builders import NOW, PASSWORD, a_key, a_registrant, an_account, an_enterprise

READ = "/api/v1/association/enterprises/nothing"


@pytest.fixture
def limited(app, monkeypatch, tmp_path):
    """Limits at work, with counters of the test's own and a clock that stands."""
    monkeypatch.setitem(app.config, "RATE_LIMITS", True)
    monkeypatch.setitem(app.extensions, "limits", Counters(tmp_path / "limits"))
    monkeypatch.setattr(clock, "now", lambda: NOW)
    small = {
        "reads": Limit(3, 60, limits.LIMITS["reads"].words),
        "lists": Limit(2, 3600, limits.LIMITS["lists"].words),
        "sign_in": Limit(4, 60, limits.LIMITS["sign_in"].words, by_key=False),
    }
    monkeypatch.setattr(limits, "LIMITS", small)


def test_the_numbers_are_those_that_were_promised():
    promised = {name: (one.times, one.seconds) for name, one in limits.LIMITS.items()}
    assert promised == {"reads": (600, 60), "lists": (60, 3600), "sign_in": (20, 60)}
    assert limits.KEY_FACTOR == 10


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


def test_the_next_window_is_free_again(limited, client, monkeypatch):
    from datetime import timedelta

    for _call in range(4):
        answer = client.get(READ)
    assert answer.status_code == 429
    monkeypatch.setattr(clock, "now", lambda: NOW + timedelta(seconds=60))
    assert client.get(READ).status_code == 404


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


def _add(path, times):
    counters = Counters(path)
    for _time in range(times):
        counters.add(7, by=1, until=1000, now=0)


def test_all_processes_count_together_and_none_is_lost(tmp_path):
    path = tmp_path / "limits"
    context = multiprocessing.get_context("fork")
    others = [context.Process(target=_add, args=(path, 500)) for _process in range(3)]
    for other in others:
        other.start()
    for other in others:
        other.join()
    assert Counters(path).add(7, by=0, until=1000, now=0) == 1500


def test_a_full_bucket_forgets_the_smallest_and_stale_ones_first(tmp_path):
    counters = Counters(tmp_path / "limits")
    step = Counters.BUCKETS
    for number in range(4):
        counters.add(number * step, by=number + 1, until=100, now=0)
    counters.add(9 * step, by=1, until=100, now=0)
    assert counters.add(3 * step, by=0, until=100, now=0) == 4
    assert counters.add(0, by=0, until=100, now=0) == 0
    assert counters.add(3 * step, by=1, until=200, now=150) == 1


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
