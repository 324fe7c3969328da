"""What a server does with bodies that announce more than they bring; asked of the real one, byte by byte."""

import socket
from urllib.parse import urlsplit

import pytest

# They need no browser, but the running server that browsers use.
pytestmark = pytest.mark.full_browser

SECONDS = 10


def answer_to(address: str, *headers: str, body: bytes = b"", path: str = "/accounts/login") -> str:
    """First line and rest of what is answered while the body is still to come."""
    there = urlsplit(address)
    lines = (f"POST {path} HTTP/1.1", f"Host: {there.netloc}", "Connection: close", *headers, "", "")
    with socket.create_connection((there.hostname or "", there.port or 80), SECONDS) as line:
        line.settimeout(SECONDS)
        line.sendall("\r\n".join(lines).encode() + body)
        received = b""
        while b"\r\n" not in received and (part := line.recv(65536)):
            received += part
    return received.decode(errors="replace")


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "multipart/form-data; boundary=b"])
def test_two_announced_gigabytes_are_refused_before_they_come(address: str, kind: str) -> None:
    answer = answer_to(address, f"Content-Type: {kind}", f"Content-Length: {2 << 30}", body=b"--b\r\n")
    assert answer.startswith("HTTP/1.1 413")


@pytest.mark.parametrize("path", ["/accounts/login", "/api/v1/association/documents"])
def test_a_body_without_a_length_is_refused(address: str, path: str) -> None:
    headers = ("Content-Type: application/x-www-form-urlencoded", "Transfer-Encoding: chunked")
    answer = answer_to(address, *headers, body=b"7\r\nemail=a\r\n0\r\n\r\n", path=path)
    assert answer.startswith("HTTP/1.1 411")


@pytest.mark.parametrize("length", ["-1", "abc", "1e9", "99999999999999999999999999"])
def test_a_length_that_is_none_is_refused(address: str, length: str) -> None:
    headers = ("Content-Type: application/x-www-form-urlencoded", f"Content-Length: {length}")
    assert answer_to(address, *headers, body=b"email=a").startswith("HTTP/1.1 4")
