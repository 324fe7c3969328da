"""The search index follows the register: what it lacks is applied, and what cannot be used is built anew.

The register is its own queue: entries are numbered without gaps and written in the transaction of what they record, so
``entry > applied`` is what the index lacks. The index is a follower; any of it may be deleted at any time.
"""

import json
import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from time import time_ns
from typing import Any

from association.kernel.db import read
from association.ledger.rules import FIRST
from catalog.register import generations, index
from catalog.register.documents import Document, documents
from catalog.register.generations import Manifest, Unusable
from catalog.register.rules import in_effect, make_entry
from catalog.vocabulary import EntryKind

BATCH = 500
Tick = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Head:
    """The newest register entry."""

    entry: int
    hash: str


def head() -> Head:
    """The register's head as committed; one statement."""
    rows = read("SELECT position, seal FROM chain_head WHERE name = 'register'", ())
    return Head(rows[0][0], rows[0][1]) if rows else Head(0, FIRST)


def no_tick(_done: int, _of: int) -> None:
    """Says nothing."""


def catch_up(*, wait: bool = True, most: int | None = None, thorough: bool = False, tick: Tick = no_tick) -> int | None:
    """Bring the index up to the register's head; build it anew when it cannot be used. How many numbers were written.

    ``None`` when another process is at it (unless told to ``wait``), or when more than ``most`` numbers wait: then
    nothing is done here. ``thorough`` looks into the files also when nothing waits.
    """
    with generations.alone(wait=wait) as mine:
        if not mine:
            return None
        now = head()
        try:
            place = generations.current()
            manifest = generations.manifest_of(place)
            if not thorough and (manifest.entry, manifest.hash) == (now.entry, now.hash):
                return 0
            manifest, reader = index.opened(place)
        except Unusable:
            return _rebuild(now, most, tick)
        if not _follows(manifest, now):
            return _rebuild(now, most, tick)
        if manifest.entry == now.entry and manifest.generation == (reader.generation() or manifest.generation):
            return 0
        numbers = [
            row[0]
            for row in read(
                "SELECT DISTINCT number FROM register_entry WHERE entry > ? AND entry <= ? ORDER BY number",
                (manifest.entry, now.entry),
            )
        ]
        if most is not None and len(numbers) > most:
            return None
        try:
            _apply(place, manifest, numbers, now, tick)
        except Exception as broken:
            # The index was sound when it was opened: whatever fails now, a new one does not have.
            if isinstance(broken, OSError) and not isinstance(broken, FileNotFoundError):
                raise
            return _rebuild(now, most, tick)
        return len(numbers)


def rebuild(*, tick: Tick = no_tick) -> int:
    """Build a new index beside the one in use, change over by one renaming; readers go on meanwhile."""
    with generations.alone(wait=True):
        done = _rebuild(head(), None, tick)
    # What was registered meanwhile.
    catch_up()
    return done or 0


def _follows(manifest: Manifest, now: Head) -> bool:
    """Whether the index is of this register: the entry it has applied last is in the chain, with that hash."""
    if manifest.entry in (0, now.entry):
        return manifest.hash == (now.hash if manifest.entry else FIRST)
    if manifest.entry > now.entry:
        return False
    return read("SELECT hash FROM register_entry WHERE entry = ?", (manifest.entry,)) == [(manifest.hash,)]


def _apply(place: Path, manifest: Manifest, numbers: Sequence[str], now: Head, tick: Tick) -> None:
    writer = index.writer_of(place)
    try:
        for done in range(0, len(numbers), BATCH):
            for number, found in _documents(numbers[done : done + BATCH]):
                index.replace(writer, number, found)
            tick(min(done + BATCH, len(numbers)), len(numbers))
    except BaseException:
        writer.cancel()
        raise
    generation = index.commit(writer, place)
    generations.write_manifest(place, generation, now.entry, now.hash, known=manifest.files)


def _rebuild(now: Head, most: int | None, tick: Tick) -> int | None:
    of = int(read("SELECT count(*) FROM registration", ())[0][0])
    if most is not None and of > most:
        return None
    generations.sweep(keep=2)
    place = generations.folder() / f"v{time_ns()}-{os.getpid()}"
    place.mkdir(mode=0o750)
    index.create(place)
    writer = index.writer_of(place)
    done, last = 0, ""
    while rows := read(f"SELECT number FROM registration WHERE number > ? ORDER BY number LIMIT {BATCH}", (last,)):  # noqa: S608
        numbers = [row[0] for row in rows]
        for _number, found in _documents(numbers):
            for document in found:
                index.put(writer, document)
        last, done = numbers[-1], done + len(numbers)
        tick(done, max(of, done))
    generation = index.commit(writer, place)
    generations.write_manifest(place, generation, now.entry, now.hash, known={})
    generations.use(place)
    generations.sweep(keep=2)
    return done


_ENTRIES = """
SELECT entry, number, kind, CAST(effective_from AS TEXT), CAST(recorded_at AS TEXT), mandate, CAST(facts AS TEXT)
  FROM register_entry WHERE number IN ({}) ORDER BY number, entry
"""
_ALL_KNOWN = datetime.max.replace(tzinfo=UTC)


def _documents(numbers: Sequence[str]) -> Iterator[tuple[str, list[Document]]]:
    """The documents of several registrations as they are known now; one statement."""
    entries: dict[str, list[Any]] = {number: [] for number in numbers}
    rows = read(_ENTRIES.format(",".join("?" * len(numbers))), tuple(numbers))
    for entry, number, kind, effective, recorded, mandate, facts in rows:
        at = datetime.fromisoformat(recorded).replace(tzinfo=UTC)
        entries[number].append(
            make_entry(entry, number, EntryKind(kind), date.fromisoformat(effective), at, mandate, json.loads(facts))
        )
    for number, found in entries.items():
        yield number, documents(number, in_effect(found, known=_ALL_KNOWN)) if found else []
