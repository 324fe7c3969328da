"""Hours for tests: a certificate that asks for them, a class that gives them, evidence. They need the ``db`` fixture."""

from datetime import date, datetime, timedelta
from itertools import count

from association.kernel.actors import OPERATOR, Actor
from association.kernel.dates import noon
from association.persons import service as persons
from association.persons.models import Person
from association.vocabulary import ConsentPurpose
from tests.builders import pdf_bytes
from tests.training.builders import a_course, a_person
from tests.training.certificates.builders import a_certificate, a_finished_class, took_part
from training.certificates.models import Certificate
from training.courses.models import Course
from training.hours import service
from training.hours.models import HoursEvidence
from training.rosters.models import TrainingClass
from training.vocabulary import CourseKind

DAY = timedelta(days=1)
ISSUED = date(2026, 3, 2)
AGREES = (ConsentPurpose.TRAINING, ConsentPurpose.REMINDERS, ConsentPurpose.EMPLOYER)
_serial = count(1)


def a_demanding_course(hours: int = 20, share: int = 50, **more: object) -> Course:
    """A course whose certificates ask for hours each year."""
    return a_course(continuing_hours=hours, professional_share=share, **more)  # type: ignore[arg-type]


def a_holder(name: str = "", *, course: Course | None = None, **more: object) -> tuple[Person, Certificate]:
    """Somebody with a certificate of March 2026, good for three years: 2027 and 2028 ask for hours."""
    person = a_person(name, agrees=AGREES, now=noon(ISSUED - 20 * DAY), **more)  # type: ignore[arg-type]
    # The version of the notice that names hours.
    persons.give_consent(person, ConsentPurpose.EMPLOYER, on_paper=True, actor=OPERATOR, now=noon(date(2026, 12, 1)))
    return person, a_certificate(person, course=course or a_demanding_course(), on=ISSUED)


def attended(person: Person, *, ended: date, days: int = 3, course: Course | None = None) -> TrainingClass:
    """A class of continuing education, one lesson of three hours a day, in which somebody was."""
    given = course or a_course(kind=CourseKind.CONTINUING, theory_pass=None, practice_pass=None)
    of = a_finished_class(given, ended=ended, days=days)
    took_part(of, person)
    return of


def evidence(
    person: Person,
    *,
    actor: Actor,
    now: datetime,
    hours: int = 8,
    professional: bool = True,
    ends: date | None = None,
    proof: bytes = b"",
) -> HoursEvidence:
    """Evidence handed in, each with a scan of its own."""
    last = ends or now.date() - DAY
    return service.hand_in(
        person,
        organiser="示例行业协会",
        subject="新标准宣贯",
        begins=last,
        ends=last,
        hours=hours,
        professional=professional,
        proof=proof or pdf_bytes(f"证明{next(_serial)}"),
        actor=actor,
        now=now,
    )
