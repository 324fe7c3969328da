"""Handing in a checklist, once; the mark follows when it is settled, by rule or by a decision in common."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from association.accounts.models import Account
from association.kernel.actors import Actor, require
from association.kernel.db import db, lock_row, transaction
from association.kernel.errors import Conflict, Shortfall
from association.kernel.i18n import _, speaking
from association.ledger import service as ledger
from association.outbox import service as outbox
from training import policy
from training.exams import choices, marking, rules
from training.exams import queries as exams
from training.exams import service as exams_service
from training.exams.models import Score, Sitter, Sitting
from training.exams.queries import Held
from training.scores import queries
from training.scores.rules import EXAMINERS
from training.vocabulary import Duty, MarkSource, ScoreState


def score(
    found: Held, sitter: Sitter, points: Sequence[int | None], *, note: str = "", actor: Actor, now: datetime
) -> int | None:
    """One examiner's checklist of somebody who came; the mark, once it is settled. Raises Forbidden, Conflict, Invalid.

    Two within the tolerance make their mean. Further apart, a third examiner is asked; the other examiners are told.
    """
    examiners = exams.on_duty(found.sitting.id, Duty.EXAMINER)
    require(policy.score_practice, actor, examiners)
    sitting = exams_service.insist_open(found.sitting)
    exams_service.insist_begun(sitting, now=now)
    lines = choices.plan_of(found)
    with transaction():
        # Two examiners may hand in at the same moment: the second one counts what the first has written.
        db.session.execute(lock_row(select(Sitter.id).where(Sitter.id == sitter.id)))
        db.session.refresh(sitter)
        given = queries.scores_of(sitter.id)
        _insist_open_to(sitter, given, actor)
        faults = rules.points_shortfalls(points, lines)
        if faults:
            raise exams_service.invalid(*faults)
        counted = [int(one or 0) for one in points[: len(lines)]]
        made = Score(
            sitter_id=sitter.id,
            account_id=actor.account_id,
            points=counted,
            total=sum(counted),
            note=note.strip(),
            given_at=now,
        )
        db.session.add(made)
        db.session.flush()
        totals = [one.total for one in given] + [made.total]
        mark = rules.settled(totals, sitting.tolerance)
        facts = {"person": sitter.person_id, "total": made.total, "mark": mark}
        ledger.record("exam.scored", exams_service.subject(sitting), actor=actor, at=now, **facts)
        if mark is not None:
            source = MarkSource.THIRD if len(totals) > EXAMINERS else MarkSource.CHECKLIST
            marking.enter_mark(sitter, mark, source, actor=None, now=now)
        elif len(totals) == EXAMINERS:
            scored = {one.account_id for one in given} | {made.account_id}
            _ask_a_third(sitting, sitter, [one for one in examiners if one not in scored], now=now)
    return mark


def _insist_open_to(sitter: Sitter, given: Sequence[Score], actor: Actor) -> None:
    state = queries.state_of(sitter, given)
    if any(one.account_id == actor.account_id for one in given):
        raise Conflict(_("您已给此人评分，提交后不能修改。"), code="scored_already")
    if state is ScoreState.SETTLED:
        raise Conflict(_("此人的成绩已经确定，不再评分。"), code="scored_already")
    if state in (ScoreState.NOT_HERE, ScoreState.ABSENT):
        raise Conflict(_("此人还没有登记入场，请监考人员先核对身份证。"), code="sitting_closed")


def _ask_a_third(sitting: Sitting, sitter: Sitter, examiners: Sequence[int], *, now: datetime) -> None:
    """Owe a message to the examiners who have not scored yet. Names nobody."""
    for account in db.session.scalars(select(Account).where(Account.id.in_(examiners), Account.active)):
        with speaking("zh"):
            title = _("请第三名考评员评分：{code}", code=sitting.code)
            body = _("{seat}号考生的两份评分相差超过{points}分。", seat=sitter.seat, points=sitting.tolerance)
        outbox.enqueue(
            f"exam:{sitter.id}:third:{account.id}",
            to_account_id=account.id,
            to_address=account.email,
            subject=title,
            body=body,
            url=f"/training/scores/{sitting.id}/{sitter.id}",
            spoken="zh",
            now=now,
        )


def decide_together(found: Held, sitter: Sitter, mark: int, *, why: str, actor: Actor, now: datetime) -> None:
    """What two examiners who were too far apart agreed on, recorded by the desk with their reason; neither of the two
    records it. Within their totals. Raises Forbidden, Conflict, Invalid.
    """
    given = queries.scores_of(sitter.id)
    require(policy.record_joint_mark, actor, [one.account_id for one in given])
    sitting = exams_service.insist_open(found.sitting)
    with transaction():
        db.session.execute(lock_row(select(Sitter.id).where(Sitter.id == sitter.id)))
        db.session.refresh(sitter)
        if queries.state_of(sitter, given) is not ScoreState.THIRD:
            raise Conflict(_("两名考评员都评分、且相差超过允许分数时，才能共同议定。"), code="sitting_closed")
        low, high = min(one.total for one in given), max(one.total for one in given)
        faults = []
        if not low <= mark <= high:
            faults.append(Shortfall("mark", "bounds", _("应在{least}与{most}之间", least=low, most=high)))
        if not why.strip():
            faults.append(Shortfall("why", "required", _("请写明两名考评员议定的理由")))
        if faults:
            raise exams_service.invalid(*faults)
        marking.enter_mark(sitter, mark, MarkSource.JOINT, why=why, actor=actor, now=now)
        facts = {"person": sitter.person_id, "mark": mark, "why": why.strip()}
        ledger.record("exam.settled", exams_service.subject(sitting), actor=actor, at=now, **facts)
