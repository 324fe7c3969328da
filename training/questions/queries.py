"""Questions asked of the question bank."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, and_, func, select
from sqlalchemy.orm import InstrumentedAttribute

from association.kernel.actors import Actor
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.kernel.pagination import PER_PAGE, Page
from training import policy
from training.courses.models import Subject
from training.questions import rules
from training.questions.models import Question, QuestionVersion
from training.questions.rules import Cell, Content, Lack, Wanted
from training.vocabulary import Difficulty, Part, QuestionKind

CHUNK = 900

Pair = tuple[Question, QuestionVersion]
_CURRENT: Select[Question, QuestionVersion] = select(Question, QuestionVersion).join(
    QuestionVersion,
    and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.current),
)


@dataclass(frozen=True, slots=True)
class Filters:
    """What a list of questions is narrowed to; empty: any. ``retired``: those that are drawn no more."""

    q: str = ""
    subject: str = ""
    kind: QuestionKind | None = None
    difficulty: Difficulty | None = None
    retired: bool = False


def listed(filters: Filters, *, number: int = 1) -> Page:
    """Questions with their current version, by code. Items are (question, version). Two statements."""
    wanted = _CURRENT
    if filters.q:
        pattern = "%" + filters.q.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        wanted = wanted.where(
            QuestionVersion.stem.ilike(pattern, escape="\\") | Question.code.ilike(pattern, escape="\\")
        )
    if filters.subject:
        wanted = wanted.where(Question.subject == filters.subject)
    if filters.kind:
        wanted = wanted.where(Question.kind == filters.kind)
    if filters.difficulty:
        wanted = wanted.where(Question.difficulty == filters.difficulty)
    wanted = wanted.where(Question.retired_at.is_not(None) if filters.retired else Question.retired_at.is_(None))
    total = db.session.scalar(select(func.count()).select_from(wanted.subquery("found"))) or 0
    rows = db.session.execute(
        wanted.order_by(Question.code, Question.id).limit(PER_PAGE).offset((max(1, number) - 1) * PER_PAGE)
    )
    return Page([(one, version) for one, version in rows], max(1, number), PER_PAGE, total)


def everything(*, chunk: int = 500) -> Iterable[Pair]:
    """Every question in use with its current version, by code, some at a time."""
    rows = db.session.execute(
        _CURRENT.where(Question.retired_at.is_(None))
        .order_by(Question.code, Question.id)
        .execution_options(yield_per=chunk)
    )
    return ((one, version) for one, version in rows)


def question_for(actor: Actor, question_id: int) -> Pair:
    """A question and its current version, for whoever keeps the bank. Raises NotFound."""
    found = db.session.execute(_CURRENT.where(Question.id == question_id)).one_or_none()
    if found is None or not policy.keep_questions(actor):
        raise NotFound
    return found[0], found[1]


def history(question_id: int) -> Sequence[QuestionVersion]:
    """Every version, the newest first."""
    found = select(QuestionVersion).where(QuestionVersion.question_id == question_id)
    return db.session.scalars(found.order_by(QuestionVersion.number.desc())).all()


def theory_subjects() -> list[str]:
    """The theory subjects of every syllabus version there is, by name: what questions may be about."""
    found = select(Subject.name).where(Subject.part == Part.THEORY).distinct().order_by(Subject.name)
    return list(db.session.scalars(found))


def subjects_in_use() -> list[str]:
    """The subjects that the bank has questions of."""
    return list(db.session.scalars(select(Question.subject).distinct().order_by(Question.subject)))


def stock() -> dict[Cell, int]:
    """How many questions are in use, by subject, kind and difficulty. One statement."""
    rows = db.session.execute(
        select(Question.subject, Question.kind, Question.difficulty, func.count())
        .where(Question.retired_at.is_(None))
        .group_by(Question.subject, Question.kind, Question.difficulty)
    )
    return {(subject, kind.value, difficulty.value): count for subject, kind, difficulty, count in rows}


def lacking(lines: Sequence[Wanted]) -> list[Lack]:
    """What the bank lacks for a paper of these lines."""
    return rules.lacking(lines, stock())


def drawable(subjects: Collection[str]) -> dict[Cell, list[int]]:
    """Ids of the current versions of the questions in use of these subjects, by cell. One statement."""
    rows = db.session.execute(
        select(QuestionVersion.id, Question.subject, Question.kind, Question.difficulty)
        .join(Question, and_(QuestionVersion.question_id == Question.id, QuestionVersion.number == Question.current))
        .where(Question.retired_at.is_(None), Question.subject.in_(subjects))
        .order_by(QuestionVersion.id)
    )
    found: dict[Cell, list[int]] = {}
    for version_id, subject, kind, difficulty in rows:
        found.setdefault((subject, kind.value, difficulty.value), []).append(version_id)
    return found


def versions(ids: Collection[int]) -> dict[int, QuestionVersion]:
    """These versions, by id. One statement for each nine hundred."""
    found: dict[int, QuestionVersion] = {}
    ordered = sorted(set(ids))
    for first in range(0, len(ordered), CHUNK):
        some = select(QuestionVersion).where(QuestionVersion.id.in_(ordered[first : first + CHUNK]))
        found |= {one.id: one for one in db.session.scalars(some)}
    return found


def codes_of(version_ids: Collection[int]) -> dict[int, str]:
    """The codes of the questions of these versions, by version. One statement for each nine hundred."""
    found: dict[int, str] = {}
    ordered = sorted(set(version_ids))
    for first in range(0, len(ordered), CHUNK):
        rows = db.session.execute(
            select(QuestionVersion.id, Question.code)
            .join(Question, Question.id == QuestionVersion.question_id)
            .where(QuestionVersion.id.in_(ordered[first : first + CHUNK]))
        )
        found |= {version_id: code for version_id, code in rows}  # noqa: C416 - rows are no pairs
    return found


def by_marks(marks: Iterable[str]) -> dict[str, Pair]:
    """Questions that ask the same, by mark."""
    return {one.mark: (one, version) for one, version in _in_chunks(Question.mark, marks)}


def by_codes(codes: Iterable[str]) -> dict[str, Pair]:
    """Questions with these codes."""
    return {one.code: (one, version) for one, version in _in_chunks(Question.code, codes)}


def _in_chunks(column: InstrumentedAttribute[str], values: Iterable[str]) -> Iterable[Pair]:
    ordered = sorted(set(values))
    for first in range(0, len(ordered), CHUNK):
        rows = db.session.execute(_CURRENT.where(column.in_(ordered[first : first + CHUNK])))
        yield from ((one, version) for one, version in rows)


def content_of(version: QuestionVersion) -> Content:
    """What a version says, as rules read it."""
    return Content(
        version.kind,
        version.subject,
        version.difficulty,
        version.stem,
        tuple(version.options),
        tuple(version.answers),
        version.explanation,
        version.source,
    )
