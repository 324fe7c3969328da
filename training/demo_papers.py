"""The demo's theory on screen: a sitting that is over and waits for its release, and one that can be sat now. Plainly
fictional."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random

from association.accounts import queries as accounts
from association.kernel.actors import OPERATOR
from association.kernel.dates import at_clock, civil_date
from association.kernel.db import db
from association.persons.models import Person
from training.courses.models import Room
from training.exams import queries as exams
from training.exams import service as exams_service
from training.exams.models import Sitter, Sitting
from training.exams.rules import PlanLine
from training.papers import queries, service
from training.questions.rules import LETTERS
from training.rosters.models import TrainingClass
from training.vocabulary import Means, Part

PLAN = (
    PlanLine("新标准与新规定", 5, 4, "", "single"),
    PlanLine("新标准与新规定", 10, 2, "", "multiple"),
    PlanLine("新标准与新规定", 5, 2, "", "judgement"),
    PlanLine("法规、标准与职业道德", 5, 4, "", "single"),
    PlanLine("入侵报警与视频监控基础", 5, 4, "", "single"),
    PlanLine("电工与网络基础", 5, 2, "", "judgement"),
)
LONG = timedelta(hours=7)  # as long as a sitting may be, so that whoever tries the demo finds it open


def load(of: TrainingClass, people: Sequence[Person], room: Room, *, now: datetime) -> None:
    """A class that is over sat on screen three days ago, but for the first of it, who may open their paper now; inside the
    caller's transaction."""
    own, others = people[0], people[1:]
    past = at_clock(civil_date(now) - timedelta(days=3), time(19))
    over = _arranged(of, room, past, past + timedelta(minutes=90))
    chance = Random("demo")  # noqa: S311 - who of the demo knows what
    for place, sitter in enumerate(_let_in(over, others)):
        _answered(over, sitter.person_id, knows=0.5 + place * 0.06, chance=chance)
    begun = now - timedelta(minutes=5)
    going = _arranged(of, room, begun, begun + LONG)
    # At whatever hour the demo is made: the lessons of their other class, which would keep them out, are not looked at.
    db.session.add(Sitter(sitting_id=going.id, person_id=own.id, seat=1, admitted_at=going.arranged_at, came_at=begun))
    db.session.flush()


def _arranged(of: TrainingClass, room: Room, starts_at: datetime, ends_at: datetime) -> Sitting:
    before = starts_at - timedelta(days=1)
    sitting = exams_service.arrange(
        of,
        Part.THEORY,
        Means.BANK,
        starts_at=starts_at,
        ends_at=ends_at,
        minutes=60,
        room_id=room.id,
        plan=PLAN,
        note="闭卷机考，演示数据。",
        actor=OPERATOR,
        now=before,
    )
    watching = accounts.account_by_email(f"secretariat{accounts.DEMO_DOMAIN}")
    if watching is not None:
        found = exams.held(sitting.id)
        exams_service.set_duties(found, invigilators=[watching.id], examiners=[], actor=OPERATOR, now=before)
    return sitting


def _let_in(sitting: Sitting, people: Sequence[Person]) -> list[Sitter]:
    """Those of them who may sit have a seat, and came."""
    found, before = exams.held(sitting.id), sitting.arranged_at
    ids = [one.id for one in people]
    ready = [one.person.id for one in exams.candidates(found, now=before, person_ids=ids) if one.may_sit]
    if not ready:
        return []
    made = exams_service.admit(found, ready, actor=OPERATOR, now=before)
    for sitter in made:
        exams_service.let_in(found, sitter, actor=OPERATOR, now=sitting.starts_at)
    return made


def _answered(sitting: Sitting, person_id: int, *, knows: float, chance: Random) -> None:
    """A paper opened, answered and handed in by whoever knows that share of the answers."""
    actor = replace(OPERATOR, via="page", person_id=person_id)
    service.open_paper(queries.own(actor, sitting.id), actor=actor, now=sitting.starts_at)
    own = queries.own(actor, sitting.id)
    assert own.paper is not None
    at = sitting.starts_at
    for one, version in queries.whole(own.paper):
        at += timedelta(minutes=2)
        if chance.random() < 0.04:
            continue  # left open
        right = [LETTERS[one.shown.index(answer)] for answer in version.answers]
        letters = right if chance.random() < knows else [chance.choice(LETTERS[: len(one.shown)])]
        service.save(own, one.place, letters, seen=one.saves, tab="demo", actor=actor, now=at)
    service.submit(own, actor=actor, now=at)
