"""Writing a backup beside a register at work, and putting one into an empty folder.

Nothing is half done: a backup has its name only when it is whole and on the disk, and nothing is put into place before
every hash is checked. Secrets (``SECRET_KEY``) are not in it.
"""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from association.backups import rules
from association.backups.rules import Manifest, Member
from association.kernel import config
from association.kernel.dates import show_utc
from association.kernel.db import db
from association.kernel.errors import Conflict, Unreadable
from association.kernel.i18n import _

CHUNK = 1024 * 1024
# What a program puts into a data folder by only starting; everything else is somebody's data.
OF_THE_PROGRAM = frozenset(
    {"secret_key", "limits", "metrics", "daily.lock", "index", "search-misses", "search-misses.taken"}
)
# Files of people: evidence, and workbooks that are kept for some time.
FOLDERS = ("documents", "uploads")
MAY_BE_EMPTY = frozenset({*FOLDERS, "mail"})
Say = Callable[[str], None]


# -- backup -------------------------------------------------------------------------------------------------


def backup(target: Path, *, program: str, now: datetime, say: Say) -> Manifest:
    """Write everything but secrets into one file ``target``; others may go on writing meanwhile.

    Raises Conflict when the file is there already.
    """
    target = target.absolute()
    if target.exists():
        raise Conflict(_("{path}已经存在，请换一个文件名。", path=target))
    db.session.rollback()
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as folder:
        snapshot = Path(folder) / "database"
        # The database first: every document that it names was on the disk before.
        facts = _take_snapshot(snapshot)
        say(_("数据库已取快照"))
        members = [(Member(rules.DATABASES[facts.database], *_size_and_hash(snapshot)), snapshot)]
        for path in _document_files():
            members.append((Member(path.relative_to(config.data_dir()).as_posix(), *_size_and_hash(path)), path))
            if len(members) % 1000 == 0:
                say(_("已读{count}个文件", count=len(members)))
        manifest = Manifest(
            show_utc(now), program, facts.migration, facts.database, facts.heads, facts.counts,
            tuple(member for member, _path in members),
        )  # fmt: skip
        part = Path(folder) / "whole.tar"
        with part.open("xb") as file:
            os.fchmod(file.fileno(), 0o600)
            with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as tar:
                content = rules.written(manifest)
                tar.addfile(_header(rules.MANIFEST, len(content), now), BytesIO(content))
                for member, path in members:
                    _add(tar, member, path, now)
            file.flush()
            os.fsync(file.fileno())
        try:
            # Unlike a renaming, a link never takes the place of a file that came meanwhile.
            os.link(part, target)
        except FileExistsError as there:
            raise Conflict(_("{path}已经存在，请换一个文件名。", path=target)) from there
        _settle(target.parent)
    return manifest


@dataclass(frozen=True, slots=True)
class _Facts:
    database: str
    migration: str
    heads: dict[str, dict[str, Any]]
    counts: dict[str, int]


def _take_snapshot(target: Path) -> _Facts:
    return _dump_postgresql(target) if db.engine.dialect.name == "postgresql" else _copy_sqlite(target)


def _copy_sqlite(target: Path) -> _Facts:
    with closing(sqlite3.connect(_sqlite_path(), timeout=60)) as source, closing(sqlite3.connect(target)) as copy:
        # In one step: a copy made in several begins anew whenever another process writes.
        source.backup(copy, pages=-1)
        copy.execute("PRAGMA journal_mode = DELETE")
    return _facts_of_sqlite(target)


