"""Forms of ``/training/exams``."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from marshmallow import ValidationError, post_load

from association.kernel.dates import at_clock
from association.kernel.errors import Invalid, Shortfall
from association.web import fields
from training.exams.rules import FULL, LONGEST_MINUTES, PlanLine
from training.vocabulary import Difficulty, Means, Part, QuestionKind

LARGEST_ID = 2**31 - 1
MOST_SEATS = 2000
MOST_ON_DUTY = 30
ROWS = 20  # lines a form has room for; a plan may have more by the operator's hand
MARK = "mark_"


class DeskQuery(fields.In):
    when = fields.Text(8, load_default="current")
    page = fields.Whole(1, 100_000, load_default=1)


def chosen(given: Mapping[str, str]) -> dict[str, Any]:
    """Of which class, which component, by which means; words nobody knows count as not given."""
    of, (part, _dot, means) = given.get("class", ""), given.get("way", "").partition(".")
    return {
        "of": int(of) if re.fullmatch(r"\d{1,9}", of, re.ASCII) else None,
        "part": next((one for one in Part if one.value == part), None),
        "means": next((one for one in Means if one.value == means), None),
    }


def row_name(place: int, part: str) -> str:
    """The name of a field in a line of a plan, the first being 1; as the rules name it."""
    return f"plan_{place}_{part}"


class _Sitting(fields.In):
    day = fields.Day(required=True)
    begins_at = fields.Clock(required=True)
    ends_at = fields.Clock(required=True)
    minutes = fields.Whole(1, LONGEST_MINUTES, load_default=None, allow_none=True)
    room = fields.Whole(1, LARGEST_ID, required=True)
    seats = fields.Whole(1, MOST_SEATS, load_default=None, allow_none=True)
    note = fields.Text(500, load_default="", lines=True)


_LINES: dict[str, Any] = {
    row_name(place, part): field
    for place in range(1, ROWS + 1)
    for part, field in (
        ("subject", fields.Text(80, load_default="")),
        ("points", fields.Whole(0, FULL, load_default=None, allow_none=True)),
        ("count", fields.Whole(0, FULL, load_default=None, allow_none=True)),
        ("difficulty", fields.Word(Difficulty, load_default=None, allow_none=True)),
        ("kind", fields.Word(QuestionKind, load_default=None, allow_none=True)),
    )
}
SittingChangeIn = _Sitting.from_dict(_LINES, name="SittingChangeIn")


class _New(_Sitting):
    of = fields.Whole(1, LARGEST_ID, required=True, data_key="class")
    way = fields.Text(40, required=True)
    tolerance = fields.Whole(0, FULL, load_default=None, allow_none=True)


SittingIn = _New.from_dict(_LINES, name="SittingIn")


def plan_of(form: dict[str, Any]) -> tuple[list[PlanLine], list[int]]:
    """The plan a form describes, taken out of it, and in which row each line stood; rows left empty are left out."""
    lines, rows = [], []
    for place in range(1, ROWS + 1):
        subject, points, count, difficulty, kind = (
            form.pop(row_name(place, part)) for part in ("subject", "points", "count", "difficulty", "kind")
        )
        if subject or points is not None or count is not None:
            words = (one.value if one else "" for one in (difficulty, kind))
            lines.append(PlanLine(subject, points or 0, 1 if count is None else count, *words))
            rows.append(place)
    return lines, rows


def times(form: dict[str, Any]) -> dict[str, Any]:
    """Day and clock as moments; the time to answer in is the whole sitting where none is given."""
    day = form.pop("day")
    starts_at, ends_at = at_clock(day, form.pop("begins_at")), at_clock(day, form.pop("ends_at"))
    minutes = form.pop("minutes")
    if minutes is None:
        minutes = int((ends_at - starts_at).total_seconds()) // 60
    return {"starts_at": starts_at, "ends_at": ends_at, "minutes": minutes, "room_id": form.pop("room"), **form}


@contextmanager
def in_the_form(rows: list[int]) -> Iterator[None]:
    """What a rule says stands at the field in which it was typed: the third line of a plan may be in the fifth row."""
    try:
        yield
    except Invalid as refused:
        raise Invalid(refused.detail, [_at_its_row(one, rows) for one in refused.shortfalls]) from refused


def _at_its_row(one: Shortfall, rows: list[int]) -> Shortfall:
    if one.field == "starts_at":
        return replace(one, field="begins_at")
    if one.field == "plan":
        return replace(one, field=row_name(1, "subject"))
    kind, _line, rest = one.field.partition("_")
    place, _line, part = rest.partition("_")
    if kind == "plan" and place.isdigit() and int(place) <= len(rows):
        return replace(one, field=row_name(rows[int(place) - 1], part))
    return one


class WhyIn(fields.In):
    why = fields.Text(500, load_default="", lines=True)


class DutiesIn(fields.In):
    invigilators = fields.Several(fields.Whole(1, LARGEST_ID), MOST_ON_DUTY, load_default=list)
    examiners = fields.Several(fields.Whole(1, LARGEST_ID), MOST_ON_DUTY, load_default=list)


class PeopleIn(fields.In):
    """Those who were ticked, or everybody who may sit (``all``)."""

    people = fields.Several(fields.Whole(1, LARGEST_ID), MOST_SEATS, load_default=list)
    everybody = fields.Flag(load_default=False, data_key="all")


class MarksIn(fields.In):
    """A mark for each sitter, ``mark_<id>``; what is left empty is not touched."""

    open_prefix = MARK

    @post_load(pass_original=True)
    def _marks(self, _data: dict[str, Any], given: dict[str, Any], **kwargs: Any) -> dict[int, int]:
        whole = fields.Whole(0, FULL)
        marks: dict[int, int] = {}
        faults: dict[str, list[str]] = {}
        for name, text in given.items():
            number = re.fullmatch(r"mark_(\d{1,9})", name, re.ASCII)
            if number is None:
                continue
            try:
                marks[int(number[1])] = whole.deserialize(str(text).strip())
            except ValidationError as error:
                faults[name] = [str(one) for one in error.messages]
        if faults:
            raise ValidationError(faults)
        return marks


class CorrectionIn(fields.In):
    mark = fields.Whole(0, FULL, required=True)
    why = fields.Text(500, load_default="", lines=True)
