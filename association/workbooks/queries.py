"""Uploads and remembered headings."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlalchemy import select

from association import policy
from association.kernel import config
from association.kernel.actors import Actor
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.kernel.i18n import _
from association.workbooks.columns import ColumnSet
from association.workbooks.layout import Layout, Source
from association.workbooks.models import HeadingChoice, Upload

_CODE = re.compile(r"[A-Za-z0-9_-]{22}")


def digest(code: str) -> str:
    """What is kept of a code."""
    return hashlib.sha256(code.encode()).hexdigest()


def place(upload: Upload) -> Path:
    """Where the file is."""
    return config.data_dir() / "uploads" / upload.code_hash[:2] / upload.code_hash[2:]


def upload_for(actor: Actor, code: str, *, purpose: str, now: datetime) -> Upload:
    """The upload with this code, sent for this purpose, while it is kept. Raises NotFound."""
    found = None
    if _CODE.fullmatch(code):
        found = db.session.scalar(select(Upload).where(Upload.code_hash == digest(code)))
    if found is None or found.purpose != purpose or found.expires_at <= now or not policy.see_upload(actor, found):
        raise NotFound
    return found


def upload_by_hash(code_hash: str, *, purpose: str, now: datetime) -> Upload:
    """The upload that something of ours points to, while it is kept. Raises NotFound."""
    found = db.session.scalar(select(Upload).where(Upload.code_hash == code_hash, Upload.purpose == purpose))
    if found is None or found.expires_at <= now:
        raise NotFound(_("上传的文件已不再保留，请重新上传。"))
    return found


def content_of(upload: Upload) -> bytes:
    """The file as it was sent. Raises NotFound when the data folder has lost it."""
    try:
        return place(upload).read_bytes()
    except FileNotFoundError as lost:
        raise NotFound from lost


def opened(
    columns: ColumnSet, code: str, *, purpose: str, sheet: str | None, actor: Actor, now: datetime
) -> tuple[Source, Layout]:
    """The uploaded file and where its table stands, by what these headings were taken for last time. Raises NotFound."""
    source = Source(content_of(upload_for(actor, code, purpose=purpose, now=now)))
    layout = source.lay_out(columns, sheet=sheet or None, chosen=None)
    if (kept := remembered(columns, layout, actor=actor)) is not None:
        layout = source.lay_out(columns, sheet=sheet or None, chosen=kept)
    return source, layout


def owner_of(actor: Actor) -> str:
    """For whom a choice of headings is remembered: the enterprise, else the person; nobody for visitors."""
    if actor.enterprise_id is not None:
        return f"enterprise:{actor.enterprise_id}"
    return f"account:{actor.account_id}" if actor.account_id is not None else ""


def remembered(columns: ColumnSet, layout: Layout, *, actor: Actor) -> Mapping[str, str] | None:
    """What these headings were taken for the last time, if anybody corrected them."""
    owner = owner_of(actor)
    if not owner:
        return None
    found = db.session.scalar(
        select(HeadingChoice.choice).where(
            HeadingChoice.owner == owner,
            HeadingChoice.column_set == columns.key,
            HeadingChoice.headings == layout.mark,
        )
    )
    return None if found is None else {str(heading): str(key) for heading, key in found.items()}
