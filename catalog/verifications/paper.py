"""/catalog/verifications/<receipt>.pdf: a receipt on paper, for whoever holds its code."""

from flask import Response, url_for

from association.kernel.i18n import _, speaking
from association.paper.answers import printed
from association.paper.press import sheet_job
from association.web.doors import public_door
from association.web.render import absolute, asked_language, language_in_address
from catalog.verifications import kept, reports

bp = public_door(__name__)


@bp.get("/<receipt>.pdf")
@language_in_address
def report(receipt: str) -> Response:
    found = kept.receipt(receipt)
    address = absolute(url_for("verifications_public.receipt", receipt=found.receipt))
    with speaking(asked_language()):
        sheet = reports.report(found, kept.lines_of(found), address=address)
        return printed(sheet_job(sheet), f"receipt-{found.receipt}", f"{_('登记信息核验结果')}-{found.receipt}")
