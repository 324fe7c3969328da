"""Who has scored whom, and what is still to be done. A handful of statements, however many sit."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from association.accounts.models import Account
from association.kernel.actors import Actor
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.persons.models import Person
from training import policy
from training.courses.models import Course, Room
from training.exams import queries as exams
from training.exams.models import OnDuty, Score, Sitter, Sitting
from training.exams.queries import Held
from training.rosters.models import TrainingClass
from training.scores import rules
from training.vocabulary import Duty, Means, ScoreState


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody who sits: what was scored and by whom, in that order, and where that stands."""

    sitter: Sitter
    person: Person
    scores: tuple[tuple[Score, str], ...]
    state: ScoreState

    @property
    def shown(self) -> bool:
        """Whether points may be seen by others: nobody sees another's before both are done."""
        return len(self.scores) >= rules.EXAMINERS

    def by(self, account_id: int | None) -> Score | None:
        """The checklist this account handed in."""
        return next((one for one, _name in self.scores if one.account_id == account_id), None)

    def open_to(self, account_id: int | None) -> bool:
        """Whether this examiner can score them now."""
        return self.state in (ScoreState.TO_SCORE, ScoreState.ONE, ScoreState.THIRD) and self.by(account_id) is None


def lines(found: Held) -> list[Line]:
    """Everybody of a sitting, by seat. Two statements."""
    rows = (
        select(Score, Account.name)
        .join(Sitter, Sitter.id == Score.sitter_id)
        .join(Account, Account.id == Score.account_id)
        .where(Sitter.sitting_id == found.sitting.id)
        .order_by(Score.id)
    )
    given: dict[int, list[tuple[Score, str]]] = defaultdict(list)
    for score, name in db.session.execute(rows):
        given[score.sitter_id].append((score, name))
    return [
        Line(sitter, person, tuple(given[sitter.id]), state_of(sitter, [one for one, _name in given[sitter.id]]))
        for sitter, person in exams.sitters(found.sitting.id)
    ]


def state_of(sitter: Sitter, scores: Sequence[Score]) -> ScoreState:
    """Where the scoring of somebody stands."""
    return rules.state(
        came=sitter.came_at is not None, absent=sitter.absent, marked=sitter.mark is not None, scored=len(scores)
    )


def scores_of(sitter_id: int) -> Sequence[Score]:
    """What was handed in about somebody, in that order."""
    return db.session.scalars(select(Score).where(Score.sitter_id == sitter_id).order_by(Score.id)).all()


def practice_for(actor: Actor, sitting_id: int) -> Held:
    """A practice sitting whose scoring ``actor`` may look at: its examiners, the desk, those who supervise it. Raises
    NotFound."""
    found = exams.held(sitting_id)
    examiners = exams.on_duty(sitting_id, Duty.EXAMINER)
    if found.sitting.means is not Means.CHECKLIST or not policy.see_scores(actor, examiners):
        raise NotFound
    return found


def line_of(found: Held, sitter_id: int) -> Line:
    """One of them. Raises NotFound."""
    for line in lines(found):
        if line.sitter.id == sitter_id:
            return line
    raise NotFound


def own_sittings(actor: Actor) -> list[tuple[Sitting, TrainingClass, Course, Room, int, int]]:
    """Where an examiner has something to score, the next first: how many came, how many they have scored."""
    came = select(func.count(Sitter.id)).where(Sitter.sitting_id == Sitting.id, Sitter.came_at.is_not(None))
    own = (
        select(func.count(Score.id))
        .join(Sitter, Sitter.id == Score.sitter_id)
        .where(Sitter.sitting_id == Sitting.id, Score.account_id == actor.account_id)
    )
    rows = (
        select(
            Sitting, TrainingClass, Course, Room,
            came.correlate(Sitting).scalar_subquery(), own.correlate(Sitting).scalar_subquery(),
        )
        .join(OnDuty, OnDuty.sitting_id == Sitting.id)
        .join(TrainingClass, TrainingClass.id == Sitting.class_id)
        .join(Course, Course.id == TrainingClass.course_id)
        .join(Room, Room.id == Sitting.room_id)
        .where(
            OnDuty.account_id == actor.account_id,
            OnDuty.duty == Duty.EXAMINER,
            Sitting.cancelled_at.is_(None),
            Sitting.released_at.is_(None),
        )
        .order_by(Sitting.starts_at, Sitting.id)
    )  # fmt: skip
    return [
        (sitting, of, course, room, there, done) for sitting, of, course, room, there, done in db.session.execute(rows)
    ]
