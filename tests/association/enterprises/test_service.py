"""Registering, confirming, suspending; users."""

import re

import pytest
import sqlalchemy as sa

from association.accounts.service import sign_in_check
from association.enterprises import queries, service
from association.kernel.actors import NOBODY, OPERATOR, Role
from association.kernel.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn
from association.ledger.queries import lines_about
from association.outbox import queries as outbox
from association.outbox.models import Message
from association.vocabulary import EnterpriseState
from tests.builders import NOW, PASSWORD, a_registrant, a_uscc, actor_of, an_account, an_enterprise


def _secretary():
    return an_account(Role.SECRETARIAT)


def test_who_registers_an_enterprise_administers_it(db):
    account = an_account(Role.REGISTRANT)
    made = service.register_enterprise(a_uscc(), "示例电子有限公司", actor=actor_of(account), now=NOW)
    assert made.state == EnterpriseState.UNCONFIRMED
    actor = actor_of(account)
    assert actor.enterprise_id == made.id
    assert actor.administers_enterprise
    assert [line.action for line in lines_about(f"enterprise:{made.id}")] == ["enterprise.registered"]


def test_nobody_registers_a_second_enterprise_and_no_practitioner_any(db):
    for account in (a_registrant(), an_account(Role.PRACTITIONER)):
        with pytest.raises(Forbidden):
            service.register_enterprise(a_uscc(), "示例", actor=actor_of(account), now=NOW)


def test_a_code_is_registered_once_and_must_be_well_formed(db):
    there = an_enterprise()
    for code, expected in ((there.uscc, "uscc_taken"), ("91130100", "uscc")):
        with pytest.raises(Invalid) as refused:
            service.register_enterprise(code, "示例", actor=OPERATOR, now=NOW)
        assert [one.code for one in refused.value.shortfalls] == [expected]


def test_the_secretariat_confirms_and_its_people_are_told(db):
    enterprise = an_enterprise(state=EnterpriseState.UNCONFIRMED)
    member, secretary = a_registrant(enterprise), _secretary()
    service.confirm(enterprise, actor=actor_of(secretary), now=NOW)
    assert enterprise.state == EnterpriseState.CONFIRMED
    assert (enterprise.confirmed_at, enterprise.confirmed_by) == (NOW, secretary.id)
    assert outbox.count_unread(actor_of(member)) == 1
    assert queries.is_confirmed(enterprise.id)
    with pytest.raises(Conflict):
        service.confirm(enterprise, actor=actor_of(secretary), now=NOW)


def test_nobody_confirms_an_enterprise_of_ones_own(db):
    enterprise = an_enterprise(state=EnterpriseState.UNCONFIRMED)
    own = an_account(Role.SECRETARIAT, enterprise=enterprise)
    reviewer, other = an_account(Role.REVIEWER), _secretary()
    for somebody in (own, reviewer, a_registrant(enterprise)):
        with pytest.raises(Forbidden):
            service.confirm(enterprise, actor=actor_of(somebody), now=NOW)
    service.confirm(enterprise, actor=actor_of(other), now=NOW)


def test_a_suspended_enterprise_may_be_confirmed_again(db):
    enterprise, secretary = an_enterprise(), actor_of(_secretary())
    service.suspend(enterprise, reason="营业执照注销", actor=secretary, now=NOW)
    assert not queries.is_confirmed(enterprise.id)
    service.confirm(enterprise, actor=secretary, now=NOW)
    assert queries.is_confirmed(enterprise.id)


def test_its_administrator_changes_details_but_not_a_confirmed_name(db):
    enterprise = an_enterprise("旧名称有限公司")
    administrator, user = a_registrant(enterprise), a_registrant(enterprise, administrator=False)
    service.change_details(enterprise, region="河北省", actor=actor_of(administrator), now=NOW)
    assert enterprise.region == "河北省"
    with pytest.raises(Invalid):
        service.change_details(enterprise, name="新名称", actor=actor_of(administrator), now=NOW)
    with pytest.raises(Forbidden):
        service.change_details(enterprise, region="北京市", actor=actor_of(user), now=NOW)
    service.change_details(enterprise, name="新名称", actor=actor_of(_secretary()), now=NOW)
    assert enterprise.name == "新名称"


def test_contact_data_is_not_written_into_the_ledger(db):
    enterprise = an_enterprise()
    actor = actor_of(a_registrant(enterprise))
    service.change_details(enterprise, contact_phone="13900000000", actor=actor, now=NOW)
    (line,) = lines_about(f"enterprise:{enterprise.id}")
    assert line.facts == {"fields": ["contact_phone"]}


