"""Sittings, who sits, what follows for whom. A handful of statements, however many people."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import func, or_, select

from association.accounts.models import Account
from association.kernel.actors import Actor
from association.kernel.dates import civil_date
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.kernel.i18n import _
from association.kernel.pagination import PER_PAGE, Page
from association.persons.models import Person
from training import policy
from training.attendance import queries as attendance
from training.courses.models import Course, Room, Syllabus, Trainer
from training.exams import rules
from training.exams.models import Appeal, MarkEntry, OnDuty, Score, Sitter, Sitting
from training.exams.rules import Asked, Attempt, Facts, Hall, Outcome, Said, Term
from training.rosters import queries as rosters
from training.rosters.models import Enrolment, Lesson, TrainingClass
from training.vocabulary import AppealState, Duty, EnrolmentState, Part

TERMS = Path(__file__).parent.parent / "data" / "exams.json"
CHUNK = 900


@cache
def terms() -> tuple[Term, ...]:
    """Days to appeal in and tolerances, from when to when (``training/data/exams.json``)."""
    rows = json.loads(TERMS.read_text(encoding="utf-8"))
    return tuple(
        Term(
            date.fromisoformat(row["begins"]) if row["begins"] else None,
            date.fromisoformat(row["ends"]) if row["ends"] else None,
            row["appeal_days"],
            row["tolerance"],
            row["basis"],
        )
        for row in rows
    )


def asked_of(syllabus: Syllabus) -> dict[Part, Asked]:
    """What a syllabus version asks of each component."""
    marks = {Part.THEORY: syllabus.theory_pass, Part.PRACTICE: syllabus.practice_pass}
    return {part: Asked(mark, syllabus.resits, syllabus.resit_months) for part, mark in marks.items()}


# -- outcomes -----------------------------------------------------------------------------------------------


def outcomes(class_id: int, person_ids: Iterable[int], *, now: datetime) -> dict[int, Outcome]:
    """What each person reached in a class by now, of released sittings; everybody asked for has one.

    Two statements for the class and its syllabus, two for each nine hundred people.
    """
    ids = list(dict.fromkeys(person_ids))
    syllabus = db.session.scalars(
        select(Syllabus)
        .join(TrainingClass, TrainingClass.syllabus_id == Syllabus.id)
        .where(TrainingClass.id == class_id)
    ).one()
    asked = asked_of(syllabus)
    sat = attempts([class_id], ids, released_by=now)
    disputed = appealing([class_id], ids)
    return {
        one: rules.outcome(
            {part: rules.standing(sat[class_id, one, part], asked[part]) for part in Part},
            asked,
            appeal_open=(class_id, one) in disputed,
        )
        for one in ids
    }


def attempts(
    class_ids: Collection[int], person_ids: Sequence[int], *, released_by: datetime
) -> dict[tuple[int, int, Part], list[Attempt]]:
    """What was sat, by class, person and component; only of sittings released by then."""
    found: dict[tuple[int, int, Part], list[Attempt]] = defaultdict(list)
    for first in range(0, len(person_ids), CHUNK):
        rows = db.session.execute(
            select(Sitting.class_id, Sitter.person_id, Sitting.part, Sitting.starts_at, Sitter.mark)
            .join(Sitting, Sitting.id == Sitter.sitting_id)
            .where(
                Sitting.class_id.in_(class_ids),
                Sitter.person_id.in_(person_ids[first : first + CHUNK]),
                Sitting.cancelled_at.is_(None),
                Sitting.released_at <= released_by,
                Sitter.mark.is_not(None),
            )
            .order_by(Sitting.starts_at, Sitting.id)
        )
        for class_id, person_id, part, starts_at, mark in rows:
            if mark is not None:
                found[class_id, person_id, part].append(Attempt(civil_date(starts_at), mark))
    return found


def appealing(class_ids: Collection[int], person_ids: Sequence[int]) -> set[tuple[int, int]]:
    """Who has an appeal that is not decided, by class and person."""
    found: set[tuple[int, int]] = set()
    for first in range(0, len(person_ids), CHUNK):
        rows = db.session.execute(
            select(Sitting.class_id, Sitter.person_id)
            .join(Sitting, Sitting.id == Sitter.sitting_id)
            .join(Appeal, Appeal.sitter_id == Sitter.id)
            .where(
                Sitting.class_id.in_(class_ids),
                Sitter.person_id.in_(person_ids[first : first + CHUNK]),
                Appeal.state == AppealState.OPEN,
            )
        )
        found |= {(class_id, person_id) for class_id, person_id in rows}
    return found


def was_appealed(sitter_id: int) -> bool:
    """Whether somebody asked that this mark be looked at again."""
    return db.session.scalar(select(Appeal.id).where(Appeal.sitter_id == sitter_id).limit(1)) is not None


# -- a sitting ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    """A sitting with what its pages say of it."""

    sitting: Sitting
    of: TrainingClass
    course: Course
    syllabus: Syllabus
    room: Room

    @property
    def asked(self) -> Asked:
        return asked_of(self.syllabus)[self.sitting.part]

    @property
    def on(self) -> date:
        return civil_date(self.sitting.starts_at)


_HELD = (
    select(Sitting, TrainingClass, Course, Syllabus, Room)
    .join(TrainingClass, TrainingClass.id == Sitting.class_id)
    .join(Course, Course.id == TrainingClass.course_id)
    .join(Syllabus, Syllabus.id == TrainingClass.syllabus_id)
    .join(Room, Room.id == Sitting.room_id)
)


def held(sitting_id: int) -> Held:
    """The sitting with this id. For services; pages ask with an actor. Raises NotFound."""
    row = db.session.execute(_HELD.where(Sitting.id == sitting_id)).one_or_none()
    if row is None:
        raise NotFound
    return Held(*row)


def held_for(actor: Actor, sitting_id: int) -> Held:
    """A sitting whose people ``actor`` may look at. Raises NotFound: for others it is not there."""
    found = held(sitting_id)
    if not policy.see_sitting(actor, on_duty(sitting_id)):
        raise NotFound
    return found


def on_duty(sitting_id: int, *duties: Duty) -> list[int]:
    """The accounts on duty there, in the order they were named."""
    wanted = select(OnDuty.account_id).where(OnDuty.sitting_id == sitting_id)
    if duties:
        wanted = wanted.where(OnDuty.duty.in_(duties))
    return list(db.session.scalars(wanted.order_by(OnDuty.id)))


def duties(sitting_id: int) -> Sequence[tuple[Duty, Account]]:
    """Who does what there."""
    rows = select(OnDuty.duty, Account).join(Account, Account.id == OnDuty.account_id)
    return [
        (duty, account)
        for duty, account in db.session.execute(
            rows.where(OnDuty.sitting_id == sitting_id).order_by(OnDuty.duty.desc(), OnDuty.id)
        )
    ]


def teaching(class_id: int) -> set[int]:
    """The accounts of those who give a class's lessons."""
    rows = (
        select(Trainer.account_id)
        .join(Lesson, Lesson.trainer_id == Trainer.id)
        .where(Lesson.class_id == class_id, Lesson.cancelled_at.is_(None), Trainer.account_id.is_not(None))
    )
    return {account_id for account_id in db.session.scalars(rows.distinct()) if account_id is not None}


