"""Catalog files that were offered and never loaded: the day's work clears them when the time set for it is over."""

import hashlib
from datetime import datetime, timedelta

from sqlalchemy import select

from association.kernel.actors import Actor, require
from association.kernel.dates import civil_date
from association.kernel.db import db, transaction
from association.ledger import service as ledger
from association.ledger.rules import canonical
from catalog import policy
from catalog.categories import catalogfile, queries
from catalog.categories.models import CatalogLoad, CatalogUpload

KEPT_DAYS = "offered_file_kept_days"


def clear(*, actor: Actor, now: datetime) -> int:
    """Delete the files that nobody loaded within the days the catalog sets, and say so in the ledger; how many.

    A catalog without that setting keeps them all; what was loaded is kept for good, as the source of what it said.
    """
    require(policy.clear_offered_files, actor)
    days = queries.known_at(now).setting(KEPT_DAYS, civil_date(now))
    if days is None:
        return 0
    old = select(CatalogUpload).where(CatalogUpload.uploaded_at < now - timedelta(days=int(days)))
    cleared = [upload for upload in db.session.scalars(old) if not _loaded(upload)]
    for upload in cleared:
        with transaction():
            subject = f"catalog_upload:{upload.sha256}"
            ledger.record("catalog.offer_cleared", subject, actor=actor, at=now, filename=upload.filename)
            db.session.delete(upload)
    return len(cleared)


def _loaded(upload: CatalogUpload) -> bool:
    data, _faults = catalogfile.read(upload.content)
    digest = hashlib.sha256(canonical(data)).hexdigest()
    return db.session.scalar(select(CatalogLoad.id).where(CatalogLoad.sha256 == digest).limit(1)) is not None
