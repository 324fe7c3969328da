"""Registrations in force that a change of the national catalog touches."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, false, func, or_, select, tuple_

from association.kernel.db import db
from catalog.categories.difference import Scope
from catalog.register.models import EvidenceRecord, RegisteredStandard, Registration, StandingSpan
from catalog.vocabulary import Standing

MOST_LISTED = 50


@dataclass(frozen=True, slots=True)
class TouchedRegistrations:
    """How many there are, the first of them (number, name, model), and how many by class, by standard and by the issuer of their evidence."""

    total: int
    first: tuple[tuple[str, str, str], ...]
    by_place: dict[tuple[str, str], int]
    by_standard: dict[str, int]
    by_issuer: dict[str, int]


def in_force_within(scope: Scope, *, on: date) -> TouchedRegistrations:
    """The registrations in force on ``on`` that lie in the scope: five statements, however many there are."""
    if not scope:
        return TouchedRegistrations(0, (), {}, {}, {})
    joined = and_(
        StandingSpan.registration_id == Registration.id,
        StandingSpan.standing == Standing.IN_FORCE,
        StandingSpan.begins <= on,
        or_(StandingSpan.ends.is_(None), StandingSpan.ends >= on),
    )
    placed, naming = _placed(scope), RegisteredStandard.standard_fold.in_(scope.standards)
    proven = EvidenceRecord.issuer.in_(scope.issuers)
    within = placed
    if scope.standards:
        within = or_(within, Registration.id.in_(select(RegisteredStandard.registration_id).where(naming)))
    if scope.issuers:
        within = or_(within, Registration.number.in_(select(EvidenceRecord.register_number).where(proven)))
    total = db.session.scalar(select(func.count()).select_from(Registration).join(StandingSpan, joined).where(within))
    first = (
        select(Registration.number, Registration.name, Registration.model)
        .join(StandingSpan, joined)
        .where(within)
        .order_by(Registration.number)
        .limit(MOST_LISTED)
    )
    places = (
        select(Registration.category, Registration.subtype, func.count())
        .join(StandingSpan, joined)
        .where(placed)
        .group_by(Registration.category, Registration.subtype)
    )
    standards = (
        select(RegisteredStandard.standard_fold, func.count())
        .join(Registration, Registration.id == RegisteredStandard.registration_id)
        .join(StandingSpan, joined)
        .where(naming)
        .group_by(RegisteredStandard.standard_fold)
    )
    issuers = (
        select(EvidenceRecord.issuer, func.count(Registration.id.distinct()))
        .join(Registration, Registration.number == EvidenceRecord.register_number)
        .join(StandingSpan, joined)
        .where(proven)
        .group_by(EvidenceRecord.issuer)
    )
    return TouchedRegistrations(
        total or 0,
        tuple((number, name, model) for number, name, model in db.session.execute(first)),
        {(category, subtype): count for category, subtype, count in db.session.execute(places)},
        {str(standard): int(count) for standard, count in db.session.execute(standards)},
        {str(issuer): int(count) for issuer, count in db.session.execute(issuers)},
    )


def _placed(scope: Scope) -> Any:
    whole = sorted(category for category, subtype in scope.places if subtype is None)
    single = sorted((category, subtype) for category, subtype in scope.places if subtype is not None)
    conditions: list[Any] = [Registration.category.in_(whole)] if whole else []
    if single:
        conditions.append(tuple_(Registration.category, Registration.subtype).in_(single))
    return or_(*conditions) if conditions else false()
