"""Which entrustment is in force, and the list of all."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import or_, select

from association import policy
from association.documents.models import Document
from association.kernel.actors import Actor
from association.kernel.db import db
from association.kernel.errors import NoMandate, NotFound
from association.kernel.i18n import _, show_date
from association.mandates.models import Mandate
from association.vocabulary import MandateItem


def in_force(item: MandateItem, on: date) -> Mandate | None:
    """The entrustment of ``item`` in force on that day, the latest begun if there are several."""
    statement = (
        select(Mandate)
        .where(
            Mandate.item == item,
            Mandate.begins <= on,
            or_(Mandate.ends.is_(None), Mandate.ends >= on),
            or_(Mandate.ended_on.is_(None), Mandate.ended_on >= on),
        )
        .order_by(Mandate.begins.desc(), Mandate.id.desc())
        .limit(1)
    )
    return db.session.scalar(statement)


def require_in_force(item: MandateItem, on: date) -> Mandate:
    """The same, insisted on: what is done is done under it. Raises NoMandate."""
    mandate = in_force(item, on)
    if mandate is None:
        raise NoMandate(
            _(
                "{day}没有有效的“{item}”委托（第十八条第{number}项），不能办理。请联系秘书处登记委托文件。",
                day=show_date(on),
                item=item.label,
                number=item.value,
            )
        )
    return mandate


def mandate(mandate_id: int) -> Mandate:
    """The mandate with this id; all are public. Raises NotFound."""
    found = db.session.get(Mandate, mandate_id)
    if found is None:
        raise NotFound
    return found


def all_mandates() -> Sequence[Mandate]:
    """Every entrustment ever recorded, the latest begun first."""
    return db.session.scalars(select(Mandate).order_by(Mandate.begins.desc(), Mandate.id.desc())).all()


def ending_within(days: int, today: date) -> list[Mandate]:
    """Those in force or still to begin that end within so many days, unless another of their item follows at once."""
    everything = all_mandates()
    return [
        one
        for one in everything
        if one.last_day is not None
        and today <= one.last_day <= today + timedelta(days=days)
        and not any(
            other is not one and other.item == one.item and other.holds(one.last_day + timedelta(days=1))
            for other in everything
        )
    ]


def scan_of(actor: Actor, mandate_id: int) -> Document:
    """The letter of a mandate, if ``actor`` may read it. Raises NotFound."""
    found = mandate(mandate_id)
    if found.document_id is None or not policy.read_mandate_scan(actor):
        raise NotFound
    return db.session.get_one(Document, found.document_id)


def by_item(on: date) -> list[tuple[MandateItem, Mandate | None, list[Mandate]]]:
    """The seven items; for each what is in force on that day, and what else was recorded."""
    everything = all_mandates()
    table = []
    for item in MandateItem:
        of_item = [one for one in everything if one.item == item]
        current = next((one for one in of_item if one.holds(on)), None)
        table.append((item, current, [one for one in of_item if one is not current]))
    return table