SITE = "https://registry.example"


def _invited(db, enterprise, sender, email, **more):
    """Invite; the token in the letter."""
    service.invite_user(enterprise, email=email, name="新人", site=SITE, actor=actor_of(sender), now=NOW, **more)
    newest = sa.select(Message).where(Message.to_address == email).order_by(Message.id.desc())
    return re.search(r"/invited/(\S+)", db.session.scalars(newest).first().body).group(1)


def test_an_administrator_invites_somebody_who_chooses_the_password(db):
    enterprise = an_enterprise()
    token = _invited(db, enterprise, a_registrant(enterprise), "new@test.example")
    with pytest.raises(Invalid):
        service.accept_invitation(token, password="short", actor=NOBODY, now=NOW)
    account = service.accept_invitation(token, password=PASSWORD, actor=NOBODY, now=NOW)
    assert sign_in_check("new@test.example", PASSWORD, now=NOW).id == account.id
    actor = actor_of(account)
    assert (actor.enterprise_id, actor.administers_enterprise) == (enterprise.id, False)
    assert actor.roles == {Role.REGISTRANT}
    with pytest.raises(NotFound):
        service.accept_invitation(token, password=PASSWORD, actor=NOBODY, now=NOW)


def test_whoever_has_an_account_accepts_with_it_and_only_if_willing(db):
    enterprise, invited = an_enterprise(), an_account(Role.PRACTITIONER)
    token = _invited(db, enterprise, a_registrant(enterprise), invited.email, administrator=True)
    assert actor_of(invited).enterprise_id is None
    for other in (NOBODY, actor_of(an_account())):
        with pytest.raises(NotSignedIn):
            service.accept_invitation(token, password=PASSWORD, actor=other, now=NOW)
    service.accept_invitation(token, password="", actor=actor_of(invited), now=NOW)
    actor = actor_of(invited)
    assert (actor.enterprise_id, actor.administers_enterprise) == (enterprise.id, True)
    assert actor.roles == {Role.PRACTITIONER, Role.REGISTRANT}


def test_nobody_acts_for_two_enterprises_and_no_staff_for_one(db):
    enterprise = an_enterprise()
    administrator = a_registrant(enterprise)
    for invited in (a_registrant(), an_account(Role.REVIEWER)):
        token = _invited(db, enterprise, administrator, invited.email)
        with pytest.raises(Conflict):
            service.accept_invitation(token, password="", actor=actor_of(invited), now=NOW)


def test_an_invitation_falls_with_who_sent_it(db):
    enterprise = an_enterprise()
    sender, remains = a_registrant(enterprise), a_registrant(enterprise)
    token = _invited(db, enterprise, sender, "new@test.example")
    service.end_member(enterprise, sender.id, actor=actor_of(remains), now=NOW)
    with pytest.raises(NotFound):
        service.accept_invitation(token, password=PASSWORD, actor=NOBODY, now=NOW)


def test_who_left_may_come_back(db):
    enterprise = an_enterprise()
    administrator, user = a_registrant(enterprise), a_registrant(enterprise, administrator=False)
    service.end_member(enterprise, user.id, actor=actor_of(administrator), now=NOW)
    token = _invited(db, enterprise, administrator, user.email)
    service.accept_invitation(token, password="", actor=actor_of(user), now=NOW)
    assert actor_of(user).enterprise_id == enterprise.id


def test_no_administrator_takes_in_somebody_elses_account(db):
    enterprise, elsewhere = an_enterprise(), an_account(Role.REGISTRANT)
    administrator = actor_of(a_registrant(enterprise))
    with pytest.raises(Forbidden):
        service.add_member(enterprise, elsewhere, actor=administrator, now=NOW)
    with pytest.raises(Forbidden):
        service.invite_user(
            an_enterprise(), email="new@test.example", name="乙", site=SITE, actor=administrator, now=NOW
        )
    service.add_member(enterprise, elsewhere, actor=actor_of(_secretary()), now=NOW)
    assert actor_of(elsewhere).enterprise_id == enterprise.id


def test_a_user_who_is_removed_acts_no_longer_from_that_moment(db):
    enterprise = an_enterprise()
    administrator, user = a_registrant(enterprise), a_registrant(enterprise, administrator=False)
    with pytest.raises(Conflict):
        service.end_member(enterprise, administrator.id, actor=actor_of(administrator), now=NOW)
    with pytest.raises(Forbidden):
        service.end_member(enterprise, administrator.id, actor=actor_of(user), now=NOW)
    service.end_member(enterprise, user.id, actor=actor_of(administrator), now=NOW)
    assert actor_of(user).enterprise_id is None
