"""One's own examinations and their results: ``/training/results``."""

from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.errors import NotFound
from association.persons import queries as persons
from association.web.doors import member_door
from association.web.identity import current_actor
from association.web.render import page
from training import policy
from training.results import queries

bp = member_door(__name__)


@bp.get("/")
def mine() -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    if not policy.see_own_training(actor):
        raise NotFound
    person = persons.own_person(actor)
    classes = queries.own(person.id, now=now) if person is not None else []
    coming = [(own, seat) for own in classes for seat in own.coming if seat.sitting.ends_at > now]
    return page(
        "results/mine.html",
        person=person,
        classes=classes,
        nearest=min(coming, key=lambda one: one[1].sitting.starts_at, default=None),
        now=now,
        today=clock.today(),
    )
