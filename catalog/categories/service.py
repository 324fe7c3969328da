"""Changing the catalog: nothing is overwritten, what changed gets a new version from this moment on.

A file is loaded by the operator's command, or offered at the desk, shown as a difference, and then loaded exactly as
it was shown. The association's own words are changed one by one, each with a reason.
"""

import hashlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import func, insert, select, update

from association.kernel.actors import Actor, require
from association.kernel.dates import civil_date
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, Invalid, Shortfall, TooLarge
from association.kernel.i18n import _
from association.ledger import service as ledger
from association.ledger.rules import canonical
from catalog import policy
from catalog.categories import catalogfile, queries
from catalog.categories.catalogfile import Changes, FactName, FileFact, NewVersion, OnFile
from catalog.categories.models import CatalogFact, CatalogLoad, CatalogUpload
from catalog.categories.rules import FactKind
from catalog.categories.words import Decision, LoadKind

LARGEST_FILE = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class LoadReport:
    """What a loading did: keys (``kind:key``) by what happened to them; ``remarks`` are worth a look.

    ``kept``: the file says otherwise, but the staff's own change stands.
    """

    sha256: str
    as_of: date
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    same: int
    remarks: tuple[str, ...]
    kept: tuple[str, ...] = ()

    @property
    def nothing_new(self) -> bool:
        """Whether the file said what was on file already."""
        return not (self.added or self.changed or self.removed)


# -- files ---------------------------------------------------------------------------------------------------


def load(
    source: Path | str | Mapping[str, Any], *, actor: Actor, now: datetime, undo_edits: bool = False
) -> LoadReport:
    """Load a catalog file (or its content); all or nothing. The operator's command.

    What the staff changed stays as they left it, unless ``undo_edits``. Raises Invalid with every fault of the file.
    """
    require(lambda who: policy.load_catalog(who) and who.via == "command", actor)
    data = _read(source) if isinstance(source, Path | str) else source
    if found := catalogfile.faults(data):
        raise _broken(found)
    with transaction():
        ledger.advance("ledger")  # one change of the catalog at a time
        on_file = queries.on_file()
        changes = catalogfile.compare(on_file, catalogfile.facts_in(data))
        kept = set() if undo_edits else {name for name in _names(changes) if name in on_file and on_file[name].edited}
        report = _load(data, changes, kept, on_file, actor=actor, now=now)
    queries.forget()
    return report


def offer(content: bytes, filename: str, *, actor: Actor, now: datetime) -> CatalogUpload:
    """Keep a sound file, byte for byte, so that it can be looked at before it is loaded. Changes nothing.

    Raises Invalid with every fault of the file, TooLarge.
    """
    require(policy.load_catalog, actor)
    if len(content) > LARGEST_FILE:
        raise TooLarge(_("目录文件超过{limit} MB", limit=LARGEST_FILE >> 20))
    data, found = catalogfile.read(content)
    found = found or catalogfile.faults(data)
    if found:
        # The page has no fields for the file's places: each sentence says its own.
        raise _broken([Shortfall("", one.code, _placed(one)) for one in found])
    sha256 = hashlib.sha256(content).hexdigest()
    with transaction():
        upload = db.session.scalar(select(CatalogUpload).where(CatalogUpload.sha256 == sha256))
        if upload is None:
            upload = CatalogUpload(
                sha256=sha256,
                filename=_shown_name(filename),
                content=content,
                uploaded_at=now,
                uploaded_by=actor.account_id,
                uploaded_by_name=actor.name,
            )
            db.session.add(upload)
            ledger.record("catalog.offered", f"catalog_upload:{sha256}", actor=actor, at=now, filename=upload.filename)
        # Offered once more, it is kept as long again.
        upload.uploaded_at = max(upload.uploaded_at, now)
    return upload


