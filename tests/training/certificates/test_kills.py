"""kill -9 in the middle of the day's reminders: everybody is told once, and nobody is forgotten."""

import os
import random
import signal
import sys
from datetime import date
from pathlib import Path

import pytest

from association.kernel.db import db
from association.outbox.models import Message
from tests.association.operations.data import a_process, an_app
from tests.training.certificates.test_reminders import insist_on_once, run
from tests.training.certificates.years import DAY, Life

BEGINS = date(2027, 1, 1)
# In small portions, and killed at a statement drawn at random: within a portion, between two, before the commit.
REMIND = """
import os, signal, sys
from datetime import date
import sqlalchemy as sa
from association.kernel.dates import noon
from association.kernel.db import db, intend_to_write
from training.certificates import reminders
from wsgi import create_app
reminders.AT_A_TIME = 20
with create_app().app_context():
    intend_to_write()
    left = [int(sys.argv[1])]
    def count(*_all):
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)
    sa.event.listen(db.engine, "after_cursor_execute", count)
    sa.event.listen(db.engine, "commit", count)
    reminders.remind(date(2027, 1, 2), noon(date(2027, 1, 2)))
"""


def kill_at_random(folder: Path, size: int, times: int, chance: random.Random) -> None:
    with an_app(folder).app_context():
        life = Life(size, BEGINS, chance)
        db.session.remove()
        db.engine.dispose()
    for _time in range(times):
        one = a_process(folder, "-c", REMIND, str(chance.randrange(4, 13)))
        assert one.wait() == -signal.SIGKILL
    with an_app(folder, migrated=False).app_context():
        before = db.session.query(Message).count()
        run(BEGINS + DAY)
        after = db.session.query(Message).count()
        sys.stdout.write(f"{before} messages before the last run, {after} after it\n")
        life.expect(BEGINS + DAY)
        insist_on_once(db, life)
        assert before < after
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
