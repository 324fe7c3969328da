"""Secret keys at rest: encrypted by a key that follows from SECRET_KEY, so that neither the database nor a backup of it
gives anything away. Ed25519 by pyca/cryptography."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from association.kernel import config
from association.signing.rules import as_bytes, as_text

_PURPOSE = b"jifang-registry signing keys 1"
_NONCE_BYTES = 12


class Locked(Exception):
    """The key was sealed under another SECRET_KEY, or damaged."""


def new_secret() -> tuple[bytes, bytes]:
    """A new Ed25519 key: its secret seed and its public half, 32 bytes each."""
    key = Ed25519PrivateKey.generate()
    return key.private_bytes_raw(), key.public_key().public_bytes_raw()


def _box() -> AESGCM:
    secret = str(config.setting("SECRET_KEY")).encode()
    return AESGCM(HKDF(algorithm=SHA256(), length=32, salt=None, info=_PURPOSE).derive(secret))


def sealed(seed: bytes, kid: str) -> str:
    """The seed, encrypted; it opens under this name only."""
    nonce = secrets.token_bytes(_NONCE_BYTES)
    return as_text(nonce + _box().encrypt(nonce, seed, kid.encode()))


def sign(text: str, kid: str, content: bytes | bytearray) -> bytes:
    """The Ed25519 signature of ``content`` by the sealed key ``text``. Raises Locked."""
    try:
        box = as_bytes(text)
        seed = _box().decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], kid.encode())
    except (InvalidTag, ValueError) as wrong:
        raise Locked from wrong
    return Ed25519PrivateKey.from_private_bytes(seed).sign(content)