def load_offered(
    upload: CatalogUpload,
    *,
    basis: int,
    decisions: Mapping[str, Decision],
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> LoadReport:
    """Load an offered file exactly as it was shown: ``basis`` is the newest change it was compared with.

    Every fact that the staff changed and the file says otherwise needs a decision, under its token. Raises Conflict
    when the catalog changed meanwhile, Invalid when a decision is missing or what is kept does not go with the rest.
    """
    require(policy.load_catalog, actor)
    with transaction():
        ledger.advance("ledger")
        shown = queries.difference(upload)
        if shown.basis != basis:
            raise Conflict(_("目录在您查看之后又有变动，没有载入任何内容。请核对重新比较的结果后再载入。"))
        missing = [
            Shortfall(one.token, "required", _("请决定：{title}", title=one.title))
            for one in shown.conflicts
            if one.token not in decisions
        ]
        if missing:
            raise Invalid(_("有{count}项与工作人员的修改不一致，请逐项决定。", count=len(missing)), missing)
        kept = {one.name for one in shown.conflicts if decisions[one.token] is Decision.KEEP}
        data, _faults = catalogfile.read(upload.content)
        report = _load(data, shown.changes, kept, queries.on_file(), reason=reason, actor=actor, now=now)
    queries.forget()
    return report


def _load(
    data: Mapping[str, Any],
    changes: Changes,
    kept: set[FactName],
    on_file: Mapping[FactName, OnFile],
    *,
    reason: str = "",
    actor: Actor,
    now: datetime,
) -> LoadReport:
    as_of = date.fromisoformat(data["meta"]["as_of"])
    changes = catalogfile.settle(changes, kept)
    if kept:
        whole = catalogfile.data_of(catalogfile.after(on_file, changes), as_of=as_of.isoformat())
        if found := catalogfile.faults(whole):
            details = [Shortfall("", one.code, f"{one.field}: {one.detail}") for one in found]
            raise Invalid(_("保留的修改与新文件的其他内容不相容，没有载入任何内容。"), details)
    report = LoadReport(
        hashlib.sha256(canonical(data)).hexdigest(),
        as_of,
        added=tuple(f"{new.fact.kind}:{new.fact.key}" for new in changes.added),
        changed=tuple(f"{new.fact.kind}:{new.fact.key}" for new in changes.changed),
        removed=tuple(f"{kind}:{key}" for kind, key in changes.removed),
        same=changes.same,
        remarks=tuple(catalogfile.remarks(data)),
        kept=tuple(f"{kind}:{key}" for kind, key in sorted(kept)),
    )
    if changes:
        written = CatalogLoad(sha256=report.sha256, as_of=as_of, kind=LoadKind.FILE, reason=reason)
        moment = _write(changes, written, actor, now)
        ledger.record(
            "catalog.loaded",
            f"catalog_load:{written.id}",
            actor=actor,
            at=moment,
            sha256=report.sha256,
            as_of=report.as_of.isoformat(),
            added=_counts(report.added),
            changed=_counts(report.changed),
            removed=_counts(report.removed),
            **({"kept": list(report.kept)} if kept else {}),
            **({"reason": reason} if reason else {}),
        )
    return report


def _names(changes: Changes) -> list[FactName]:
    return [*((new.fact.kind, new.fact.key) for new in (*changes.added, *changes.changed)), *changes.removed]


def _broken(found: list[Shortfall]) -> Invalid:
    most = catalogfile.MOST_FAULTS
    if len(found) > most:
        more = Shortfall("", "more", _("错误太多，只列出前{limit}处；请先改正这些。", limit=most))
        return Invalid(_("目录文件的错误超过{count}处，没有载入任何内容。", count=most), [*found[:most], more])
    return Invalid(_("目录文件有{count}处错误，没有载入任何内容。", count=len(found)), found)


def _placed(fault: Shortfall) -> str:
    return f"/{fault.field.replace('.', '/')}: {fault.detail}" if fault.field else fault.detail


def _shown_name(filename: str) -> str:
    name = filename.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in name if sign.isprintable())[:200] or "catalog.json"


def _read(source: Path | str) -> Any:
    path = Path(source)
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise TooLarge(_("目录文件超过{limit} MB", limit=LARGEST_FILE >> 20))
        text = path.read_bytes()
    except OSError as error:
        raise _broken([Shortfall("", "file", f"{path}: {error.strerror}")]) from error
    data, found = catalogfile.read(text)
    if found:
        raise _broken(found)
    return data


# -- one fact ------------------------------------------------------------------------------------------------


# What the staff change at pages; the rest is law, and comes with a file and its citations.
EDITABLE = (
    FactKind.SYNONYM,
    FactKind.ISSUER,
    FactKind.HOLIDAY,
    FactKind.SETTING,
    FactKind.GROUND,
    FactKind.REVOCATION_GROUND,
    FactKind.CRITERION,
    FactKind.NOT_IN_CATALOG_TERM,
    FactKind.CONFUSABLE,
)


