"""Enrolling a roster: the good rows, or all or nothing; by a job that a kill neither loses nor doubles."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from association.jobs import service as jobs
from association.jobs.models import Job
from association.jobs.rules import Begun, Slice, Work
from association.kernel.actors import Actor, require
from association.kernel.dates import civil_date
from association.kernel.db import transaction
from association.kernel.errors import Conflict, Invalid, RegistryError, Shortfall
from association.kernel.i18n import _
from association.persons import queries as persons
from association.persons import service as persons_service
from association.persons.models import Person
from association.vocabulary import ConsentPurpose
from association.workbooks import queries as workbooks
from association.workbooks.layout import Layout, Source
from training import policy
from training.enrolments import queries
from training.enrolments.queries import Judged, Weighed
from training.enrolments.rules import ROSTER, Row
from training.rosters import queries as rosters
from training.rosters import service as rosters_service
from training.rosters.models import Enrolment, TrainingClass
from training.rosters.rules import may_enrol
from training.vocabulary import EnrolmentState

PURPOSE = "roster"
ROWS_A_SLICE = 200


def begin(of: TrainingClass, code: str, *, good_only: bool, sheet: str | None, actor: Actor, now: datetime) -> Job:
    """Begin to enrol what was uploaded under ``code``. Raises Forbidden, NotFound."""
    require(policy.enrol_by_workbook, actor)
    workbooks.upload_for(actor, code, purpose=PURPOSE, now=now)
    arguments = {"class": of.id, "upload": code, "good_only": good_only, "sheet": sheet}
    return jobs.begin(PURPOSE, _("名册报名：{code}", code=of.code), arguments, actor=actor, now=now)


def read(code: str, of: TrainingClass, *, sheet: str | None, actor: Actor, now: datetime) -> Judged:
    """The roster that was uploaded, judged as things stand now. Raises Invalid, NotFound."""
    source, layout = open_upload(code, sheet=sheet, actor=actor, now=now)
    return queries.judge(source, layout, of, actor=actor, now=now)


def open_upload(code: str, *, sheet: str | None, actor: Actor, now: datetime) -> tuple[Source, Layout]:
    """The roster's file and where its table stands. Raises NotFound."""
    return workbooks.opened(ROSTER, code, purpose=PURPOSE, sheet=sheet, actor=actor, now=now)


def _prepare(job: Begun, actor: Actor, now: datetime) -> Judged:
    said = job.arguments
    of = rosters.training_class(said["class"])
    return read(said["upload"], of, sheet=said["sheet"], actor=actor, now=now)


def _apply(job: Begun, judged: Any, actor: Actor, now: datetime) -> Slice:
    """Some rows more, or all of them at once. People who are in the class already are left as they are."""
    require(policy.enrol_by_workbook, actor)
    assert isinstance(judged, Judged)
    of = rosters.training_class(job.arguments["class"])
    good_only = bool(job.arguments["good_only"])
    counts, there = judged.reading.counts, len(judged.there)
    place = dict(job.place)
    if not place:
        if counts.faulty and not good_only:
            raise Invalid(
                _("有{count}行有误，一行也没有录入。请改正后重新上传，或只录入无误的行。", count=counts.faulty)
            )
        place = {"row": 0, "enrolled": 0, "waiting": 0, "there": there, "good": counts.good, "faulty": counts.faulty}
    rows = [row for row in judged.to_enrol if row.row > place["row"]]
    some = rows[:ROWS_A_SLICE] if good_only else rows
    for row, entered in zip(some, _enrol(of, some, judged, actor=actor, now=now), strict=True):
        place["enrolled" if entered.state is EnrolmentState.ENROLLED else "waiting"] += 1
        place["row"] = row.row
    done = place["enrolled"] + place["waiting"] + place["there"]
    total = place["good"]
    if len(rows) > len(some):
        return Slice(place, done, total, _("正在报名"))
    result = _(
        "报名{enrolled}人，候补{waiting}人；原已在班{there}人；有误未录入{faulty}行。",
        enrolled=place["enrolled"],
        waiting=place["waiting"],
        there=place["there"],
        faulty=place["faulty"],
    )
    return Slice(place, total, total, finished=True, result=result, url=f"/training/rosters/{of.id}")


