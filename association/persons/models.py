"""Tables ``person``, ``consent``, ``erasure``, ``employment``."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.dates import holds
from association.kernel.db import Model, TermType
from association.vocabulary import ConsentPurpose, ErasureGround


class Person(Model):
    """A natural person who is trained. After erasure the row keeps its id and the day, and nothing else.

    The identity number stands here sealed (``identity_sealed``, AES-GCM) and as a keyed hash by which the same person
    is found again; ``identity_tail`` are the four characters that may be shown. ``salt`` opens the commitments that the
    ledger holds in place of names.
    """

    __tablename__ = "person"
    name: Mapped[str] = mapped_column(String(80), index=True)
    identity_sealed: Mapped[str] = mapped_column(String(120), default="")
    identity_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    identity_tail: Mapped[str] = mapped_column(String(4), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    portrait_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    salt: Mapped[str] = mapped_column(String(64), default="")
    checked_at: Mapped[datetime | None]  # somebody looked at the card, at the counter
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id", use_alter=True))
    created_at: Mapped[datetime]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"), index=True)
    erased_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    @property
    def gone(self) -> bool:
        """Erased, or merged into another file."""
        return self.erased_at is not None or self.merged_into_id is not None


class Consent(Model):
    """Somebody agreed to one purpose under one version of its notice; withdrawn consents stay as history."""

    __tablename__ = "consent"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    purpose: Mapped[ConsentPurpose] = mapped_column(TermType(ConsentPurpose))
    notice_version: Mapped[int]
    given_at: Mapped[datetime]
    on_paper: Mapped[bool] = mapped_column(default=False)  # a signed sheet that the desk holds
    withdrawn_at: Mapped[datetime | None]


class Erasure(Model):
    """That a person was erased, and when the database was cleared of what lay in its freed pages.

    It names the file only: when an older backup is put back, these are erased again.
    """

    __tablename__ = "erasure"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), unique=True)
    ground: Mapped[ErasureGround] = mapped_column(TermType(ErasureGround))
    erased_at: Mapped[datetime]
    cleared_at: Mapped[datetime | None] = mapped_column(index=True)


class Employment(Model):
    """Somebody works for an enterprise from ``begins`` to ``ends``, both included; for one at a time."""

    __tablename__ = "employment"
    __table_args__ = (
        Index(
            "uq_employment_open",
            "person_id",
            unique=True,
            sqlite_where=text("ends IS NULL"),
            postgresql_where=text("ends IS NULL"),
        ),
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    begins: Mapped[date]
    ends: Mapped[date | None]

    def holds(self, day: date) -> bool:
        return holds(self.begins, self.ends, day)
