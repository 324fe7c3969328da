"""Tables ``signing_key`` and ``signed_paper``."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.db import Model, TermType
from association.vocabulary import KeyState, SignatureAlgorithm


class SigningKey(Model):
    """A key of the association. ``sealed`` is the secret half, encrypted; it is destroyed when the key's time is over,
    so that nobody can sign with it any more, while the public half verifies for good."""

    __tablename__ = "signing_key"
    kid: Mapped[str] = mapped_column(String(16), unique=True)
    algorithm: Mapped[SignatureAlgorithm] = mapped_column(TermType(SignatureAlgorithm))
    public: Mapped[str] = mapped_column(String(100))  # base64url
    sealed: Mapped[str] = mapped_column(String(200), default="")
    state: Mapped[KeyState] = mapped_column(TermType(KeyState), index=True)
    not_before: Mapped[datetime]
    not_after: Mapped[datetime | None]
    compromised_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(500), default="")
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class SignedPaper(Model):
    """A signed form that is given out again as it was made: ``payload`` is its canonical JSON, compressed."""

    __tablename__ = "signed_paper"
    subject: Mapped[str] = mapped_column(String(120), unique=True)
    key_id: Mapped[int] = mapped_column(ForeignKey("signing_key.id"), index=True)
    header: Mapped[dict[str, Any]]
    payload: Mapped[bytes] = mapped_column(LargeBinary)
    signature: Mapped[str] = mapped_column(String(100))  # base64url
