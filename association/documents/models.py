"""Tables ``document`` (one row per content) and ``filing`` (who handed it in, under which name)."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from association.documents.rules import LONGEST_NAME
from association.kernel.db import Model, TermType
from association.vocabulary import DocumentKind


class Document(Model):
    """A content, kept once. The file stands at ``documents/ab/cdef…`` in the data folder."""

    __tablename__ = "document"
    sha256: Mapped[str] = mapped_column(String(64), unique=True)
    size: Mapped[int]
    kind: Mapped[DocumentKind] = mapped_column(TermType(DocumentKind))
    created_at: Mapped[datetime]


class Filing(Model):
    """Somebody handed a document in; what one may read are filings, never documents as such."""

    __tablename__ = "filing"
    document_id: Mapped[int] = mapped_column(ForeignKey("document.id"), index=True)
    filename: Mapped[str] = mapped_column(String(LONGEST_NAME))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"), index=True)
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    filed_at: Mapped[datetime]
    document: Mapped[Document] = relationship(lazy="joined", innerjoin=True)

    @property
    def sha256(self) -> str:
        return self.document.sha256

    @property
    def size(self) -> int:
        return self.document.size

    @property
    def kind(self) -> DocumentKind:
        return self.document.kind
