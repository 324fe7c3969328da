"""Papers: one's own, a sitting's, and what questions are worth. A handful of statements, however many people."""

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from pathlib import Path

from sqlalchemy import func, select

from association.kernel.actors import Actor
from association.kernel.dates import civil_date
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.persons import queries as persons
from association.persons.models import Person
from training import policy
from training.exams import queries as exams
from training.exams.models import Sitter, Sitting
from training.exams.queries import Held
from training.exams.rules import PlanLine
from training.papers import analysing, rules
from training.papers.analysing import Given, Item, Sat
from training.papers.models import Paper, PaperItem
from training.papers.rules import PaperTerm
from training.questions.models import Question, QuestionVersion
from training.vocabulary import Means, PaperState, Scoring

TERMS = Path(__file__).parent.parent / "data" / "papers.json"


@cache
def terms() -> tuple[PaperTerm, ...]:
    """How papers are scored and shown, from when to when (``training/data/papers.json``)."""
    rows = json.loads(TERMS.read_text(encoding="utf-8"))
    return tuple(
        PaperTerm(
            date.fromisoformat(row["begins"]) if row["begins"] else None,
            date.fromisoformat(row["ends"]) if row["ends"] else None,
            Scoring(row["multiple"]),
            row["review"],
            row["fewest"],
            row["basis"],
        )
        for row in rows
    )


def term_of(sitting: Sitting) -> PaperTerm:
    """The one that holds on the day of a sitting."""
    return rules.term_on(terms(), civil_date(sitting.starts_at))


def plans_to_come(now: datetime) -> list[tuple[str, list[PlanLine]]]:
    """The blueprints of papers that may still be drawn: of sittings on screen that are not over. One statement."""
    rows = db.session.execute(
        select(Sitting.code, Sitting.plan)
        .where(Sitting.means == Means.BANK, Sitting.cancelled_at.is_(None), Sitting.ends_at > now)
        .order_by(Sitting.starts_at, Sitting.id)
    )
    return [(code, [PlanLine(**line) for line in plan]) for code, plan in rows]


# -- one's own ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Own:
    """Somebody's seat in a sitting on screen, and their paper once it is open."""

    held: Held
    sitter: Sitter
    paper: Paper | None

    @property
    def sitting(self) -> Sitting:
        return self.held.sitting

    @property
    def due_at(self) -> datetime | None:
        """Until when it may be answered, by the server's clock."""
        return due_at(self.sitting, self.paper)

    @property
    def questions(self) -> int:
        """How many questions the blueprint asks."""
        return sum(int(line["count"]) for line in self.sitting.plan)

    def state(self, now: datetime) -> PaperState:
        return state_of(self.sitting, self.paper, now)


def due_at(sitting: Sitting, paper: Paper | None) -> datetime | None:
    """Until when a paper may be answered; none before it is open."""
    if paper is None:
        return None
    return rules.due_at(paper.opened_at, sitting.minutes, paper.extra_minutes, sitting.ends_at)


def state_of(sitting: Sitting, paper: Paper | None, now: datetime) -> PaperState:
    """Where a paper stands at a moment."""
    if paper is None:
        return PaperState.CLOSED if now < sitting.ends_at else PaperState.NEVER
    if paper.submitted_at is not None:
        return PaperState.SUBMITTED
    due = due_at(sitting, paper)
    return PaperState.OPEN if due is not None and now < due else PaperState.OVER


def own(actor: Actor, sitting_id: int) -> Own:
    """One's own seat in a sitting on screen. Raises NotFound: for others it is not there."""
    person = persons.own_person(actor)
    if person is None:
        raise NotFound
    row = db.session.execute(
        select(Sitter, Paper)
        .outerjoin(Paper, Paper.sitter_id == Sitter.id)
        .where(Sitter.sitting_id == sitting_id, Sitter.person_id == person.id)
    ).one_or_none()
    if row is None:
        raise NotFound
    held = exams.held(sitting_id)
    if held.sitting.means is not Means.BANK:
        raise NotFound
    return Own(held, row[0], row[1])


