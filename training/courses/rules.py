"""What a syllabus must say, and who may teach what (data of ``training/data/trainers.json``). Pure."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Protocol

from association.kernel.dates import add_years, holds
from association.kernel.errors import Shortfall
from association.kernel.i18n import _, show_date
from training.vocabulary import Level, Part, Qualification

CODE = re.compile(r"[A-Z0-9][A-Z0-9-]{1,19}", re.ASCII)
MOST_SEATS = 2000
MOST_HOURS = 2000
MOST_SUBJECTS = 60
# National bodies are told not to put these on awards without approval; a training certificate is none of them.
NOT_OURS = ("职业资格", "中国", "全国", "国家")


@dataclass(frozen=True, slots=True)
class SubjectPlan:
    """A subject with its class hours."""

    name: str
    part: Part
    hours: int


@dataclass(frozen=True, slots=True)
class SyllabusPlan:
    """A syllabus version to be published. ``None`` pass mark: no such component; months ``None``: no limit, no end."""

    begins: date
    subjects: Sequence[SubjectPlan]
    hour_minutes: int = 45
    entry: str = ""
    theory_pass: int | None = 60
    practice_pass: int | None = 60
    minimum_attendance: int = 80
    resits: int = 2
    resit_months: int | None = 12
    validity_months: int | None = 36
    continuing_hours: int = 0
    professional_share: int = 0
    carry_over: bool = False
    basis: str = ""
    note: str = ""


SYLLABUS_FIELDS = tuple(one.name for one in fields(SyllabusPlan) if one.name != "subjects")
_BOUNDS = (
    ("hour_minutes", 20, 120),
    ("theory_pass", 1, 100),
    ("practice_pass", 1, 100),
    ("minimum_attendance", 0, 100),
    ("resits", 0, 20),
    ("resit_months", 1, 120),
    ("validity_months", 1, 600),
    ("continuing_hours", 0, 1000),
    ("professional_share", 0, 100),
)


def title_shortfalls(field: str, title: str) -> list[Shortfall]:
    """A title of our own names no national award (a training certificate is none)."""
    if not title.strip():
        return [Shortfall(field, "blank", _("请填写此项"))]
    used = [word for word in NOT_OURS if word in title]
    if used:
        sentence = _("协会自己的课程名称中不能使用“{words}”", words="、".join(used))
        return [Shortfall(field, "national_title", sentence)]
    return []


def syllabus_shortfalls(plan: SyllabusPlan, *, after: date | None) -> list[Shortfall]:
    """Everything that keeps a version from being published; ``after`` is the day the version before begins."""
    found = [
        Shortfall(name, "bounds", _("应在{least}与{most}之间", least=least, most=most))
        for name, least, most in _BOUNDS
        if (value := getattr(plan, name)) is not None and not least <= value <= most
    ]
    if after is not None and plan.begins <= after:
        found.append(Shortfall("begins", "not_after", _("起用日期应晚于上一版的起用日期{day}", day=show_date(after))))
    if not plan.subjects:
        found.append(Shortfall("subjects", "required", _("请至少填写一门科目")))
    if len(plan.subjects) > MOST_SUBJECTS:
        found.append(Shortfall("subjects", "too_many", _("最多{limit}门科目", limit=MOST_SUBJECTS)))
    for place, subject in enumerate(plan.subjects):
        if not subject.name.strip():
            found.append(Shortfall(f"subjects.{place}.name", "blank", _("请填写此项")))
        if not 1 <= subject.hours <= MOST_HOURS:
            sentence = _("应在{least}与{most}之间", least=1, most=MOST_HOURS)
            found.append(Shortfall(f"subjects.{place}.hours", "bounds", sentence))
    taught = {subject.part for subject in plan.subjects}
    for field, part in (("theory_pass", Part.THEORY), ("practice_pass", Part.PRACTICE)):
        if getattr(plan, field) is not None and part not in taught:
            sentence = _("有{part}合格线，但没有{part}科目；不考的请留空", part=part.label)
            found.append(Shortfall(field, "not_taught", sentence))
    return found


class Taught(Protocol):
    """A subject, planned or published."""

    @property
    def part(self) -> Part: ...
    @property
    def hours(self) -> int: ...


def hours(subjects: Iterable[Taught], part: Part | None = None) -> int:
    """Class hours of all subjects, or of one part."""
    return sum(one.hours for one in subjects if part is None or one.part == part)


@dataclass(frozen=True, slots=True)
class Way:
    """One way to be a trainer: what one holds, and for how many years."""

    holds: Qualification
    years: int = 0


@dataclass(frozen=True, slots=True)
class TrainerRule:
    """From ``begins`` to ``ends`` a trainer of ``levels`` needs any one of ``ways``."""

    begins: date | None
    ends: date | None
    levels: tuple[Level, ...]
    ways: tuple[Way, ...]
    source: str = ""


@dataclass(frozen=True, slots=True)
class Held:
    """What somebody holds, from when to when."""

    kind: Qualification
    since: date
    until: date | None = None


def may_teach(rules: Iterable[TrainerRule], level: Level, held: Iterable[Held], on: date) -> bool:
    """Whether somebody who holds this may teach that level on that day; a level without a rule is open to all."""
    asked = [rule for rule in rules if level in rule.levels and holds(rule.begins, rule.ends, on)]
    if not asked:
        return True
    has = list(held)
    return any(
        one.kind == way.holds and holds(one.since, one.until, on) and add_years(one.since, way.years) <= on
        for rule in asked
        for way in rule.ways
        for one in has
    )
