"""From an account or a key to an actor."""

from datetime import date, timedelta

import pytest

from association.enterprises import queries
from association.enterprises.service import actor_by_key, actor_by_session
from association.kernel.actors import NOBODY, Role
from association.kernel.errors import NotFound
from tests.builders import NOW, a_key, a_registrant, a_session, actor_of, an_account, an_enterprise
from tests.counting import counted


def _statements(call):
    with counted() as seen:
        call()
    return seen


def test_the_actor_knows_roles_and_enterprise_from_one_statement(db):
    enterprise = an_enterprise("示例电子有限公司")
    account = an_account(Role.REGISTRANT, Role.INSTALLER, enterprise=enterprise, administrator=False)
    actor = actor_of(account)
    assert actor.roles == {Role.REGISTRANT, Role.INSTALLER}
    assert (actor.enterprise_id, actor.enterprise_name) == (enterprise.id, "示例电子有限公司")
    assert actor.enterprise_ids == {enterprise.id}
    assert not actor.administers_enterprise
    token = a_session(account)
    asked = _statements(lambda: actor_by_session(token, NOW))
    assert len(asked) == 1
    key = a_key(account, enterprise)
    assert len(_statements(lambda: queries.holder_of_key(key, NOW))) == 1


def test_asking_who_somebody_is_leaves_no_transaction_open(db):
    enterprise = an_enterprise()
    account = a_registrant(enterprise)
    key, token = a_key(account, enterprise), a_session(account)
    actor_by_key(key, NOW)
    assert not db.session().in_transaction()
    actor_by_session(token, NOW + timedelta(minutes=10))
    assert not db.session().in_transaction()


def test_an_old_stamp_and_a_closed_account_are_nobody(db):
    account, closed = an_account(), an_account(active=False)
    older, of_closed = a_session(account), a_session(closed)
    assert actor_by_session(older, NOW) is not None
    account.session_stamp = "a newer stamp"
    db.session.commit()
    assert actor_by_session(older, NOW) is None
    assert actor_by_session(of_closed, NOW) is None
    assert actor_by_session("no token", NOW) is None


def test_a_session_ends_when_it_rests_too_long_and_in_any_case_after_half_a_day(db):
    account = an_account()
    token = a_session(account)
    assert actor_by_session(token, NOW + timedelta(minutes=119)) is not None
    assert actor_by_session(token, NOW + timedelta(minutes=119 + 119)) is not None
    assert actor_by_session(token, NOW + timedelta(minutes=119 + 119 + 120)) is None
    busy = a_session(account)
    for minutes in range(0, 12 * 60, 60):
        assert actor_by_session(busy, NOW + timedelta(minutes=minutes)) is not None
    assert actor_by_session(busy, NOW + timedelta(hours=12)) is None


def test_that_a_session_is_in_use_is_written_every_few_minutes_only(db):
    token = a_session(an_account())

    def writes(minutes):
        asked = _statements(lambda: actor_by_session(token, NOW + timedelta(minutes=minutes)))
        return sum(one.startswith("UPDATE") for one in asked)

    assert [writes(minutes) for minutes in (1, 4, 5, 6, 9, 10)] == [0, 0, 1, 0, 0, 1]


def test_a_membership_holds_from_its_first_to_its_last_day(db):
    enterprise = an_enterprise()

    def acts(**days):
        return actor_of(an_account(Role.REGISTRANT, enterprise=enterprise, **days)).enterprise_id is not None

    assert acts(begins=date(2026, 3, 2), ends=date(2026, 3, 2))
    assert not acts(ends=date(2026, 3, 1))
    assert not acts(begins=date(2026, 3, 3))


def test_a_key_ends_with_its_holders_membership(db):
    enterprise = an_enterprise()
    left = an_account(Role.REGISTRANT, enterprise=enterprise, ends=date(2026, 3, 1))
    stays = a_registrant(enterprise)
    assert actor_by_key(a_key(left, enterprise), NOW) is None
    assert actor_by_key(a_key(stays, enterprise), NOW).enterprise_id == enterprise.id


def test_an_enterprise_is_for_its_own_people_and_the_staff(db):
    enterprise = an_enterprise()
    own, stranger, staff = a_registrant(enterprise), a_registrant(), an_account(Role.SECRETARIAT)
    assert queries.enterprise_for(actor_of(own), enterprise.id) is enterprise
    assert queries.enterprise_for(actor_of(staff), enterprise.id) is enterprise
    for somebody in (actor_of(stranger), NOBODY):
        with pytest.raises(NotFound):
            queries.enterprise_for(somebody, enterprise.id)