def add_fact(kind: FactKind, body: Mapping[str, Any], *, reason: str, actor: Actor, now: datetime) -> FactName:
    """Add a fact of the association's own. Raises Invalid by the loader's rules."""

    def changes(on_file: Mapping[FactName, OnFile]) -> Changes:
        name = (kind, catalogfile.key_of(kind, body))
        there = on_file.get(name)
        if there is not None and there.body is not None:
            raise _wrong(catalogfile.key_field(kind), "duplicate", _("已经有这一项，请到该项页面修改。"))
        return Changes((_new(kind, body, on_file),), (), (), 0)

    return _edit(kind, changes, "added", catalogfile.key_of(kind, body), reason=reason, actor=actor, now=now)


def correct_fact(fact: CatalogFact, body: Mapping[str, Any], *, reason: str, actor: Actor, now: datetime) -> FactName:
    """It was wrong all along: a new version of the same fact, known from now on. Raises Invalid, Conflict."""
    kind = FactKind(fact.kind)

    def changes(on_file: Mapping[FactName, OnFile]) -> Changes:
        there = _still(fact, on_file)
        if catalogfile.key_of(kind, body) != fact.key:
            raise _wrong(catalogfile.key_field(kind), "fixed", _("代码和首日不能修改；需要时请撤下后另行新增。"))
        if canonical(dict(there.body or {})) == canonical(dict(body)):
            raise _wrong("", "same", _("没有任何改动。"))
        return Changes((), (NewVersion(FileFact(kind, fact.key, body), there.place, there.version + 1, True),), (), 0)

    return _edit(kind, changes, "corrected", fact.key, reason=reason, actor=actor, now=now)


def succeed_fact(
    fact: CatalogFact, body: Mapping[str, Any], *, begins: date, reason: str, actor: Actor, now: datetime
) -> FactName:
    """From ``begins`` on it is otherwise: the fact ends the day before, and another of its name follows.

    Raises Invalid, Conflict.
    """
    kind = FactKind(fact.kind)
    follower = {**body, "from": begins.isoformat(), "until": fact.body["until"]}

    def changes(on_file: Mapping[FactName, OnFile]) -> Changes:
        there = _still(fact, on_file)
        if not catalogfile.successive(kind):
            raise _wrong("begins", "fixed", _("此类事项不分期间。"))
        ended = {**fact.body, "until": (begins - timedelta(days=1)).isoformat()}
        if catalogfile.key_of(kind, follower).partition("@")[0] != fact.key.partition("@")[0]:
            raise _wrong(catalogfile.key_field(kind), "fixed", _("代码和首日不能修改；需要时请撤下后另行新增。"))
        if fact.body["from"] is not None and ended["until"] < fact.body["from"]:
            raise _wrong("begins", "order", _("接续首日须晚于原首日"))
        return Changes(
            (_new(kind, follower, on_file),),
            (NewVersion(FileFact(kind, fact.key, ended), there.place, there.version + 1, True),),
            (),
            0,
        )

    key = catalogfile.key_of(kind, follower)
    return _edit(kind, changes, "succeeded", key, reason=reason, actor=actor, now=now)


def end_fact(fact: CatalogFact, *, last_day: date, reason: str, actor: Actor, now: datetime) -> FactName:
    """It holds through ``last_day`` and no longer. Raises Invalid, Conflict."""
    if "until" not in fact.body:
        raise _wrong("last_day", "fixed", _("此类事项没有末日，请改用撤下。"))
    body = {**fact.body, "until": last_day.isoformat()}
    try:
        return correct_fact(fact, body, reason=reason, actor=actor, now=now)
    except Invalid as refused:
        # The page of this form has one field for the day.
        again = [
            Shortfall("last_day" if one.field == "until" else one.field, one.code, one.detail)
            for one in refused.shortfalls
        ]
        raise Invalid(refused.detail, again) from refused


def withdraw_fact(fact: CatalogFact, *, reason: str, actor: Actor, now: datetime) -> FactName:
    """It should never have been there: from now on it is not known. What was answered before stays.

    Raises Invalid when something else rests on it, Conflict.
    """
    kind = FactKind(fact.kind)

    def changes(on_file: Mapping[FactName, OnFile]) -> Changes:
        _still(fact, on_file)
        return Changes((), (), ((kind, fact.key),), 0)

    return _edit(kind, changes, "withdrawn", fact.key, reason=reason, actor=actor, now=now)


