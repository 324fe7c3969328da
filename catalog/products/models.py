"""Tables of the workbench: ``product`` (as typed), papers, and ``submission`` (the frozen copy under review)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.db import Model, TermType
from catalog.vocabulary import CaseState, EvidenceKind


class Product(Model):
    """A product on its way to the register. ``dossier`` is kept as it was typed, so that nothing is lost."""

    __tablename__ = "product"
    registrant_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"), index=True)
    category: Mapped[str] = mapped_column(String(2))
    subtype: Mapped[str] = mapped_column(String(40))
    dossier: Mapped[dict[str, Any]]
    authorisation_id: Mapped[int | None] = mapped_column(ForeignKey("filing.id"))
    state: Mapped[CaseState] = mapped_column(TermType(CaseState), index=True)
    created_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime]
    submitted_at: Mapped[datetime | None]
    due_on: Mapped[date | None] = mapped_column(index=True)
    registration_number: Mapped[str | None] = mapped_column(String(40), index=True)
    version: Mapped[int] = mapped_column()
    __mapper_args__ = {"version_id_col": version}

    @property
    def title(self) -> str:
        """How people call it: brand and model, or that it has none yet."""
        shown = " ".join(part for part in (self.dossier.get("brand"), self.dossier.get("model")) if part)
        return shown or str(self.dossier.get("name") or "")


class ProductPaper(Model):
    """One piece of evidence of a dossier."""

    __tablename__ = "product_paper"
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    kind: Mapped[EvidenceKind] = mapped_column(TermType(EvidenceKind))
    number: Mapped[str] = mapped_column(String(120))
    issuer: Mapped[str] = mapped_column(String(60))
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]
    filing_id: Mapped[int] = mapped_column(ForeignKey("filing.id"))
    filed_at: Mapped[datetime]


class Submission(Model):
    """The frozen copy of a dossier: what is reviewed cannot move. ``digest`` is its canonical JSON's SHA-256."""

    __tablename__ = "submission"
    __table_args__ = (UniqueConstraint("product_id", "round"),)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    round: Mapped[int]
    facts: Mapped[dict[str, Any]]
    papers: Mapped[list[Any]]
    authorisation_id: Mapped[int | None] = mapped_column(ForeignKey("filing.id"))
    digest: Mapped[str] = mapped_column(String(64))
    declaration: Mapped[str] = mapped_column(String(400))
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    submitted_by_name: Mapped[str] = mapped_column(String(120))
    submitted_at: Mapped[datetime]
