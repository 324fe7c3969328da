"""What a question must say, when two are the same, and whether the bank has enough for a blueprint. Pure."""

import hashlib
import json
import re
import unicodedata
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from association.kernel.errors import Shortfall
from association.kernel.i18n import N_, _, label
from training.vocabulary import Difficulty, QuestionKind

LETTERS = "ABCDEF"
JUDGED = (N_("正确"), N_("错误"))
FEWEST_OPTIONS = 3
LONGEST_STEM, LONGEST_OPTION, LONGEST_EXPLANATION, LONGEST_SOURCE, LONGEST_WHY = 1000, 300, 1000, 200, 300
MOST_DRAWN = 100  # questions of one paper: their points are whole and sum to 100
_CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{0,19}")
OWN_CODE = re.compile(r"T\d+")  # those that the bank gives by itself

One = TypeVar("One", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Content:
    """What a question says. ``options`` as they stand under A, B, C …; ``answers`` are the places of the right ones."""

    kind: QuestionKind
    subject: str
    difficulty: Difficulty
    stem: str
    options: tuple[str, ...]
    answers: tuple[int, ...]
    explanation: str = ""
    source: str = ""

    @property
    def letters(self) -> str:
        """The right answers as letters of the bank's order."""
        return "".join(LETTERS[one] for one in self.answers)


def content(
    kind: QuestionKind,
    subject: str,
    difficulty: Difficulty,
    stem: str,
    options: Sequence[str],
    answers: Iterable[int],
    *,
    explanation: str = "",
    source: str = "",
) -> Content:
    """The question in its normal form: a judgement's options are always 正确 and 错误, empty options at the end fall away."""
    those = [one.strip() for one in options]
    while those and not those[-1]:
        those.pop()
    return Content(
        kind,
        subject.strip(),
        difficulty,
        stem.strip(),
        JUDGED if kind is QuestionKind.JUDGEMENT else tuple(those),
        tuple(sorted(set(answers))),
        explanation.strip(),
        source.strip(),
    )


def shortfalls(one: Content, subjects: Collection[str], *, given: Sequence[str] = ()) -> list[Shortfall]:
    """Everything wrong with a question at once. ``subjects``: theory subjects of the syllabuses; ``given``: options that
    somebody filled in for a judgement."""
    found = []
    if not one.stem:
        found.append(Shortfall("stem", "blank", _("请填写题干")))
    elif len(one.stem) > LONGEST_STEM:
        found.append(Shortfall("stem", "too_long", _("不能超过{limit}个字符", limit=LONGEST_STEM)))
    if one.subject not in subjects:
        some = _("、").join(sorted(subjects)[:8]) or _("尚无，请先发布教学大纲")
        found.append(Shortfall("subject", "unknown", _("教学大纲没有这个理论科目；现有：{subjects}", subjects=some)))
    if one.kind is QuestionKind.JUDGEMENT:
        if any(text.strip() and text.strip() not in JUDGED for text in given):
            found.append(Shortfall("option_a", "judgement", _("判断题不填选项，答案只有“正确”和“错误”")))
    else:
        found += _option_shortfalls(one)
    found += _answer_shortfalls(one)
    for field, text, longest in (
        ("explanation", one.explanation, LONGEST_EXPLANATION),
        ("source", one.source, LONGEST_SOURCE),
    ):
        if len(text) > longest:
            found.append(Shortfall(field, "too_long", _("不能超过{limit}个字符", limit=longest)))
    return found


def _option_shortfalls(one: Content) -> list[Shortfall]:
    found = []
    for place, text in enumerate(one.options[: len(LETTERS)]):
        field = f"option_{LETTERS[place].lower()}"
        if not text:
            found.append(Shortfall(field, "gap", _("选项{letter}空着，后面的选项请依次前移", letter=LETTERS[place])))
        elif len(text) > LONGEST_OPTION:
            found.append(Shortfall(field, "too_long", _("不能超过{limit}个字符", limit=LONGEST_OPTION)))
        elif _folded(text) in {_folded(other) for other in one.options[:place]}:
            found.append(Shortfall(field, "twice", _("选项{letter}与前面的选项相同", letter=LETTERS[place])))
    if not FEWEST_OPTIONS <= len(one.options) <= len(LETTERS):
        sentence = _("选择题应有{least}至{most}个选项", least=FEWEST_OPTIONS, most=len(LETTERS))
        found.append(Shortfall("option_a", "count", sentence))
    return found


def _answer_shortfalls(one: Content) -> list[Shortfall]:
    if not one.answers:
        return [Shortfall("answers", "required", _("请指明正确答案"))]
    beyond = [LETTERS[place] for place in one.answers if place >= len(one.options)]
    if beyond:
        return [Shortfall("answers", "no_option", _("答案{letters}没有对应的选项", letters="".join(beyond)))]
    if one.kind is not QuestionKind.MULTIPLE and len(one.answers) != 1:
        return [Shortfall("answers", "one", _("“{kind}”只能有一个正确答案", kind=label(one.kind)))]
    if one.kind is QuestionKind.MULTIPLE and len(one.answers) < 2:
        return [Shortfall("answers", "several", _("多项选择至少有两个正确答案；只有一个的请改为单项选择"))]
    return []


_RIGHT = {"正确", "对", "√", "✓", "是", "t", "true", "right", "yes", "y"}
_WRONG = {"错误", "错", "×", "✗", "x", "否", "f", "false", "wrong", "no", "n"}


def read_answers(kind: QuestionKind, text: str) -> tuple[int, ...] | None:
    """What somebody wrote as the answer: ``A``, ``ABD``, ``A、B、D``; of a judgement also 对, 错, √, ×. None: unreadable."""
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    if kind is QuestionKind.JUDGEMENT and (plain in _RIGHT or plain in _WRONG):
        return (0,) if plain in _RIGHT else (1,)
    letters = re.sub(r"[\s,;、/|.，；和及+]+", "", plain).upper()
    if not letters or any(one not in LETTERS for one in letters) or len(set(letters)) != len(letters):
        return None
    return tuple(sorted(LETTERS.index(one) for one in letters))


def _folded(text: str) -> str:
    return re.sub(
        r"[\s。．.，,、；;：:？?！!（）()“”\"‘’'【】\[\]_]+", "", unicodedata.normalize("NFKC", text).casefold()
    )


def mark(one: Content) -> str:
    """The same for two questions that ask the same: kind, stem and options, whatever their order and punctuation."""
    # What is nothing but signs (an arithmetic one) is told apart as it stands.
    stem = _folded(one.stem) or one.stem
    said = [one.kind.value, stem, sorted(_folded(option) or option for option in one.options)]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()


def normal_code(text: str) -> str:
    """A question's number as it is kept."""
    return unicodedata.normalize("NFKC", text).strip().upper()


def code_shortfall(code: str, *, known: bool) -> Shortfall | None:
    """What is wrong with a number that somebody gave to a question."""
    if not _CODE.fullmatch(code):
        return Shortfall("code", "shape", _("编号由字母、数字和短横线组成，最长20位"))
    if not known and OWN_CODE.fullmatch(code):
        sentence = _("题库没有编号{code}；T加数字的编号由系统给出，新题请不填编号", code=code)
        return Shortfall("code", "own", sentence)
    return None


# -- enough for a blueprint -----------------------------------------------------------------------------------


class Wanted(Protocol):
    """A line of a blueprint; an empty kind or difficulty is any."""

    @property
    def subject(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def difficulty(self) -> str: ...
    @property
    def count(self) -> int: ...


Cell = tuple[str, str, str]  # subject, kind, difficulty


def fits(line: Wanted, cell: Cell) -> bool:
    """Whether questions of ``cell`` may be drawn for ``line``."""
    subject, kind, difficulty = cell
    return line.subject == subject and line.kind in ("", kind) and line.difficulty in ("", difficulty)


def assign(slots: Sequence[Sequence[One]]) -> dict[int, One]:
    """For each slot one of its candidates, none twice; as many slots filled as can be (Kuhn's augmenting paths).

    Candidates are tried in the order given: shuffled, every one of them that fits the same slots is as likely as any other.
    """
    holder: dict[One, int] = {}

    def place(slot: int, seen: set[One]) -> bool:
        for one in slots[slot]:
            if one not in holder:
                holder[one] = slot
                return True
        for one in slots[slot]:
            if one not in seen:
                seen.add(one)
                if place(holder[one], seen):
                    holder[one] = slot
                    return True
        return False

    for slot in range(len(slots)):
        place(slot, set())
    return {slot: one for one, slot in holder.items()}


@dataclass(frozen=True, slots=True)
class Lack:
    """A line of a blueprint for which the bank has not enough."""

    line: Wanted
    missing: int

    @property
    def sentence(self) -> str:
        """Subject, kind, difficulty and how many are missing."""
        kind = label(QuestionKind(self.line.kind)) if self.line.kind else _("不限题型")
        difficulty = label(Difficulty(self.line.difficulty)) if self.line.difficulty else _("不限难度")
        return _(
            "题库不够：{subject}，{kind}，{difficulty}，需要{count}题，还缺{missing}题",
            subject=self.line.subject,
            kind=kind,
            difficulty=difficulty,
            count=self.line.count,
            missing=self.missing,
        )


def lacking(lines: Sequence[Wanted], stock: Mapping[Cell, int]) -> list[Lack]:
    """What the bank lacks for a paper of these lines; no question is counted for two of them. Those that ask most
    exactly are served first, so that what lacks is named where it lacks."""
    ordered = sorted(range(len(lines)), key=lambda place: -bool(lines[place].kind) - bool(lines[place].difficulty))
    slots: list[Sequence[tuple[Cell, int]]] = []
    of: list[int] = []
    for place in ordered:
        line = lines[place]
        there = [
            (cell, number)
            for cell, count in sorted(stock.items())
            if fits(line, cell)
            for number in range(min(count, MOST_DRAWN))
        ]
        slots += [there] * min(line.count, MOST_DRAWN)
        of += [place] * min(line.count, MOST_DRAWN)
    filled = assign(slots)
    missing = [0] * len(lines)
    for slot, place in enumerate(of):
        missing[place] += slot not in filled
    return [Lack(line, missing[place]) for place, line in enumerate(lines) if missing[place]]