def _edit(kind: FactKind, make: Any, what: str, key: str, *, reason: str, actor: Actor, now: datetime) -> FactName:
    require(policy.edit_catalog, actor)
    if kind not in EDITABLE:
        raise Conflict(_("此类事实依法规和标准而定，只随目录文件更新。"))
    if not reason.strip():
        raise _wrong("reason", "blank", _("请写明修改的原因"))
    with transaction():
        ledger.advance("ledger")
        on_file = queries.on_file()
        changes: Changes = make(on_file)
        _insist(on_file, changes, kind, key, today=civil_date(now))
        before = {name: on_file[name].body for name in _names(changes) if name in on_file}
        new = {(one.fact.kind, one.fact.key): one.fact.body for one in (*changes.added, *changes.changed)}
        said = canonical([dict(body) for body in new.values()])
        written = CatalogLoad(
            sha256=hashlib.sha256(said).hexdigest(), as_of=civil_date(now), kind=LoadKind.EDIT, reason=reason.strip()
        )
        moment = _write(changes, written, actor, now)
        ledger.record(
            f"catalog.{what}",
            f"catalog_load:{written.id}",
            actor=actor,
            at=moment,
            reason=reason.strip(),
            facts=[
                {"kind": name[0].value, "key": name[1], "before": before.get(name), "after": new.get(name)}
                for name in _names(changes)
            ],
        )
    queries.forget()
    return kind, key


def _new(kind: FactKind, body: Mapping[str, Any], on_file: Mapping[FactName, OnFile]) -> NewVersion:
    key = catalogfile.key_of(kind, body)
    there = on_file.get((kind, key))
    last = max((one.place for (other, _key), one in on_file.items() if other is kind), default=0.0)
    place = there.place if there else last + 1
    return NewVersion(FileFact(kind, key, body), place, there.version + 1 if there else 1, corrects=True)


def _still(fact: CatalogFact, on_file: Mapping[FactName, OnFile]) -> OnFile:
    """What is on file under the fact's name, if ``fact`` is still its newest version. Raises Conflict."""
    there = on_file[FactKind(fact.kind), fact.key]
    if there.body is None:
        raise Conflict(_("这一项已经撤下。"))
    if there.version != fact.version:
        raise Conflict(_("其他人刚刚修改了这一项，请查看最新内容后再改。"), code="lost_race")
    return there


def _insist(on_file: Mapping[FactName, OnFile], changes: Changes, kind: FactKind, key: str, *, today: date) -> None:
    """The whole catalog after the change must be a sound file: one set of rules for files and for pages."""
    whole = catalogfile.data_of(catalogfile.after(on_file, changes), as_of=today.isoformat())
    found = catalogfile.faults(whole)
    if found:
        old = catalogfile.data_of(catalogfile.current(on_file), as_of=today.isoformat())
        known = {(one.code, one.detail) for one in catalogfile.faults(old)}
        found = [one for one in found if (one.code, one.detail) not in known]
    if not found:
        return
    at = catalogfile.place_in(whole, kind, key)
    raise Invalid(_("填写内容有误，请按各项提示改正。"), [_at_field(one, at, kind) for one in found])


def _at_field(fault: Shortfall, at: str, kind: FactKind) -> Shortfall:
    if fault.field != at and not fault.field.startswith(f"{at}."):
        return Shortfall("", fault.code, f"{fault.field}: {fault.detail}")
    if kind is FactKind.CONFUSABLE:
        return Shortfall("characters", fault.code, fault.detail)
    return Shortfall(fault.field[len(at) + 1 :].partition(".")[0], fault.code, fault.detail)


def _wrong(field: str, code: str, detail: str) -> Invalid:
    return Invalid(_("填写内容有误，请按各项提示改正。"), [Shortfall(field, code, detail)])


# -- writing -------------------------------------------------------------------------------------------------


def _write(changes: Changes, written: CatalogLoad, actor: Actor, now: datetime) -> datetime:
    """Write the versions; returns the moment from which they count."""
    # A clock that went back must not put two versions in force at one moment.
    latest = db.session.scalar(select(func.max(CatalogLoad.loaded_at)))
    now = max(now, latest) if latest is not None else now
    written.loaded_at, written.actor_name, written.actor_id = now, actor.name, actor.account_id
    db.session.add(written)
    db.session.flush()
    for kind, key in [*((new.fact.kind, new.fact.key) for new in changes.changed), *changes.removed]:
        db.session.execute(
            update(CatalogFact)
            .where(CatalogFact.kind == kind.value, CatalogFact.key == key, CatalogFact.superseded_at.is_(None))
            .values(superseded_at=now, superseded_by=written.id)
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
            "load_id": written.id,
        }
        for new in (*changes.added, *changes.changed)
    ]
    if rows:
        db.session.execute(insert(CatalogFact), rows)
    return now


def _counts(names: tuple[str, ...]) -> dict[str, int]:
    return dict(sorted(Counter(name.partition(":")[0] for name in names).items()))


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)
