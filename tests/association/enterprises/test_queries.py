"""From an account or a key to an actor."""

from datetime import date

import pytest
import sqlalchemy as sa

from association.enterprises import queries
from association.enterprises.service import actor_by_key
from association.kernel.actors import NOBODY, Role
from association.kernel.errors import NotFound
from tests.builders import NOW, a_key, a_registrant, actor_of, an_account, an_enterprise


def _statements(db, call):
    seen = []

    def note(_connection, _cursor, statement, *_more):
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        call()
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    return [one for one in seen if not one.startswith(("BEGIN", "PRAGMA"))]


def test_the_actor_knows_roles_and_enterprise_from_one_statement(db):
    enterprise = an_enterprise("示例电子有限公司")
    account = an_account(Role.REGISTRANT, Role.INSTALLER, enterprise=enterprise, administrator=False)
    actor = actor_of(account)
    assert actor.roles == {Role.REGISTRANT, Role.INSTALLER}
    assert (actor.enterprise_id, actor.enterprise_name) == (enterprise.id, "示例电子有限公司")
    assert actor.enterprise_ids == {enterprise.id}
    assert not actor.administers_enterprise
    asked = _statements(db, lambda: queries.actor_by_session(account.id, account.session_stamp, NOW))
    assert len(asked) == 1
    key = a_key(account, enterprise)
    assert len(_statements(db, lambda: queries.holder_of_key(key, NOW))) == 1


def test_asking_who_somebody_is_leaves_no_transaction_open(db):
    enterprise = an_enterprise()
    account = a_registrant(enterprise)
    key, stamp = a_key(account, enterprise), account.session_stamp
    actor_by_key(key, NOW)
    assert not db.session().in_transaction()
    queries.actor_by_session(account.id, stamp, NOW)
    assert not db.session().in_transaction()


def test_an_old_stamp_and_a_closed_account_are_nobody(db):
    account, closed = an_account(), an_account(active=False)
    assert queries.actor_by_session(account.id, "an older stamp", NOW) is None
    assert queries.actor_by_session(closed.id, closed.session_stamp, NOW) is None
    assert queries.actor_by_session(10**6, account.session_stamp, NOW) is None


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
