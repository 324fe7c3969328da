"""What was entered in the register under a mandate."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from sqlalchemy import func, select

from association.kernel.dates import SHANGHAI
from association.kernel.db import db
from association.mandates.models import Mandate
from association.vocabulary import MandateItem
from catalog.register.models import RegisterEntry, Registration
from catalog.vocabulary import EntryKind

MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Entered:
    """How many entries of each kind, and the registrations made last (number, name, model)."""

    counts: dict[EntryKind, int]
    latest: tuple[tuple[str, str, str], ...]


def entered_under(mandate: Mandate) -> Entered:
    """The entries that name the mandate and were made in its days. Two statements; none for another item."""
    if mandate.item is not MandateItem.REGISTRATION:
        return Entered({}, ())
    # Two letters may bear one number: the days tell them apart.
    within = [
        RegisterEntry.mandate == mandate.number,
        RegisterEntry.recorded_at >= datetime.combine(mandate.begins, time.min, SHANGHAI),
    ]
    if mandate.last_day is not None:
        over = datetime.combine(mandate.last_day + timedelta(days=1), time.min, SHANGHAI)
        within.append(RegisterEntry.recorded_at < over)
    counted = select(RegisterEntry.kind, func.count()).where(*within).group_by(RegisterEntry.kind)
    latest = (
        select(Registration.number, Registration.name, Registration.model)
        .join(RegisterEntry, RegisterEntry.number == Registration.number)
        .where(RegisterEntry.kind == EntryKind.REGISTERED, *within)
        .order_by(RegisterEntry.entry.desc())
        .limit(MOST_LISTED)
    )
    return Entered(
        {EntryKind(kind): count for kind, count in db.session.execute(counted)},
        tuple((number, name, model) for number, name, model in db.session.execute(latest)),
    )
