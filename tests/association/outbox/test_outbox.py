"""Messages owed, delivered, read."""

import smtplib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from association.kernel import clock, config
from association.kernel.actors import Role
from association.kernel.db import db as database
from association.kernel.db import writing
from association.kernel.errors import NotFound
from association.kernel.i18n import speaking
from association.ledger.models import LedgerLine
from association.outbox import queries, rules, service
from association.outbox.models import Message
from association.vocabulary import MessageState
from tests.builders import NOW, actor_of, an_account


def _owe(key="k:1", account=None, address="a@test.example", **more):
    words = {"subject": "关于登记", "body": "第一行\n第二行", "url": "/accounts/", "spoken": "zh", "now": NOW} | more
    service.enqueue(key, to_account_id=account.id if account else None, to_address=address, **words)


def _message(db, key="k:1"):
    db.session.expire_all()
    return db.session.query(Message).filter_by(key=key).one()


class _Post:
    """A mail server that remembers, or refuses."""

    sent: list = []
    fails = False

    def __init__(self, *_more, **_options):
        pass

    def starttls(self, **_options):
        pass

    def send_message(self, letter):
        if self.fails:
            raise smtplib.SMTPServerDisconnected("gone")
        self.sent.append(letter)

    def close(self):
        pass


@pytest.fixture
def post(app, monkeypatch):
    monkeypatch.setitem(app.config, "MAIL_SERVER", "mail.test")
    monkeypatch.setattr(smtplib, "SMTP", _Post)
    monkeypatch.setattr(_Post, "sent", [])
    monkeypatch.setattr(_Post, "fails", False)
    return _Post


def test_what_the_transaction_takes_back_is_not_owed(db):
    _owe()
    db.session.rollback()
    assert service.deliver(NOW) == 0
    assert db.session.query(Message).count() == 0


def test_a_letter_ends_in_the_language_it_is_written_in(app, db, post, monkeypatch):
    """Whatever the worker that delivers it speaks: what leads to the page belongs to the letter."""
    monkeypatch.setitem(app.config, "BASE_URL", "https://example.org")
    _owe("k:1", body="第一行", spoken="zh")
    _owe("k:2", body="First line", spoken="en")
    db.session.commit()
    with speaking("en"):
        assert service.deliver(NOW) == 2
    chinese, english = sorted((one.get_content() for one in post.sent), reverse=True)
    assert chinese == "第一行\n\n在平台上查看：https://example.org/accounts/\n"
    assert english == "First line\n\nSee it in the register: https://example.org/accounts/\n"


def test_the_same_is_told_once(db):
    _owe(subject="第一次")
    _owe(subject="第二次")
    db.session.commit()
    assert _message(db).subject == "第一次"
    assert service.deliver(NOW) == 1
    assert service.deliver(NOW) == 0


def test_without_a_mail_server_a_letter_becomes_a_file(db):
    _owe()
    db.session.commit()
    service.deliver(NOW)
    message = _message(db)
    content = (config.data_dir() / "mail" / rules.file_name(message.id, message.key)).read_bytes()
    letter = message_from_bytes(content, policy=policy.default)
    assert (letter["To"], letter["Subject"]) == ("a@test.example", "关于登记")
    assert "第二行" in letter.get_content()
    assert (message.state, message.delivered_at) == (MessageState.DELIVERED, NOW)


def test_a_subject_cannot_smuggle_a_header(db, post):
    _owe(subject="关于\r\nBcc: everybody@test.example")
    db.session.commit()
    assert service.deliver(NOW) == 1
    assert post.sent[0]["Bcc"] is None


def test_a_failure_is_tried_again_later_and_eight_are_the_end(db, post):
    _owe()
    db.session.commit()
    post.fails, now = True, NOW
    assert service.deliver(now) == 0
    assert service.deliver(now + timedelta(minutes=1)) == 0
    assert _message(db).attempts == 1
    for _attempt in range(rules.MOST_ATTEMPTS):
        now += timedelta(days=1)
        service.deliver(now)
    assert (_message(db).state, _message(db).attempts) == (MessageState.DEAD, rules.MOST_ATTEMPTS)
    post.fails = False
    assert service.deliver(now + timedelta(days=9)) == 0


