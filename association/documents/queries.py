"""Finding a filed document, for a person who may read it."""

from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import select

from association import policy
from association.documents.models import Document, Filing
from association.kernel import config
from association.kernel.actors import Actor
from association.kernel.db import db
from association.kernel.errors import NotFound


def place(sha256: str) -> Path:
    """Where the content with this hash is kept."""
    return config.data_dir() / "documents" / sha256[:2] / sha256[2:]


def filing_for(actor: Actor, filing_id: int) -> Filing:
    """The filing, if ``actor`` may read it. Raises NotFound."""
    filing = db.session.get(Filing, filing_id)
    if filing is None or not policy.see_filing(actor, filing):
        raise NotFound
    return filing


def filings_for(actor: Actor, filing_ids: Sequence[int]) -> list[Filing]:
    """Those of the filings that ``actor`` may read, in order of their ids. One statement."""
    found = db.session.scalars(select(Filing).where(Filing.id.in_(filing_ids)).order_by(Filing.id))
    return [filing for filing in found if policy.see_filing(actor, filing)]


def document_by_hash(sha256: str) -> Document | None:
    return db.session.scalar(select(Document).where(Document.sha256 == sha256))


def file_of(filing: Filing) -> Path:
    """The file itself. Raises NotFound when the data folder has lost it."""
    path = place(filing.document.sha256)
    if not path.is_file():
        raise NotFound
    return path
