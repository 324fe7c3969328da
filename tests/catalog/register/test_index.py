"""The index follows the register: whatever is missing, broken, foreign or half-written is noticed and built anew."""

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import date
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from whoosh.query import And, Or, Term

from association.kernel.db import db as database
from catalog.register import following, generations, index, queries, search
from catalog.register.documents import FIELDS
from catalog.register.matching import containing
from catalog.register.search import Asked
from catalog.register.shelf import common, union
from catalog.vocabulary import EntryKind
from tests.catalog.small_register import NOW, TODAY, SmallRegister, small
from tests.seeds import a_seed

__all__ = ["small"]
ROOT = Path(__file__).parents[3]


def total(q: str = "") -> int:
    return search.find(Asked(q=q), on=TODAY, known_now=NOW, seed="2026-03-02", per_page=200).total


def segment_file() -> Path:
    return next(path for path in generations.current().iterdir() if path.suffix == ".seg")


def test_one_distribution_alone_provides_the_engine() -> None:
    assert packages_distributions()["whoosh"] == ["Whoosh-Reloaded"]


def test_posting_lists_are_those_of_the_library(small: SmallRegister) -> None:
    total()
    small.then(small.door, EntryKind.AMENDED, date(2026, 2, 28), brand="新牌子")
    total()
    _manifest, reader = index.opened(generations.current())
    compared = 0
    assert reader.has_deletions()
    for leaf, _base in reader.leaf_readers():
        for field in FIELDS:
            for token in [one.decode() for one in leaf.lexicon(field)]:
                mine = [place for place in index.ids_of(leaf, field, token).tolist() if not leaf.is_deleted(place)]
                assert mine == list(leaf.postings(field, token).all_ids()), (field, token)
                compared += 1
    assert compared > 200


def test_totals_are_those_of_the_library_s_own_matchers(small: SmallRegister) -> None:
    shelf = search._shelf()
    _manifest, reader = index.opened(generations.current())
    from whoosh.searching import Searcher

    searcher = Searcher(reader)
    tokens = [token for token in shelf.lexicon("nm") if len(token) == 2][:12]
    held = shelf.held_on(TODAY.toordinal())
    for one in tokens:
        for other in tokens:
            both = common([shelf.ids("nm", one), shelf.ids("nm", other)])
            either = union([shelf.ids("nm", one), shelf.ids("nm", other)])
            terms = [Term("nm", one), Term("nm", other)]
            assert len(searcher.search(And(terms), limit=None)) == len(both[shelf.alive[both]])
            assert len(searcher.search(Or(terms), limit=None)) == len(either[shelf.alive[either]])
    name = "被动红外"
    pairs = And([Term("nm", name[place : place + 2]) for place in range(3)])
    found = containing(shelf, "nm", "name", name)
    assert len(searcher.search(pairs, limit=None)) == np.count_nonzero(held[found])


BREAK: dict[str, Callable[[], object]] = {
    "a damaged segment": lambda: _damage(segment_file()),
    "a shortened segment": lambda: os.truncate(segment_file(), 100),
    "a missing segment": lambda: segment_file().unlink(),
    "a damaged list of segments": lambda: _damage(next(generations.current().glob("*.toc"))),
    "no manifest": lambda: (generations.current() / "manifest.json").unlink(),
    "half a manifest": lambda: (generations.current() / "manifest.json").write_text('{"format": '),
    "another version": lambda: _say(format="0 of long ago"),
    "another register": lambda: _say(hash="f" * 64),
    "a later register": lambda: _say(entry=10_000),
    "a power cut in a commit": lambda: _say(generation=0, boot="before"),
    "no pointer": lambda: (generations.folder() / "CURRENT").unlink(),
    "a pointer to nowhere": lambda: (generations.folder() / "CURRENT").write_text("v1-1"),
    "a pointer to elsewhere": lambda: (generations.folder() / "CURRENT").write_text("../../etc"),
}


