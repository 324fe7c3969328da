"""What is held of a person here: the registrations they follow, the objections they filed signed in."""

from collections.abc import Sequence

from sqlalchemy import delete, select, update

from association.kernel.db import db
from association.kernel.i18n import _
from association.persons import queries as persons
from association.persons.holdings import Doing, Holding, Section
from association.persons.models import Person
from catalog.revocations.models import Objection, Watch


def take(person: Person) -> Sequence[Section]:
    """What they follow, and what they objected to."""
    account = persons.account_of(person)
    if account is None:
        return ()
    watched = db.session.scalars(select(Watch).where(Watch.account_id == account.id).order_by(Watch.number))
    filed = db.session.scalars(select(Objection).where(Objection.account_id == account.id).order_by(Objection.id))
    return [
        Section(
            _("关注的登记"),
            (_("登记编号"), _("关注"), _("期限")),
            [(one.number, one.since, one.until) for one in watched],
        ),
        Section(
            _("异议"),
            (_("时间"), _("内容"), _("结果")),
            [(one.filed_at, one.statement, one.state.label) for one in filed],
        ),
    ]


def forget(person: Person, _doing: Doing) -> None:
    """What they follow is forgotten; an objection stays, as what was decided on it, without who it was."""
    account = persons.account_of(person)
    if account is not None:
        db.session.execute(delete(Watch).where(Watch.account_id == account.id))
        own = update(Objection).where(Objection.account_id == account.id)
        db.session.execute(own.values(name="", contact="", account_id=None))


HOLDING = Holding(take, forget, tables=("watch", "revocation_objection"))
