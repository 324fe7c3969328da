"""/training/certificates, /training/certificates/<code> and /c/<code>: anybody checks a certificate."""

from flask import make_response, redirect, url_for
from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.kernel.dates import civil_date
from association.kernel.errors import NotFound
from association.kernel.i18n import _
from association.web.doors import public_door
from association.web.forms import read_form, read_query
from association.web.limits import limited
from association.web.moments import known_moment
from association.web.problems import shown_again_by
from association.web.render import absolute, page, unlisted
from training.certificates import checks, outside, rules, shares
from training.certificates.checks import Erased
from training.certificates.schemas import CheckIn, MomentIn

bp = public_door(__name__)
short = public_door("training.certificates.short", prefix="/c")


@bp.get("")
def index() -> ResponseReturnValue:
    return page("certificates/index.html", today=clock.today())


@bp.post("")
@limited("certificates")
@shown_again_by(".index")
def check() -> ResponseReturnValue:
    """By number and name. Posted, so that no name stands in an address or a log."""
    now, form = clock.now(), read_form(CheckIn)
    on = form["on"] or civil_date(now)
    found = checks.by_number(form["number"], form["name"], on=on, known=now)
    if found is None:
        return page("certificates/index.html", today=civil_date(now), unknown=_(checks.UNKNOWN), given=form), 404
    return page("certificates/show.html", found=found, today=civil_date(now), dated=on != civil_date(now), by_name=True)


@bp.get("/shared/<token>")
@limited("certificates", refund=True)
def shared(token: str) -> ResponseReturnValue:
    """What somebody shows under a secret address, until it ends."""
    found = shares.opened(token, now=clock.now())
    doubts = [outside.doubt_said(outside.doubt_of(one)) for one in found.outside]
    answer = make_response(page("certificates/shared.html", found=found, doubts=doubts, today=clock.today()))
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


@bp.get("/<code>")
@limited("certificates", refund=True)
@unlisted
def show(code: str) -> ResponseReturnValue:
    """Not shown again when it refuses: whoever tried too many codes would be answered all the same."""
    now, asked = clock.now(), read_query(MomentIn)
    on, known = asked["on"] or civil_date(now), known_moment(asked["known"], now=now)
    found = checks.by_code(code, on=on, known=known)
    if found is None:
        raise NotFound(_(checks.UNKNOWN), code="unknown_certificate")
    if isinstance(found, Erased):
        return page("certificates/erased.html", found=found), 410
    return page(
        "certificates/show.html",
        found=found,
        today=civil_date(now),
        dated=on != civil_date(now) or known != now,
        by_name=False,
        address=absolute(url_for("certificates_short.follow", code=found.code)),
    )


@short.get("/<code>")
@unlisted
def follow(code: str) -> ResponseReturnValue:
    """The short address in QR codes; what follows its # stays with the browser."""
    return redirect(url_for("certificates_public.show", code=rules.read_code(code) or code[:40]), 302)
