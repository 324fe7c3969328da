"""The moment of knowledge that a question asks for."""

from datetime import datetime

from association.kernel.dates import civil_date, end_of_day
from association.kernel.errors import Shortfall
from association.web.problems import fault, invalid


def known_moment(asked: datetime | None, *, now: datetime) -> datetime:
    """知悉时点: ``asked`` or now. A moment later than now is refused; today's date means now (nothing later is known).

    Raises Invalid at field ``known``.
    """
    if asked is None:
        return now
    if asked == end_of_day(civil_date(now)):
        return now
    if asked > now:
        sentence = fault("future")
        raise invalid([Shortfall("known", sentence.code, sentence.detail)])
    return asked
