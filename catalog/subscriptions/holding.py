"""What is held of a person here: the addresses they left signed in, and their own."""

from collections.abc import Sequence

from sqlalchemy import select

from association.accounts.models import Account
from association.kernel.db import db
from association.kernel.i18n import _
from association.persons import queries as persons
from association.persons.holdings import Doing, Holding, Section
from association.persons.models import Person
from catalog.subscriptions import queries, service
from catalog.subscriptions.models import Subscription


def take(person: Person) -> Sequence[Section]:
    """Where they are told, of what, until when: what they left signed in, and what their own mailbox is told of."""
    account = persons.account_of(person)
    if account is None:
        return ()
    left = select(Subscription).where(queries.of_person(account.id, _own(person, account)), Subscription.address != "")
    found = db.session.scalars(left.order_by(Subscription.id))
    rows = [(one.channel.label, one.address, one.number or _("核验回执"), one.asked_at, one.until) for one in found]
    return [Section(_("登记变动通知"), (_("方式"), _("地址"), _("登记"), _("提出"), _("期限")), rows)]


def forget(person: Person, _doing: Doing) -> None:
    """What they left ends with their account; what others confirmed at their own address is only theirs now."""
    account = persons.account_of(person)
    if account is not None:
        service.end_of_account(account.id, own=_own(person, account))


def _own(person: Person, account: Account) -> set[str]:
    return {one.strip().casefold() for one in (account.email, person.email) if one.strip()}


HOLDING = Holding(take, forget, tables=("subscription", "message"))
