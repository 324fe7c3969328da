"""Tables ``account``, ``api_key`` and ``sign_in_failure``."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.actors import Role
from association.kernel.db import Model


class Account(Model):
    """Somebody who may sign in. ``session_stamp`` changes to end all sessions."""

    __tablename__ = "account"
    email: Mapped[str] = mapped_column(String(254), unique=True)  # lower case
    name: Mapped[str] = mapped_column(String(80))
    password_hash: Mapped[str] = mapped_column(String(200))
    roles: Mapped[list[str]]
    session_stamp: Mapped[str] = mapped_column(String(40))
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    @property
    def role_set(self) -> frozenset[Role]:
        """The roles as words."""
        return frozenset(Role(code) for code in self.roles)


class SignInFailure(Model):
    """Failed sign-ins in a row, by address; also those nobody has, so that the delay tells nothing."""

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
