"""Forms of ``/training/scores``."""

from collections.abc import Sequence
from typing import Any

from marshmallow import Schema

from association.web import fields
from training.exams.rules import FULL, PlanLine


class _Checklist(fields.In):
    note = fields.Text(500, load_default="", lines=True)


def checklist(plan: Sequence[PlanLine]) -> type[Schema]:
    """The form of this checklist: each line within its own points, so that everything wrong is said at once."""
    points: dict[str, Any] = {
        f"points_{place}": fields.Whole(0, line.points, required=True) for place, line in enumerate(plan, 1)
    }
    return _Checklist.from_dict(points, name="ChecklistIn")


def points_of(form: dict[str, Any], plan: Sequence[PlanLine]) -> list[int]:
    """The points of every line, taken out of a form."""
    return [form[f"points_{place}"] for place in range(1, len(plan) + 1)]


class JointIn(fields.In):
    mark = fields.Whole(0, FULL, required=True)
    why = fields.Text(500, load_default="", lines=True)
