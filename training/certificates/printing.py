"""What is printed: one certificate at once, a class's in one piece by a job."""

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from association.jobs import service as jobs
from association.jobs.models import Job
from association.jobs.rules import Begun, Slice, Work
from association.kernel.actors import Actor, require
from association.kernel.dates import civil_date
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, NotFound
from association.kernel.i18n import _
from association.paper.diplomas import DiplomaForm
from association.paper.press import Job as PressJob
from association.paper.press import print_job
from association.persons.models import Person
from training import policy
from training.certificates import checks, diplomas, queries
from training.certificates.diplomas import PRINTABLE, Page
from training.certificates.models import Certificate, CertificatePrint
from training.courses.models import Syllabus
from training.rosters import queries as rosters
from training.rosters.models import TrainingClass

PRINT = "certificates_print"
KEPT = timedelta(days=1)


def pages_of(certificates: Sequence[Certificate], *, now: datetime) -> list[Page]:
    """What these certificates are printed from, those that may be printed, in their order. Eight statements."""
    told = checks.shown_of(certificates, on=civil_date(now), known=now)
    events = queries.events_of(one.number for one in certificates)
    people = _by_id(Person, {one.person_id for one in certificates})
    syllabuses = _by_id(Syllabus, {one.syllabus_id for one in certificates})
    return [
        Page(one, told[one.id], people[one.person_id], syllabuses[one.syllabus_id], events[one.number][-1].recorded_at)
        for one in certificates
        if one.id in told and one.erased_at is None and told[one.id].stands.standing in PRINTABLE
    ]


def _by_id(model: Any, ids: set[int]) -> dict[int, Any]:
    return {one.id: one for one in db.session.scalars(select(model).where(model.id.in_(ids)))}


def one_job(one: Certificate, form: DiplomaForm, *, site: str, now: datetime) -> PressJob:
    """One certificate, to print. Raises Conflict for one that does not count."""
    pages = pages_of([one], now=now)
    if not pages:
        found = queries.standing(one, civil_date(now))
        raise Conflict(_("证书现为“{state}”，不再打印。", state=found.standing.label if found else "—"))
    return diplomas.job(pages, form, site=site)


# -- a class's, in one piece -----------------------------------------------------------------------------------


def begin(of: TrainingClass, form: DiplomaForm, *, site: str, actor: Actor, now: datetime) -> Job:
    """Begin to print what a class gave. Raises Forbidden."""
    require(policy.issue_certificates, actor)
    title = _("打印证书：{code}", code=of.code)
    return jobs.begin(PRINT, title, {"class": of.id, "form": form.value, "site": site}, actor=actor, now=now)


def _prepare(job: Begun, actor: Actor, now: datetime) -> tuple[bytes, int] | None:
    """First it is said how many there are, then they are printed: a slice each."""
    require(policy.issue_certificates, actor)
    pages = pages_of(queries.of_class(actor, job.arguments["class"]), now=now)
    if not pages:
        raise NotFound(_("本班还没有可以打印的证书。"))
    if not job.place:
        return b"", len(pages)
    form = DiplomaForm(job.arguments["form"])
    return print_job(diplomas.job(pages, form, site=job.arguments["site"])), len(pages)


def _apply(job: Begun, prepared: Any, actor: Actor, now: datetime) -> Slice:
    content, count = prepared
    of = rosters.training_class(job.arguments["class"])
    if not content:
        return Slice({"count": count}, 0, count, _("正在排版{count}份证书", count=count))
    made = CertificatePrint(
        code=secrets.token_urlsafe(16),
        class_id=of.id,
        account_id=actor.account_id,
        form=job.arguments["form"],
        pages=count,
        content=content,
        made_at=now,
    )
    db.session.add(made)
    db.session.flush()
    result = _("{count}份证书已排好，文件保留一天。", count=count)
    to = f"/training/certificates/printed/{made.code}.pdf"
    return Slice(job.place, count, count, finished=True, result=result, url=to)


def clear(now: datetime) -> int:
    """Forget what was printed a day ago; how many."""
    with transaction():
        over = delete(CertificatePrint).where(CertificatePrint.made_at < now - KEPT)
        return int(getattr(db.session.execute(over), "rowcount", 0))


WORK = Work(PRINT, _prepare, _apply)
