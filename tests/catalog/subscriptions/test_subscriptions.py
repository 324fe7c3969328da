"""An address is asked first, told only after its holder said yes, and erased when it ends."""

import re
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from association.kernel import clock, config, site
from association.kernel.actors import NOBODY, Role
from association.kernel.dates import civil_date
from association.kernel.errors import Conflict, Invalid, NotFound, TooMany
from association.outbox import rules as outbox_rules
from association.outbox import service as outbox
from association.outbox.models import Message
from association.vocabulary import MessageChannel
from catalog.register.models import Registration
from catalog.subscriptions import queries, rules, service
from catalog.subscriptions.models import Subscription
from tests.builders import actor_of, an_account
from tests.catalog.small_register import NOW, SmallRegister, small

__all__ = ["small"]

db = service.db
pytestmark = pytest.mark.usefixtures("small")
SITE = "site@example.com"


def left(
    address: str = SITE, number: str = "SJZ-1", now: Any = NOW, asker: str = "somebody", **more: Any
) -> Subscription:
    channel = MessageChannel.WEBHOOK if address.startswith("http") else MessageChannel.MAIL
    more.setdefault("actor", NOBODY)
    return service.leave(channel, address, number=number, asker=asker, now=now, **more)


def letters() -> list[Message]:
    db.session.expire_all()
    return list(db.session.scalars(select(Message).where(Message.to_account_id.is_(None)).order_by(Message.id)))


def how_many() -> int:
    return db.session.scalar(select(func.count()).select_from(Subscription)) or 0


def as_sent(message: Message) -> EmailMessage:
    path = config.data_dir() / "mail" / outbox_rules.file_name(message.id, message.key)
    return message_from_bytes(path.read_bytes(), policy=policy.default)  # type: ignore[return-value]


def test_the_first_letter_is_the_question_and_nothing_else_goes_there(client: FlaskClient) -> None:
    one = left()
    assert one.confirmed_at is None
    [question] = letters()
    assert question.subject == "请确认：接收登记变动通知"
    assert queries.holding(civil_date(NOW)) is not None
    assert db.session.scalars(select(Subscription).where(*queries.holding(civil_date(NOW)))).all() == []
    # A mail scanner opens every link, with every method that changes nothing.
    for path in (service.address_of(one), service.way_out(one)):
        assert client.get(path).status_code == client.head(path).status_code == 200
        client.options(path)
    assert db.session.scalars(select(Subscription).where(*queries.holding(civil_date(NOW)))).all() == []
    assert client.post(f"{service.address_of(one)}/confirm").status_code == 303
    found = db.session.scalars(select(Subscription).where(*queries.holding(civil_date(NOW)))).one()
    assert (found.consent, found.address) == (rules.CONSENT, SITE)
    assert found.confirmed_at is not None
    client.post(f"{service.address_of(one)}/confirm")
    assert how_many() == 1


