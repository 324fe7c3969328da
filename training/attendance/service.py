"""Checking in and out by code, stating attendance, taking in what a device saw without a network."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from association.accounts import failures
from association.checkins import rules as checkins
from association.checkins.rules import Reading
from association.kernel.actors import Actor, require
from association.kernel.db import db, transaction
from association.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Shortfall
from association.kernel.i18n import N_, _, show_moment
from association.ledger import service as ledger
from association.persons import queries as persons
from association.persons.models import Person
from training import policy
from training.attendance import queries, rules
from training.attendance.models import SightingRecord
from training.attendance.queries import Held
from training.attendance.rules import Sighting
from training.vocabulary import SightingKind, SightingSource

REFUSED = {
    Reading.GARBLED: N_("这不是签到码。请扫描教室屏幕上的二维码，或输入教员念出的6位数字。"),
    Reading.ELSEWHERE: N_("这是另一场课的签到码，或本课已换教室。请扫描您所在教室屏幕上的二维码。"),
    Reading.FORGED: N_("这个签到码不真实，没有登记。请扫描教室屏幕上的二维码。"),
    Reading.TOO_OLD: N_("签到码已过期（每15秒更换）。请扫描屏幕上当前的二维码，或输入刚刚念出的6位数字。"),
    Reading.TOO_EARLY: N_("签到码尚未生效，请扫描屏幕上当前的二维码。"),
}


def read_code(code: str, *, now: datetime) -> Held:
    """The lesson whose code was scanned just now. Raises Conflict with a true sentence of what is wrong."""
    place = checkins.place_of(code)
    found = queries.lesson_at(place) if place is not None else None
    if found is None:
        reading = Reading.GARBLED if place is None else Reading.ELSEWHERE
    else:
        reading = checkins.read_code(code, found.door, now)
    if found is None or reading is not Reading.GOOD:
        raise Conflict(_(REFUSED[reading]), code="code_refused")
    return found


def insist_welcome(held: Held, person: Person, *, now: datetime) -> None:
    """That this person can check in to this lesson at this moment. Raises Conflict with the reason."""
    if not queries.takes_part(held.of.id, person.id):
        raise Conflict(
            _("您不在班级{code}的名单中，没有登记。请核对教室，或联系培训专员。", code=held.of.code),
            code="not_on_roster",
        )
    if not rules.is_open(held.span, now):
        when = show_moment(held.lesson.starts_at)
        if now < held.lesson.starts_at:
            raise Conflict(_("这节课{when}开始，提前60分钟起可以签到。", when=when), code="check_in_closed")
        raise Conflict(
            _("这节课（{when}）已结束，不能再签到；有遗漏的请联系教员更正。", when=when), code="check_in_closed"
        )


def check_in(
    held: Held, person: Person, *, leaving: bool, source: SightingSource, device: str, actor: Actor, now: datetime
) -> SightingRecord | None:
    """Somebody came, or leaves; nothing new is written when that is known already (``None``).

    The caller has read the code (``read_code``, ``read_spoken``). Raises Forbidden, Conflict.
    """
    require(policy.check_in, actor, person)
    insist_welcome(held, person, now=now)
    last = queries.last_of(held.lesson.id, person.id)
    kind = SightingKind.LEFT if leaving else SightingKind.CAME
    if last is kind:
        return None
    if leaving and last is None:
        raise Conflict(_("您还没有签到，不能签退。"), code="not_checked_in")
    with transaction():
        seen = SightingRecord(
            uid=str(uuid.uuid4()),
            lesson_id=held.lesson.id,
            person_id=person.id,
            kind=kind,
            at=now,
            source=source,
            device=device,
            by_account_id=actor.account_id,
            recorded_at=now,
        )
        db.session.add(seen)
        db.session.flush()
        facts = {"lesson": held.lesson.id, "person": person.id, "source": source.value}
        ledger.record(f"attendance.{kind.value}", subject(held), actor=actor, at=now, **facts)
    return seen


def read_spoken(held: Held, digits: str, *, actor: Actor, now: datetime) -> None:
    """Whether six digits were read aloud in this lesson just now. Raises Conflict; TooMany after several guesses."""
    mark = failures.of_spoken(actor.account_id or 0)
    failures.insist(mark, now=now, words=N_("输错的次数较多，请{wait}秒后再输，或扫描屏幕上的二维码。"))
    reading = checkins.read_spoken(digits, held.door, now)
    if reading is Reading.GARBLED:
        raise Invalid(_("请按提示填写。"), [Shortfall("digits", "digits", _("请输入教员念出的6位数字"))])
    if reading is not Reading.GOOD:
        failures.count(mark, now=now)
        sentence = _("数字不对或已过期（每15秒更换），请输入刚刚念出的6位数字")
        raise Invalid(_("没有签到成功。"), [Shortfall("digits", "code_refused", sentence)])
    failures.forget(mark)


# -- what the desk and the trainer state --------------------------------------------------------------------


def state_attendance(
    held: Held,
    people: Sequence[int],
    kind: SightingKind,
    *,
    minutes: int | None = None,
    why: str = "",
    actor: Actor,
    now: datetime,
) -> int:
    """Say of these people that they were present, absent or excused; how many of them it changes.

    Who contradicts what was seen says why: it stays beside it. Raises Forbidden, Invalid, Conflict.
    """
    require(policy.keep_attendance, actor, held.trainers_account)
    rows = {row.person.id: row for row in queries.roster_of(held)}
    found = []
    if not people:
        found.append(Shortfall("people", "required", _("请勾选学员")))
    if any(one not in rows for one in people):
        found.append(Shortfall("people", "not_on_roster", _("所选学员不在本班名单中，请刷新页面")))
    if kind not in rules.STATEMENTS:
        found.append(Shortfall("kind", "choice", _("请选择到课、缺课或请假")))
    if minutes is not None and not 0 <= minutes <= held.span.minutes:
        sentence = _("应在{least}与{most}之间", least=0, most=held.span.minutes)
        found.append(Shortfall("minutes", "bounds", sentence))
    if held.lesson.starts_at - rules.OPENS_BEFORE > now:
        raise Conflict(_("这节课还没有开始，不能登记考勤。"), code="check_in_closed")
    contradicts = [rows[one].person.name for one in people if one in rows and rows[one].seen]
    if contradicts and not why.strip():
        names = _("、").join(contradicts[:5])
        found.append(Shortfall("why", "required", _("已有记录的要写明更正原因：{names}", names=names)))
    if found:
        raise Invalid(_("填写内容有误，请按各项提示改正。"), found)
    with transaction():
        for one in people:
            # What is stated comes after all that was seen so far, also where a device's clock was a little ahead.
            at = max([now, *(seen.at + timedelta(microseconds=1) for seen in rows[one].seen)])
            record = _stated(held, one, kind, minutes if kind is SightingKind.PRESENT else None, why, at, actor, now)
            db.session.add(record)
        ledger.record(
            "attendance.stated",
            subject(held),
            actor=actor,
            at=now,
            lesson=held.lesson.id,
            people=sorted(people),
            kind=kind.value,
            minutes=minutes,
            why=why.strip(),
        )
    return len(people)


def _stated(
    held: Held,
    person_id: int,
    kind: SightingKind,
    minutes: int | None,
    why: str,
    at: datetime,
    actor: Actor,
    now: datetime,
) -> SightingRecord:
    return SightingRecord(
        uid=str(uuid.uuid4()),
        lesson_id=held.lesson.id,
        person_id=person_id,
        kind=kind,
        at=at,
        minutes=minutes,
        source=SightingSource.DESK,
        why=why.strip(),
        by_account_id=actor.account_id,
        recorded_at=now,
    )


# -- what a device saw without a network ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seen:
    """One sighting as the device hands it in."""

    person_id: int
    sighting: Sighting


@dataclass(frozen=True, slots=True)
class Refusal:
    """A sighting that is not taken, and why in words."""

    uid: str
    code: str
    detail: str


def hand_in(held: Held, batch: Sequence[Seen], *, actor: Actor, now: datetime) -> tuple[list[str], list[Refusal]]:
    """Take in what a trainer's device saw; the ids taken (also those taken before) and those refused.

    Whatever the order and however often: each id counts once. A sighting that is refused keeps none other out.
    """
    require(policy.keep_attendance, actor, held.trainers_account)
    with transaction():
        # Two devices handing in at once wait for each other, so that an id is never written twice.
        ledger.advance("ledger")
        known = set(
            db.session.scalars(
                select(SightingRecord.uid).where(SightingRecord.uid.in_([one.sighting.uid for one in batch]))
            )
        )
        names = {row.person.id for row in queries.roster_of(held)}
        taken: list[str] = []
        refused: list[Refusal] = []
        new = 0
        for one in batch:
            uid = one.sighting.uid
            if uid in known:
                taken.append(uid)
                continue
            why = _why_not(held, one, names, now)
            if why is not None:
                refused.append(Refusal(uid, *why))
                continue
            known.add(uid)
            taken.append(uid)
            new += 1
            db.session.add(
                SightingRecord(
                    uid=uid,
                    lesson_id=held.lesson.id,
                    person_id=one.person_id,
                    kind=one.sighting.kind,
                    at=one.sighting.at,
                    minutes=one.sighting.minutes,
                    source=SightingSource.DEVICE,
                    by_account_id=actor.account_id,
                    recorded_at=now,
                )
            )
        if new:
            facts = {"lesson": held.lesson.id, "sightings": new}
            ledger.record("attendance.handed_in", subject(held), actor=actor, at=now, **facts)
    return taken, refused


def _why_not(held: Held, one: Seen, names: set[int], now: datetime) -> tuple[str, str] | None:
    seen = one.sighting
    if one.person_id not in names:
        return "not_on_roster", _("此人不在本班名单中。")
    if rules.in_future(seen.at, now):
        return "in_future", _("记录的时间{when}还没有到，请校准设备的时钟。", when=show_moment(seen.at))
    if not rules.is_open(held.span, seen.at):
        return "outside", _("记录的时间{when}不在本课前后一小时之内。", when=show_moment(seen.at))
    if seen.minutes is not None and not 0 <= seen.minutes <= held.span.minutes:
        return "bounds", _("分钟数超过本课时长。")
    return None


def own_person(actor: Actor) -> Person:
    """The file of whoever checks in. Raises Forbidden when the account has none."""
    found = persons.own_person(actor)
    if found is None:
        raise Forbidden(_("您的账号还没有与学员档案关联，请联系培训专员。"))
    return found


def lesson_of(actor: Actor, lesson_id: int) -> Held:
    """A lesson of a class that whoever asks takes part in. Raises NotFound."""
    found, person = queries.held(lesson_id), persons.own_person(actor)
    if found is None or person is None or not queries.takes_part(found.of.id, person.id):
        raise NotFound
    return found


def subject(held: Held) -> str:
    """How the ledger names it: by its class."""
    return f"class:{held.of.id}"
