"""Confirmed enterprises, for anybody: ``/association/enterprises``, ``/association/enterprises/<uscc>``."""

from flask import url_for
from flask.typing import ResponseReturnValue

from association.accounts import letters
from association.enterprises import queries, service
from association.enterprises.schemas import AcceptanceIn, ListQuery
from association.kernel import clock
from association.kernel.dates import civil_date
from association.kernel.errors import NotSignedIn
from association.kernel.i18n import _
from association.vocabulary import LetterPurpose
from association.web.doors import public_door
from association.web.forms import read_form, read_query
from association.web.identity import current_actor
from association.web.limits import limited
from association.web.problems import shown_again_by
from association.web.render import outcome, page

bp = public_door(__name__, prefix="/association/enterprises")


@bp.get("")
def index() -> ResponseReturnValue:
    asked = read_query(ListQuery)
    found = queries.public_list(q=asked["q"], number=asked["page"])
    return page("enterprises/index.html", found=found, q=asked["q"], day=civil_date)


@bp.get("/invited/<token>")
def invited(token: str) -> ResponseReturnValue:
    now = clock.now()
    letter = letters.find(token, LetterPurpose.INVITE, now=now)
    known = queries.is_known(letter.email)
    if known and not current_actor().signed_in:
        raise NotSignedIn
    return page("enterprises/invited.html", letter=letter, enterprise=queries.inviting(letter, now=now), known=known)


@bp.post("/invited/<token>")
@limited("sign_in")
@shown_again_by(".invited")
def accept(token: str) -> ResponseReturnValue:
    actor = current_actor()
    service.accept_invitation(token, **read_form(AcceptanceIn), actor=actor, now=clock.now())
    to = url_for("enterprises.mine") if actor.signed_in else url_for("accounts_public.sign_in")
    return outcome(to=to, said=_("您现在可以代表该企业办理登记。"))


@bp.get("/<uscc>")
def show(uscc: str) -> ResponseReturnValue:
    enterprise = queries.published(uscc)
    if uscc != enterprise.uscc:
        return outcome(to=url_for(".show", uscc=enterprise.uscc))
    return page("enterprises/show.html", enterprise=enterprise, day=civil_date)
