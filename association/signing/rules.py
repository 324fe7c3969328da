"""The forms of what we sign (docs/proofs.md): JWS of canonical JSON, and the short statement in a QR code. Pure."""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, cast

import rfc8785

from association.kernel.dates import show_utc
from association.vocabulary import KeyState, SignatureAlgorithm

KEY_ID_BYTES = 8
SIGNATURE_BYTES = 64
LARGEST_WHOLE = 2**53 - 1

# First byte of a statement in a QR code: how the rest is read.
STATEMENT_FORM = 1
STATEMENT_CONTEXT = b"jifang-statement-1\n"


def as_text(content: bytes | bytearray) -> str:
    """base64url without padding (RFC 7515)."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def as_bytes(text: str) -> bytes:
    """The bytes of base64url without padding. Raises ValueError."""
    content = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
    if as_text(content) != text:
        raise ValueError("base64url")
    return content


def canonical(value: Any) -> bytes:
    """RFC 8785 of ``value``. Where it comes to the same, by the standard library, which is four times as fast."""
    return canonical_plain(value) if is_plain(value) else rfc8785.dumps(value)


def canonical_plain(value: Any) -> bytes:
    """``canonical`` of a value that ``is_plain``, which is not looked at again: for what a program put together of texts
    and whole numbers under names of its own, thousands of times over."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def is_plain(value: object) -> bool:
    """No fraction (which the two write differently), no key beyond ASCII (which they may order differently)."""
    if value is None or isinstance(value, str | bool):
        return True
    if isinstance(value, int):
        return -LARGEST_WHOLE <= value <= LARGEST_WHOLE
    if isinstance(value, dict):
        return all(isinstance(key, str) and key.isascii() and is_plain(one) for key, one in value.items())
    return isinstance(value, list) and all(is_plain(one) for one in value)


def key_id(public: bytes) -> str:
    """The name of an Ed25519 key: the first 64 bits of its RFC 7638 thumbprint, so that the name belongs to the key."""
    shown = {"crv": "Ed25519", "kty": "OKP", "x": as_text(public)}
    return as_text(hashlib.sha256(canonical(shown)).digest()[:KEY_ID_BYTES])


def header(algorithm: SignatureAlgorithm, kid: str, *, kind: str, issuer: str, at: datetime) -> dict[str, str]:
    """The protected header: all five members are always there."""
    return {"alg": algorithm.value, "iat": show_utc(at), "iss": issuer, "kid": kid, "typ": f"jifang-{kind}+jws"}


def signed_at(now: datetime, key_from: datetime) -> datetime:
    """The moment a signature bears. Whoever began before a change of keys (a long list is judged for seconds) may come to
    sign after it: what the new key signs is dated within its time, or it would never prove anything."""
    return max(now, key_from)


_PIECE = 3 * 65536


def signing_input(protected: Mapping[str, str], payload: bytes) -> bytearray:
    """What is signed (RFC 7515, 5.1)."""
    whole = bytearray(as_text(canonical(dict(protected))).encode("ascii") + b".")
    # A receipt may have thirty megabytes: by pieces (of a multiple of three bytes) it is not copied four times.
    for place in range(0, len(payload), _PIECE):
        whole += as_text(payload[place : place + _PIECE]).encode("ascii")
    return whole


class Unsigned:
    """A payload on its way to being signed, as bytes that are canonical JSON, one piece after the other: it is deflated
    and written in base64url as it comes, so that of thirty megabytes no copy is made."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        deflating, self._written, rest = zlib.compressobj(6), bytearray(), bytearray()
        kept: list[bytes] = []
        for piece in pieces:
            kept.append(deflating.compress(piece))
            rest += piece
            if len(rest) >= _PIECE:
                whole = len(rest) - len(rest) % 3
                self._written += as_text(rest[:whole]).encode("ascii")
                del rest[:whole]
        self._written += as_text(rest).encode("ascii")
        kept.append(deflating.flush())
        self.deflated = b"".join(kept)

    def signing_input(self, protected: Mapping[str, str]) -> bytearray:
        """What is signed (RFC 7515, 5.1). Only once: the bytes themselves get the header in front."""
        whole, self._written = self._written, bytearray()
        whole[:0] = as_text(canonical(dict(protected))).encode("ascii") + b"."
        return whole


def compact(protected: Mapping[str, str], payload: bytes, signature: bytes) -> str:
    """The JWS in compact form."""
    return f"{signing_input(protected, payload).decode('ascii')}.{as_text(signature)}"


def detached(jws: str) -> str:
    """The JWS without its payload, which travels beside it (RFC 7515, appendix F)."""
    protected, _payload, signature = jws.split(".")
    return f"{protected}..{signature}"


def opened(jws: str) -> tuple[dict[str, Any], Any]:
    """Header and payload of a JWS, unverified. Raises ValueError."""
    protected, payload, _signature = jws.split(".")
    return json.loads(as_bytes(protected)), json.loads(as_bytes(payload))


def jwk(
    public: str,
    *,
    kid: str,
    algorithm: SignatureAlgorithm,
    state: KeyState,
    not_before: datetime,
    not_after: datetime | None,
    compromised_at: datetime | None,
) -> dict[str, Any]:
    """One key of the published list (RFC 8037), with the days of its use."""
    return {
        "alg": algorithm.value,
        "compromised_at": show_utc(compromised_at) if compromised_at else None,
        "crv": "Ed25519",
        "kid": kid,
        "kty": "OKP",
        "not_after": show_utc(not_after) if not_after else None,
        "not_before": show_utc(not_before),
        "status": state.value,
        "use": "sig",
        "x": public,
    }


# -- the statement in a QR code ------------------------------------------------------------------------------


def stated_on(facts_from: datetime, key_from: datetime) -> date:
    """The day a statement bears: that of its facts, but none before its key was in use. So the same facts under the same
    key give the same bytes.

    The day in UTC, as checkers have the days of a key: Shanghai's is a day ahead in the early morning, and would lie
    outside them when the key is changed before UTC's midnight."""
    return max(facts_from, key_from).astimezone(UTC).date()


