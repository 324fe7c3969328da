"""Arranging sittings, admitting people, letting them in. (Marks and their release: ``marking.py``.)"""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import delete, select

from association.accounts.models import Account
from association.kernel.actors import Actor, require
from association.kernel.dates import civil_date
from association.kernel.db import db, lock_row, transaction
from association.kernel.errors import Conflict, Invalid, Shortfall
from association.kernel.i18n import _, show_moment
from association.ledger import service as ledger
from association.mandates import queries as mandates
from association.vocabulary import MandateItem
from training import policy
from training.courses import queries as courses
from training.exams import clashes, queries, rules, telling
from training.exams.models import OnDuty, Sitter, Sitting
from training.exams.queries import Held
from training.exams.rules import PlanLine
from training.questions import queries as questions
from training.rosters import queries as rosters
from training.rosters.models import TrainingClass
from training.vocabulary import ClassState, Duty, Means, Part, SittingState

LETTERS = {Part.THEORY: "L", Part.PRACTICE: "S"}


def invalid(*found: Shortfall) -> Invalid:
    """Every shortfall at once."""
    return Invalid(_("填写内容有误，请按各项提示改正。"), found)


def subject(sitting: Sitting) -> str:
    """How the ledger names it."""
    return f"sitting:{sitting.id}"


# -- arranging ----------------------------------------------------------------------------------------------


def arrange(
    of: TrainingClass,
    part: Part,
    means: Means,
    *,
    starts_at: datetime,
    ends_at: datetime,
    minutes: int,
    room_id: int,
    seats: int | None = None,
    plan: Sequence[PlanLine] = (),
    tolerance: int | None = None,
    note: str = "",
    actor: Actor,
    now: datetime,
) -> Sitting:
    """A sitting of one component, under the mandate in force. ``seats`` none: as many as the room has; ``tolerance``
    none: the one of the data. Raises NoMandate, Conflict, Invalid.
    """
    require(policy.keep_exams, actor)
    mandate = mandates.require_in_force(MandateItem.TRAINING, civil_date(now))
    if of.state is ClassState.CANCELLED:
        raise Conflict(_("班级已取消，不能安排考试。"), code="sitting_closed")
    room = courses.room(room_id)
    seats = room.seats if seats is None else seats
    term = rules.term_on(queries.terms(), civil_date(starts_at))
    asked = queries.asked_of(courses.syllabus(of.syllabus_id))[part]
    found = _shortfalls(of, part, means, starts_at, ends_at, minutes, seats, room.seats, plan)
    if asked.pass_mark is None:
        found.insert(0, Shortfall("part", "not_asked", _("本班的教学大纲没有这一项考试")))
    if starts_at <= now:
        found.append(Shortfall("starts_at", "past", _("开始时间应晚于现在")))
    found += clashes.of_room(room, starts_at, ends_at)
    if tolerance is not None and not 0 <= tolerance <= rules.FULL:
        sentence = _("应在{least}与{most}之间", least=0, most=rules.FULL)
        found.append(Shortfall("tolerance", "bounds", sentence))
    if found:
        raise invalid(*found)
    made = Sitting(
        code=f"{of.code}-{LETTERS[part]}{queries.count_of_class(of.id, part) + 1}",
        class_id=of.id,
        part=part,
        means=means,
        starts_at=starts_at,
        ends_at=ends_at,
        minutes=minutes,
        room_id=room.id,
        seats=seats,
        plan=[asdict(line) for line in plan],
        tolerance=term.tolerance if tolerance is None else tolerance,
        appeal_days=term.appeal_days,
        note=note.strip(),
        mandate_id=mandate.id,
        arranged_by=actor.account_id,
        arranged_at=now,
    )
    with transaction():
        db.session.add(made)
        db.session.flush()
        facts = {"class": of.id, "part": part.value, "means": means.value, "mandate": mandate.id, "seats": seats}
        ledger.record("exam.arranged", subject(made), actor=actor, at=now, code=made.code, **facts)
    return made


