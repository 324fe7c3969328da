"""Messages to programs: signed, tried again, given up, written down for their owner."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from association.kernel.actors import OPERATOR
from association.outbox import service as outbox
from association.outbox.models import Message
from association.outbox.rules import MOST_ATTEMPTS
from association.outbox.service import Owed
from association.signing import queries as keys
from association.signing import service as signing
from association.signing.checkers import jifang_check
from association.signing.rules import as_bytes, as_text, canonical
from association.vocabulary import MessageState
from association.webhooks import queries, service
from association.webhooks.models import WebhookTry
from association.webhooks.rules import message_id
from tests.association.webhooks.receiver import Got, Receiver, a_receiver
from tests.builders import NOW, actor_of, an_account
from tests.conftest import ROOT

ISSUER = "https://register.example"


@pytest.fixture
def receiver(app: Any, db: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setitem(app.config, "WEBHOOKS_ANYWHERE", True)
    monkeypatch.setitem(app.config, "BASE_URL", ISSUER)
    with a_receiver() as made:
        yield made


def owe(url: str, key: str = "case:1", account_id: int | None = None, now: datetime = NOW) -> None:
    body = canonical({"id": message_id(key), "type": "registration.revoked", "number": "SJZ-01-2026-00042-Q"}).decode()
    outbox.enqueue_many(
        [Owed(key, account_id, "", "登记已撤销", body, "/catalog/revocations/1", url, spoken="zh")], now=now
    )
    service.db.session.commit()


def message(key: str = "case:1") -> Message:
    service.db.session.expire_all()
    return service.db.session.query(Message).filter_by(key=key).one()


def checked(got: Got) -> str:
    """As docs/webhooks.md says it is done: the payload is put back between the dots, and the checker told."""
    protected, signature = got.headers["Jifang-Signature"].split("..")
    jws = f"{protected}.{as_text(got.body)}.{signature}"
    return str(jifang_check.check_jws(jws, keys.published(issuer=ISSUER, at=NOW)["keys"], ISSUER)[0])


def test_a_message_is_signed_and_checked_by_the_published_keys(receiver: Receiver) -> None:
    owe(receiver.url)
    assert service.deliver(NOW) == 1
    assert service.deliver(NOW) == 0
    [got] = receiver.heard
    assert json.loads(got.body)["id"] == got.headers["Jifang-Message-Id"] == message_id("case:1")
    assert got.headers["Content-Type"] == "application/json"
    protected, signature = got.headers["Jifang-Signature"].split("..")
    header = json.loads(as_bytes(protected))
    assert header == {
        "alg": "EdDSA", "iat": "2026-03-02T02:00:00Z", "iss": ISSUER, "kid": header["kid"], "typ": "jifang-webhook+jws",
    }  # fmt: skip
    [key] = keys.published(issuer=ISSUER, at=NOW)["keys"]
    signed = f"{protected}.{as_text(got.body)}".encode()
    Ed25519PublicKey.from_public_bytes(as_bytes(key["x"])).verify(as_bytes(signature), signed)
    assert checked(got) == "ok"
    assert checked(Got(got.path, got.headers, got.body.replace(b"revoked", b"renewed"))) == "signature"
    assert message().state is MessageState.DELIVERED


def test_what_fails_is_tried_again_under_the_same_name_with_a_fresh_signature(receiver: Receiver) -> None:
    owe(receiver.url)
    receiver.status = 503
    assert service.deliver(NOW) == 0
    assert message().state is MessageState.OWED
    assert service.deliver(NOW + timedelta(minutes=1)) == 0
    assert len(receiver.heard) == 1
    receiver.status = 200
    assert service.deliver(NOW + timedelta(minutes=3)) == 1
    first, second = receiver.heard
    assert first.headers["Jifang-Message-Id"] == second.headers["Jifang-Message-Id"]
    assert first.body == second.body
    assert first.headers["Jifang-Signature"] != second.headers["Jifang-Signature"]
    tries = service.db.session.query(WebhookTry).order_by(WebhookTry.id).all()
    assert [(one.attempt, one.status, one.fault) for one in tries] == [(1, 503, "status_refused"), (2, 200, "")]


def test_it_is_given_up_after_so_many_tries_and_staff_may_send_it_again(receiver: Receiver) -> None:
    owe(receiver.url)
    receiver.status = 500
    for days in range(MOST_ATTEMPTS + 3):
        service.deliver(NOW + timedelta(days=days))
    assert len(receiver.heard) == MOST_ATTEMPTS
    assert message().state is MessageState.DEAD
    assert message().failure == "status_refused 500"


def test_who_says_gone_is_asked_no_more(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[str] = []
    monkeypatch.setattr(service, "GONE", [lambda address, _now: told.append(address)])
    owe(receiver.url)
    receiver.status = 410
    service.deliver(NOW)
    assert message().state is MessageState.DEAD
    assert told == [receiver.url]


def test_one_that_hangs_holds_up_no_other(receiver: Receiver) -> None:
    receiver.instead = lambda handler: handler.connection.close()
    with a_receiver() as other:
        owe(receiver.url, "case:1")
        owe(other.url, "case:2")
        assert service.deliver(NOW) == 1
        assert len(other.heard) == 1


def test_one_that_is_ended_while_it_is_posted_costs_nobody_else_their_result(app: Any, receiver: Receiver) -> None:
    with a_receiver() as other:

        def instead(handler: Any) -> None:
            with app.app_context():
                outbox.forget_address(to_url=receiver.url)
                service.db.session.commit()
            handler.send_response(204)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        receiver.instead = instead
        owe(receiver.url, "case:1")
        owe(other.url, "case:2")
        assert service.deliver(NOW) == 1
        assert message("case:2").state is MessageState.DELIVERED
        assert [one.message_key for one in service.db.session.query(WebhookTry)] == ["case:2"]
        assert service.deliver(NOW + timedelta(hours=1)) == 0
        assert len(other.heard) == 1


def test_nothing_is_posted_into_a_house_and_a_name_that_errs_for_an_hour_loses_no_message(
    app: Any, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WEBHOOKS_ANYWHERE", False)
    owe(receiver.url, "case:1")
    owe("https://rebinding.example.com/in", "case:2")
    for days in range(MOST_ATTEMPTS):
        states = {message(key).state for key in ("case:1", "case:2")}
        assert states == {MessageState.OWED}
        service.deliver(NOW + timedelta(days=days), resolve=lambda _host, _port: ["127.0.0.1"])
    # Tried like every other, and given up like every other.
    assert receiver.heard == []
    assert [message(key).state for key in ("case:1", "case:2")] == [MessageState.DEAD, MessageState.DEAD]
    assert message("case:2").failure == "address_refused"


def test_after_a_change_of_keys_the_new_one_signs(receiver: Receiver) -> None:
    signing.ensure(actor=OPERATOR, now=NOW)
    owe(receiver.url)
    service.deliver(NOW)
    first = json.loads(as_bytes(receiver.heard[0].headers["Jifang-Signature"].split("..")[0]))["kid"]
    key = keys.all_keys()[0]
    key.sealed = ""
    service.db.session.commit()
    owe(receiver.url, "case:2")
    service.deliver(NOW)
    second = json.loads(as_bytes(receiver.heard[1].headers["Jifang-Signature"].split("..")[0]))["kid"]
    assert first != second


def test_its_owner_reads_what_came_of_it_and_nobody_else(receiver: Receiver, browser: Any, client: Any) -> None:
    owner, stranger = an_account(), an_account()
    owe(receiver.url, account_id=owner.id)
    receiver.status = 500
    service.deliver(NOW)
    shown = browser(owner).get("/association/webhooks/").text
    assert "登记已撤销" in shown
    assert "500" in shown
    assert "s3cret" not in shown
    assert "登记已撤销" not in browser(stranger).get("/association/webhooks/").text
    assert client.get("/association/webhooks/").status_code == 303
    assert "登记已撤销" not in browser(owner).get("/association/outbox/").text
    assert queries.log_for(actor_of(stranger)).total == 0


def test_what_came_of_old_tries_is_forgotten(receiver: Receiver) -> None:
    owe(receiver.url)
    service.deliver(NOW)
    assert service.clear(NOW + timedelta(days=90)) == 0
    assert service.clear(NOW + timedelta(days=91)) == 1


def test_the_example_in_the_documents_takes_ours_and_nothing_else(receiver: Receiver) -> None:
    text = (ROOT / "docs" / "webhooks.md").read_text(encoding="utf-8")
    example: dict[str, Any] = {}
    exec(text.partition("```python\n")[2].partition("```")[0], example)
    owe(receiver.url)
    service.deliver(NOW)
    [got] = receiver.heard
    pinned = keys.published(issuer=ISSUER, at=NOW)["keys"]
    signature = got.headers["Jifang-Signature"]
    assert example["message"](got.body, signature, pinned, ISSUER)["type"] == "registration.revoked"
    with pytest.raises(ValueError, match="not for us"):
        example["message"](got.body, signature, pinned, "https://register.example.net")
    with pytest.raises(InvalidSignature):
        example["message"](got.body + b" ", signature, pinned, ISSUER)
