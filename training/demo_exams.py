"""The demo's examinations: a class that sat theory and practice, one resit to come. Plainly fictional."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from association.accounts import queries as accounts
from association.accounts.models import Account
from association.kernel.actors import OPERATOR, Actor, Role
from association.kernel.dates import at_clock, civil_date
from association.persons.models import Person
from training.courses.models import Room
from training.exams import marking, queries, service
from training.exams.models import Sitting
from training.exams.rules import PlanLine
from training.results import appeals
from training.rosters.models import TrainingClass
from training.scores import service as scores
from training.vocabulary import Duty, MarkSource, Means, Part

CHECKLIST = (
    PlanLine("线缆敷设与端接", 30),
    PlanLine("探测器、摄像机安装", 30),
    PlanLine("单机调试", 25),
    PlanLine("安全与收尾", 15),
)
# By place in the class; who is not named did not come. In practice what each of two examiners gave, line by line.
THEORY = {0: 88, 1: 75, 2: 92, 3: 66, 4: 48, 5: 52, 6: 58}
PRACTICE = {
    0: ((26, 25, 21, 13), (25, 24, 20, 12)),
    1: ((20, 22, 17, 12), (21, 20, 18, 11)),
    2: ((28, 27, 22, 14), (27, 27, 21, 14)),
    3: ((24, 24, 18, 12), (23, 25, 19, 12)),
    4: ((20, 20, 16, 10), (19, 21, 16, 11)),
    5: ((22, 22, 18, 12), (21, 21, 18, 12)),
    6: ((25, 24, 19, 13), (24, 23, 19, 13)),
}
GROUNDS = "第12题的答案与现行标准的规定不一致，请复核。演示数据。"


def load(of: TrainingClass, people: Sequence[Person], rooms: Sequence[Room], *, now: datetime) -> None:
    """Both components of a class that is over, as the desk would hold them; inside the caller's transaction."""
    day = of.ends + timedelta(days=1)
    theory = _arranged(of, Part.THEORY, rooms[0], at_clock(day, time(9)))
    _sat(theory, people, THEORY)
    _sat(_arranged(of, Part.PRACTICE, rooms[1], at_clock(day, time(14))), people, {})
    _appealed(theory, people[6])
    again = _arranged(of, Part.THEORY, rooms[2], at_clock(civil_date(now) + timedelta(days=9), time(9)), now=now)
    service.admit(queries.held(again.id), [people[5].id], actor=OPERATOR, now=now)


def _arranged(
    of: TrainingClass, part: Part, room: Room, starts_at: datetime, *, now: datetime | None = None
) -> Sitting:
    practice = part is Part.PRACTICE
    before = now or starts_at - timedelta(hours=10)
    sitting = service.arrange(
        of,
        part,
        Means.CHECKLIST if practice else Means.SHEET,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=180 if practice else 90),
        minutes=180 if practice else 90,
        room_id=room.id,
        plan=CHECKLIST if practice else (),
        note="请带工具手套，演示数据。" if practice else "闭卷，演示数据。",
        actor=OPERATOR,
        now=before,
    )
    known = {
        name: accounts.account_by_email(f"{name}{accounts.DEMO_DOMAIN}")
        for name in ("trainer", "examiner", "examiner2")
    }
    ids = [account.id for account in known.values() if account is not None]
    if len(ids) == len(known):
        examiners = ids[1:] if practice else []
        service.set_duties(
            queries.held(sitting.id), invigilators=ids[:1], examiners=examiners, actor=OPERATOR, now=before
        )
    return sitting


def _sat(sitting: Sitting, people: Sequence[Person], marks: Mapping[int, int]) -> None:
    """Whoever may sit sat and got these marks; the rest did not come; the results are out a day later."""
    found = queries.held(sitting.id)
    ready = [one.person.id for one in queries.candidates(found, now=sitting.arranged_at) if one.may_sit]
    sitters = {one.person_id: one for one in service.admit(found, ready, actor=OPERATOR, now=sitting.arranged_at)}
    practice = sitting.means is Means.CHECKLIST
    examiners = [_at_a_page(account) for duty, account in queries.duties(sitting.id) if duty is Duty.EXAMINER]
    for place, person in enumerate(people):
        sitter = sitters.get(person.id)
        if sitter is None:
            continue
        if place not in (PRACTICE if practice else marks):
            service.note_absent(found, sitter, actor=OPERATOR, now=sitting.ends_at)
            continue
        service.let_in(found, sitter, actor=OPERATOR, now=sitting.starts_at)
        if not practice:
            marking.enter_mark(sitter, marks[place], MarkSource.SHEET, actor=None, now=sitting.ends_at)
            continue
        for examiner, points in zip(examiners, PRACTICE[place], strict=True):
            scores.score(found, sitter, points, actor=examiner, now=sitting.starts_at)
    marking.release(found, actor=OPERATOR, now=sitting.ends_at + timedelta(days=1))


def _appealed(sitting: Sitting, person: Person) -> None:
    """Somebody who missed the pass mark by a little asks that it be looked at again; nobody has answered yet."""
    found = queries.held(sitting.id)
    sitter = next(one for one, who in queries.sitters(sitting.id) if who.id == person.id)
    assert sitting.released_at is not None
    own = Actor(roles=frozenset({Role.PRACTITIONER}), via="page", person_id=person.id)
    appeals.lodge(found, sitter, GROUNDS, actor=own, now=sitting.released_at + timedelta(days=3))


def _at_a_page(account: Account) -> Actor:
    return Actor(account.id, account.name, account.role_set)
