"""When the end of an entrustment is told (Art. 18). Pure."""

from datetime import date

REMIND_DAYS = (7, 30, 60, 90)


def due_reminder(last_day: date | None, today: date) -> int | None:
    """The reminder that is due: of 90, 60, 30 and 7 days the least that is not below the days left.

    A day without a run forgets nothing: the next one finds the same reminder due. ``None``: too early, or over.
    """
    if last_day is None or last_day < today:
        return None
    left = (last_day - today).days
    return next((days for days in REMIND_DAYS if left <= days), None)
