"""Questions about jobs."""

import re
from collections.abc import Sequence

from sqlalchemy import func, select

from association import policy
from association.jobs.models import Job
from association.jobs.rules import OPEN
from association.kernel.actors import Actor
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.kernel.pagination import PER_PAGE, Page

_CODE = re.compile(r"[A-Za-z0-9_-]{22}")


def job_for(actor: Actor, code: str) -> Job:
    """The job with this code, if ``actor`` may know of it. Raises NotFound.

    128 random bits behind an index: a guess learns nothing from how long the answer takes.
    """
    found = db.session.scalar(select(Job).where(Job.code == code)) if _CODE.fullmatch(code) else None
    if found is None or not policy.see_job(actor, found):
        raise NotFound
    return found


def own_jobs(actor: Actor, *, number: int = 1) -> Page:
    """The jobs that ``actor`` began, newest first."""
    number = max(1, number)
    own = select(Job).where(Job.account_id == actor.account_id)
    total = db.session.scalar(select(func.count()).select_from(own.subquery())) or 0
    found = own.order_by(Job.id.desc()).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    return Page(db.session.scalars(found).all(), number, PER_PAGE, total)


def open_ids() -> Sequence[int]:
    """Ids of what is not done, the longest waiting first."""
    return db.session.scalars(select(Job.id).where(Job.state.in_(sorted(OPEN))).order_by(Job.id).limit(50)).all()


def count_open() -> int:
    return db.session.scalar(select(func.count()).where(Job.state.in_(sorted(OPEN)))) or 0
