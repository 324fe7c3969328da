"""The columns of a workbook of questions. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from association.kernel.errors import Shortfall
from association.kernel.i18n import N_, _
from association.workbooks.columns import ColumnSet, Field
from association.workbooks.parsers import choice, exact, text
from training.questions import rules
from training.questions.rules import LETTERS, Content
from training.vocabulary import Difficulty, QuestionKind

KINDS = {
    "单项选择": "single", "单选": "single", "单选题": "single", "单项选择题": "single", "single": "single", "single choice": "single",
    "多项选择": "multiple", "多选": "multiple", "多选题": "multiple", "多项选择题": "multiple", "multiple": "multiple",
    "multiple choice": "multiple",
    "判断": "judgement", "判断题": "judgement", "是非题": "judgement", "judgement": "judgement", "true or false": "judgement",
}  # fmt: skip
DIFFICULTIES = {
    "易": "easy", "容易": "easy", "简单": "easy", "低": "easy", "easy": "easy",
    "中": "medium", "中等": "medium", "一般": "medium", "medium": "medium",
    "难": "hard", "困难": "hard", "较难": "hard", "高": "hard", "hard": "hard",
}  # fmt: skip
OPTION_LABELS = (N_("选项A"), N_("选项B"), N_("选项C"), N_("选项D"), N_("选项E"), N_("选项F"))
MOST_ROWS = 10_000


@cache
def columns(subjects: tuple[str, ...] = ()) -> ColumnSet:
    """The set; ``subjects`` are the theory subjects for the template's drop-down."""
    options = [
        Field(
            f"option_{letter.lower()}",
            OPTION_LABELS[place],
            (f"选项{letter}", f"选项 {letter}", letter, f"{letter}选项", f"答案{letter}", f"option {letter}"),
            text(rules.LONGEST_OPTION),
            example=("入侵探测器", "摄像机", "控制器", "显示器", "", "")[place],
            width=24,
        )
        for place, letter in enumerate(LETTERS)
    ]
    kinds = (N_("单项选择"), N_("多项选择"), N_("判断"))
    levels = (N_("易"), N_("中"), N_("难"))
    return ColumnSet(
        "questions",
        N_("题库"),
        (
            Field("code", N_("编号"), ("编号", "题号", "题目编号", "试题编号", "code", "number"), exact(20),
                  hint=N_("新题可不填，由系统给出；填了已有的编号，就是修改那道题")),
            Field("kind", N_("题型"), ("题型", "题目类型", "试题类型", "类型", "kind", "type"),
                  choice({**KINDS}, shown=kinds), required=True, choices=kinds, example="单项选择"),
            Field("subject", N_("科目"), ("科目", "理论科目", "知识点", "章节", "课程科目", "subject"), text(80), required=True,
                  choices=subjects, hint=N_("与教学大纲的理论科目名称一致"), width=24),
            Field("difficulty", N_("难度"), ("难度", "难易", "难易程度", "难度等级", "difficulty"),
                  choice({**DIFFICULTIES}, shown=levels), required=True, choices=levels, example="易"),
            Field("stem", N_("题干"), ("题干", "题目", "试题", "题目内容", "试题内容", "题面", "stem", "question"),
                  text(rules.LONGEST_STEM), required=True, width=60, example="下列设备中，用来探测有人非法进入的是"),
            *options,
            Field("answers", N_("正确答案"), ("正确答案", "答案", "标准答案", "参考答案", "answer", "answers", "key"), text(40),
                  required=True, hint=N_("选择题填字母，如A或ABD；判断题填“正确”或“错误”"), example="A"),
            Field("explanation", N_("解析"), ("解析", "答案解析", "试题解析", "说明", "explanation"),
                  text(rules.LONGEST_EXPLANATION), width=40),
            Field("source", N_("出处"), ("出处", "来源", "依据", "教材出处", "source"), text(rules.LONGEST_SOURCE), width=24),
        ),
        most_rows=MOST_ROWS,
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A row as far as its cells could be read; ``said`` none: kind, difficulty or answer could not."""

    row: int
    code: str
    said: Content | None
    faults: tuple[Shortfall, ...] = ()


def row_of(number: int, values: Mapping[str, object], subjects: Sequence[str]) -> Row:
    """The row as rules read it, with what is wrong with its question."""
    found = {key: str(value) if value is not None else "" for key, value in values.items()}
    code = rules.normal_code(found.get("code", ""))
    kind, difficulty = found.get("kind", ""), found.get("difficulty", "")
    if not kind or not difficulty:
        return Row(number, code, None)
    answers = rules.read_answers(QuestionKind(kind), found.get("answers", ""))
    options = [found.get(f"option_{letter.lower()}", "") for letter in LETTERS]
    said = rules.content(
        QuestionKind(kind),
        found.get("subject", ""),
        Difficulty(difficulty),
        found.get("stem", ""),
        options,
        answers or (),
        explanation=found.get("explanation", ""),
        source=found.get("source", ""),
    )
    faults = rules.shortfalls(said, subjects, given=options)
    if answers is None and found.get("answers"):
        faults = [one for one in faults if one.field != "answers"]
        faults.append(
            Shortfall("answers", "answer_unreadable", _("答案读不懂：选择题填A至F的字母，判断题填“正确”或“错误”"))
        )
    return Row(number, code, said, tuple(faults))


def cells_of(code: str, said: Content) -> tuple[str, ...]:
    """A question as a row of the same columns, for taking the bank away and bringing it back."""
    judged = said.kind is QuestionKind.JUDGEMENT
    options = ["" if judged or place >= len(said.options) else said.options[place] for place in range(len(LETTERS))]
    answer = said.options[said.answers[0]] if judged else said.letters
    head = (code, said.kind.label, said.subject, said.difficulty.label, said.stem)
    return (*head, *options, answer, said.explanation, said.source)
