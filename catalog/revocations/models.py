"""Tables ``revocation``, ``revocation_told``, ``revocation_event`` and ``watch``."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.db import Model, TermType
from catalog.vocabulary import ObjectionState, ObjectorKind, RegisterEvent, RevocationKind, RevocationState


class Revocation(Model):
    """A case: what was proposed about a registration, and what became of it. ``evidence`` is for the desk alone."""

    __tablename__ = "revocation"
    __table_args__ = (Index("ix_revocation_number_state", "number", "state"),)
    number: Mapped[str] = mapped_column(String(40))
    kind: Mapped[RevocationKind] = mapped_column(TermType(RevocationKind))
    state: Mapped[RevocationState] = mapped_column(TermType(RevocationState), index=True)
    ground: Mapped[str | None] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(Text)
    evidence: Mapped[str] = mapped_column(Text)
    effective_from: Mapped[date]
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    proposed_by_name: Mapped[str] = mapped_column(String(120))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_by_name: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")  # why it was sent back or withdrawn
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandate.id"))
    entry: Mapped[int | None] = mapped_column(unique=True)


class Objection(Model):
    """Somebody does not agree with a suspension or revocation, says why, and is answered.

    Who it is and what was written is for the desk; whoever has the code sees what became of it.
    """

    __tablename__ = "revocation_objection"
    revocation_id: Mapped[int] = mapped_column(ForeignKey("revocation.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    state: Mapped[ObjectionState] = mapped_column(TermType(ObjectionState), index=True)
    kind: Mapped[ObjectorKind] = mapped_column(TermType(ObjectorKind))
    name: Mapped[str] = mapped_column(String(120))
    contact: Mapped[str] = mapped_column(String(254))
    statement: Mapped[str] = mapped_column(Text)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    asker: Mapped[str] = mapped_column(String(64))
    language: Mapped[str] = mapped_column(String(2), default="zh", server_default="zh")  # of the answer's letter
    filed_at: Mapped[datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    answered_by_name: Mapped[str] = mapped_column(String(120), default="")
    answered_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": version}


class Told(Model):
    """A message owed because of a case, by its key in the outbox; nobody's name or address stands here."""

    __tablename__ = "revocation_told"
    revocation_id: Mapped[int] = mapped_column(ForeignKey("revocation.id"), index=True)
    message_key: Mapped[str] = mapped_column(String(200), unique=True)


class Announced(Model):
    """One item of the feed. Positions run 1, 2, 3 … and never change; a lapse is told once for each last day."""

    __tablename__ = "revocation_event"
    __table_args__ = (UniqueConstraint("number", "kind", "effective_from", "entry"),)
    position: Mapped[int] = mapped_column(unique=True)
    number: Mapped[str] = mapped_column(String(40), index=True)
    kind: Mapped[RegisterEvent] = mapped_column(TermType(RegisterEvent), index=True)
    effective_from: Mapped[date]
    recorded_at: Mapped[datetime]
    entry: Mapped[int]  # the entry itself; of a lapse, the newest entry of the registration when it was announced


class Watch(Model):
    """Somebody with an account wants to hear what happens to a registration, until a day."""

    __tablename__ = "watch"
    __table_args__ = (UniqueConstraint("account_id", "number"), Index("ix_watch_number", "number", "until"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    number: Mapped[str] = mapped_column(String(40))
    since: Mapped[datetime]
    until: Mapped[date]
