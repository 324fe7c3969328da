"""Timetables as iCalendar (RFC 5545): one of a class, and a person's own at a secret address."""

from collections.abc import Iterable
from datetime import datetime

from icalendar import Calendar, Event

from association.kernel.i18n import _
from training.rosters.queries import Hour


def calendar(title: str, hours: Iterable[Hour], *, host: str, now: datetime) -> bytes:
    """The calendar of these lessons. ``host`` makes their ids the site's own; programs see moves and cancellations."""
    made = Calendar()
    made.add("prodid", "-//jifang-registry//training//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", title)
    made.add("x-wr-timezone", "Asia/Shanghai")
    for hour in hours:
        made.add_component(_event(hour, host, now))
    return bytes(made.to_ical())


def _event(hour: Hour, host: str, now: datetime) -> Event:
    lesson = hour.lesson
    event = Event()
    event.add("uid", f"lesson-{lesson.id}@{host}")
    event.add("dtstamp", now)
    event.add("sequence", lesson.version)
    event.add("dtstart", lesson.starts_at)
    event.add("dtend", lesson.ends_at)
    event.add("summary", _("{course}：{title}", course=hour.course, title=lesson.title))
    event.add("description", _("班级{code}", code=hour.code))
    place = " ".join(part for part in (hour.room, hour.address) if part)
    if place:
        event.add("location", place)
    event.add("status", "CANCELLED" if lesson.cancelled_at is not None else "CONFIRMED")
    return event