def own_sittings(person_id: int, *, since: datetime) -> Sequence[Sitting]:
    """The sittings on screen that somebody sits, from ``since`` on, the next first. One statement."""
    rows = (
        select(Sitting)
        .join(Sitter, Sitter.sitting_id == Sitting.id)
        .where(
            Sitter.person_id == person_id,
            Sitting.means == Means.BANK,
            Sitting.cancelled_at.is_(None),
            Sitting.ends_at > since,
        )
        .order_by(Sitting.starts_at, Sitting.id)
    )
    return db.session.scalars(rows).all()


def item(paper: Paper, place: int) -> tuple[PaperItem, QuestionVersion]:
    """One question of a paper. Raises NotFound."""
    row = db.session.execute(
        select(PaperItem, QuestionVersion)
        .join(QuestionVersion, QuestionVersion.id == PaperItem.question_version_id)
        .where(PaperItem.paper_id == paper.id, PaperItem.place == place)
    ).one_or_none()
    if row is None:
        raise NotFound
    return row[0], row[1]


def items(paper: Paper) -> Sequence[PaperItem]:
    """Every question of a paper, in its order, without what it says. One statement."""
    return db.session.scalars(select(PaperItem).where(PaperItem.paper_id == paper.id).order_by(PaperItem.place)).all()


def whole(paper: Paper) -> list[tuple[PaperItem, QuestionVersion]]:
    """The same with what each question says and which answers are right: for marking, and for looking at it afterwards."""
    rows = db.session.execute(
        select(PaperItem, QuestionVersion)
        .join(QuestionVersion, QuestionVersion.id == PaperItem.question_version_id)
        .where(PaperItem.paper_id == paper.id)
        .order_by(PaperItem.place)
    )
    return [(one, version) for one, version in rows]


def last_place(those: Sequence[PaperItem]) -> int:
    """Where somebody was: the question saved last, or the first."""
    saved = [(one.saved_at, one.place) for one in those if one.saved_at is not None]
    return max(saved)[1] if saved else 1


# -- a sitting's ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody of a sitting on screen: their paper, how many questions are answered."""

    sitter: Sitter
    person: Person
    paper: Paper | None
    answered: int
    of: int
    state: PaperState


def screen_sitting(actor: Actor, sitting_id: int) -> Held:
    """A sitting on screen whose people ``actor`` may look at. Raises NotFound."""
    found = exams.held_for(actor, sitting_id)
    if found.sitting.means is not Means.BANK:
        raise NotFound
    return found


def paper_to_read(actor: Actor, sitting_id: int, sitter_id: int) -> Held:
    """A sitting on screen, for whoever may read the paper of one of its sitters: also those who decide appeals, of a
    mark that somebody appealed. Raises NotFound."""
    found = exams.held(sitting_id)
    if found.sitting.means is not Means.BANK:
        raise NotFound
    if policy.see_sitting(actor, exams.on_duty(sitting_id)):
        return found
    if not policy.see_appeals(actor) or not exams.was_appealed(sitter_id):
        raise NotFound
    return found


def desk(found: Held, now: datetime) -> list[Desk]:
    """Everybody of a sitting by seat. Two statements."""
    answered = {
        paper_id: (count, of)
        for paper_id, count, of in db.session.execute(
            select(PaperItem.paper_id, func.count(PaperItem.saved_at), func.count())
            .join(Paper, Paper.id == PaperItem.paper_id)
            .join(Sitter, Sitter.id == Paper.sitter_id)
            .where(Sitter.sitting_id == found.sitting.id)
            .group_by(PaperItem.paper_id)
        )
    }
    rows = db.session.execute(
        select(Sitter, Person, Paper)
        .join(Person, Person.id == Sitter.person_id)
        .outerjoin(Paper, Paper.sitter_id == Sitter.id)
        .where(Sitter.sitting_id == found.sitting.id)
        .order_by(Sitter.seat)
    )
    return [
        Desk(
            sitter,
            person,
            paper,
            *(answered.get(paper.id, (0, 0)) if paper is not None else (0, 0)),
            state_of(found.sitting, paper, now),
        )
        for sitter, person, paper in rows
    ]


def papers_of(sitting_id: int) -> dict[int, Paper]:
    """The papers of a sitting, by sitter. One statement."""
    rows = select(Paper).join(Sitter, Sitter.id == Paper.sitter_id).where(Sitter.sitting_id == sitting_id)
    return {one.sitter_id: one for one in db.session.scalars(rows)}


