"""Where nothing may be posted: our own house, other people's houses, and every way to write such an address."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from association.kernel.config import UnsafeSettings, complete, from_environment
from association.webhooks.rules import LONGEST, is_public, message_id, read_address

GOOD = [
    ("https://hooks.example.com/in", ("hooks.example.com", 443, "/in")),
    ("https://hooks.example.com", ("hooks.example.com", 443, "/")),
    ("https://HOOKS.Example.COM:8443/a?b=c&d=%20", ("hooks.example.com", 8443, "/a?b=c&d=%20")),
    ("https://xn--fiq228c.example.cn/", ("xn--fiq228c.example.cn", 443, "/")),
    ("https://hooks.example.com./in", ("hooks.example.com", 443, "/in")),
]
BAD = [
    "",
    "http://hooks.example.com/",
    "ftp://hooks.example.com/",
    "//hooks.example.com/",
    "file:///etc/passwd",
    "gopher://hooks.example.com/_",
    "https://localhost/",
    "https://localhost.localdomain:9/",
    "https://registry/",
    "https://metadata.google.internal/",
    "https://printer.local/",
    "https://router.home.arpa/",
    "https://127.0.0.1/",
    "https://2130706433/",  # 127.0.0.1 as one decimal number
    "https://0x7f000001/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://0/",
    "https://1.2.3.4/",
    "https://example.0x7f/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://user@hooks.example.com/",
    "https://hooks.example.com@127.0.0.1/",
    "https://user:pass@hooks.example.com/",
    "https://hooks.example.com:22/",
    "https://hooks.example.com:80/",
    "https://hooks.example.com:25/",
    "https://hooks.example.com:0/",
    "https://hooks.example.com:99999/",
    "https://hooks.example.com:/",
    "https://hooks.example.com:8443a/",
    "https://hooks.example.com/#part",
    "https://hooks.example.com/ x",
    "https://hooks.example.com/\r\nX-Injected: 1",
    "https://hooks.example.com/\n",
    "https://hooks.example.com\t/",
    "https://hooks.example.com\\@127.0.0.1/",
    "https:\\\\hooks.example.com/",
    "https://hooks。example。com/",  # full stops that some libraries read as dots
    "https://①②⑦.0.0.1/",
    "https://hooks_example.com/",
    "https://-hooks.example.com/",
    "https://hooks..example.com/",
    "https://%31%32%37.0.0.1/",
    "https://hooks.example.com/" + "a" * LONGEST,
    "javascript:alert(1)",
]
PRIVATE = [
    "127.0.0.1", "127.255.255.254", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::1",
    "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1", "fc00::1", "fd12::1", "fe80::1", "fe80::1%eth0",
    "fec0::1", "ff02::1", "100::1", "3fff::1", "4000::1", "nonsense", "",
]  # fmt: skip


@pytest.mark.parametrize(("text", "read"), GOOD)
def test_an_address_on_the_public_network_by_its_name(text: str, read: tuple[str, int, str]) -> None:
    target = read_address(text)
    assert target is not None
    assert (target.host, target.port, target.path) == read


@pytest.mark.parametrize("text", BAD)
def test_every_other_address_is_refused_as_it_is_typed(text: str) -> None:
    assert read_address(text) is None


@pytest.mark.parametrize("address", PRIVATE)
def test_what_a_name_leads_to_must_be_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "114.114.114.114", "2400:3200::1", "::ffff:8.8.8.8"])
def test_public_machines_are_reached(address: str) -> None:
    assert is_public(address)


@example("@")
@given(st.text(max_size=60))
def test_nothing_typed_makes_it_stumble(text: str) -> None:
    for address in (text, f"https://{text}", f"https://example.com/{text}", f"https://{text}@example.com"):
        target = read_address(address)
        if target is not None:
            assert target.scheme == "https"
            assert "." in target.host
            assert not set("\r\n \\") & set(target.host + target.path)
            # Before the host an @ would name another machine; within a path it is a letter like others.
            assert "@" not in target.host
    is_public(text)


def test_a_message_has_one_name_and_another_message_another() -> None:
    assert message_id("a") == message_id("a") != message_id("b")


def test_in_production_nobody_opens_the_house(tmp_path) -> None:
    given_ = {
        "PRODUCTION": "1",
        "BASE_URL": "https://register.example",
        "WEBHOOKS_ANYWHERE": "1",
        "DATA_DIR": str(tmp_path),
    }
    with pytest.raises(UnsafeSettings, match="WEBHOOKS_ANYWHERE"):
        complete(from_environment(given_, tmp_path))
