"""kill -9 while the worker judges a long list: the job goes on, and there is one receipt, signed, with every line."""

import os
import random
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from association.jobs import queries as jobs
from association.jobs.models import Job
from association.kernel import clock
from association.kernel.actors import NOBODY, OPERATOR
from association.kernel.db import db
from association.ledger.models import LedgerLine
from association.vocabulary import JobState
from association.workbooks import service as spool
from catalog.categories import service as categories
from catalog.categories.catalogfile import OWN_COPY
from catalog.verifications import kept, workbooks
from catalog.verifications.models import Verification, VerificationLine, VerificationWorkbook
from tests.association.operations.data import a_process, an_app
from tests.catalog.verifications.test_workbooks import a_list

# One round of the worker: what it does with a job is what is killed.
ROUND = """
from association.jobs import service as jobs
from association.kernel import clock
from association.kernel.db import intend_to_write
from wsgi import create_app
with create_app().app_context():
    intend_to_write()
    print("ready", flush=True)
    jobs.work(clock.now())
"""


def begun(folder: Path, lines: int) -> str:
    """A long list that waits for the worker: the code of its job."""
    rows = [[str(one), "探测器", f"SL-{one}", "某某公司", 1, "", ""] for one in range(lines)]
    with an_app(folder).app_context():
        now = clock.now()
        categories.load(OWN_COPY, actor=OPERATOR, now=now)
        content = a_list(*rows)
        upload = spool.taken_in(content, "清单.xlsx", purpose=workbooks.PURPOSE, actor=NOBODY, now=now)
        opened = workbooks.read_list(*workbooks.open_list(content, actor=NOBODY))
        job = workbooks.begin(opened, upload, {"on": None, "made_on": None}, actor=NOBODY, now=now)
        code = job.code
        db.session.remove()
        db.engine.dispose()
    return code


def through_kills(folder: Path, lines: int, kills: int, chance: random.Random) -> None:
    begun(folder, lines)
    for _time in range(kills):
        worker = a_process(folder, "-c", ROUND)
        assert worker.stdout is not None
        worker.stdout.readline()
        # The moment of the kill is what is tested.
        time.sleep(chance.uniform(0.0, 1.2))
        worker.kill()
        worker.wait()
        worker.stdout.close()
    last = a_process(folder, "-c", ROUND)
    said, _nothing = last.communicate()
    assert last.returncode == 0, said.decode()
    with an_app(folder, migrated=False).app_context():
        assert jobs.open_ids() == []
        [job] = db.session.scalars(sa.select(Job))
        assert (job.state, job.done, job.total) == (JobState.DONE, lines, lines)
        [receipt] = db.session.scalars(sa.select(Verification))
        assert job.result_url.endswith(receipt.receipt)
        assert [line.position for line in kept.each_line(receipt)] == list(range(1, lines + 1))
        for table, rows in ((VerificationLine, lines), (VerificationWorkbook, 1)):
            assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == rows
        said_of_it = sa.select(sa.func.count()).where(LedgerLine.action == "verification.kept")
        assert db.session.scalar(said_of_it) == 1
        db.session.remove()
        db.engine.dispose()


@pytest.mark.full
def test_a_list_whose_worker_is_killed_has_one_receipt_in_the_end(tmp_path: Path) -> None:
    through_kills(tmp_path / "data", 1_500, 4, random.Random())


@pytest.mark.soak
def test_a_long_list_killed_many_times_has_one_receipt_in_the_end(tmp_path: Path) -> None:
    seed = int(os.environ.get("SEED") or random.randrange(10**6))
    sys.stdout.write(f"SEED={seed}\n")
    through_kills(tmp_path / "data", int(os.environ.get("SOAK_SIZE") or 10_000), 20, random.Random(seed))
