"""/api/v1/catalog/products: the workbench by program, with a registrant's key."""

from typing import Any

from association.documents import queries as filings
from association.kernel import clock
from association.kernel.dates import civil_date
from association.kernel.errors import Shortfall
from association.kernel.i18n import _
from association.web import menu
from association.web.doors import api_door
from association.web.identity import current_actor
from association.web.problems import invalid
from catalog.categories import queries as categories
from catalog.products import queries, service
from catalog.products.models import Product
from catalog.products.schemas import (
    ChangedProductIn,
    ListIn,
    NewProductIn,
    PaperIn,
    ProductOut,
    ProductPageOut,
    SubmissionIn,
)

bp = api_door(__name__, "登记申请：登记人的工作台 / A registrant's applications")


def _as_json(product: Product) -> dict[str, Any]:
    now = clock.now()
    papers = queries.papers_of(product)
    _facts, found = queries.reading(product, papers, categories.known_at(now), today=civil_date(now))
    return {
        "id": product.id,
        "state": product.state,
        "state_label": product.state.label,
        "category": product.category,
        "subtype": product.subtype,
        "dossier": product.dossier,
        "evidence": [
            {
                "id": one.paper.id,
                "kind": one.paper.kind.value,
                "number": one.paper.number,
                "issuer": one.paper.issuer,
                "valid_from": one.paper.valid_from,
                "valid_until": one.paper.valid_until,
                "filename": one.filename,
                "sha256": one.paper.document,
            }
            for one in papers
        ],
        "shortfalls": [
            {"pointer": "/" + one.field.replace(".", "/"), "code": one.code, "detail": one.detail} for one in found
        ],
        "registration_number": product.registration_number,
        "created_at": product.created_at,
        "changed_at": product.changed_at,
        "submitted_at": product.submitted_at,
        "due_on": product.due_on,
        "version": product.version,
    }


@bp.get("")
@bp.arguments(ListIn, location="query")
@bp.response(200, ProductPageOut)
def index(asked: dict[str, Any]) -> dict[str, Any]:
    """The enterprise's applications, last changed first."""
    found = queries.products_of(
        current_actor(), state=asked.get("state"), number=asked["page"], per_page=asked["per_page"]
    )
    return found.as_json()


@bp.post("")
@bp.arguments(NewProductIn)
@bp.response(201, ProductOut)
def create(body: dict[str, Any]) -> dict[str, Any]:
    """Begin an application; what it still lacks is listed in `shortfalls`."""
    category, subtype, letter = body.pop("category"), body.pop("subtype"), body.pop("authorisation", None)
    actor, now = current_actor(), clock.now()
    filing = filings.filing_for(actor, letter) if letter is not None else None
    product = service.draft(category, subtype, body, actor=actor, now=now)
    if filing is not None:
        service.save(product, {}, authorisation=filing, actor=actor, now=now)
    return _as_json(product)


@bp.get("/<int:product_id>")
@bp.response(200, ProductOut)
def show(product_id: int) -> dict[str, Any]:
    """One application."""
    return _as_json(queries.product_for(current_actor(), product_id))


@bp.patch("/<int:product_id>")
@bp.arguments(ChangedProductIn)
@bp.response(200, ProductOut)
def save(body: dict[str, Any], product_id: int) -> dict[str, Any]:
    """Change what is named; the rest stays."""
    actor, now = current_actor(), clock.now()
    product = queries.product_for(actor, product_id)
    letter, subtype = body.pop("authorisation", None), body.pop("subtype", None)
    filing = filings.filing_for(actor, letter) if letter is not None else None
    service.save(product, body, subtype=subtype, authorisation=filing, actor=actor, now=now)
    return _as_json(product)


@bp.post("/<int:product_id>/evidence")
@bp.arguments(PaperIn)
@bp.response(201, ProductOut)
def add_paper(body: dict[str, Any], product_id: int) -> dict[str, Any]:
    """Put a filed document (`filing`: its id) into the application as evidence."""
    actor, now = current_actor(), clock.now()
    product = queries.product_for(actor, product_id)
    filing_id = body.pop("filing")
    if filing_id is None:
        raise invalid([Shortfall("filing", "required", _("请先上传文件，并在此写明其编号"))])
    filing = filings.filing_for(actor, filing_id)
    service.add_paper(product, **body, filing=filing, demo=menu.is_demo(), actor=actor, now=now)
    return _as_json(product)


@bp.post("/<int:product_id>/submit")
@bp.arguments(SubmissionIn)
@bp.response(200, ProductOut)
def submit(body: dict[str, Any], product_id: int) -> dict[str, Any]:
    """Hand the application to the association, with the declaration."""
    actor = current_actor()
    product = queries.product_for(actor, product_id)
    service.submit(product, declared=body["declared"], actor=actor, now=clock.now())
    return _as_json(product)
