"""Products and cases for tests, made through the services and committed. They need the catalog loaded."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from association.enterprises.models import Enterprise
from association.kernel.actors import Actor
from association.kernel.dates import civil_date, term_of_validity
from association.kernel.db import db
from catalog.products import queries, service
from catalog.products.models import Product, ProductPaper
from catalog.reviews import queries as desk
from catalog.reviews import service as reviews
from catalog.reviews.models import Decision
from catalog.vocabulary import DecisionKind, EvidenceKind
from tests.builders import NOW, a_filing

_serial = count(1)


def a_dossier(maker: Enterprise, **more: Any) -> dict[str, Any]:
    """All that is asked of a passive infrared detector, as text; ``more`` replaces."""
    return {
        "name": "室内用被动红外入侵探测器",
        "name_en": "",
        "brand": "示例",
        "model": f"PIR-{next(_serial)}",
        "manufacturer_name": maker.name,
        "manufacturer_country": "CN",
        "manufacturer_uscc": maker.uscc,
        "standards": "GB 10408-2025",
        "attributes": {"detection_range_m": "12"},
        **more,
    }


def a_draft(actor: Actor, dossier: Mapping[str, Any] | None = None, *, now: datetime = NOW) -> Product:
    """A draft of a passive infrared detector."""
    return service.draft("01", "passive_infrared", dossier, actor=actor, now=now)


def a_paper(product: Product, actor: Actor, *, now: datetime = NOW, **more: Any) -> ProductPaper:
    """A type-test report in force, in the dossier."""
    issued = civil_date(now) - timedelta(days=30)
    what: dict[str, Any] = {
        "kind": EvidenceKind.TYPE_TEST_REPORT,
        "number": f"检字第{next(_serial)}号",
        "issuer": "mps1",
        "valid_from": issued,
        "valid_until": term_of_validity(issued, 2),
        "filing": a_filing(actor),
        **more,
    }
    return service.add_paper(product, **what, demo=False, actor=actor, now=now)


def a_complete_draft(actor: Actor, maker: Enterprise, *, now: datetime = NOW, **more: Any) -> Product:
    """A draft that lacks nothing but the declaration."""
    product = a_draft(actor, a_dossier(maker, **more), now=now)
    a_paper(product, actor, now=now)
    return product


def a_submitted(actor: Actor, maker: Enterprise, *, now: datetime = NOW, **more: Any) -> Product:
    """A product that waits for the desk."""
    product = a_complete_draft(actor, maker, now=now, **more)
    service.submit(product, declared=True, actor=actor, now=now)
    return product


def decided(product: Product, kind: DecisionKind, actor: Actor, *, now: datetime = NOW, **more: Any) -> Decision:
    """What ``actor`` decides on the product's case as it stands."""
    case = desk.case_for(actor, product.id, now=now)
    more.setdefault("version", product.version)
    return reviews.decide(case, kind, actor=actor, now=now, **more)


def reloaded(product: Product) -> Product:
    """The product as the database has it."""
    db.session.expire_all()
    found = db.session.get(Product, product.id)
    assert found is not None
    return found


def papers(product: Product) -> list[queries.FiledPaper]:
    return queries.papers_of(product)
