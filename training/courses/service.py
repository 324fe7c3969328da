"""Setting up courses, publishing syllabus versions, keeping rooms and trainers."""

from datetime import date, datetime
from typing import Any

from association.kernel.actors import Actor, require
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, Invalid, Shortfall
from association.kernel.i18n import _
from association.ledger import service as ledger
from training import policy
from training.courses import queries, rules
from training.courses.models import Course, Room, Subject, Syllabus, Trainer, TrainerQualification
from training.courses.rules import SyllabusPlan
from training.vocabulary import CourseKind, Level, Qualification, RoomKind


def create_course(
    code: str,
    name: str,
    *,
    occupation: str,
    level: Level,
    kind: CourseKind,
    summary: str = "",
    actor: Actor,
    now: datetime,
) -> Course:
    """A new course, still without a syllabus. Raises Invalid."""
    require(policy.edit_course, actor)
    code = code.strip().upper()
    found = rules.title_shortfalls("name", name)
    if not rules.CODE.fullmatch(code):
        found.append(Shortfall("code", "shape", _("课程代码由2至20个字母、数字和短横线组成")))
    elif queries.has_code(code):
        found.append(Shortfall("code", "taken", _("已有使用此代码的课程")))
    if not occupation.strip():
        found.append(Shortfall("occupation", "blank", _("请填写此项")))
    if found:
        raise invalid(*found)
    course = Course(
        code=code,
        name=name.strip(),
        occupation=occupation.strip(),
        level=level,
        kind=kind,
        summary=summary.strip(),
        created_at=now,
    )
    with transaction():
        db.session.add(course)
        db.session.flush()
        ledger.record("course.created", f"course:{course.id}", actor=actor, at=now, code=code, name=course.name)
    return course


def publish_syllabus(course: Course, plan: SyllabusPlan, *, actor: Actor, now: datetime) -> Syllabus:
    """The next version of a course's syllabus. Nothing published is changed: running classes keep theirs.

    Raises Invalid with every shortfall.
    """
    require(policy.edit_course, actor)
    known = queries.versions(course)
    if found := rules.syllabus_shortfalls(plan, after=known[0].begins if known else None):
        raise invalid(*found)
    syllabus = Syllabus(
        course_id=course.id,
        number=known[0].number + 1 if known else 1,
        published_at=now,
        published_by=actor.account_id,
        **{name: getattr(plan, name) for name in rules.SYLLABUS_FIELDS},
    )
    with transaction():
        db.session.add(syllabus)
        db.session.flush()
        for position, one in enumerate(plan.subjects, 1):
            subject = Subject(
                syllabus_id=syllabus.id, position=position, name=one.name.strip(), part=one.part, hours=one.hours
            )
            db.session.add(subject)
        ledger.record(
            "syllabus.published",
            f"course:{course.id}",
            actor=actor,
            at=now,
            number=syllabus.number,
            begins=plan.begins.isoformat(),
            hours=rules.hours(plan.subjects),
        )
    return syllabus


def change_course(course: Course, *, name: str, summary: str, actor: Actor, now: datetime) -> None:
    """Another name or summary; what is taught changes by a new syllabus version only. Raises Invalid."""
    require(policy.edit_course, actor)
    if found := rules.title_shortfalls("name", name):
        raise invalid(*found)
    new = {"name": name.strip(), "summary": summary.strip()}
    changed = sorted(field for field, value in new.items() if getattr(course, field) != value)
    if changed:
        with transaction():
            course.name, course.summary = new["name"], new["summary"]
            ledger.record("course.changed", f"course:{course.id}", actor=actor, at=now, fields=changed)


def retire_course(course: Course, *, last_day: date, actor: Actor, now: datetime) -> None:
    """No class of it is opened after ``last_day``; those there are go on. Raises Conflict."""
    require(policy.edit_course, actor)
    if course.retired_on is not None:
        raise Conflict(_("这门课程已停开。"))
    with transaction():
        course.retired_on = last_day
        ledger.record("course.retired", f"course:{course.id}", actor=actor, at=now, last_day=last_day.isoformat())


