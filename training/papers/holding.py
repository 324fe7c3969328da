"""What papers hold of a person: their answers."""

from collections.abc import Sequence

from sqlalchemy import select, update

from association.kernel.db import db
from association.kernel.i18n import _
from association.persons.holdings import Doing, Holding, Section
from association.persons.models import Person
from training.exams.models import Sitter, Sitting
from training.papers.models import Paper, PaperItem
from training.questions.models import QuestionVersion


def take(person: Person) -> Sequence[Section]:
    """Every paper with its answers; what they were worth only once results are out."""
    rows = db.session.execute(
        select(Sitting, Paper, PaperItem, QuestionVersion)
        .join(Sitter, Sitter.sitting_id == Sitting.id)
        .join(Paper, Paper.sitter_id == Sitter.id)
        .join(PaperItem, PaperItem.paper_id == Paper.id)
        .join(QuestionVersion, QuestionVersion.id == PaperItem.question_version_id)
        .where(Sitter.person_id == person.id)
        .order_by(Sitting.starts_at.desc(), Sitting.id.desc(), PaperItem.place)
    ).all()
    papers = {
        paper.id: (sitting.code, paper.opened_at, paper.submitted_at, paper.extra_minutes, paper.extra_why)
        for sitting, paper, _item, _version in rows
    }
    answers = [
        (
            sitting.code,
            item.place,
            version.stem,
            _("；").join(version.options[place] for place in item.given or ()),
            item.saved_at,
            item.got if sitting.released_at is not None else None,
        )
        for sitting, _paper, item, version in rows
    ]
    return [
        Section(
            _("机考试卷"),
            (_("考试编号"), _("打开时间"), _("交卷时间"), _("延长分钟"), _("延长的原因")),
            list(papers.values()),
        ),
        Section(
            _("机考作答"),
            (_("考试编号"), _("题号"), _("题干"), _("所选"), _("保存时间"), _("得分")),
            answers,
        ),
    ]


def forget(person: Person, _doing: Doing) -> None:
    """What was chosen goes, and why somebody had more time; points stay as figures without a name (exams refuse while a
    paper is being answered)."""
    own = select(Paper.id).join(Sitter, Sitter.id == Paper.sitter_id).where(Sitter.person_id == person.id)
    ids = list(db.session.scalars(own))
    db.session.execute(update(PaperItem).where(PaperItem.paper_id.in_(ids)).values(given=None, tab=""))
    db.session.execute(update(Paper).where(Paper.id.in_(ids)).values(extra_why="", seed=""))


# A paper follows its seat: what examinations move, moves it.
HOLDING = Holding(take, forget, tables=("exam_paper", "exam_paper_item"))
