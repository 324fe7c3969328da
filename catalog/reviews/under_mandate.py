"""What the desk decided under a mandate."""

from sqlalchemy import func, select

from association.kernel.db import db
from association.mandates.models import Mandate
from catalog.reviews.models import Decision
from catalog.vocabulary import DecisionKind


def decided_under(mandate: Mandate) -> dict[DecisionKind, int]:
    """How many decisions of each kind. One statement."""
    counted = select(Decision.kind, func.count()).where(Decision.mandate_id == mandate.id).group_by(Decision.kind)
    return {DecisionKind(kind): count for kind, count in db.session.execute(counted)}
