"""Registrations as lists show them: facts and standing of a day, from the entries themselves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from catalog.register import queries
from catalog.register.rules import facts_at, in_effect, latest_word, standing_at
from catalog.vocabulary import Standing


@dataclass(frozen=True, slots=True)
class Row:
    """One registration in a list, with its standing on the day asked for."""

    number: str
    name: str
    name_en: str
    brand: str
    model: str
    manufacturer: str
    manufacturer_uscc: str
    manufacturer_country: str
    registrant: str
    registrant_uscc: str
    category: str
    subtype: str
    standing: Standing
    standing_since: date | None
    standing_until: date | None


def rows_of(numbers: Sequence[str], *, on: date, known: datetime) -> list[Row]:
    """The registrations of these numbers as they stood on a day, in this order; one statement.

    A number without an entry is left out.
    """
    found: list[Row] = []
    for number, entries in (queries.entries_of_many(numbers) if numbers else {}).items():
        counted = in_effect(entries, known=known)
        if not counted:
            continue
        facts, stands = facts_at(counted, on), standing_at(counted, on)
        said = latest_word(facts)
        found.append(
            Row(
                number,
                said["name"],
                said["name_en"],
                said["brand"],
                said["model"],
                said["manufacturer"],
                said["manufacturer_uscc"],
                said["manufacturer_country"],
                said["registrant"],
                said["registrant_uscc"],
                facts["category"],
                facts["subtype"],
                stands.standing,
                stands.since,
                stands.valid_until,
            )
        )
    return found
