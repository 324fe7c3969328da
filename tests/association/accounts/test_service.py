"""Signing in, passwords and keys."""

from datetime import timedelta

import pytest

from association.accounts import queries, service
from association.accounts.models import SignInFailure
from association.enterprises.service import actor_by_key
from association.kernel.actors import NOBODY, OPERATOR, Role
from association.kernel.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from association.ledger.queries import lines_about
from association.vocabulary import Scope
from tests.builders import NOW, PASSWORD, a_key, a_registrant, actor_of, an_account, an_enterprise

STAFF_SCOPES = [Scope.REVIEWS_READ]


def _code(refused) -> list[str]:
    return [one.code for one in refused.value.shortfalls]


def test_an_account_is_made_and_written_down(db):
    made = service.create_account(" Li.Lei@Example.CN ", "李雷", PASSWORD, [Role.REVIEWER], actor=OPERATOR, now=NOW)
    assert (made.email, made.role_set) == ("li.lei@example.cn", {Role.REVIEWER})
    assert [line.action for line in lines_about(f"account:{made.id}")] == ["account.created"]
    assert PASSWORD not in made.password_hash


def test_an_address_has_one_account(db):
    an_account(email="a@test.example")
    with pytest.raises(Invalid) as refused:
        service.create_account("A@test.example", "甲", PASSWORD, [], actor=OPERATOR, now=NOW)
    assert _code(refused) == ["email_taken"]


def test_nobody_gives_themselves_a_staff_role(db):
    with pytest.raises(Forbidden):
        service.create_account("a@test.example", "甲", PASSWORD, [Role.REVIEWER], actor=NOBODY, now=NOW)
    made = service.create_account("a@test.example", "甲", PASSWORD, [Role.REGISTRANT], actor=NOBODY, now=NOW)
    with pytest.raises(Forbidden):
        service.create_account("b@test.example", "乙", PASSWORD, [], actor=actor_of(made), now=NOW)


def test_the_right_password_signs_in_whatever_the_case_of_the_address(db):
    account = an_account(email="a@test.example")
    assert service.sign_in_check("A@Test.example", PASSWORD, now=NOW).id == account.id


def test_every_cause_of_refusal_gets_the_same_sentence(db):
    an_account(email="here@test.example")
    an_account(email="closed@test.example", active=False)
    sentences = set()
    for email, password in (
        ("here@test.example", "not the password"),
        ("closed@test.example", PASSWORD),
        ("nobody@test.example", PASSWORD),
        ("", ""),
    ):
        with pytest.raises(Invalid) as refused:
            service.sign_in_check(email, password, now=NOW)
        assert refused.value.shortfalls == ()
        sentences.add(refused.value.detail)
    assert len(sentences) == 1


@pytest.mark.parametrize("email", ["here@test.example", "nobody@test.example"])
def test_after_five_failures_one_waits_whether_or_not_the_address_is_known(db, email):
    an_account(email="here@test.example")
    for _attempt in range(5):
        with pytest.raises(Invalid):
            service.sign_in_check(email, "wrong", now=NOW)
    with pytest.raises(TooMany) as refused:
        service.sign_in_check(email, PASSWORD, now=NOW)
    assert refused.value.retry_after > 0
    with pytest.raises(Invalid):
        service.sign_in_check(email, "wrong", now=NOW + timedelta(minutes=1))
    with pytest.raises(TooMany):
        service.sign_in_check(email, PASSWORD, now=NOW + timedelta(minutes=1, seconds=16))


def test_another_address_does_not_wait(db):
    other = an_account(email="other@test.example")
    for _attempt in range(6):
        with pytest.raises((Invalid, TooMany)):
            service.sign_in_check("here@test.example", "wrong", now=NOW)
    assert service.sign_in_check("other@test.example", PASSWORD, now=NOW).id == other.id


def test_signing_in_forgets_the_failures(db):
    an_account(email="a@test.example")
    with pytest.raises(Invalid):
        service.sign_in_check("a@test.example", "wrong", now=NOW)
    service.sign_in_check("a@test.example", PASSWORD, now=NOW)
    assert db.session.query(SignInFailure).count() == 0


