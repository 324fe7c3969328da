"""What ``/association/ledger/`` is asked."""

from marshmallow import validates_schema
from marshmallow.exceptions import ValidationError

from association.kernel.numbers import LARGEST_WHOLE
from association.web.fields import Day, In, Text, Whole


class FiltersIn(In):
    subject = Text(80, load_default="")
    action = Text(60, load_default="")
    actor = Text(120, load_default="")
    begins = Day(load_default=None, allow_none=True)
    ends = Day(load_default=None, allow_none=True)


class LedgerQuery(FiltersIn):
    before = Whole(1, LARGEST_WHOLE, load_default=None)
    after = Whole(0, LARGEST_WHOLE, load_default=None)


class ExportIn(FiltersIn):
    form = Text(10, required=True)

    @validates_schema
    def _known_form(self, data: dict[str, object], **_more: object) -> None:
        if data.get("form") not in ("csv", "jsonl"):
            raise ValidationError("choice:csv, jsonl", "form")
