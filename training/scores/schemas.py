"""Forms of ``/training/scores``."""

from typing import Any

from association.web import fields
from training.exams.rules import FULL, MOST_LINES


class _Checklist(fields.In):
    note = fields.Text(500, load_default="", lines=True)


ChecklistIn = _Checklist.from_dict(
    {
        f"points_{place}": fields.Whole(0, FULL, load_default=None, allow_none=True)
        for place in range(1, MOST_LINES + 1)
    },
    name="ChecklistIn",
)


def points_of(form: dict[str, Any]) -> list[int | None]:
    """The points of every line, taken out of a form."""
    return [form.pop(f"points_{place}") for place in range(1, MOST_LINES + 1)]


class JointIn(fields.In):
    mark = fields.Whole(0, FULL, required=True)
    why = fields.Text(500, load_default="", lines=True)
