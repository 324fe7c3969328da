"""Opening and changing classes, enrolling people one by one. (Lessons: ``lessons.py``.)"""

import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import delete, select

from association import policy as ground
from association.accounts.rules import digest
from association.kernel.actors import Actor, require
from association.kernel.dates import civil_date
from association.kernel.db import db, lock_row, transaction
from association.kernel.errors import Conflict, Invalid, NotFound, Shortfall
from association.kernel.i18n import _, show_date, speaking
from association.ledger import service as ledger
from association.mandates import queries as mandates
from association.outbox import service as outbox
from association.persons import queries as persons
from association.persons import service as persons_service
from association.persons.models import Person
from association.vocabulary import ConsentPurpose, MandateItem
from training import policy
from training.courses import queries as courses
from training.courses.models import Course
from training.rosters import queries, rules
from training.rosters.models import CalendarLink, Enrolment, TrainingClass
from training.vocabulary import ClassState, EnrolmentState

LONGEST_CLASS = timedelta(days=3 * 366)
NAMED = 5  # so many are named in a sentence about several


def open_class(
    course: Course,
    *,
    code: str,
    begins: date,
    ends: date,
    capacity: int,
    enrol_until: date | None = None,
    place: str = "",
    fee: int = 0,
    fee_note: str = "",
    note: str = "",
    both_ways: bool = False,
    state: ClassState = ClassState.OPEN,
    actor: Actor,
    now: datetime,
) -> TrainingClass:
    """A class under the mandate in force and the syllabus version of its first day. Raises NoMandate, Invalid."""
    require(policy.open_class, actor)
    mandate = mandates.require_in_force(MandateItem.TRAINING, civil_date(now))
    code, last = code.strip().upper(), enrol_until or begins
    found = _class_shortfalls(code, begins, ends, last, capacity, fee)
    if not course.offered(civil_date(now)):
        found.append(Shortfall("course", "retired", _("这门课程已停开，不能再开班")))
    syllabus = courses.syllabus_on(course, begins)
    if syllabus is None:
        sentence = _("这门课程在{day}还没有起用的教学大纲，请先发布大纲或推迟开班", day=show_date(begins))
        found.append(Shortfall("begins", "no_syllabus", sentence))
    if not found and queries.has_code(code):
        found.append(Shortfall("code", "taken", _("已有使用此编号的班级")))
    if found or syllabus is None:
        raise invalid(*found)
    made = TrainingClass(
        code=code,
        course_id=course.id,
        syllabus_id=syllabus.id,
        begins=begins,
        ends=ends,
        enrol_until=last,
        place=place.strip(),
        capacity=capacity,
        fee=fee,
        fee_note=fee_note.strip(),
        note=note.strip(),
        both_ways=both_ways,
        state=state,
        mandate_id=mandate.id,
        opened_by=actor.account_id,
        opened_at=now,
    )
    with transaction():
        db.session.add(made)
        db.session.flush()
        ledger.record(
            "class.opened",
            subject(made),
            actor=actor,
            at=now,
            code=code,
            course=course.code,
            syllabus=syllabus.number,
            mandate=mandate.id,
            begins=begins.isoformat(),
            ends=ends.isoformat(),
            capacity=capacity,
        )
    return made


def _class_shortfalls(code: str, begins: date, ends: date, last: date, capacity: int, fee: int) -> list[Shortfall]:
    found = []
    if not rules.CODE.fullmatch(code):
        found.append(Shortfall("code", "shape", _("班级编号由2至30个字母、数字和短横线组成")))
    if ends < begins:
        found.append(Shortfall("ends", "before_begin", _("截止日期不能早于开始日期")))
    elif ends - begins > LONGEST_CLASS:
        found.append(Shortfall("ends", "too_long", _("一个班级最长三年，请核对日期")))
    if last > begins:
        found.append(Shortfall("enrol_until", "after_begin", _("报名截止日期不能晚于开班日期")))
    if not 1 <= capacity <= rules.LARGEST_CLASS:
        found.append(Shortfall("capacity", "bounds", _("应在{least}与{most}之间", least=1, most=rules.LARGEST_CLASS)))
    if not 0 <= fee <= rules.LARGEST_FEE:
        found.append(Shortfall("fee", "bounds", _("应在{least}与{most}之间", least=0, most=rules.LARGEST_FEE)))
    return found