def sitter_of(sitting_id: int, sitter_id: int) -> Sitter:
    """Somebody of this sitting. Raises NotFound."""
    found = db.session.get(Sitter, sitter_id)
    if found is None or found.sitting_id != sitting_id:
        raise NotFound
    return found


def sitters(sitting_id: int) -> list[tuple[Sitter, Person]]:
    """Who is admitted, by seat. One statement."""
    rows = (
        select(Sitter, Person)
        .join(Person, Person.id == Sitter.person_id)
        .where(Sitter.sitting_id == sitting_id)
        .order_by(Sitter.seat)
    )
    return [(sitter, person) for sitter, person in db.session.execute(rows)]


def accounts_of(person_ids: Sequence[int]) -> dict[int, Account]:
    """The accounts of these people, for messages. One statement for each nine hundred."""
    found: dict[int, Account] = {}
    for first in range(0, len(person_ids), CHUNK):
        wanted = select(Account).where(Account.person_id.in_(person_ids[first : first + CHUNK]), Account.active)
        found |= {one.person_id: one for one in db.session.scalars(wanted) if one.person_id is not None}
    return found


def has_code(code: str) -> bool:
    """Whether a sitting has this code."""
    return db.session.scalar(select(Sitting.id).where(Sitting.code == code)) is not None