def statement_body(kind: str, fields: Sequence[str]) -> bytes:
    """The lines of a statement: its kind, then its fields, each without line breaks."""
    return "\n".join([kind, *(" ".join(one.split()) for one in fields)]).encode()


def statement_input(issuer: str, kid: str, body: bytes) -> bytes:
    """What is signed: the issuer's address too, though it is not repeated in the QR code (it stands before the #)."""
    return STATEMENT_CONTEXT + issuer.encode() + b"\n" + as_bytes(kid) + body


def fragment(kid: str, body: bytes, signature: bytes) -> str:
    """A statement as decimal digits, which a QR code holds in the least room (3.3 bits each)."""
    return str(int.from_bytes(bytes([STATEMENT_FORM]) + as_bytes(kid) + signature + body, "big"))


def read_fragment(digits: str) -> tuple[str, bytes, list[str]]:
    """Key, signature and lines of a statement, unverified. Raises ValueError."""
    if not (digits.isascii() and digits.isdecimal()) or digits[0] == "0" or len(digits) > 2000:
        raise ValueError("digits")
    number = int(digits)
    content = number.to_bytes((number.bit_length() + 7) // 8, "big")
    head = 1 + KEY_ID_BYTES
    if content[0] != STATEMENT_FORM or len(content) < head + SIGNATURE_BYTES + 1:
        raise ValueError("form")
    kid, signature = as_text(content[1:head]), content[head : head + SIGNATURE_BYTES]
    return kid, signature, content[head + SIGNATURE_BYTES :].decode().split("\n")


MARK_BYTES = 6


def status_list(
    standings: Iterable[tuple[str, str]], words: Sequence[str], *, on: date, entry: int, seal: str, at: datetime
) -> dict[str, Any]:
    """The payload of a status list: every number that is not in order on ``on``, under the word for how it stands.

    Each word of ``words`` holds the first six bytes of the SHA-256 of each number, in order: among a million numbers a
    stranger's is taken for one of them once in three hundred million. ``entry`` and ``seal`` are the newest entry that
    was known. ``number`` grows with time: a list never takes the place of one with a larger number.
    """
    marks: dict[str, list[bytes]] = {word: [] for word in words}
    for number, word in standings:
        marks[word].append(hashlib.sha256(number.encode()).digest()[:MARK_BYTES])
    return {
        "as_of": show_utc(at),
        "head": {"entry": entry, "hash": seal},
        "number": int(at.timestamp()),
        "on": on.isoformat(),
        "standings": {word: as_text(b"".join(sorted(found))) for word, found in marks.items()},
    }


def shortened(text: str, room: int) -> str:
    """``text`` in at most ``room`` bytes of UTF-8; what was cut off is shown by an ellipsis."""
    text = " ".join(text.split())
    if len(text.encode()) <= room:
        return text
    kept = text.encode()[: max(0, room - 3)].decode(errors="ignore")
    return f"{kept}…"


# A QR code of version 11 at level L (61 modules, 0.4 mm each on the label of 50 by 30 mm): its bits, what the two
# segments take for themselves, the bits of a byte written in decimal digits.
_BITS, _SEGMENTS, _BITS_OF_A_BYTE = 2592, 36, 8.04
LEAST_ROOM = 60


def room_behind(address: str) -> int:
    """How many bytes the lines of a statement may have, so that its QR code stays within version 11."""
    bits = _BITS - _SEGMENTS - 8 * (len(address.encode()) + 1)
    return max(LEAST_ROOM, int(bits / _BITS_OF_A_BYTE) - 1 - KEY_ID_BYTES - SIGNATURE_BYTES)


def key_list(keys: Sequence[Mapping[str, Any]], *, issuer: str, at: datetime) -> dict[str, Any]:
    """The published list, as pinned by checkers."""
    return cast(dict[str, Any], {"as_of": show_utc(at), "issuer": issuer, "keys": list(keys)})