def paper_of(sitter: Sitter) -> Paper:
    """The paper of somebody. Raises NotFound when it was never opened."""
    found = db.session.scalar(select(Paper).where(Paper.sitter_id == sitter.id))
    if found is None:
        raise NotFound
    return found


# -- what questions are worth ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Judged:
    """A question's version with what was made of it."""

    code: str
    question_id: int
    version: QuestionVersion
    item: Item


def analysis(sitting_id: int) -> list[Judged]:
    """Every question asked in a sitting, by code. Two statements."""
    papers = _sat(Sitting.id == sitting_id)
    return _judged(analysing.analyse(papers.values()))


def over_time(question_id: int) -> tuple[list[Judged], list[tuple[Sitting, Item]]]:
    """Each version of a question over all sittings that are over, and sitting by sitting whatever the version."""
    own_versions = set(db.session.scalars(select(QuestionVersion.id).where(QuestionVersion.question_id == question_id)))
    asked = (
        select(Sitter.sitting_id)
        .join(Paper, Paper.sitter_id == Sitter.id)
        .join(PaperItem, PaperItem.paper_id == Paper.id)
        .where(PaperItem.question_version_id.in_(own_versions))
    )
    papers = _sat(Sitting.id.in_(asked), only=own_versions)
    whole_time = {one: item for one, item in analysing.analyse(papers.values()).items() if one in own_versions}
    sittings = {one.id: one for one in db.session.scalars(select(Sitting).where(Sitting.id.in_(papers)))}
    single = []
    for sitting_id, those in papers.items():
        renamed = [
            Sat(one.total, [Given(0, each.got, each.points, each.chosen) for each in one.answers]) for one in those
        ]
        if (item := analysing.analyse([renamed]).get(0)) is not None:
            single.append((sittings[sitting_id], item))
    single.sort(key=lambda pair: (pair[0].starts_at, pair[0].id), reverse=True)
    return _judged(whole_time), single


def _sat(which: object, *, only: set[int] | None = None) -> dict[int, list[Sat]]:
    """Marked papers of sittings that were not cancelled, by sitting; ``only``: with the answers to these versions alone."""
    wanted = (
        select(Sitter.sitting_id, Paper.id, Paper.points)
        .join(Paper, Paper.sitter_id == Sitter.id)
        .join(Sitting, Sitting.id == Sitter.sitting_id)
        .where(which, Sitting.cancelled_at.is_(None), Paper.marked_at.is_not(None))  # type: ignore[arg-type]
    )
    totals = {paper_id: (sitting_id, points or 0) for sitting_id, paper_id, points in db.session.execute(wanted)}
    answers: dict[int, list[Given]] = defaultdict(list)
    rows = (
        select(
            PaperItem.paper_id,
            PaperItem.question_version_id,
            PaperItem.got,
            PaperItem.points,
            PaperItem.given,
            PaperItem.saved_at,
        )
        .join(Paper, Paper.id == PaperItem.paper_id)
        .join(Sitter, Sitter.id == Paper.sitter_id)
        .join(Sitting, Sitting.id == Sitter.sitting_id)
        .where(which, Sitting.cancelled_at.is_(None), Paper.marked_at.is_not(None))  # type: ignore[arg-type]
    )
    if only is not None:
        rows = rows.where(PaperItem.question_version_id.in_(only))
    for paper_id, version_id, got, points, given, saved_at in db.session.execute(rows):
        # What somebody chose is forgotten with them; that they had answered is not.
        chosen = None if saved_at is None else tuple(given or ())
        answers[paper_id].append(Given(version_id, got or 0, points, chosen))
    found: dict[int, list[Sat]] = defaultdict(list)
    for paper_id, (sitting_id, total) in totals.items():
        found[sitting_id].append(Sat(total, answers[paper_id]))
    return dict(found)


def _judged(found: dict[int, Item]) -> list[Judged]:
    rows = db.session.execute(
        select(QuestionVersion, Question)
        .join(Question, Question.id == QuestionVersion.question_id)
        .where(QuestionVersion.id.in_(found))
        .order_by(Question.code, QuestionVersion.number)
    )
    return [Judged(question.code, question.id, version, found[version.id]) for version, question in rows]
