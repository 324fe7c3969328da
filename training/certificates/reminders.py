"""Certificates that end: the holder is reminded, and, for those of its people who agreed, the enterprise they work for.

Part of the day's work. Whom to tell follows from what is true on the day: who renewed, whose certificate was withdrawn,
replaced or is suspended, who did not agree or agrees no more, is not in it. That somebody was told is written with the
message, in one transaction: a run that is killed, repeated or two days late loses and doubles nothing
(``rules.reminder_due`` says what a late one tells).

An enterprise gets one letter a day that names its people; what becomes due after it waits for the next day.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, bindparam, case, insert, literal, or_, select
from sqlalchemy.orm import aliased

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
from training.certificates import queries
from training.certificates.models import Certificate, CertificateReminder

MINE = "/training/certificates/mine"
OURS = "/training/hours/ours"
AT_A_TIME = 500
NAMED = 40  # people named in one letter; the others are counted


def remind(day: date, now: datetime) -> int:
    """Owe everybody what they are to be told by ``day``, or by today if that is later; how many certificates were told of
    to how many. Statements: two for each 500 certificates, and two."""
    on = max(day, civil_date(now))
    rule = queries.reminder_rule(on)
    if rule is None or not rule.days:
        return 0
    days = tuple(sorted(rule.days))
    return _remind_holders(on, days, now=now) + _remind_enterprises(on, days, now=now)


@dataclass(frozen=True, slots=True)
class Ending:
    """A certificate of somebody who works for an enterprise and agreed that it is told, which ends before long."""

    person_id: int
    name: str
    number: str
    title: str
    valid_until: date


def ending_of(enterprise_id: int, on: date) -> list[Ending]:
    """Those that an enterprise's letters name within the time of the reminders, the first to end first. One statement."""
    rule = queries.reminder_rule(on)
    if rule is None or not rule.days:
        return []
    days = tuple(sorted(rule.days))
    conditions, _nearest = _ending(days)
    rows: Any = (
        select(Person.id, Person.name, Certificate.number, Certificate.title, Certificate.valid_until)
        .join(Person, Person.id == Certificate.person_id)
        .where(*conditions, Certificate.person_id.in_(persons.shared_ids(enterprise_id, on)))
        .order_by(Certificate.valid_until, Person.name, Certificate.id)
    )
    return [Ending(*row) for row in db.session.execute(rows, _parameters(on, days))]


def inherit(old: Certificate, new: Certificate) -> None:
    """A certificate in new words goes on where the old one was: nobody is told twice. Inside the caller's transaction."""
    columns = ("certificate_id", "days", "enterprise_id", "told_on")
    told = select(literal(new.id), *(getattr(CertificateReminder, name) for name in columns[1:]))
    rows = told.where(CertificateReminder.certificate_id == old.id)
    db.session.execute(insert(CertificateReminder).from_select(columns, rows))


# -- whom ----------------------------------------------------------------------------------------------------
# Both statements are put together once: the day and what it leads to are parameters.

ON = bindparam("on", type_=Date())


def _parameters(on: date, days: Sequence[int]) -> dict[str, date]:
    return {"on": on} | {f"within_{one}": on + timedelta(days=one) for one in days}


def _within(days: int) -> ColumnElement[date]:
    return bindparam(f"within_{days}", type_=Date())


def _ending(days: Sequence[int]) -> tuple[list[ColumnElement[bool]], ColumnElement[int]]:
    """Which certificates are to be told of on the day, and of how many days each is to be told (``rules.reminder_due``)."""
    newer = aliased(Certificate)
    carried_on = (
        select(newer.id)
        .where(
            newer.person_id == Certificate.person_id,
            newer.course_id == Certificate.course_id,
            newer.ended_on.is_(None),
            or_(newer.valid_until.is_(None), newer.valid_until > Certificate.valid_until),
        )
        .exists()
    )
    conditions = [
        Certificate.valid_until.between(ON, _within(days[-1])),
        Certificate.ended_on.is_(None),
        Certificate.suspended_since.is_(None),
        Certificate.erased_at.is_(None),
        ~carried_on,
    ]
    nearest = case(*((Certificate.valid_until <= _within(one), one) for one in days))
    return conditions, nearest


@cache
def _holders(days: tuple[int, ...]) -> Any:
    conditions, nearest = _ending(days)
    told = select(CertificateReminder.id).where(
        CertificateReminder.certificate_id == Certificate.id,
        CertificateReminder.days == nearest,
        CertificateReminder.enterprise_id.is_(None),
    )
    return (
        select(
            Certificate.id,
            Certificate.number,
            Certificate.title,
            Certificate.valid_until,
            nearest.label("days"),
            Account.id.label("account_id"),
            Account.email.label("account_email"),
            Account.language,
            Person.email,
        )
        .join(Person, Person.id == Certificate.person_id)
        .outerjoin(Account, and_(Account.person_id == Person.id, Account.active))
        .where(
            *conditions,
            or_(Account.id.is_not(None), Person.email != ""),
            persons.has_agreed(ConsentPurpose.REMINDERS),
            ~told.exists(),
        )
        .order_by(Certificate.id)
        .limit(AT_A_TIME)
    )