def record_room(
    name: str, kind: RoomKind, *, seats: int, address: str = "", equipment: str = "", actor: Actor, now: datetime
) -> Room:
    """A room for lessons. Raises Invalid."""
    require(policy.edit_course, actor)
    found = []
    if not name.strip():
        found.append(Shortfall("name", "blank", _("请填写此项")))
    elif queries.has_room(name.strip()):
        found.append(Shortfall("name", "taken", _("已有同名的场地")))
    if not 1 <= seats <= rules.MOST_SEATS:
        found.append(Shortfall("seats", "bounds", _("应在{least}与{most}之间", least=1, most=rules.MOST_SEATS)))
    if found:
        raise invalid(*found)
    room = Room(name=name.strip(), kind=kind, seats=seats, address=address.strip(), equipment=equipment.strip())
    with transaction():
        db.session.add(room)
        db.session.flush()
        ledger.record("room.recorded", f"room:{room.id}", actor=actor, at=now, name=room.name, seats=seats)
    return room


def change_room(room: Room, *, actor: Actor, now: datetime, **details: Any) -> None:
    """Change ``seats``, ``address``, ``equipment``, ``in_use``; or some."""
    require(policy.edit_course, actor)
    changed = {name: value for name, value in details.items() if getattr(room, name) != value}
    if "seats" in changed and not 1 <= changed["seats"] <= rules.MOST_SEATS:
        raise invalid(Shortfall("seats", "bounds", _("应在{least}与{most}之间", least=1, most=rules.MOST_SEATS)))
    if changed:
        with transaction():
            for name, value in changed.items():
                setattr(room, name, value)
            ledger.record("room.changed", f"room:{room.id}", actor=actor, at=now, **changed)


def record_trainer(name: str, *, account_id: int | None = None, actor: Actor, now: datetime) -> Trainer:
    """Somebody who gives lessons. Raises Invalid."""
    require(policy.edit_course, actor)
    if not name.strip():
        raise invalid(Shortfall("name", "blank", _("请填写此项")))
    trainer = Trainer(name=name.strip(), account_id=account_id, recorded_at=now)
    with transaction():
        db.session.add(trainer)
        db.session.flush()
        ledger.record("trainer.recorded", f"trainer:{trainer.id}", actor=actor, at=now, account=account_id)
    return trainer


def note_qualification(
    trainer: Trainer,
    kind: Qualification,
    *,
    since: date,
    until: date | None = None,
    number: str = "",
    issuer: str = "",
    actor: Actor,
    now: datetime,
) -> TrainerQualification:
    """What a trainer holds, as seen on the paper. Raises Invalid."""
    require(policy.edit_course, actor)
    if until is not None and until < since:
        raise invalid(Shortfall("until", "before_begin", _("截止日期不能早于开始日期")))
    held = TrainerQualification(
        trainer_id=trainer.id, kind=kind, since=since, until=until, number=number.strip(), issuer=issuer.strip()
    )
    with transaction():
        db.session.add(held)
        facts = {"kind": kind.value, "since": since.isoformat(), "until": until.isoformat() if until else None}
        ledger.record("trainer.changed", f"trainer:{trainer.id}", actor=actor, at=now, **facts)
    return held


def rest_trainer(trainer: Trainer, in_use: bool, *, actor: Actor, now: datetime) -> None:
    """Whether the trainer is offered for lessons; lessons already planned stay."""
    require(policy.edit_course, actor)
    if trainer.in_use != in_use:
        with transaction():
            trainer.in_use = in_use
            ledger.record("trainer.changed", f"trainer:{trainer.id}", actor=actor, at=now, in_use=in_use)


def invalid(*found: Shortfall) -> Invalid:
    """What a form of these pages answers."""
    return Invalid(_("填写内容有误，请按各项提示改正。"), found)