def change_class(
    of: TrainingClass,
    *,
    begins: date,
    ends: date,
    enrol_until: date,
    place: str,
    capacity: int,
    fee: int,
    fee_note: str,
    note: str,
    both_ways: bool,
    actor: Actor,
    now: datetime,
) -> list[Enrolment]:
    """Other dates, places, fee; the syllabus version stays. Who moves up when there is more room. Raises Invalid."""
    require(policy.open_class, actor)
    insist_not_cancelled(of)
    found = _class_shortfalls(of.code, begins, ends, enrol_until, capacity, fee)
    with transaction():
        _lock(of)
        taken = queries.counts([of.id]).get(of.id, {}).get(EnrolmentState.ENROLLED, 0)
        if capacity < taken:
            sentence = _("已有{count}人报名，名额不能少于此数", count=taken)
            found.append(Shortfall("capacity", "too_few", sentence))
        outside = [one for one in queries.lessons(of.id) if not begins <= civil_date(one.starts_at) <= ends]
        if outside:
            sentence = _("已排的{count}节课不在新的日期之内，请先调整课表", count=len(outside))
            found.append(Shortfall("begins", "lessons_outside", sentence))
        if found:
            raise invalid(*found)
        new = {
            "begins": begins, "ends": ends, "enrol_until": enrol_until, "place": place.strip(), "capacity": capacity,
            "fee": fee, "fee_note": fee_note.strip(), "note": note.strip(),
            "both_ways": both_ways,
        }  # fmt: skip
        changed = sorted(name for name, value in new.items() if getattr(of, name) != value)
        for name in changed:
            setattr(of, name, new[name])
        db.session.flush()
        if changed:
            ledger.record("class.changed", subject(of), actor=actor, at=now, fields=changed)
        return move_up(of, actor=actor, now=now)


_BECOMES = {
    ClassState.OPEN: "class.reopened",
    ClassState.CLOSED: "class.closed",
    ClassState.CANCELLED: "class.cancelled",
}


def set_state(of: TrainingClass, state: ClassState, *, actor: Actor, now: datetime) -> None:
    """Take enrolments, stop taking them, or cancel the class for good; everybody in it is told. Raises Conflict."""
    require(policy.open_class, actor)
    insist_not_cancelled(of)
    if state not in _BECOMES or state is of.state:
        raise Conflict(_("班级现在的状态是“{state}”。", state=of.state.label))
    with transaction():
        _lock(of)
        of.state = state
        db.session.flush()
        ledger.record(_BECOMES[state], subject(of), actor=actor, at=now)
        if state is ClassState.CANCELLED:
            for row in queries.enrolments(of.id, EnrolmentState.ENROLLED, EnrolmentState.WAITING):
                tell(row, of, "cancelled", _("班级{code}已取消", code=of.code), now=now)


def tell(row: Enrolment, of: TrainingClass, what: str, subject_line: str, *, now: datetime) -> None:
    """Owe whoever a row is about a message in their inbox, if they have an account. Names nobody."""
    account = queries.account_of(row.person_id)
    if account is None:
        return
    with speaking("zh"):
        body = _(
            "班级：{code}，{begins}至{ends}。详情请在“我的培训”查看。",
            code=of.code,
            begins=show_date(of.begins),
            ends=show_date(of.ends),
        )
    outbox.enqueue(
        f"enrolment:{row.id}:{what}:{row.version}",
        to_account_id=account.id,
        to_address=account.email,
        subject=subject_line,
        body=body,
        url="/training/rosters/mine",
        spoken="zh",
        now=now,
    )


# -- taking part --------------------------------------------------------------------------------------------


