"""Sealing what must not lie open: identity numbers and portraits (AES-256-GCM), and the keyed hash of a number.

Both keys are derived from SECRET_KEY (HKDF-SHA256), each for its one purpose. A seal begins with the mark of its key,
so that a number sealed under another SECRET_KEY is told from a broken one. ``flask persons rekey`` seals everything
anew when SECRET_KEY is changed.
"""

import base64
import hmac
import secrets
from hashlib import sha256

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from association.kernel import config

NONCE_BYTES = 12
MARK_BYTES = 4


class WrongKey(RuntimeError):
    """Sealed under another SECRET_KEY, or damaged."""


class Vault:
    """The keys derived from one SECRET_KEY."""

    def __init__(self, secret: str) -> None:
        self._secret = secret.encode()
        key = self._derive(b"persons: sealing")
        self._mark = sha256(key).digest()[:MARK_BYTES]
        self._cipher = AESGCM(key)
        self._hash_key = self._derive(b"persons: finding")

    def _derive(self, purpose: bytes) -> bytes:
        return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(self._secret)

    def seal(self, content: bytes) -> bytes:
        """``content`` sealed; another result each time."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return self._mark + nonce + self._cipher.encrypt(nonce, content, self._mark)

    def open(self, sealed: bytes) -> bytes:
        """What was sealed. Raises WrongKey."""
        mark, nonce, rest = sealed[:MARK_BYTES], sealed[MARK_BYTES : MARK_BYTES + NONCE_BYTES], sealed[16:]
        if mark != self._mark:
            raise WrongKey("sealed under another SECRET_KEY: put the old one back, or run `flask persons rekey`")
        try:
            return self._cipher.decrypt(nonce, rest, mark)
        except InvalidTag as error:
            raise WrongKey("the sealed content is damaged") from error

    def made(self, sealed: bytes) -> bool:
        """Whether this vault sealed it."""
        return sealed[:MARK_BYTES] == self._mark

    def seal_number(self, number: str) -> str:
        """A number sealed, as text for the database."""
        return base64.b64encode(self.seal(number.encode("ascii"))).decode("ascii")

    def open_number(self, sealed: str) -> str:
        """The number again. Raises WrongKey."""
        return self.open(base64.b64decode(sealed)).decode("ascii")

    def hash_number(self, number: str) -> str:
        """The keyed hash under which a normalised number is found; without the key nobody can try numbers."""
        return hmac.new(self._hash_key, number.encode("ascii", "replace"), sha256).hexdigest()


_made: dict[str, Vault] = {}


def vault() -> Vault:
    """The vault of the application at work."""
    secret = str(config.setting("SECRET_KEY"))
    if secret not in _made:
        _made[secret] = Vault(secret)
    return _made[secret]
