"""Forms about addresses that are left."""

from typing import Any

from marshmallow import ValidationError

from association.accounts.rules import address_shortfalls
from association.web.fields import In, Text


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
