"""Entering a mark sheet: the good rows, or all or nothing; by a job that a kill neither loses nor doubles."""

from datetime import datetime
from typing import Any

from association.jobs import service as jobs
from association.jobs.models import Job
from association.jobs.rules import Begun, Slice, Work
from association.kernel.actors import Actor, require
from association.kernel.errors import Conflict, Invalid
from association.kernel.i18n import _
from association.ledger import service as ledger
from association.workbooks import queries as workbooks
from association.workbooks.layout import Layout, Source
from training import policy
from training.exams import marking
from training.exams import queries as exams
from training.exams import service as exams_service
from training.exams.queries import Held
from training.marksheets import queries
from training.marksheets.queries import Judged
from training.marksheets.rules import MARKS
from training.vocabulary import MarkSource, Means

PURPOSE = "exam_marks"


def insist_open(found: Held, *, now: datetime) -> None:
    """Marks are entered from the start of a paper sitting until its release. Raises Conflict."""
    sitting = exams_service.insist_open(found.sitting)
    if sitting.means is Means.CHECKLIST:
        raise Conflict(_("实操成绩由考评员评分得出，不能直接登记。"), code="sitting_closed")
    exams_service.insist_begun(sitting, now=now)


def begin(found: Held, code: str, *, good_only: bool, sheet: str | None, actor: Actor, now: datetime) -> Job:
    """Begin to enter what was uploaded under ``code``. Raises Forbidden, NotFound, Conflict."""
    require(policy.keep_exams, actor)
    insist_open(found, now=now)
    workbooks.upload_for(actor, code, purpose=PURPOSE, now=now)
    arguments = {"sitting": found.sitting.id, "upload": code, "good_only": good_only, "sheet": sheet}
    return jobs.begin(PURPOSE, _("成绩表：{code}", code=found.sitting.code), arguments, actor=actor, now=now)


def read(code: str, found: Held, *, sheet: str | None, actor: Actor, now: datetime) -> Judged:
    """The sheet that was uploaded, judged as things stand now. Raises Invalid, NotFound."""
    source, layout = open_upload(code, sheet=sheet, actor=actor, now=now)
    return queries.judge(source, layout, found)


def open_upload(code: str, *, sheet: str | None, actor: Actor, now: datetime) -> tuple[Source, Layout]:
    """The sheet's file and where its table stands. Raises NotFound."""
    return workbooks.opened(MARKS, code, purpose=PURPOSE, sheet=sheet, actor=actor, now=now)


def _prepare(_job: Begun, actor: Actor, _now: datetime) -> None:
    """Nothing beforehand: a sheet of one sitting is judged where it is written."""
    require(policy.keep_exams, actor)


def _apply(job: Begun, _prepared: Any, actor: Actor, now: datetime) -> Slice:
    """Everything at once: a sitting has two thousand seats at most. What stands already is left as it is."""
    require(policy.keep_exams, actor)
    said = job.arguments
    found = exams.held(said["sitting"])
    insist_open(found, now=now)
    judged = read(said["upload"], found, sheet=said["sheet"], actor=actor, now=now)
    counts = judged.reading.counts
    if counts.faulty and not said["good_only"]:
        raise Invalid(_("有{count}行有误，一行也没有录入。请改正后重新上传，或只录入无误的行。", count=counts.faulty))
    sitters = {one.id: one for one, _person in exams.sitters(found.sitting.id)}
    marks: dict[str, int] = {}
    absent: list[int] = []
    for row, one in judged.to_enter:
        sitter = sitters[one.sitter_id]
        if row.mark is None:
            sitter.absent = True
            absent.append(sitter.person_id)
            continue
        corrects = sitter.mark is not None
        source = MarkSource.CORRECTION if corrects else MarkSource.SHEET
        marking.enter_mark(sitter, row.mark, source, why=row.why if corrects else "", actor=actor, now=now)
        marks[str(sitter.person_id)] = row.mark
    subject = exams_service.subject(found.sitting)
    if marks:
        facts = {"source": MarkSource.SHEET.value, "marks": marks}
        ledger.record("exam.marked", subject, actor=actor, at=now, **facts)
    if absent:
        ledger.record("exam.absent", subject, actor=actor, at=now, people=absent)
    result = _(
        "录入成绩{marks}人，缺考{absent}人；原已登记{there}人；有误未录入{faulty}行。",
        marks=len(marks),
        absent=len(absent),
        there=len(judged.there),
        faulty=counts.faulty,
    )
    url = f"/training/exams/{found.sitting.id}"
    return Slice(done=counts.good, total=counts.good, finished=True, result=result, url=url)


WORK = Work(PURPOSE, _prepare, _apply)
