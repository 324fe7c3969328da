"""Tables ``certificate``, ``certificate_event``, ``certificate_case``, ``outside_certificate``, ``certificate_share``,
``certificate_print``, ``certificate_reminder``.

``certificate_event`` is append-only (triggers refuse UPDATE and DELETE) and names nobody; all that names a person
stands in the others and goes when the person is erased.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.dates import holds
from association.kernel.db import Model, TermType
from training.certificates.events import Event
from training.vocabulary import (
    CertificateCaseState,
    CertificateEventKind,
    CertificateGround,
    Level,
    OutsideState,
)


class Certificate(Model):
    """A training certificate as it was issued: what is printed does not change when the course does.

    ``name`` is the holder's as printed, empty after erasure. ``ended_on`` and ``suspended_since`` are the latest word
    of its events, for lists; how it stands is computed from the events.
    """

    __tablename__ = "certificate"
    __table_args__ = (Index("ix_certificate_person_id_course_id", "person_id", "course_id"),)
    number: Mapped[str] = mapped_column(String(40), unique=True)
    code: Mapped[str] = mapped_column(String(32), unique=True)  # unguessable; in its QR code
    year: Mapped[int]
    serial: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    name: Mapped[str] = mapped_column(String(80))
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"), index=True)
    syllabus_id: Mapped[int] = mapped_column(ForeignKey("syllabus.id"))
    class_id: Mapped[int] = mapped_column(ForeignKey("training_class.id"), index=True)
    # What this class gave to this place in it: once. A replacement has none.
    enrolment_id: Mapped[int | None] = mapped_column(ForeignKey("enrolment.id"), unique=True)
    title: Mapped[str] = mapped_column(String(80))
    occupation: Mapped[str] = mapped_column(String(80))
    level: Mapped[Level] = mapped_column(TermType(Level))
    hours: Mapped[int]  # class hours of the syllabus
    trained_from: Mapped[date]
    trained_until: Mapped[date]
    issued_on: Mapped[date] = mapped_column(index=True)
    valid_from: Mapped[date]
    valid_until: Mapped[date | None] = mapped_column(index=True)
    renews_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), unique=True)
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("certificate.id"), unique=True)
    mandate_id: Mapped[int] = mapped_column(ForeignKey("mandate.id"), index=True)
    issued_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    issued_at: Mapped[datetime]
    ended_on: Mapped[date | None]
    suspended_since: Mapped[date | None]
    erased_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    def good_on(self, day: date) -> bool:
        """Whether it is good on that day by the latest word; for the past ask the events."""
        return (
            holds(self.valid_from, self.valid_until, day)
            and (self.ended_on is None or day < self.ended_on)
            and (self.suspended_since is None or day < self.suspended_since)
        )


class CertificateEvent(Model):
    """One event, chained by ``previous`` and ``hash`` over all certificates."""

    __tablename__ = "certificate_event"
    position: Mapped[int] = mapped_column(unique=True)
    number: Mapped[str] = mapped_column(String(40), index=True)
    kind: Mapped[CertificateEventKind] = mapped_column(TermType(CertificateEventKind))
    effective_from: Mapped[date]
    recorded_at: Mapped[datetime]
    mandate: Mapped[str] = mapped_column(String(120))
    facts: Mapped[dict[str, Any]]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)

    def as_event(self) -> Event:
        """The same for the rules."""
        return Event(
            self.position,
            self.number,
            self.kind,
            self.effective_from,
            self.recorded_at,
            self.mandate,
            self.facts,
            self.valid_from,
            self.valid_until,
            self.previous,
            self.hash,
        )


class CertificateCase(Model):
    """Why something was done to a certificate, or is proposed to be. ``note`` is for the desk alone."""

    __tablename__ = "certificate_case"
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"), index=True)
    kind: Mapped[CertificateEventKind] = mapped_column(TermType(CertificateEventKind))
    state: Mapped[CertificateCaseState] = mapped_column(TermType(CertificateCaseState), index=True)
    ground: Mapped[CertificateGround | None] = mapped_column(TermType(CertificateGround))
    note: Mapped[str] = mapped_column(Text, default="")
    effective_from: Mapped[date]
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime]
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class OutsideCertificate(Model):
    """A certificate of another body, recorded as shown: never issued, never vouched for. ``proof_sealed`` is the scan."""

    __tablename__ = "outside_certificate"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    issuer: Mapped[str] = mapped_column(String(120))  # as printed
    title: Mapped[str] = mapped_column(String(120))
    number: Mapped[str] = mapped_column(String(80))
    level: Mapped[str] = mapped_column(String(60), default="")
    issued_on: Mapped[date]
    valid_until: Mapped[date | None]
    proof_sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    proof_kind: Mapped[str] = mapped_column(String(10), default="")
    state: Mapped[OutsideState] = mapped_column(TermType(OutsideState), index=True)
    note: Mapped[str] = mapped_column(String(500), default="")
    recorded_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    recorded_at: Mapped[datetime]
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    checked_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}


class CertificateShare(Model):
    """A secret address under which somebody shows certificates to whom they like, until a day. Only its hash is kept."""

    __tablename__ = "certificate_share"
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    label: Mapped[str] = mapped_column(String(60), default="")  # for whom, in the person's own words
    whole_name: Mapped[bool]
    with_outside: Mapped[bool]
    until: Mapped[date]
    made_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class CertificatePrint(Model):
    """Certificates of a class printed in one piece, kept for a day for whoever had them printed."""

    __tablename__ = "certificate_print"
    code: Mapped[str] = mapped_column(String(64), unique=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("training_class.id"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    form: Mapped[str] = mapped_column(String(10))
    pages: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    made_at: Mapped[datetime] = mapped_column(index=True)


class CertificateReminder(Model):
    """That somebody was told that a certificate ends: its holder, or the ``enterprise_id`` they work for. Each once for
    each number of ``days`` before the end. Written with the message, in one transaction."""

    __tablename__ = "certificate_reminder"
    __table_args__ = (
        Index("uq_certificate_reminder", "certificate_id", "days", "enterprise_id", unique=True),
        Index(
            "uq_certificate_reminder_holder",
            "certificate_id",
            "days",
            unique=True,
            sqlite_where=text("enterprise_id IS NULL"),
            postgresql_where=text("enterprise_id IS NULL"),
        ),
        Index("ix_certificate_reminder_enterprise_id_told_on", "enterprise_id", "told_on"),
    )
    certificate_id: Mapped[int] = mapped_column(ForeignKey("certificate.id"))
    days: Mapped[int]
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"))
    told_on: Mapped[date]
