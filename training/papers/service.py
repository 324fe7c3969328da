"""Opening a paper, saving answers, handing it in, marking it. Everything is timed by the server's clock."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from association.kernel.actors import CALENDAR, Actor, require
from association.kernel.db import db, lock_row, transaction
from association.kernel.errors import Conflict, Invalid, Shortfall
from association.kernel.i18n import N_, _, show_clock, show_moment
from association.ledger import service as ledger
from association.persons import queries as persons
from training import policy
from training.exams import marking
from training.exams import queries as exams
from training.exams import service as exams_service
from training.exams.models import Sitter, Sitting
from training.exams.queries import Held
from training.exams.rules import PlanLine
from training.papers import queries, rules
from training.papers.models import Paper, PaperItem
from training.papers.queries import Own
from training.questions import queries as questions
from training.questions import rules as question_rules
from training.vocabulary import Duty, MarkSource, Means, QuestionKind, SittingState

NEVER_OPENED = N_("已入场，没有打开试卷，按未作答计。")


def open_paper(own: Own, *, actor: Actor, now: datetime) -> Paper:
    """Draw somebody's paper and start their time; opened already, it is the same paper and the same time.

    Raises Conflict: before the start, after the end, before the invigilator has let them in, or when the bank has not
    enough.
    """
    require(policy.sit_paper, actor, persons.person(own.sitter.person_id))
    with transaction():
        db.session.execute(lock_row(select(Sitter.id).where(Sitter.id == own.sitter.id)))
        there = db.session.scalar(select(Paper).where(Paper.sitter_id == own.sitter.id))
        if there is not None:
            return there
        if refused := refusal(own, now):
            raise Conflict(refused, code="paper_closed")
        seed = secrets.token_hex(16)
        paper = Paper(
            sitter_id=own.sitter.id,
            seed=seed,
            scoring=queries.term_of(own.sitting).multiple,
            opened_at=now,
        )
        db.session.add(paper)
        db.session.flush()
        for place, one in enumerate(_drawn(own.sitting, seed), 1):
            db.session.add(
                PaperItem(
                    paper_id=paper.id,
                    place=place,
                    question_version_id=one.version_id,
                    points=one.points,
                    shown=list(one.shown),
                )
            )
        db.session.flush()
        # The seed is not told: whoever knew it could tell others what is asked.
        ledger.record(
            "paper.opened", exams_service.subject(own.sitting), actor=actor, at=now, person=own.sitter.person_id
        )
    return paper


def refusal(own: Own, now: datetime) -> str:
    """Why somebody cannot open their paper at this moment; empty when they can."""
    state = own.sitting.state(now)
    if state is SittingState.CANCELLED:
        return _("考试已取消。")
    if state is SittingState.PLANNED:
        return _("{when}开考，到时再打开试卷。", when=show_moment(own.sitting.starts_at))
    if state is not SittingState.UNDER_WAY:
        return _("考试已于{when}结束。", when=show_moment(own.sitting.ends_at))
    if own.sitter.came_at is None:
        return _("请先请监考人员核对身份证并登记入场，再打开试卷。")
    return ""


def _drawn(sitting: Sitting, seed: str) -> Sequence[rules.Drawn]:
    lines = [PlanLine(**line) for line in sitting.plan]
    pool = questions.drawable({line.subject for line in lines})
    versions = questions.versions([one for ids in pool.values() for one in ids])
    options = {one: len(version.options) for one, version in versions.items()}
    try:
        return rules.draw(lines, pool, options, seed)
    except rules.NotEnough as short:
        stock = {cell: len(ids) for cell, ids in pool.items()}
        lacks = question_rules.lacking(lines, stock)
        sentence = _("题库不够，试卷不能生成，请告诉监考人员。")
        raise Conflict("".join([sentence, *(one.sentence for one in lacks)]), code="paper_closed") from short


def save(
    own: Own, place: int, letters: Sequence[str], *, seen: int, tab: str, actor: Actor, now: datetime
) -> PaperItem:
    """Keep one answer: letters as the paper shows them, none takes the answer back.

    ``seen``: how often it had been saved when the window ``tab`` showed it. What another window saved meanwhile is not
    written over. Raises Conflict: that, or the paper is handed in or its time over; what was saved before counts.
    """
    paper = _own_paper(own, actor)
    with transaction():
        db.session.execute(lock_row(select(Paper.id).where(Paper.id == paper.id)))
        db.session.refresh(paper)
        _insist_open(own, now)
        one, version = queries.item(paper, place)
        db.session.refresh(one)
        given = _read(letters, one, version.kind)
        if given == one.given:
            return one
        if one.saves > seen and one.tab != tab:
            sentence = _(
                "另一个窗口在{when}把第{place}题存为“{there}”，这里选的是“{here}”，没有写入。要改用这里的选择，请再保存一次。",
                when=show_clock(now if one.saved_at is None else one.saved_at),
                place=place,
                there=said(one.given, one) or _("未作答"),
                here=said(given, one) or _("未作答"),
            )
            raise Conflict(sentence, code="answer_elsewhere")
        one.given, one.saved_at = given, now if given else None
        one.saves += 1
        one.tab = tab[:16]
        db.session.flush()
    return one


def _read(letters: Sequence[str], one: PaperItem, kind: QuestionKind) -> list[int] | None:
    """Shown letters as places of the bank's order. Raises Invalid for what the question does not offer."""
    wanted = sorted({letter for letter in letters if letter})
    places = [question_rules.LETTERS.find(letter) if len(letter) == 1 else -1 for letter in wanted]
    if any(not 0 <= place < len(one.shown) for place in places):
        raise Invalid(_("没有这个选项。"), [Shortfall("answer", "choice", _("请从列出的选项中选择"))])
    if kind is not QuestionKind.MULTIPLE and len(places) > 1:
        raise Invalid(_("这道题只能选一个。"), [Shortfall("answer", "one", _("请只选一个选项"))])
    return sorted(one.shown[place] for place in places) or None


