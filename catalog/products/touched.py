"""Cases under way that a change of the national catalog touches."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import select

from association.kernel.db import db
from association.kernel.numbers import fold_standard
from catalog.categories.difference import Scope
from catalog.products.models import Product, ProductPaper
from catalog.products.rules import split_standards
from catalog.vocabulary import CaseState

# Handed in and not yet decided; drafts are nobody's business but their enterprise's (Art. 14).
UNDER_WAY = (CaseState.SUBMITTED, CaseState.RETURNED, CaseState.REFUSAL_PROPOSED)


@dataclass(frozen=True, slots=True)
class TouchedCases:
    """The cases (id, title), in the order of their ids, and how many by class, by standard and by the issuer of their evidence."""

    cases: tuple[tuple[int, str], ...]
    by_place: dict[tuple[str, str], int]
    by_standard: dict[str, int]
    by_issuer: dict[str, int]


def under_way_within(scope: Scope) -> TouchedCases:
    """The cases that lie in the scope by class, by a standard they name or by the issuer of their evidence. Two statements."""
    if not scope:
        return TouchedCases((), {}, {}, {})
    found = (
        select(Product.id, Product.category, Product.subtype, Product.dossier)
        .where(Product.state.in_(UNDER_WAY))
        .order_by(Product.id)
    )
    papers = (
        select(ProductPaper.product_id, ProductPaper.issuer)
        .join(Product, Product.id == ProductPaper.product_id)
        .where(Product.state.in_(UNDER_WAY), ProductPaper.issuer.in_(scope.issuers))
        .distinct()
    )
    proven: dict[int, list[str]] = {}
    for product_id, issuer in db.session.execute(papers):
        proven.setdefault(product_id, []).append(issuer)
    cases: list[tuple[int, str]] = []
    places: Counter[tuple[str, str]] = Counter()
    standards: Counter[str] = Counter()
    for product_id, category, subtype, dossier in db.session.execute(found):
        named = {fold_standard(one) for one in split_standards(str(dossier.get("standards") or ""))} & scope.standards
        if scope.concerns(category, subtype):
            places[category, subtype] += 1
        elif not named and product_id not in proven:
            continue
        standards.update(named)
        shown = " ".join(str(dossier[part]) for part in ("brand", "model") if dossier.get(part))
        cases.append((product_id, shown or str(dossier.get("name") or product_id)))
    issuers = Counter(issuer for those in proven.values() for issuer in those)
    return TouchedCases(tuple(cases), dict(places), dict(standards), dict(issuers))
