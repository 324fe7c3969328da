"""The second factor, and the story of a lost phone."""

import re
from datetime import timedelta

import pytest

from association.accounts import factors, rules
from association.accounts.models import SecondFactor
from association.kernel import clock
from association.kernel.actors import Role
from association.kernel.errors import Conflict, Forbidden, Invalid, TooMany
from tests.builders import NOW, PASSWORD, actor_of, an_account


@pytest.fixture
def at(monkeypatch):
    """Sets the doors' clock."""

    def set_to(moment):
        monkeypatch.setattr(clock, "now", lambda: moment)

    return set_to


def _code(secret_text, when):
    import base64

    secret = base64.b32decode(secret_text + "=" * (-len(secret_text) % 8))
    return rules.one_time_code(secret, int(when.timestamp()) // 30)


def _sign_in(client, account):
    return client.post("/accounts/login", data={"email": account.email, "password": PASSWORD, "next": "/accounts/keys"})


def _set_up(visitor, when):
    """Somebody sets it up at a browser; what the telephone keeps, and the recovery codes."""
    assert visitor.post("/accounts/second-factor/begin").status_code == 303
    shown = visitor.get("/accounts/second-factor").text
    assert "data:image/svg+xml" in shown
    secret = re.search(r">([A-Z2-7]{32})<", shown).group(1)
    answer = visitor.post("/accounts/second-factor/confirm", data={"code": _code(secret, when)})
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    codes = re.findall(r"[0-9a-f]{4}(?:-[0-9a-f]{4}){4}", answer.text)
    assert len(set(codes)) == 10
    return secret, list(dict.fromkeys(codes))


def _with_factor(account, now=NOW):
    factors.begin(account, actor=actor_of(account))
    secret = factors.secret_of(factors.of(account))
    codes = factors.confirm(
        account, code=rules.one_time_code(secret, int(now.timestamp()) // 30), actor=actor_of(account), now=now
    )
    return secret, codes


def test_a_lost_phone(client, browser, at, letters):
    """She sets it up, signs in with it, loses the phone, gets in with a recovery code; then those are lost too."""
    now = clock.now()
    at(now)
    reviewer, keeper = an_account(Role.REVIEWER), an_account(Role.SECURITY_ADMINISTRATOR)
    secret, recovery = _set_up(browser(reviewer), now)

    now += timedelta(minutes=1)
    at(now)
    assert _sign_in(client, reviewer).location == "/accounts/login/code"
    assert client.get("/accounts/").status_code == 303, "the password alone opens nothing"
    assert client.post("/accounts/login/code", data={"code": "000000"}).status_code == 422
    assert client.post("/accounts/login/code", data={"code": _code(secret, now)}).location == "/accounts/keys"
    client.post("/accounts/logout")

    # The phone is gone: a recovery code, once.
    _sign_in(client, reviewer)
    assert client.post("/accounts/login/code", data={"code": recovery[0].upper()}).status_code == 303
    assert client.get("/accounts/").status_code == 200
    assert letters.to(reviewer.email)[-1].subject == "已使用一个恢复码"
    client.post("/accounts/logout")
    _sign_in(client, reviewer)
    assert client.post("/accounts/login/code", data={"code": recovery[0]}).status_code == 422

    # The codes are gone too: the security administrator, who knows her, resets it.
    desk = browser(keeper)
    where = f"/accounts/people/{reviewer.id}/second-factor/reset"
    assert desk.post(where, data={"reason": ""}).status_code == 422
    assert desk.post(where, data={"reason": "当面核实"}).status_code == 303
    assert letters.to(reviewer.email)[-1].subject == "第二重验证已停用"
    assert _sign_in(client, reviewer).location == "/accounts/keys"


def test_a_code_is_taken_once(db):
    account = an_account()
    secret, _codes = _with_factor(account)
    later = NOW + timedelta(seconds=30)
    code = rules.one_time_code(secret, int(later.timestamp()) // 30)
    factors.check(account, code=code, now=later)
    with pytest.raises(Invalid):
        factors.check(account, code=code, now=later)


def test_codes_are_not_guessed(db):
    account = an_account()
    _secret, codes = _with_factor(account)
    for _attempt in range(5):
        with pytest.raises(Invalid):
            factors.check(account, code="000000", now=NOW)
    with pytest.raises(TooMany):
        factors.check(account, code=codes[0], now=NOW)


def test_nothing_secret_is_kept(db):
    account = an_account()
    secret, codes = _with_factor(account)
    kept = repr(vars(db.session.query(SecondFactor).one()))
    assert rules.as_base32(secret) not in kept
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


def test_other_recovery_codes_replace_the_old_ones(db):
    account = an_account()
    _secret, codes = _with_factor(account)
    fresh = factors.renew_recovery_codes(account, code=codes[0], actor=actor_of(account), now=NOW)
    with pytest.raises(Invalid):
        factors.check(account, code=codes[1], now=NOW)
    factors.check(account, code=fresh[0], now=NOW)


def test_ending_it_needs_the_password_and_a_code(browser, db):
    account = an_account()
    _secret, codes = _with_factor(account)
    me = browser(account)
    end = "/accounts/second-factor/end"
    assert me.post(end, data={"password": "wrong", "code": codes[0]}).status_code == 422
    assert me.post(end, data={"password": PASSWORD, "code": "000000"}).status_code == 422
    assert me.post(end, data={"password": PASSWORD, "code": codes[0]}).status_code == 303
    assert db.session.query(SecondFactor).count() == 0


def test_nobody_sets_up_ends_or_resets_anothers_or_ones_own_as_administrator(db):
    account, other = an_account(), an_account(Role.SECURITY_ADMINISTRATOR)
    with pytest.raises(Forbidden):
        factors.begin(account, actor=actor_of(other))
    _with_factor(other)
    with pytest.raises(Forbidden):
        factors.reset(other, reason="换手机", actor=actor_of(other), now=NOW)
    with pytest.raises(Conflict):
        factors.reset(account, reason="换手机", actor=actor_of(other), now=NOW)


def test_where_it_is_obligatory_staff_are_led_to_it_and_others_are_not(app, client, browser, monkeypatch):
    now = clock.now()
    monkeypatch.setitem(app.config, "STAFF_NEEDS_SECOND_FACTOR", True)
    monkeypatch.setattr(clock, "now", lambda: now)
    reviewer, maker = an_account(Role.REVIEWER), an_account(Role.REGISTRANT)
    staff, outside = browser(reviewer), browser(maker)
    for page in ("/accounts/", "/catalog/reviews/", "/accounts/keys", "/"):
        answer = staff.get(page)
        assert (answer.status_code, answer.location) == (303, "/accounts/second-factor")
    assert (
        staff.post("/accounts/keys", data={"name": "a", "scopes": ["reviews:read"]}).location
        == "/accounts/second-factor"
    )
    assert outside.get("/accounts/").status_code == 200
    _set_up(staff, now)
    assert staff.get("/accounts/").status_code == 200
    assert browser(an_account(Role.REVIEWER)).post("/accounts/logout").location == "/"


def test_the_second_step_is_for_whoever_took_the_first_and_for_a_few_minutes(client, at):
    now = clock.now()
    at(now)
    account = an_account()
    _secret, codes = _with_factor(account, now)
    assert client.get("/accounts/login/code").location == "/accounts/login"
    assert client.post("/accounts/login/code", data={"code": codes[0]}).location == "/accounts/login"
    _sign_in(client, account)
    at(now + timedelta(minutes=11))
    assert client.post("/accounts/login/code", data={"code": codes[0]}).location == "/accounts/login"
    assert client.get("/accounts/").status_code == 303
