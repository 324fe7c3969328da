"""What mark sheets hold of a person: workbooks that wait to be looked through, for a day at most."""

from association.persons.holdings import Doing, Holding
from association.persons.models import Person
from association.workbooks import service as workbooks
from training.marksheets.service import PURPOSE


def forget(_person: Person, doing: Doing) -> None:
    """Which sheet names whom is not kept: every working copy goes, and is uploaded again by who still needs it."""
    workbooks.discard(PURPOSE, now=doing.now)


HOLDING = Holding(forget=forget, tables=("upload",))
