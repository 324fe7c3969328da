"""/catalog/verifications/<receipt>.pdf and .zip: a receipt on paper, for whoever holds its code."""

from flask import Response

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
@limited("lists")
@language_in_address
def volumes(receipt: str) -> Response:
    with speaking(asked_language()):
        return printing.volumes(receipt)
