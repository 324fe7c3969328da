"""Who may sit, what counts as passed, what an arrangement must say, how two examiners become one mark. Pure.

*Passed* (occupational standard of 安全防范系统安装维护员: theory and practice each out of 100, both must reach 60; which
components there are and the pass marks are those of the class's own syllabus version): every component asked has reached
its pass mark. Components are passed one by one: one that is passed stays passed and is not sat again.

*Resits* are the association's own rule, in the syllabus (``resits``, ``resit_months``): of each component the first sitting
and as many further ones count, no later than so many months after the first. The best of those that count is the mark:
who has passed sits no more, so it is the last as well. Who was absent has not sat: it costs no attempt.
"""

import calendar
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from association.kernel.dates import holds
from association.kernel.errors import Shortfall
from association.kernel.i18n import _, show_date, show_moment
from training.vocabulary import Difficulty, Part, QuestionKind, SitRule

FULL = 100
LONGEST_MINUTES = 8 * 60
MOST_LINES = 60


class Reached(Protocol):
    """A share of attendance."""

    @property
    def minutes(self) -> int: ...
    @property
    def of(self) -> int: ...
    def reaches(self, percent: int) -> bool: ...


@dataclass(frozen=True, slots=True)
class Term:
    """From ``begins`` to ``ends``: days to appeal in, and points by which two examiners may differ."""

    begins: date | None
    ends: date | None
    appeal_days: int
    tolerance: int
    basis: str = ""


def term_on(terms: Iterable[Term], day: date) -> Term:
    """The one that holds on that day, the last of several. Raises LookupError when the data leave a gap."""
    found = [term for term in terms if holds(term.begins, term.ends, day)]
    if not found:
        raise LookupError(day)
    return found[-1]


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


# -- passed -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Asked:
    """What a syllabus version asks of one component; ``pass_mark`` none: there is no such component."""

    pass_mark: int | None
    resits: int
    resit_months: int | None


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sitting of one component that somebody sat."""

    on: date
    mark: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where somebody stands in one component."""

    mark: int | None
    passed_on: date | None
    attempts: int


def counting(attempts: Iterable[Attempt], asked: Asked) -> list[Attempt]:
    """The attempts that count: the first and the resits, within their months."""
    ordered = sorted(attempts, key=lambda one: one.on)
    if not ordered:
        return []
    last = last_day(ordered[0].on, asked)
    return [one for one in ordered[: 1 + asked.resits] if last is None or one.on <= last]


def last_day(first: date, asked: Asked) -> date | None:
    """The last day on which a resit counts."""
    return None if asked.resit_months is None else add_months(first, asked.resit_months)


def standing(attempts: Sequence[Attempt], asked: Asked) -> Standing:
    """The best mark that counts, and the day on which the component was passed."""
    counted = counting(attempts, asked)
    passed = [one.on for one in counted if asked.pass_mark is not None and one.mark >= asked.pass_mark]
    return Standing(max((one.mark for one in counted), default=None), min(passed, default=None), len(attempts))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What somebody reached in a class, of released sittings only.

    ``theory``, ``practice``: the mark that counts, none when there is none. ``passed_on``: the day on which the last
    component needed was sat. ``attempts``: sittings sat of the component sat most often (1: no resit). A class whose
    syllabus asks for no component is passed by nobody: there is nothing to pass.
    """

    theory: int | None
    practice: int | None
    passed: bool
    passed_on: date | None
    appeal_open: bool
    attempts: int


def outcome(standings: dict[Part, Standing], asked: dict[Part, Asked], *, appeal_open: bool) -> Outcome:
    """Both components together."""
    needed = [part for part in Part if asked[part].pass_mark is not None]
    days = [standings[part].passed_on for part in needed]
    there = [day for day in days if day is not None]
    passed = bool(needed) and len(there) == len(needed)
    return Outcome(
        theory=standings[Part.THEORY].mark,
        practice=standings[Part.PRACTICE].mark,
        passed=passed,
        passed_on=max(there) if passed else None,
        appeal_open=appeal_open,
        attempts=max(one.attempts for one in standings.values()),
    )


# -- who may sit --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of somebody before a sitting. ``elsewhere``: another sitting of theirs at the same time."""

    enrolled: bool
    share: Reached
    attempts: Sequence[Attempt]
    identity_checked: bool
    elsewhere: str = ""


@dataclass(frozen=True, slots=True)
class Hall:
    """What is known of the sitting: its component, its day, seats left (``none``: they have theirs), what is asked."""

    part: Part
    on: date
    seats_left: int | None
    seats: int
    minimum_attendance: int
    asked: Asked