def test_a_letter_names_the_way_out_for_mail_programs(app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(app.config, "BASE_URL", "https://register.example")
    one = left()
    outbox.deliver(NOW)
    letter = as_sent(letters()[0])
    way_out = f"<https://register.example/catalog/subscriptions/{one.code}/end>"
    assert letter["List-Unsubscribe"] == way_out
    # As it is, on one line: an encoded word is no address to a mail program.
    [message] = letters()
    raw = (config.data_dir() / "mail" / outbox_rules.file_name(message.id, message.key)).read_bytes()
    assert f"\r\nList-Unsubscribe: {way_out}\r\n".encode() in raw
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert f"https://register.example/catalog/subscriptions/{one.code}" in letter.get_content()


def test_without_a_setting_the_link_leads_to_where_the_site_was_last_found(
    app: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, client: FlaskClient, small: SmallRegister
) -> None:
    monkeypatch.setitem(app.config, "DATA_DIR", str(tmp_path))
    at = f"/catalog/revocations/registrations/{small.in_force}"
    # Nobody knows where the site is, least of all the stranger who asks: no link is promised.
    assert client.post(at, data={"email": SITE}, headers={"Host": "evil.example"}).status_code == 303
    [question] = letters()
    outbox.deliver(NOW)
    said = as_sent(question).get_content()
    assert "下面的链接" not in said
    assert f"平台网址后接 {question.url} 的页面" in said
    assert "evil.example" not in as_sent(question).as_string()
    # As soon as somebody knows, the letter bears it.
    site.note("http://127.0.0.1:8000")
    client.post(at, data={"email": "other@example.com"}, headers={"Host": "evil.example"})
    question = letters()[-1]
    outbox.deliver(NOW)
    letter = as_sent(question)
    assert "请打开下面的链接" in letter.get_content()
    assert f"http://127.0.0.1:8000{question.url}" in letter.get_content()
    assert letter["List-Unsubscribe"] == f"<http://127.0.0.1:8000{question.unsubscribe}>"
    assert "evil.example" not in letter.as_string()


def test_one_click_of_a_mail_program_ends_all_of_that_address(client: FlaskClient) -> None:
    first, second, other = left(number="A"), left(number="B"), left("other@example.com")
    for one in (first, second, other):
        service.confirm(one, now=NOW)
    # As RFC 8058 has it: no cookie, no origin, no redirect in the answer.
    way_out = service.way_out(first)
    answer = client.post(way_out, data={"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert [one.address for one in db.session.scalars(select(Subscription))] == ["other@example.com"]
    # Clicked again it is ended still; by a button of a page it is not there any more.
    again = client.post(way_out, data={"List-Unsubscribe": "One-Click"})
    assert (again.status_code, "地址已经删除" in again.text) == (200, True)
    assert client.post(way_out).status_code == client.get(way_out).status_code == 404
    assert {one.to_address for one in letters()} == {"other@example.com"}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "null"},
        {"Origin": "https://mail.example.com"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "https://mail.example.com"},
    ],
)
def test_one_click_in_a_mail_program_that_is_a_web_page_ends_it_too(
    client: FlaskClient, headers: dict[str, str]
) -> None:
    one = left()
    service.confirm(one, now=NOW)
    # What counts is the secret of the letter; nothing else here may be asked for from another site.
    for what in ("prolong", "confirm"):
        assert client.post(f"{service.address_of(one)}/{what}", headers=headers).status_code == 403
    answer = client.post(service.way_out(one), data={"List-Unsubscribe": "One-Click"}, headers=headers)
    assert (answer.status_code, how_many()) == (200, 0)


def test_by_the_page_one_thing_ends_and_the_rest_stays(client: FlaskClient) -> None:
    first, second = left(number="A"), left(number="B")
    for one in (first, second):
        service.confirm(one, now=NOW)
    assert "共2项" in client.get(service.address_of(first)).text
    assert client.post(service.way_out(first)).status_code == 303
    assert [one.number for one in db.session.scalars(select(Subscription))] == ["B"]
    assert client.post(service.way_out(second), data={"everything": "yes"}).status_code == 303
    assert how_many() == 0


def test_when_it_ends_the_address_is_nowhere_any_more(db: Any) -> None:
    one = left()
    outbox.deliver(NOW)
    service.confirm(one, now=NOW)
    [question] = letters()
    path = config.data_dir() / "mail" / outbox_rules.file_name(question.id, question.key)
    assert path.exists()
    service.end(one)
    db.session.commit()
    assert not path.exists()
    tables = [Message.__table__, Subscription.__table__]
    kept = " ".join(str(tuple(row)) for table in tables for row in db.session.execute(select(table)))
    assert SITE not in kept
    assert "site" not in kept


def test_who_says_no_is_not_asked_again_and_again() -> None:
    for number in ("A", "B", "C"):
        service.end(left(number=number))
    with pytest.raises(TooMany):
        left(number="D")
    assert len([one for one in letters() if one.to_address]) == 0
    left("other@example.com")
    left(number="E", now=NOW + timedelta(days=8))


def test_a_stranger_s_mailbox_cannot_be_filled(client: FlaskClient, small: SmallRegister) -> None:
    form = {"email": SITE}
    at = f"/catalog/revocations/registrations/{small.in_force}"
    for _time in range(5):
        client.post(at, data=form)
    receipts = [
        client.post("/api/v1/catalog/verifications", json={"lines": [{"number": small.in_force}], "notify": form})
        for _time in range(5)
    ]
    assert [one.json["notify"]["email"]["left"] for one in receipts] == [True, True, False, False, False]
    assert len(letters()) == rules.MOST_UNCONFIRMED


def test_an_address_that_is_told_of_enough_is_sent_no_further_promise_of_an_hour(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rules, "MOST_OF_PROGRAM", 1)
    left("https://hooks.example.com/in")
    with pytest.raises(Conflict, match="请先退订一些"):
        left("https://hooks.example.com/in", number="SJZ-2")


