"""kill -9 in the middle of the day's reminders: everybody is told once, and nobody is forgotten."""

import os
import random
import sys
import time
from datetime import date
from pathlib import Path

import pytest

from association.kernel.db import db
from association.outbox.models import Message
from tests.association.operations.data import a_process, an_app
from tests.training.certificates.test_reminders import insist_on_once, run
from tests.training.certificates.years import DAY, Life

BEGINS = date(2027, 1, 1)
# In small portions, so that most kills fall between two of them or into one.
REMIND = """
from datetime import date
from association.kernel.dates import noon
from association.kernel.db import intend_to_write
from training.certificates import reminders
from wsgi import create_app
reminders.AT_A_TIME = 20
with create_app().app_context():
    intend_to_write()
    print("ready", flush=True)
    reminders.remind(date(2027, 1, 2), noon(date(2027, 1, 2)))
"""


def kill_at_random(folder: Path, size: int, times: int, chance: random.Random) -> None:
    with an_app(folder).app_context():
        life = Life(size, BEGINS, chance)
        db.session.remove()
        db.engine.dispose()
    for _time in range(times):
        one = a_process(folder, "-c", REMIND)
        assert one.stdout is not None
        assert one.stdout.readline().strip() == b"ready"
        # The moment of the kill is what is tested.
        time.sleep(chance.uniform(0.0, 1.5))
        one.kill()
        one.wait()
    with an_app(folder, migrated=False).app_context():
        before = db.session.query(Message).count()
        run(BEGINS + DAY)
        # Something was left to do, and something was done: the kills fell in the middle.
        sys.stdout.write(f"{before} messages before the last run, {db.session.query(Message).count()} after it\n")
        life.expect(BEGINS + DAY)
        insist_on_once(db, life)
        assert db.session.query(Message).count() > size // 20
        db.session.remove()
        db.engine.dispose()


@pytest.mark.full
def test_a_kill_in_the_middle_of_the_day_s_reminders_loses_and_doubles_nothing(tmp_path):
    kill_at_random(tmp_path / "data", 1500, 2, random.Random())


@pytest.mark.soak
def test_many_kills_lose_and_double_no_reminder(tmp_path):
    seed = int(os.environ.get("SEED") or random.randrange(10**6))
    sys.stdout.write(f"SEED={seed}\n")
    chance = random.Random(seed)
    for place in range(8):
        kill_at_random(tmp_path / f"data{place}", 3000, 3, chance)
