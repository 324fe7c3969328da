"""Appeals: lodged by the learner in the days after the release, decided by somebody who had no part in the mark."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from association.kernel.actors import Actor, require
from association.kernel.dates import civil_date
from association.kernel.db import db, lock_row, transaction
from association.kernel.errors import Conflict, NotFound, Shortfall
from association.kernel.i18n import _, show_date
from association.kernel.pagination import PER_PAGE, Page
from association.ledger import service as ledger
from association.persons.models import Person
from training import policy
from training.exams import marking, rules, telling
from training.exams import queries as exams
from training.exams import service as exams_service
from training.exams.models import Appeal, Sitter, Sitting
from training.exams.queries import Held
from training.results import queries
from training.vocabulary import AppealState, Duty, MarkSource


def until(sitting: Sitting, sitter: Sitter) -> date | None:
    """The last day on which an appeal of this mark is taken; None: not released."""
    return queries.appeal_until(sitting, queries.corrected([sitter.id]).get(sitter.id))


def why_not(sitting: Sitting, sitter: Sitter, lodged: Appeal | None, *, today: date) -> str:
    """Why no appeal can be lodged; empty when it can."""
    last = until(sitting, sitter)
    if last is None or sitting.cancelled_at is not None or sitter.mark is None:
        return _("成绩公布后才能申诉。")
    if lodged is not None:
        return _("这场考试您已经申诉过。")
    if today > last:
        return _("申诉期限{day}已过。", day=show_date(last))
    return ""


def own_sitter(actor: Actor, sitter_id: int) -> tuple[Held, Sitter, Appeal | None]:
    """One's own place in a sitting, and the appeal about it. Raises NotFound."""
    sitter = db.session.get(Sitter, sitter_id)
    if sitter is None or actor.person_id is None or sitter.person_id != actor.person_id:
        raise NotFound
    lodged = db.session.scalar(select(Appeal).where(Appeal.sitter_id == sitter.id).order_by(Appeal.id.desc()).limit(1))
    return exams.held(sitter.sitting_id), sitter, lodged


def lodge(found: Held, sitter: Sitter, text: str, *, actor: Actor, now: datetime) -> Appeal:
    """The learner asks that their mark be looked at again. Until it is decided no certificate is issued on it.

    Raises Forbidden, Conflict (too late, once already), Invalid (no grounds).
    """
    require(policy.appeal, actor, db.session.get_one(Person, sitter.person_id))
    if not text.strip():
        raise exams_service.invalid(Shortfall("text", "required", _("请写明申诉的理由")))
    with transaction():
        db.session.execute(lock_row(select(Sitter.id).where(Sitter.id == sitter.id)))
        lodged = db.session.scalar(select(Appeal).where(Appeal.sitter_id == sitter.id).limit(1))
        refused = why_not(found.sitting, sitter, lodged, today=civil_date(now))
        if refused:
            raise Conflict(refused, code="appeal_closed")
        made = Appeal(sitter_id=sitter.id, state=AppealState.OPEN, text=text.strip(), made_at=now)
        db.session.add(made)
        db.session.flush()
        facts = {"person": sitter.person_id, "appeal": made.id}
        ledger.record("exam.appealed", exams_service.subject(found.sitting), actor=actor, at=now, **facts)
    return made


@dataclass(frozen=True, slots=True)
class Case:
    """An appeal with what its page says of it."""

    appeal: Appeal
    sitter: Sitter
    person: Person
    held: Held
    took_part: frozenset[int]


def case_for(actor: Actor, appeal_id: int) -> Case:
    """An appeal, for those who may look at appeals. Raises NotFound."""
    found = db.session.get(Appeal, appeal_id)
    if found is None or not policy.see_appeals(actor):
        raise NotFound
    sitter = db.session.get_one(Sitter, found.sitter_id)
    took_part = exams.markers(sitter.id) | set(exams.on_duty(sitter.sitting_id, Duty.EXAMINER))
    person = db.session.get_one(Person, sitter.person_id)
    return Case(found, sitter, person, exams.held(sitter.sitting_id), frozenset(took_part))


def decide(case: Case, *, mark: int | None, answer: str, actor: Actor, now: datetime) -> None:
    """Another mark, or none: the mark stands. With the reason; the learner is told. Raises Forbidden, Conflict, Invalid."""
    require(policy.decide_appeal, actor, case.took_part, case.sitter.person_id)
    if case.appeal.state is not AppealState.OPEN:
        raise Conflict(_("这件申诉已有答复。"), code="appeal_closed")
    faults = []
    if mark is not None and not 0 <= mark <= rules.FULL:
        faults.append(Shortfall("mark", "bounds", _("应在{least}与{most}之间", least=0, most=rules.FULL)))
    if mark is not None and mark == case.sitter.mark:
        faults.append(Shortfall("mark", "same", _("与现有成绩相同；维持原成绩的请留空")))
    if not answer.strip():
        faults.append(Shortfall("answer", "required", _("请写明答复和理由，申诉人能看到")))
    if faults:
        raise exams_service.invalid(*faults)
    with transaction():
        before = case.sitter.mark
        if mark is not None:
            marking.enter_mark(case.sitter, mark, MarkSource.APPEAL, why=answer[:500], actor=actor, now=now)
        case.appeal.state = AppealState.DISMISSED if mark is None else AppealState.UPHELD
        case.appeal.answer, case.appeal.decided_at, case.appeal.decided_by = answer.strip(), now, actor.account_id
        db.session.flush()
        facts = {"appeal": case.appeal.id, "person": case.sitter.person_id, "before": before, "mark": case.sitter.mark}
        subject = exams_service.subject(case.held.sitting)
        ledger.record("exam.decided", subject, actor=actor, at=now, outcome=case.appeal.state.value, **facts)
        telling.tell(case.held.sitting, [case.sitter], "decided", now=now)


def listed(actor: Actor, *, when: str, number: int = 1) -> Page:
    """Appeals that wait (the oldest first), or that are decided: (appeal, sitter, person, sitting). Raises NotFound."""
    if not policy.see_appeals(actor):
        raise NotFound
    statement = (
        select(Appeal, Sitter, Person, Sitting)
        .join(Sitter, Sitter.id == Appeal.sitter_id)
        .join(Person, Person.id == Sitter.person_id)
        .join(Sitting, Sitting.id == Sitter.sitting_id)
    )
    if when == "past":
        statement = statement.where(Appeal.state != AppealState.OPEN).order_by(
            Appeal.decided_at.desc(), Appeal.id.desc()
        )
    else:
        statement = statement.where(Appeal.state == AppealState.OPEN).order_by(Appeal.made_at, Appeal.id)
    total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    rows = db.session.execute(statement.limit(PER_PAGE).offset((max(1, number) - 1) * PER_PAGE))
    return Page([tuple(row) for row in rows], max(1, number), PER_PAGE, total)
