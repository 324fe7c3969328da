"""Continuing hours at ``/training/hours``: one's own, an enterprise's people, the desk's list, evidence, renewing on hours."""

from typing import Any

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.config import LARGEST_REQUEST
from association.kernel.dates import holds
from association.kernel.errors import NotFound
from association.kernel.i18n import _
from association.persons import queries as persons
from association.persons.models import Person
from association.web.doors import member_door
from association.web.forms import read_form, read_query
from association.web.identity import current_actor
from association.web.problems import shown_again_by
from association.web.render import outcome, page
from association.workbooks.answers import saved
from training import policy
from training.certificates import queries as certificates
from training.courses import queries as courses
from training.hours import earnings, listing, queries, renewing, rules, schemas, service
from training.hours.models import HoursEvidence
from training.hours.queries import Filters
from training.vocabulary import EvidenceState, HoursState

bp = member_door(__name__)


@bp.before_request
def _room_for_a_scan() -> None:
    request.max_content_length = LARGEST_REQUEST


def _hand_in(person: Person, to: str) -> ResponseReturnValue:
    sent, form = request.files.get("proof"), read_form(schemas.EvidenceIn)
    proof = sent.stream.read(rules.LARGEST_PROOF + 1) if sent else b""
    service.hand_in(person, **form, proof=proof, actor=current_actor(), now=clock.now())
    return outcome(to=to, said=_("已提交，等协会核对；核对前不计学时。"))


def _rules_said() -> list[str]:
    """Where the ways of counting come from."""
    dated: list[Any] = [*queries.carry_rules(), *queries.renewal_rules(), *queries.reminder_rules()]
    return [one.source for one in dated if holds(one.begins, one.ends, clock.today())]


# -- one's own ------------------------------------------------------------------------------------------------


@bp.get("/mine")
@shown_again_by(".mine")
def mine() -> ResponseReturnValue:
    """What somebody has, what is missing, and by when."""
    actor, today = current_actor(), clock.today()
    if not policy.see_own_hours(actor):
        raise NotFound
    person = persons.own_person(actor)
    standings = queries.of_person(person.id, today) if person else []
    return page(
        "hours/mine.html",
        person=person,
        standings=standings,
        renewals={one.certificate.id: checks for one, checks, _term in _renewals(standings)},
        credits=_newest_first(person.id) if person else [],
        evidence=queries.evidence_of(person.id) if person else [],
        rules_said=_rules_said(),
        today=today,
        EvidenceState=EvidenceState,
    )


def _newest_first(person_id: int) -> list[earnings.Credit]:
    return list(reversed(earnings.credits_of([person_id]).get(person_id, [])))


@bp.post("/mine/evidence")
@shown_again_by(".mine")
def hand_in_own() -> ResponseReturnValue:
    person = persons.own_person(current_actor())
    if person is None:
        raise NotFound
    return _hand_in(person, url_for(".mine"))


# -- an enterprise's people -----------------------------------------------------------------------------------


@bp.get("/ours")
def ours() -> ResponseReturnValue:
    """An enterprise's people: whose certificate ends before long, and how the hours stand of those who agreed to that."""
    actor = current_actor()
    if not policy.see_own_peoples_hours(actor):
        raise NotFound
    found = queries.own_people(actor, today=clock.today(), number=read_query(schemas.PageQuery)["page"])
    return page("hours/ours.html", found=found, ending=queries.own_people_ending(actor, today=clock.today()))


# -- somebody's, for the desk and for the enterprise they work for --------------------------------------------


@bp.get("/people/<int:person_id>")
@shown_again_by(".person")
def person(person_id: int) -> ResponseReturnValue:
    actor, today = current_actor(), clock.today()
    whom = queries.person_for(actor, person_id, today=today)
    desk = policy.see_hours(actor)
    evidence = queries.evidence_of(whom.id)
    standings = queries.of_person(whom.id, today)
    return page(
        "hours/person.html",
        person=whom,
        standings=standings,
        credits=_newest_first(whom.id),
        # The enterprise sees what counts, and of what waits or was refused only what it handed in itself.
        evidence=[one for one in evidence if desk or one.enterprise_id == actor.enterprise_id],
        desk=desk,
        renewals=_renewals(standings) if policy.renew_by_hours(actor, whom.id) else [],
        rules_said=_rules_said(),
        EvidenceState=EvidenceState,
        today=today,
    )