def _facts_of_sqlite(path: Path) -> _Facts:
    """Raises Unreadable when the file is no sound database."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            if connection.execute("PRAGMA integrity_check").fetchone() != ("ok",):
                raise Unreadable(_("数据库文件内部已损坏。"))
            tables = connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
            )
            return _facts(lambda sql: connection.execute(sql).fetchall(), "sqlite", [name for (name,) in tables])
    except sqlite3.DatabaseError as broken:
        raise Unreadable(_("数据库文件内部已损坏。")) from broken


def _facts(ask: Callable[[str], Sequence[Any]], database: str, tables: Sequence[str]) -> _Facts:
    quoted = {name: name.replace('"', '""') for name in tables}
    counts = {name: int(ask(f'SELECT count(*) FROM "{safe}"')[0][0]) for name, safe in quoted.items()}  # noqa: S608
    migration = ask("SELECT version_num FROM alembic_version")[0][0]
    heads = ask("SELECT name, position, seal FROM chain_head ORDER BY name")
    return _Facts(
        database, str(migration), {name: {"position": place, "seal": seal} for name, place, seal in heads}, counts
    )


def _dump_postgresql(target: Path) -> _Facts:
    with db.engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        # What is counted here and what is written there is one and the same state.
        snapshot = str(connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar())
        tables = sorted(sa.inspect(connection).get_table_names())
        facts = _facts(lambda sql: connection.exec_driver_sql(sql).all(), "postgresql", tables)
        _postgresql(
            "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", f"--file={target}"
        )
    return facts


def _postgresql(program: str, *options: str) -> None:
    """Run one of PostgreSQL's own programs on our database. Raises Conflict with what it said."""
    found = shutil.which(program)
    if found is None:
        raise Conflict(_("需要{program}：请安装与数据库同版本的PostgreSQL客户端程序。", program=program))
    url = db.engine.url
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    # By the environment: what stands in a command line everybody on the machine can read.
    environment = os.environ | ({"PGPASSWORD": str(url.password)} if url.password else {})
    done = subprocess.run(  # noqa: S603 - no shell
        [found, *options, f"--dbname={plain}"], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        said = " ".join(done.stderr.split())[:300]
        raise Conflict(_("{program}未能完成：{said}", program=program, said=said))


def _document_files() -> Iterator[Path]:
    found = (path for name in FOLDERS for path in (config.data_dir() / name).glob("[0-9a-f][0-9a-f]/*"))
    return iter(sorted(path for path in found if path.is_file() and not path.is_symlink()))


def _size_and_hash(path: Path) -> tuple[int, str]:
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        return file.tell(), digest


class _Hashing:
    """A file that says the hash of what was read of it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file, self.digest = file, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        piece = self._file.read(size)
        self.digest.update(piece)
        return piece


def _add(tar: tarfile.TarFile, member: Member, path: Path, now: datetime) -> None:
    with path.open("rb") as file:
        hashing: Any = _Hashing(file)
        tar.addfile(_header(member.name, member.size, now), hashing)
        if hashing.digest.hexdigest() != member.sha256:
            raise Conflict(_("{name}在备份期间被改动，请重新备份。", name=member.name))


def _header(name: str, size: int, now: datetime) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size, header.mode, header.mtime = size, 0o600, int(now.timestamp())
    return header


def _settle(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


# -- restore ------------------------------------------------------------------------------------------------


@contextmanager
def unpacked(source: Path, *, migrations: Collection[str], say: Say) -> Iterator[tuple[Manifest, Path]]:
    """A backup, wholly checked, in a folder beside its later place.

    Raises Conflict when there is data already, Unreadable when the file is broken, altered, foreign or newer.
    """
    _insist_on_empty()
    with tempfile.TemporaryDirectory(dir=config.data_dir(), prefix=".restore-") as name:
        folder = Path(name)
        try:
            with source.open("rb") as file, tarfile.open(fileobj=file, mode="r:") as tar:
                manifest = _unpack(tar, folder, largest=source.stat().st_size, say=say)
        except (tarfile.TarError, EOFError, OSError) as broken:
            if isinstance(broken, OSError) and broken.errno is not None:
                raise Conflict(_("无法读写：{said}", said=broken.strerror)) from broken
            raise rules.foreign() from broken
        if manifest.database != db.engine.dialect.name:
            words = {"made": manifest.database, "here": db.engine.dialect.name}
            raise Conflict(_("备份取自{made}，而DATABASE_URL指向{here}。请设置相应的DATABASE_URL。", **words))
        if manifest.migration not in migrations:
            raise Unreadable(_("备份由更新的程序写成（{name}），请先升级程序。", name=manifest.migration))
        if manifest.database == "sqlite":
            found = _facts_of_sqlite(folder / rules.DATABASES["sqlite"])
            if (found.migration, found.heads, found.counts) != (manifest.migration, manifest.heads, manifest.counts):
                raise rules.damaged(rules.DATABASES["sqlite"])
        yield manifest, folder


def _unpack(tar: tarfile.TarFile, folder: Path, *, largest: int, say: Say) -> Manifest:
    first = tar.next()
    if first is None or first.name != rules.MANIFEST or not _plain(first) or first.size > rules.LARGEST_MANIFEST:
        raise rules.foreign()
    content = tar.extractfile(first)
    manifest = rules.read_manifest(content.read() if content is not None else b"")
    wanted = {member.name: member for member in manifest.members}
    # A tar file is not compressed: whatever says it is larger than the file is lying, and is never begun.
    together = sum(member.size for member in manifest.members)
    if together > largest:
        raise rules.foreign()
    if together > shutil.disk_usage(folder).free:
        raise Conflict(_("数据文件夹所在磁盘空间不足，需要{size}MB。", size=together >> 20))
    done = 0
    while (header := tar.next()) is not None:
        member = wanted.pop(header.name, None)
        if member is None or not _plain(header) or header.size != member.size:
            raise rules.damaged(header.name[:120])
        _extract(tar, header, member, folder)
        done += 1
        if done % 1000 == 0:
            say(_("已核对{done}/{total}个文件", done=done, total=len(manifest.members)))
    for name in wanted:
        raise rules.damaged(name)
    return manifest


def _plain(header: tarfile.TarInfo) -> bool:
    """A file and nothing else: no link, device, folder, nor one with holes (which unpacks to more than it is)."""
    return header.type in (tarfile.REGTYPE, tarfile.AREGTYPE) and not header.issparse()


def _extract(tar: tarfile.TarFile, header: tarfile.TarInfo, member: Member, folder: Path) -> None:
    target = folder / member.name
    target.parent.mkdir(parents=True, exist_ok=True)
    content = tar.extractfile(header)
    digest, size = hashlib.sha256(), 0
    with target.open("xb") as file:
        while content is not None and (piece := content.read(CHUNK)):
            digest.update(piece)
            size += len(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    if size != member.size or digest.hexdigest() != member.sha256:
        raise rules.damaged(member.name)


def _insist_on_empty() -> None:
    """Raise Conflict unless there is nothing that a restored register could be mixed with."""
    folder = config.data_dir()
    db.session.remove()
    with db.engine.connect() as connection:
        tables = sa.inspect(connection).get_table_names()
    db.engine.dispose()
    own = set(OF_THE_PROGRAM)
    if db.engine.dialect.name == "sqlite":
        own |= {path.name for path in _sqlite_files()}
    there = [
        path.name
        for path in folder.iterdir()
        if path.name not in own and not (path.name in MAY_BE_EMPTY and path.is_dir() and not any(path.iterdir()))
    ]
    if tables or there:
        what = ", ".join(sorted(there)[:5]) or _("数据库中已有表")
        raise Conflict(_("只能恢复到空的数据文件夹和空的数据库；{folder}中已有：{what}。", folder=folder, what=what))


def put_in_place(manifest: Manifest, folder: Path) -> None:
    """Move what was unpacked to where it belongs; the database last, for with it the register is there."""
    data = config.data_dir()
    for name in FOLDERS:
        if (folder / name).is_dir():
            if (data / name).is_dir():
                (data / name).rmdir()
            (folder / name).rename(data / name)
    database = folder / rules.DATABASES[manifest.database]
    if manifest.database == "postgresql":
        _postgresql(
            "pg_restore", "--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(database)
        )
        return
    db.engine.dispose()
    for path in _sqlite_files():
        path.unlink(missing_ok=True)
    database.chmod(0o600)
    shutil.move(database, _sqlite_path())
    _settle(data)


def take_back() -> None:
    """Undo ``put_in_place``: the folder and the database are empty again, as they were found to be before."""
    db.session.remove()
    if db.engine.dialect.name == "postgresql":
        with db.engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE")
            connection.exec_driver_sql("CREATE SCHEMA public")
    db.engine.dispose()
    if db.engine.dialect.name == "sqlite":
        for path in _sqlite_files():
            path.unlink(missing_ok=True)
    for name in FOLDERS:
        shutil.rmtree(config.data_dir() / name, ignore_errors=True)


def document_faults() -> list[str]:
    """Documents that the database names and the folder has not, or has otherwise."""
    found: list[str] = []
    for sha256 in db.session.execute(sa.text("SELECT sha256 FROM document ORDER BY sha256")).scalars():
        path = config.data_dir() / "documents" / sha256[:2] / sha256[2:]
        if not path.is_file():
            found.append(_("文件{hash}…缺失。", hash=sha256[:16]))
        elif _size_and_hash(path)[1] != sha256:
            found.append(_("文件{hash}…的内容已损坏。", hash=sha256[:16]))
    db.session.rollback()
    return found


def _sqlite_path() -> Path:
    return Path(str(db.engine.url.database))


def _sqlite_files() -> list[Path]:
    path = _sqlite_path()
    return [path.with_name(path.name + end) for end in ("", "-wal", "-shm", "-journal")]
