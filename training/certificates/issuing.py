"""A class's certificates: looked through first, then issued by a job that a kill neither loses nor doubles."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from association.jobs import service as jobs
from association.jobs.models import Job
from association.jobs.rules import Begun, Slice, Work
from association.kernel.actors import Actor, require
from association.kernel.errors import Invalid
from association.kernel.i18n import _
from training import policy
from training.certificates import candidates, entering, service
from training.certificates.candidates import Batch
from training.certificates.rules import Outcome
from training.rosters import queries as rosters
from training.rosters.models import TrainingClass

ISSUE = "certificates_issue"
A_SLICE = 50


class Results(Protocol):
    """How to find what examinations of a class came to, for each person."""

    def __call__(self, class_id: int, person_ids: Iterable[int], *, now: datetime) -> Mapping[int, Outcome]: ...


_results: list[Results] = []


def know_results(results: Results) -> None:
    """Hand down how to find what examinations came to; called by the floor's wiring."""
    _results[:] = [results]


def outcomes(class_id: int, person_ids: Iterable[int], *, now: datetime) -> Mapping[int, Outcome]:
    """What they came to. As long as nobody holds examinations, nobody has passed any."""
    return _results[0](class_id, person_ids, now=now) if _results else {}


def look_through(of: TrainingClass, *, now: datetime) -> Batch:
    """Everybody in the class, judged as things stand now."""
    people = [row.person_id for row in rosters.enrolments(of.id)]
    return candidates.batch(of, outcomes(of.id, people, now=now), now=now)


def begin(of: TrainingClass, enrolment_ids: Sequence[int], *, actor: Actor, now: datetime) -> Job:
    """Begin to issue for these places. Raises Forbidden, NoMandate, Invalid (nobody chosen, the title)."""
    require(policy.issue_certificates, actor)
    service.insist_issuable(look_through(of, now=now), now=now)
    chosen = sorted(set(enrolment_ids))
    if not chosen:
        raise nobody_chosen()
    title = _("签发证书：{code}", code=of.code)
    return jobs.begin(ISSUE, title, {"class": of.id, "places": chosen}, actor=actor, now=now)


def nobody_chosen() -> Invalid:
    """What a form without a tick answers."""
    return Invalid(_("没有可以签发的人，请至少选择一名符合条件的人。"))


def _prepare(_job: Begun, actor: Actor, _now: datetime) -> None:
    """Nothing beforehand: who may have one is judged where it is written, under the lock."""
    require(policy.issue_certificates, actor)


def _apply(job: Begun, _prepared: Any, actor: Actor, now: datetime) -> Slice:
    """Some more; whoever is not eligible any more is left out and counted."""
    require(policy.issue_certificates, actor)
    entering.hold()
    of = rosters.training_class(job.arguments["class"])
    chosen: list[int] = job.arguments["places"]
    place = dict(job.place) or {"last": 0, "issued": 0, "left_out": 0}
    waiting = [one for one in chosen if one > place["last"]]
    some = waiting[:A_SLICE]
    found = look_through(of, now=now)
    mandate = service.insist_issuable(found, now=now)
    judged = {one.row.id: one for one in found.rows}
    ready = [judged[one] for one in some if one in judged and judged[one].eligible]
    service.issue_to(found, ready, mandate, actor=actor, now=now)
    place["issued"] += len(ready)
    place["left_out"] += sum(
        1 for one in some if one not in judged or (not judged[one].eligible and judged[one].issued is None)
    )
    place["last"] = some[-1] if some else place["last"]
    done = len(chosen) - len(waiting) + len(some)
    if len(waiting) > len(some):
        return Slice(place, done, len(chosen), _("正在签发"))
    result = _(
        "签发{issued}份；{left_out}人不再符合条件，没有签发。", **{name: place[name] for name in ("issued", "left_out")}
    )
    return Slice(place, done, len(chosen), finished=True, result=result, url=f"/training/certificates/classes/{of.id}")


WORK = Work(ISSUE, _prepare, _apply)