def count_of_class(class_id: int, part: Part) -> int:
    """How many sittings of a component a class has had, cancelled ones too: for the next one's code."""
    wanted = select(func.count()).select_from(Sitting).where(Sitting.class_id == class_id, Sitting.part == part)
    return db.session.scalar(wanted) or 0


def examiners_who_scored(sitting_id: int) -> set[int]:
    """The accounts that have scored somebody there."""
    wanted = select(Score.account_id).join(Sitter, Sitter.id == Score.sitter_id)
    return set(db.session.scalars(wanted.where(Sitter.sitting_id == sitting_id).distinct()))


def entries(sitter_id: int) -> list[tuple[MarkEntry, str]]:
    """Every mark somebody was given there and who gave it, the newest first."""
    rows = select(MarkEntry, Account.name).outerjoin(Account, Account.id == MarkEntry.by_account_id)
    rows = rows.where(MarkEntry.sitter_id == sitter_id).order_by(MarkEntry.id.desc())
    return [(entry, name or "") for entry, name in db.session.execute(rows)]


def markers(sitter_id: int) -> set[int]:
    """The accounts that had a hand in somebody's mark: entered, corrected, settled or scored it."""
    entered = select(MarkEntry.by_account_id).where(
        MarkEntry.sitter_id == sitter_id, MarkEntry.by_account_id.is_not(None)
    )
    scored = select(Score.account_id).where(Score.sitter_id == sitter_id)
    return {one for one in db.session.scalars(entered.union(scored)) if one is not None}


# -- who may sit --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody of the class before a sitting: their seat if they have one, and what each rule says."""

    person: Person
    sitter: Sitter | None
    said: list[Said]

    @property
    def admitted(self) -> bool:
        return self.sitter is not None

    @property
    def may_sit(self) -> bool:
        return rules.admits(self.said)


def candidates(found: Held, *, now: datetime, person_ids: Collection[int] | None = None) -> list[Candidate]:
    """Everybody of the class (or those asked for), and who is admitted, by name; each with every rule.

    A dozen statements, however many people.
    """
    sitting = found.sitting
    seated = {one.person_id: one for one, _person in sitters(sitting.id)}
    enrolled = set(
        db.session.scalars(
            select(Enrolment.person_id).where(
                Enrolment.class_id == sitting.class_id, Enrolment.state == EnrolmentState.ENROLLED
            )
        )
    )
    wanted = (enrolled | seated.keys()) if person_ids is None else set(person_ids)
    people: list[Person] = []
    ordered = sorted(wanted)
    for first in range(0, len(ordered), CHUNK):
        people += db.session.scalars(select(Person).where(Person.id.in_(ordered[first : first + CHUNK])))
    people.sort(key=lambda person: (person.name, person.id))
    ids = [person.id for person in people]
    shares = attendance.shares(sitting.class_id, ids, now=now)
    sat = attempts([sitting.class_id], ids, released_by=now)
    elsewhere = _elsewhere(sitting, ids)
    left = sitting.seats - len(seated)
    return [
        Candidate(
            person,
            seated.get(person.id),
            rules.may_sit(
                Facts(
                    person.id in enrolled,
                    shares[person.id],
                    sat[sitting.class_id, person.id, sitting.part],
                    person.checked_at is not None,
                    elsewhere.get(person.id, ""),
                ),
                Hall(
                    sitting.part,
                    found.on,
                    None if person.id in seated else left,
                    sitting.seats,
                    found.syllabus.minimum_attendance,
                    found.asked,
                ),
            ),
        )
        for person in people
    ]


