"""Questions about everybody's accounts, for those who administer them."""

from collections.abc import Sequence

from sqlalchemy import String, cast, func, or_, select

from association import policy
from association.accounts import queries as accounts
from association.accounts.models import Account
from association.enterprises.models import Enterprise, Membership
from association.kernel.actors import Actor, Role
from association.kernel.db import db
from association.kernel.errors import NotFound
from association.kernel.pagination import PER_PAGE, Page


def people(actor: Actor, *, q: str = "", role: Role | None = None, number: int = 1) -> Page:
    """Accounts by name, perhaps those whose name, address or enterprise has ``q``. Raises NotFound without a desk."""
    _insist(actor)
    statement = select(Account)
    if q:
        of_firm = select(Membership.account_id).join(Enterprise, Enterprise.id == Membership.enterprise_id)
        of_firm = of_firm.where(Enterprise.name.contains(q, autoescape=True))
        named = or_(Account.name.contains(q, autoescape=True), Account.email.contains(q.lower(), autoescape=True))
        statement = statement.where(or_(named, Account.id.in_(of_firm)))
    if role is not None:
        # A list of codes as JSON text; no code is part of another with its quotation marks.
        statement = statement.where(cast(Account.roles, String).contains(f'"{role.value}"', autoescape=True))
    number = max(1, number)
    total = db.session.scalar(select(func.count()).select_from(statement.subquery())) or 0
    found = statement.order_by(Account.name, Account.id).limit(PER_PAGE).offset((number - 1) * PER_PAGE)
    return Page(db.session.scalars(found).all(), number, PER_PAGE, total)


def person_for(actor: Actor, account_id: int) -> Account:
    """Somebody's account, for those who administer accounts. Raises NotFound."""
    _insist(actor)
    return accounts.account(account_id)


def firms_of(account: Account) -> Sequence[tuple[Membership, Enterprise]]:
    """The enterprises somebody acts or acted for."""
    statement = (
        select(Membership, Enterprise)
        .join(Enterprise, Enterprise.id == Membership.enterprise_id)
        .where(Membership.account_id == account.id)
        .order_by(Membership.id)
    )
    return [(membership, enterprise) for membership, enterprise in db.session.execute(statement)]


def _insist(actor: Actor) -> None:
    if not policy.see_people(actor):
        raise NotFound
