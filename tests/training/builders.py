"""Things of the training floor for tests, made and committed in one call. They need the ``db`` fixture's context."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import Any

from association.accounts.models import Account
from association.enterprises.models import Enterprise
from association.kernel.actors import OPERATOR, Actor, Role
from association.kernel.dates import SHANGHAI
from association.kernel.db import db, transaction
from association.kernel.numbers import identity_check
from association.mandates import queries as mandates
from association.persons import service as persons
from association.persons.models import Person
from association.vocabulary import ConsentPurpose, MandateItem
from tests.builders import NOW, TODAY, a_mandate, actor_of, an_account
from training.courses import service as courses
from training.courses.models import Course, Room, Trainer
from training.courses.rules import SubjectPlan, SyllabusPlan
from training.exams import marking
from training.exams import queries as exams_queries
from training.exams import service as exams
from training.exams.models import Sitter, Sitting
from training.exams.rules import PlanLine
from training.questions import rules as question_rules
from training.questions import service as questions
from training.questions.models import Question
from training.rosters import lessons
from training.rosters import service as rosters
from training.rosters.models import Enrolment, Lesson, TrainingClass
from training.vocabulary import (
    ClassState,
    CourseKind,
    Difficulty,
    Level,
    MarkSource,
    Means,
    Part,
    Qualification,
    QuestionKind,
    RoomKind,
)

_serial = count(1)
SUBJECTS = (SubjectPlan("入侵报警系统", Part.THEORY, 20), SubjectPlan("设备安装与调试", Part.PRACTICE, 60))
# No region has this code: a number that begins with it is well formed and can belong to nobody.
NO_REGION = "990000"


def an_identity(serial: int | None = None, *, born: str = "19900307") -> str:
    """A well-formed identity number that nobody has, another one each time: its region does not exist.

    ``serial`` beyond 999 moves the day of birth, so that there is room for many.
    """
    number = next(_serial) if serial is None else serial
    day = date(int(born[:4]), int(born[4:6]), int(born[6:])) - timedelta(days=number // 1000)
    body = f"{NO_REGION}{day:%Y%m%d}{number % 1000:03d}"
    return body + identity_check(body)


def a_person(
    name: str = "",
    *,
    identity: str = "",
    enterprise: Enterprise | None = None,
    since: date = date(2024, 1, 1),
    agrees: Iterable[ConsentPurpose] = (ConsentPurpose.TRAINING,),
    now: datetime = NOW,
    **more: Any,
) -> Person:
    """A person who agrees to be trained, working for ``enterprise`` if one is given."""
    person = persons.record_person(
        name or f"测试学员{next(_serial)}", identity or an_identity(), actor=OPERATOR, now=now, **more
    )
    for purpose in agrees:
        persons.give_consent(person, purpose, on_paper=True, actor=OPERATOR, now=now)
    if enterprise is not None:
        persons.employ(person, enterprise.id, begins=since, actor=OPERATOR, now=now)
    return person


def a_practitioner(person: Person | None = None, *, name: str = "") -> Account:
    """The own account of a person."""
    account = an_account(Role.PRACTITIONER, name=name)
    account.person_id = (person or a_person(name)).id
    db.session.commit()
    return account


def a_trainers_account(**more: Any) -> Account:
    """The account of a trainer."""
    return an_account(Role.TRAINER, **more)


def the_desk(now: datetime = NOW) -> Actor:
    """Somebody of the training desk, at a page."""
    return actor_of(an_account(Role.TRAINING_STAFF), now)


def a_course(
    *,
    code: str = "",
    level: Level = Level.FIVE,
    kind: CourseKind = CourseKind.INITIAL,
    syllabus: bool = True,
    subjects: Iterable[SubjectPlan] = SUBJECTS,
    now: datetime = NOW,
    **plan: Any,
) -> Course:
    """A course with the first version of its syllabus, in force since long."""
    number = next(_serial)
    course = courses.create_course(
        code or f"K{number:03d}",
        f"安装维护员岗位培训{number}",
        occupation="安全防范系统安装维护员",
        level=level,
        kind=kind,
        actor=OPERATOR,
        now=now,
    )
    if syllabus:
        plan.setdefault("begins", date(2024, 1, 1))
        made = SyllabusPlan(subjects=tuple(subjects), **plan)
        courses.publish_syllabus(course, made, actor=OPERATOR, now=now)
    return course


def a_room(seats: int = 40, *, kind: RoomKind = RoomKind.CLASSROOM, name: str = "") -> Room:
    """A room in use."""
    return courses.record_room(name or f"教室{next(_serial)}", kind, seats=seats, actor=OPERATOR, now=NOW)


def a_trainer(*, account: Account | None = None, qualified: bool = True, name: str = "") -> Trainer:
    """Somebody who may teach every level."""
    account_id = account.id if account is not None else None
    trainer = courses.record_trainer(name or f"教员{next(_serial)}", account_id=account_id, actor=OPERATOR, now=NOW)
    if qualified:
        courses.note_qualification(
            trainer, Qualification.DESIGN_ASSESSOR, since=date(2020, 1, 1), actor=OPERATOR, now=NOW
        )
    return trainer


def a_class(
    course: Course | None = None,
    *,
    begins: date = TODAY + timedelta(days=10),
    days: int = 10,
    capacity: int = 30,
    state: ClassState = ClassState.OPEN,
    code: str = "",
    now: datetime = NOW,
    **more: Any,
) -> TrainingClass:
    """A class that takes enrolments, under a mandate that is made when there is none."""
    if mandates.in_force(MandateItem.TRAINING, TODAY) is None:
        a_mandate(MandateItem.TRAINING, number="示例公技防委〔2004〕5号")
    return rosters.open_class(
        course or a_course(),
        code=code or f"B{next(_serial):04d}",
        begins=begins,
        ends=begins + timedelta(days=days - 1),
        capacity=capacity,
        state=state,
        actor=OPERATOR,
        now=now,
        **more,
    )


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment of Shanghai's clock."""
    return datetime.combine(day, time(hour, minute), SHANGHAI).astimezone(UTC)


