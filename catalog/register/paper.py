"""/catalog/register/<number>/notice.pdf and …/label-<size>.svg or .png: a registration on paper, for anybody."""

from flask import Response

from association.kernel import clock
from association.kernel.dates import civil_date
from association.kernel.errors import Conflict
from association.kernel.i18n import _, speaking
from association.paper.answers import printed
from association.paper.press import sheet_job
from association.web.doors import public_door
from association.web.render import asked_language, language_in_address
from catalog.categories import queries as categories
from catalog.register import labels, notices, queries
from catalog.register.rules import standing_at

bp = public_door(__name__)


@bp.get("/<number>/notice.pdf")
@language_in_address
def notice(number: str) -> Response:
    now = clock.now()
    found = queries.registration_to_show(number, known=now)
    with speaking(asked_language()):
        sheet = notices.notice(
            found,
            categories.known_at(now),
            on=civil_date(now),
            address=labels.address(found.number),
            statement=labels.statement(found, on=civil_date(now)),
        )
        return printed(sheet_job(sheet), f"notice-{found.number}", f"{_('登记信息通知书')}-{found.number}", public=True)


@bp.get(f"/<number>/label-<any({labels.SIZES}):size>.<any({labels.KINDS}):kind>")
@language_in_address
def label(number: str, size: str, kind: str) -> Response:
    now = clock.now()
    found, today = queries.registration_to_show(number, known=now), civil_date(now)
    stands = standing_at(found.entries, today)
    if stands.standing not in notices.LABELLED:
        raise Conflict(_("该登记现为“{state}”，不再提供标签。", state=stands.standing.label))
    with speaking(asked_language()):
        job = labels.job(found, size, kind, on=today)
        return printed(job, f"label-{found.number}-{size}", f"{_('登记标签')}-{found.number}-{size}", public=True)