def _elsewhere(sitting: Sitting, person_ids: Sequence[int]) -> dict[int, str]:
    """Who sits elsewhere at the same time, or waits for the result of the same component."""
    found: dict[int, str] = {}
    for first in range(0, len(person_ids), CHUNK):
        rows = db.session.execute(
            select(Sitter.person_id, Sitting.code, Sitting.starts_at, Sitting.ends_at)
            .join(Sitting, Sitting.id == Sitter.sitting_id)
            .where(
                Sitting.id != sitting.id,
                Sitter.person_id.in_(person_ids[first : first + CHUNK]),
                Sitting.cancelled_at.is_(None),
                Sitting.released_at.is_(None),
                or_(
                    (Sitting.starts_at < sitting.ends_at) & (Sitting.ends_at > sitting.starts_at),
                    (Sitting.class_id == sitting.class_id) & (Sitting.part == sitting.part),
                ),
            )
            .order_by(Sitting.starts_at, Sitting.id)
        )
        lessons = rosters.slots_of_persons(person_ids[first : first + CHUNK], except_class=sitting.class_id)
        for person_id, slots in lessons.items():
            for slot in slots:
                if slot.starts_at < sitting.ends_at and slot.ends_at > sitting.starts_at:
                    sentence = _("与班级{code}的课时间冲突：《{title}》", code=slot.class_code, title=slot.title)
                    found.setdefault(person_id, sentence)
        for person_id, code, starts_at, ends_at in rows:
            meets = starts_at < sitting.ends_at and ends_at > sitting.starts_at
            sentence = _("与考试{code}时间冲突", code=code) if meets else _("考试{code}的成绩还没有公布", code=code)
            found.setdefault(person_id, sentence)
    return found


# -- lists --------------------------------------------------------------------------------------------------


def sittings(actor: Actor, *, when: str = "current", number: int = 1) -> Page:
    """Sittings ``current`` (not released yet) or ``past``, for the desk; those on duty see theirs. Raises NotFound.

    Items are (sitting, class, course, room, how many are admitted).
    """
    seats = select(func.count(Sitter.id)).where(Sitter.sitting_id == Sitting.id).correlate(Sitting).scalar_subquery()
    statement = (
        select(Sitting, TrainingClass, Course, Room, seats)
        .join(TrainingClass, TrainingClass.id == Sitting.class_id)
        .join(Course, Course.id == TrainingClass.course_id)
        .join(Room, Room.id == Sitting.room_id)
    )
    if not policy.see_training_desk(actor):
        own = select(OnDuty.sitting_id).where(OnDuty.account_id == actor.account_id)
        if not policy.see_sittings(actor):
            raise NotFound
        statement = statement.where(Sitting.id.in_(own))
    over = or_(Sitting.released_at.is_not(None), Sitting.cancelled_at.is_not(None))
    if when == "past":
        statement = statement.where(over).order_by(Sitting.starts_at.desc(), Sitting.id.desc())
    else:
        statement = statement.where(~over).order_by(Sitting.starts_at, Sitting.id)
    total = db.session.scalar(select(func.count()).select_from(statement.order_by(None).subquery())) or 0
    rows = db.session.execute(statement.limit(PER_PAGE).offset((max(1, number) - 1) * PER_PAGE))
    return Page([tuple(row) for row in rows], max(1, number), PER_PAGE, total)
