"""The sample in later years: what then still runs is renewed when it ends, so that a demo of any year has something in
force. For a year the sample is loaded as it stands."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from association.kernel.dates import add_years, term_of_validity
from catalog.vocabulary import EntryKind

AHEAD = timedelta(days=45)  # how long before the end of a term its renewal is recorded
GOES_ON = {EntryKind.REGISTERED, EntryKind.RENEWED, EntryKind.AMENDED, EntryKind.REINSTATED}
TERMS = {EntryKind.REGISTERED, EntryKind.RENEWED}
NOTE = "有效期届满续展登记"


@dataclass(frozen=True, slots=True)
class Renewal:
    """A term of a row's registration that begins on ``begins``; ``recorded_on`` is before that."""

    recorded_on: date
    begins: date

    def happened(self) -> dict[str, str]:
        """As the sample's histories say it."""
        return {
            "kind": EntryKind.RENEWED.value,
            "effective_from": self.begins.isoformat(),
            "recorded_on": self.recorded_on.isoformat(),
            "note_zh": NOTE,
        }


def goes_on_from(rows: Iterable[Mapping[str, Any]]) -> date:
    """What ends after this day is renewed: a year after the last that the sample records."""
    last = max(date.fromisoformat(happened["recorded_on"]) for row in rows for happened in row["history"])
    return add_years(last, 1)


def renewals(row: Mapping[str, Any], *, since: date, today: date, years: int) -> Iterator[Renewal]:
    """The terms that follow the row's last one up to ``today``, where that ends after ``since``."""
    if EntryKind(row["history"][-1]["kind"]) not in GOES_ON:
        return
    begun = [one["effective_from"] for one in row["history"] if EntryKind(one["kind"]) in TERMS]
    until = term_of_validity(date.fromisoformat(begun[-1]), years)
    while since < until < today:
        yield Renewal(until - AHEAD, until + timedelta(days=1))
        until = term_of_validity(until + timedelta(days=1), years)


def papers(row: Mapping[str, Any], *, since: date, today: date) -> Iterator[dict[str, Any]]:
    """The papers that follow those of the row that are good and end after ``since``: each as long as the first."""
    for paper in row["evidence"]:
        if paper["standing"] != "valid" or not paper["valid_until"]:
            continue
        issued, until = date.fromisoformat(paper["issued_on"]), date.fromisoformat(paper["valid_until"])
        length, number = until - issued, 1
        while since < until < today:
            issued, until, number = until, until + length, number + 1
            yield {
                **paper,
                "number": f"{paper['number']}-{number}",
                "issued_on": issued.isoformat(),
                "valid_until": until.isoformat(),
            }