def test_one_asker_cannot_write_to_many(client: FlaskClient) -> None:
    for place in range(rules.MOST_ASKED):
        left(f"victim{place}@example.com")
    with pytest.raises(TooMany):
        left("one.more@example.com")
    left("one.more@example.com", asker="somebody else")


@pytest.mark.parametrize(
    "address",
    ["a@example.com\r\nBcc: b@example.com", "a@example.com\nX: 1", "a@example.com, b@example.com", "<a@example.com>", "a", "a@b@c.d",
     "a b@example.com", "a@example.com\x00", "a@exa mple.com"],
)  # fmt: skip
def test_no_header_comes_in_by_an_address(client: FlaskClient, small: SmallRegister, address: str) -> None:
    answer = client.post(f"/catalog/revocations/registrations/{small.in_force}", data={"email": address})
    assert answer.status_code == 422
    made = {"lines": [{"number": small.in_force}], "notify": {"email": address}}
    assert client.post("/api/v1/catalog/verifications", json=made).status_code == 422
    assert letters() == []
    assert how_many() == 0


def test_forged_and_used_codes_open_nothing(client: FlaskClient) -> None:
    one = left()
    code = one.code
    assert re.fullmatch(r"[\w-]{32}", code)
    for forged in (
        "x",
        code[:-1],
        code + "A",
        code.swapcase(),
        "A" * 32,
        "%00",
        "é" * 8,
        "1",
        str(one.id),
        one.code_hash,
    ):
        for what in ("", "/confirm", "/prolong", "/end"):
            ask = client.post if what else client.get
            assert ask(f"/catalog/subscriptions/{forged}{what}").status_code == 404
    service.end(one)
    for what in ("confirm", "prolong", "end"):
        assert client.post(f"/catalog/subscriptions/{code}/{what}").status_code == 404
    with pytest.raises(NotFound):
        queries.by_code("")


def test_its_time_is_a_dated_setting_and_its_end_is_told_once_with_one_click_to_prolong(client: FlaskClient) -> None:
    one = left()
    service.confirm(one, now=NOW)
    assert one.until == civil_date(NOW) + timedelta(days=366)
    assert service.remind(NOW + timedelta(days=335)) == 0
    assert service.remind(NOW + timedelta(days=336)) == 1
    assert service.remind(NOW + timedelta(days=337)) == 0
    reminder = letters()[-1]
    assert "即将到期" in reminder.subject
    assert reminder.url == service.address_of(one)
    service.prolong(one, now=NOW + timedelta(days=340))
    assert one.until == civil_date(NOW) + timedelta(days=706)
    assert service.clear(NOW + timedelta(days=400)) == 0
    assert service.remind(NOW + timedelta(days=690)) == 1
    assert service.clear(NOW + timedelta(days=707)) == 1
    assert how_many() == 0
    assert {one.to_address for one in letters()} <= {""}


def test_what_nobody_confirms_is_erased_after_a_week() -> None:
    left()
    assert service.clear(NOW + timedelta(days=6)) == 0
    assert service.clear(NOW + timedelta(days=8)) == 1
    assert letters() == []


def test_the_same_address_for_the_same_thing_is_one() -> None:
    assert left().id == left("  SITE@Example.com ").id
    assert len(letters()) == 1


def test_in_one_list_stands_too_what_ones_own_mailbox_is_told_of_though_it_was_left_without_signing_in(
    browser: Callable[..., FlaskClient], small: SmallRegister
) -> None:
    account, other = an_account(Role.INSTALLER, email="Own.Box@firm.example"), an_account(Role.INSTALLER)
    one = left("own.box@firm.example", number=small.in_force)
    mine, stranger, page = browser(account), browser(other), "/catalog/revocations/watching"
    # Before its reader said yes it may be anybody's joke.
    assert "o***@firm.example" not in mine.get(page).text
    assert mine.post(f"{page}/left/{one.id}/end").status_code == 404
    service.confirm(one, now=NOW)
    assert "o***@firm.example" in mine.get(page).text
    assert "o***@firm.example" not in stranger.get(page).text
    assert stranger.post(f"{page}/left/{one.id}/end").status_code == 404
    assert mine.post(f"{page}/left/{one.id}/end").status_code == 303
    assert how_many() == 0


