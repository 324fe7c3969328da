"""Sittings on screen for tests."""

from datetime import datetime, timedelta

from association.kernel.actors import OPERATOR, Actor
from association.persons.models import Person
from tests.builders import NOW, actor_of
from tests.training.builders import (
    a_class,
    a_course,
    a_person,
    a_practitioner,
    a_question,
    a_sitter,
    a_sitting,
    an_enrolment,
    checked,
)
from training.exams import queries as exams
from training.exams import service as exams_service
from training.exams.models import Sitting
from training.exams.rules import PlanLine
from training.papers import queries
from training.papers.queries import Own
from training.vocabulary import Means, QuestionKind

SUBJECT = "入侵报警系统"
PLAN = (
    PlanLine(SUBJECT, 20, 2, "", "single"),
    PlanLine(SUBJECT, 30, 1, "", "multiple"),
    PlanLine(SUBJECT, 30, 1, "", "judgement"),
)


def a_bank(each: int = 3) -> None:
    """So many questions of each kind."""
    for kind in QuestionKind:
        for _number in range(each):
            a_question(kind)


def a_screen_sitting(*, starts_at: datetime | None = None, each: int = 3, **more) -> Sitting:
    """A sitting on screen of 90 minutes, 60 of them for each paper; four questions, of a small bank."""
    of = a_class(a_course(minimum_attendance=0))
    a_bank(each)
    sitting = a_sitting(of, means=Means.BANK, plan=PLAN, starts_at=starts_at, minutes=90, **more)
    sitting.minutes = 60
    return sitting


def a_candidate(sitting: Sitting, *, came: bool = True, name: str = "") -> tuple[Actor, Person]:
    """Somebody with an account and a seat there, let in at the start."""
    person = checked(a_person(name))
    found = exams.held(sitting.id)
    an_enrolment(found.of, person)
    account = a_practitioner(person)
    sitter = a_sitter(sitting, person)
    if came:
        exams_service.let_in(found, sitter, actor=OPERATOR, now=sitting.starts_at)
    return actor_of(account, NOW), person


def own(actor: Actor, sitting: Sitting) -> Own:
    return queries.own(actor, sitting.id)


def right_letters(own: Own, place: int) -> list[str]:
    """The right answer to a question, as the paper shows it."""
    one, version = queries.item(own.paper, place)
    return ["ABCDEF"[one.shown.index(answer)] for answer in version.answers]


MINUTE = timedelta(minutes=1)
