"""Registration, a forgotten password, another address: links in letters, and nothing a stranger could learn."""

import re
from datetime import timedelta

import pytest

from association.accounts import letters as service
from association.accounts import queries
from association.accounts.service import sign_in_check
from association.kernel.actors import NOBODY, Role
from association.kernel.errors import Invalid, NotFound
from tests.builders import NOW, PASSWORD, actor_of, an_account

HERE, NOBODYS = "here@test.example", "nobody@test.example"
SITE = "https://registry.example"


def _token(letters, address):
    return letters.link(address).rpartition("/")[2]


def _without(text, *words):
    for word in words:
        text = text.replace(word, "")
    return re.sub(r"<p class=\"demo.*?</p>", "", text)


@pytest.mark.parametrize(
    ("to", "form"),
    [
        ("/accounts/register", {"name": "张三", "password": PASSWORD, "role": "registrant"}),
        ("/accounts/register", {"name": "张三", "password": "short", "role": "registrant"}),
        ("/accounts/forgotten", {}),
        ("/accounts/login", {"password": "not the password"}),
    ],
)
def test_a_stranger_does_not_learn_whether_an_account_exists(client, letters, to, form):
    an_account(email=HERE)
    an_account(email="closed@test.example", active=False)
    answers = [client.post(to, data={**form, "email": email}) for email in (HERE, NOBODYS, "closed@test.example")]
    assert len({answer.status_code for answer in answers}) == 1
    pages = {_without(answer.text, HERE, NOBODYS, "closed@test.example") for answer in answers}
    assert len(pages) == 1
    if answers[0].status_code == 200:
        assert [len(letters.to(email)) for email in (HERE, NOBODYS)] == [1, 1]


def test_the_same_is_written_and_hashed_whether_or_not_an_account_exists(db, monkeypatch):
    import sqlalchemy as sa

    from association.accounts import passwords

    an_account(email=HERE)
    asked, hashed = [], []
    real = passwords.hashed
    monkeypatch.setattr(passwords, "hashed", lambda password: (hashed.append(1), real(password))[1])

    def note(_connection, _cursor, statement, *_more):
        asked.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    try:
        kinds = []
        for email in (HERE, NOBODYS):
            for ask in (
                lambda email=email: service.ask_reset(email, site=SITE, now=NOW),
                lambda email=email: service.ask_registration(
                    email, "甲", PASSWORD, Role.REGISTRANT, site=SITE, actor=NOBODY, now=NOW
                ),
            ):
                asked.clear()
                hashed.clear()
                ask()
                kinds.append((len(hashed), [" ".join(statement.split()[:3]) for statement in asked]))
    finally:
        sa.event.remove(db.engine, "before_cursor_execute", note)
    assert kinds[:2] == kinds[2:]


def test_whoever_registers_again_is_told_by_letter_only(client, letters):
    account = an_account(email=HERE)
    form = {"name": "张三", "email": HERE, "password": "quite another password", "role": "registrant"}
    client.post("/accounts/register", data=form)
    assert letters.to(HERE)[-1].subject == "您已有账号"
    assert sign_in_check(HERE, PASSWORD, now=NOW).id == account.id


def test_a_link_works_once_for_a_day_and_for_its_own_purpose(db, letters):
    account = an_account(email=HERE)
    service.ask_reset(HERE, site=SITE, now=NOW)
    token = _token(letters, HERE)
    for bad, when in ((token, NOW + timedelta(hours=24)), (token + "x", NOW), ("", NOW)):
        with pytest.raises(NotFound):
            service.reset_password(bad, new="quite another password", actor=NOBODY, now=when)
    with pytest.raises(NotFound):
        service.confirm_registration(token, password=PASSWORD, actor=NOBODY, now=NOW)
    service.reset_password(token, new="quite another password", actor=NOBODY, now=NOW + timedelta(hours=23))
    with pytest.raises(NotFound):
        service.reset_password(token, new="a third password here", actor=NOBODY, now=NOW)
    assert sign_in_check(HERE, "quite another password", now=NOW).id == account.id


def test_looking_at_a_link_uses_nothing_up(client, letters):
    an_account(email=HERE)
    client.post("/accounts/forgotten", data={"email": HERE})
    link = letters.link(HERE)
    assert [client.get(link).status_code for _time in range(3)] == [200, 200, 200]
    assert client.post(link, data={"new": "short"}).status_code == 422
    assert client.post(link, data={"new": "quite another password"}).location == "/accounts/login"


