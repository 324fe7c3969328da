"""Beginning long work, doing it slice by slice, and stopping it.

Each slice is one transaction that holds the job's row: what was done and where it goes on are kept together or not at
all, so a killed worker is followed by another that neither loses nor doubles. Small work may be done at once by who
begins it (``run``).
"""

import logging
import secrets
import time
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from association import policy
from association.jobs import queries, rules
from association.jobs.models import Job
from association.jobs.rules import OPEN, Slice, Work
from association.kernel.actors import NOBODY, Actor, require
from association.kernel.db import db, only_reading, transaction
from association.kernel.errors import Conflict, RegistryError
from association.kernel.i18n import _, language, speaking
from association.ledger import service as ledger
from association.vocabulary import JobState

log = logging.getLogger(__name__)

SECONDS_A_ROUND = 10.0
KEPT = timedelta(days=180)
_works: dict[str, Work] = {}
# Who an account is just now; handed down by wiring.
Directory = Callable[[int, datetime], Actor | None]
_directory: list[Directory] = []


def publish(work: Work) -> None:
    """Add a kind of work; called by its floor's wiring."""
    _works[work.kind] = work


def know_people(directory: Directory) -> None:
    """Hand down how to find who an account is."""
    _directory[:] = [directory]


def begin(kind: str, title: str, arguments: Mapping[str, Any], *, actor: Actor, now: datetime) -> Job:
    """Put a work of ``kind`` in the queue, for ``actor`` (whoever holds the code, when nobody is signed in)."""
    assert kind in _works, kind
    job = Job(
        code=secrets.token_urlsafe(16),
        kind=kind,
        title=title[:200],
        account_id=actor.account_id,
        enterprise_id=actor.enterprise_id,
        language=language(),
        arguments=dict(arguments),
        place={},
        state=JobState.QUEUED,
        created_at=now,
    )
    with transaction():
        db.session.add(job)
        db.session.flush()
        ledger.record("job.begun", f"job:{job.id}", actor=actor, at=now, kind=kind)
    return job


def cancel(job: Job, *, actor: Actor, now: datetime) -> None:
    """Stop it before its next slice. What is done stays done. Raises Conflict when it has ended."""
    require(policy.cancel_job, actor, job)
    with transaction():
        db.session.refresh(job, with_for_update=True)
        if job.state not in OPEN:
            raise Conflict(_("这项工作已经结束（{state}）。", state=job.state.label))
        job.state, job.cancel_asked, job.ended_at = JobState.CANCELLED, True, now
        ledger.record("job.cancelled", f"job:{job.id}", actor=actor, at=now)


def run(job: Job, *, now: datetime) -> None:
    """Do all of it, here and now. What refuses it is kept with it and raised too."""
    while job.state in OPEN:
        refusal = _slice(job.id, now)
        if refusal is not None:
            raise refusal


def work(now: datetime) -> int:
    """The worker's chore: slices of what waits, one job after the other in turn, for some seconds; how many."""
    until = time.monotonic() + SECONDS_A_ROUND
    count = 0
    while time.monotonic() < until:
        waiting = queries.open_ids()
        db.session.rollback()
        if not waiting:
            break
        for job_id in waiting:
            _slice(job_id, now)
            count += 1
            if time.monotonic() >= until:
                break
    return count


def _slice(job_id: int, now: datetime) -> RegistryError | None:
    """One slice; the refusal that ended the job, if one did."""
    db.session.rollback()
    job = db.session.get(Job, job_id, populate_existing=True)
    if job is None or job.state not in OPEN:
        db.session.rollback()
        return None
    with speaking("en" if job.language == "en" else "zh"):
        try:
            actor = _actor_of(job, now)
            work, version = _works[job.kind], job.version
            db.session.rollback()
            # Reading may take long: others write meanwhile, and the writer's place is taken for the change alone.
            with only_reading():
                prepared = work.prepare(job, actor, now)
                db.session.rollback()
            with transaction():
                held = _hold(job_id)
                if held is None or held.version != version or held.state not in OPEN:
                    return None  # somebody else did this slice, or it was stopped meanwhile
                _keep(held, work.apply(held, prepared, actor, now), now)
        except RegistryError as refusal:
            db.session.rollback()
            if isinstance(refusal, Conflict) and refusal.code == "lost_race":
                return _tried(job_id, now)
            _end(job_id, JobState.FAILED, refusal.detail, now)
            return refusal
        except Exception:
            log.exception("job %s failed; it is tried again", job_id)
            db.session.rollback()
            return _tried(job_id, now)
    return None


def _hold(job_id: int) -> Job | None:
    """The job's row, held until the end of the transaction; nothing when another process holds it."""
    found = select(Job).where(Job.id == job_id).execution_options(populate_existing=True)
    return db.session.scalar(found.with_for_update(skip_locked=True))


def _actor_of(job: Job, now: datetime) -> Actor:
    if job.account_id is None:
        return NOBODY
    actor = _directory[0](job.account_id, now) if _directory else None
    if actor is None:
        raise Conflict(_("开始这项工作的账号已停用，工作不再继续。"))
    return actor


def _keep(job: Job, came_to: Slice, now: datetime) -> None:
    job.place = dict(came_to.place)
    job.done, job.total, job.step = came_to.done, came_to.total, came_to.step[:200]
    job.state, job.attempts = JobState.RUNNING, 0
    if came_to.finished:
        job.state, job.ended_at = JobState.DONE, now
        job.result, job.result_url = came_to.result[: rules.LONGEST_RESULT], came_to.url[:300]


def _tried(job_id: int, now: datetime) -> RegistryError | None:
    """Count a slice that failed without a reason of ours; after some of them the job is given up."""
    with transaction():
        job = db.session.get(Job, job_id, populate_existing=True)
        if job is None or job.state not in OPEN:
            return None
        job.attempts += 1
        given_up = job.attempts >= rules.MOST_ATTEMPTS
    if not given_up:
        return None
    sentence = _("系统出错，这项工作没有完成，已做的部分有效。请稍后重新开始；如仍出错，请告诉协会。")
    _end(job_id, JobState.FAILED, sentence, now)
    return Conflict(sentence)


def _end(job_id: int, state: JobState, sentence: str, now: datetime) -> None:
    with transaction():
        job = db.session.get(Job, job_id, populate_existing=True)
        if job is not None and job.state in OPEN:
            job.state, job.result, job.ended_at = state, sentence[: rules.LONGEST_RESULT], now


def clear(now: datetime) -> int:
    """Forget what ended long ago; how many."""
    with transaction():
        over = delete(Job).where(Job.ended_at < now - KEPT)
        return int(getattr(db.session.execute(over), "rowcount", 0))