def _renewals(standings: list[queries.Standing]) -> list[tuple[queries.Standing, list[Any], Any]]:
    """For each certificate the conditions of renewing it on hours, and the days a new one would have."""
    now = clock.now()
    return [
        (one, renewing.conditions(one.certificate, one, now=now), renewing.term_of(one.certificate, now=now))
        for one in standings
    ]


@bp.post("/people/<int:person_id>/evidence")
@shown_again_by(".person")
def hand_in_for(person_id: int) -> ResponseReturnValue:
    whom = queries.person_for(current_actor(), person_id, today=clock.today())
    return _hand_in(whom, url_for(".person", person_id=whom.id))


@bp.post("/renew/<number>")
def renew(number: str) -> ResponseReturnValue:
    """Renew a certificate on hours."""
    one = certificates.certificate_for(current_actor(), number)
    new = renewing.renew(one, actor=current_actor(), now=clock.now())
    return outcome(to=url_for("certificates.file", number=new.number), said=_("已按学时续期，新证书接续原证书。"))


# -- the desk -------------------------------------------------------------------------------------------------


def _asked() -> tuple[Filters, int]:
    asked = read_query(schemas.ListQuery)
    return Filters(asked["name"], asked["course"], asked["state"]), asked["page"]


@bp.get("/desk")
def desk() -> ResponseReturnValue:
    """Evidence that waits, and everybody of whom hours are asked."""
    actor, today = current_actor(), clock.today()
    filters, number = _asked()
    return page(
        "hours/desk.html",
        found=queries.listed(actor, filters, today=today, number=number),
        waiting=queries.waiting(actor),
        filters=filters,
        courses=[(one.code, one.name) for one in courses.all_courses()],
        states=HoursState,
        today=today,
    )


@bp.get("/desk.xlsx")
def workbook() -> ResponseReturnValue:
    """What the filters leave, to be saved."""
    actor, today = current_actor(), clock.today()
    filters, _number = _asked()
    name = _("继续教育学时") + f"-{today.isoformat()}.xlsx"
    return saved(listing.workbook(queries.all_listed(actor, filters, today=today)), name)


# -- evidence -------------------------------------------------------------------------------------------------


def _evidence(evidence_id: int) -> tuple[HoursEvidence, Person]:
    return queries.evidence_for(current_actor(), evidence_id, today=clock.today())


@bp.get("/evidence/<int:evidence_id>")
@shown_again_by(".evidence")
def evidence(evidence_id: int) -> ResponseReturnValue:
    actor = current_actor()
    one, whom = _evidence(evidence_id)
    desk = policy.see_hours(actor)
    return page(
        "hours/evidence.html",
        one=one,
        person=whom,
        desk=desk,
        same=queries.same_proof(one) if desk else [],
        waits=one.state is EvidenceState.WAITING,
        may_decide=policy.decide_hours(actor, whom.id, one.handed_in_by),
        may_take_back=policy.take_back_hours(actor, whom, one.handed_in_by),
    )


@bp.get("/evidence/<int:evidence_id>/proof")
def proof(evidence_id: int) -> ResponseReturnValue:
    one, _person = _evidence(evidence_id)
    answer = Response(service.proof_of(one), mimetype="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=f"hours-{one.id}.{one.proof_kind}")
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


@bp.post("/evidence/<int:evidence_id>/accept")
@shown_again_by(".evidence")
def accept(evidence_id: int) -> ResponseReturnValue:
    one, _person = _evidence(evidence_id)
    service.accept(one, **read_form(schemas.AcceptIn), actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".evidence", evidence_id=one.id), said=_("已计入学时。"))


@bp.post("/evidence/<int:evidence_id>/refuse")
@shown_again_by(".evidence")
def refuse(evidence_id: int) -> ResponseReturnValue:
    one, _person = _evidence(evidence_id)
    service.refuse(one, **read_form(schemas.RefuseIn), actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".evidence", evidence_id=one.id), said=_("未予计入，理由已告知本人。"))


@bp.post("/evidence/<int:evidence_id>/take-back")
@shown_again_by(".evidence")
def take_back(evidence_id: int) -> ResponseReturnValue:
    actor = current_actor()
    one, whom = _evidence(evidence_id)
    service.take_back(one, whom, actor=actor, now=clock.now())
    own = actor.person_id == whom.id
    return outcome(to=url_for(".mine") if own else url_for(".person", person_id=whom.id), said=_("已收回。"))
