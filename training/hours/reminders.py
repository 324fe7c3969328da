"""Hours that are missing towards the year's end: the person is reminded, and, where they agreed, the enterprise.

Part of the day's work, and like the reminders of certificates: exactly once for each of the days before the end, written
with the message; an enterprise gets one letter a day. Who lacks nothing is noted as looked at, so that a day does not look
at everybody again.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, insert, or_, select

from association.accounts.models import Account
from association.enterprises import queries as enterprises
from association.enterprises.models import Membership
from association.kernel.dates import civil_date
from association.kernel.db import db, transaction
from association.kernel.i18n import Language, _, language_named, show_date, speaking
from association.outbox import service as outbox
from association.outbox.service import Owed
from association.persons import queries as persons
from association.persons.models import Employment, Person
from association.vocabulary import ConsentPurpose
from training.certificates.models import Certificate
from training.hours import queries, rules
from training.hours.models import HoursReminder
from training.hours.queries import Standing
from training.vocabulary import Level

MINE = "/training/hours/mine"
OURS = "/training/hours/ours"
AT_A_TIME = 500
NAMED = 40  # people named in one letter; the others are counted


def remind(day: date, now: datetime) -> int:
    """Owe everybody what they are to be told by ``day``, or by today if that is later; how many were told. About eight
    statements for each 500 certificates that have not been looked at."""
    on = max(day, civil_date(now))
    due: dict[int, list[Level]] = defaultdict(list)
    for level in Level:
        rule = rules.of_level(queries.reminder_rules(), level, on)
        days = rules.reminder_due(on.year, on, rule.days) if rule is not None else None
        if days is not None:
            due[days].append(level)
    return sum(
        _remind_people(on, days, levels, now=now) + _remind_enterprises(on, days, levels, now=now)
        for days, levels in sorted(due.items())
    )


def _held_to_the_end(on: date, levels: Sequence[Level]) -> Any:
    last = date(on.year, 12, 31)
    until = or_(Certificate.valid_until.is_(None), Certificate.valid_until >= last)
    return queries.newest(on).where(until, Certificate.level.in_(levels))


def _looked_at(on: date, days: int, firm: ColumnElement[bool]) -> ColumnElement[bool]:
    found = select(HoursReminder.id).where(
        HoursReminder.person_id == Certificate.person_id,
        HoursReminder.course_id == Certificate.course_id,
        HoursReminder.year == on.year,
        HoursReminder.days == days,
        firm,
    )
    return found.exists()


# -- the person ----------------------------------------------------------------------------------------------


def _remind_people(on: date, days: int, levels: Sequence[Level], *, now: datetime) -> int:
    address = (Account.id, Account.email, Account.language, Person.email)
    waiting = (
        _held_to_the_end(on, levels)
        .add_columns(*address)
        .outerjoin(Account, and_(Account.person_id == Person.id, Account.active.is_(True)))
        .where(
            or_(Account.id.is_not(None), Person.email != ""),
            persons.has_agreed(ConsentPurpose.REMINDERS),
            ~_looked_at(on, days, HoursReminder.enterprise_id.is_(None)),
        )
        .limit(AT_A_TIME)
    )
    told = 0
    while True:
        with transaction():
            rows = db.session.execute(waiting).all()
            standings = queries.standings_of([(row[0], row[1]) for row in rows], on)
            owed = [_to_person(one, days, *row[2:]) for one, row in zip(standings, rows, strict=True) if _missing(one)]
            outbox.enqueue_many(owed, now=now)
            _note([(one, None) for one in standings], days, on)
        told += len(owed)
        if len(rows) < AT_A_TIME:
            return told


def _missing(one: Standing) -> int:
    return one.this_year.missing if one.this_year is not None else 0


def _to_person(one: Standing, days: int, account_id: int | None, account: str, spoken: str, email: str) -> Owed:
    with speaking("en" if spoken == "en" else "zh"):
        return Owed(
            f"hours:{one.person_id}:{one.certificate.course_id}:{one.today.year}:missing:{days}",
            account_id,
            account or email,
            _("{year}年度继续教育学时还缺{hours}学时", year=one.today.year, hours=_missing(one)),
            _(
                "您持有“{title}”证书，本年度要求{asked}学时，已计{counted}学时，还缺{hours}学时，请在{day}前完成，"
                "外部学习的证明请及时提交。不想再收到提醒的，请在“个人信息”中撤回同意。",
                title=one.certificate.title,
                asked=one.this_year.asked.hours if one.this_year else 0,
                counted=one.this_year.counted if one.this_year else 0,
                hours=_missing(one),
                day=show_date(date(one.today.year, 12, 31)),
            ),
            MINE,
            spoken=language_named(spoken),
        )


# -- the enterprise ------------------------------------------------------------------------------------------


def _remind_enterprises(on: date, days: int, levels: Sequence[Level], *, now: datetime) -> int:
    today_already = select(HoursReminder.id).where(
        HoursReminder.enterprise_id == Employment.enterprise_id, HoursReminder.told_on == on, HoursReminder.missing > 0
    )
    anybody = (
        select(Membership.id)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.enterprise_id == Employment.enterprise_id, *enterprises.acting(on))
    )
    waiting = (
        _held_to_the_end(on, levels)
        .add_columns(Employment.enterprise_id)
        .join(Employment, Employment.person_id == Certificate.person_id)
        .where(
            Employment.begins <= on,
            or_(Employment.ends.is_(None), Employment.ends >= on),
            persons.is_shared(persons.HOURS_NAMED),
            ~_looked_at(on, days, HoursReminder.enterprise_id == Employment.enterprise_id),
            ~today_already.exists(),
            anybody.exists(),
        )
    )
    firms: dict[int, list[tuple[Certificate, str]]] = defaultdict(list)
    for certificate, name, enterprise_id in db.session.execute(waiting):
        firms[enterprise_id].append((certificate, name))
    addresses = enterprises.addresses_of(firms, on)
    told, some = 0, list[int]()
    for place, enterprise_id in enumerate(firms, 1):
        some.append(enterprise_id)
        if place < len(firms) and sum(len(firms[one]) for one in some) < AT_A_TIME:
            continue
        with transaction():
            # Whole enterprises at a time: each has its one letter or none.
            heads = [(one, head) for one in some for head in firms[one]]
            standings = queries.standings_of([head for _one, head in heads], on)
            pairs = [(standing, one) for standing, (one, _head) in zip(standings, heads, strict=True)]
            owed = [
                _to_enterprise(one, lacking, days, *to)
                for one in some
                if (lacking := [standing for standing, firm in pairs if firm == one and _missing(standing)])
                for to in addresses[one]
            ]
            outbox.enqueue_many(owed, now=now)
            _note(pairs, days, on)
        told += sum(1 for standing, _firm in pairs if _missing(standing))
        some = []
    return told


def _to_enterprise(
    enterprise_id: int, lacking: Sequence[Standing], days: int, account_id: int, address: str, spoken: Language
) -> Owed:
    on = lacking[0].today
    with speaking(spoken):
        lines = [
            _("{name}：{title}，还缺{hours}学时", name=one.name, title=one.certificate.title, hours=_missing(one))
            for one in lacking[:NAMED]
        ]
        if len(lacking) > NAMED:
            lines.append(_("另有{count}人，请在平台查看。", count=len(lacking) - NAMED))
        note = _("截止日期{day}。只含同意向企业提供继续教育学时的在职人员。", day=show_date(date(on.year, 12, 31)))
        return Owed(
            f"hours:missing:{on}:{days}:enterprise:{enterprise_id}:account:{account_id}",
            account_id,
            address,
            _("本企业{count}人的{year}年度继续教育学时不足", count=len(lacking), year=on.year),
            "\n".join([*lines, "", note]),
            OURS,
            spoken=spoken,
        )


def _note(pairs: Iterable[tuple[Standing, int | None]], days: int, on: date) -> None:
    rows = [
        {
            "person_id": one.person_id,
            "course_id": one.certificate.course_id,
            "year": on.year,
            "days": days,
            "enterprise_id": enterprise_id,
            "missing": _missing(one),
            "told_on": on,
        }
        for one, enterprise_id in pairs
    ]
    if rows:
        db.session.execute(insert(HoursReminder), rows)
