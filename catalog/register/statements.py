"""What a QR code states of a registration, and the list of registrations that are not in force (docs/proofs.md). Pure."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from association.signing import rules
from association.signing.rules import shortened
from catalog.register.queries import Head, Known
from catalog.register.rules import facts_at, standing_at
from catalog.vocabulary import Standing

KIND = "registration"

LONGEST_MODEL = 48


def fields_of(found: Known, *, on: date, room: int) -> list[str]:
    """Number, newest entry, first and last good day, class, subtype, model, maker; long names are cut off."""
    facts, stands = facts_at(found.entries, on), standing_at(found.entries, on)
    fields = [
        found.number,
        str(found.all_entries[-1].entry),
        stands.valid_from.isoformat() if stands.valid_from else "",
        stands.valid_until.isoformat() if stands.valid_until else "",
        str(facts.get("category") or ""),
        str(facts.get("subtype") or ""),
        shortened(str(facts.get("model") or ""), LONGEST_MODEL),
    ]
    day = "0000-00-00"
    taken = len("\n".join([KIND, day, *fields, ""]).encode())
    maker = str((facts.get("manufacturer") or {}).get("name") or "")
    return [*fields, shortened(maker, max(3, room - taken))]


def status_list(standings: Iterable[tuple[str, Standing]], *, on: date, head: Head, at: datetime) -> dict[str, Any]:
    """Every registration that is not in force on ``on``, by standing."""
    words = [one.value for one in Standing if one is not Standing.IN_FORCE]
    return rules.status_list(
        ((number, one.value) for number, one in standings), words, on=on, entry=head.entry, seal=head.hash, at=at
    )
