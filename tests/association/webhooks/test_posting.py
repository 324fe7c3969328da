"""A post over a real line: to the address that was looked at, with no redirect, no patience for slow answers."""

import datetime
import ipaddress
import socket
import ssl
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from association.webhooks import posting
from association.webhooks.posting import Outcome, post
from association.webhooks.rules import Fault, Target, read_address
from tests.association.webhooks.receiver import Receiver, a_receiver

HERE = ["127.0.0.1"]


@pytest.fixture
def receiver() -> Any:
    with a_receiver() as made:
        yield made


def _posted(receiver: Receiver, **more: Any) -> Outcome:
    target = read_address(receiver.url, anywhere=True)
    assert target is not None
    return post(target, b'{"a":1}', {"X-Test": "1"}, anywhere=True, **more)


def test_the_body_and_the_headers_arrive_as_they_are(receiver: Receiver) -> None:
    outcome = _posted(receiver)
    assert (outcome.status, outcome.fault) == (204, None)
    [got] = receiver.heard
    assert (got.path, got.body, got.headers["X-Test"]) == ("/hook?token=s3cret", b'{"a":1}', "1")
    assert got.headers["Host"] == f"127.0.0.1:{receiver.port}"


@pytest.mark.parametrize(
    ("status", "fault"), [(301, Fault.REDIRECT), (307, Fault.REDIRECT), (404, Fault.STATUS), (500, Fault.STATUS)]
)
def test_what_is_no_success_is_called_so_and_no_redirect_is_followed(
    receiver: Receiver, status: int, fault: Fault
) -> None:
    with a_receiver() as elsewhere:
        receiver.status, receiver.headers = status, {"Location": elsewhere.url}
        outcome = _posted(receiver)
        assert (outcome.status, outcome.fault) == (status, fault)
        assert elsewhere.heard == []


def test_no_proxy_of_the_environment_is_asked(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    with a_receiver() as proxy:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{proxy.port}")
        assert _posted(receiver).fault is None
        assert proxy.heard == []


def test_a_name_that_leads_into_a_house_is_refused_before_any_line_is_opened(receiver: Receiver) -> None:
    target = Target("http", "rebinding.example.com", receiver.port, "/")
    for addresses in (HERE, ["93.184.216.34", "127.0.0.1"], ["::ffff:127.0.0.1"], ["10.1.2.3"], ["fe80::1"]):
        outcome = post(target, b"", {}, resolve=lambda _host, _port, found=addresses: found)
        assert outcome.fault is Fault.ADDRESS
    assert receiver.heard == []


def test_a_name_that_changes_its_mind_is_asked_once_and_held_to_its_word(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the first answer is public, every later one is this machine."""
    answers = iter([["93.184.216.34"], HERE, HERE, HERE])
    opened: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], **_more: Any) -> socket.socket:
        opened.append(address)
        raise ConnectionRefusedError

    def no_second_look(*_more: Any, **_others: Any) -> Any:
        raise AssertionError("the name was resolved again")

    monkeypatch.setattr(posting.socket, "create_connection", connect)
    monkeypatch.setattr(posting.socket, "getaddrinfo", no_second_look)
    target = Target("https", "rebinding.example.com", 443, "/")
    outcome = post(target, b"", {}, resolve=lambda _host, _port: next(answers))
    assert outcome.fault is Fault.CONNECTION
    assert opened == [("93.184.216.34", 443)]
    assert receiver.heard == []


def test_a_name_that_is_nowhere() -> None:
    def nowhere(_host: str, _port: int) -> list[str]:
        raise socket.gaierror("nowhere")

    target = Target("https", "no.example.com", 443, "/")
    assert post(target, b"", {}, resolve=nowhere).fault is Fault.UNKNOWN_HOST
    assert post(target, b"", {}, resolve=lambda _host, _port: []).fault is Fault.UNKNOWN_HOST


def test_a_name_server_that_does_not_answer_holds_nobody_up(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(posting, "WHOLE_SECONDS", 0.2)
    let_go = threading.Event()

    def silent(_host: str, _port: int) -> list[str]:
        let_go.wait(20)
        return HERE

    begun = time.monotonic()
    outcome = post(Target("https", "slow.example.com", 443, "/"), b"", {}, anywhere=True, resolve=silent)
    taken = time.monotonic() - begun
    let_go.set()
    assert outcome.fault is Fault.TIMEOUT
    assert taken < 5
    assert receiver.heard == []


def test_what_the_name_took_is_no_longer_there_for_the_answer(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten seconds in all, not ten for each part."""
    monkeypatch.setattr(posting, "WHOLE_SECONDS", 1.0)
    asked, heard, let_go = time.monotonic(), [0.0], threading.Event()

    def slow(_host: str, _port: int) -> list[str]:
        let_go.wait(0.6)
        return HERE

    def silent(_handler: Any) -> None:
        heard[0] = time.monotonic() - asked
        let_go.wait(20)

    receiver.instead = silent
    outcome = _posted(receiver, resolve=slow)
    let_go.set()
    assert outcome.fault is Fault.TIMEOUT
    assert heard[0] >= 0.6
    assert outcome.milliseconds < 1_500


def test_who_answers_a_letter_at_a_time_is_cut_off(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(posting, "WHOLE_SECONDS", 0.3)
    let_go = threading.Event()

    def drip(handler: Any) -> None:
        try:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
            while not let_go.wait(0.05):
                handler.wfile.write(b"X: 1\r\n")
        except OSError:
            pass

    receiver.instead = drip
    begun = time.monotonic()
    outcome = _posted(receiver)
    let_go.set()
    assert outcome.fault is Fault.TIMEOUT
    assert time.monotonic() - begun < 5


def test_an_endless_answer_is_not_read(receiver: Receiver) -> None:
    let_go = threading.Event()

    def endless(handler: Any) -> None:
        try:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n")
            while not let_go.is_set():
                handler.wfile.write(b"x" * 65536)
        except OSError:
            pass

    receiver.instead = endless
    assert _posted(receiver).status == 200
    let_go.set()


@pytest.mark.parametrize(
    "said", [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 999999 X\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 5000]
)
def test_what_is_no_http_is_a_failure_and_nothing_worse(receiver: Receiver, said: bytes) -> None:
    receiver.instead = lambda handler: handler.wfile.write(said)
    assert _posted(receiver).fault is not None


def _certificate(folder: Path, name: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's context with a certificate for ``name``, and one that trusts it."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.DNSName(name), x509.IPAddress(ipaddress.ip_address("10.9.9.9"))]), False
        )
        .sign(key, hashes.SHA256())
    )
    pem = made.public_bytes(serialization.Encoding.PEM)
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "both.pem").write_bytes(pem + private)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(folder / "both.pem")
    return server, ssl.create_default_context(cadata=pem.decode())


def test_the_certificate_must_be_good_and_bear_the_name_that_was_typed(tmp_path: Path) -> None:
    server, trusting = _certificate(tmp_path, "hooks.example.com")
    with a_receiver(server) as receiver:
        more: dict[str, Any] = {"anywhere": True, "resolve": lambda _host, _port: HERE}
        right = Target("https", "hooks.example.com", receiver.port, "/in")
        assert post(right, b"{}", {}, context=trusting, **more).status == 204
        other = Target("https", "other.example.com", receiver.port, "/in")
        assert post(other, b"{}", {}, context=trusting, **more).fault is Fault.CERTIFICATE
        assert post(right, b"{}", {}, **more).fault is Fault.CERTIFICATE
        assert [(one.path, one.headers["Host"]) for one in receiver.heard] == [
            ("/in", f"hooks.example.com:{receiver.port}")
        ]
