"""Taking a file in: read in pieces, recognised by content, kept once, durable before it is recorded."""

import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import IO

from PIL import Image

from association import policy
from association.documents import queries, rules
from association.documents.models import Document, Filing
from association.kernel import config
from association.kernel.actors import Actor, require
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, Invalid, Shortfall, TooLarge
from association.kernel.i18n import _
from association.ledger import service as ledger
from association.vocabulary import DocumentKind

CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class _Received:
    path: Path
    sha256: str
    size: int
    kind: DocumentKind


def file(
    stream: IO[bytes],
    filename: str,
    *,
    actor: Actor,
    enterprise_id: int | None,
    now: datetime,
    field: str = "file",
) -> Filing:
    """File what ``stream`` holds, for ``enterprise_id`` or the association. Equal content is kept once.

    Raises Invalid (at ``field`` of the form) when it is empty, damaged or of a kind not taken, TooLarge above 20 MB.
    """
    require(policy.file_document, actor, enterprise_id)
    with _refusing_at(field), _received(stream) as received:
        _keep(received)
        for attempt in (1, 2):
            try:
                return _record(received, filename, actor=actor, enterprise_id=enterprise_id, now=now)
            except Conflict:
                # Somebody filed the same content at the same moment: the second time it is found.
                if attempt == 2:
                    raise
    raise AssertionError("unreachable")


def _record(received: _Received, filename: str, *, actor: Actor, enterprise_id: int | None, now: datetime) -> Filing:
    with transaction():
        document = queries.document_by_hash(received.sha256)
        if document is None:
            document = Document(sha256=received.sha256, size=received.size, kind=received.kind, created_at=now)
            db.session.add(document)
            db.session.flush()
        filing = Filing(
            document=document,
            filename=rules.shown_name(filename, received.kind),
            enterprise_id=enterprise_id,
            account_id=actor.account_id,
            filed_at=now,
        )
        db.session.add(filing)
        db.session.flush()
        ledger.record("document.filed", f"filing:{filing.id}", actor=actor, at=now, sha256=received.sha256)
    return filing


@contextmanager
def _refusing_at(field: str) -> Iterator[None]:
    try:
        yield
    except Invalid as refused:
        raise Invalid(refused.detail, [replace(one, field=field) for one in refused.shortfalls]) from refused


@contextmanager
def _received(stream: IO[bytes]) -> Iterator[_Received]:
    """The content in a temporary file beside its later place, so that it can be renamed into it."""
    folder = config.data_dir() / "documents" / "incoming"
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=folder, delete=False) as target:
        path = Path(target.name)
        try:
            digest, size = hashlib.sha256(), 0
            while chunk := stream.read(CHUNK):
                size += len(chunk)
                if size > config.LARGEST_UPLOAD:
                    limit = config.LARGEST_UPLOAD >> 20
                    raise TooLarge(_("文件超过{limit}MB，请压缩或拆分后再上传。", limit=limit))
                digest.update(chunk)
                target.write(chunk)
            target.flush()
            os.fsync(target.fileno())
            yield _Received(path, digest.hexdigest(), size, _recognise(path, size))
        finally:
            path.unlink(missing_ok=True)


def _recognise(path: Path, size: int) -> DocumentKind:
    if size == 0:
        raise _refused("file_empty", _("文件是空的，请重新选择文件。"))
    with path.open("rb") as content:
        head = content.read(rules.TAIL)
        content.seek(max(0, size - rules.TAIL))
        tail = content.read()
    kind = rules.apparent_kind(head, tail)
    if kind is None:
        seems = _(rules.seems_to_be(head))
        raise _refused("file_kind", _("只接受PDF、JPEG、PNG文件；此文件看来是{seems}。", seems=seems))
    if kind is not DocumentKind.PDF:
        _open_picture(path, kind)
    return kind


def _open_picture(path: Path, kind: DocumentKind) -> None:
    damaged = _refused("file_damaged", _("图片已损坏，无法打开，请重新导出后再上传。"))
    too_many = _("图片像素过多（超过{limit}万），请缩小后再上传。", limit=rules.LARGEST_PICTURE // 10_000)
    if not rules.is_whole(path.read_bytes(), kind):
        raise damaged
    try:
        with Image.open(path, formats=[kind.name]) as picture:
            pixels = picture.width * picture.height
            if pixels <= rules.LARGEST_PICTURE:
                picture.verify()
    except Image.DecompressionBombError as bomb:
        raise _refused("file_pixels", too_many) from bomb
    except Exception as unreadable:
        # What a decoder raises over bytes made to confuse it is not foreseeable; for the sender it is all the same.
        raise damaged from unreadable
    if pixels > rules.LARGEST_PICTURE:
        raise _refused("file_pixels", too_many)


def _refused(code: str, sentence: str) -> Invalid:
    return Invalid(sentence, [Shortfall("file", code, sentence)])


def _keep(received: _Received) -> None:
    path = queries.place(received.sha256)
    if path.is_file() and path.stat().st_size == received.size:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    received.path.chmod(0o640)
    received.path.replace(path)
    # The name, too, is on disk before a row speaks of it.
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
