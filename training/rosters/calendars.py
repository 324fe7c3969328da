"""Timetables as iCalendar (RFC 5545): one of a class, and a person's own, with their examinations, at a secret address."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from icalendar import Calendar, Event

from association.kernel.i18n import _
from training.rosters.queries import Hour


@dataclass(frozen=True, slots=True)
class Appointment:
    """Something at a time and a place. ``key`` stays its own through every change; ``version`` counts those."""

    key: str
    version: int
    starts_at: datetime
    ends_at: datetime
    title: str
    note: str
    place: str
    cancelled: bool


# The floor says what else somebody has to come to (examinations); lessons know nothing of it.
AppointmentsOf = Callable[[int], Iterable[Appointment]]
_appointments_of: list[AppointmentsOf] = []


def know_appointments(appointments_of: AppointmentsOf) -> None:
    """Hand down how to find what else a person has to come to; called by the floor's wiring."""
    _appointments_of[:] = [appointments_of]


def of_person(person_id: int) -> list[Appointment]:
    """What a person has to come to besides lessons."""
    return [one for find in _appointments_of for one in find(person_id)]


def of_lesson(hour: Hour) -> Appointment:
    """A lesson as an appointment."""
    lesson = hour.lesson
    return Appointment(
        f"lesson-{lesson.id}",
        lesson.version,
        lesson.starts_at,
        lesson.ends_at,
        _("{course}：{title}", course=hour.course, title=lesson.title),
        _("班级{code}", code=hour.code),
        " ".join(part for part in (hour.room, hour.address) if part),
        lesson.cancelled_at is not None,
    )


def calendar(title: str, appointments: Iterable[Appointment], *, host: str, now: datetime) -> bytes:
    """The calendar of these. ``host`` makes their ids the site's own; programs see moves and cancellations."""
    made = Calendar()
    made.add("prodid", "-//jifang-registry//training//ZH")
    made.add("version", "2.0")
    made.add("method", "PUBLISH")
    made.add("x-wr-calname", title)
    made.add("x-wr-timezone", "Asia/Shanghai")
    for one in appointments:
        made.add_component(_event(one, host, now))
    return bytes(made.to_ical())


def _event(one: Appointment, host: str, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{one.key}@{host}")
    event.add("dtstamp", now)
    event.add("sequence", one.version)
    event.add("dtstart", one.starts_at)
    event.add("dtend", one.ends_at)
    event.add("summary", one.title)
    event.add("description", one.note)
    if one.place:
        event.add("location", one.place)
    event.add("status", "CANCELLED" if one.cancelled else "CONFIRMED")
    return event
