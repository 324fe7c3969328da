"""Bodies whose certificates are recorded, by a dated list, and names that are taken for theirs. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from association.kernel.dates import holds
from association.kernel.numbers import fold_brand


@dataclass(frozen=True, slots=True)
class Issuer:
    """A body whose certificates may be recorded, from when to when; or one that is taken for it (``look_alike_of``)."""

    code: str
    name_zh: str
    name_en: str
    begins: date | None
    ends: date | None
    look_alike_of: str
    reason_zh: str
    reason_en: str
    source: str


@dataclass(frozen=True, slots=True)
class IssuerDoubt:
    """Why an issuer's name makes one look twice: ``kind``, and the issuer concerned where there is one."""

    kind: str
    issuer: Issuer | None = None


# Names that differ in so few signs are taken for one another.
_NEAR = 2


def issuer_doubt(issuers: Sequence[Issuer], name: str, *, on: date) -> IssuerDoubt | None:
    """What is doubtful about a certificate of the body called ``name``, issued on ``on``; ``None``: nothing."""
    wanted = fold_brand(name)
    same = [one for one in issuers if wanted in (fold_brand(one.name_zh), fold_brand(one.name_en))]
    if same:
        if same[0].look_alike_of:
            return IssuerDoubt("look_alike", same[0])
        return None if any(holds(one.begins, one.ends, on) for one in same) else IssuerDoubt("not_then", same[0])
    for one in issuers:
        if not one.look_alike_of and _distance(wanted, fold_brand(one.name_zh)) <= _NEAR:
            return IssuerDoubt("near", one)
    return IssuerDoubt("unlisted")


def issuer_named(issuers: Sequence[Issuer], name: str, *, on: date) -> Issuer | None:
    """The listed body that bears exactly this name and gave such certificates on that day."""
    wanted = fold_brand(name)
    for one in issuers:
        same = wanted and wanted in (fold_brand(one.name_zh), fold_brand(one.name_en))
        if same and not one.look_alike_of and holds(one.begins, one.ends, on):
            return one
    return None


def _distance(one: str, other: str) -> int:
    """Signs to be put in, left out or exchanged between two names; more than ``_NEAR`` is not counted further."""
    if abs(len(one) - len(other)) > _NEAR:
        return _NEAR + 1
    row = list(range(len(other) + 1))
    for place, sign in enumerate(one, 1):
        before, row[0] = row[0], place
        for at, against in enumerate(other, 1):
            before, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, before + (sign != against))
    return row[-1]
