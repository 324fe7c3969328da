"""/training/certificates/file/<number>/a4.pdf and card.pdf, the badge; /training/certificates/printed/<code>.pdf."""

from flask import Response
from flask.typing import ResponseReturnValue

from association.kernel import clock
from association.paper.answers import HARMLESS, printed
from association.paper.diplomas import DiplomaForm
from association.web.doors import member_door
from association.web.identity import current_actor
from association.web.render import absolute
from training.certificates import badges, printing, queries

bp = member_door(__name__, prefix="/training/certificates")


@bp.get('/file/<number>/<any("a4", "card"):form>.pdf')
def sheet(number: str, form: str) -> ResponseReturnValue:
    """One certificate, for its holder and the desk."""
    one = queries.own_certificate(current_actor(), number)
    job = printing.one_job(one, DiplomaForm(form), site=absolute(""), now=clock.now())
    return _private(printed(job, f"{one.number}-{form}", f"{one.title}-{one.number}"))


@bp.get("/printed/<code>.pdf")
def batch(code: str) -> ResponseReturnValue:
    """A class's certificates in one piece, for whoever had them printed."""
    made = queries.print_for(current_actor(), code)
    answer = Response(made.content, mimetype="application/pdf")
    answer.headers.set("Content-Disposition", "attachment", filename=f"certificates-{made.class_id}-{made.form}.pdf")
    answer.headers["Content-Security-Policy"] = HARMLESS
    return _private(answer)


@bp.get('/file/<number>/badge.<any("json", "jwt"):form>')
def badge(number: str, form: str) -> ResponseReturnValue:
    """The certificate as Open Badge 3.0, signed: as JWT, or enveloped in a W3C verifiable credential (JSON)."""
    one = queries.own_certificate(current_actor(), number)
    token = badges.signed(one, site=absolute(""), now=clock.now())
    content = token if form == "jwt" else badges.enveloped(token)
    answer = Response(content, mimetype=badges.TYPES[form])
    answer.headers.set("Content-Disposition", "attachment", filename=f"{one.number}.{form}")
    return _private(answer)


def _private(response: Response) -> Response:
    """What names somebody is kept by no browser in between."""
    response.headers["Cache-Control"] = "private, no-store"
    return response
