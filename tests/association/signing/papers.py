"""Keys and signed things for tests of checkers, made without a database."""

import json
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from association.signing import rules
from association.vocabulary import KeyState, SignatureAlgorithm

ISSUER = "https://register.example"
NUMBER = "SJZ-01-2026-00042-Q"
CODE = "94F5VK9TL6X62P6Y"
BEGUN = datetime(2026, 1, 5, 8, tzinfo=UTC)
AT = datetime(2026, 3, 2, 4, tzinfo=UTC)
ANSWER = {
    "asked_at": "2026-03-02T04:00:00Z",
    "head": {"entry": 42, "hash": "ab" * 32},
    "lines": [{"ref": "1", "verdict": "compliant", "compliant": True, "entry": 7, "note": "室内“探测器”\n\t😀"}],
    "receipt": "K7QM3XZP",
}


class Signer:
    """A key as the association holds one, or as a forger does."""

    def __init__(
        self,
        seed: int = 1,
        *,
        not_before: datetime = BEGUN,
        not_after: datetime | None = None,
        compromised_at: datetime | None = None,
    ) -> None:
        self.secret = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        public = self.secret.public_key().public_bytes_raw()
        self.kid = rules.key_id(public)
        self.jwk = rules.jwk(
            rules.as_text(public),
            kid=self.kid,
            algorithm=SignatureAlgorithm.EDDSA,
            state=KeyState.RETIRED if not_after else KeyState.ACTIVE,
            not_before=not_before,
            not_after=not_after,
            compromised_at=compromised_at,
        )

    def jws(self, payload: Any = ANSWER, *, issuer: str = ISSUER, at: datetime = AT, **header: Any) -> str:
        protected = rules.header(SignatureAlgorithm.EDDSA, self.kid, kind="receipt", issuer=issuer, at=at) | header
        content = payload if isinstance(payload, bytes) else rules.canonical(payload)
        return rules.compact(protected, content, self.secret.sign(rules.signing_input(protected, content)))

    def address(self, *, issuer: str = ISSUER, number: str = NUMBER, day: str = "2026-03-02", **more: Any) -> str:
        """What a QR code says: a statement about ``number`` behind its address."""
        said = [number, "7", "2026-01-05", "2029-01-04", "01", "passive_infrared", "SL-PIR-010", "示例电子有限公司"]
        body = rules.statement_body("registration", [day, *said])
        kid = more.get("kid", self.kid)
        signature = self.secret.sign(rules.statement_input(more.get("signed_for", issuer), kid, body))
        return f"{issuer}/v/{more.get('shown', number)}#{rules.fragment(kid, body, signature)}"

    def certificate(self, *, code: str = CODE, day: str = "2026-03-02", **more: Any) -> str:
        """The same about a training certificate."""
        said = [code, "SJZ-PX-2026-00042-9", "7", "2026-01-05", "2029-01-04", "five", "张*例", "岗位培训"]
        body = rules.statement_body(more.get("kind", "certificate"), [day, *said])
        kid = more.get("kid", self.kid)
        signature = self.secret.sign(rules.statement_input(ISSUER, kid, body))
        return f"{ISSUER}/{more.get('place', 'c')}/{more.get('shown', code)}#{rules.fragment(kid, body, signature)}"


