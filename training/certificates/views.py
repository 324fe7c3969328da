"""One's own certificates: ``/training/certificates/mine``; the desk's: ``…/desk``, ``…/classes/<id>``, ``…/file/<number>``."""

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from association.jobs import service as jobs
from association.kernel import clock
from association.kernel.actors import require
from association.kernel.config import LARGEST_REQUEST
from association.kernel.errors import NotFound
from association.kernel.i18n import _
from association.mandates import queries as mandates
from association.paper.diplomas import DiplomaForm
from association.paper.rules import qr_svg
from association.persons import queries as persons
from association.persons.models import Person
from association.vocabulary import ConsentPurpose, MandateItem
from association.web.doors import member_door
from association.web.forms import read_form, read_query
from association.web.identity import current_actor
from association.web.problems import shown_again_by
from association.web.render import absolute, outcome, page
from training import policy
from training.certificates import (
    checks,
    diplomas,
    events,
    issuing,
    outside,
    printing,
    queries,
    schemas,
    service,
    shares,
)
from training.certificates.diplomas import PRINTABLE
from training.rosters import queries as rosters
from training.rosters.models import TrainingClass
from training.vocabulary import CertificateEventKind, OutsideState

bp = member_door(__name__)

# So many are issued or printed while one waits; more become a job with its own page.
AT_ONCE = 30


# -- one's own ------------------------------------------------------------------------------------------------


def _own_person() -> Person:
    person = persons.own_person(current_actor())
    if person is None:
        raise NotFound
    return person


@bp.get("/mine")
@shown_again_by(".mine")
def mine() -> ResponseReturnValue:
    actor, now = current_actor(), clock.now()
    if not policy.see_own_certificates(actor):
        raise NotFound
    person, today = persons.own_person(actor), clock.today()
    those = queries.certificates_of([person.id]).get(person.id, []) if person else []
    told = checks.shown_of(those, on=today, known=now)
    recorded = outside.of_person(person.id) if person else []
    return page(
        "certificates/mine.html",
        person=person,
        certificates=[told[one.id] for one in reversed(those) if one.id in told],
        recorded=[(one, outside.doubt_said(outside.doubt_of(one))) for one in recorded],
        shares=shares.open_of(person.id, today) if person else [],
        terms=[(str(days), _(words)) for days, words in shares.TERMS.items()],
        checkable=bool(person and persons.agrees(person, ConsentPurpose.CERTIFICATE_CHECK)),
        printable=PRINTABLE,
        today=today,
    )


@bp.get("/mine/<number>")
def present(number: str) -> ResponseReturnValue:
    """One certificate to show to somebody: the QR code as large as the telephone."""
    one, now = queries.own_certificate(current_actor(), number), clock.now()
    found = checks.shown_of([one], on=clock.today(), known=now).get(one.id)
    if found is None:
        raise NotFound
    site = absolute("")
    newest = queries.events_of([one.number])[one.number][-1]
    statement = diplomas.statement_of(found, site=site, facts_from=newest.recorded_at)
    address = diplomas.address_of(one.code, site=site)
    svg = qr_svg(address, statement, border=2, error="l")
    return page(
        "certificates/present.html",
        found=found,
        svg=Markup(svg),  # noqa: S704 - segno's own drawing
        address=address,
        printable=found.stands.standing in PRINTABLE,
        today=clock.today(),
    )


@bp.post("/mine/shares")
@shown_again_by(".mine")
def share() -> ResponseReturnValue:
    form = read_form(schemas.ShareIn)
    token = shares.make(_own_person(), **form, actor=current_actor(), now=clock.now())
    address = absolute(url_for("certificates_public.shared", token=token))
    return page("certificates/share.html", address=address, days=form["days"])


@bp.post("/mine/shares/<int:share_id>/end")
def end_share(share_id: int) -> ResponseReturnValue:
    person = _own_person()
    shares.end(shares.own(person, share_id), person, actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".mine"), said=_("已停用，地址不再显示任何内容。"))


@bp.post("/mine/outside")
@shown_again_by(".mine")
def record_own() -> ResponseReturnValue:
    return _record(_own_person(), url_for(".mine"))


@bp.before_request
def _room_for_a_scan() -> None:
    request.max_content_length = LARGEST_REQUEST


def _record(person: Person, to: str) -> ResponseReturnValue:
    sent, form = request.files.get("proof"), read_form(schemas.OutsideIn)
    proof = sent.stream.read(outside.LARGEST_PROOF + 1) if sent else b""
    outside.record(person, **form, proof=proof, actor=current_actor(), now=clock.now())
    return outcome(to=to, said=_("已登记。外部证书只作登记，不由协会签发；请带原件到柜台核对。"))


