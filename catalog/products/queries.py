"""Questions to the workbench. What gives a thing to a person takes the actor and answers NotFound for a stranger's."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import func, select

from association.documents.models import Document, Filing
from association.enterprises.models import Enterprise
from association.kernel.actors import Actor, require
from association.kernel.db import db
from association.kernel.errors import NotFound, Shortfall
from association.kernel.numbers import LARGEST_WHOLE
from association.kernel.pagination import PER_PAGE, Page
from catalog import policy
from catalog.categories.rules import CatalogView
from catalog.products import rules
from catalog.products.models import Product, ProductPaper, Submission
from catalog.products.rules import Paper, Registrant
from catalog.register.models import Registration
from catalog.vocabulary import CaseState


def product_by_id(product_id: int) -> Product | None:
    """The product with this id, whoever asks: permission is the caller's matter."""
    return db.session.get(Product, product_id) if product_id <= LARGEST_WHOLE else None


def product_for(actor: Actor, product_id: int) -> Product:
    """The product, if ``actor`` may know of it; a stranger's is as good as absent."""
    product = product_by_id(product_id)
    if product is None or not policy.see_product(actor, product):
        raise NotFound
    return product


def products_of(actor: Actor, *, state: CaseState | None = None, number: int = 1, per_page: int = PER_PAGE) -> Page:
    """One page of the enterprise's own workbench, last changed first."""
    require(policy.list_products, actor)
    mine = select(Product).where(Product.registrant_id == actor.enterprise_id)
    counted = select(func.count()).select_from(Product).where(Product.registrant_id == actor.enterprise_id)
    if state is not None:
        mine, counted = mine.where(Product.state == state), counted.where(Product.state == state)
    order = mine.order_by(Product.changed_at.desc(), Product.id.desc())
    items = db.session.scalars(order.limit(per_page).offset((number - 1) * per_page)).all()
    return Page(items, number, per_page, db.session.scalar(counted) or 0)


def counts_by_state(actor: Actor) -> dict[CaseState, int]:
    """How many of the enterprise's products are in each state."""
    counted = (
        select(Product.state, func.count()).where(Product.registrant_id == actor.enterprise_id).group_by(Product.state)
    )
    return dict(db.session.execute(counted).all())


def registered_by(actor: Actor) -> Sequence[str]:
    """The numbers of everything the actor's enterprise registered, however it stands, in their order."""
    require(policy.list_products, actor)
    mine = (
        select(Registration.number)
        .join(Enterprise, Registration.registrant_uscc == Enterprise.uscc)
        .where(Enterprise.id == actor.enterprise_id)
    )
    return db.session.scalars(mine.order_by(Registration.number)).all()


@dataclass(frozen=True, slots=True)
class FiledPaper:
    """A piece of evidence with the file it is."""

    paper: Paper
    filing_id: int
    filename: str
    size: int


def papers_of(product: Product) -> list[FiledPaper]:
    """The evidence of a dossier, in the order in which it was filed."""
    found = (
        select(ProductPaper, Filing, Document)
        .join(Filing, ProductPaper.filing_id == Filing.id)
        .join(Document, Filing.document_id == Document.id)
        .where(ProductPaper.product_id == product.id)
        .order_by(ProductPaper.id)
    )
    return [
        FiledPaper(
            Paper(row.id, row.kind, row.number, row.issuer, row.valid_from, row.valid_until, document.sha256),
            filing.id,
            filing.filename,
            document.size,
        )
        for row, filing, document in db.session.execute(found)
    ]


def paper_of(product: Product, paper_id: int) -> ProductPaper:
    """One piece of evidence of this product."""
    paper = db.session.get(ProductPaper, paper_id) if paper_id <= LARGEST_WHOLE else None
    if paper is None or paper.product_id != product.id:
        raise NotFound
    return paper


def registrant_of(product: Product) -> Registrant:
    """Who registers the product."""
    enterprise = db.session.get_one(Enterprise, product.registrant_id)
    return Registrant(enterprise.name, enterprise.uscc)


def reading(
    product: Product, papers: Sequence[FiledPaper], view: CatalogView, *, today: date
) -> tuple[dict[str, Any], list[Shortfall]]:
    """The facts of the dossier, and everything that keeps it from being submitted today."""
    return rules.read(
        product.dossier,
        [one.paper for one in papers],
        registrant_of(product),
        view,
        category=product.category,
        subtype=product.subtype,
        authorised=product.authorisation_id is not None,
        today=today,
    )


def submissions_of(product: Product) -> Sequence[Submission]:
    """Its frozen copies, newest first."""
    found = select(Submission).where(Submission.product_id == product.id).order_by(Submission.round.desc())
    return db.session.scalars(found).all()


def filing_name(filing_id: int | None) -> str | None:
    """Name of a file that was handed in."""
    return db.session.scalar(select(Filing.filename).where(Filing.id == filing_id)) if filing_id else None
