"""Tables ``account``, ``session_record``, ``account_letter``, ``second_factor``, ``sign_in_failure``, ``api_key``."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.actors import Role
from association.kernel.db import Model, TermType
from association.vocabulary import LetterPurpose


class Account(Model):
    """Somebody who may sign in. ``session_stamp`` changes to end all sessions."""

    __tablename__ = "account"
    __table_args__ = (Index("uq_account_person_id", "person_id", unique=True),)
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(200))
    roles: Mapped[list[str]]
    session_stamp: Mapped[str] = mapped_column(String(40))
    active: Mapped[bool] = mapped_column(default=True)
    # The natural person whose own account this is; people act for themselves with one account only.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    # In which letters are written: the language its holder signed in with, or chose since.
    language: Mapped[str] = mapped_column(String(2), default="zh", server_default="zh")
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    @property
    def role_set(self) -> frozenset[Role]:
        """The roles as words."""
        return frozenset(Role(code) for code in self.roles)


class SessionRecord(Model):
    """Somebody signed in at a browser, which holds the token; it counts while its stamp is the account's."""

    __tablename__ = "session_record"
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    stamp: Mapped[str] = mapped_column(String(40))
    device: Mapped[str] = mapped_column(String(80))
    begun_at: Mapped[datetime] = mapped_column(index=True)
    seen_at: Mapped[datetime]  # to a few minutes
    ended_at: Mapped[datetime | None]


class AccountLetter(Model):
    """A letter whose link does one thing once; the row goes when it is used. The link is kept as a hash."""

    __tablename__ = "account_letter"
    purpose: Mapped[LetterPurpose] = mapped_column(TermType(LetterPurpose))
    email: Mapped[str] = mapped_column(String(254), index=True)  # where it went
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    facts: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)


class SecondFactor(Model):
    """One-time codes of a telephone (RFC 6238). ``salt`` and SECRET_KEY together give the secret, neither alone."""

    __tablename__ = "second_factor"
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), unique=True)
    salt: Mapped[str] = mapped_column(String(64))
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int] = mapped_column(default=0)  # a code is taken once
    recovery_hashes: Mapped[list[str]]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class SignInFailure(Model):
    """Failures in a row, by what was tried (an address, a code) or where from; also addresses nobody has, so that the
    delay tells nothing."""

    __tablename__ = "sign_in_failure"
    address_hash: Mapped[str] = mapped_column(String(64), unique=True)
    count: Mapped[int] = mapped_column(default=0)
    failed_at: Mapped[datetime] = mapped_column(index=True)


class ApiKey(Model):
    """A program's key. Only its hash is kept; ``prefix`` lets its holder tell keys apart."""

    __tablename__ = "api_key"
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    prefix: Mapped[str] = mapped_column(String(12))
    key_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("api_key.id"))
