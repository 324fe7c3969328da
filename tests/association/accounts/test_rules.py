"""Passwords, addresses, delays."""

from datetime import timedelta

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
    assert delays[-1] == rules.LONGEST_DELAY
