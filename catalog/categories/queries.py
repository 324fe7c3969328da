"""The catalog's facts, kept in memory; the database is asked at most once a second whether they changed.

Below them what the desk asks: what is on file under each name, the history of a fact, files that were offered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select

from association.kernel.actors import Actor
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.kernel.pagination import PER_PAGE, Page
from catalog import policy
from catalog.categories import catalogfile
from catalog.categories.catalogfile import FactName, OnFile
from catalog.categories.difference import Difference, describe
from catalog.categories.models import CatalogFact, CatalogLoad, CatalogUpload
from catalog.categories.rules import CatalogFacts, CatalogView, FactKind, FactVersion
from catalog.categories.words import LoadKind

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


# -- the desk -------------------------------------------------------------------------------------------------


def on_file() -> dict[FactName, OnFile]:
    """What the database says now under every name that ever was, and who said it last. Two statements."""
    edits = set(db.session.scalars(select(CatalogLoad.id).where(CatalogLoad.kind == LoadKind.EDIT)))
    rows = select(
        CatalogFact.kind, CatalogFact.key, CatalogFact.place, CatalogFact.version, CatalogFact.body,
        CatalogFact.superseded_at, CatalogFact.superseded_by, CatalogFact.load_id,
    ).order_by(CatalogFact.version)  # fmt: skip
    found: dict[FactName, OnFile] = {}
    for kind, key, place, version, body, ended, ended_by, load_id in db.session.execute(rows):
        name = (FactKind(kind), key)
        by_file = load_id not in edits
        said = body if by_file else found[name].file_body if name in found else None
        if ended is not None and ended_by not in edits and by_file:
            # A file that changes a fact says so in its next version; one that leaves it out says nothing more.
            said = None
        found[name] = OnFile(
            place,
            version,
            body if ended is None else None,
            edited=(ended_by if ended is not None else load_id) in edits,
            file_body=said,
        )
    return found


def newest_change() -> int:
    """The id of the newest change of the catalog; 0 when nothing was ever loaded."""
    return db.session.scalar(select(func.max(CatalogLoad.id))) or 0


def changes_page(*, number: int = 1, per_page: int = PER_PAGE) -> Page:
    """One page of all changes of the catalog, newest first."""
    total = db.session.scalar(select(func.count()).select_from(CatalogLoad)) or 0
    found = select(CatalogLoad).order_by(CatalogLoad.id.desc()).limit(per_page).offset((number - 1) * per_page)
    return Page(db.session.scalars(found).all(), number, per_page, total)


def upload_for(actor: Actor, sha256: str) -> CatalogUpload:
    """A file that was offered, if ``actor`` may know of it. Raises NotFound."""
    found = db.session.scalar(select(CatalogUpload).where(CatalogUpload.sha256 == sha256))
    if found is None or not policy.see_catalog_desk(actor):
        raise NotFound
    return found


def difference(upload: CatalogUpload) -> Difference:
    """What loading the file would change now."""
    data, _faults = catalogfile.read(upload.content)
    basis, there = newest_change(), on_file()
    changes = catalogfile.compare(there, catalogfile.facts_in(data))
    return describe(changes, there, basis=basis, remarks=catalogfile.remarks(data))


@dataclass(frozen=True, slots=True)
class Version:
    """One version of a fact, with the change that brought it and the one that ended it."""

    fact: CatalogFact
    load: CatalogLoad
    ended_by: CatalogLoad | None


def fact_for(actor: Actor, fact_id: int) -> CatalogFact:
    """This version of a fact, if ``actor`` may know of it. Raises NotFound."""
    found = db.session.get(CatalogFact, fact_id)
    if found is None or not policy.see_catalog_desk(actor):
        raise NotFound
    return found


def newest_of(name: FactName) -> CatalogFact:
    """The newest version of the fact of that name, in force or not. Raises NotFound."""
    found = db.session.scalar(
        select(CatalogFact)
        .where(CatalogFact.kind == name[0].value, CatalogFact.key == name[1])
        .order_by(CatalogFact.version.desc())
        .limit(1)
    )
    if found is None:
        raise NotFound
    return found


def history(fact: CatalogFact) -> list[Version]:
    """Every version of the fact, newest first. Two statements."""
    versions = db.session.scalars(
        select(CatalogFact)
        .where(CatalogFact.kind == fact.kind, CatalogFact.key == fact.key)
        .order_by(CatalogFact.version.desc())
    ).all()
    ids = {one.load_id for one in versions} | {one.superseded_by for one in versions if one.superseded_by is not None}
    loads = {one.id: one for one in db.session.scalars(select(CatalogLoad).where(CatalogLoad.id.in_(ids)))}
    # Before changes were noted with what they ended, the moment tells.
    moments = [one.superseded_at for one in versions if one.superseded_at is not None and one.superseded_by is None]
    found = select(CatalogLoad).where(CatalogLoad.loaded_at.in_(moments))
    by_moment = {one.loaded_at: one for one in db.session.scalars(found)} if moments else {}

    def ended_by(one: CatalogFact) -> CatalogLoad | None:
        if one.superseded_by is not None:
            return loads.get(one.superseded_by)
        return by_moment.get(one.superseded_at) if one.superseded_at is not None else None

    return [Version(one, loads[one.load_id], ended_by(one)) for one in versions]


def facts_of(kind: FactKind) -> Sequence[CatalogFact]:
    """The facts of a kind that hold now, in their order."""
    found = (
        select(CatalogFact)
        .where(CatalogFact.kind == kind.value, CatalogFact.superseded_at.is_(None))
        .order_by(CatalogFact.place, CatalogFact.id)
    )
    return db.session.scalars(found).all()


def withdrawn_of(kind: FactKind) -> Sequence[CatalogFact]:
    """The facts of a kind that were taken away: their last version each."""
    last = (
        select(func.max(CatalogFact.version))
        .where(CatalogFact.kind == kind.value)
        .group_by(CatalogFact.key)
        .having(func.count() == func.count(CatalogFact.superseded_at))
        .with_only_columns(CatalogFact.key.label("key"), func.max(CatalogFact.version).label("version"))
        .subquery()
    )
    found = (
        select(CatalogFact)
        .join(last, (CatalogFact.key == last.c.key) & (CatalogFact.version == last.c.version))
        .where(CatalogFact.kind == kind.value)
        .order_by(CatalogFact.place, CatalogFact.id)
    )
    return db.session.scalars(found).all()
