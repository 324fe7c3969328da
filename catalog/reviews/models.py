"""Table ``decision``: what was decided on a submission, by whom, on which ground."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from association.kernel.db import Model, TermType
from catalog.vocabulary import DecisionKind


class Decision(Model):
    """One decision on one frozen copy. ``remarks`` are sentences by field."""

    __tablename__ = "decision"
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"), index=True)
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"), index=True)
    kind: Mapped[DecisionKind] = mapped_column(TermType(DecisionKind))
    ground: Mapped[str | None] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(Text)
    remarks: Mapped[dict[str, Any]]
    mandate_id: Mapped[int | None] = mapped_column(ForeignKey("mandate.id"))
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_by_name: Mapped[str] = mapped_column(String(120))
    decided_at: Mapped[datetime]