def enrol(of: TrainingClass, person: Person, *, actor: Actor, now: datetime) -> Enrolment:
    """A place in the class for one person, or one on its waiting list when it is full.

    Raises Conflict (not open, enrolled already, no consent) and Invalid (another class at the same time).
    """
    require(policy.enrol_person, actor, person)
    with transaction():
        enterprise = persons.employment_on([person.id], civil_date(now)).get(person.id)
        return enter_enrolment(of, person, enterprise_id=enterprise, actor=actor, now=now)


def enter_enrolment(
    of: TrainingClass, person: Person, *, enterprise_id: int | None, actor: Actor, now: datetime
) -> Enrolment:
    """The same inside the caller's transaction, whose permission the caller has checked."""
    return enter_enrolments(of, [(person, enterprise_id)], actor=actor, now=now)[0]


def enter_enrolments(
    of: TrainingClass,
    people: Sequence[tuple[Person, int | None]],
    *,
    actor: Actor,
    now: datetime,
    naming: persons_service.Naming = persons_service.unnamed,
) -> Sequence[Enrolment]:
    """Several, each with the enterprise they come from, in this order and in a handful of statements (a workbook's rows).

    All or nobody: the first that may not is told, under its name.
    """
    if not people:
        return []
    _lock(of)
    ids = [person.id for person, _firm in people]
    known, agreed = queries.enrolments_of(of.id, ids), persons.consents_in_force(ids)
    planned, elsewhere = queries.slots_of_class(of.id), queries.slots_of_persons(ids, except_class=of.id)
    counts = queries.counts([of.id]).get(of.id, {})
    taken, waiting = counts.get(EnrolmentState.ENROLLED, 0), counts.get(EnrolmentState.WAITING, 0)
    rows = []
    for place, (person, enterprise_id) in enumerate(people):
        row = known.get(person.id)
        with naming(place):
            persons_service.insist_present(person)
            _insist_may_enrol(of, row, actor=actor, now=now)
            if ConsentPurpose.TRAINING not in agreed[person.id]:
                raise Conflict(_("报名前须由本人同意“办理培训”的个人信息告知。"), code="consent_missing")
            clash = rules.learner_clash(planned, elsewhere.get(person.id, []))
            if clash is not None:
                raise invalid(clash)
        state = rules.place_of(taken, of.capacity, waiting)
        taken, waiting = taken + (state is EnrolmentState.ENROLLED), waiting + (state is EnrolmentState.WAITING)
        if row is None:
            row = known[person.id] = Enrolment(class_id=of.id, person_id=person.id, queued_at=now)
            db.session.add(row)
        row.state, row.queued_at, row.withdrawn_at = state, now, None
        row.enterprise_id, row.enrolled_by = enterprise_id, actor.account_id
        row.enrolled_at = now if state is EnrolmentState.ENROLLED else None
        rows.append(row)
    db.session.flush()
    ledger.record_many([_line(f"enrolment.{row.state.value}", of, row) for row in rows], actor=actor, at=now)
    return rows


def _insist_may_enrol(of: TrainingClass, row: Enrolment | None, *, actor: Actor, now: datetime) -> None:
    why_not = rules.may_enrol(
        of.state, of.enrol_until, of.begins, today=civil_date(now), by_desk=policy.keep_training(actor)
    )
    if why_not:
        raise Conflict(why_not, code="enrolment_closed")
    if row is not None and row.state is not EnrolmentState.WITHDRAWN:
        raise Conflict(_("此人在本班{state}，不必重复报名。", state=row.state.label), code="enrolled_already")


def withdraw(of: TrainingClass, row: Enrolment, *, actor: Actor, now: datetime) -> list[Enrolment]:
    """Somebody leaves the class or its waiting list; who moves up in their place. Raises Conflict."""
    require(policy.enrol_person, actor, persons.person(row.person_id))
    return enter_withdrawal(of, row, actor=actor, now=now)


def enter_withdrawal(of: TrainingClass, row: Enrolment, *, actor: Actor, now: datetime) -> list[Enrolment]:
    """The same for whoever has checked the permission (an enterprise, for whom it enrolled)."""
    with transaction():
        _lock(of)
        db.session.refresh(row)
        if row.state is EnrolmentState.WITHDRAWN:
            raise Conflict(_("此人已退出本班。"))
        row.state, row.withdrawn_at = EnrolmentState.WITHDRAWN, now
        db.session.flush()
        _note("enrolment.withdrawn", of, row, actor=actor, now=now)
        return move_up(of, actor=actor, now=now)