def _damage(path: Path) -> None:
    content = bytearray(path.read_bytes())
    for place in range(len(content) // 3, len(content) // 3 + 20):
        content[place] ^= 0xFF
    path.write_bytes(content)


def _say(**more: Any) -> None:
    path = generations.current() / "manifest.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | more))


def test_a_broken_index_is_noticed_and_built_anew(small: SmallRegister) -> None:
    assert total("样例") == 9
    for what, break_it in BREAK.items():
        before = generations.current()
        break_it()
        # As a process that comes new, and has checked nothing yet.
        search._opened.clear()
        index.sound.clear()
        assert total("样例") == 9, what
        assert search.ready() == "", what
        assert total() == queries.count(), what
        assert generations.current() != before, what


def test_readers_go_on_while_the_index_is_built_anew(app: Flask, small: SmallRegister) -> None:
    total()
    faults: list[object] = []
    stop = threading.Event()

    def read() -> None:
        with app.app_context():
            while not stop.is_set():
                try:
                    if (found := total("样例")) != 9:
                        faults.append(found)
                except Exception as fault:
                    faults.append(fault)
            database.session.remove()

    readers = [threading.Thread(target=read) for _ in range(2)]
    for one in readers:
        one.start()
    for _ in range(3):
        search.reindex()
    stop.set()
    for one in readers:
        one.join()
    assert faults == []
    assert len(list(generations.folder().glob("v*"))) <= 2


def test_many_at_once_read_what_one_reads(app: Flask, small: SmallRegister) -> None:
    words = ["样例", "红外", "door", "sl", "hongwai", "GB 10408", "防盗门", "SL-MW", "探测器", "河北", "超长", "010"]
    alone = [total(word) for word in words]
    small.add(
        "ZZ-7", name="无关", name_en="", brand="无关", manufacturer={"name": "无关", "uscc": None, "country": "CN"}
    )
    total()
    search._opened.clear()
    answers: list[list[int]] = []

    def read() -> None:
        with app.app_context():
            answers.append([total(word) for word in words])
            database.session.remove()

    readers = [threading.Thread(target=read) for _ in range(6)]
    for one in readers:
        one.start()
    for one in readers:
        one.join()
    assert len({tuple(answer) for answer in answers}) == 1
    assert len(answers) == 6
    assert all(now >= before for now, before in zip(answers[0], alone, strict=True))


def test_another_process_that_writes_is_not_waited_for(small: SmallRegister) -> None:
    before = total()
    small.add("ZZ-9")
    with generations.alone(wait=True):
        assert following.catch_up(wait=False) is None
        assert total() == before
    assert total() == before + 1


def test_many_small_changes_do_not_make_many_segments(small: SmallRegister) -> None:
    for number in range(15):
        small.add(f"ZZ-{number}")
        assert total(f"ZZ-{number}") >= 1
    assert len(search._shelf().segments) <= index.MOST_SEGMENTS + 1
    assert total() == queries.count()


def test_the_operator_builds_it_anew_and_sees_how_far_it_is(app: Flask, small: SmallRegister) -> None:
    before = generations.current() if total() else None
    done = app.test_cli_runner().invoke(args=["register", "reindex"])
    assert done.exit_code == 0
    assert "搜索索引 9/9" in done.output
    assert "搜索索引已重建：9件。" in done.output
    assert generations.current() != before


def test_the_worker_brings_it_up_to_the_register(small: SmallRegister) -> None:
    total()
    small.add("ZZ-8")
    assert search.catch_up() == 1
    assert search.catch_up() == 0
    assert search.check() == 0
    assert total("ZZ-8") == 1


def test_a_large_register_is_indexed_by_the_worker_and_not_by_a_visitor(
    client: FlaskClient, small: SmallRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "AT_ONCE", 5)
    shutil.rmtree(generations.folder(), ignore_errors=True)
    search._opened.clear()
    answer = client.get("/api/v1/catalog/register?q=样例")
    assert answer.status_code == 503
    assert answer.get_json()["type"].endswith("/problems/search_not_ready")
    reasons = client.get("/readyz").get_json()["reasons"]
    assert [reason for reason in reasons if reason.startswith("search index: missing")]
    search.catch_up()
    assert client.get("/api/v1/catalog/register?q=样例").get_json()["total"] == 9


CHILD = """
import sys
from datetime import date
sys.path.insert(0, sys.argv[1])
from wsgi import create_app
app = create_app({"DATA_DIR": sys.argv[2], "DATABASE_URL": sys.argv[3], "SECRET_KEY": "a key for tests only, long enough to be taken", "BASE_URL": "", "PRODUCTION": False})
with app.app_context():
    from sqlalchemy import select
    from association.kernel.db import db
    from association.mandates.models import Mandate
    from catalog.register import following
    from tests.catalog.small_register import SmallRegister
    room = SmallRegister.__new__(SmallRegister)
    room.mandate = db.session.scalars(select(Mandate)).first()
    print("begun", flush=True)
    for place in range(10_000):
        room.add(f"KILL-{place}")
        following.catch_up()
"""


def killed_while_writing(data: Path, url: str, chance: random.Random) -> None:
    """A process that registers and indexes, killed at any moment."""
    child = subprocess.Popen([sys.executable, "-c", CHILD, str(ROOT), str(data), url], stdout=subprocess.PIPE, cwd=ROOT)
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == b"begun\n"
        time.sleep(chance.uniform(0.05, 0.6))
    finally:
        child.send_signal(signal.SIGKILL)
        child.wait()


def _rounds(app: Flask, small: SmallRegister, rounds: int) -> None:
    chance = random.Random(a_seed())
    total()
    for _ in range(rounds):
        killed_while_writing(generations.folder().parent, app.config["DATABASE_URL"], chance)
        database.session.rollback()
        search._opened.clear()
        index.sound.clear()
        assert total() == queries.count() == len(set(search._shelf().numbers))
        assert total("KILL") == queries.count() - 9


@pytest.mark.full
def test_a_writer_killed_at_any_moment_loses_nothing(app: Flask, small: SmallRegister) -> None:
    _rounds(app, small, 3)


@pytest.mark.soak
def test_twenty_killed_writers_lose_nothing(app: Flask, small: SmallRegister) -> None:
    _rounds(app, small, int(os.environ.get("SOAK_SIZE") or 20))
