"""Making accounts for others. What else is done to accounts is ``association.accounts``' own."""

import secrets
from datetime import datetime

from association import policy
from association.accounts import letters
from association.accounts import service as accounts
from association.accounts.models import Account
from association.kernel.actors import Actor, Role, require
from association.kernel.db import transaction


def make(email: str, name: str, role: Role | None, *, site: str, actor: Actor, now: datetime) -> Account:
    """A new account, whose holder chooses the password through the link in a letter. Raises Invalid, Forbidden."""
    roles = frozenset() if role is None else frozenset({role})
    require(policy.create_account, actor, roles)
    with transaction():
        # Nobody knows this password; the letter's link sets one.
        account = accounts.enter_account(email, name, secrets.token_urlsafe(32), roles, actor=actor, now=now)
        letters.invite(account, site=site, now=now)
    return account
