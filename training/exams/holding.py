"""What examinations hold of a person: sittings, marks, answers, appeals."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from association.kernel.db import db
from association.kernel.errors import Conflict
from association.kernel.i18n import _
from association.persons.holdings import Doing, Holding, Section
from association.persons.models import Person
from training.exams.models import Appeal, MarkEntry, Score, Sitter, Sitting


def take(person: Person) -> Sequence[Section]:
    """Every sitting with what was made of it, every appeal; marks only once they are released."""
    sat = [
        (sitting.code, sitting.part.label, sitting.starts_at, sitter.seat, sitter.mark if sitting.released_at else None)
        for sitter, sitting in db.session.execute(
            select(Sitter, Sitting)
            .join(Sitting, Sitting.id == Sitter.sitting_id)
            .where(Sitter.person_id == person.id)
            .order_by(Sitting.starts_at.desc(), Sitting.id.desc())
        )
    ]
    appeals = [
        (code, one.made_at, one.text, one.state.label, one.answer)
        for one, code in db.session.execute(
            select(Appeal, Sitting.code)
            .join(Sitter, Sitter.id == Appeal.sitter_id)
            .join(Sitting, Sitting.id == Sitter.sitting_id)
            .where(Sitter.person_id == person.id)
            .order_by(Appeal.id.desc())
        )
    ]
    return [
        Section(_("考试"), (_("考试编号"), _("科目"), _("时间"), _("座位号"), _("成绩")), sat),
        Section(_("成绩申诉"), (_("考试编号"), _("提出时间"), _("理由"), _("状态"), _("答复")), appeals),
    ]


def forget(person: Person, doing: Doing) -> None:
    """Seats still to come are given up; marks stay as figures without a name; what was written in words goes.

    Raises Conflict while a paper is being answered.
    """
    rows = db.session.execute(
        select(Sitter, Sitting).join(Sitting, Sitting.id == Sitter.sitting_id).where(Sitter.person_id == person.id)
    ).all()
    for sitter, sitting in rows:
        going = sitting.released_at is None and sitting.cancelled_at is None
        if going and sitting.starts_at <= doing.now < sitting.ends_at and sitter.came_at is not None:
            raise Conflict(_("此人正在参加考试{code}，请在考试结束后办理。", code=sitting.code))
        if going and doing.now < sitting.starts_at and sitter.mark is None:
            db.session.delete(sitter)
    db.session.flush()
    own = select(Sitter.id).where(Sitter.person_id == person.id)
    db.session.execute(update(Appeal).where(Appeal.sitter_id.in_(own)).values(text="", answer=""))
    db.session.execute(update(MarkEntry).where(MarkEntry.sitter_id.in_(own)).values(why=""))
    db.session.execute(update(Score).where(Score.sitter_id.in_(own)).values(note=""))


def move(gone: Person, kept: Person, doing: Doing) -> None:
    """Sittings follow. Raises Conflict when both files have a seat in the same one that counts."""
    own = {one.sitting_id: one for one in db.session.scalars(select(Sitter).where(Sitter.person_id == kept.id))}
    rows = db.session.execute(
        select(Sitter, Sitting).join(Sitting, Sitting.id == Sitter.sitting_id).where(Sitter.person_id == gone.id)
    ).all()
    for sitter, sitting in rows:
        if sitter.sitting_id not in own:
            sitter.person_id = kept.id
        elif doing.now < sitting.starts_at and sitter.mark is None:
            db.session.execute(delete(Sitter).where(Sitter.id == sitter.id))
        else:
            raise Conflict(_("两份档案都有考试{code}的座位，不能合并。", code=sitting.code))
    db.session.flush()


HOLDING = Holding(take, forget, move, tables=("exam_sitter", "exam_appeal", "exam_mark", "exam_score"))