def _shortfalls(
    of: TrainingClass,
    part: Part,
    means: Means,
    starts_at: datetime,
    ends_at: datetime,
    minutes: int,
    seats: int,
    room_seats: int,
    plan: Sequence[PlanLine],
) -> list[Shortfall]:
    meeting = [one for one in rosters.slots_of_class(of.id) if one.starts_at < ends_at and starts_at < one.ends_at]
    lessons_end = max((one.ends_at for one in meeting), default=None)
    found = rules.time_shortfalls(
        starts_at, ends_at, minutes, seats=seats, room_seats=room_seats, lessons_end=lessons_end
    )
    if (means is Means.CHECKLIST) != (part is Part.PRACTICE):
        found.append(Shortfall("means", "part", _("实操由两名考评员评分；理论用题库机考或纸笔考试")))
    elif means is not Means.SHEET:
        found += rules.plan_shortfalls(plan)
        if means is Means.BANK and not found:
            found += [Shortfall("plan", "questions", lack.sentence) for lack in questions.lacking(plan)]
    return found


def change(
    found: Held,
    *,
    starts_at: datetime,
    ends_at: datetime,
    minutes: int,
    room_id: int,
    seats: int,
    plan: Sequence[PlanLine],
    note: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Another time, room or plan while it has not begun; who is admitted is told of another time or room."""
    require(policy.keep_exams, actor)
    sitting = insist_state(found.sitting, SittingState.PLANNED, now=now)
    room = courses.room(room_id)
    faults = _shortfalls(found.of, sitting.part, sitting.means, starts_at, ends_at, minutes, seats, room.seats, plan)
    if starts_at <= now:
        faults.append(Shortfall("starts_at", "past", _("开始时间应晚于现在")))
    faults += clashes.of_room(room, starts_at, ends_at, except_sitting=sitting.id)
    faults += clashes.of_duties(queries.on_duty(sitting.id), starts_at, ends_at, except_sitting=sitting.id)
    taken = max((one.seat for one, _person in queries.sitters(sitting.id)), default=0)
    if seats < taken:
        faults.append(Shortfall("seats", "taken", _("{taken}号座位已有考生", taken=taken)))
    if faults:
        raise invalid(*faults)
    with transaction():
        moved = (sitting.starts_at, sitting.ends_at, sitting.room_id) != (starts_at, ends_at, room_id)
        sitting.starts_at, sitting.ends_at, sitting.minutes = starts_at, ends_at, minutes
        sitting.room_id, sitting.seats, sitting.note = room_id, seats, note.strip()
        sitting.plan = [asdict(line) for line in plan]
        db.session.flush()
        ledger.record("exam.changed", subject(sitting), actor=actor, at=now, moved=moved)
        if moved:
            telling.tell(sitting, those(sitting), "moved", room.name, now=now)


def cancel(found: Held, *, why: str, actor: Actor, now: datetime) -> None:
    """It does not take place, or what was sat there does not count; who is admitted is told. Not once released."""
    require(policy.keep_exams, actor)
    sitting = found.sitting
    if sitting.cancelled_at is not None or sitting.released_at is not None:
        raise Conflict(_("考试已取消，或成绩已公布，不能再取消。"), code="sitting_closed")
    if not why.strip():
        raise invalid(Shortfall("why", "required", _("请写明取消的原因")))
    with transaction():
        sitting.cancelled_at = now
        db.session.flush()
        ledger.record("exam.cancelled", subject(sitting), actor=actor, at=now, why=why.strip())
        telling.tell(sitting, those(sitting), "cancelled", why.strip(), now=now)


def set_duties(
    found: Held, *, invigilators: Sequence[int], examiners: Sequence[int], actor: Actor, now: datetime
) -> None:
    """Who invigilates, who examines (accounts). Who has scored already stays. Raises Invalid, Conflict."""
    require(policy.keep_exams, actor)
    sitting = insist_open(found.sitting)
    practice = sitting.means is Means.CHECKLIST
    own = queries.teaching(found.of.id)
    faults = rules.duty_shortfalls("invigilators", invigilators, own, least=1, sentence=_("请至少选一名监考人员"))
    if practice:
        faults += rules.duty_shortfalls("examiners", examiners, own, least=2, sentence=_("请至少选两名考评员"))
    chosen = {*invigilators, *examiners}
    faults += clashes.of_duties(chosen, sitting.starts_at, sitting.ends_at, except_sitting=sitting.id)
    known = set(db.session.scalars(select(Account.id).where(Account.id.in_(chosen), Account.active)))
    if chosen - known:
        faults.append(Shortfall("invigilators", "unknown", _("所选人员没有有效账号，请刷新页面")))
    sitting_themselves = set(
        db.session.scalars(
            select(Account.id)
            .join(Sitter, Sitter.person_id == Account.person_id)
            .where(Sitter.sitting_id == sitting.id, Account.id.in_(chosen))
        )
    )
    if sitting_themselves:
        faults.append(Shortfall("invigilators", "sits", _("本场考生不能监考或考评")))
    scored = queries.examiners_who_scored(sitting.id)
    if scored - set(examiners):
        faults.append(Shortfall("examiners", "scored", _("已经评过分的考评员不能移出")))
    if faults:
        raise invalid(*faults)
    with transaction():
        db.session.execute(delete(OnDuty).where(OnDuty.sitting_id == sitting.id))
        for duty, accounts in ((Duty.INVIGILATOR, invigilators), (Duty.EXAMINER, examiners if practice else ())):
            for account_id in dict.fromkeys(accounts):
                db.session.add(OnDuty(sitting_id=sitting.id, account_id=account_id, duty=duty))
        db.session.flush()
        facts = {"invigilators": sorted(set(invigilators)), "examiners": sorted(set(examiners))}
        ledger.record("exam.duties", subject(sitting), actor=actor, at=now, **facts)


# -- who sits -----------------------------------------------------------------------------------------------


def admit(found: Held, person_ids: Sequence[int], *, actor: Actor, now: datetime) -> list[Sitter]:
    """A seat for each of these people, the lowest free ones in the order given; all or nothing.

    Raises Invalid naming who may not sit and by which rule; Conflict when it has begun.
    """
    require(policy.keep_exams, actor)
    insist_state(found.sitting, SittingState.PLANNED, now=now)
    ids = list(dict.fromkeys(person_ids))
    if not ids:
        raise invalid(Shortfall("people", "required", _("请勾选考生")))
    with transaction():
        db.session.execute(lock_row(select(Sitting.id).where(Sitting.id == found.sitting.id)))
        known = {one.person.id: one for one in queries.candidates(found, now=now, person_ids=ids)}
        faults = [
            Shortfall(
                "people",
                said.rule.value,
                _("{name}：{rule}——{detail}", name=one.person.name, rule=said.rule.label, detail=said.detail),
            )
            for one in known.values()
            for said in one.said
            if not said.holds
        ]
        if ids_missing := [one for one in ids if one not in known]:
            faults.append(
                Shortfall("people", "unknown", _("所选{count}人不在本班，请刷新页面", count=len(ids_missing)))
            )
        fresh = [one for one in ids if one in known and not known[one].admitted]
        taken = {one.seat for one, _person in queries.sitters(found.sitting.id)}
        free = [seat for seat in range(1, found.sitting.seats + 1) if seat not in taken]
        if len(fresh) > len(free) and not faults:
            sentence = _("座位不够：选了{count}人，剩余{left}个座位", count=len(fresh), left=len(free))
            faults.append(Shortfall("people", "seat", sentence))
        if faults:
            raise invalid(*faults)
        made = [
            Sitter(
                sitting_id=found.sitting.id,
                person_id=person_id,
                seat=seat,
                admitted_at=now,
                admitted_by=actor.account_id,
            )
            for person_id, seat in zip(fresh, free, strict=False)
        ]
        db.session.add_all(made)
        db.session.flush()
        if made:
            seats = {str(one.person_id): one.seat for one in made}
            ledger.record("exam.admitted", subject(found.sitting), actor=actor, at=now, seats=seats)
        telling.tell(found.sitting, made, "admitted", found.room.name, now=now)
    return made


def leave_out(found: Held, sitter: Sitter, *, why: str, actor: Actor, now: datetime) -> None:
    """Somebody does not sit after all and is told; their seat is free again. Not once the sitting has begun."""
    require(policy.keep_exams, actor)
    insist_state(found.sitting, SittingState.PLANNED, now=now)
    with transaction():
        facts = {"person": sitter.person_id, "seat": sitter.seat, "why": why.strip()}
        telling.tell(found.sitting, [sitter], "left_out", why.strip(), now=now)
        db.session.delete(sitter)
        db.session.flush()
        ledger.record("exam.left_out", subject(found.sitting), actor=actor, at=now, **facts)


def let_in(found: Held, sitter: Sitter, *, actor: Actor, now: datetime) -> None:
    """Somebody came, and the invigilator looked at their card. From an hour before until the end. Twice changes nothing."""
    require(policy.invigilate, actor, queries.on_duty(found.sitting.id, Duty.INVIGILATOR))
    sitting = insist_open(found.sitting)
    if not rules.doors_open(sitting.starts_at, sitting.ends_at, now):
        raise Conflict(
            _("{when}开考，提前60分钟起至考试结束可以入场。", when=show_moment(sitting.starts_at)),
            code="sitting_closed",
        )
    if sitter.came_at is not None:
        return
    with transaction():
        sitter.came_at, sitter.came_by, sitter.absent = now, actor.account_id, False
        db.session.flush()
        ledger.record("exam.came", subject(sitting), actor=actor, at=now, person=sitter.person_id)


def note_absent(found: Held, sitter: Sitter, *, actor: Actor, now: datetime) -> None:
    """Somebody did not come: it costs no attempt. Not for whoever came or has a mark."""
    require(policy.invigilate, actor, queries.on_duty(found.sitting.id, Duty.INVIGILATOR))
    sitting = insist_open(found.sitting)
    if now < sitting.starts_at:
        raise Conflict(
            _("{when}开考，现在还不能登记缺考。", when=show_moment(sitting.starts_at)), code="sitting_closed"
        )
    if sitter.came_at is not None or sitter.mark is not None:
        raise Conflict(_("此人已入场或已有成绩，不能登记缺考。"), code="sitter_present")
    with transaction():
        sitter.absent = True
        db.session.flush()
        ledger.record("exam.absent", subject(sitting), actor=actor, at=now, person=sitter.person_id)


def note_the_rest_absent(found: Held, *, actor: Actor, now: datetime) -> int:
    """Everybody who neither came nor has a mark did not come; how many. Once the sitting is over."""
    require(policy.invigilate, actor, queries.on_duty(found.sitting.id, Duty.INVIGILATOR))
    sitting = insist_open(found.sitting)
    if now < sitting.ends_at:
        raise Conflict(_("考试还没有结束，迟到的考生仍可入场；可以逐人登记缺考。"), code="sitting_closed")
    with transaction():
        missing = [one for one in those(sitting) if one.came_at is None and one.mark is None and not one.absent]
        for one in missing:
            one.absent = True
        db.session.flush()
        if missing:
            people = [one.person_id for one in missing]
            ledger.record("exam.absent", subject(sitting), actor=actor, at=now, people=people)
    return len(missing)


def those(sitting: Sitting) -> list[Sitter]:
    return [one for one, _person in queries.sitters(sitting.id)]


# -- insisting ----------------------------------------------------------------------------------------------


def insist_open(sitting: Sitting) -> Sitting:
    """Neither cancelled nor released. Raises Conflict."""
    if sitting.cancelled_at is not None or sitting.released_at is not None:
        raise Conflict(_("考试已取消，或成绩已公布。"), code="sitting_closed")
    return sitting


def insist_begun(sitting: Sitting, *, now: datetime) -> None:
    """No mark before the start. Raises Conflict."""
    if now < sitting.starts_at:
        raise Conflict(
            _("{when}开考，现在还不能登记成绩。", when=show_moment(sitting.starts_at)), code="sitting_closed"
        )


def insist_state(sitting: Sitting, state: SittingState, *, now: datetime) -> Sitting:
    """Raises Conflict when it stands elsewhere."""
    if sitting.state(now) is not state:
        raise Conflict(
            _("这场考试现在是“{state}”，不能这样办理。", state=sitting.state(now).label), code="sitting_closed"
        )
    return sitting
