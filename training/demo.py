"""The training floor's part of ``flask demo load``: plainly fictional people, courses, classes.

The identity numbers are well formed and belong to nobody: their region, 990000, does not exist.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from pathlib import Path

from sqlalchemy import select

from association.accounts import queries as accounts
from association.enterprises import queries as enterprises
from association.kernel.actors import OPERATOR
from association.kernel.dates import add_years, at_clock, civil_date
from association.kernel.db import db
from association.kernel.numbers import identity_check
from association.persons import service as persons
from association.persons.models import Person
from association.vocabulary import ConsentPurpose
from training import demo_exams, demo_papers
from training.attendance import queries as attendance_queries
from training.attendance import service as attendance
from training.certificates import issuing
from training.certificates import service as certificates
from training.courses import service as courses
from training.courses.models import Course, Room, Trainer
from training.courses.rules import SubjectPlan, SyllabusPlan
from training.hours import demonstration
from training.questions import rules as question_rules
from training.questions import service as questions
from training.rosters import lessons, queries
from training.rosters import service as rosters
from training.rosters.models import TrainingClass
from training.vocabulary import (
    ClassState,
    CourseKind,
    Difficulty,
    Level,
    Part,
    Qualification,
    QuestionKind,
    RoomKind,
    SightingKind,
)

ACTOR = replace(OPERATOR, name="演示数据")
NO_REGION = "990000"
OCCUPATION = "安全防范系统安装维护员"
BASIS = "课时和理论、实操各60分合格参照该职业的职业技能标准；出勤、补考和证书有效期由协会自定。演示数据，并非真实课程。"
THEORY, PRACTICE = Part.THEORY, Part.PRACTICE

LEVELS: tuple[tuple[str, Level, str, tuple[tuple[str, Part, int], ...]], ...] = (
    ("AZ-5", Level.FIVE, "五级", (
        ("法规、标准与职业道德", THEORY, 8), ("电工与网络基础", THEORY, 12), ("入侵报警与视频监控基础", THEORY, 12),
        ("线缆敷设与设备安装", PRACTICE, 28), ("单机调试与日常维护", PRACTICE, 20),
    )),
    ("AZ-4", Level.FOUR, "四级", (
        ("法规与标准更新", THEORY, 6), ("报警、视频、出入口控制系统", THEORY, 22), ("识图与施工方案", THEORY, 8),
        ("系统安装与联动调试", PRACTICE, 28), ("故障判断与排除", PRACTICE, 16),
    )),
    ("AZ-3", Level.THREE, "三级", (
        ("法规与标准更新", THEORY, 6), ("系统集成与网络安全", THEORY, 26), ("系统检测与验收资料", PRACTICE, 20),
        ("复杂故障与培训指导", PRACTICE, 28),
    )),
)  # fmt: skip
PEOPLE = 26
EMPLOYED = 9


def an_identity(number: int) -> str:
    """A well-formed identity number of a region that does not exist."""
    born = date(1985 + number % 15, number % 12 + 1, number % 28 + 1)
    body = f"{NO_REGION}{born:%Y%m%d}{number:03d}"
    return body + identity_check(body)


def load(now: datetime) -> None:
    """Everything, through the services that real work uses; inside the caller's transaction."""
    today = civil_date(now)
    rooms = _rooms(now)
    trainers = _trainers(now, today)
    made = _courses(now, today)
    _questions(now)
    people = _people(now, today)
    demonstration.load(people, basis=BASIS, occupation=OCCUPATION, actor=ACTOR, now=now)
    _classes(made, people, rooms, trainers, now=now, today=today)
    _certificates(now=now, today=today)


def _rooms(now: datetime) -> list[Room]:
    return [
        courses.record_room(
            name, kind, seats=seats, address="示例市示例区虚构路2号", equipment=what, actor=ACTOR, now=now
        )
        for name, kind, seats, what in (
            ("演示教室一", RoomKind.CLASSROOM, 60, "多媒体设备，可上网"),
            ("演示实操场地", RoomKind.PRACTICE_HALL, 30, "报警、视频、出入口控制模拟设备"),
            ("演示教室二", RoomKind.CLASSROOM, 40, "多媒体设备，可上网"),
            ("演示机房", RoomKind.CLASSROOM, 30, "电脑30台，可上网"),
        )
    ]


def _trainers(now: datetime, today: date) -> list[Trainer]:
    account = accounts.account_by_email(f"trainer{accounts.DEMO_DOMAIN}")
    found = []
    for name, account_id, kind, years in (
        ("演示教员", account.id if account else None, Qualification.DESIGN_ASSESSOR, 5),
        ("演示教员乙", None, Qualification.LEVEL_THREE, 3),
        ("演示教员丙", None, Qualification.LEVEL_FOUR, 1),
    ):
        trainer = courses.record_trainer(name, account_id=account_id, actor=ACTOR, now=now)
        since = add_years(today, -years)
        courses.note_qualification(
            trainer, kind, since=since, number="示例0000", issuer="示例发证单位", actor=ACTOR, now=now
        )
        found.append(trainer)
    return found