def test_who_lost_the_letter_is_asked_once_more_and_not_without_end() -> None:
    first = left()
    outbox.deliver(NOW)
    # Pressed twice, or while the letter is still under way: one letter.
    left(now=NOW + timedelta(minutes=1))
    assert len(letters()) == 1
    for hours in (1, 2):
        again = left(now=NOW + timedelta(hours=hours))
        left(now=NOW + timedelta(hours=hours, minutes=30))
        outbox.deliver(NOW + timedelta(hours=hours, minutes=45))
        assert again.id == first.id
    assert [(one.to_address, one.url) for one in letters()] == [(SITE, service.address_of(first))] * 3
    with pytest.raises(TooMany, match="七天内不再发送"):
        left(now=NOW + timedelta(hours=3))
    with pytest.raises(TooMany):
        left(number="SJZ-2", now=NOW + timedelta(hours=3))
    # Asked anew a week later; the marks of the lost letters are gone by then.
    service.clear(NOW + timedelta(days=7, hours=3))
    assert how_many() == 0
    left(now=NOW + timedelta(days=7, hours=3))
    # Whoever said yes is not asked, whoever leaves their address.
    service.confirm(left(number="SJZ-3", now=NOW + timedelta(days=8)), now=NOW + timedelta(days=8))
    before = len(letters())
    left(number="SJZ-3", now=NOW + timedelta(days=9))
    assert len(letters()) == before


def test_left_again_before_its_end_a_program_is_told_on(client: FlaskClient) -> None:
    url = "https://hooks.example.com/in"
    one = left(url)
    assert left(url, now=NOW + timedelta(days=360)).id == one.id
    assert one.until == civil_date(NOW) + timedelta(days=360 + 366)
    # Its time over, it is left anew.
    later = NOW + timedelta(days=360 + 367)
    assert left(url, now=later).id != one.id


def test_only_its_own_account_prolongs_a_mail_address_without_a_letter() -> None:
    account = an_account(Role.INSTALLER)
    one = left(account.email, actor=actor_of(account))
    service.confirm(one, now=NOW)
    until, later = one.until, NOW + timedelta(days=300)
    left(account.email, now=later)
    left(account.email, actor=actor_of(an_account(Role.INSTALLER)), now=later)
    assert one.until == until
    left(account.email, actor=actor_of(account), now=later)
    assert one.until == until + timedelta(days=300)


def test_nobody_learns_by_leaving_it_whether_a_mailbox_said_yes(client: FlaskClient, small: SmallRegister) -> None:
    at = f"/catalog/revocations/registrations/{small.in_force}"
    said = []
    for _time in range(2):
        page = client.get(client.post(at, data={"email": SITE}).location).text
        said.append(re.search(r"该邮箱还没有确认过的[^<]*", page))
        service.confirm(db.session.scalars(select(Subscription)).one(), now=NOW)
    assert said[0] is not None
    assert said[1] is not None
    assert said[0][0] == said[1][0]
    program = client.get(client.post(at, data={"webhook": "https://hooks.example.com/in"}).location).text
    assert "已记录推送地址，到2027" in program


def test_a_webhook_that_says_gone_is_forgotten() -> None:
    one = left("https://hooks.example.com/in")
    assert one.confirmed_at is not None
    service.end_of_url("https://hooks.example.com/other", NOW)
    assert how_many() == 1
    service.end_of_url("https://hooks.example.com/in", NOW)
    assert how_many() == 0


@pytest.mark.parametrize(
    "address",
    [
        "http://hooks.example.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://hooks.internal/",
        "https://localhost/",
        "https://example.com:22/",
        "https://example.com/#f",
    ],
)
def test_a_webhook_into_a_house_is_refused_when_it_is_typed(
    client: FlaskClient, small: SmallRegister, address: str
) -> None:
    with pytest.raises(Invalid):
        left(address)
    at = f"/catalog/revocations/registrations/{small.in_force}"
    answer = client.post(at, data={"webhook": address})
    assert answer.status_code == 422
    assert address in answer.text
    assert "公网地址" in answer.text
    made = {"lines": [{"number": small.in_force}], "notify": {"webhook": address}}
    said = client.post("/api/v1/catalog/verifications", json=made)
    assert (said.status_code, said.json["errors"][0]["pointer"]) == (422, "/notify/webhook")
    assert said.json["errors"][0]["detail"] in unescape(answer.text)


