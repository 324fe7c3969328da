"""Passwords, addresses, delays."""

from datetime import UTC, datetime, timedelta

import pytest

from association.accounts import rules


def test_a_password_of_ten_characters_suffices_whatever_they_are():
    assert rules.password_shortfalls("十个汉字组成的密码呀", "a@b.cn") == []
    assert [one.code for one in rules.password_shortfalls("a" * 9, "a@b.cn")] == ["password_short"]


def test_the_address_is_no_password():
    found = rules.password_shortfalls("Somebody@Example.cn", "somebody@example.cn")
    assert [one.code for one in found] == ["password_is_address"]


@pytest.mark.parametrize("email", ["a@b.cn", "li.lei+x@mail.example.com", "王@例子.中国"])
def test_an_address_is_taken(email):
    assert rules.address_shortfalls(email) == []


@pytest.mark.parametrize("email", ["", "a", "a@b", "a b@c.cn", "a@b.cn\nBcc: x@y.cn", "a@b@c.cn", "<a@b.cn>"])
def test_what_is_no_address_is_refused(email):
    assert rules.address_shortfalls(email)


def test_the_delay_grows_after_five_failures_and_has_an_end():
    delays = [rules.delay_after(count) for count in range(30)]
    assert delays[:5] == [timedelta()] * 5
    assert delays[5] > timedelta()
    assert delays == sorted(delays)
    assert delays[rules.LOCKED_AT - 1] == rules.LONGEST_DELAY
    assert delays[rules.LOCKED_AT] == rules.LOCK_LASTS


# RFC 6238, appendix B: SHA-1, the secret "12345678901234567890"; the last six of its eight digits.
@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(seconds, code):
    assert rules.one_time_code(b"12345678901234567890", seconds // 30) == code


def test_a_code_is_taken_of_this_step_and_its_neighbours_and_once():
    secret, now = b"12345678901234567890", datetime.fromtimestamp(1111111111, UTC)
    here = 1111111111 // 30
    for step in (here - 1, here, here + 1):
        assert rules.step_of(rules.one_time_code(secret, step), secret, now=now, after=0) == step
    for step in (here - 2, here + 2):
        assert rules.step_of(rules.one_time_code(secret, step), secret, now=now, after=0) is None
    assert rules.step_of(rules.one_time_code(secret, here), secret, now=now, after=here) is None
    assert rules.step_of(" ０５０ 471", secret, now=now, after=0) == here


def test_the_secret_needs_both_the_servers_key_and_the_salt():
    made = {rules.factor_secret(*parts) for parts in (("k", 1, "s"), ("l", 1, "s"), ("k", 2, "s"), ("k", 1, "t"))}
    assert len(made) == 4
    assert {len(secret) for secret in made} == {20}


def test_a_device_is_named_in_two_words():
    chrome = (
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0 Safari/537.36"
    )
    wechat = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/116.0 Mobile Safari/537.36 MicroMessenger/8.0"
    assert rules.device_words(chrome) == "Chrome · Windows"
    assert rules.device_words(wechat) == "WeChat · Android"
    assert rules.device_words("") == ""
