"""kill -9 at any moment: what was written down is whole, every letter is there once, the day's work is done once.

A real worker and a real writer run beside a mailbox of files and are killed at moments drawn at random.
"""

import os
import random
import sys
import time
from datetime import timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from association.kernel import clock
from association.kernel.db import db
from association.ledger import queries as ledger
from association.ledger.models import LedgerLine
from association.outbox import rules, service
from association.outbox.models import Message
from association.vocabulary import MessageState
from association.web import serving
from association.web.runs import DailyRun
from tests.association.operations.data import a_process, an_app

# One act is a line of the ledger and a letter, in one transaction: either both are there or neither.
WRITER = """
import os
from association.kernel import clock
from association.kernel.actors import OPERATOR
from association.kernel.db import transaction, intend_to_write
from association.ledger import service as ledger
from association.outbox import service as outbox
from wsgi import create_app
with create_app().app_context():
    intend_to_write()
    print("ready", flush=True)
    for number in range(100000):
        now, key = clock.now(), f"act:{os.getpid()}:{number}"
        with transaction():
            ledger.record("message.resent", key, actor=OPERATOR, at=now)
            outbox.enqueue(key, to_account_id=None, to_address="a@test.example", subject=key, body="b", url="/", spoken="zh", now=now)
"""
# The command as the operator runs it, but coming round without a rest.
WORKER = """
from association.web import serving
from wsgi import create_app
serving.SECONDS_BETWEEN_CHORES = 0
print("ready", flush=True)
create_app().test_cli_runner().invoke(args=["worker"])
"""


def kill_at_random(folder: Path, times: int, chance: random.Random) -> None:
    for _time in range(times):
        processes = [a_process(folder, "-c", WRITER), a_process(folder, "-c", WORKER), a_process(folder, "-c", WORKER)]
        for one in processes:
            assert one.stdout is not None
            assert one.stdout.readline().strip() == b"ready"
        # The moment of the kill is what is tested.
        time.sleep(chance.uniform(0.05, 0.9))
        for one in chance.sample(processes, len(processes)):
            one.kill()
            one.wait()


def insist_on_everything_once(folder: Path) -> int:
    app = an_app(folder, migrated=False)
    with app.app_context():
        # What was claimed when its worker died is due again a little later.
        later = clock.now() + timedelta(days=1)
        while service.deliver(later):
            later += timedelta(days=1)
        serving.one_round()
        done = {line.subject for line in db.session.query(LedgerLine)}
        messages = db.session.query(Message).all()
        assert {message.key for message in messages} == done
        assert {message.state for message in messages} <= {MessageState.DELIVERED}
        letters = {path.name: path for path in (folder / "mail").glob("*.eml")}
        assert set(letters) == {rules.file_name(message.id, message.key) for message in messages}
        subjects = [
            message_from_bytes(path.read_bytes(), policy=policy.default)["Subject"] for path in letters.values()
        ]
        assert sorted(subjects) == sorted(done)
        assert ledger.fault() is None
        days = [(row.day, row.work) for row in db.session.query(DailyRun)]
        assert len(days) == len(set(days))
        assert all(row.done_at for row in db.session.query(DailyRun).filter(DailyRun.day == clock.today()))
        db.session.remove()
        db.engine.dispose()
    return len(messages)


@pytest.mark.full
def test_a_few_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    an_app(folder)
    kill_at_random(folder, 2, random.Random())
    assert insist_on_everything_once(folder) > 0


@pytest.mark.soak
def test_many_kills_lose_and_double_nothing(tmp_path: Path) -> None:
    seed = int(os.environ.get("SEED") or random.randrange(10**6))
    sys.stdout.write(f"SEED={seed}\n")
    folder = tmp_path / "data"
    an_app(folder)
    size = int(os.environ.get("SOAK_SIZE") or 40)
    kill_at_random(folder, size, random.Random(seed))
    assert insist_on_everything_once(folder) > size
