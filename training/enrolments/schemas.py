"""What programs send to enrol an enterprise's own people, and what they are answered."""

from typing import Any

from marshmallow import ValidationError, post_load, validates_schema
from marshmallow import fields as nested

from association.web import fields
from training.enrolments.rules import Row, row_of
from training.vocabulary import EnrolmentState

LARGEST_ID = 2**31 - 1
MOST_PEOPLE = 100  # in one call; longer rosters come as a workbook


class PersonIn(fields.In):
    name = fields.Text(80, required=True, blank=False)
    identity = fields.Text(40, required=True, blank=False)
    phone = fields.Text(40, load_default="")
    agreed = fields.Flag(
        load_default=False, metadata={"description": "已在纸质“办理培训”告知上签字 / has signed the notice on paper"}
    )


class EnrolIn(fields.In):
    code = fields.Text(30, required=True, blank=False, data_key="class")
    people = fields.Several(
        nested.Nested(PersonIn), MOST_PEOPLE, required=True, metadata={"minItems": 1, "maxItems": MOST_PEOPLE}
    )

    @validates_schema
    def _somebody_is_named(self, data: dict[str, Any], **_more: Any) -> None:
        if not data.get("people"):
            raise ValidationError("required", field_name="people")

    @post_load
    def rows(self, data: dict[str, Any], **_more: Any) -> dict[str, Any]:
        """The people as rows of a roster, numbered from 1."""
        people: list[Row] = [
            row_of(number, {**one, "agreed": "yes" if one["agreed"] else "no"})
            for number, one in enumerate(data["people"], 1)
        ]
        return {"code": data["code"], "rows": people}


class PlaceOut(fields.Out):
    line = fields.Whole(1, MOST_PEOPLE)
    id = fields.Whole(1, LARGEST_ID)
    state = fields.Word(EnrolmentState)
    state_label = fields.Text(20)
    already = fields.Flag()


class EnrolledOut(fields.Out):
    items = nested.List(nested.Nested(PlaceOut))
    enrolled = fields.Whole(0, MOST_PEOPLE)
    waiting = fields.Whole(0, MOST_PEOPLE)
    already = fields.Whole(0, MOST_PEOPLE)


class WithdrawnOut(fields.Out):
    id = fields.Whole(1, LARGEST_ID)
    state = fields.Word(EnrolmentState)
    withdrawn_at = fields.Moment()
