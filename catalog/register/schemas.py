"""The register as programs see it (contract.md)."""

import re
from typing import Any

from marshmallow import ValidationError, fields, post_load, pre_load

from association.web.fields import Anything, Day, Flag, In, Moment, Out, PlainOut, Since, Text, Whole, Word
from catalog.register import search
from catalog.vocabulary import Standing


class Order(Text):
    """One of the orders of a search; all are neutral (Art. 13)."""

    def _deserialize(self, value: object, attr: str | None, data: object, **kwargs: object) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if text and text not in search.SORTS:
            raise ValidationError("choice:" + ", ".join(search.SORTS))
        return text


ATTRIBUTE = "attr."
_CONDITION = re.compile(r"attr\.([a-z0-9_]{1,40})(?:\.(min|max))?", re.ASCII)


class SearchIn(In):
    """What is looked for, and what the answer is narrowed to; besides, ``attr.<key>``, ``.min`` and ``.max``."""

    # Names that begin so are taken too, whatever follows (``forms.read_query``).
    open_prefix = ATTRIBUTE

    q = Text(search.LONGEST_QUERY, load_default="")
    category = Text(2, load_default="")
    subtype = Text(40, load_default="")
    standing = Word(Standing, load_default=None, allow_none=True)
    registrant = Text(200, load_default="")
    manufacturer = Text(200, load_default="")
    standard = Text(80, load_default="")
    origin = Text(20, load_default="")
    year = Whole(1900, 2100, load_default=None, allow_none=True)
    on = Day(load_default=None, allow_none=True)
    sort = Order(20, load_default="")
    seed = Text(10, load_default="")
    page = Whole(1, 100_000, load_default=1)
    per_page = Whole(1, 200, load_default=20)
    facets = Flag(load_default=False)

    @pre_load
    def _leave_conditions(self, data: Any, **_more: Any) -> dict[str, Any]:
        return {name: data[name] for name in data if not _CONDITION.fullmatch(str(name))}

    @post_load(pass_original=True)
    def _take_conditions(self, loaded: dict[str, Any], original: Any, **_more: Any) -> dict[str, Any]:
        """``attributes``: (key, op, value) of each condition on an attribute."""
        given = [(found, str(original[name])) for name in original if (found := _CONDITION.fullmatch(str(name)))]
        if len(given) > search.MOST_ATTRIBUTES:
            raise ValidationError(f"too_many:{search.MOST_ATTRIBUTES}", ATTRIBUTE[:-1])
        text = Text(200)
        conditions = []
        for found, value in given:
            try:
                conditions.append((found.group(1), found.group(2) or "is", text.deserialize(value)))
            except ValidationError as wrong:
                raise ValidationError(wrong.messages, found.group()) from wrong
        return loaded | {"attributes": tuple(one for one in conditions if one[2])}


class SuggestIn(In):
    """What has been typed so far, and on which day the register is asked."""

    q = Text(search.LONGEST_QUERY, load_default="")
    on = Day(load_default=None, allow_none=True)
    limit = Whole(1, 20, load_default=8)


class MomentIn(In):
    """On which day, and as known when."""

    on = Day(load_default=None, allow_none=True)
    known = Moment(load_default=None, allow_none=True)


class FeedIn(In):
    since = Since(load_default=0)
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


class RelaxedOut(Out):
    """A term that was taken otherwise than typed, and how; ``most``: ``held`` of ``of`` terms are held."""

    typed = fields.String()
    how = fields.String()
    held = fields.Integer()
    of = fields.Integer()


class SimilarOut(Out):
    """What may have been meant; ``differs``: place in what was typed (folded), what stands there, what is registered."""

    number = fields.String()
    name = fields.String()
    model = fields.String()
    manufacturer = fields.String()
    what = fields.String()
    differs = Anything(metadata={"type": "array"})


class SearchOut(ListOut):
    """A page of the answer; ``seed`` keeps the order of equal ones when it is sent with the next page."""

    on = fields.String()
    seed = fields.String()
    stage = fields.String()
    sort = fields.String()
    terms = Anything(metadata={"type": "array"})
    phrases = fields.List(fields.String())
    relaxed = fields.List(fields.Nested(RelaxedOut))
    ignored = fields.List(fields.String())
    did_you_mean = fields.List(fields.Nested(SimilarOut))


class CompletionOut(Out):
    kind = fields.String()
    text = fields.String()
    value = fields.String()
    count = fields.Integer()


class SuggestOut(Out):
    items = fields.List(fields.Nested(CompletionOut))


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
