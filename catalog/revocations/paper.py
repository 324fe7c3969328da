"""/catalog/revocations/<id>/notice.pdf: the notice of a case that took effect, for anybody."""

from flask import Response, url_for

from association.kernel.i18n import speaking
from association.mandates import queries as mandates
from association.paper.answers import printed
from association.paper.press import sheet_job
from association.web.doors import public_door
from association.web.render import absolute
from catalog.categories import queries as categories
from catalog.revocations import objecting, papers, queries, words

bp = public_door(__name__)


@bp.get("/<int:revocation_id>/notice.pdf")
def notice(revocation_id: int) -> Response:
    case = queries.published(revocation_id)
    # The language of the procedure is Chinese, whoever reads.
    with speaking("zh"):
        view = categories.known_at(case.decided_at or case.proposed_at)
        sheet = papers.notice(
            case,
            queries.registration(case.number),
            queries.outcome(case),
            ground=words.ground_of(view, case.ground, case.proposed_at),
            mandate=mandates.mandate(case.mandate_id).number if case.mandate_id else "",
            address=absolute(url_for("revocations_public.show", revocation_id=case.id)),
            objecting=absolute(url_for("revocations_public.new_objection", revocation_id=case.id)),
            until=objecting.last_day(case),
        )
        return printed(sheet_job(sheet), f"revocation-{case.id}", f"{sheet.title}-{case.number}", public=True)
