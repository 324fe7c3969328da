"""Forms and JSON of the desk."""

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields, post_load

from association.kernel.numbers import LARGEST_WHOLE
from association.web.fields import Anything, Day, In, Moment, Out, Text, Whole, Word
from catalog.vocabulary import CaseState, DecisionKind

LONGEST_REMARK = 1000


class QueueIn(In):
    state = Word(CaseState)
    page = Whole(1, 1_000_000, load_default=1)
    per_page = Whole(1, 200, load_default=20)


class DecisionIn(In):
    """A decision on the case as it was read (``version``)."""

    decision = Word(DecisionKind, required=True)
    version = Whole(1, LARGEST_WHOLE, required=True)
    ground = Text(60, load_default="")
    reason = Text(4000, lines=True, load_default="")

    @post_load
    def _no_ground_is_none(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        return {**data, "ground": data["ground"] or None}


class DecisionByProgramIn(DecisionIn):
    remarks = fields.Dict(keys=Text(80), values=Text(LONGEST_REMARK, lines=True), load_default=dict)


def decision_form(fields_with_remarks: Sequence[str]) -> type[In]:
    """The form of a decision, with one remark for each field of the dossier."""
    remarks: dict[str, Any] = {
        f"remarks.{name}": Text(LONGEST_REMARK, lines=True, load_default="") for name in fields_with_remarks
    }
    return DecisionIn.from_dict(remarks)  # type: ignore[return-value]


def remarks_of(form: Mapping[str, Any], fields_with_remarks: Sequence[str]) -> dict[str, str]:
    """The remarks in such a form, by field; marshmallow nests them at the dots of their names."""
    found: dict[str, str] = {}
    for name in fields_with_remarks:
        value: Any = form.get("remarks", {})
        for part in name.split("."):
            value = value.get(part, "") if isinstance(value, Mapping) else ""
        if isinstance(value, str) and value:
            found[name] = value
    return found


class CaseRowOut(Out):
    id = fields.Integer()
    title = fields.String()
    category = fields.String()
    subtype = fields.String()
    state = Word(CaseState)
    registrant = fields.String()
    submitted_at = Moment(allow_none=True)
    due_on = Day(allow_none=True)
    overdue = fields.Boolean()


class CasePageOut(Out):
    items = fields.List(fields.Nested(CaseRowOut))
    page = fields.Integer()
    pages = fields.Integer()
    per_page = fields.Integer()
    total = fields.Integer()


class CaseOut(Out):
    """The frozen copy under review, and what was decided so far."""

    id = fields.Integer()
    version = fields.Integer()
    state = Word(CaseState)
    round = fields.Integer()
    facts = Anything()
    evidence = Anything()
    digest = fields.String()
    changed = fields.List(fields.String())
    duplicates = fields.List(fields.String())
    submitted_at = Moment()
    due_on = Day(allow_none=True)
    registration_number = fields.String(allow_none=True)
    decisions = Anything()