def _courses(now: datetime, today: date) -> list[Course]:
    found = []
    for code, level, word, subjects in LEVELS:
        course = courses.create_course(
            code,
            f"安装维护员岗位培训（{word}）",
            occupation=OCCUPATION,
            level=level,
            kind=CourseKind.INITIAL,
            summary="学习报警、视频和出入口控制系统的安装、调试与维护。演示数据。",
            actor=ACTOR,
            now=now,
        )
        plan = SyllabusPlan(
            begins=add_years(today, -2),
            subjects=[SubjectPlan(*one) for one in subjects],
            entry="初中及以上文化程度",
            continuing_hours=24,
            professional_share=66,
            basis=BASIS,
        )
        courses.publish_syllabus(course, plan, actor=ACTOR, now=now)
        found.append(course)
    # A second version, which classes to come take and the running one does not.
    later = [SubjectPlan(name, part, hours) for name, part, hours in LEVELS[0][3]]
    later[2] = SubjectPlan("入侵报警、视频监控与出入口控制基础", THEORY, 12)
    second = SyllabusPlan(
        begins=today + timedelta(days=1), subjects=later, entry="初中及以上文化程度", continuing_hours=24,
        professional_share=66, carry_over=True, basis=BASIS, note="基础课加入出入口控制；继续教育课时可以结转。",
    )  # fmt: skip
    courses.publish_syllabus(found[0], second, actor=ACTOR, now=now)
    continuing = courses.create_course(
        "JX-1",
        "技防从业人员继续教育",
        occupation=OCCUPATION,
        level=Level.NONE,
        kind=CourseKind.CONTINUING,
        summary="新标准、新规定和典型故障。演示数据。",
        actor=ACTOR,
        now=now,
    )
    plan = SyllabusPlan(
        begins=add_years(today, -2), subjects=[SubjectPlan("新标准与新规定", THEORY, 12), SubjectPlan("典型故障分析", PRACTICE, 12)],
        theory_pass=60, practice_pass=None, validity_months=None, resits=1, resit_months=None, basis=BASIS,
    )  # fmt: skip
    courses.publish_syllabus(continuing, plan, actor=ACTOR, now=now)
    return [*found, continuing]


def _questions(now: datetime) -> None:
    """A small question bank, written for this purpose; enough for a paper of the first course."""
    read = json.loads((Path(__file__).parent / "data" / "demo_questions.json").read_text(encoding="utf-8"))
    said = [
        question_rules.content(
            QuestionKind(kind),
            subject,
            Difficulty(difficulty),
            stem,
            options,
            [question_rules.LETTERS.index(letter) for letter in letters],
            source=read["note"],
        )
        for subject, kind, difficulty, stem, options, letters in read["questions"]
    ]
    questions.enter([(one, "") for one in said], actor=ACTOR, now=now)


def _people(now: datetime, today: date) -> list[Person]:
    installer = accounts.account_by_email(f"installer{accounts.DEMO_DOMAIN}")
    acting = enterprises.actor_of(installer.id, now) if installer else None
    found = []
    for number in range(1, PEOPLE + 1):
        own = number == 1
        person = persons.record_person(
            "演示从业人员" if own else f"演示学员{number:02d}",
            an_identity(number),
            phone="0311-00000000",
            actor=ACTOR,
            now=now,
        )
        agreed = [ConsentPurpose.TRAINING, ConsentPurpose.CERTIFICATE_CHECK, ConsentPurpose.REMINDERS]
        if number <= EMPLOYED - 1:
            agreed.append(ConsentPurpose.EMPLOYER)
        for purpose in agreed:
            persons.give_consent(person, purpose, on_paper=True, actor=ACTOR, now=now)
        if number <= EMPLOYED and acting is not None and acting.enterprise_id is not None:
            persons.employ(person, acting.enterprise_id, begins=add_years(today, -1), actor=ACTOR, now=now)
        if number % 3:
            persons.check_card(person, actor=ACTOR, now=now)
        found.append(person)
    account = accounts.account_by_email(f"practitioner{accounts.DEMO_DOMAIN}")
    if account is not None:
        persons.link(account, found[0], actor=ACTOR, now=now)
    return found


