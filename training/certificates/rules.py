"""Numbers and names on certificates, who may have one and why not, how long it is good. Pure."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import Protocol

from association.kernel.dates import add_months, holds
from association.kernel.i18n import _
from association.kernel.numbers import check_character, compact, fold_brand
from training.vocabulary import CertificateStanding

# The city's sign, and that it is a training certificate (培训): no registration number begins so.
PREFIX = "SJZ"
MARK = "PX"
LARGEST_SERIAL = 99_999
_NUMBER = re.compile(rf"([A-Z]{{2,5}}){MARK}(\d{{4}})(\d{{5}})([0-9A-Z])", re.ASCII)
_LETTERS_FOR_DIGITS = str.maketrans("OI", "01")
NEXT_DAY = timedelta(days=1)

# 32 signs without I, O, 0 and 1, which are taken for one another: 16 of them are 80 bits.
CODE_SIGNS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
CODE_LENGTH = 16
LONGEST_CODE = 40


# -- numbers and codes ---------------------------------------------------------------------------------------


def certificate_number(year: int, serial: int) -> str:
    """The printed number, such as ``SJZ-PX-2026-00042-9``, with the check character of registration numbers.

    Raises ValueError when ``serial`` has more than five digits.
    """
    if not 1 <= serial <= LARGEST_SERIAL:
        raise ValueError("a serial has five digits")
    body = f"{PREFIX}{MARK}{year:04d}{serial:05d}"
    return f"{PREFIX}-{MARK}-{year:04d}-{serial:05d}-{check_character(body)}"


def next_number(year: int, last: int) -> tuple[str, int]:
    """The number after serial ``last``, and its serial. Those whose check character would be O or I are left out: no
    number has these letters, so that nobody wonders whether one is a digit. Raises ValueError when all are used."""
    serial = last + 1
    while (number := certificate_number(year, serial))[-1] in "OI":
        serial += 1
    return number, serial


def read_number(text: str) -> str | None:
    """The printed form of a number in any case, width and spelling; ``None`` when it is none or mistyped.

    An O or I among its digits is a 0 or 1.
    """
    head, mark, tail = compact(text[:LONGEST_CODE]).partition(MARK)
    found = _NUMBER.fullmatch(head + mark + tail.translate(_LETTERS_FOR_DIGITS))
    if found is None:
        return None
    city, year, serial, check = found.groups()
    if check_character(f"{city}{MARK}{year}{serial}") != check:
        return None
    return f"{city}-{MARK}-{year}-{serial}-{check}"


def read_code(text: str) -> str:
    """The code of a certificate in any case and width, with or without separators; empty when it cannot be one."""
    code = compact(text[:LONGEST_CODE])
    return code if len(code) == CODE_LENGTH and not set(code) - set(CODE_SIGNS) else ""


# -- names ---------------------------------------------------------------------------------------------------


def masked(name: str) -> str:
    """A name of which strangers see enough to compare: the first sign, and the last of three or more.

    Words of names in Latin and the like keep their first letter.

    >>> masked("张三"), masked("欧阳小明"), masked("Li Xiaoming"), masked("买买提·吐尔逊")
    ('张*', '欧**明', 'L* X*******', '买*****逊')
    """
    words = name.split(" ")
    if len(words) > 1:
        return " ".join(_first_only(_signs(word)) for word in words)
    signs = _signs(name)
    if signs and signs[0].isascii():
        return _first_only(signs)
    if len(signs) < 3:
        return _first_only(signs)
    return f"{signs[0]}{'*' * (len(signs) - 2)}{signs[-1]}"


def _signs(text: str) -> list[str]:
    """The signs of a text; a mark stays with the sign it belongs to."""
    found: list[str] = []
    for one in text:
        if found and unicodedata.category(one).startswith("M"):
            found[-1] += one
        else:
            found.append(one)
    return found


def _first_only(signs: Sequence[str]) -> str:
    """A single sign would be all of it."""
    return "".join(sign if place == 0 and len(signs) > 1 else "*" for place, sign in enumerate(signs))


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are one name: width, case, blanks and the dot of names in other tongues do not count."""
    return bool(fold_brand(one)) and fold_brand(one) == fold_brand(other)


