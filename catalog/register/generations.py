"""Where the search index stands on the disk: its folders, what each says of itself, who may write. No Whoosh here.

``<data folder>/index/`` holds ``v…`` folders, each an index with a ``manifest.json`` (what it has applied, its files and
their hashes), ``CURRENT`` (the folder in use) and ``lock`` (one writer; it ends with its process). The files hold
pickles: the folder belongs to the service alone, is in no backup, and is built anew after a restore.
"""

import fcntl
import hashlib
import json
import os
import shutil
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from association.kernel import config
from association.kernel.errors import RegistryError
from association.kernel.i18n import _


def _engine() -> str:
    """The release of the engine, of whichever distribution provides it."""
    for name in ("Whoosh-Reloaded", "Whoosh"):
        with suppress(PackageNotFoundError):
            return version(name)
    return ""


# Raise its number whenever documents or their tokens change: indexes of another format are built anew.
FORMAT = f"2 {unicodedata.unidata_version} {_engine()} {version('opencc')}"


class Unusable(RegistryError):
    """There is no index that can be read; ``why`` tells the operator."""

    code = "search_not_ready"

    def __init__(self, why: str) -> None:
        super().__init__(_("搜索索引正在建立，请稍候再试；按编号查看和核验不受影响。"))
        self.why = why


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an index says of itself. ``entry`` and ``hash`` are of the newest register entry that it has applied."""

    format: str
    generation: int
    entry: int
    hash: str
    boot: str
    files: dict[str, tuple[int, str]]


def folder() -> Path:
    """The folder of all indexes."""
    return config.data_dir() / "index"


def current() -> Path:
    """The folder of the index in use. Raises Unusable."""
    try:
        name = (folder() / "CURRENT").read_text().strip()
    except OSError as missing:
        raise Unusable("missing") from missing
    if not name.startswith("v") or "/" in name:
        raise Unusable("damaged: CURRENT")
    return folder() / name


def manifest_of(place: Path) -> Manifest:
    """What the index in ``place`` says of itself. Raises Unusable when it says nothing, or is of another format."""
    try:
        said = json.loads((place / "manifest.json").read_text())
        files = {str(name): (int(size), str(sha)) for name, (size, sha) in said.pop("files").items()}
        manifest = Manifest(files=files, **said)
    except (OSError, ValueError, TypeError, KeyError, AttributeError) as broken:
        raise Unusable(f"damaged: {type(broken).__name__}") from broken
    if manifest.format != FORMAT:
        raise Unusable("of another version")
    return manifest


def stamp() -> tuple[Any, ...]:
    """Changes whenever another index or another generation is in use; costs two looks at the folder."""
    try:
        place = current()
        pointer, said = (folder() / "CURRENT").stat(), (place / "manifest.json").stat()
    except (Unusable, OSError):
        return ()
    return (str(place), pointer.st_mtime_ns, pointer.st_ino, said.st_mtime_ns, said.st_ino)


def size_and_hash(path: Path) -> tuple[int, str]:
    """Of a file's content."""
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def boot() -> str:
    """Changes with every start of the machine."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return "unknown"


@contextmanager
def alone(*, wait: bool) -> Iterator[bool]:
    """Whether this process alone may write the index."""
    folder().mkdir(exist_ok=True, mode=0o750)
    with (folder() / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def write_manifest(
    place: Path, generation: int, entry: int, entry_hash: str, *, known: dict[str, tuple[int, str]]
) -> None:
    """Everything on the disk first, then what says so; files never change, so those already known are not read again."""
    files: dict[str, tuple[int, str]] = {}
    for path in sorted(place.iterdir()):
        if path.name.endswith((".seg", ".toc")) or (path.name.startswith("_") and not path.name.endswith("LOCK")):
            if path.name in known:
                files[path.name] = known[path.name]
                continue
            files[path.name] = size_and_hash(path)
            with path.open("rb") as file:
                os.fsync(file.fileno())
    manifest = Manifest(FORMAT, generation, entry, entry_hash, boot(), files)
    half = place / "manifest.json.part"
    with half.open("w") as file:
        json.dump(asdict(manifest), file)
        file.flush()
        os.fsync(file.fileno())
    half.replace(place / "manifest.json")
    settle(place)


def settle(place: Path) -> None:
    """See that a folder's names are on the disk."""
    number = os.open(place, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def use(place: Path) -> None:
    """From now on this index is the one in use: one renaming."""
    pointer = folder() / f"CURRENT.{os.getpid()}"
    with pointer.open("w") as file:
        file.write(place.name)
        file.flush()
        os.fsync(file.fileno())
    pointer.replace(folder() / "CURRENT")
    settle(folder())


def sweep(*, keep: int) -> None:
    """Remove what killed builders left, and all but the ``keep`` newest indexes; the one in use always stays."""
    with suppress(Unusable):
        in_use = current().name
        whole = sorted((path for path in folder().glob("v*") if (path / "manifest.json").exists()), key=_age)
        for path in folder().glob("v*"):
            if path.name != in_use and path not in whole[-keep:]:
                shutil.rmtree(path, ignore_errors=True)


def _age(path: Path) -> int:
    made = path.name[1:].partition("-")[0]
    return int(made) if made.isdigit() else 0