def test_what_somebody_left_goes_with_their_account(db: Any, client: FlaskClient) -> None:
    one = an_account(Role.PRACTITIONER)
    left(actor=actor_of(one))
    left("other@example.com")
    service.end_of_account(one.id)
    db.session.commit()
    assert [each.address for each in db.session.scalars(select(Subscription))] == ["other@example.com"]


def test_a_colleague_who_said_yes_is_told_on_after_the_account_that_typed_the_address_is_gone(db: Any) -> None:
    one = an_account(Role.INSTALLER)
    for address in (one.email, "colleague@firm.example"):
        service.confirm(left(address, actor=actor_of(one)), now=NOW)
    left("never.answered@firm.example", actor=actor_of(one))
    # Not signed in, at one's own address: that is of the same person.
    service.confirm(left(one.email, number="SJZ-2"), now=NOW)
    service.end_of_account(one.id, own={one.email})
    db.session.commit()
    [kept] = db.session.scalars(select(Subscription))
    assert (kept.address, kept.account_id) == ("colleague@firm.example", None)


def test_a_form_with_nothing_in_it_says_what_is_missing(client: FlaskClient, small: SmallRegister) -> None:
    answer = client.post(f"/catalog/revocations/registrations/{small.in_force}", data={})
    assert answer.status_code == 422
    assert "请填写邮箱，或推送地址" in answer.text


def test_signed_in_what_one_left_stands_in_one_list_and_is_ended_there(
    browser: Callable[..., FlaskClient], small: SmallRegister
) -> None:
    mine, other = an_account(Role.INSTALLER), an_account(Role.INSTALLER)
    own, stranger = browser(mine), browser(other)
    own.post(
        f"/catalog/revocations/registrations/{small.in_force}",
        data={"webhook": "https://hooks.example.com/in?key=s3cret"},
    )
    shown = own.get("/catalog/revocations/watching").text
    assert "https://hooks.example.com/…" in shown
    assert "s3cret" not in shown
    assert "hooks.example.com" not in stranger.get("/catalog/revocations/watching").text
    one = db.session.scalars(select(Subscription)).one()
    assert stranger.post(f"/catalog/revocations/watching/left/{one.id}/end").status_code == 404
    assert own.post(f"/catalog/revocations/watching/left/{one.id}/end").status_code == 303
    assert how_many() == 0
    assert db.session.scalar(select(func.count()).select_from(Registration))
    assert clock.now()


def test_a_stranger_who_knows_a_program_s_address_ends_only_what_they_left_there(
    browser: Callable[..., FlaskClient], client: FlaskClient, small: SmallRegister
) -> None:
    url = "https://hooks.example.com/in?key=s3cret"
    one = an_account(Role.INSTALLER)
    owned, of_nobody = left(url, actor=actor_of(one)), left(url)
    stranger, number = browser(an_account(Role.INSTALLER)), small.in_force
    answer = stranger.post(f"/catalog/revocations/registrations/{number}", data={"webhook": url})
    page = stranger.get(answer.location)
    assert "s3cret" not in page.text
    assert "退订此地址的全部通知" not in page.text
    assert stranger.post(f"{answer.location}/end", data={"everything": "yes"}).status_code == 303
    assert set(db.session.scalars(select(Subscription.id))) == {owned.id, of_nobody.id}
    # What the owner left is ended at once, all of it.
    left(url, number="SJZ-2", actor=actor_of(one))
    assert "共2项" in client.get(service.address_of(owned)).text
    assert client.post(service.way_out(owned), data={"everything": "yes"}).status_code == 303
    assert set(db.session.scalars(select(Subscription.id))) == {of_nobody.id}


def test_a_program_is_told_before_its_time_is_over() -> None:
    one = left("https://hooks.example.com/in")
    assert service.remind(NOW + timedelta(days=336)) == 1
    assert service.remind(NOW + timedelta(days=337)) == 0
    [said] = letters()
    assert said.to_url == one.address
    assert '"type":"subscription.ends"' in said.body
    assert one.code in said.body


def test_a_program_that_was_left_signed_in_is_told_nothing_after_it_was_ended() -> None:
    one = left("https://hooks.example.com/in", actor=actor_of(an_account(Role.INSTALLER)))
    service.remind(NOW + timedelta(days=336))
    assert [each.to_url for each in db.session.scalars(select(Message))] == [one.address]
    service.end(one)
    assert db.session.scalars(select(Message)).all() == []