def withdraw_many(of: TrainingClass, ids: Sequence[int], *, actor: Actor, now: datetime) -> list[Enrolment]:
    """The desk takes several out of a class or its waiting list at once: all of them or nobody. Who moves up.

    Raises Invalid (none chosen), NotFound (not of this class), Conflict (somebody has left meanwhile).
    """
    require(policy.keep_training, actor)
    wanted = sorted(set(ids))
    if not wanted:
        raise invalid(Shortfall("row", "none", _("请先勾选要移出的人员")))
    with transaction():
        _lock(of)
        rows = queries.enrolments_by_ids(of.id, wanted)
        if len(rows) != len(wanted):
            raise NotFound
        left = [row.person_id for row in rows if row.state is EnrolmentState.WITHDRAWN]
        if left:
            names = _("、").join(persons.names(left[:NAMED]))
            sentence = _(
                "{names}等{count}人已经退出本班，因此一人也没有移出。请按现在的名单重新勾选。",
                names=names,
                count=len(left),
            )
            raise Conflict(sentence)
        for row in rows:
            row.state, row.withdrawn_at = EnrolmentState.WITHDRAWN, now
        db.session.flush()
        for row in rows:
            _note("enrolment.withdrawn", of, row, actor=actor, now=now)
        # Only now: whoever waited and was ticked too is not given a place first.
        return move_up(of, actor=actor, now=now)


def move_up(of: TrainingClass, *, actor: Actor, now: datetime) -> list[Enrolment]:
    """Give free places to those who wait, first come first served. Inside the caller's transaction."""
    counts = queries.counts([of.id]).get(of.id, {})
    free = of.capacity - counts.get(EnrolmentState.ENROLLED, 0)
    waiting = queries.enrolments(of.id, EnrolmentState.WAITING)
    moved = list(waiting[: max(0, free)]) if of.state is not ClassState.CANCELLED else []
    for row in moved:
        row.state, row.enrolled_at = EnrolmentState.ENROLLED, now
        db.session.flush()
        _note("enrolment.moved_up", of, row, actor=actor, now=now)
        tell(row, of, "moved_up", _("候补已转正：班级{code}", code=of.code), now=now)
    return moved


def make_calendar_link(person: Person, *, actor: Actor, now: datetime) -> str:
    """A new secret for the address of somebody's own timetable; the old address ends. It is shown this once."""
    require(ground.own_person, actor, person)
    token = secrets.token_urlsafe(32)
    with transaction():
        db.session.execute(delete(CalendarLink).where(CalendarLink.person_id == person.id))
        db.session.add(CalendarLink(person_id=person.id, token_hash=digest(token), made_at=now))
    return token


def _lock(of: TrainingClass) -> None:
    """Places are given one after another: nobody gets the last one twice."""
    statement = select(TrainingClass).where(TrainingClass.id == of.id)
    db.session.scalars(lock_row(statement).execution_options(populate_existing=True)).one()


def _note(action: str, of: TrainingClass, row: Enrolment, *, actor: Actor, now: datetime) -> None:
    ledger.record_many([_line(action, of, row)], actor=actor, at=now)


def _line(action: str, of: TrainingClass, row: Enrolment) -> tuple[str, str, dict[str, Any]]:
    return action, subject(of), {"enrolment": row.id, "person": row.person_id, "enterprise": row.enterprise_id}


def insist_not_cancelled(of: TrainingClass) -> None:
    if of.state is ClassState.CANCELLED:
        raise Conflict(_("这个班级已取消。"))


def subject(of: TrainingClass) -> str:
    """How the ledger names a class."""
    return f"class:{of.id}"


def invalid(*found: Shortfall) -> Invalid:
    """What a form of these pages answers."""
    return Invalid(_("填写内容有误，请按各项提示改正。"), found)