def said(given: Sequence[int] | None, one: PaperItem) -> str:
    """An answer as letters of the paper."""
    return "".join(sorted(question_rules.LETTERS[one.shown.index(place)] for place in given or ()))


def submit(own: Own, *, actor: Actor, now: datetime) -> None:
    """Hand it in: nothing more is saved, and it is marked. Raises Conflict when that is done, or time is over."""
    paper = _own_paper(own, actor)
    with transaction():
        db.session.execute(lock_row(select(Paper.id).where(Paper.id == paper.id)))
        db.session.refresh(paper)
        _insist_open(own, now)
        paper.submitted_at = now
        _mark(paper, own.sitter, now=now)
        facts = {"person": own.sitter.person_id}
        ledger.record("paper.submitted", exams_service.subject(own.sitting), actor=actor, at=now, **facts)


def extend(found: Held, sitter: Sitter, minutes: int, *, why: str, actor: Actor, now: datetime) -> None:
    """More time for one paper, with the reason; never beyond the sitting's end. Raises Invalid, Conflict."""
    require(policy.invigilate, actor, exams.on_duty(found.sitting.id, Duty.INVIGILATOR))
    paper = queries.paper_of(sitter)
    with transaction():
        db.session.execute(lock_row(select(Paper.id).where(Paper.id == paper.id)))
        db.session.refresh(paper)
        before = queries.due_at(found.sitting, paper)
        if paper.submitted_at is not None or found.sitting.state(now) is not SittingState.UNDER_WAY:
            raise Conflict(_("已交卷，或考试没有在进行，不能延长。"), code="paper_over")
        if before == found.sitting.ends_at:
            sentence = _("此人可以答到{when}考试结束，不能再延长。", when=show_clock(found.sitting.ends_at))
            raise Conflict(sentence, code="paper_over")
        faults = []
        if not 1 <= minutes <= rules.MOST_EXTRA:
            bounds = _("应在{least}与{most}之间", least=1, most=rules.MOST_EXTRA)
            faults.append(Shortfall("minutes", "bounds", bounds))
        if not why.strip():
            faults.append(Shortfall("why", "required", _("请写明延长的原因")))
        if faults:
            raise exams_service.invalid(*faults)
        paper.extra_minutes += minutes
        paper.extra_why = why.strip()
        db.session.flush()
        facts = {"person": sitter.person_id, "minutes": minutes, "why": why.strip()}
        ledger.record("paper.extended", exams_service.subject(found.sitting), actor=actor, at=now, **facts)


