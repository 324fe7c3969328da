"""The clock. Read at the doors only; below them time is an argument."""

from datetime import UTC, date, datetime

from association.kernel.dates import civil_date


def now() -> datetime:
    """This moment, UTC, whole seconds: what is stored is what is shown and hashed."""
    return datetime.now(UTC).replace(microsecond=0)


def today() -> date:
    """Today's civil date in Shanghai."""
    return civil_date(now())