# -- titles --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TitleRule:
    """From ``begins`` to ``ends`` a certificate of our own names none of ``words``."""

    begins: date | None
    ends: date | None
    words: tuple[str, ...]
    source: str
    address: str


def title_faults(rules: Iterable[TitleRule], *titles: str, on: date) -> list[tuple[str, TitleRule]]:
    """The words that must not stand on a certificate and stand in its titles, with the rule each breaks.

    Blanks, signs, width and case do not hide a word.
    """
    bare = [fold_brand(title) for title in titles]
    return [
        (word, rule)
        for rule in rules
        if holds(rule.begins, rule.ends, on)
        for word in rule.words
        if any(fold_brand(word) in title for title in bare)
    ]


# -- who may have one ----------------------------------------------------------------------------------------


class Outcome(Protocol):
    """What somebody's examinations in a class came to."""

    @property
    def theory(self) -> int | None: ...
    @property
    def practice(self) -> int | None: ...
    @property
    def passed(self) -> bool: ...
    @property
    def passed_on(self) -> date | None: ...
    @property
    def appeal_open(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class Asks:
    """What a class and the version of the syllabus it follows ask; no pass mark: no such component."""

    minimum_attendance: int
    theory_pass: int | None
    practice_pass: int | None
    over: bool
    cancelled: bool = False


@dataclass(frozen=True, slots=True)
class Held:
    """The latest certificate of the same course that somebody has."""

    number: str
    standing: CertificateStanding
    valid_until: date | None


@dataclass(frozen=True, slots=True)
class HoursBehind:
    """Years that are over and lack continuing hours, with how many; ``asked``: whether taking the class again needs them."""

    years: tuple[tuple[int, int], ...]
    asked: bool


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of somebody in a class. Marks are of 100; ``None``: not taken. ``issued``: what this class gave."""

    enrolled: bool
    present: bool
    share: Fraction
    theory: int | None
    practice: int | None
    passed: bool
    appeal_open: bool
    identity_checked: bool
    issued: str = ""
    held: Held | None = None
    hours: HoursBehind | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One condition: whether it is met, and the sentence that says so."""

    code: str
    met: bool
    says: str


def conditions(asks: Asks, one: Candidate) -> list[Check]:
    """Every condition of a certificate, met or not, in the order in which people think of them."""
    found = [
        _class_over(asks),
        Check("enrolled", one.enrolled, _("在班级名单中") if one.enrolled else _("不在班级名单中")),
    ]
    if not one.present:
        found.append(Check("present", False, _("个人信息已删除，或档案已合并")))
    percent = f"{float(one.share * 100):.1f}".rstrip("0").rstrip(".")
    reached = one.share * 100 >= asks.minimum_attendance
    found.append(
        Check("attendance", reached, _("出勤{share}%，要求{least}%", share=percent, least=asks.minimum_attendance))
    )
    for code, mark, least, name in (
        ("theory", one.theory, asks.theory_pass, _("理论")),
        ("practice", one.practice, asks.practice_pass, _("实操")),
    ):
        if least is not None:
            found.append(_component(code, mark, least, name))
    if (asks.theory_pass, asks.practice_pass) != (None, None) and not one.passed:
        found.append(Check("passed", False, _("考试尚未判定合格")))
    found.append(
        Check("appeal", not one.appeal_open, _("有未办结的成绩复核") if one.appeal_open else _("没有未办结的成绩复核"))
    )
    found.append(
        Check(
            "identity",
            one.identity_checked,
            _("身份证已在柜台核对") if one.identity_checked else _("身份证尚未在柜台核对"),
        )
    )
    if one.issued:
        found.append(Check("issued", False, _("本班已签发证书{number}", number=one.issued)))
    elif one.held is not None:
        found.append(_renewal(one.held))
        if one.hours is not None and renews(one.held):
            found.append(_hours(one.hours))
    return found


def _class_over(asks: Asks) -> Check:
    if asks.cancelled:
        return Check("class_over", False, _("班级已取消"))
    return Check("class_over", asks.over, _("班级已结束") if asks.over else _("班级尚未结束"))


def _component(code: str, mark: int | None, least: int, name: str) -> Check:
    if mark is None:
        return Check(code, False, _("{part}没有成绩，合格线{least}分", part=name, least=least))
    return Check(code, mark >= least, _("{part}{mark}分，合格线{least}分", part=name, mark=mark, least=least))


def _renewal(held: Held) -> Check:
    """A certificate that is still good never stands in the way: the new one continues it."""
    if held.standing is CertificateStanding.SUSPENDED:
        return Check("held", False, _("证书{number}正在暂停，处理后再办理续期", number=held.number))
    if held.standing is CertificateStanding.WITHDRAWN:
        return Check("held", True, _("证书{number}已撤回，这次是新领", number=held.number))
    return Check("held", True, _("续期，接续证书{number}", number=held.number))


def _hours(hours: HoursBehind) -> Check:
    if not hours.years:
        return Check("hours", True, _("已结束各年度的继续教育学时齐全"))
    years = _("、").join(_("{year}年度缺{hours}学时", year=year, hours=missing) for year, missing in hours.years)
    if hours.asked:
        return Check("hours", False, _("继续教育学时不足：{years}", years=years))
    return Check("hours", True, _("继续教育学时不足：{years}；重新培训合格的，不影响续期", years=years))


def eligible(checks: Iterable[Check]) -> bool:
    """Whether every condition is met."""
    return all(one.met for one in checks)


# -- how long ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class RenewalRule:
    """From ``begins`` to ``ends``: renewed within ``early_days`` before its last day, a certificate loses no day."""

    begins: date | None
    ends: date | None
    early_days: int
    source: str


@dataclass(frozen=True, slots=True)
class Term:
    """First and last good day; ``None``: no end."""

    begins: date
    ends: date | None


def renews(held: Held | None) -> bool:
    """Whether a new certificate continues the one held: a withdrawn one is continued by nothing."""
    return held is not None and held.standing is not CertificateStanding.WITHDRAWN


def term(day: date, months: int | None, held: Held | None, rule: RenewalRule | None) -> Term:
    """The days of a certificate issued on ``day`` for ``months`` (``None``: without end).

    A renewal shortly before the old one's last day counts from the day after it, so that nobody waits for the last
    day; an earlier one counts from its own.
    """
    counted_from = day
    if held is not None and renews(held) and rule is not None and held.valid_until is not None:
        early = held.valid_until - timedelta(days=rule.early_days)
        if early <= day <= held.valid_until:
            counted_from = held.valid_until + NEXT_DAY
    return Term(day, None if months is None else add_months(counted_from, months) - NEXT_DAY)


# -- reminders -----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ReminderRule:
    """From ``begins`` to ``ends`` a certificate's holder is reminded so many ``days`` before its last good day."""

    begins: date | None
    ends: date | None
    days: tuple[int, ...]
    source: str


def reminder_due(days_left: int, days: Iterable[int]) -> int | None:
    """Which reminder somebody is owed so many days before the end: the nearest of those reached, and no other.

    Whoever could not be told in time (a day's work was missed, they had no account, had not agreed yet) is told at the
    next run, once, of what is nearest; the ones passed over are not sent after it. ``None``: not yet, or over.

    >>> [reminder_due(left, (90, 60, 30, 7)) for left in (91, 90, 61, 45, 7, 0, -1)]
    [None, 90, 90, 60, 7, 7, None]
    """
    return min((one for one in days if days_left <= one), default=None) if days_left >= 0 else None
