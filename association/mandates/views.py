"""Recording and ending entrustments: ``/association/mandates/new``, ``/association/mandates/<id>/end``."""

from flask import url_for
from flask.typing import ResponseReturnValue

from association import policy
from association.kernel import clock
from association.kernel.actors import require
from association.kernel.i18n import _
from association.mandates import queries, service
from association.mandates.schemas import EndIn, MandateIn
from association.vocabulary import MandateItem
from association.web.doors import staff_door
from association.web.forms import read_form
from association.web.identity import current_actor
from association.web.problems import shown_again_by
from association.web.render import outcome, page

bp = staff_door(__name__)


@bp.get("/new")
def new() -> ResponseReturnValue:
    require(policy.record_mandate, current_actor())
    return page("mandates/new.html", items=list(MandateItem))


@bp.post("/new")
@shown_again_by(".new")
def record() -> ResponseReturnValue:
    mandate = service.record_mandate(**read_form(MandateIn), actor=current_actor(), now=clock.now())
    return outcome(to=url_for("mandates_public.index"), said=_("已登记委托：{number}", number=mandate.number))


@bp.get("/<int:mandate_id>/end")
def ending(mandate_id: int) -> ResponseReturnValue:
    require(policy.end_mandate, current_actor())
    return page("mandates/end.html", mandate=queries.mandate(mandate_id), today=clock.today())


@bp.post("/<int:mandate_id>/end")
@shown_again_by(".ending")
def end(mandate_id: int) -> ResponseReturnValue:
    mandate = queries.mandate(mandate_id)
    service.end_mandate(mandate, **read_form(EndIn), actor=current_actor(), now=clock.now())
    return outcome(to=url_for("mandates_public.index"), said=_("已登记提前终止：{number}", number=mandate.number))
