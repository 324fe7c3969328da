"""The demo's examinations: a class that sat theory and practice, one resit to come. Plainly fictional."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta

from association.accounts import queries as accounts
from association.kernel.actors import OPERATOR
from association.kernel.dates import at_clock, civil_date
from association.persons.models import Person
from training.courses.models import Room
from training.exams import marking, queries, service
from training.exams.models import Sitting
from training.exams.rules import PlanLine
from training.rosters.models import TrainingClass
from training.vocabulary import MarkSource, Means, Part

CHECKLIST = (
    PlanLine("线缆敷设与端接", 30),
    PlanLine("探测器、摄像机安装", 30),
    PlanLine("单机调试", 25),
    PlanLine("安全与收尾", 15),
)
# By place in the class; who is not named did not come.
THEORY = {0: 88, 1: 75, 2: 92, 3: 66, 4: 81, 5: 52, 6: 58}
PRACTICE = {0: 84, 1: 70, 2: 90, 3: 78, 4: 66, 5: 73, 6: 80}


def load(of: TrainingClass, people: Sequence[Person], rooms: Sequence[Room], *, now: datetime) -> None:
    """Both components of a class that is over, as the desk would hold them; inside the caller's transaction."""
    day = of.ends + timedelta(days=1)
    _sat(_arranged(of, Part.THEORY, rooms[0], at_clock(day, time(9))), people, THEORY)
    _sat(_arranged(of, Part.PRACTICE, rooms[1], at_clock(day, time(14))), people, PRACTICE)
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
    for place, person in enumerate(people):
        sitter = sitters.get(person.id)
        if sitter is None:
            continue
        if place not in marks:
            service.note_absent(found, sitter, actor=OPERATOR, now=sitting.ends_at)
            continue
        service.let_in(found, sitter, actor=OPERATOR, now=sitting.starts_at)
        source = MarkSource.CHECKLIST if sitting.means is Means.CHECKLIST else MarkSource.SHEET
        marking.enter_mark(sitter, marks[place], source, actor=None, now=sitting.ends_at)
    marking.release(found, actor=OPERATOR, now=sitting.ends_at + timedelta(days=1))
