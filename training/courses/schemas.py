"""Forms of ``/training/courses``."""

from typing import Any

from association.web import fields
from training.courses.rules import SubjectPlan, SyllabusPlan
from training.vocabulary import CourseKind, Level, Part, Qualification, RoomKind

ROWS = 16  # subjects a form has room for; a syllabus may have more by the operator's hand


class CourseIn(fields.In):
    code = fields.Text(20, required=True, blank=False)
    name = fields.Text(80, required=True, blank=False)
    occupation = fields.Text(80, required=True, blank=False)
    level = fields.Word(Level, required=True)
    kind = fields.Word(CourseKind, required=True)
    summary = fields.Text(1000, load_default="", lines=True)


class CourseChangeIn(fields.In):
    name = fields.Text(80, required=True, blank=False)
    summary = fields.Text(1000, load_default="", lines=True)


class _WholeOrNone(fields.Whole):
    """A whole number, or nothing where the field is left empty."""

    def deserialize(self, value: Any, *args: Any, **kwargs: Any) -> Any:
        return None if value == "" else super().deserialize(value, *args, **kwargs)


class _Syllabus(fields.In):
    begins = fields.Day(required=True)
    hour_minutes = fields.Whole(20, 120, required=True)
    entry = fields.Text(500, load_default="", lines=True)
    theory_pass = _WholeOrNone(1, 100, load_default=None, allow_none=True)
    practice_pass = _WholeOrNone(1, 100, load_default=None, allow_none=True)
    minimum_attendance = fields.Whole(0, 100, required=True)
    resits = fields.Whole(0, 20, required=True)
    resit_months = _WholeOrNone(1, 120, load_default=None, allow_none=True)
    validity_months = _WholeOrNone(1, 600, load_default=None, allow_none=True)
    continuing_hours = fields.Whole(0, 1000, required=True)
    professional_share = fields.Whole(0, 100, required=True)
    carry_over = fields.Flag(load_default=False)
    basis = fields.Text(500, load_default="", lines=True)
    note = fields.Text(500, load_default="", lines=True)


def row_name(place: int, part: str) -> str:
    """The name of a field in a row of subjects, the first being 0."""
    return f"subject_{place + 1}_{part}"


SyllabusIn = _Syllabus.from_dict(
    {
        row_name(place, part): field
        for place in range(ROWS)
        for part, field in (
            ("name", fields.Text(80, load_default="")),
            ("part", fields.Word(Part, load_default=Part.THEORY)),
            ("hours", _WholeOrNone(1, 2000, load_default=None, allow_none=True)),
        )
    },
    name="SyllabusIn",
)


def plan_of(form: dict[str, Any]) -> tuple[SyllabusPlan, list[int]]:
    """The syllabus a form describes, and in which row each of its subjects stood; rows left empty are left out."""
    rows = [
        (
            place,
            form.pop(row_name(place, "name")),
            form.pop(row_name(place, "part")),
            form.pop(row_name(place, "hours")),
        )
        for place in range(ROWS)
    ]
    kept = [row for row in rows if row[1] or row[2 + 1] is not None]
    subjects = tuple(SubjectPlan(name, part, hours or 0) for _place, name, part, hours in kept)
    return SyllabusPlan(subjects=subjects, **form), [row[0] for row in kept]


class LastDayIn(fields.In):
    last_day = fields.Day(required=True)


class RoomIn(fields.In):
    name = fields.Text(80, required=True, blank=False)
    kind = fields.Word(RoomKind, required=True)
    seats = fields.Whole(1, 2000, required=True)
    address = fields.Text(200, load_default="")
    equipment = fields.Text(500, load_default="", lines=True)


class RoomChangeIn(fields.In):
    seats = fields.Whole(1, 2000, required=True)
    address = fields.Text(200, load_default="")
    equipment = fields.Text(500, load_default="", lines=True)
    in_use = fields.Flag(load_default=False)


class TrainerIn(fields.In):
    name = fields.Text(80, required=True, blank=False)
    email = fields.Text(254, load_default="")


class QualificationIn(fields.In):
    kind = fields.Word(Qualification, required=True)
    since = fields.Day(required=True)
    until = fields.Day(load_default=None, allow_none=True)
    number = fields.Text(80, load_default="")
    issuer = fields.Text(120, load_default="")
