"""/catalog/verifications/<receipt>.pdf, .zip and .jws: a receipt on paper, and signed, for whoever holds its code."""

from flask import Response

from association.kernel import clock
from association.kernel.i18n import speaking
from association.web.doors import public_door
from association.web.forms import read_query
from association.web.limits import limited
from association.web.render import asked_language, language_in_address
from catalog.verifications import printing
from catalog.verifications.schemas import ReportQuery

bp = public_door(__name__)


@bp.get("/<receipt>.pdf")
@language_in_address
def report(receipt: str) -> Response:
    with speaking(asked_language()):
        return printing.report(receipt, read_query(ReportQuery)["volume"])


@bp.get("/<receipt>.zip")
@limited("volumes", when=printing.is_there)
@language_in_address
def volumes(receipt: str) -> Response:
    with speaking(asked_language()):
        return printing.volumes(receipt)


@bp.get("/<receipt>.jws")
def proof(receipt: str) -> Response:
    return printing.signed(receipt, now=clock.now())
