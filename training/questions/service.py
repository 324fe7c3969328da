"""Adding questions, changing them (always a new version), retiring them."""

from collections.abc import Callable, Sequence
from datetime import datetime

from association.kernel.actors import Actor, require
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, Invalid, Shortfall
from association.kernel.i18n import _
from association.ledger import service as ledger
from training import policy
from training.questions import queries, rules
from training.questions.models import Question, QuestionVersion
from training.questions.rules import Content, Wanted

# The blueprints of sittings that have not begun: (code of the sitting, its lines). Handed down by wiring, since
# examinations stand above the bank.
Plans = Callable[[datetime], Sequence[tuple[str, Sequence[Wanted]]]]
_plans: list[Plans] = []


def know_plans(plans: Plans) -> None:
    """Hand down which papers are still to be drawn."""
    _plans[:] = [plans]


def add(said: Content, *, given: Sequence[str] = (), actor: Actor, now: datetime) -> Question:
    """A new question in the bank. Raises Invalid with every fault; the same question twice is one."""
    require(policy.keep_questions, actor)
    found = rules.shortfalls(said, queries.theory_subjects(), given=given)
    found += _twice(said, None)
    if found:
        raise invalid(*found)
    with transaction():
        [made] = enter([(said, "")], actor=actor, now=now)
        facts = {"code": made.code, "about": said.subject, "kind": said.kind.value}
        ledger.record("question.added", subject(made), actor=actor, at=now, **facts)
    return made


def change(
    one: Question, said: Content, *, seen: int, why: str = "", given: Sequence[str] = (), actor: Actor, now: datetime
) -> bool:
    """A new version of a question; papers that asked the old one keep it. Whether anything was new.

    ``seen``: the version that whoever changes it had before them. Raises Invalid; Conflict when it was changed meanwhile.
    """
    require(policy.keep_questions, actor)
    _insist_in_use(one)
    [before] = [version for version in queries.history(one.id) if version.number == one.current]
    if seen != one.current:
        raise Conflict(_("其他人刚刚修改了这道题，请对照新内容后再改；您填写的内容还在页面上。"), code="lost_race")
    found = rules.shortfalls(said, queries.theory_subjects(), given=given)
    found += _twice(said, one)
    if found:
        raise invalid(*found)
    if said == queries.content_of(before):
        return False
    with transaction():
        renew(one, said, why=why, actor=actor, now=now)
        _insist_enough(now)
        facts = {"code": one.code, "number": one.current, "why": why.strip()}
        ledger.record("question.changed", subject(one), actor=actor, at=now, **facts)
    return True


def retire(one: Question, *, why: str, actor: Actor, now: datetime) -> None:
    """Draw it no more; it stays, with its history. Raises Conflict when a sitting to come would not have enough left."""
    require(policy.keep_questions, actor)
    _insist_in_use(one)
    if not why.strip():
        raise invalid(Shortfall("why", "required", _("请写明停用的原因")))
    with transaction():
        one.retired_at, one.retired_why = now, why.strip()
        db.session.flush()
        _insist_enough(now)
        ledger.record("question.retired", subject(one), actor=actor, at=now, code=one.code, why=why.strip())


def reinstate(one: Question, *, actor: Actor, now: datetime) -> None:
    """Draw it again."""
    require(policy.keep_questions, actor)
    if one.retired_at is None:
        raise Conflict(_("这道题正在使用。"))
    with transaction():
        one.retired_at, one.retired_why = None, ""
        db.session.flush()
        ledger.record("question.reinstated", subject(one), actor=actor, at=now, code=one.code)


# -- part of the caller's transaction -------------------------------------------------------------------------


def enter(those: Sequence[tuple[Content, str]], *, actor: Actor, now: datetime) -> list[Question]:
    """New questions, each with its code or none (then the bank gives one). They have been looked at already."""
    made = [
        Question(
            code=code or rules.mark(said)[:20],
            mark=rules.mark(said),
            current=0,
            subject=said.subject,
            kind=said.kind,
            difficulty=said.difficulty,
            added_at=now,
        )
        for said, code in those
    ]
    db.session.add_all(made)
    db.session.flush()
    for one, (said, code) in zip(made, those, strict=True):
        if not code:
            one.code = f"T{one.id:05d}"
        renew(one, said, actor=actor, now=now)
    db.session.flush()
    return made


def renew(one: Question, said: Content, *, why: str = "", actor: Actor, now: datetime) -> None:
    """The next version of a question."""
    one.current += 1
    one.mark, one.subject, one.kind, one.difficulty = rules.mark(said), said.subject, said.kind, said.difficulty
    version = QuestionVersion(
        question_id=one.id,
        number=one.current,
        subject=said.subject,
        kind=said.kind,
        difficulty=said.difficulty,
        stem=said.stem,
        options=list(said.options),
        answers=list(said.answers),
        explanation=said.explanation,
        source=said.source,
        why=why.strip(),
        made_at=now,
        made_by=actor.account_id,
    )
    db.session.add(version)


def insist_enough(now: datetime) -> None:
    """The papers that are still to be drawn can be drawn. Raises Conflict naming the sitting and what would be missing."""
    _insist_enough(now)


def _insist_enough(now: datetime) -> None:
    coming = list(_plans[0](now)) if _plans else []
    if not coming:
        return
    db.session.flush()
    stock = queries.stock()
    for code, lines in coming:
        for lack in rules.lacking(lines, stock):
            sentence = _("已安排的考试{code}还要用这类题目。{lack}", code=code, lack=lack.sentence)
            raise Conflict(sentence, code="questions_needed")


def _insist_in_use(one: Question) -> None:
    if one.retired_at is not None:
        raise Conflict(_("这道题已停用，请先恢复使用。"), code="question_retired")


def _twice(said: Content, own: Question | None) -> list[Shortfall]:
    mark = rules.mark(said)
    there = queries.by_marks([mark]).get(mark)
    if there is None or (own is not None and there[0].id == own.id):
        return []
    return [Shortfall("stem", "twice", twice_sentence(there[0]))]


def twice_sentence(other: Question) -> str:
    """That the bank has this question already."""
    if other.retired_at is not None:
        return _("与已停用的{code}是同一道题，请恢复使用那一道", code=other.code)
    return _("与{code}是同一道题", code=other.code)


def subject(one: Question) -> str:
    """How the ledger names it."""
    return f"question:{one.id}"


def invalid(*found: Shortfall) -> Invalid:
    """Every shortfall at once."""
    return Invalid(_("填写内容有误，请按各项提示改正。"), found)
