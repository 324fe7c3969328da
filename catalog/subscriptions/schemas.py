"""Forms about addresses that are left."""

from typing import Any

from marshmallow import ValidationError, fields

from association.accounts.rules import address_shortfalls
from association.web.fields import In, Out, Text


class MailAddress(Text):
    """A mail address, or nothing."""

    def __init__(self, **more: Any) -> None:
        super().__init__(254, **more)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text and address_shortfalls(text):
            raise ValidationError("email")
        return text


class EndIn(In):
    """Whether all that the address is told of ends; what a mail program sends for its reader (RFC 8058)."""

    everything = Text(3, load_default="")
    one_click = Text(20, load_default="", data_key="List-Unsubscribe")


class TakenDownOut(Out):
    """Whether an address that came with the list was taken down; if not, `detail` says why. The list is judged and kept all
    the same."""

    left = fields.Boolean()
    detail = fields.String()
    until = fields.String(metadata={"description": "仅限webhook / of a webhook only"})
    subscription = fields.String(
        metadata={
            "description": "查看推送记录、延长、退订的页面 / page with its log, to prolong or end it; of a webhook only"
        }
    )


class NotifiedOut(Out):
    """What became of the addresses of `notify`."""

    email = fields.Nested(TakenDownOut)
    webhook = fields.Nested(TakenDownOut)