def test_one_bad_address_keeps_nobody_else_waiting(db, post):
    _owe("k:1", address="no address at all")
    _owe("k:2", address="b@test.example")
    db.session.commit()
    assert service.deliver(NOW) == 1
    assert [letter["To"] for letter in post.sent] == ["b@test.example"]
    assert _message(db, "k:1").state == MessageState.OWED


def _meanwhile(app, work):
    """Somebody else does ``work`` at this very moment, and waits for nobody."""

    def do():
        with app.app_context(), writing():
            work()
            database.session.commit()

    with ThreadPoolExecutor(1) as others:
        others.submit(do).result(timeout=5)


def test_nobody_waits_while_a_mail_server_thinks(app, db, post, monkeypatch):
    def thinks(_post, _letter):
        _meanwhile(app, lambda: _owe("k:meanwhile"))

    monkeypatch.setattr(post, "send_message", thinks)
    _owe("k:1")
    db.session.commit()
    assert service.deliver(NOW) == 1
    assert _message(db, "k:meanwhile").state == MessageState.OWED


def test_who_is_forgotten_while_a_letter_is_sent_keeps_nobody_else_waiting(app, db, post, monkeypatch):
    def thinks(_post, letter):
        if letter["To"] == "a@test.example":
            _meanwhile(app, lambda: service.forget(0, "a@test.example"))

    monkeypatch.setattr(post, "send_message", thinks)
    _owe("k:1")
    _owe("k:2", address="b@test.example")
    db.session.commit()
    assert service.deliver(NOW) == 1
    assert [(one.key, one.state) for one in db.session.query(Message)] == [("k:2", MessageState.DELIVERED)]


def test_who_is_forgotten_while_a_letter_is_written_leaves_no_file(app, db, monkeypatch):
    def almost(name, letter):
        _meanwhile(app, lambda: service.forget(0, "a@test.example"))
        written(name, letter)

    written = service._write_file
    monkeypatch.setattr(service, "_write_file", almost)
    _owe()
    db.session.commit()
    name = rules.file_name(_message(db).id, "k:1")
    db.session.rollback()
    assert service.deliver(NOW) == 0
    assert not (config.data_dir() / "mail" / name).exists()


def test_a_second_try_carries_the_same_message_id(db, post):
    _owe()
    db.session.commit()
    message = _message(db)
    assert service._letter(message)["Message-ID"] == service._letter(message)["Message-ID"]


def test_without_an_address_it_stands_in_the_inbox_only(db):
    account = an_account()
    _owe(account=account, address="")
    db.session.commit()
    assert service.deliver(NOW) == 0
    assert queries.count_unread(actor_of(account)) == 1


def test_the_waits_grow_and_have_an_end():
    waits = [rules.wait_after(count) for count in range(1, 40)]
    assert waits == sorted(waits)
    assert waits[0] == timedelta(minutes=2)
    assert waits[-1] == timedelta(hours=6)


def test_a_message_is_for_its_addressee(browser, db):
    account, stranger = an_account(), an_account()
    _owe(account=account)
    db.session.commit()
    message = _message(db)
    mine, other = browser(account), browser(stranger)
    assert "关于登记" in mine.get("/association/outbox/").text
    assert "关于登记" not in other.get("/association/outbox/").text
    assert other.post(f"/association/outbox/{message.id}/read").status_code == 404
    with pytest.raises(NotFound):
        queries.message_for(actor_of(stranger), message.id)
    answer = mine.post(f"/association/outbox/{message.id}/read")
    assert (answer.status_code, answer.location) == (303, "/accounts/")
    assert _message(db).read_at is not None


def test_addresses_of_this_site_in_a_message_are_links_and_no_others(browser, db):
    account = an_account()
    body = (
        "回执：http://localhost/catalog/verifications/AB-CD。\n请打开平台网址后接 /catalog/register/SJZ-1?on=2026-01-02 的页面\n"
        "理由：https://evil.example/catalog/x 与 http://localhost.evil.example/catalog/ <b>1/2</b> //evil.example/catalog/y"
    )
    _owe(account=account, body=body)
    db.session.commit()
    shown = browser(account).get("/association/outbox/").text
    link = '<a href="http://localhost/catalog/verifications/AB-CD">http://localhost/catalog/verifications/AB-CD</a>。'
    assert link in shown
    assert '<a href="/catalog/register/SJZ-1?on=2026-01-02">/catalog/register/SJZ-1?on=2026-01-02</a> 的页面' in shown
    assert "&lt;b&gt;1/2&lt;/b&gt;" in shown
    assert 'href="https://evil' not in shown
    assert "evil.example/catalog/x 与" in shown
    assert '<a href="/catalog/x' not in shown
    assert '<a href="/catalog/y' not in shown
    assert 'href="http://localhost.evil' not in shown