@dataclass(frozen=True, slots=True)
class Said:
    """One rule: whether it holds, and the figures."""

    rule: SitRule
    holds: bool
    detail: str


def may_sit(facts: Facts, hall: Hall) -> list[Said]:
    """Every rule with yes or no and its figures; somebody may sit when all hold."""
    said = [
        Said(
            SitRule.ENROLLED, facts.enrolled, _("在名单中") if facts.enrolled else _("不在名单中，或已退出、仍在候补")
        ),
        _attendance(facts.share, hall.minimum_attendance),
        _not_passed(facts, hall),
        _resits(facts, hall),
        Said(
            SitRule.IDENTITY,
            facts.identity_checked,
            _("已核对") if facts.identity_checked else _("尚未核对，请本人持身份证到柜台"),
        ),
        Said(SitRule.FREE, not facts.elsewhere, facts.elsewhere or _("没有")),
    ]
    if hall.seats_left is None:
        said.append(Said(SitRule.SEAT, True, _("已有座位")))
    else:
        figures = _("剩余{left}个，共{seats}个", left=max(0, hall.seats_left), seats=hall.seats)
        said.append(Said(SitRule.SEAT, hall.seats_left > 0, figures))
    return said


def admits(said: Iterable[Said]) -> bool:
    """Whether every rule holds."""
    return all(one.holds for one in said)


def _attendance(share: Reached, minimum: int) -> Said:
    percent = share.minutes * 100 // share.of if share.of else 0
    figures = _(
        "已到课{minutes}分钟，共{of}分钟，{percent}%；要求{minimum}%",
        minutes=share.minutes,
        of=share.of,
        percent=percent,
        minimum=minimum,
    )
    return Said(SitRule.ATTENDANCE, share.reaches(minimum), figures)


def _not_passed(facts: Facts, hall: Hall) -> Said:
    found = standing(facts.attempts, hall.asked)
    if hall.asked.pass_mark is None:
        return Said(SitRule.NOT_PASSED, False, _("教学大纲没有这一项考试"))
    if found.passed_on is not None:
        return Said(SitRule.NOT_PASSED, False, _("已于{day}合格，不必再考", day=show_date(found.passed_on)))
    line = hall.asked.pass_mark
    if found.mark is None:
        return Said(SitRule.NOT_PASSED, True, _("还没有成绩；合格线{line}分", line=line))
    return Said(SitRule.NOT_PASSED, True, _("目前{mark}分；合格线{line}分", mark=found.mark, line=line))


def _resits(facts: Facts, hall: Hall) -> Said:
    asked, sat = hall.asked, len(facts.attempts)
    if not sat:
        return Said(SitRule.RESITS, True, _("首次考试；可补考{resits}次", resits=asked.resits))
    left = max(0, 1 + asked.resits - sat)
    last = last_day(min(one.on for one in facts.attempts), asked)
    in_time = last is None or hall.on <= last
    figures = _("已考{sat}次，还可补考{left}次", sat=sat, left=left)
    if last is not None:
        figures += _("；补考截止{day}", day=show_date(last))
    return Said(SitRule.RESITS, left > 0 and in_time, figures)


# -- what an arrangement must say ---------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlanLine:
    """A line of a plan: of a blueprint (``count`` questions of ``subject``, ``kind`` and ``difficulty``, each ``points``;
    empty: of any), or of a checklist (``subject`` says what is done, ``count`` is 1)."""

    subject: str
    points: int
    count: int = 1
    difficulty: str = ""
    kind: str = ""

    @property
    def total(self) -> int:
        return self.points * self.count


def plan_shortfalls(lines: Sequence[PlanLine]) -> list[Shortfall]:
    """The points of a paper, or of a checklist, sum to 100."""
    if not lines:
        return [Shortfall("plan", "required", _("请至少填写一行"))]
    found = []
    if len(lines) > MOST_LINES:
        found.append(Shortfall("plan", "too_many", _("最多{limit}行", limit=MOST_LINES)))
    for place, line in enumerate(lines, 1):
        if not line.subject.strip():
            found.append(Shortfall(f"plan_{place}_subject", "blank", _("请填写此项")))
        if not 1 <= line.points <= FULL or not 1 <= line.count <= FULL:
            found.append(Shortfall(f"plan_{place}_points", "bounds", _("应在{least}与{most}之间", least=1, most=FULL)))
        known = (("kind", line.kind, QuestionKind), ("difficulty", line.difficulty, Difficulty))
        for key, code, vocabulary in known:
            if code and code not in [one.value for one in vocabulary]:
                found.append(Shortfall(f"plan_{place}_{key}", "choice", _("请从列出的选项中选择")))
    total = sum(line.total for line in lines)
    if total != FULL:
        found.append(
            Shortfall("plan", "not_full", _("各行分值合计应为{full}分，现为{total}分", full=FULL, total=total))
        )
    return found


