"""Questions about accounts and keys."""

from collections.abc import Sequence

from sqlalchemy import or_, select

from association import policy
from association.accounts.models import Account, ApiKey
from association.accounts.rules import normal_address
from association.kernel.actors import Actor, Role
from association.kernel.db import db
from association.kernel.errors import NotFound

DEMO_DOMAIN = "@demo.example"


def account_by_email(email: str) -> Account | None:
    return db.session.scalar(select(Account).where(Account.email == normal_address(email)))


def account(account_id: int) -> Account:
    """The account with this id. Raises NotFound."""
    found = db.session.get(Account, account_id)
    if found is None:
        raise NotFound
    return found


def half_signed_in(account_id: int, stamp: str) -> Account | None:
    """The account whose password was shown, unless it was closed or its password changed meanwhile."""
    found = db.session.get(Account, account_id)
    return found if found is not None and found.active and found.session_stamp == stamp else None


def own_account(actor: Actor) -> Account:
    """The account of whoever is signed in. Raises NotFound."""
    return account(actor.account_id or 0)


def keys_for(actor: Actor) -> Sequence[ApiKey]:
    """The keys ``actor`` may end: own ones and, for its administrators, the enterprise's; newest first."""
    own = ApiKey.account_id == actor.account_id
    if actor.administers_enterprise:
        own = or_(own, ApiKey.enterprise_id == actor.enterprise_id)
    return db.session.scalars(select(ApiKey).where(own).order_by(ApiKey.id.desc())).all()


def key_for(actor: Actor, key_id: int) -> ApiKey:
    """A key, if ``actor`` may know of it. Raises NotFound."""
    key = db.session.get(ApiKey, key_id)
    if key is None or not policy.end_key(actor, key):
        raise NotFound
    return key


def successor_of(key: ApiKey) -> ApiKey | None:
    """The key that was made to replace this one."""
    return db.session.scalar(select(ApiKey).where(ApiKey.replaces_id == key.id))


def left_empty(account: Account, roles: frozenset[Role]) -> Role | None:
    """The office nobody would hold if ``account`` kept only ``roles``: those without which nobody can be let in."""
    for office in (Role.SYSTEM_ADMINISTRATOR, Role.SECURITY_ADMINISTRATOR):
        if office in account.role_set - roles:
            others = select(Account.roles).where(Account.active, Account.id != account.id)
            if not any(office.value in held for held in db.session.scalars(others)):
                return office
    return None


def holders_of(*roles: Role) -> list[tuple[int, str]]:
    """Who holds one of these roles: account and address, for letters. One statement."""
    wanted = {role.value for role in roles}
    rows = db.session.execute(
        select(Account.id, Account.email, Account.roles).where(Account.active).order_by(Account.id)
    )
    return [(account_id, email) for account_id, email, held in rows if wanted.intersection(held)]


def demo_accounts() -> Sequence[Account]:
    """The accounts of the demo data, in the order they were made."""
    found = select(Account).where(Account.email.endswith(DEMO_DOMAIN), Account.active).order_by(Account.id)
    return db.session.scalars(found).all()


def any_account() -> bool:
    """Whether anybody has an account: a register without one is new."""
    return db.session.scalar(select(Account.id).limit(1)) is not None