def a_lesson(
    of: TrainingClass,
    *,
    day: date | None = None,
    hour: int = 9,
    minutes: int = 180,
    title: str = "入侵报警系统",
    room: Room | None = None,
    trainer: Trainer | None = None,
    now: datetime = NOW,
    **more: Any,
) -> Lesson:
    """A lesson of a class, on its first day unless ``day`` says otherwise."""
    starts_at = at(day or of.begins, hour)
    return lessons.plan_lesson(
        of,
        title=title,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        room_id=room.id if room is not None else None,
        trainer_id=trainer.id if trainer is not None else None,
        actor=OPERATOR,
        now=now,
        **more,
    )


def an_enrolment(of: TrainingClass, person: Person | None = None, *, now: datetime = NOW) -> Enrolment:
    """Somebody in a class (or on its waiting list, when it is full)."""
    return rosters.enrol(of, person or a_person(), actor=OPERATOR, now=now)


def a_sitting(
    of: TrainingClass,
    part: Part = Part.THEORY,
    means: Means | None = None,
    *,
    starts_at: datetime | None = None,
    minutes: int = 90,
    room: Room | None = None,
    now: datetime = NOW,
    **more: Any,
) -> Sitting:
    """A sitting on paper (practice: by checklist) in the evening of the class's last day, with somebody who invigilates
    and two who examine."""
    starts_at = starts_at or at(of.ends, 19)
    means = means or (Means.CHECKLIST if part is Part.PRACTICE else Means.SHEET)
    if means is Means.CHECKLIST:
        more.setdefault("plan", [PlanLine("布线与端接", 40), PlanLine("调试与联动", 60)])
    made = exams.arrange(
        of,
        part,
        means,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        minutes=minutes,
        room_id=(room or a_room()).id,
        actor=OPERATOR,
        now=now,
        **more,
    )
    accounts = [an_account(Role.TRAINER).id for _number in range(3 if means is Means.CHECKLIST else 1)]
    exams.set_duties(
        exams_queries.held(made.id), invigilators=accounts[:1], examiners=accounts[1:], actor=OPERATOR, now=now
    )
    return made


def checked(person: Person, now: datetime = NOW) -> Person:
    """The same person after their card was looked at."""
    if person.checked_at is None:
        persons.check_card(person, actor=OPERATOR, now=now)
    return person


def a_sitter(sitting: Sitting, person: Person, *, now: datetime = NOW) -> Sitter:
    """Somebody of the class with a seat in the sitting."""
    [made] = exams.admit(exams_queries.held(sitting.id), [checked(person).id], actor=OPERATOR, now=now)
    return made


def marked(sitting: Sitting, marks: dict[int, int], *, now: datetime | None = None) -> None:
    """Marks (by person) as they stand when the sitting is over, and released."""
    now = now or sitting.ends_at
    held = exams_queries.held(sitting.id)
    with transaction():
        for sitter, person in exams_queries.sitters(sitting.id):
            if person.id in marks:
                marking.enter_mark(sitter, marks[person.id], MarkSource.SHEET, actor=None, now=now)
            else:
                sitter.absent = True
    marking.release(held, actor=OPERATOR, now=now)


def examined(
    of: TrainingClass, people: Iterable[Person], *, theory: int | None = 80, practice: int | None = 80
) -> None:
    """These people of a class sat both components and the results are out; ``None``: that component is not sat.

    The class needs ``minimum_attendance=0``, or lessons that the people attended.
    """
    known = list(people)
    for part, mark, hour in ((Part.THEORY, theory, 8), (Part.PRACTICE, practice, 14)):
        if mark is None:
            continue
        sitting = a_sitting(of, part, starts_at=at(of.ends + timedelta(days=1), hour))
        for person in known:
            a_sitter(sitting, person)
        marked(sitting, {person.id: mark for person in known})


def a_question(
    kind: QuestionKind = QuestionKind.SINGLE,
    *,
    subject: str = "入侵报警系统",
    difficulty: Difficulty = Difficulty.EASY,
    stem: str = "",
    options: Iterable[str] = (),
    answers: Iterable[int] = (),
    now: datetime = NOW,
    **more: Any,
) -> Question:
    """A question of the bank; the right answer is the first option (of a multiple one, the first two)."""
    return questions.add(
        a_content(kind, subject=subject, difficulty=difficulty, stem=stem, options=options, answers=answers, **more),
        actor=OPERATOR,
        now=now,
    )


def a_content(
    kind: QuestionKind = QuestionKind.SINGLE,
    *,
    subject: str = "入侵报警系统",
    difficulty: Difficulty = Difficulty.EASY,
    stem: str = "",
    options: Iterable[str] = (),
    answers: Iterable[int] = (),
    **more: Any,
) -> question_rules.Content:
    """What a question says."""
    return question_rules.content(
        kind,
        subject,
        difficulty,
        stem or f"示例题干{next(_serial)}",
        tuple(options) or ("甲项", "乙项", "丙项", "丁项"),
        tuple(answers) or ((0, 1) if kind is QuestionKind.MULTIPLE else (0,)),
        **more,
    )