def test_a_new_password_by_letter_ends_sessions_lifts_the_lock_and_is_told(client, browser, letters):
    account = an_account(email=HERE)
    elsewhere = browser(account)
    for _attempt in range(5):
        client.post("/accounts/login", data={"email": HERE, "password": "wrong"})
    assert client.post("/accounts/login", data={"email": HERE, "password": PASSWORD}).status_code == 429
    client.post("/accounts/forgotten", data={"email": HERE})
    client.post(letters.link(HERE), data={"new": "quite another password"})
    assert letters.to(HERE)[-1].subject == "密码已重设"
    assert elsewhere.get("/accounts/").status_code == 303
    assert client.post("/accounts/login", data={"email": HERE, "password": "quite another password"}).status_code == 303


def test_a_closed_account_is_not_opened_by_a_link(db, letters):
    account = an_account(email=HERE)
    service.ask_reset(HERE, site=SITE, now=NOW)
    token = _token(letters, HERE)
    account.active = False
    db.session.commit()
    with pytest.raises(NotFound):
        service.reset_password(token, new="quite another password", actor=NOBODY, now=NOW)


def test_nobody_takes_an_address_by_registering_for_it_first(db, letters):
    """Somebody registers with another's address and a password of their own; the other must know it to confirm."""
    service.ask_registration(
        HERE, "恶人", "the password of a villain", Role.REGISTRANT, site=SITE, actor=NOBODY, now=NOW
    )
    token = _token(letters, HERE)
    with pytest.raises(Invalid):
        service.confirm_registration(token, password=PASSWORD, actor=NOBODY, now=NOW)
    assert queries.account_by_email(HERE) is None


def test_of_two_registrations_for_one_address_one_is_made(db, letters):
    for name in ("甲", "乙"):
        service.ask_registration(HERE, name, PASSWORD, Role.REGISTRANT, site=SITE, actor=NOBODY, now=NOW)
    first, second = [re.search(r"confirm/(\S+)", one.body).group(1) for one in letters.to(HERE)]
    service.confirm_registration(first, password=PASSWORD, actor=NOBODY, now=NOW)
    with pytest.raises(NotFound):
        service.confirm_registration(second, password=PASSWORD, actor=NOBODY, now=NOW)


def test_nobodys_mailbox_is_flooded_from_here(db, letters):
    for _attempt in range(9):
        service.ask_reset(NOBODYS, site=SITE, now=NOW)
    assert len(letters.to(NOBODYS)) == 5
    service.ask_reset(NOBODYS, site=SITE, now=NOW + timedelta(hours=1, seconds=1))
    assert len(letters.to(NOBODYS)) == 6


def test_an_address_changes_when_the_new_one_confirms_and_the_old_one_is_told(browser, letters):
    account = an_account(email=HERE)
    me, stranger = browser(account), browser(an_account())
    form = {"email": "New@test.example", "password": "not the password"}
    assert me.post("/accounts/address", data=form).status_code == 422
    assert me.post("/accounts/address", data=form | {"password": PASSWORD}).status_code == 303
    assert [one.subject for one in letters.to(HERE)] == ["有人申请更换邮箱"]
    link = letters.link("new@test.example")
    assert stranger.get(link).status_code == 404
    assert stranger.post(link).status_code == 404
    assert me.get(link).status_code == 200
    assert me.post(link).status_code == 303
    assert letters.to(HERE)[-1].subject == "邮箱已更换"
    assert sign_in_check("new@test.example", PASSWORD, now=NOW).id == account.id


def test_changing_to_an_address_that_has_an_account_looks_the_same_and_does_nothing(browser, letters):
    an_account(email=HERE)
    me = browser(an_account(email="me@test.example"))
    answers = [me.post("/accounts/address", data={"email": email, "password": PASSWORD}) for email in (HERE, NOBODYS)]
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, "/accounts/address")}
    assert "/accounts/address/" not in letters.to(HERE)[-1].body


def test_links_lie_in_no_inbox_and_no_table(browser, db, letters):
    import sqlalchemy as sa

    account = an_account(email=HERE)
    service.ask_reset(HERE, site=SITE, now=NOW)
    token = _token(letters, HERE)
    assert token not in browser(account).get("/association/outbox/").text
    kept = db.session.execute(sa.text("SELECT * FROM account_letter")).all()
    assert token not in repr(kept)
    assert actor_of(account).account_id == account.id
