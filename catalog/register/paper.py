"""/catalog/register/<number>/notice.pdf and …/label-<size>.svg or .png: a registration on paper, for anybody."""

from datetime import date

from flask import Response, url_for

from association.kernel import clock
from association.kernel.dates import civil_date
from association.kernel.errors import Conflict
from association.kernel.i18n import _, speaking
from association.paper.answers import printed
from association.paper.press import label_job, sheet_job
from association.paper.rules import LabelSize
from association.signing import service as signing
from association.signing.rules import room_behind
from association.web.doors import public_door
from association.web.render import absolute, asked_language, language_in_address
from catalog.categories import queries as categories
from catalog.register import notices, queries, statements
from catalog.register.queries import Known
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
            address=_address(found.number),
            statement=_statement(found, on=civil_date(now)),
        )
        return printed(sheet_job(sheet), f"notice-{found.number}", f"{_('登记信息通知书')}-{found.number}", public=True)


@bp.get('/<number>/label-<any("30x20", "50x30", "70x45"):size>.<any(svg, png):kind>')
@language_in_address
def label(number: str, size: str, kind: str) -> Response:
    now = clock.now()
    found, today = queries.registration_to_show(number, known=now), civil_date(now)
    stands = standing_at(found.entries, today)
    if stands.standing not in notices.LABELLED:
        raise Conflict(_("该登记现为“{state}”，不再提供标签。", state=stands.standing.label))
    with speaking(asked_language()):
        said = notices.label_of(found, on=today, address=_address(found.number), statement=_statement(found, on=today))
        job = label_job(said, LabelSize(size), "png" if kind == "png" else "svg")
        return printed(job, f"label-{found.number}-{size}", f"{_('登记标签')}-{found.number}-{size}", public=True)


def _statement(found: Known, *, on: date) -> str:
    issuer = absolute("")
    fields = statements.fields_of(found, on=on, room=room_behind(_address(found.number)))
    facts_from = found.all_entries[-1].recorded_at
    return signing.statement(statements.KIND, fields, issuer=issuer, facts_from=facts_from) or ""


def _address(number: str) -> str:
    return absolute(url_for("register_short.follow", number=number))