def test_all_are_marked_read_but_only_ones_own(browser, db):
    account, other = an_account(), an_account()
    _owe("k:1", account=account)
    _owe("k:2", account=other)
    db.session.commit()
    browser(account).post("/association/outbox/read")
    assert queries.count_unread(actor_of(account)) == 0
    assert queries.count_unread(actor_of(other)) == 1


def test_the_command_delivers(app, db):
    _owe()
    db.session.commit()
    assert "delivered: 1" in app.test_cli_runner().invoke(args=["outbox", "deliver"]).output


# -- letters that were given up ------------------------------------------------------------------------------

DEAD = "/association/outbox/dead"


@pytest.fixture
def given_up(db, post):
    """A letter that no try has delivered."""
    _owe(body="含有一次性链接的正文")
    db.session.commit()
    post.fails, now = True, NOW
    for _attempt in range(rules.MOST_ATTEMPTS):
        service.deliver(now)
        now += timedelta(days=1)
    post.fails = False
    return _message(db)


def test_staff_see_what_was_given_up_and_why_but_not_the_text(browser, given_up):
    for role in (Role.SYSTEM_ADMINISTRATOR, Role.SECRETARIAT):
        text = browser(an_account(role)).get(DEAD).text
        assert "a@test.example" in text
        assert "SMTPServerDisconnected: gone" in text
        assert "含有一次性链接的正文" not in text


def test_nobody_else_sees_or_resends_it(browser, client, db, given_up):
    for role in set(Role) - {Role.SYSTEM_ADMINISTRATOR, Role.SECRETARIAT}:
        stranger = browser(an_account(role))
        assert stranger.get(DEAD).status_code == 403
        assert stranger.post(f"{DEAD}/{given_up.id}/resend").status_code == 403
        assert stranger.post(f"{DEAD}/resend").status_code == 403
    assert client.get(DEAD).status_code == 303
    assert _message(db).state == MessageState.DEAD


def test_what_is_sent_again_begins_anew_and_is_in_the_ledger(browser, db, given_up, post):
    staff = an_account(Role.SYSTEM_ADMINISTRATOR)
    visitor = browser(staff)
    assert visitor.post(f"{DEAD}/{given_up.id}/resend").status_code == 303
    assert (_message(db).state, _message(db).attempts) == (MessageState.OWED, 0)
    line = db.session.query(LedgerLine).one()
    assert (line.action, line.subject, line.actor_id) == ("message.resent", f"message:{given_up.id}", staff.id)
    assert visitor.post(f"{DEAD}/{given_up.id}/resend").status_code == 409
    assert visitor.post(f"{DEAD}/999/resend").status_code == 404
    assert service.deliver(clock.now()) == 1
    assert (_message(db).state, _message(db).failure, len(post.sent)) == (MessageState.DELIVERED, "", 1)


def test_all_are_sent_again_when_the_mail_server_is_back(browser, db, given_up):
    visitor = browser(an_account(Role.SECRETARIAT))
    assert visitor.post(f"{DEAD}/resend").status_code == 303
    assert _message(db).state == MessageState.OWED
    assert "没有未能送达的信件" in visitor.get(DEAD).text


def test_the_log_does_not_repeat_what_a_mail_server_says(db, post, caplog, monkeypatch):
    def refuse(_post, _letter):
        raise smtplib.SMTPRecipientsRefused({"a@test.example": (550, b"a@test.example unknown")})

    monkeypatch.setattr(post, "send_message", refuse)
    _owe()
    db.session.commit()
    service.deliver(NOW)
    assert "SMTPRecipientsRefused" in caplog.text
    assert "a@test.example" not in caplog.text
    assert "a@test.example" in _message(db).failure


def test_a_key_has_one_file_however_often_it_is_written(db):
    _owe("k:file")
    db.session.commit()
    message = _message(db, "k:file")
    for _try in range(3):
        service._write_file(rules.file_name(message.id, message.key), service._letter(message))
    folder = config.data_dir() / "mail"
    assert len(list(folder.glob(f"*{rules.file_name(message.id, 'k:file')}"))) == 1
    assert list(folder.glob(".*.part")) == []