@cache
def _employers(days: tuple[int, ...]) -> Any:
    conditions, nearest = _ending(days)
    told = select(CertificateReminder.id).where(
        CertificateReminder.certificate_id == Certificate.id,
        CertificateReminder.days == nearest,
        CertificateReminder.enterprise_id == Employment.enterprise_id,
    )
    today_already = select(CertificateReminder.id).where(
        CertificateReminder.enterprise_id == Employment.enterprise_id, CertificateReminder.told_on == ON
    )
    anybody = (
        select(Membership.id)
        .join(Account, Account.id == Membership.account_id)
        .where(Membership.enterprise_id == Employment.enterprise_id, *enterprises.acting(ON))
    )
    return (
        select(
            Employment.enterprise_id,
            Certificate.id,
            Certificate.number,
            Certificate.title,
            Certificate.valid_until,
            Person.name,
            nearest.label("days"),
        )
        .join(Employment, Employment.person_id == Certificate.person_id)
        .join(Person, Person.id == Certificate.person_id)
        .where(
            *conditions,
            Employment.begins <= ON,
            or_(Employment.ends.is_(None), Employment.ends >= ON),
            persons.is_shared(),
            ~told.exists(),
            ~today_already.exists(),
            anybody.exists(),
        )
        .order_by(Employment.enterprise_id, Certificate.valid_until, Person.name, Certificate.id)
    )


# -- telling -------------------------------------------------------------------------------------------------


def _remind_holders(on: date, days: tuple[int, ...], *, now: datetime) -> int:
    count = 0
    while True:
        with transaction():
            rows = db.session.execute(_holders(days), _parameters(on, days)).all()
            outbox.enqueue_many([_to_holder(row, on) for row in rows], now=now)
            _note([(row.id, row.days, None) for row in rows], on)
        count += len(rows)
        if len(rows) < AT_A_TIME:
            return count


def _remind_enterprises(on: date, days: tuple[int, ...], *, now: datetime) -> int:
    """Whole enterprises at a time, so that each has its one letter or none."""
    waiting = db.session.execute(_employers(days), _parameters(on, days)).all()
    firms = [(enterprise_id, list(those)) for enterprise_id, those in groupby(waiting, lambda row: row.enterprise_id)]
    addresses = enterprises.addresses_of((enterprise_id for enterprise_id, _those in firms), on)
    some: list[tuple[int, list[Any]]] = []
    for place, firm in enumerate(firms, 1):
        some.append(firm)
        if place == len(firms) or sum(len(those) for _id, those in some) >= AT_A_TIME:
            with transaction():
                outbox.enqueue_many(
                    [
                        _to_enterprise(enterprise_id, those, on, *to)
                        for enterprise_id, those in some
                        for to in addresses[enterprise_id]
                    ],
                    now=now,
                )
                _note([(row.id, row.days, enterprise_id) for enterprise_id, those in some for row in those], on)
            some = []
    return len(waiting)


def _note(told: Iterable[tuple[int, int, int | None]], on: date) -> None:
    rows = [
        {"certificate_id": one, "days": days, "enterprise_id": enterprise_id, "told_on": on}
        for one, days, enterprise_id in told
    ]
    if rows:
        db.session.execute(insert(CertificateReminder), rows)


def _to_holder(row: Any, on: date) -> Owed:
    with speaking("en" if row.language == "en" else "zh"):
        words = {"title": row.title, "number": row.number, "day": show_date(row.valid_until), "left": _left(row, on)}
        return Owed(
            f"certificate:{row.id}:ends:{row.days}",
            row.account_id,
            row.account_email or row.email,
            _("培训证书将于{day}到期：{title}", **words),
            _(
                "证书{number}（{title}）的有效期至{day}，{left}。需要继续持证的，请及时办理续期，新证书接续原证书。"
                "不想再收到提醒的，请在“个人信息”中撤回同意。",
                **words,
            ),
            MINE,
            spoken=language_named(row.language),
        )


def _to_enterprise(
    enterprise_id: int, rows: Sequence[Any], on: date, account_id: int, address: str, spoken: Language
) -> Owed:
    with speaking(spoken):
        lines = [
            _(
                "{name}：{title}，{number}，有效期至{day}，{left}",
                name=row.name,
                title=row.title,
                number=row.number,
                day=show_date(row.valid_until),
                left=_left(row, on),
            )
            for row in rows[:NAMED]
        ]
        if len(rows) > NAMED:
            lines.append(_("另有{count}份，请在平台查看。", count=len(rows) - NAMED))
        note = _("只含同意向企业提供培训情况的在职人员。续期由本人自愿办理。")
        return Owed(
            f"certificates:ending:{on}:enterprise:{enterprise_id}:account:{account_id}",
            account_id,
            address,
            _("本企业人员的{count}份培训证书即将到期", count=len(rows)),
            "\n".join([*lines, "", note]),
            OURS,
            spoken=spoken,
        )


def _left(row: Any, on: date) -> str:
    days = (row.valid_until - on).days
    return _("还有{days}天", days=days) if days else _("今天到期")
