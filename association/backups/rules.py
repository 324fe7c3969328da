"""What a backup holds: one tar file, its manifest first. Pure."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from association.kernel.errors import Unreadable
from association.kernel.i18n import _

FORMAT = "jifang-registry backup"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
LARGEST_MANIFEST = 256 * 1024 * 1024
DATABASES = {"sqlite": "database.sqlite", "postgresql": "database.dump"}
# Letter by letter what may stand in a backup: no name leads anywhere else.
_NAME = re.compile(r"database\.(?:sqlite|dump)|(?:documents|uploads)/[0-9a-f]{2}/[0-9a-f]{62}", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Member:
    """One file of a backup."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself: when and by which program, of which database, and every file with its hash."""

    made_at: str
    program: str
    migration: str
    database: str
    heads: Mapping[str, Mapping[str, Any]]
    counts: Mapping[str, int]
    members: tuple[Member, ...]


def written(manifest: Manifest) -> bytes:
    """The manifest as it stands in the file."""
    body = {"format": FORMAT, "format_version": FORMAT_VERSION, **asdict(manifest)}
    return json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True).encode()


def read_manifest(content: bytes) -> Manifest:
    """The manifest of a backup. Raises Unreadable when it is none, or one of a newer program."""
    try:
        body = json.loads(content)
        if body["format"] != FORMAT:
            raise foreign()
        if body["format_version"] != FORMAT_VERSION:
            raise Unreadable(_("这份备份由更新的程序写成，请先升级程序。"))
        members = tuple(Member(str(one["name"]), int(one["size"]), str(one["sha256"])) for one in body["members"])
        manifest = Manifest(
            made_at=str(body["made_at"]),
            program=str(body["program"]),
            migration=str(body["migration"]),
            database=str(body["database"]),
            heads={str(name): dict(head) for name, head in body["heads"].items()},
            counts={str(name): int(count) for name, count in body["counts"].items()},
            members=members,
        )
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as broken:
        raise foreign() from broken
    names = [member.name for member in members]
    sound = all(_NAME.fullmatch(one.name) and _HASH.fullmatch(one.sha256) and one.size >= 0 for one in members)
    if not sound or len(set(names)) != len(names) or DATABASES.get(manifest.database) not in names:
        raise foreign()
    return manifest


def foreign() -> Unreadable:
    """The refusal of a file that is no backup of ours."""
    return Unreadable(_("这不是本系统的备份文件，或文件已损坏。"))


def damaged(name: str) -> Unreadable:
    """The refusal of a backup of which a part is not what its manifest says."""
    return Unreadable(_("备份文件已损坏或被改动：{name}与清单不符。没有恢复任何内容。", name=name))
