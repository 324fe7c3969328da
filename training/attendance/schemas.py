"""Forms of checking in and of the trainer's sheet; what a device hands in."""

from typing import Any

from marshmallow import fields, post_load

from association.web.fields import Flag, In, Moment, Out, Text, Whole, Word
from training.attendance.rules import Sighting
from training.attendance.service import Seen
from training.vocabulary import SightingKind

MOST_AT_ONCE = 2000


class ComeIn(In):
    """The button after a scan (``admission``), or six digits."""

    lesson_id = Whole(1, 2**31 - 1, required=True)
    admission = Text(80, load_default="")
    digits = Text(40, load_default="")
    leaving = Flag(load_default=False)


class StatementIn(In):
    """Of whom what is said, and why when it contradicts what was seen."""

    people = fields.List(Whole(1, 2**31 - 1), load_default=list)
    kind = Word(SightingKind, required=True)
    minutes = Whole(0, 24 * 60, load_default=None, allow_none=True)
    why = Text(200, load_default="")


class SightingIn(In):
    """One thing a device saw; ``uid`` is made by the device and counts once."""

    uid = Text(36, required=True, blank=False)
    person_id = Whole(1, 2**31 - 1, required=True)
    kind = Word(SightingKind, required=True)
    at = Moment(required=True)
    minutes = Whole(0, 24 * 60, load_default=None, allow_none=True)

    @post_load
    def _seen(self, data: dict[str, Any], **kwargs: Any) -> Seen:
        return Seen(data["person_id"], Sighting(data["uid"], data["kind"], data["at"], data["minutes"]))


class BatchIn(In):
    """What a device hands in at once."""

    sightings = fields.List(fields.Nested(SightingIn), required=True, validate=lambda given: len(given) <= MOST_AT_ONCE)


class AttendedOut(Out):
    """Somebody's attendance of one class."""

    person_id = fields.Integer()
    name = fields.String()
    class_code = fields.String()
    course = fields.String()
    minutes = fields.Integer()
    of_minutes = fields.Integer()
    excused_minutes = fields.Integer()
    minimum_percent = fields.Integer()
    reached = fields.Boolean()


class AttendedListOut(Out):
    """The attendance of an enterprise's own people."""

    items = fields.List(fields.Nested(AttendedOut))
