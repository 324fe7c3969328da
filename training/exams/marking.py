"""Marks: given, put right with who and why, released. Part of the caller's transaction: ``enter_mark``."""

from collections.abc import Callable
from datetime import datetime

from association.kernel.actors import Actor, require
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, Shortfall
from association.kernel.i18n import _
from association.ledger import service as ledger
from training import policy
from training.exams import queries, rules, service, telling
from training.exams.models import MarkEntry, Sitter, Sitting
from training.exams.queries import Held
from training.vocabulary import MarkSource, Means

# Papers on screen stand above sittings: what marks those whose time is over is handed down by wiring.
MarkOver = Callable[[Sitting, datetime], int]
_papers: list[MarkOver] = []


def know_papers(mark_over: MarkOver) -> None:
    """Hand down what marks papers that nobody handed in, from what was saved."""
    _papers[:] = [mark_over]


def enter_mark(
    sitter: Sitter,
    mark: int,
    source: MarkSource,
    *,
    why: str = "",
    actor: Actor | None,
    now: datetime,
) -> bool:
    """Give a mark inside the caller's transaction; whether it changes anything. ``actor`` none: worked out."""
    if not 0 <= mark <= rules.FULL:
        raise service.invalid(Shortfall("mark", "bounds", _("应在{least}与{most}之间", least=0, most=rules.FULL)))
    if sitter.mark == mark and not why:
        return False
    db.session.add(
        MarkEntry(
            sitter_id=sitter.id,
            mark=mark,
            before=sitter.mark,
            source=source,
            why=why.strip(),
            by_account_id=actor.account_id if actor is not None else None,
            at=now,
        )
    )
    sitter.mark, sitter.absent = mark, False
    db.session.flush()
    return True


def record_marks(found: Held, marks: dict[int, int], *, source: MarkSource, actor: Actor, now: datetime) -> int:
    """Marks of a paper sitting, by sitter id; how many changed. A mark that stands already is not overwritten: it is
    corrected, with the reason. Raises Conflict before the start and once released, Invalid.
    """
    require(policy.keep_exams, actor)
    sitting = service.insist_open(found.sitting)
    if sitting.means is Means.CHECKLIST:
        raise Conflict(_("实操成绩由考评员评分得出，不能直接登记。"), code="sitting_closed")
    service.insist_begun(sitting, now=now)
    with transaction():
        known = {one.id: one for one, _person in queries.sitters(sitting.id)}
        standing = [
            Shortfall(f"mark_{one}", "marked", _("已登记为{mark}分；更改请点姓名，写明原因", mark=known[one].mark))
            for one, mark in marks.items()
            if one in known and known[one].mark not in (None, mark)
        ]
        if standing:
            raise service.invalid(*standing)
        changed = {
            str(known[one].person_id): mark
            for one, mark in marks.items()
            if one in known and enter_mark(known[one], mark, source, actor=actor, now=now)
        }
        if changed:
            ledger.record(
                "exam.marked", service.subject(sitting), actor=actor, at=now, source=source.value, marks=changed
            )
    return len(changed)


def correct(found: Held, sitter: Sitter, mark: int, *, why: str, actor: Actor, now: datetime) -> None:
    """Put a mark right, before or after the release; who and why stay beside it."""
    require(policy.keep_exams, actor)
    sitting = found.sitting
    if sitting.cancelled_at is not None:
        raise Conflict(_("考试已取消。"), code="sitting_closed")
    if sitter.mark is None:
        raise Conflict(_("此人还没有成绩，请先登记。"), code="no_mark")
    faults = []
    if not 0 <= mark <= rules.FULL:
        faults.append(Shortfall("mark", "bounds", _("应在{least}与{most}之间", least=0, most=rules.FULL)))
    if not why.strip():
        faults.append(Shortfall("why", "required", _("请写明更正的原因")))
    if mark == sitter.mark:
        faults.append(Shortfall("mark", "same", _("与现有成绩相同")))
    if faults:
        raise service.invalid(*faults)
    with transaction():
        before = sitter.mark
        enter_mark(sitter, mark, MarkSource.CORRECTION, why=why, actor=actor, now=now)
        facts = {"person": sitter.person_id, "before": before, "mark": mark, "why": why.strip()}
        ledger.record("exam.corrected", service.subject(sitting), actor=actor, at=now, **facts)
        if sitting.released_at is not None:
            telling.tell(sitting, [sitter], "corrected", now=now)


def release(found: Held, *, actor: Actor, now: datetime) -> None:
    """Publish the results to those who sat; from here on marks change by correction or appeal only.

    Raises Conflict while it is under way, or while somebody has neither a mark nor is noted absent.
    """
    require(policy.keep_exams, actor)
    sitting = service.insist_open(found.sitting)
    if now < sitting.ends_at:
        raise Conflict(_("考试还没有结束，不能公布成绩。"), code="sitting_closed")
    for mark_over in _papers:
        mark_over(sitting, now)
    missing = [person.name for one, person in queries.sitters(sitting.id) if one.mark is None and not one.absent]
    if missing:
        named = _("、").join(missing[:5])
        raise Conflict(
            _("还有{count}人没有成绩，也没有登记缺考：{names}", count=len(missing), names=named), code="marks_missing"
        )
    with transaction():
        sitting.released_at, sitting.released_by = now, actor.account_id
        db.session.flush()
        those = service.those(sitting)
        ledger.record("exam.released", service.subject(sitting), actor=actor, at=now, count=len(those))
        telling.tell(sitting, those, "released", now=now)
