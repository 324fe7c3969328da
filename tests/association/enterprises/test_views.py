"""``/association/enterprises/…`` through the doors."""

import re

import sqlalchemy as sa

from association.kernel.actors import Role
from association.outbox.models import Message
from association.vocabulary import EnterpriseState
from tests.builders import PASSWORD, a_registrant, a_uscc, an_account, an_enterprise


def test_the_public_list_shows_confirmed_enterprises_without_contact_data(client):
    shown = an_enterprise("公开企业", contact_name="王五", contact_phone="13900000000")
    an_enterprise("等待企业", state=EnterpriseState.UNCONFIRMED)
    page = client.get("/association/enterprises").text
    assert "公开企业" in page
    assert "等待企业" not in page
    page = client.get(f"/association/enterprises/{shown.uscc}").text
    assert shown.uscc in page
    assert "王五" not in page
    assert "13900000000" not in page


def test_the_public_list_is_searched_by_name_and_code(client):
    one, two = an_enterprise("甲安防"), an_enterprise("乙安防")
    assert "乙安防" not in client.get("/association/enterprises?q=甲").text
    assert two.name in client.get(f"/association/enterprises?q={two.uscc.lower()}").text
    assert one.name not in client.get("/association/enterprises?q=%25").text


def test_an_unconfirmed_enterprise_has_no_public_page(client):
    waiting = an_enterprise(state=EnterpriseState.UNCONFIRMED)
    for prefix in ("/association", "/api/v1/association"):
        assert client.get(f"{prefix}/enterprises/{waiting.uscc}").status_code == 404
        assert client.get(f"{prefix}/enterprises/{a_uscc()}").status_code == 404


def test_programs_read_what_was_confirmed(client):
    enterprise = an_enterprise("公开企业")
    answer = client.get(f"/api/v1/association/enterprises/{enterprise.uscc}")
    assert answer.json == {
        "uscc": enterprise.uscc,
        "name": "公开企业",
        "state": "confirmed",
        "confirmed_on": "2026-03-02",
        "licences": [],
    }


def test_an_unknown_enterprise_is_a_problem(client):
    answer = client.get("/api/v1/association/enterprises/nothing")
    assert (answer.status_code, answer.content_type) == (404, "application/problem+json")
    assert answer.json["type"] == "/problems/not_found"


def test_an_enterprise_is_registered_confirmed_and_listed(browser, client):
    maker, secretary = browser(an_account(Role.REGISTRANT)), browser(an_account(Role.SECRETARIAT))
    form = {"uscc": a_uscc(), "name": "新来的企业", "kind": "", "region": "河北省"}
    assert maker.post("/association/enterprises/mine/new", data=form).status_code == 303
    assert "待确认" in maker.get("/association/enterprises/mine").text
    link = re.search(r"/association/enterprises/desk/\d+", secretary.get("/association/enterprises/desk").text)
    assert secretary.get(link.group()).status_code == 200
    assert maker.post(link.group() + "/confirm").status_code == 403
    assert secretary.post(link.group() + "/confirm").status_code == 303
    assert "新来的企业" in client.get("/association/enterprises").text


def test_a_bad_code_is_said_beside_its_field_and_nothing_typed_is_lost(browser):
    maker = browser(an_account(Role.REGISTRANT))
    answer = maker.post("/association/enterprises/mine/new", data={"uscc": "9113", "name": "新来的企业"})
    assert answer.status_code == 422
    assert "现为4位" in answer.text
    assert 'value="新来的企业"' in answer.text


def test_the_desk_is_the_secretariats(browser):
    enterprise = an_enterprise(state=EnterpriseState.UNCONFIRMED)
    one = f"/association/enterprises/desk/{enterprise.id}"
    member, reviewer = browser(a_registrant(enterprise)), browser(an_account(Role.REVIEWER))
    for page in ("/association/enterprises/desk", one):
        assert member.get(page).status_code == 404
        assert reviewer.get(page).status_code == 404
    assert reviewer.post(f"{one}/confirm").status_code == 403
    stranger = browser(a_registrant())
    assert stranger.post(f"{one}/confirm").status_code == 404
    assert stranger.post(f"{one}/suspend", data={"reason": "x"}).status_code == 404


def test_a_suspension_needs_a_reason(browser):
    enterprise, secretary = an_enterprise(), browser(an_account(Role.SECRETARIAT))
    to = f"/association/enterprises/desk/{enterprise.id}/suspend"
    assert secretary.post(to, data={"reason": " "}).status_code == 422
    assert secretary.post(to, data={"reason": "注销"}).status_code == 303


def test_users_are_invited_by_the_administrator_only(browser, client, db):
    enterprise = an_enterprise()
    administrator = browser(a_registrant(enterprise))
    user = browser(a_registrant(enterprise, administrator=False))
    known = an_account(Role.PRACTITIONER)
    address = known.email
    form = {"name": "新人", "email": "new@test.example"}
    to = "/association/enterprises/mine/users"
    assert user.post(to, data=form).status_code == 403
    answers = [administrator.post(to, data=form | {"email": email}) for email in ("new@test.example", address)]
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, to)}, "nothing tells who is known"

    links = {}
    for where, body in db.session.execute(sa.select(Message.to_address, Message.body)):
        links[where] = re.search(r"/association/enterprises/invited/\S+", body).group()
    db.session.rollback()
    assert client.get(links["new@test.example"]).status_code == 200
    answer = client.post(links["new@test.example"], data={"password": PASSWORD})
    assert (answer.status_code, answer.location) == (303, "/accounts/login")
    assert client.get(links[address]).location.startswith("/accounts/login?next=/association/enterprises/invited/")
    here = browser(known)
    assert here.get(links[address]).status_code == 200
    assert here.post(links[address]).location == "/association/enterprises/mine"


def test_details_are_saved_and_an_empty_choice_is_none(browser):
    enterprise = an_enterprise("示例企业")
    form = {"name": "示例企业", "kind": "", "contact_name": "王五"}
    assert browser(a_registrant(enterprise)).post("/association/enterprises/mine", data=form).status_code == 303
    browser_of_user = browser(a_registrant(enterprise, administrator=False))
    assert "王五" in browser_of_user.get("/association/enterprises/mine").text
    assert browser_of_user.post("/association/enterprises/mine", data=form).status_code == 403


def test_who_has_no_enterprise_finds_no_page_of_ones_own(browser):
    assert browser(an_account(Role.PRACTITIONER)).get("/association/enterprises/mine").status_code == 404
    assert browser(an_account(Role.REVIEWER)).get("/association/enterprises/mine/users").status_code == 404
