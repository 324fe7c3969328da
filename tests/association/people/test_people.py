"""The administrators' desk: who may do what to whose account."""

import pytest

from association.accounts import queries as accounts
from association.accounts import service
from association.kernel.actors import Role
from association.kernel.errors import Conflict, Forbidden, Invalid
from association.ledger.queries import lines_about
from tests.builders import NOW, PASSWORD, a_registrant, actor_of, an_account, an_enterprise

SYSTEM, SECURITY, AUDIT = Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR, Role.AUDIT_ADMINISTRATOR

# What is asked of somebody else's account, and which office may.
ASKED = {
    "close": ({"reason": "离职"}, SYSTEM),
    "roles": ({"roles": ["reviewer"], "reason": "任命"}, SECURITY),
    "unlock": ({}, SECURITY),
    "sessions/end": ({}, SECURITY),
}


@pytest.mark.parametrize("what", ASKED)
@pytest.mark.parametrize("role", [role for role in Role if role not in (SYSTEM, SECURITY)])
def test_without_an_office_there_is_no_such_desk(browser, what, role):
    person, visitor = an_account(Role.PRACTITIONER), browser(an_account(role))
    assert visitor.get("/accounts/people/").status_code == 404
    assert visitor.post(f"/accounts/people/{person.id}/{what}", data=ASKED[what][0]).status_code == 404


@pytest.mark.parametrize("what", ASKED)
@pytest.mark.parametrize("office", [SYSTEM, SECURITY])
def test_each_office_does_its_own_and_nothing_of_the_other(browser, what, office):
    an_account(SYSTEM), an_account(SECURITY)
    person, visitor = an_account(Role.PRACTITIONER), browser(an_account(office))
    form, whose = ASKED[what]
    answer = visitor.post(f"/accounts/people/{person.id}/{what}", data=form)
    assert answer.status_code == (303 if office == whose else 403)


@pytest.mark.parametrize("what", [one for one in ASKED if one != "sessions/end"])
def test_nobody_administers_themselves(browser, what):
    an_account(SYSTEM, SECURITY)
    administrator = an_account(SYSTEM, SECURITY)
    visitor = browser(administrator)
    assert visitor.post(f"/accounts/people/{administrator.id}/{what}", data=ASKED[what][0]).status_code == 403
    assert visitor.get(f"/accounts/people/{administrator.id}").status_code == 200


def test_who_makes_accounts_gives_no_staff_role(browser):
    visitor = browser(an_account(SYSTEM))
    form = {"name": "新人", "email": "new@test.example"}
    assert visitor.post("/accounts/people/new", data=form | {"role": "reviewer"}).status_code == 403
    assert visitor.post("/accounts/people/new", data=form | {"role": "acceptance_officer"}).status_code == 303
    assert browser(an_account(SECURITY)).post("/accounts/people/new", data=form).status_code == 403


def test_a_made_account_is_entered_through_the_letter(browser, client, db):
    import re

    import sqlalchemy as sa

    from association.outbox.models import Message

    browser(an_account(SYSTEM)).post("/accounts/people/new", data={"name": "新人", "email": "new@test.example"})
    body = db.session.scalar(sa.select(Message.body).where(Message.to_address == "new@test.example"))
    db.session.rollback()
    link = re.search(r"/accounts/reset/\S+", body).group()
    assert client.post(link, data={"new": PASSWORD}).status_code == 303
    assert client.post("/accounts/login", data={"email": "new@test.example", "password": PASSWORD}).status_code == 303


def test_three_offices_are_three_people(db):
    keeper, person = an_account(SECURITY), an_account()
    with pytest.raises(Invalid) as refused:
        service.give_roles(person, [SYSTEM, AUDIT], reason="任命", actor=actor_of(keeper), now=NOW)
    assert refused.value.shortfalls[0].code == "offices_apart"
    service.give_roles(person, [SYSTEM, Role.EDITOR], reason="任命", actor=actor_of(keeper), now=NOW)
    assert person.role_set == {SYSTEM, Role.EDITOR}
    (line,) = lines_about(f"account:{person.id}")
    assert line.facts == {"before": [], "after": ["editor", "system_administrator"], "reason": "任命"}


def test_the_first_administrator_hands_the_offices_on_but_none_is_left_empty(db):
    first = an_account(SYSTEM, SECURITY, AUDIT)
    keeper = an_account()
    service.give_roles(keeper, [SECURITY], reason="接任", actor=actor_of(first), now=NOW)
    with pytest.raises(Conflict):
        service.give_roles(first, [AUDIT], reason="交出", actor=actor_of(keeper), now=NOW)
    service.give_roles(first, [SYSTEM], reason="交出", actor=actor_of(keeper), now=NOW)
    assert first.role_set == {SYSTEM}
    with pytest.raises(Conflict):
        service.close_account(keeper, reason="离职", actor=actor_of(first), now=NOW)


def test_new_roles_end_old_sessions(browser):
    reviewer = an_account(Role.REVIEWER)
    here = browser(reviewer)
    keeper = browser(an_account(SECURITY))
    keeper.post(f"/accounts/people/{reviewer.id}/roles", data={"roles": ["editor"], "reason": "调岗"})
    assert here.get("/accounts/").status_code == 303


def test_a_user_leaves_and_the_enterprise_stays(browser, client):
    enterprise = an_enterprise("示例电子有限公司")
    leaver, stays = a_registrant(enterprise), a_registrant(enterprise)
    here = browser(leaver)
    closed = browser(an_account(SYSTEM)).post(f"/accounts/people/{leaver.id}/close", data={"reason": "离职"})
    assert closed.status_code == 303
    assert here.get("/accounts/").status_code == 303
    assert client.post("/accounts/login", data={"email": leaver.email, "password": PASSWORD}).status_code == 422
    assert browser(stays).get("/association/enterprises/mine").status_code == 200
    assert client.get(f"/association/enterprises/{enterprise.uscc}").status_code == 200


def test_a_lock_is_lifted_by_the_security_administrator(browser, client, db):
    person = an_account()
    form = {"email": person.email, "password": PASSWORD}
    for _attempt in range(6):
        client.post("/accounts/login", data=form | {"password": "wrong"})
    assert client.post("/accounts/login", data=form).status_code == 429
    keeper = browser(an_account(SECURITY))
    assert keeper.post(f"/accounts/people/{person.id}/unlock").status_code == 303
    assert client.post("/accounts/login", data=form).status_code == 303


def test_people_are_found_by_name_address_enterprise_and_role(browser):
    enterprise = an_enterprise("寻找电子有限公司")
    found, other = a_registrant(enterprise), an_account(Role.REVIEWER, name="另一个人")
    desk = browser(an_account(SYSTEM))
    for asked in (found.name, found.email.upper(), "寻找电子"):
        page = desk.get(f"/accounts/people/?q={asked}").text
        assert found.email in page
        assert other.email not in page
    assert other.email in desk.get("/accounts/people/?role=reviewer").text
    assert found.email not in desk.get("/accounts/people/?role=reviewer").text
    assert accounts.account(found.id).id == found.id


def test_a_reviewer_does_none_of_this_below_the_doors_either(db):
    person, reviewer = an_account(), actor_of(an_account(Role.REVIEWER))
    for refused in (
        lambda: service.close_account(person, reason="x", actor=reviewer, now=NOW),
        lambda: service.give_roles(person, [], reason="x", actor=reviewer, now=NOW),
        lambda: service.lift_lock(person, actor=reviewer, now=NOW),
    ):
        with pytest.raises(Forbidden):
            refused()
