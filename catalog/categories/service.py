"""Loading the catalog file: nothing is overwritten, what changed gets a new version from this moment on."""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, update

from association.kernel.actors import Actor, require
from association.kernel.db import db, transaction
from association.kernel.errors import Invalid, Shortfall, TooLarge
from association.kernel.i18n import _
from association.ledger import service as ledger
from association.ledger.rules import canonical
from catalog.categories import catalogfile, queries
from catalog.categories.models import CatalogFact, CatalogLoad
from catalog.categories.rules import FactKind

LARGEST_FILE = 20 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a loading did: keys (``kind:key``) by what happened to them; ``remarks`` are worth a look."""

    sha256: str
    as_of: date
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    same: int
    remarks: tuple[str, ...]

    @property
    def nothing_new(self) -> bool:
        """Whether the file said what was on file already."""
        return not (self.added or self.changed or self.removed)


def operators_only(actor: Actor) -> bool:
    """The catalog is loaded by the operator's command and by nothing else."""
    return actor.via == "command"


def load(source: Path | str | Mapping[str, Any], *, actor: Actor, now: datetime) -> LoadReport:
    """Load a catalog file (or its content); all or nothing.

    Raises Invalid with every fault of the file.
    """
    require(operators_only, actor)
    data = _read(source) if isinstance(source, Path | str) else source
    if found := catalogfile.faults(data):
        raise _broken(found)
    sha256 = hashlib.sha256(canonical(data)).hexdigest()
    as_of = date.fromisoformat(data["meta"]["as_of"])
    with transaction():
        # A clock that went back must not put two versions in force at one moment.
        latest = db.session.scalar(select(func.max(CatalogLoad.loaded_at)))
        now = max(now, latest) if latest is not None else now
        changes = catalogfile.compare(_on_file(), catalogfile.facts_in(data))
        report = LoadReport(
            sha256,
            as_of,
            added=tuple(f"{new.fact.kind}:{new.fact.key}" for new in changes.added),
            changed=tuple(f"{new.fact.kind}:{new.fact.key}" for new in changes.changed),
            removed=tuple(f"{kind}:{key}" for kind, key in changes.removed),
            same=changes.same,
            remarks=tuple(catalogfile.remarks(data)),
        )
        if changes:
            _write(changes, report, actor, now)
    queries.forget()
    return report


def _broken(found: list[Shortfall]) -> Invalid:
    return Invalid(_("目录文件有{count}处错误，没有载入任何内容。", count=len(found)), found)


def _read(source: Path | str) -> Any:
    path = Path(source)
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise TooLarge(_("目录文件超过20 MB"))
        text = path.read_bytes()
    except OSError as error:
        raise _broken([Shortfall("", "file", f"{path}: {error.strerror}")]) from error
    data, found = catalogfile.read(text)
    if found:
        raise _broken(found)
    return data


def _on_file() -> dict[tuple[FactKind, str], catalogfile.OnFile]:
    rows = select(
        CatalogFact.kind, CatalogFact.key, CatalogFact.place, CatalogFact.version, CatalogFact.body,
        CatalogFact.superseded_at,
    ).order_by(CatalogFact.version)  # fmt: skip
    return {
        (FactKind(kind), key): catalogfile.OnFile(place, version, body if ended is None else None)
        for kind, key, place, version, body, ended in db.session.execute(rows)
    }


def _write(changes: catalogfile.Changes, report: LoadReport, actor: Actor, now: datetime) -> None:
    loaded = CatalogLoad(sha256=report.sha256, as_of=report.as_of, loaded_at=now, actor_name=actor.name)
    db.session.add(loaded)
    db.session.flush()
    for kind, key in [*((new.fact.kind, new.fact.key) for new in changes.changed), *changes.removed]:
        db.session.execute(
            update(CatalogFact)
            .where(CatalogFact.kind == kind.value, CatalogFact.key == key, CatalogFact.superseded_at.is_(None))
            .values(superseded_at=now)
        )
    rows = [
        {
            "kind": new.fact.kind.value,
            "key": new.fact.key,
            "version": new.version,
            "place": new.place,
            "body": dict(new.fact.body),
            "begins": _day(new.fact.body.get("from")),
            "ends": _day(new.fact.body.get("until")),
            "known_from": _day(new.fact.body.get("known_from")),
            "recorded_at": now,
            "corrects_from": now if new.corrects else None,
            "superseded_at": None,
            "load_id": loaded.id,
        }
        for new in (*changes.added, *changes.changed)
    ]
    if rows:
        db.session.execute(insert(CatalogFact), rows)
    ledger.record(
        "catalog.loaded",
        f"catalog_load:{loaded.id}",
        actor=actor,
        at=now,
        sha256=report.sha256,
        as_of=report.as_of.isoformat(),
        added=_counts(report.added),
        changed=_counts(report.changed),
        removed=_counts(report.removed),
    )


def _counts(names: tuple[str, ...]) -> dict[str, int]:
    return dict(sorted(Counter(name.partition(":")[0] for name in names).items()))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
