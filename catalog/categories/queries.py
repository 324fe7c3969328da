"""The catalog's facts, kept in memory; the database is asked at most once a second whether they changed."""

from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, select

from association.kernel.db import db
from catalog.categories.models import CatalogFact, CatalogLoad
from catalog.categories.rules import CatalogFacts, CatalogView, FactKind, FactVersion

LOOK_AGAIN_SECONDS = 1.0


@dataclass(slots=True)
class _Kept:
    facts: CatalogFacts
    stamp: Any
    looked: float


_kept: WeakKeyDictionary[Engine, _Kept] = WeakKeyDictionary()


def facts() -> CatalogFacts:
    """Every version of every fact. The same object as long as nothing is loaded."""
    now = monotonic()
    kept = _kept.get(db.engine)
    if kept is not None and now - kept.looked < LOOK_AGAIN_SECONDS:
        return kept.facts
    newest = select(CatalogLoad.id, CatalogLoad.sha256, CatalogLoad.loaded_at).order_by(CatalogLoad.id.desc()).limit(1)
    row = db.session.execute(newest).first()
    stamp = tuple(row) if row is not None else None
    if kept is None or kept.stamp != stamp:
        kept = _kept[db.engine] = _Kept(_read(), stamp, now)
    kept.looked = now
    return kept.facts


def known_at(known: datetime) -> CatalogView:
    """The catalog as known at a moment."""
    return facts().as_known(known)


def forget() -> None:
    """Read the facts anew at the next question: after loading, and in tests."""
    _kept.clear()


def _read() -> CatalogFacts:
    columns = select(
        CatalogFact.kind,
        CatalogFact.key,
        CatalogFact.place,
        CatalogFact.body,
        CatalogFact.known_from,
        CatalogFact.corrects_from,
        CatalogFact.superseded_at,
    ).order_by(CatalogFact.id)
    return CatalogFacts(FactVersion(FactKind(kind), *rest) for kind, *rest in db.session.execute(columns))


def is_loaded() -> bool:
    """Whether any catalog file was ever loaded."""
    return db.session.execute(select(CatalogLoad.id).limit(1)).first() is not None
