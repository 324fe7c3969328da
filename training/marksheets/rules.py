"""A mark sheet's columns, and what is wrong with a row beyond what its cells say. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from association.kernel.errors import Shortfall
from association.kernel.i18n import N_, _
from association.workbooks.columns import ColumnSet, Field
from association.workbooks.parsers import choice, number, text
from training.exams.rules import FULL

YES = {
    "是": "yes",
    "缺考": "yes",
    "缺席": "yes",
    "未到": "yes",
    "yes": "yes",
    "y": "yes",
    "absent": "yes",
    "1": "yes",
    "√": "yes",
    "✓": "yes",
}
NO = {"否": "no", "到考": "no", "到场": "no", "no": "no", "n": "no", "present": "no", "0": "no"}

MARKS = ColumnSet(
    "exam_marks",
    N_("成绩表"),
    (
        Field(
            "seat",
            N_("座位号"),
            ("座位", "座位号", "座号", "考号", "准考证号", "seat", "seat number"),
            number(1, 2000, whole=True),
            hint=N_("同名的人必须填写"),
            width=8,
        ),
        Field(
            "name",
            N_("姓名"),
            ("姓名", "考生姓名", "考生", "学员姓名", "学员", "名字", "name", "candidate", "full name"),
            text(80),
            required=True,
            exact=True,
            example="演示学员",
        ),
        Field(
            "mark",
            N_("成绩"),
            ("成绩", "分数", "得分", "总分", "理论成绩", "考试成绩", "mark", "score", "points", "result"),
            number(0, FULL, whole=True),
            example="75",
            hint=N_("0至100的整数；缺考的留空"),
            width=8,
        ),
        Field(
            "absent",
            N_("缺考"),
            ("缺考", "是否缺考", "缺席", "absent"),
            choice({**YES, **NO}, shown=(N_("是"), N_("否"))),
            choices=(N_("是"), N_("否")),
            hint=N_("没有来的填“是”"),
            width=8,
        ),
        Field(
            "why",
            N_("更正原因"),
            ("更正原因", "更改原因", "修改原因", "reason", "reason for correction"),
            text(200),
            hint=N_("只在更改已登记的成绩时填写"),
            width=24,
        ),
    ),
    most_rows=2000,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a mark sheet as far as its cells could be read."""

    row: int
    name: str
    seat: int | None = None
    mark: int | None = None
    absent: bool = False
    why: str = ""


@dataclass(frozen=True, slots=True)
class Seated:
    """Somebody who sits: of these facts a row depends."""

    sitter_id: int
    seat: int
    name: str
    mark: int | None
    came: bool
    absent: bool


def row_of(number_of_row: int, values: Mapping[str, object]) -> Row:
    """The row as rules read it."""
    seat, mark = values.get("seat"), values.get("mark")
    return Row(
        number_of_row,
        "".join(str(values.get("name") or "").split()),
        seat if isinstance(seat, int) else None,
        mark if isinstance(mark, int) else None,
        values.get("absent") == "yes",
        str(values.get("why") or "").strip(),
    )


def find(row: Row, seated: Sequence[Seated]) -> tuple[Seated | None, Shortfall | None]:
    """Who a row speaks of: by seat and name, or by name where only one has it."""
    named = [one for one in seated if "".join(one.name.split()) == row.name]
    if row.seat is not None:
        there = next((one for one in seated if one.seat == row.seat), None)
        if there is None:
            return None, Shortfall("seat", "unknown_seat", _("本场没有{seat}号座位的考生", seat=row.seat))
        if there not in named:
            return None, Shortfall("name", "name_differs", _("与{seat}号座位的考生姓名不一致", seat=row.seat))
        return there, None
    if not named:
        return None, Shortfall("name", "unknown", _("不在本场考生名单中"))
    if len(named) > 1:
        return None, Shortfall("seat", "same_name", _("本场有{count}人同名，请填写座位", count=len(named)))
    return named[0], None


def faults(row: Row, one: Seated | None, *, first_at: int) -> list[Shortfall]:
    """Everything that keeps a row's mark from being entered. ``first_at``: the row that speaks of the same person first."""
    found = []
    if one is not None and first_at != row.row:
        found.append(Shortfall("name", "twice", _("与第{row}行是同一个人", row=first_at)))
    if row.absent and row.mark is not None:
        found.append(Shortfall("absent", "both", _("填了成绩，不能又是缺考")))
    if not row.absent and row.mark is None:
        found.append(Shortfall("mark", "missing", _("请填写成绩；没有来的在“缺考”填“是”")))
    if one is None:
        return found
    if row.absent and not one.absent and (one.came or one.mark is not None):
        found.append(Shortfall("absent", "present", _("此人已登记入场或已有成绩，不能登记缺考")))
    if row.mark is not None and one.mark is not None and one.mark != row.mark and not row.why:
        found.append(Shortfall("mark", "marked", _("已登记为{mark}分；更改请填写更正原因", mark=one.mark)))
    return found


def changes(row: Row, one: Seated) -> bool:
    """Whether the row says anything new."""
    return (row.absent and not one.absent) or (row.mark is not None and row.mark != one.mark)