def enrol_own(
    of: TrainingClass, rows: Sequence[Row], *, actor: Actor, now: datetime
) -> list[tuple[Row, Enrolment, bool]]:
    """An enterprise's own people, all of them or nobody: each row, its place, and whether it was there before.

    Raises Conflict (the class takes no enrolments) and Invalid, which names every fault as ``people.<from 0>.<field>``.
    """
    require(policy.enrol_own_people, actor)
    closed = may_enrol(of.state, of.enrol_until, of.begins, today=civil_date(now), by_desk=False)
    if closed:
        raise Conflict(closed, code="enrolment_closed")
    with transaction():
        weighed = queries.weigh({row.row: row for row in rows}, of, actor=actor, now=now)
        found = [
            Shortfall(f"people.{row.row - 1}.{fault.field}", fault.code, fault.detail)
            for row in rows
            for fault in weighed.faults[row.row]
        ]
        if found:
            raise Invalid(_("有人员不能报名，因此一人也没有报名。请按各项提示改正后重新提交。"), found)
        _enrol(of, [row for row in rows if row.row not in weighed.there], weighed, actor=actor, now=now)
        places = queries.places(of, [row.identity for row in rows])
        return [(row, places[row.identity], row.row in weighed.there) for row in rows]


def withdraw_own(of: TrainingClass, row: Enrolment, *, actor: Actor, now: datetime) -> None:
    """An enterprise takes back what it enrolled; who waits moves up. Raises Forbidden, Conflict."""
    require(policy.enrol_own_people, actor)
    rosters_service.enter_withdrawal(of, row, actor=actor, now=now)


def _enrol(
    of: TrainingClass, rows: Sequence[Row], judged: Judged | Weighed, *, actor: Actor, now: datetime
) -> Sequence[Enrolment]:
    """Some rows, inside the slice's transaction, step by step for all of them; what is wrong after all names its row."""
    people = _people(rows, judged, actor=actor, now=now)
    ids = [person.id for person in people]
    agreed, employed = persons.consents_in_force(ids), persons.employment_on(ids, civil_date(now))
    signed = [
        (row, person)
        for row, person in zip(rows, people, strict=True)
        if row.agreed and ConsentPurpose.TRAINING not in agreed[person.id]
    ]
    persons_service.enter_consents(
        [person for _row, person in signed],
        ConsentPurpose.TRAINING,
        actor=actor,
        now=now,
        naming=_naming([row for row, _person in signed]),
    )
    own = queries.asking(actor).enterprise_id
    wanted = []
    for place, (row, person) in enumerate(zip(rows, people, strict=True)):
        current, employer = employed.get(person.id), judged.employers.get(row.uscc) or own
        if employer is not None and current != employer:
            with _naming(rows)(place):
                persons_service.enter_employment(person, employer, begins=civil_date(now), actor=actor, now=now)
        wanted.append((person, employer if employer is not None else current))
    return rosters_service.enter_enrolments(of, wanted, actor=actor, now=now, naming=_naming(rows))


def _people(rows: Sequence[Row], judged: Judged | Weighed, *, actor: Actor, now: datetime) -> Sequence[Person]:
    """The file of each row's person: as it stands now, or made."""
    there = persons.by_identities(row.identity for row in rows if row.identity in judged.known)
    new = [row for row in rows if row.identity not in there]
    made = persons_service.enter_persons(
        [persons_service.NewPerson(row.name, row.identity, row.phone) for row in new],
        actor=actor,
        now=now,
        naming=_naming(new),
    )
    by_number = {row.identity: person for row, person in zip(new, made, strict=True)}
    # What was merged is the file it was merged into.
    by_number |= {
        number: one if one.merged_into_id is None else persons.person(one.id) for number, one in there.items()
    }
    return [by_number[row.identity] for row in rows]


def _naming(rows: Sequence[Row]) -> persons_service.Naming:
    @contextmanager
    def named(place: int) -> Iterator[None]:
        try:
            yield
        except RegistryError as refused:
            shortfalls = getattr(refused, "shortfalls", ())
            detail = shortfalls[0].detail if shortfalls else refused.detail
            raise Invalid(_("第{row}行：{detail}", row=rows[place].row, detail=detail)) from refused

    return named


WORK = Work(PURPOSE, _prepare, _apply)
