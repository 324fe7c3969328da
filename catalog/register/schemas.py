"""The register as programs see it (contract.md)."""

from marshmallow import fields

from association.web.fields import Anything, Day, Flag, In, Moment, Out, PlainOut, Text, Whole, Word
from catalog.register.queries import SORTS
from catalog.vocabulary import Standing


class Sort(Text):
    """One of the orders of the list; all are neutral (Art. 13)."""

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> str:
        from marshmallow import ValidationError

        text = super()._deserialize(value, attr, data, **kwargs)
        if text not in SORTS:
            raise ValidationError("choice:" + ", ".join(SORTS))
        return text


class ListIn(In):
    """What the list is narrowed to."""

    q = Text(200, load_default="")
    category = Text(2, load_default="")
    subtype = Text(40, load_default="")
    standing = Word(Standing, load_default=None, allow_none=True)
    registrant = Text(200, load_default="")
    manufacturer = Text(200, load_default="")
    standard = Text(80, load_default="")
    on = Day(load_default=None, allow_none=True)
    sort = Sort(20, load_default="number")
    page = Whole(1, 100_000, load_default=1)
    per_page = Whole(1, 200, load_default=20)
    facets = Flag(load_default=False)


class MomentIn(In):
    """On which day, and as known when."""

    on = Day(load_default=None, allow_none=True)
    known = Moment(load_default=None, allow_none=True)


class FeedIn(In):
    since = Whole(0, 2**53, load_default=0)
    limit = Whole(1, 1000, load_default=100)


class PartyOut(Out):
    name = fields.String()
    uscc = fields.String(allow_none=True)
    country = fields.String()


class RowOut(Out):
    number = fields.String()
    name = fields.String()
    brand = fields.String()
    model = fields.String()
    manufacturer = fields.Nested(PartyOut)
    registrant = fields.Nested(PartyOut)
    category = fields.String()
    subtype = fields.String()
    standing = Word(Standing)
    highlights = Anything(metadata={"type": "object"})


class ListOut(Out):
    items = fields.List(fields.Nested(RowOut))
    page = fields.Integer()
    pages = fields.Integer()
    per_page = fields.Integer()
    total = fields.Integer()
    facets = Anything(metadata={"type": "object"})


class EvidenceOut(Out):
    kind = fields.String()
    number = fields.String()
    issuer = fields.String()
    valid_from = fields.String()
    valid_until = fields.String(allow_none=True)
    standing = fields.String()


class EntryOut(Out):
    """An entry, exactly as it was hashed, with its hash."""

    entry = fields.Integer()
    number = fields.String()
    kind = fields.String()
    effective_from = fields.String()
    recorded_at = fields.String()
    mandate = fields.String()
    facts = Anything(metadata={"type": "object"})
    previous = fields.String()
    hash = fields.String()


class HeadOut(Out):
    entry = fields.Integer()
    hash = fields.String()


class FeedOut(Out):
    items = fields.List(fields.Nested(EntryOut))
    next_since = fields.Integer()
    head = fields.Nested(HeadOut)


class RegistrationOut(PlainOut):
    """A registration as it stood on a day, as known at a moment."""

    number = fields.String()
    standing = Word(Standing)
    standing_label = fields.String()
    standing_since = fields.String(allow_none=True)
    on = fields.String()
    known = fields.String()
    name = fields.String()
    name_en = fields.String()
    brand = fields.String()
    model = fields.String()
    manufacturer = fields.Nested(PartyOut)
    registrant = fields.Nested(PartyOut)
    category = fields.String()
    subtype = fields.String()
    origin = fields.String(allow_none=True)
    standards = fields.List(fields.String())
    attributes = Anything(metadata={"type": "object"})
    valid_from = fields.String(allow_none=True)
    valid_until = fields.String(allow_none=True)
    mandate = fields.String()
    entry = fields.Integer()
    evidence = fields.List(fields.Nested(EvidenceOut))
    entries = fields.List(fields.Nested(EntryOut))
    head = fields.Nested(HeadOut)
    disclaimer = fields.String()