def test_a_hash_of_weaker_parameters_is_renewed_at_sign_in(db):
    from argon2 import PasswordHasher

    account = an_account()
    account.password_hash = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    db.session.commit()
    before = account.password_hash
    service.sign_in_check(account.email, PASSWORD, now=NOW)
    assert account.password_hash != before
    assert service.sign_in_check(account.email, PASSWORD, now=NOW).id == account.id


def test_a_new_password_ends_all_sessions(db):
    account = an_account()
    before = account.session_stamp
    service.change_password(account, old=PASSWORD, new="another long password", actor=actor_of(account), now=NOW)
    assert account.session_stamp != before
    with pytest.raises(Invalid):
        service.sign_in_check(account.email, PASSWORD, now=NOW)
    assert service.sign_in_check(account.email, "another long password", now=NOW)


def test_nobody_changes_anothers_password(db):
    account, other = an_account(), an_account(Role.SYSTEM_ADMINISTRATOR)
    with pytest.raises(Forbidden):
        service.change_password(account, old=PASSWORD, new="another long password", actor=actor_of(other), now=NOW)
    with pytest.raises(Invalid) as refused:
        service.change_password(account, old="wrong", new="another long password", actor=actor_of(account), now=NOW)
    assert _code(refused) == ["password_wrong"]


def test_a_key_is_shown_once_and_kept_as_a_hash(db):
    enterprise = an_enterprise()
    actor = actor_of(a_registrant(enterprise))
    key, text = service.make_key(
        "仓库", [Scope.PRODUCTS_READ], enterprise_id=enterprise.id, expires_at=None, actor=actor, now=NOW
    )
    assert len(text) == 46
    assert text.startswith(key.prefix)
    assert text not in repr(vars(key))
    program = actor_by_key(text, NOW)
    assert program is not None
    assert (program.via, program.scopes, program.enterprise_id) == (
        "api",
        frozenset({"products:read"}),
        enterprise.id,
    )


def test_keys_are_for_administrators_and_stay_within_the_enterprise(db):
    enterprise, another = an_enterprise(), an_enterprise()
    administrator = actor_of(a_registrant(enterprise))
    user = actor_of(a_registrant(enterprise, administrator=False))
    wanted = {"scopes": [Scope.PRODUCTS_READ], "expires_at": None, "now": NOW}
    with pytest.raises(Forbidden):
        service.make_key("a", enterprise_id=enterprise.id, actor=user, **wanted)
    with pytest.raises(Forbidden):
        service.make_key("a", enterprise_id=another.id, actor=administrator, **wanted)
    with pytest.raises(Forbidden):
        service.make_key("a", enterprise_id=None, actor=administrator, **wanted)
    with pytest.raises(Forbidden):
        service.make_key("a", STAFF_SCOPES, enterprise_id=enterprise.id, expires_at=None, actor=administrator, now=NOW)


def test_a_key_makes_no_key(db):
    enterprise = an_enterprise()
    text = a_key(a_registrant(enterprise), enterprise)
    with pytest.raises(Forbidden):
        service.make_key(
            "a",
            [Scope.PRODUCTS_READ],
            enterprise_id=enterprise.id,
            expires_at=None,
            actor=actor_by_key(text, NOW),
            now=NOW,
        )


def test_a_key_that_is_over_opens_nothing(db):
    enterprise = an_enterprise()
    account = a_registrant(enterprise)
    ended = a_key(account, enterprise, ended_at=NOW)
    expired = a_key(account, enterprise, expires_at=NOW)
    good = a_key(account, enterprise, expires_at=NOW + timedelta(seconds=1))
    assert actor_by_key(ended, NOW) is None
    assert actor_by_key(expired, NOW) is None
    assert actor_by_key(good, NOW) is not None
    assert actor_by_key("jf_" + "x" * 43, NOW) is None
    assert actor_by_key("密钥", NOW) is None


def test_the_last_use_of_a_key_is_noted_to_the_hour(db):
    enterprise = an_enterprise()
    account = a_registrant(enterprise)
    text = a_key(account, enterprise)

    def last_use():
        db.session.expire_all()
        (key,) = queries.keys_for(actor_of(account))
        noted = key.last_used_at
        db.session.rollback()
        return noted

    actor_by_key(text, NOW)
    actor_by_key(text, NOW + timedelta(minutes=59))
    assert last_use() == NOW
    actor_by_key(text, NOW + timedelta(hours=1))
    assert last_use() == NOW + timedelta(hours=1)


