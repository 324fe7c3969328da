"""Recording and ending entrustments: ``/association/mandates/new``, ``…/<id>/end``; the letter: ``…/<id>/scan``."""

from flask import request, send_file, url_for
from flask.typing import ResponseReturnValue

from association import policy
from association.documents import queries as filings
from association.documents import rules as papers
from association.documents import service as documents
from association.documents.views import HARMLESS
from association.kernel import clock
from association.kernel.actors import require
from association.kernel.config import LARGEST_REQUEST
from association.kernel.errors import NotFound, Shortfall
from association.kernel.i18n import _
from association.mandates import queries, service
from association.mandates.schemas import EndIn, MandateIn
from association.vocabulary import MandateItem
from association.web.doors import staff_door
from association.web.forms import read_form
from association.web.identity import current_actor
from association.web.problems import invalid, shown_again_by
from association.web.render import outcome, page

bp = staff_door(__name__)


@bp.before_request
def _room_for_a_scan() -> None:
    request.max_content_length = LARGEST_REQUEST


@bp.get("/new")
def new() -> ResponseReturnValue:
    require(policy.record_mandate, current_actor())
    return page("mandates/new.html", items=list(MandateItem))


@bp.post("/new")
@shown_again_by(".new")
def record() -> ResponseReturnValue:
    mandate = service.record_mandate(**read_form(MandateIn), actor=current_actor(), now=clock.now())
    said = _("已登记委托：{number}。请上传委托文件的扫描件。", number=mandate.number)
    return outcome(to=url_for("mandates_public.show", mandate_id=mandate.id), said=said)


@bp.get("/<int:mandate_id>/end")
def ending(mandate_id: int) -> ResponseReturnValue:
    require(policy.end_mandate, current_actor())
    return page("mandates/end.html", mandate=queries.mandate(mandate_id), today=clock.today())


@bp.post("/<int:mandate_id>/end")
@shown_again_by(".ending")
def end(mandate_id: int) -> ResponseReturnValue:
    mandate = queries.mandate(mandate_id)
    service.end_mandate(mandate, **read_form(EndIn), actor=current_actor(), now=clock.now())
    said = _("已登记提前终止：{number}", number=mandate.number)
    return outcome(to=url_for("mandates_public.show", mandate_id=mandate.id), said=said)


@bp.post("/<int:mandate_id>/scan")
@shown_again_by("mandates_public.show")
def attach(mandate_id: int) -> ResponseReturnValue:
    actor, mandate = current_actor(), queries.mandate(mandate_id)
    require(policy.record_mandate, actor)
    upload = request.files.get("scan")
    if upload is None or not upload.filename:
        raise invalid([Shortfall("scan", "required", _("请选择文件"))])
    now = clock.now()
    filing = documents.file(upload.stream, upload.filename, actor=actor, enterprise_id=None, now=now, field="scan")
    service.attach_scan(mandate, filing, actor=actor, now=now)
    return outcome(to=url_for("mandates_public.show", mandate_id=mandate.id), said=_("已上传委托文件。"))


@bp.get("/<int:mandate_id>/scan")
def scan(mandate_id: int) -> ResponseReturnValue:
    document = queries.scan_of(current_actor(), mandate_id)
    path = filings.place(document.sha256)
    if not path.is_file():
        raise NotFound
    response = send_file(
        path,
        mimetype=document.kind.value,
        as_attachment=request.args.get("inline") != "1",
        download_name=papers.shown_name(_("委托文件{id}", id=mandate_id), document.kind),
        etag=document.sha256,
        max_age=0,
    )
    response.headers["Content-Security-Policy"] = HARMLESS
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-cache"
    return response