def forgeries() -> list[tuple[str, str, str]]:
    """(what was done, what a checker is given, the code it must come to), against the keys of ``pinned``."""
    ours, forger, old, burnt = Signer(1), Signer(9), OLD, BURNT
    good = ours.jws()
    head, payload, signature = good.split(".")
    edited = rules.as_text(rules.as_bytes(payload).replace(b"compliant", b"complianT"))
    own = {**ANSWER, "receipt": "OTHER"}
    _o, other_payload, other_signature = ours.jws(own).split(".")
    return [
        ("nothing", good, "ok"),
        ("signed by a key that is over, in its time", old.jws(at=BEGUN), "ok"),
        ("an edited byte", f"{head}.{edited}.{signature}", "signature"),
        ("another answer's signature", f"{head}.{payload}.{other_signature}", "signature"),
        ("another answer under this signature", f"{head}.{other_payload}.{signature}", "signature"),
        ("a key of one's own", forger.jws(), "unknown_key"),
        ("a key of one's own under our name", forger.jws(kid=ours.kid), "signature"),
        ("an old key, after its time", old.jws(at=AT), "key_time"),
        ("before the key was made", ours.jws(at=datetime(2025, 1, 1, tzinfo=UTC)), "key_time"),
        ("a compromised key", burnt.jws(), "key_compromised"),
        ("another site", ours.jws(issuer="https://register.example.cn"), "issuer"),
        ("a Cyrillic letter in the address", ours.jws(issuer="https://regіster.example"), "issuer"),
        ("the same in punycode", ours.jws(issuer="https://xn--regster-iig.example"), "issuer"),
        ("a capital in the address", ours.jws(issuer="https://Register.example"), "issuer"),
        ("http instead of https", ours.jws(issuer="http://register.example"), "issuer"),
        ("a slash at the end", ours.jws(issuer="https://register.example/"), "issuer"),
        ("SM2", ours.jws(alg="SM2"), "algorithm"),
        ("no algorithm", ours.jws(alg="none"), "algorithm"),
        ("an algorithm that clears the screen and writes in green", _headed(good, alg=GREEN), "algorithm"),
        ("an algorithm that is read from the right", _headed(good, alg="\u202e效有名签\u2066"), "algorithm"),
        ("a key's name that clears the screen", _headed(good, kid=GREEN), "unknown_key"),
        ("an address that clears the screen", _headed(good, iss=f"{ISSUER}{GREEN}"), "issuer"),
        ("a keyed hash", ours.jws(alg="HS256"), "algorithm"),
        ("a member too many", ours.jws(jwk="x"), "header"),
        ("another kind of thing", ours.jws(typ="JWT"), "header"),
        ("a number for an algorithm", ours.jws(alg=7), "header"),
        ("a number beyond numbers for an algorithm", _raw(good, b'{"alg":%s}' % (b"1" * 400)), "unreadable"),
        ("a number just beyond numbers", ours.jws(b"%d" % (2**1024 - 2**970)), "not_canonical"),
        ("a number beyond numbers in the content", ours.jws(b"[-%s]" % (b"1" * 400)), "not_canonical"),
        ("the largest number", ours.jws(b"1.7976931348623157e+308"), "ok"),
        ("spaces in the content", ours.jws(b'{"a": 1}'), "not_canonical"),
        ("a name twice", ours.jws(b'{"a":1,"a":1}'), "not_canonical"),
        ("no JSON", ours.jws(b"{"), "not_canonical"),
        ("half a character", ours.jws(b'"\\ud800"'), "not_canonical"),
        ("a number beyond numbers", ours.jws(b"1e999"), "not_canonical"),
        ("a byte-order mark before it", f"\ufeff{good}", "ok"),
        ("spaces of many kinds round it", f"\u3000\xa0\ufeff {good} \u2003\u2028\r\n", "ok"),
        ("a byte-order mark within", f"{head}.\ufeff{payload}.{signature}", "unreadable"),
        ("a control character before it", f"\x1c{good}", "unreadable"),
        ("a next-line character behind it", f"{good}\x85", "unreadable"),
        ("padding", f"{good}=", "unreadable"),
        ("two parts", f"{head}.{payload}", "unreadable"),
        ("four parts", f"{good}.x", "unreadable"),
        ("nothing at all", "x", "unreadable"),
        ("an address and its statement", ours.address(), "ok"),
        ("an address with a byte-order mark", f"\ufeff{ours.address()}", "ok"),
        ("the old key's statement, in its time", old.address(day="2026-01-05"), "ok"),
        ("the old key's statement, after its time", old.address(), "key_time"),
        ("a statement by a key of one's own", forger.address(), "unknown_key"),
        ("the same under our key's name", forger.address(kid=ours.kid), "signature"),
        ("a statement by a compromised key", burnt.address(day="2026-01-05"), "key_compromised"),
        ("facts copied to another number", ours.address(shown="SJZ-01-2026-00043-P"), "number"),
        ("an address of another site", ours.address(issuer="https://register-example.cn"), "issuer"),
        ("our statement moved to another site", ours.address().replace("register", "registеr"), "issuer"),
        ("a statement for another site at ours", ours.address(signed_for="https://evil.example"), "signature"),
        ("an edited digit", _other_digit(ours.address()), "signature"),
        ("a statement cut short", ours.address()[:-1], "unreadable"),
        ("a certificate and its statement", ours.certificate(), "ok"),
        ("a certificate's statement copied to another", ours.certificate(shown="PANEB85JRVUQWJT4"), "number"),
        ("a certificate's statement behind a registration's address", ours.certificate(place="v"), "number"),
        ("a registration's statement behind a certificate's address", ours.certificate(kind="registration"), "number"),
        ("a certificate by a key of one's own", forger.certificate(), "unknown_key"),
        ("the same under our key's name", forger.certificate(kid=ours.kid), "signature"),
        ("a certificate by the old key, after its time", old.certificate(), "key_time"),
        ("a certificate with an edited digit", _other_digit(ours.certificate()), "signature"),
        ("an address without a statement", f"{ISSUER}/v/{NUMBER}#", "unreadable"),
    ]  # fmt: skip


