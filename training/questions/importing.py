"""A workbook of questions: judged row by row, entered by a job that a kill neither loses nor doubles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from association.jobs import service as jobs
from association.jobs.models import Job
from association.jobs.rules import Begun, Slice, Work
from association.kernel.actors import Actor, require
from association.kernel.errors import Invalid, Shortfall
from association.kernel.i18n import _
from association.ledger import service as ledger
from association.workbooks import queries as workbooks
from association.workbooks import reading
from association.workbooks.layout import Layout, Source
from association.workbooks.reading import Reading
from training import policy
from training.questions import queries, rules, service
from training.questions.columns import Row, columns, row_of
from training.questions.models import Question

PURPOSE = "questions"
ROWS_A_SLICE = 200


@dataclass(frozen=True, slots=True)
class Judged:
    """A table of questions read and judged: ``new`` and ``changed`` (with the question as it is) by sheet row; ``same``:
    rows that say what the bank says already."""

    source: Source
    layout: Layout
    reading: Reading
    new: Mapping[int, Row]
    changed: Mapping[int, tuple[Row, Question]]
    same: int

    @property
    def to_enter(self) -> list[int]:
        """The rows that would change something, in the order of the sheet."""
        return sorted([*self.new, *self.changed])


def open_upload(code: str, *, sheet: str | None, actor: Actor, now: datetime) -> tuple[Source, Layout]:
    """The file and where its table stands. Raises NotFound."""
    return workbooks.opened(columns(), code, purpose=PURPOSE, sheet=sheet, actor=actor, now=now)


def read(code: str, *, sheet: str | None, actor: Actor, now: datetime) -> Judged:
    """The questions that were uploaded, judged as the bank stands now. Raises Invalid, NotFound."""
    return judge(*open_upload(code, sheet=sheet, actor=actor, now=now))


def judge(source: Source, layout: Layout) -> Judged:
    """Read the table and say of each row all that is wrong with it. Raises Invalid when it cannot be read.

    A handful of statements for each nine hundred rows.
    """
    found = reading.read(source, layout, columns())
    subjects = queries.theory_subjects()
    rows = {line.row: row_of(line.row, line.values, subjects) for line in found.lines}
    marks = {number: rules.mark(row.said) for number, row in rows.items() if row.said is not None}
    by_code = queries.by_codes(row.code for row in rows.values() if row.code)
    by_mark = queries.by_marks(marks.values())
    first_code = _first({number: row.code for number, row in rows.items() if row.code})
    first_mark = _first(marks)
    known = {number: by_code.get(row.code) or by_mark.get(marks.get(number, "")) for number, row in rows.items()}
    faults = {
        number: [
            *row.faults,
            *_place_faults(row, marks.get(number, ""), known[number], by_mark, first_code, first_mark),
        ]
        for number, row in rows.items()
    }
    judged = reading.weighed(found, columns(), faults, otherwise="stem")
    new: dict[int, Row] = {}
    changed: dict[int, tuple[Row, Question]] = {}
    for line in judged.good:
        row, there = rows[line.row], known[line.row]
        if row.said is None:
            continue
        if there is None:
            new[line.row] = row
        elif row.said != queries.content_of(there[1]):
            changed[line.row] = (row, there[0])
    return Judged(source, layout, judged, new, changed, len(judged.good) - len(new) - len(changed))


def _first(keys: Mapping[int, str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for number in sorted(keys):
        found.setdefault(keys[number], number)
    return found


def _place_faults(
    row: Row,
    mark: str,
    there: queries.Pair | None,
    by_mark: Mapping[str, queries.Pair],
    first_code: Mapping[str, int],
    first_mark: Mapping[str, int],
) -> list[Shortfall]:
    """What is wrong with a row beside the others of the table and the bank."""
    found = []
    if row.code:
        wrong = rules.code_shortfall(row.code, known=there is not None and there[0].code == row.code)
        if wrong is not None:
            found.append(wrong)
        elif first_code[row.code] != row.row:
            found.append(Shortfall("code", "twice", _("与第{row}行编号相同", row=first_code[row.code])))
    if mark and first_mark[mark] != row.row:
        found.append(Shortfall("stem", "twice", _("与第{row}行是同一道题", row=first_mark[mark])))
    other = by_mark.get(mark)
    if row.code and other is not None and other[0].code != row.code:
        found.append(Shortfall("stem", "twice", service.twice_sentence(other[0])))
    elif there is not None and there[0].retired_at is not None:
        sentence = _("{code}已停用，请先恢复使用", code=there[0].code)
        found.append(Shortfall("code" if row.code else "stem", "question_retired", sentence))
    return found


# -- entering -------------------------------------------------------------------------------------------------


def begin(code: str, *, good_only: bool, sheet: str | None, actor: Actor, now: datetime) -> Job:
    """Begin to enter what was uploaded under ``code``. Raises Forbidden, NotFound."""
    require(policy.keep_questions, actor)
    workbooks.upload_for(actor, code, purpose=PURPOSE, now=now)
    arguments = {"upload": code, "good_only": good_only, "sheet": sheet}
    return jobs.begin(PURPOSE, _("按表录入题目"), arguments, actor=actor, now=now)


def _prepare(job: Begun, actor: Actor, now: datetime) -> Judged:
    return read(job.arguments["upload"], sheet=job.arguments["sheet"], actor=actor, now=now)


def _apply(job: Begun, judged: Any, actor: Actor, now: datetime) -> Slice:
    """Some rows more, or all of them at once. What the bank says already is left as it is."""
    require(policy.keep_questions, actor)
    assert isinstance(judged, Judged)
    good_only, counts = bool(job.arguments["good_only"]), judged.reading.counts
    place = dict(job.place)
    if not place:
        if counts.faulty and not good_only:
            raise Invalid(
                _("有{count}行有误，一行也没有录入。请改正后重新上传，或只录入无误的行。", count=counts.faulty)
            )
        place = {"row": 0, "new": 0, "changed": 0, "same": judged.same, "faulty": counts.faulty, "good": counts.good}
    rows = [number for number in judged.to_enter if number > place["row"]]
    some = rows[:ROWS_A_SLICE] if good_only else rows
    _enter(judged, some, actor=actor, now=now)
    place["new"] += sum(number in judged.new for number in some)
    place["changed"] += sum(number in judged.changed for number in some)
    place["row"] = some[-1] if some else place["row"]
    done = place["new"] + place["changed"] + place["same"]
    if len(rows) > len(some):
        return Slice(place, done, place["good"], _("正在录入"))
    result = _(
        "新录入{new}题，修改{changed}题；与题库相同{same}题；有误未录入{faulty}行。",
        new=place["new"],
        changed=place["changed"],
        same=place["same"],
        faulty=place["faulty"],
    )
    return Slice(place, place["good"], place["good"], finished=True, result=result, url="/training/questions")


def _enter(judged: Judged, some: Sequence[int], *, actor: Actor, now: datetime) -> None:
    new = [(row.said, row.code) for number in some if (row := judged.new.get(number)) and row.said is not None]
    made = service.enter(new, actor=actor, now=now)
    changed = [judged.changed[number] for number in some if number in judged.changed]
    held = queries.by_codes(one.code for _row, one in changed)
    for row, one in changed:
        assert row.said is not None
        service.renew(held[one.code][0], row.said, why=_("按表录入"), actor=actor, now=now)
    service.insist_enough(now)
    if made or changed:
        facts = {"new": len(made), "changed": len(changed)}
        ledger.record("question.imported", "question_bank:all", actor=actor, at=now, **facts)


WORK = Work(PURPOSE, _prepare, _apply)
