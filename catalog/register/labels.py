"""Labels of registrations as print jobs, and what a QR code of ours bears: for the doors that print."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Literal, cast

from flask import url_for

from association.kernel.dates import civil_date
from association.kernel.i18n import Language, speaking
from association.paper.press import Job, label_job
from association.paper.rules import LabelSize
from association.signing import service as signing
from association.signing.rules import room_behind
from association.signing.service import State
from association.web.render import absolute
from catalog.register import many, notices, statements
from catalog.register.queries import Known
from catalog.register.rules import standing_at

# As the addresses of labels offer them.
SIZES = ", ".join(f'"{one.value}"' for one in LabelSize)
KINDS = "svg, png"
_AT_A_TIME = 100


def job(found: Known, size: str, kind: str, *, on: date, state: State | None = None) -> Job:
    """The label of a registration in a size and as a kind of file; ``state`` as in ``statement``."""
    said = notices.label_of(found, on=on, address=address(found.number), statement=statement(found, on=on, state=state))
    return label_job(said, LabelSize(size), cast(Literal["svg", "png"], kind))


def jobs(
    numbers: Sequence[str], size: str, kind: str, *, language: Language, now: datetime
) -> Iterator[tuple[str, Job]]:
    """The labels of those of ``numbers`` that may still be put on products, each with the name of its file: made one by
    one, however many there are. A few statements for each hundred."""
    today = civil_date(now)
    for begins in range(0, len(numbers), _AT_A_TIME):
        some = numbers[begins : begins + _AT_A_TIME]
        known = many.known_registrations(some, known=now, head=many.head())
        state = signing.stating(absolute(""))
        for number in some:
            found = known[number]
            if standing_at(found.entries, today).standing in notices.LABELLED:
                with speaking(language):
                    made = job(found, size, kind, on=today, state=state)
                yield f"label-{number}-{size}", made


def statement(found: Known, *, on: date, state: State | None = None) -> str:
    """The digits of the signed statement behind the address; empty while no key is open. Who has many says them by one
    ``state`` (``signing.stating``)."""
    fields = statements.fields_of(found, on=on, room=room_behind(address(found.number)))
    state = state or signing.stating(absolute(""))
    return state(statements.KIND, fields, found.all_entries[-1].recorded_at) or ""


def address(number: str) -> str:
    """Where a registration is looked up, as short as it can be."""
    return absolute(url_for("register_short.follow", number=number))