@bp.get("/outside/<int:outside_id>/proof")
def proof(outside_id: int) -> ResponseReturnValue:
    one, _person = outside.for_actor(current_actor(), outside_id)
    answer = Response(outside.proof_of(one), mimetype="application/octet-stream")
    answer.headers.set("Content-Disposition", "attachment", filename=f"outside-{one.id}.{one.proof_kind}")
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.post("/outside/<int:outside_id>/remove")
def remove_outside(outside_id: int) -> ResponseReturnValue:
    actor = current_actor()
    one, person = outside.for_actor(actor, outside_id)
    outside.remove(one, person, actor=actor, now=clock.now())
    own = actor.person_id == person.id
    return outcome(to=url_for(".mine" if own else ".desk"), said=_("已删除登记。"))


# -- the desk -------------------------------------------------------------------------------------------------


def _class_of_desk(class_id: int) -> TrainingClass:
    """A class, for whoever keeps the files of those who are in it. Raises NotFound."""
    if not policy.see_certificates(current_actor()):
        raise NotFound
    return rosters.training_class(class_id)


@bp.get("/desk")
def desk() -> ResponseReturnValue:
    """What waits: classes that are over, proposals for a second person, outside certificates to be checked."""
    actor, today = current_actor(), clock.today()
    asked = read_query(schemas.PageQuery)
    cases = queries.waiting_cases(actor, number=asked["page"])
    keeps = policy.see_certificates(actor)
    return page(
        "certificates/desk.html",
        cases=cases,
        classes=queries.finished_classes(actor, today=today, number=asked["page"]) if keeps else None,
        waiting=outside.waiting(actor, number=asked["page"]) if keeps else None,
        mandate=mandates.in_force(MandateItem.TRAINING, today),
        keeps=keeps,
        doubts=lambda one: outside.doubt_said(outside.doubt_of(one)),
    )


@bp.get("/classes/<int:class_id>")
@shown_again_by(".class_page")
def class_page(class_id: int) -> ResponseReturnValue:
    """Everybody in a class, condition by condition; those who are ready are ticked."""
    actor, now = current_actor(), clock.now()
    of = _class_of_desk(class_id)
    found = issuing.look_through(of, now=now)
    given = queries.of_class(actor, class_id)
    return page(
        "certificates/class.html",
        found=found,
        of=of,
        given=checks.shown_of(given, on=clock.today(), known=now),
        certificates=given,
        mandate=mandates.in_force(MandateItem.TRAINING, clock.today()),
        may_issue=policy.issue_certificates(actor),
    )


@bp.post("/classes/<int:class_id>/preview")
@shown_again_by(".class_page")
def preview(class_id: int) -> ResponseReturnValue:
    """Step one of two: what exactly would be issued."""
    actor, now = current_actor(), clock.now()
    of, chosen = _class_of_desk(class_id), read_form(schemas.ChosenIn)["place"]
    require(policy.issue_certificates, actor)
    found = issuing.look_through(of, now=now)
    mandate = service.insist_issuable(found, now=now)
    ready = [one for one in found.ready if one.row.id in set(chosen)]
    if not ready:
        raise issuing.nobody_chosen()
    terms = {one.row.id: service.term_of(found, one, now=now) for one in ready}
    return page("certificates/preview.html", found=found, of=of, ready=ready, terms=terms, mandate=mandate)


@bp.post("/classes/<int:class_id>/issue")
@shown_again_by(".class_page")
def issue(class_id: int) -> ResponseReturnValue:
    """Step two."""
    actor, now = current_actor(), clock.now()
    of, chosen = _class_of_desk(class_id), read_form(schemas.ChosenIn)["place"]
    job = issuing.begin(of, chosen, actor=actor, now=now)
    if len(chosen) > AT_ONCE:
        return outcome(to=url_for("jobs_public.show", code=job.code))
    jobs.run(job, now=now)
    return outcome(to=url_for(".class_page", class_id=of.id), said=job.result)


@bp.post("/classes/<int:class_id>/print")
@shown_again_by(".class_page")
def print_class(class_id: int) -> ResponseReturnValue:
    """All certificates of a class in one file, by a job."""
    of, form = _class_of_desk(class_id), read_form(schemas.PrintIn)["form"]
    job = printing.begin(of, DiplomaForm(form), site=absolute(""), actor=current_actor(), now=clock.now())
    return outcome(to=url_for("jobs_public.show", code=job.code))


@bp.get("/file/<number>")
@shown_again_by(".file")
def file(number: str) -> ResponseReturnValue:
    """One certificate: how it stands, its chain, its events, what was noted, what can be done."""
    actor, now = current_actor(), clock.now()
    one = queries.certificate_for(actor, number)
    chain = queries.chain(one)
    told = checks.shown_of(chain, on=clock.today(), known=now)
    return page(
        "certificates/file.html",
        one=one,
        found=told.get(one.id),
        person=persons.person(one.person_id),
        chain=[(link, told.get(link.id)) for link in chain],
        events=queries.events_of([one.number]).get(one.number, []),
        cases=queries.cases_of(one),
        waiting=queries.open_case(one.id),
        may=policy.suspend_certificate(actor, one.person_id),
        possible=events.possible(told[one.id].stands.standing) if one.id in told and not one.erased_at else frozenset(),
        grounds=events.GROUNDS,
        kinds=CertificateEventKind,
        mandate=mandates.in_force(MandateItem.TRAINING, clock.today()),
        printable=PRINTABLE,
        today=clock.today(),
    )


