"""Certificates for tests: a class that is over, people who passed, certificates issued. They need the ``db`` fixture."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from association.kernel.actors import OPERATOR, Actor
from association.kernel.dates import noon
from association.mandates import queries as mandates
from association.persons import service as persons
from association.persons.models import Person
from association.vocabulary import ConsentPurpose, MandateItem
from tests.builders import TODAY, a_mandate
from tests.training.builders import a_class, a_course, a_lesson, a_person, an_enrolment
from training.attendance import queries as attendance_queries
from training.attendance import service as attendance
from training.certificates import service
from training.certificates.models import Certificate
from training.courses.models import Course
from training.rosters import queries as rosters
from training.rosters.models import Enrolment, TrainingClass
from training.vocabulary import SightingKind

PUBLIC = (ConsentPurpose.TRAINING, ConsentPurpose.CERTIFICATE_CHECK)
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Passed:
    """What examinations came to, for rules that take it as an argument."""

    theory: int | None = 80
    practice: int | None = 75
    passed: bool = True
    passed_on: date | None = TODAY
    appeal_open: bool = False
    attempts: int = 1


def a_finished_class(course: Course | None = None, *, ended: date = TODAY - DAY, days: int = 3) -> TrainingClass:
    """A class whose last day was yesterday, with one lesson a day."""
    if mandates.in_force(MandateItem.TRAINING, ended) is None:
        a_mandate(MandateItem.TRAINING, number="示例公技防委〔2004〕5号")
    begins = ended - timedelta(days=days - 1)
    of = a_class(course or a_course(), begins=begins, days=days, now=noon(begins - 5 * DAY), capacity=1000)
    for number in range(days):
        a_lesson(of, day=begins + timedelta(days=number), now=noon(begins - 4 * DAY))
    return of


def took_part(of: TrainingClass, person: Person, *, of_lessons: int | None = None, checked: bool = True) -> Enrolment:
    """Somebody in the class who was in its lessons (all, or the first so many); the card was seen at the counter."""
    if checked and person.checked_at is None:
        persons.check_card(person, actor=OPERATOR, now=noon(of.begins))
    row = an_enrolment(of, person, now=noon(of.begins - 2 * DAY))
    for lesson in rosters.lessons(of.id)[:of_lessons]:
        held = attendance_queries.held(lesson.id)
        assert held is not None
        attendance.state_attendance(
            held, [person.id], SightingKind.PRESENT, minutes=None, actor=OPERATOR, now=lesson.ends_at
        )
    return row


def a_certificate(
    person: Person | None = None,
    *,
    name: str = "",
    course: Course | None = None,
    on: date = TODAY,
    actor: Actor = OPERATOR,
    now: datetime | None = None,
) -> Certificate:
    """A certificate issued on a day to somebody who passed a class that ended the day before."""
    someone = person or a_person(name, agrees=PUBLIC, now=noon(on - 20 * DAY))
    of = a_finished_class(course, ended=on - DAY)
    row = took_part(of, someone)
    return service.issue(of, [row.id], {someone.id: Passed()}, actor=actor, now=now or noon(on))[0]