# -- marking ----------------------------------------------------------------------------------------------------


def mark_over(sitting: Sitting, now: datetime, *, actor: Actor = CALENDAR) -> int:
    """Mark, from what was saved, every paper of a sitting whose time is over and that nobody handed in; whoever came and
    never opened theirs has answered nothing. How many. The same whenever it is done, and only once."""
    if sitting.means is not Means.BANK or sitting.cancelled_at is not None or sitting.released_at is not None:
        return 0
    count = 0
    with transaction():
        db.session.execute(lock_row(select(Sitting.id).where(Sitting.id == sitting.id)))
        papers = queries.papers_of(sitting.id)
        for sitter, _person in exams.sitters(sitting.id):
            paper = papers.get(sitter.id)
            due = queries.due_at(sitting, paper)
            if paper is not None and paper.marked_at is None and due is not None and due <= now:
                _mark(paper, sitter, now=now)
                count += 1
            elif paper is None and sitting.ends_at <= now and sitter.came_at is not None and sitter.mark is None:
                marking.enter_mark(sitter, 0, MarkSource.PAPER, why=NEVER_OPENED, actor=None, now=now)
                count += 1
        if count:
            ledger.record("paper.marked", exams_service.subject(sitting), actor=actor, at=now, count=count)
    return count


def mark_due(found: Held, *, actor: Actor, now: datetime) -> int:
    """The desk has it done now. How many."""
    require(policy.keep_exams, actor)
    return mark_over(found.sitting, now, actor=actor)


def mark_all_over(now: datetime) -> int:
    """The day's work: the same for every sitting on screen that is over and not released."""
    waiting = db.session.scalars(
        select(Sitting)
        .where(
            Sitting.means == Means.BANK,
            Sitting.ends_at <= now,
            Sitting.cancelled_at.is_(None),
            Sitting.released_at.is_(None),
        )
        .order_by(Sitting.id)
    ).all()
    return sum(mark_over(one, now) for one in waiting)


def _mark(paper: Paper, sitter: Sitter, *, now: datetime) -> None:
    total = 0
    for one, version in queries.whole(paper):
        one.got = rules.worth(version.kind, version.answers, one.given, one.points, paper.scoring)
        total += one.got
    paper.points, paper.marked_at = total, now
    marking.enter_mark(sitter, total, MarkSource.PAPER, actor=None, now=now)


def _own_paper(own: Own, actor: Actor) -> Paper:
    require(policy.sit_paper, actor, persons.person(own.sitter.person_id))
    if own.paper is None:
        raise Conflict(_("请先打开试卷。"), code="paper_closed")
    return own.paper


def _insist_open(own: Own, now: datetime) -> None:
    """Raises Conflict with what is true: handed in, cancelled, or out of time."""
    paper = own.paper
    assert paper is not None
    if own.sitting.cancelled_at is not None:
        raise Conflict(_("考试已取消。"), code="paper_over")
    if paper.submitted_at is not None:
        when = show_clock(paper.submitted_at)
        raise Conflict(_("试卷已于{when}交卷，之后的选择没有保存。", when=when), code="paper_over")
    due = own.due_at
    assert due is not None
    if now >= due:
        answered = sum(one.saved_at is not None for one in queries.items(paper))
        raise Conflict(
            _(
                "答题时间已于{when}结束，这次没有保存；此前保存的{count}题有效，照此判分。",
                when=show_clock(due),
                count=answered,
            ),
            code="paper_over",
        )