@bp.post("/file/<number>/suspend")
@shown_again_by(".file")
def suspend(number: str) -> ResponseReturnValue:
    one = queries.certificate_for(current_actor(), number)
    service.suspend(one, **read_form(schemas.GroundIn), actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".file", number=one.number), said=_("证书已暂停。"))


@bp.post("/file/<number>/reinstate")
@shown_again_by(".file")
def reinstate(number: str) -> ResponseReturnValue:
    one = queries.certificate_for(current_actor(), number)
    service.reinstate(one, **read_form(schemas.NoteIn), actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".file", number=one.number), said=_("证书已恢复。"))


@bp.post("/file/<number>/replace")
@shown_again_by(".file")
def replace(number: str) -> ResponseReturnValue:
    one = queries.certificate_for(current_actor(), number)
    new = service.replace_after_name_change(one, actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".file", number=new.number), said=_("已换发，原证书由新证书代替。"))


@bp.post("/file/<number>/withdraw")
@shown_again_by(".file")
def propose(number: str) -> ResponseReturnValue:
    one = queries.certificate_for(current_actor(), number)
    service.propose_withdrawal(one, **read_form(schemas.GroundIn), actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".file", number=one.number), said=_("已提出，等第二人确认。"))


@bp.get("/cases/<int:case_id>")
@shown_again_by(".case")
def case(case_id: int) -> ResponseReturnValue:
    actor = current_actor()
    found, one = queries.case_for(actor, case_id)
    told = checks.shown_of([one], on=clock.today(), known=clock.now())
    return page(
        "certificates/case.html",
        case=found,
        one=one,
        found=told.get(one.id),
        may_confirm=policy.confirm_withdrawal(actor, one.person_id, found.proposed_by),
        may_take_back=policy.take_back_withdrawal(actor, found.proposed_by),
    )


@bp.post("/cases/<int:case_id>/confirm")
@shown_again_by(".case")
def confirm(case_id: int) -> ResponseReturnValue:
    found, _one = queries.case_for(current_actor(), case_id)
    service.confirm_withdrawal(found, actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".case", case_id=found.id), said=_("已确认，证书撤回。"))


@bp.post("/cases/<int:case_id>/reject")
@shown_again_by(".case")
def reject(case_id: int) -> ResponseReturnValue:
    found, _one = queries.case_for(current_actor(), case_id)
    service.reject_withdrawal(found, **read_form(schemas.ReasonIn), actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".case", case_id=found.id), said=_("未予确认，证书不变。"))


@bp.post("/cases/<int:case_id>/take-back")
@shown_again_by(".case")
def take_back(case_id: int) -> ResponseReturnValue:
    found, _one = queries.case_for(current_actor(), case_id)
    service.take_back_withdrawal(found, actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".case", case_id=found.id), said=_("已收回，证书不变。"))


@bp.get("/people/<int:person_id>")
@shown_again_by(".person")
def person(person_id: int) -> ResponseReturnValue:
    """Somebody's certificates, own and outside, for the desk."""
    actor, now = current_actor(), clock.now()
    whom = persons.person(person_id)
    if not policy.see_certificates(actor) or whom.erased_at is not None:
        raise NotFound
    those = queries.certificates_of([whom.id]).get(whom.id, [])
    told = checks.shown_of(those, on=clock.today(), known=now)
    return page(
        "certificates/person.html",
        person=whom,
        certificates=[told[one.id] for one in reversed(those) if one.id in told],
        recorded=[(one, outside.doubt_said(outside.doubt_of(one))) for one in outside.of_person(whom.id)],
        results=[OutsideState.CHECKED, OutsideState.DOUBTFUL],
        may_check=policy.check_outside_certificate(actor, whom.id),
        printable=PRINTABLE,
    )


@bp.post("/people/<int:person_id>/outside")
@shown_again_by(".person")
def record_for(person_id: int) -> ResponseReturnValue:
    if not policy.see_certificates(current_actor()):
        raise NotFound
    whom = persons.person(person_id)
    return _record(whom, url_for(".person", person_id=whom.id))


@bp.post("/outside/<int:outside_id>/check")
def check_outside(outside_id: int) -> ResponseReturnValue:
    one, whom = outside.for_actor(current_actor(), outside_id)
    outside.check(one, **read_form(schemas.OutsideCheckIn), actor=current_actor(), now=clock.now())
    return outcome(to=url_for(".person", person_id=whom.id), said=_("核对结果已记下。"))