def test_a_stranger_does_not_learn_of_a_key(db):
    enterprise = an_enterprise()
    holder, stranger = a_registrant(enterprise), a_registrant()
    a_key(holder, enterprise)
    key = queries.keys_for(actor_of(holder))[0]
    assert queries.keys_for(actor_of(stranger)) == []
    with pytest.raises(NotFound):
        queries.key_for(actor_of(stranger), key.id)
    service.end_key(queries.key_for(actor_of(holder), key.id), actor=actor_of(holder), now=NOW)
    assert key.ended_at == NOW


def test_a_closed_account_has_no_session_and_no_key(db):
    reviewer, keeper = an_account(Role.REVIEWER), an_account(Role.SYSTEM_ADMINISTRATOR)
    text = a_key(reviewer, scopes=STAFF_SCOPES)
    with pytest.raises(Forbidden):
        service.close_account(reviewer, reason="离职", actor=actor_of(reviewer), now=NOW)
    service.close_account(reviewer, reason="离职", actor=actor_of(keeper), now=NOW)
    assert actor_by_key(text, NOW) is None


def test_a_key_is_replaced_with_an_overlap(db):
    enterprise = an_enterprise()
    actor = actor_of(a_registrant(enterprise))
    old, text = service.make_key(
        "仓库", [Scope.PRODUCTS_READ], enterprise_id=enterprise.id, expires_at=None, actor=actor, now=NOW
    )
    new, new_text = service.replace_key(old, overlap_days=7, actor=actor, now=NOW)
    assert (new.name, new.scopes, new.enterprise_id) == (old.name, old.scopes, enterprise.id)
    assert actor_by_key(text, NOW + timedelta(days=6, hours=23)) is not None
    assert actor_by_key(text, NOW + timedelta(days=7)) is None
    assert actor_by_key(new_text, NOW + timedelta(days=400)) is not None
    with pytest.raises(Conflict):
        service.replace_key(old, overlap_days=7, actor=actor, now=NOW)


def test_an_overlap_makes_no_key_live_longer(db):
    enterprise = an_enterprise()
    actor = actor_of(a_registrant(enterprise))
    until = NOW + timedelta(days=3)
    old, text = service.make_key(
        "仓库", [Scope.PRODUCTS_READ], enterprise_id=enterprise.id, expires_at=until, actor=actor, now=NOW
    )
    new, _text = service.replace_key(old, overlap_days=30, actor=actor, now=NOW)
    assert old.expires_at == until
    assert until <= new.expires_at < until + timedelta(days=1)
    assert actor_by_key(text, until) is None
    with pytest.raises(Conflict):
        service.replace_key(old, overlap_days=30, actor=actor, now=until)


def test_only_who_could_make_a_key_replaces_it(db):
    enterprise = an_enterprise()
    holder, keeper = a_registrant(enterprise), an_account(Role.SECURITY_ADMINISTRATOR)
    a_key(holder, enterprise)
    (key,) = queries.keys_for(actor_of(holder))
    with pytest.raises(Forbidden):
        service.replace_key(key, overlap_days=0, actor=actor_of(keeper), now=NOW)
    with pytest.raises(Forbidden):
        service.replace_key(key, overlap_days=0, actor=actor_of(a_registrant()), now=NOW)
    service.end_key(queries.key_for(actor_of(keeper), key.id), actor=actor_of(keeper), now=NOW)


def test_after_twenty_failures_the_address_is_locked_and_the_sentence_says_the_way_out(db):
    an_account(email="here@test.example")
    when = NOW
    for _attempt in range(20):
        when += timedelta(minutes=11)
        with pytest.raises(Invalid):
            service.sign_in_check("here@test.example", "wrong", now=when)
    with pytest.raises(TooMany, match="忘记密码"):
        service.sign_in_check("here@test.example", PASSWORD, now=when + timedelta(hours=23))
    assert service.sign_in_check("here@test.example", PASSWORD, now=when + timedelta(hours=24))
