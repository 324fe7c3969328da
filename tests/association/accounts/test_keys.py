"""Replacing a key through the page."""

import re

from tests.builders import a_key, a_registrant, an_enterprise


def test_a_replaced_key_shows_its_end_and_the_new_text_once(browser, program):
    enterprise = an_enterprise()
    holder = a_registrant(enterprise)
    old = a_key(holder, enterprise)
    here = browser(holder)
    (to,) = re.findall(r"/accounts/keys/\d+/replace", here.get("/accounts/keys").text)
    answer = here.post(to, data={"overlap_days": "7"})
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    text = re.search(r"jf_[A-Za-z0-9_-]{43}", answer.text).group()
    shown = here.get("/accounts/keys").text
    assert text not in shown
    assert "已有新密钥" in shown
    path = f"/api/v1/association/enterprises/{enterprise.uscc}"
    assert [program(key).get(path).status_code for key in (old, text)] == [200, 200]
    assert here.post(to, data={"overlap_days": "7"}).status_code == 409
    assert here.post(to, data={"overlap_days": "91"}).status_code == 422
    assert "最近使用" in shown
    assert browser(a_registrant()).post(to, data={"overlap_days": "7"}).status_code == 404


def test_the_last_use_is_shown(browser, program):
    enterprise = an_enterprise()
    holder = a_registrant(enterprise)
    key = a_key(holder, enterprise)
    assert "从未" in browser(holder).get("/accounts/keys").text
    program(key).get(f"/api/v1/association/enterprises/{enterprise.uscc}")
    assert "从未" not in browser(holder).get("/accounts/keys").text
