"""``/accounts/…`` through the door."""

import re
from types import SimpleNamespace

import pytest

from association.kernel.actors import Role
from association.vocabulary import Scope
from association.web import menu
from tests.builders import PASSWORD, a_key, a_registrant, an_account, an_enterprise


def _sign_in(client, account, password=PASSWORD, **more):
    return client.post("/accounts/login", data={"email": account.email, "password": password} | more)


def test_signing_in_leads_to_the_desk_and_out_again(client):
    account = an_account(Role.REVIEWER, name="审核员甲")
    answer = _sign_in(client, account)
    assert (answer.status_code, answer.location) == (303, "/accounts/")
    assert "审核员甲" in client.get("/accounts/").text
    assert client.post("/accounts/logout").status_code == 303
    assert client.get("/accounts/").status_code == 303


def test_signing_in_leads_back_to_where_one_was_going_but_never_elsewhere(client):
    account = an_account()
    answer = client.get("/accounts/keys")
    assert answer.location == "/accounts/login?next=/accounts/keys"
    assert 'value="/accounts/keys"' in client.get(answer.location).text
    assert _sign_in(client, account, next="/accounts/password").location == "/accounts/password"
    client.post("/accounts/logout")
    for elsewhere in ("https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        assert _sign_in(client, account, next=elsewhere).location == "/accounts/"
        client.post("/accounts/logout")


def test_a_refused_sign_in_shows_the_page_again_with_the_address_but_not_the_password(client):
    account = an_account(email="here@test.example")
    answer = _sign_in(client, account, password="not the password", next="/accounts/keys")
    assert answer.status_code == 422
    assert 'value="here@test.example"' in answer.text
    assert 'value="/accounts/keys"' in answer.text
    assert "not the password" not in answer.text


def test_too_many_failures_say_how_long_to_wait(client):
    account = an_account()
    for _attempt in range(5):
        assert _sign_in(client, account, password="wrong").status_code == 422
    answer = _sign_in(client, account)
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) > 0


def test_the_demo_accounts_are_shown_with_demo_data_only(app, client, monkeypatch):
    an_account(Role.REVIEWER, email="reviewer@demo.example")
    monkeypatch.setattr(menu.of(app), "demo", lambda: False)
    assert "reviewer@demo.example" not in client.get("/accounts/login").text
    monkeypatch.setattr(menu.of(app), "demo", lambda: True)
    shown = client.get("/accounts/login").text
    assert "reviewer@demo.example" in shown
    assert "Jifang-demo-2026" in shown


def test_another_person_at_another_browser_is_another_person(browser):
    one, two = browser(an_account(name="韩梅梅")), browser(an_account(name="李雷"))
    assert "韩梅梅" in one.get("/accounts/").text
    assert "李雷" in two.get("/accounts/").text
    assert "韩梅梅" in one.get("/accounts/").text


def test_somebody_registers_confirms_and_is_asked_for_the_enterprise(client, letters):
    form = {"name": "张三", "email": "Zhang@test.example", "password": PASSWORD, "role": "registrant"}
    answer = client.post("/accounts/register", data=form)
    assert answer.status_code == 200
    assert "请查看邮箱" in answer.text
    assert _sign_in(client, SimpleNamespace(email="zhang@test.example")).status_code == 422
    link = letters.link("zhang@test.example")
    assert client.get(link).status_code == 200
    assert client.post(link, data={"password": "another password"}).status_code == 422
    answer = client.post(link, data={"password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/association/enterprises/mine")
    assert client.get(answer.location).status_code == 200
    assert client.get(link).status_code == 404


def test_nobody_registers_as_staff(client):
    form = {"name": "张三", "email": "zhang@test.example", "password": PASSWORD, "role": "approver"}
    assert client.post("/accounts/register", data=form).status_code == 403


def test_what_was_typed_stays_when_a_registration_is_refused(client):
    form = {"name": "张三", "email": "no address", "password": "short", "role": "registrant"}
    answer = client.post("/accounts/register", data=form)
    assert answer.status_code == 422
    assert 'value="张三"' in answer.text
    assert "short" not in answer.text.replace("shortcut", "")
    assert "密码至少10个字符" in answer.text
    assert "请填写电子邮箱" in answer.text


def test_a_changed_password_keeps_this_browser_and_ends_the_other(browser):
    account = an_account()
    here, elsewhere = browser(account), browser(account)
    form = {"old": PASSWORD, "new": "another long password"}
    assert here.post("/accounts/password", data=form).status_code == 303
    assert here.get("/accounts/").status_code == 200
    assert elsewhere.get("/accounts/").status_code == 303


def test_a_key_is_made_shown_once_and_opens_the_api_but_no_page(browser, program):
    enterprise = an_enterprise()
    here = browser(a_registrant(enterprise))
    answer = here.post("/accounts/keys", data={"name": "仓库", "scopes": ["documents:write"]})
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    text = re.search(r"jf_[A-Za-z0-9_-]{43}", answer.text).group()
    assert text not in here.get("/accounts/keys").text
    caller = program(text)
    assert caller.post("/api/v1/association/documents", data={}).status_code == 422
    assert caller.get("/accounts/").status_code == 303


def test_a_session_opens_no_api_door(browser):
    here = browser(a_registrant())
    assert here.post("/api/v1/association/documents", data={}).status_code == 401


def test_keys_are_not_for_everybody_and_not_for_others(browser):
    enterprise = an_enterprise()
    holder = a_registrant(enterprise)
    a_key(holder, enterprise)
    assert browser(an_account(Role.PRACTITIONER)).get("/accounts/keys").status_code == 403
    stranger = browser(a_registrant())
    assert stranger.post("/accounts/keys/1/end").status_code == 404
    assert browser(holder).get("/accounts/keys").text.count("/end") == 1


@pytest.mark.parametrize("scopes", [[], [Scope.REVIEWS_DECIDE.value], ["everything"]])
def test_a_key_needs_a_purpose_its_maker_may_give(browser, scopes):
    answer = browser(a_registrant()).post("/accounts/keys", data={"name": "仓库", "scopes": scopes})
    assert answer.status_code in (403, 422)


def test_another_site_signs_nobody_out(browser):
    here = browser(an_account())
    refused = here.post("/accounts/logout", headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403
    assert here.get("/accounts/").status_code == 200


def test_the_list_of_what_is_wrong_calls_each_field_by_its_name(client):
    page = client.post(
        "/accounts/register", data={"kind": "practitioner", "name": "", "email": "", "password": ""}
    ).text
    said = page.split('class="error-list"')[1].split("</ul>")[0]
    assert "姓名：请填写此项" in said
    assert "邮箱：请填写此项" in said
    assert page.count('id="f-email"') == 1
