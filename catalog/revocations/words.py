"""Published grounds of suspension and revocation, by name."""

from datetime import datetime

from association.kernel.dates import civil_date
from association.kernel.i18n import pick
from catalog.categories.rules import CatalogView


def ground_of(view: CatalogView, code: str | None, on: datetime) -> tuple[str, str]:
    """A published ground by name (its code where it is published no longer), and the document it rests on."""
    if not code:
        return "", ""
    found = next((one for one in view.revocation_grounds(civil_date(on)) if one.code == code), None)
    resting = view.citation(found.citation) if found is not None else None
    return (pick(found) if found is not None else code), (resting.shown if resting is not None else "")
