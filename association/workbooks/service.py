"""Taking workbooks in for some time, remembering what headings were taken for, and clearing away."""

import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO

from sqlalchemy import delete, select

from association.kernel import config
from association.kernel.actors import Actor
from association.kernel.db import db, transaction
from association.kernel.errors import Invalid, Shortfall, TooLarge
from association.kernel.i18n import _
from association.workbooks import package, queries
from association.workbooks.columns import ColumnSet
from association.workbooks.layout import Layout
from association.workbooks.models import HeadingChoice, Upload

FIRST_KEPT = timedelta(days=1)
STRAY = timedelta(days=2)
CHUNK = 64 * 1024


def receive(stream: IO[bytes]) -> bytes:
    """What ``stream`` holds, no more than a workbook may be. Raises TooLarge."""
    pieces, size = [], 0
    while piece := stream.read(CHUNK):
        size += len(piece)
        if size > package.LARGEST_FILE:
            limit = package.LARGEST_FILE >> 20
            raise TooLarge(_("文件超过{limit}MB，请压缩或拆分后再上传。", limit=limit))
        pieces.append(piece)
    return b"".join(pieces)


def take_in(content: bytes, filename: str, *, purpose: str, actor: Actor, now: datetime) -> str:
    """Keep a workbook for a day (until somebody goes on with it, or decides that it is kept longer); its code.

    Anybody may: what it is good for is decided by whoever uses it. Raises Invalid for what is no workbook.
    """
    code = secrets.token_urlsafe(16)
    _take_in(code, content, filename, purpose=purpose, actor=actor, now=now)
    return code


def taken_in(content: bytes, filename: str, *, purpose: str, actor: Actor, now: datetime) -> Upload:
    """The same for a workbook whose code nobody needs: the upload itself."""
    return _take_in(secrets.token_urlsafe(16), content, filename, purpose=purpose, actor=actor, now=now)


def _take_in(code: str, content: bytes, filename: str, *, purpose: str, actor: Actor, now: datetime) -> Upload:
    upload = Upload(
        code_hash=queries.digest(code),
        purpose=purpose,
        filename=shown_name(filename, package.kind_of(content)),
        sha256=hashlib.sha256(content).hexdigest(),
        size=len(content),
        account_id=actor.account_id,
        created_at=now,
        expires_at=now + FIRST_KEPT,
    )
    # On the disk before a row speaks of it; a file without a row is cleared away.
    _write(queries.place(upload), content)
    with transaction():
        db.session.add(upload)
    return upload


def keep(upload: Upload, *, until: datetime) -> None:
    """Keep it longer: what was made of it is still to be had. Part of the caller's transaction."""
    with transaction():
        upload.expires_at = max(upload.expires_at, until)


def remember(columns: ColumnSet, layout: Layout, choice: Mapping[str, str], *, actor: Actor, now: datetime) -> None:
    """Remember what these headings were taken for: for the enterprise, else for the person; not for visitors."""
    owner = queries.owner_of(actor)
    if not owner:
        return
    mine = select(HeadingChoice).where(
        HeadingChoice.owner == owner,
        HeadingChoice.column_set == columns.key,
        HeadingChoice.headings == layout.mark,
    )
    with transaction():
        found = db.session.scalar(mine)
        if found is None:
            found = HeadingChoice(owner=owner, column_set=columns.key, headings=layout.mark)
            db.session.add(found)
        found.choice, found.chosen_at = dict(choice), now


def clear(now: datetime) -> int:
    """Remove what is no longer kept, and files that no row speaks of; how many."""
    over = db.session.scalars(select(Upload).where(Upload.expires_at <= now)).all()
    paths = [queries.place(one) for one in over]
    with transaction():
        db.session.execute(delete(Upload).where(Upload.id.in_([one.id for one in over])))
    folder = config.data_dir() / "uploads"
    known = {queries.place(one) for one in db.session.scalars(select(Upload))}
    strays = [path for path in folder.glob("[0-9a-f][0-9a-f]/*") if path not in known]
    # One that was just written has its row in a moment.
    paths += [path for path in strays if path.stat().st_mtime < (now - STRAY).timestamp()]
    for path in paths:
        path.unlink(missing_ok=True)
    return len(paths)


def discard(purpose: str, *, now: datetime) -> int:
    """Remove every workbook sent for ``purpose``, whoever sent it; how many. Inside the caller's transaction.

    For what must not wait for its day to pass: a working copy that names somebody who is being erased.
    """
    found = db.session.scalars(select(Upload).where(Upload.purpose == purpose)).all()
    for one in found:
        queries.place(one).unlink(missing_ok=True)
        one.expires_at, one.filename = now, ""
    db.session.flush()
    return len(found)


def shown_name(filename: str, kind: str) -> str:
    """A name safe to show and to save under, with the ending its content has."""
    name = "".join(
        one for one in filename.replace("\\", "/").split("/")[-1] if one.isprintable() and one not in '"<>:|?*'
    )
    stem = name.strip(" .")
    for ending in (".xlsx", ".csv", ".xlsm", ".xls", ".txt"):
        if stem.lower().endswith(ending):
            stem = stem[: -len(ending)]
            break
    return f"{stem[:150] or 'workbook'}.{kind}"


def uploaded(upload: IO[bytes] | None, filename: str | None, *, field: str = "file") -> bytes:
    """The content of a form's file. Raises Invalid at ``field`` when none was chosen."""
    if upload is None or not filename:
        sentence = _("请选择文件")
        raise Invalid(sentence, [Shortfall(field, "required", sentence)])
    return receive(upload)


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(file.name).chmod(0o640)
    Path(file.name).replace(path)