def _classes(
    made: Sequence[Course],
    people: Sequence[Person],
    rooms: Sequence[Room],
    trainers: Sequence[Trainer],
    *,
    now: datetime,
    today: date,
) -> None:
    five, four, three, continuing = made
    year = today.year
    running = _class(
        five, f"{year}-AZ5-D1", today - timedelta(days=3), 12, 30, people[:14], rooms[0], rooms[1], trainers[0], now=now
    )
    rosters.set_state(running, ClassState.CLOSED, actor=ACTOR, now=now)
    _class(
        four,
        f"{year}-AZ4-D1",
        today + timedelta(days=20),
        10,
        6,
        people[14:23],
        rooms[2],
        rooms[1],
        trainers[1],
        now=now,
        fee=600,
    )
    _class(
        five,
        f"{year}-AZ5-D2",
        today + timedelta(days=35),
        12,
        30,
        people[20:26],
        rooms[0],
        rooms[1],
        trainers[0],
        now=now,
        fee=500,
    )
    refreshed = _class(
        continuing,
        f"{year}-JX1-D1",
        today - timedelta(days=60),
        3,
        60,
        people[:10],
        rooms[2],
        rooms[2],
        trainers[0],
        now=now,
    )
    demo_papers.load(refreshed, people[:10], rooms[3], now=now)
    # Those whose card was looked at; the class has been examined.
    sat = [one for number, one in enumerate(people[:11], 1) if number % 3]
    over = _class(
        five, f"{year}-AZ5-D0", today - timedelta(days=40), 12, 30, sat, rooms[2], rooms[1], trainers[1], now=now
    )
    demo_exams.load(over, sat, rooms, now=now)
    _class(
        three,
        f"{year}-AZ3-D1",
        today + timedelta(days=90),
        10,
        20,
        (),
        None,
        None,
        None,
        now=now,
        state=ClassState.PLANNED,
    )


def _class(
    course: Course,
    code: str,
    begins: date,
    days: int,
    capacity: int,
    people: Sequence[Person],
    classroom: Room | None,
    hall: Room | None,
    trainer: Trainer | None,
    *,
    now: datetime,
    fee: int = 0,
    state: ClassState = ClassState.OPEN,
) -> TrainingClass:
    of = rosters.open_class(
        course,
        code=code,
        begins=begins,
        ends=begins + timedelta(days=days - 1),
        capacity=capacity,
        place="示例市示例区虚构路2号",
        fee=fee,
        fee_note="含教材，演示数据" if fee else "",
        note="演示数据，并非真实班级。",
        state=state,
        actor=ACTOR,
        now=now,
    )
    for number in range(days if classroom else 0):
        _day(of, begins + timedelta(days=number), classroom, hall, trainer, now=now)
    for place, person in enumerate(people):
        rosters.enrol(of, person, actor=ACTOR, now=now - timedelta(minutes=60 - place))
    _attended(of, people, now=now)
    return of


def _attended(of: TrainingClass, people: Sequence[Person], *, now: datetime) -> None:
    """In lessons that are over nearly everybody was there; in each somebody else was late or did not come."""
    for number, lesson in enumerate(one for one in queries.lessons(of.id) if one.ends_at < now):
        held = attendance_queries.held(lesson.id)
        if held is None or not people:
            continue
        absent, late = people[number % len(people)].id, people[(number + 5) % len(people)].id
        there = [person.id for person in people if person.id not in (absent, late)]
        for those, kind, minutes in (
            (there, SightingKind.PRESENT, None),
            ([late], SightingKind.PRESENT, 150),
            ([absent], SightingKind.EXCUSED if number % 2 else SightingKind.ABSENT, None),
        ):
            attendance.state_attendance(held, those, kind, minutes=minutes, actor=ACTOR, now=lesson.ends_at)


def _day(
    of: TrainingClass, day: date, classroom: Room | None, hall: Room | None, trainer: Trainer | None, *, now: datetime
) -> None:
    for title, begins, ends, room in (
        ("理论课", time(9), time(12), classroom),
        ("实操课", time(14), time(17), hall),
    ):
        lessons.plan_lesson(
            of,
            title=title,
            starts_at=at_clock(day, begins),
            ends_at=at_clock(day, ends),
            room_id=room.id if room else None,
            trainer_id=trainer.id if trainer else None,
            actor=ACTOR,
            now=now,
        )


def _certificates(*, now: datetime, today: date) -> None:
    """Whoever may have one of a class that is over gets it, as the desk would issue it."""
    over = select(TrainingClass).where(TrainingClass.ends < today).order_by(TrainingClass.ends, TrainingClass.id)
    for of in db.session.scalars(over).all():
        found = issuing.look_through(of, now=now)
        certificates.issue_to(found, found.ready, certificates.insist_issuable(found, now=now), actor=ACTOR, now=now)
