"""Questions to the desk."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select

from association.enterprises.models import Enterprise
from association.kernel.actors import Actor
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.kernel.pagination import PER_PAGE, Page
from catalog import policy
from catalog.products.models import Product, Submission
from catalog.products.queries import product_by_id, product_for
from catalog.products.rules import changes
from catalog.register import queries as register
from catalog.register.rules import Name
from catalog.reviews import rules
from catalog.reviews.models import Decision
from catalog.vocabulary import CaseState, DecisionKind


@dataclass(frozen=True, slots=True)
class Waiting:
    """One case in the queue."""

    product: Product
    registrant: str
    overdue: bool


OPEN = (CaseState.SUBMITTED, CaseState.REFUSAL_PROPOSED)


def queue(
    actor: Actor,
    *,
    state: CaseState | None = None,
    today: date,
    number: int = 1,
    per_page: int = PER_PAGE,
) -> Page:
    """One page of the desk's queue: what is due first stands first. Without ``state`` all that is open."""
    if not policy.see_cases(actor):
        raise NotFound
    states = OPEN if state is None else (state,)
    found = (
        select(Product, Enterprise.name)
        .join(Enterprise, Product.registrant_id == Enterprise.id)
        .where(Product.state.in_(states))
        .order_by(Product.due_on.asc().nulls_last(), Product.submitted_at.asc(), Product.id.asc())
        .limit(per_page)
        .offset((number - 1) * per_page)
    )
    total = db.session.scalar(select(func.count()).select_from(Product).where(Product.state.in_(states))) or 0
    items = [
        Waiting(product, registrant, product.due_on is not None and product.due_on < today)
        for product, registrant in db.session.execute(found)
    ]
    return Page(items, number, per_page, total)


def waiting(actor: Actor) -> dict[CaseState, int]:
    """How many cases are in each state that concerns the desk."""
    if not policy.see_cases(actor):
        return {}
    counted = select(Product.state, func.count()).where(Product.state != CaseState.DRAFT).group_by(Product.state)
    return dict(db.session.execute(counted).all())


@dataclass(frozen=True, slots=True)
class Case:
    """All that a reviewer reads: the frozen copy, what changed since the one before, duplicates, decisions."""

    product: Product
    registrant: Enterprise
    submission: Submission
    changed: frozenset[str]
    before: Submission | None
    duplicates: Sequence[Name]
    decisions: Sequence[Decision]
    proposed_by: int | None


def case_for(actor: Actor, product_id: int, *, now: datetime) -> Case:
    """The case of a product that was submitted; NotFound for whoever has no business at the desk."""
    product = product_by_id(product_id)
    if product is None or not policy.see_cases(actor):
        raise NotFound
    submissions = db.session.scalars(
        select(Submission).where(Submission.product_id == product_id).order_by(Submission.round.desc()).limit(2)
    ).all()
    if not submissions:
        raise NotFound
    submission, before = submissions[0], submissions[1] if len(submissions) > 1 else None
    decisions = decisions_on(product_id)
    maker: dict[str, Any] = submission.facts.get("manufacturer") or {}
    return Case(
        product,
        db.session.get_one(Enterprise, product.registrant_id),
        submission,
        changes(before.facts if before else None, submission.facts),
        before,
        register.same_products(
            maker_uscc=maker.get("uscc") or "",
            maker=maker.get("name") or "",
            model=submission.facts.get("model") or "",
            known=now,
        ),
        decisions,
        proposer(decisions, submission),
    )


def decisions_on(product_id: int) -> Sequence[Decision]:
    """What was decided on a product, newest first."""
    return db.session.scalars(
        select(Decision).where(Decision.product_id == product_id).order_by(Decision.id.desc())
    ).all()


def proposer(decisions: Sequence[Decision], submission: Submission) -> int | None:
    """Who proposed the refusal that now waits for a second person."""
    for decision in decisions:
        if decision.submission_id == submission.id and decision.kind is DecisionKind.REFUSAL_PROPOSED:
            return decision.decided_by
    return None


@dataclass(frozen=True, slots=True)
class Sent:
    """A decision that the applicant is told of by letter, with what it was about and the first person's proposal."""

    decision: Decision
    proposal: Decision | None
    submission: Submission
    enterprise: Enterprise


def letter_for(actor: Actor, product_id: int, decision_id: int | None = None, *, of_round: int | None = None) -> Sent:
    """The decision of that id or of that round, or the last, for who may see the product.

    NotFound where there is no letter of it.
    """
    product = product_for(actor, product_id)
    decisions = decisions_on(product.id)
    its_own = select(Submission.id).where(Submission.product_id == product.id, Submission.round == of_round)
    submission_id = db.session.scalar(its_own) if of_round is not None else None
    decision = next(
        (
            one
            for one in decisions
            if one.kind in rules.LETTERS
            and decision_id in (None, one.id)
            and (of_round is None or one.submission_id == submission_id)
        ),
        None,
    )
    if decision is None:
        raise NotFound
    before = (one for one in decisions if one.submission_id == decision.submission_id and one.id < decision.id)
    proposal = next((one for one in before if one.kind is DecisionKind.REFUSAL_PROPOSED), None)
    return Sent(
        decision,
        proposal,
        db.session.get_one(Submission, decision.submission_id),
        db.session.get_one(Enterprise, product.registrant_id),
    )
