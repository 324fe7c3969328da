"""Backup beside writers, and restoring: whole or not at all."""

import hashlib
import io
import json
import shutil
import sqlite3
import subprocess
import tarfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from association.backups import service
from association.kernel import clock
from association.kernel.actors import NOBODY
from association.kernel.db import db
from association.workbooks import queries as uploads
from association.workbooks import service as workbooks
from catalog.categories import catalogfile
from catalog.categories import queries as categories
from tests.association.operations.data import a_process, an_app, settings, tamper
from tests.conftest import ON_POSTGRES
from tests.house.showroom import drop_database, empty_database
from wsgi import create_app

Members = list[tuple[tarfile.TarInfo, bytes]]


def command(app: Flask, *arguments: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=list(arguments))
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    return done.exit_code, done.output


@pytest.fixture
def tar(there: Flask, tmp_path: Path) -> Path:
    """A backup."""
    target = tmp_path / "backup.tar"
    status, said = command(there, "backup", str(target))
    assert status == 0, said
    return target


@pytest.fixture
def empty(tmp_path: Path) -> Flask:
    """A register that has just been installed."""
    return an_app(tmp_path / "empty", migrated=False)


def content(folder: Path) -> dict[str, list[Any]]:
    """Every row of every table, and every document."""
    with sqlite3.connect(folder / "registry.db") as connection:
        tables = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        rows: dict[str, list[Any]] = {name: connection.execute(f'SELECT * FROM "{name}"').fetchall() for name in tables}
    connection.close()
    files = sorted(path for name in ("documents", "uploads") for path in (folder / name).glob("??/*"))
    return rows | {"files": [(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files]}


def members_of(path: Path) -> Members:
    with tarfile.open(path) as tar:
        return [(one, tar.extractfile(one).read()) for one in tar]  # type: ignore[union-attr]


def write(path: Path, members: Members) -> None:
    with tarfile.open(path, "w") as tar:
        for header, body in members:
            tar.addfile(header, io.BytesIO(body))


def test_what_is_restored_is_what_was_backed_up_row_by_row(tar: Path, empty: Flask, folder: Path) -> None:
    status, said = command(empty, "restore", str(tar))
    assert status == 0, said
    assert content(Path(empty.config["DATA_DIR"])) == content(folder)
    assert command(empty, "register", "audit")[0] == 0
    categories.forget()


def test_a_workbook_that_is_kept_is_restored_too(there: Flask, folder: Path, empty: Flask, tmp_path: Path) -> None:
    with there.app_context():
        code = workbooks.take_in(b"a,b\n1,2\n", "a.csv", purpose="test", actor=NOBODY, now=clock.now())
        db.session.remove()
    target = tmp_path / "with-workbook.tar"
    assert command(there, "backup", str(target))[0] == 0
    assert command(empty, "restore", str(target))[0] == 0
    with empty.app_context():
        upload = uploads.upload_for(NOBODY, code, purpose="test", now=clock.now())
        assert uploads.content_of(upload) == b"a,b\n1,2\n"
        db.session.remove()
        db.engine.dispose()


def test_a_backup_has_no_secrets_and_is_for_its_owner_only(tar: Path, folder: Path) -> None:
    (folder / "secret_key").write_text("not to be taken along, ever")
    names = [header.name for header, _body in members_of(tar)]
    assert names[:2] == ["manifest.json", "database.sqlite"]
    assert all(name.startswith("documents/") for name in names[2:])
    assert len(names) == 4
    assert tar.stat().st_mode & 0o077 == 0
    assert b"not to be taken along" not in tar.read_bytes()


def test_the_manifest_names_every_member_and_both_heads(tar: Path) -> None:
    members = members_of(tar)
    manifest = json.loads(members[0][1])
    for said, (header, body) in zip(manifest["members"], members[1:], strict=True):
        assert said == {"name": header.name, "size": len(body), "sha256": hashlib.sha256(body).hexdigest()}
    assert set(manifest["heads"]) == {"ledger", "register"}
    assert manifest["counts"]["register_entry"] == manifest["heads"]["register"]["position"]


def test_a_backup_takes_no_other_file_s_place(tar: Path, there: Flask) -> None:
    before = tar.read_bytes()
    status, said = command(there, "backup", str(tar))
    assert (status, tar.read_bytes()) == (1, before)
    assert "已经存在" in said
    assert [path.name for path in tar.parent.iterdir() if path.name.startswith(".")] == []


WRITER = """
import itertools
from association.kernel import clock
from association.kernel.actors import OPERATOR
from association.kernel.db import transaction, intend_to_write
from association.ledger import service
from wsgi import create_app
with create_app().app_context():
    intend_to_write()
    for number in itertools.count():
        with transaction():
            service.record("product.saved", f"product:{number}", actor=OPERATOR, at=clock.now(), reason="x" * 500)
        print(number, flush=True)
"""


def test_a_backup_while_others_write_is_of_one_moment(there: Flask, folder: Path, tmp_path: Path, empty: Flask) -> None:
    writer = a_process(folder, "-c", WRITER)
    try:
        assert writer.stdout is not None
        assert writer.stdout.readline().strip() == b"0"
        status, said = command(there, "backup", str(tmp_path / "b.tar"))
        assert writer.stdout.readline()
    finally:
        writer.kill()
        writer.wait()
    assert status == 0, said
    assert command(empty, "restore", str(tmp_path / "b.tar"))[0] == 0
    kept, written = content(Path(empty.config["DATA_DIR"]))["ledger_line"], content(folder)["ledger_line"]
    assert len(kept) < len(written)
    assert written[: len(kept)] == kept


# -- refusals: nothing is put into place ---------------------------------------------------------------------


def flip(members: Members) -> None:
    header, body = members[1]
    members[1] = (header, body[:5000] + bytes([body[5000] ^ 1]) + body[5001:])


def drop(members: Members) -> None:
    del members[-1]


def add(members: Members) -> None:
    members.append((named("documents/ab/" + "c" * 62), b""))


def twice(members: Members) -> None:
    members.append(members[-1])


def climb(members: Members) -> None:
    renamed(members, "../../escaped")


def absolute(members: Members) -> None:
    renamed(members, "/tmp/escaped-by-restore")


def link(members: Members) -> None:
    header, _body = members[-1]
    header.type, header.linkname, header.size = tarfile.SYMTYPE, "/etc/passwd", 0
    members[-1] = (header, b"")


def hard_link(members: Members) -> None:
    header, _body = members[-1]
    header.type, header.linkname, header.size = tarfile.LNKTYPE, "manifest.json", 0
    members[-1] = (header, b"")


def device(members: Members) -> None:
    header, _body = members[-1]
    header.type, header.size = tarfile.CHRTYPE, 0
    members[-1] = (header, b"")


def bomb(members: Members) -> None:
    manifest = json.loads(members[0][1])
    manifest["members"][-1]["size"] = 10**15
    set_manifest(members, manifest)


def no_manifest(members: Members) -> None:
    del members[0]


def other_format(members: Members) -> None:
    set_manifest(members, {"format": "something else"})


def newer(members: Members) -> None:
    set_manifest(members, json.loads(members[0][1]) | {"format_version": 2})


def newer_migration(members: Members) -> None:
    set_manifest(members, json.loads(members[0][1]) | {"migration": "9999_future"})


def not_json(members: Members) -> None:
    members[0] = (named("manifest.json", 4), b"[[[[")


def other_counts(members: Members) -> None:
    manifest = json.loads(members[0][1])
    manifest["counts"]["register_entry"] += 1
    set_manifest(members, manifest)


def other_head(members: Members) -> None:
    manifest = json.loads(members[0][1])
    manifest["heads"]["ledger"]["seal"] = "0" * 64
    set_manifest(members, manifest)


def named(name: str, size: int = 0) -> tarfile.TarInfo:
    header = tarfile.TarInfo(name)
    header.size = size
    return header


def renamed(members: Members, name: str) -> None:
    manifest = json.loads(members[0][1])
    manifest["members"][-1]["name"] = name
    members[-1][0].name = name
    set_manifest(members, manifest)


def set_manifest(members: Members, manifest: dict[str, Any]) -> None:
    body = json.dumps(manifest).encode()
    members[0] = (named("manifest.json", len(body)), body)


TAMPERINGS = [
    flip, drop, add, twice, climb, absolute, link, hard_link, device, bomb, no_manifest, other_format, newer,
    newer_migration, not_json, other_counts, other_head,
]  # fmt: skip


@pytest.mark.parametrize("change", TAMPERINGS, ids=lambda one: one.__name__)
def test_a_backup_that_was_touched_is_refused_and_nothing_is_put_into_place(
    tar: Path, empty: Flask, tmp_path: Path, change: Callable[[Members], None]
) -> None:
    members = members_of(tar)
    change(members)
    write(tmp_path / "touched.tar", members)
    status, said = command(empty, "restore", str(tmp_path / "touched.tar"))
    assert status == 1
    assert "Error:" in said
    data = Path(empty.config["DATA_DIR"])
    assert not (data / "documents").exists()
    assert not any(path.name.startswith(".restore") for path in data.iterdir())
    assert not (tmp_path / "escaped").exists()
    # The good one still goes into the same folder.
    assert command(empty, "restore", str(tar))[0] == 0
    categories.forget()


@pytest.mark.parametrize("cut", [0, 100, 600, 40_000, -1500])
def test_a_backup_that_was_cut_off_is_refused(tar: Path, empty: Flask, tmp_path: Path, cut: int) -> None:
    whole = tar.read_bytes()
    end = len(whole) + cut if cut < 0 else cut
    (tmp_path / "cut.tar").write_bytes(whole[:end] if cut >= 0 else whole[: end - 10_240])
    status, said = command(empty, "restore", str(tmp_path / "cut.tar"))
    assert status == 1
    assert "Traceback" not in said


def test_a_compressed_or_quite_other_file_is_refused(tar: Path, empty: Flask, tmp_path: Path) -> None:
    for name, body in (("a.txt", b"hello" * 500), ("a.tar.gz", subprocess.run(["gzip", "-c", tar], capture_output=True, check=True).stdout)):  # fmt: skip
        (tmp_path / name).write_bytes(body)
        status, said = command(empty, "restore", str(tmp_path / name))
        assert status == 1
        assert "不是本系统的备份文件" in said


def test_a_folder_that_is_not_empty_is_left_alone(tar: Path, there: Flask, folder: Path, empty: Flask) -> None:
    before = content(folder)
    status, said = command(there, "restore", str(tar))
    assert status == 1
    assert "只能恢复到空的" in said
    assert content(folder) == before
    stray = Path(empty.config["DATA_DIR"]) / "documents" / "ab"
    stray.mkdir(parents=True)
    assert command(empty, "restore", str(tar))[0] == 1
    shutil.rmtree(stray)
    assert command(empty, "restore", str(tar))[0] == 0
    categories.forget()


def test_a_backup_of_a_tampered_register_is_taken_back_unless_it_is_wanted(
    there: Flask, folder: Path, tmp_path: Path, empty: Flask
) -> None:
    tamper(folder, "UPDATE register_entry SET facts = replace(facts, 'SL-PIR-777', 'SL-PIR-778') WHERE entry = 2")
    assert command(there, "backup", str(tmp_path / "b.tar"))[0] == 0
    status, said = command(empty, "restore", str(tmp_path / "b.tar"))
    assert status == 1
    assert "登记簿第2条的内容被改动过" in said
    data = Path(empty.config["DATA_DIR"])
    assert not (data / "registry.db").exists()
    assert not (data / "documents").exists()
    assert command(empty, "restore", "--despite-faults", str(tmp_path / "b.tar"))[0] == 1
    assert content(data)["register_entry"] == content(folder)["register_entry"]
    categories.forget()


def test_a_lost_document_is_said_at_the_backup_and_at_the_restore(
    there: Flask, folder: Path, tmp_path: Path, empty: Flask
) -> None:
    next((folder / "documents").glob("??/*")).unlink()
    status, said = command(there, "backup", str(tmp_path / "b.tar"))
    assert status == 0
    assert "警告" in said
    assert "缺失" in said
    assert "缺失" in command(empty, "restore", str(tmp_path / "b.tar"))[1]


def test_a_file_that_changes_while_it_is_read_spoils_the_backup(
    there: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(service, "_size_and_hash", lambda path: (path.stat().st_size, "0" * 64))
    status, said = command(there, "backup", str(tmp_path / "b.tar"))
    assert status == 1
    assert "被改动" in said
    assert not (tmp_path / "b.tar").exists()


@pytest.mark.soak
def test_a_backup_is_whole_or_absent_whenever_it_is_killed(folder: Path, tmp_path: Path) -> None:
    for tries in range(20):
        target = tmp_path / f"{tries}.tar"
        one = a_process(folder, "-m", "flask", "--app", "wsgi", "backup", str(target))
        time.sleep(0.5 + tries * 0.1)
        one.kill()
        one.wait()
        if target.exists():
            assert len(members_of(target)) == 4


@pytest.mark.postgres
def test_the_drill_on_postgresql(tmp_path: Path) -> None:
    if not ON_POSTGRES:
        pytest.skip("runs where TEST_DATABASE=postgresql")
    apps: list[Flask] = []
    urls = [empty_database(tmp_path) for _one in range(2)]
    try:
        for name, url in zip(("one", "two"), urls, strict=True):
            (tmp_path / name).mkdir()
            apps.append(create_app(settings(tmp_path / name) | {"DATABASE_URL": url}))
        one, two = apps
        for arguments in (["db", "upgrade"], ["catalog", "load", str(catalogfile.OWN_COPY)], ["demo", "load"]):
            status, said = command(one, *arguments)
            assert status == 0, said
        status, said = command(one, "backup", str(tmp_path / "b.tar"))
        assert status == 0, said
        status, said = command(two, "restore", str(tmp_path / "b.tar"))
        assert status == 0, said
        for table in ("ledger_line", "register_entry", "account", "message"):
            both = []
            for app in apps:
                with app.app_context():
                    both.append(db.session.execute(sa.text(f'SELECT * FROM "{table}" ORDER BY id')).all())
                    db.session.remove()
            assert both[0] == both[1] != []
        assert command(two, "restore", str(tmp_path / "b.tar"))[0] == 1
        assert command(two, "register", "audit")[0] == 0
    finally:
        for app in apps:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()
        for url in urls:
            drop_database(url)
        categories.forget()