def time_shortfalls(
    starts_at: datetime, ends_at: datetime, minutes: int, *, seats: int, room_seats: int, lessons_end: datetime | None
) -> list[Shortfall]:
    """Times and seats; ``lessons_end``: the end of the class's last lesson of the component's own day before it."""
    found = []
    length = int((ends_at - starts_at).total_seconds()) // 60
    if length <= 0:
        found.append(Shortfall("ends_at", "before_begin", _("结束时间应晚于开始时间")))
    elif length > LONGEST_MINUTES:
        found.append(Shortfall("ends_at", "too_long", _("一场考试最长{hours}小时", hours=LONGEST_MINUTES // 60)))
    elif not 1 <= minutes <= length:
        found.append(Shortfall("minutes", "bounds", _("应在{least}与{most}之间", least=1, most=length)))
    if not 1 <= seats <= room_seats:
        sentence = _("座位数应在1与{most}之间：这个考场有{most}个座位", most=room_seats)
        found.append(Shortfall("seats", "bounds", sentence))
    if lessons_end is not None and starts_at < lessons_end:
        sentence = _("与本班的课时间重叠，那节课{when}结束", when=show_moment(lessons_end))
        found.append(Shortfall("starts_at", "clash", sentence))
    return found


def duty_shortfalls(
    field: str, chosen: Collection[int], teaching: Collection[int], *, least: int, sentence: str
) -> list[Shortfall]:
    """Teaching and examining are kept apart: of those on duty at least one does not teach the class, so that nobody
    judges their own teaching alone. ``teaching``: accounts of those who give the class's lessons. The association's own
    rule, as in the assessment of vocational skills (考培分离).
    """
    if len(set(chosen)) < least:
        return [Shortfall(field, "too_few", sentence)]
    if chosen and set(chosen) <= set(teaching):
        return [Shortfall(field, "own_trainer", _("不能只由给本班上课的教员担任：请至少再选一位没有给本班上课的人"))]
    return []


# -- two examiners ------------------------------------------------------------------------------------------


def settled(totals: Sequence[int], tolerance: int) -> int | None:
    """The mark that examiners' totals make, in the order they were given; none while it is open.

    Two within ``tolerance``: their mean, halves up. Further apart, a third is asked: then the mean of the two that are
    nearest to each other, or the middle one when it is equally near to both (or all are alike).
    """
    if len(totals) < 2:
        return None
    one, other = totals[:2]
    if abs(one - other) <= tolerance:
        return mean(one, other)
    if len(totals) < 3:
        return None
    low, middle, high = sorted(totals[:3])
    if middle - low == high - middle:
        return middle
    return mean(low, middle) if middle - low < high - middle else mean(middle, high)


def mean(one: int, other: int) -> int:
    """Halves are rounded up."""
    return (one + other + 1) // 2


def points_shortfalls(points: Sequence[int | None], lines: Sequence[PlanLine]) -> list[Shortfall]:
    """Every line has points, none more than it gives."""
    found = []
    for place, line in enumerate(lines, 1):
        given = points[place - 1] if place <= len(points) else None
        if given is None:
            found.append(Shortfall(f"points_{place}", "required", _("请给“{line}”评分", line=line.subject)))
        elif not 0 <= given <= line.points:
            sentence = _("“{line}”应在0与{most}之间", line=line.subject, most=line.points)
            found.append(Shortfall(f"points_{place}", "bounds", sentence))
    return found


# -- appeals ------------------------------------------------------------------------------------------------


def appeal_until(released_on: date, days: int) -> date:
    """The last day on which an appeal is taken: the day of the release does not count."""
    return date.fromordinal(released_on.toordinal() + days)


DOORS_OPEN_MINUTES = 60


def doors_open(starts_at: datetime, ends_at: datetime, now: datetime) -> bool:
    """Whether somebody can be let in: from an hour before the start until the end."""
    return starts_at - timedelta(minutes=DOORS_OPEN_MINUTES) <= now < ends_at
