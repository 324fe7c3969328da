"""The register's tables.

``register_entry`` and ``evidence_line`` are append-only (triggers refuse UPDATE and DELETE). The others follow from
them: they only make looking up fast and can be rebuilt at any time.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.db import Model, TermType
from catalog.evidence.rules import Change
from catalog.vocabulary import EntryKind, EvidenceKind, Standing


class RegisterEntry(Model):
    """One entry, as the feed shows it."""

    __tablename__ = "register_entry"
    __table_args__ = (Index("ix_register_entry_number_entry", "number", "entry"),)
    entry: Mapped[int] = mapped_column(unique=True)
    number: Mapped[str] = mapped_column(String(40))
    kind: Mapped[EntryKind] = mapped_column(TermType(EntryKind))
    effective_from: Mapped[date]
    recorded_at: Mapped[datetime]
    mandate: Mapped[str] = mapped_column(String(120))
    facts: Mapped[dict[str, Any]]
    previous: Mapped[str] = mapped_column(String(64), unique=True)
    hash: Mapped[str] = mapped_column(String(64), unique=True)


class EvidenceRecord(Model):
    """One line of a registration's evidence file."""

    __tablename__ = "evidence_line"
    __table_args__ = (Index("ix_evidence_line_register_number", "register_number", "id"),)
    register_number: Mapped[str] = mapped_column(String(40))
    kind: Mapped[EvidenceKind] = mapped_column(TermType(EvidenceKind))
    number: Mapped[str] = mapped_column(String(120))
    issuer: Mapped[str] = mapped_column(String(60))
    change: Mapped[Change] = mapped_column(TermType(Change))
    effective_from: Mapped[date]
    recorded_at: Mapped[datetime]
    valid_from: Mapped[date | None]
    valid_until: Mapped[date | None]
    document: Mapped[str | None] = mapped_column(String(64))


class Registration(Model):
    """The latest word on a number, for looking up and for lists; the entries are the register."""

    __tablename__ = "registration"
    __table_args__ = (
        UniqueConstraint("category", "year", "serial"),
        Index("ix_registration_category_subtype", "category", "subtype"),
    )
    number: Mapped[str] = mapped_column(String(40), unique=True)
    category: Mapped[str] = mapped_column(String(2))
    year: Mapped[int]
    serial: Mapped[int]
    subtype: Mapped[str] = mapped_column(String(40))
    name: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200), default="")
    brand: Mapped[str] = mapped_column(String(120), default="")
    model: Mapped[str] = mapped_column(String(120), index=True)
    manufacturer: Mapped[str] = mapped_column(String(200))
    manufacturer_uscc: Mapped[str] = mapped_column(String(18), default="", index=True)
    manufacturer_country: Mapped[str] = mapped_column(String(2), default="CN")
    registrant: Mapped[str] = mapped_column(String(200))
    registrant_uscc: Mapped[str] = mapped_column(String(18), default="", index=True)
    first_day: Mapped[date]
    last_entry: Mapped[int]


class RegisteredName(Model):
    """Every way in which a registration has been named, with the moment from which it was known."""

    __tablename__ = "registered_name"
    __table_args__ = (
        Index("ix_registered_name_maker_uscc_model_fold", "maker_uscc", "model_fold"),
        Index("ix_registered_name_maker_fold_model_fold", "maker_fold", "model_fold"),
        Index("ix_registered_name_brand_fold_model_fold", "brand_fold", "model_fold"),
        Index("ix_registered_name_maker_uscc_maker_fold", "maker_uscc", "maker_fold"),
        Index("ix_registered_name_model_fold", "model_fold"),
        Index("ix_registered_name_number", "number"),
    )
    number: Mapped[str] = mapped_column(String(40))
    model: Mapped[str] = mapped_column(String(120))
    maker: Mapped[str] = mapped_column(String(200))
    maker_uscc: Mapped[str] = mapped_column(String(18))
    brand: Mapped[str] = mapped_column(String(120))
    model_fold: Mapped[str] = mapped_column(String(240))
    maker_fold: Mapped[str] = mapped_column(String(400))
    brand_fold: Mapped[str] = mapped_column(String(240))
    recorded_at: Mapped[datetime]
    until_at: Mapped[datetime | None]  # a correction took the name away: it is known no longer from then on


class RegisteredStandard(Model):
    """Which standards a registration names, for the list's filter."""

    __tablename__ = "registered_standard"
    __table_args__ = (Index("ix_registered_standard_standard_fold", "standard_fold"),)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"), index=True)
    standard: Mapped[str] = mapped_column(String(80))
    standard_fold: Mapped[str] = mapped_column(String(80))


class StandingSpan(Model):
    """Days on which a registration has a standing, as known now; days in no span are before, between or past."""

    __tablename__ = "standing_span"
    __table_args__ = (Index("ix_standing_span_registration_id_begins", "registration_id", "begins"),)
    registration_id: Mapped[int] = mapped_column(ForeignKey("registration.id"))
    begins: Mapped[date]
    ends: Mapped[date | None]
    standing: Mapped[Standing] = mapped_column(TermType(Standing))


class SearchMiss(Model):
    """What was looked for on a day and not found, and how often: words alone, never whose."""

    __tablename__ = "search_miss"
    __table_args__ = (UniqueConstraint("day", "query"),)
    day: Mapped[date]
    query: Mapped[str] = mapped_column(String(40))
    count: Mapped[int]