# What a terminal obeys: clear the screen, write in green, then in black.
GREEN = "\x1b[2J\x1b[32m签名有效\x1b[30m"


def _headed(jws: str, **header: Any) -> str:
    """``jws`` under a header changed by somebody who has no key at all."""
    return _raw(jws, rules.canonical({**json.loads(rules.as_bytes(jws.split(".")[0])), **header}))


def _raw(jws: str, header: bytes) -> str:
    return f"{rules.as_text(header)}.{jws.split('.', 1)[1]}"


def bad_lists() -> list[tuple[str, Any]]:
    """What is no key list, though somebody may have saved it as one."""
    good = Signer(1).jwk
    return [
        ("no object", []),
        ("no keys", {"issuer": ISSUER}),
        ("keys that are none", {"issuer": ISSUER, "keys": ["x"]}),
        ("a list for a key", {"issuer": ISSUER, "keys": [[]]}),
        ("nothing for a key", {"issuer": ISSUER, "keys": [None]}),
        ("no issuer", {"keys": [good]}),
        ("a number for an issuer", {"issuer": 1, "keys": [good]}),
        ("no first moment", {"issuer": ISSUER, "keys": [{k: v for k, v in good.items() if k != "not_before"}]}),
        ("a number for the first moment", {"issuer": ISSUER, "keys": [{**good, "not_before": 7}]}),
        ("a number for the last moment", {"issuer": ISSUER, "keys": [{**good, "not_after": 7}]}),
        ("no key", {"issuer": ISSUER, "keys": [{k: v for k, v in good.items() if k != "x"}]}),
        ("a key that is no base64url", {"issuer": ISSUER, "keys": [{**good, "x": "钥"}]}),
    ]


def _other_digit(address: str) -> str:
    return address[:-1] + str((int(address[-1]) + 1) % 10)


OLD = Signer(2, not_before=datetime(2025, 6, 1, tzinfo=UTC), not_after=datetime(2026, 1, 31, tzinfo=UTC))
BURNT = Signer(3, compromised_at=AT)


def pinned() -> dict[str, Any]:
    """The list that a checker was given: a key in use, one that is over, one that is compromised."""
    return rules.key_list([Signer(1).jwk, OLD.jwk, BURNT.jwk], issuer=ISSUER, at=AT)
