"""What a question and a verdict look like to programs (contract.md)."""

from typing import Any

from marshmallow import fields, post_load, validates_schema
from marshmallow.exceptions import ValidationError

from association.web.fields import Anything, Day, In, Moment, Out, PlainOut, Text, Word
from catalog.register.schemas import EvidenceOut, HeadOut, PartyOut
from catalog.verifications.rules import NamedProof, Question
from catalog.vocabulary import EvidenceKind

LONGEST_TEXT = 200


class CheckIn(In):
    """One product: its number, or maker and model, or brand and model."""

    number = Text(
        80, metadata={"description": "登记编号，分隔符、大小写、全半角不限 / registration number, in any writing"}
    )
    manufacturer = Text(LONGEST_TEXT)
    manufacturer_uscc = Text(40)
    brand = Text(LONGEST_TEXT)
    model = Text(120)
    name = Text(LONGEST_TEXT)
    category = Text(8)
    subtype = Text(60)
    on = Day(metadata={"description": "到货或拟购日期，默认今天 / day of delivery or purchase, default today"})
    made_on = Day(metadata={"description": "生产或进口日期，默认同on / day of making or import, default on"})
    known = Moment(
        metadata={"description": "知悉时点（日期或时刻），默认现在，不得晚于现在 / moment of knowledge, default now"}
    )

    @validates_schema
    def _something_is_asked(self, data: dict[str, Any], **kwargs: Any) -> None:
        if not any(data.get(name) for name in ("number", "model", "name")):
            raise ValidationError("required", field_name="number")

    @post_load
    def _question(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        dates = {name: data.pop(name, None) for name in ("on", "made_on", "known")}
        return {"question": Question(**data), **dates}


class BoxIn(In):
    """The two boxes of the home page: number or model, and maker, its code, or brand."""

    item = Text(120, load_default="")
    maker = Text(LONGEST_TEXT, load_default="")


class ProofIn(In):
    """The proof that a line names."""

    kind = Word(EvidenceKind, required=True)
    number = Text(120, required=True)
    issuer = Text(LONGEST_TEXT)
    issued_on = Day()

    @post_load
    def _proof(self, data: dict[str, Any], **kwargs: Any) -> NamedProof:
        return NamedProof(**data)


class ReasonOut(Out):
    code = fields.String()
    detail = fields.String()
    since = fields.String(allow_none=True)
    law = fields.String(allow_none=True)


class WarningOut(Out):
    code = fields.String()
    detail = fields.String()
    on = fields.String(allow_none=True)


class FoundOut(Out):
    """The registration that a verdict is about."""

    number = fields.String()
    name = fields.String()
    brand = fields.String()
    model = fields.String()
    manufacturer = fields.Nested(PartyOut)
    registrant = fields.Nested(PartyOut)
    category = fields.String()
    subtype = fields.String()
    standing = fields.String()
    valid_from = fields.String(allow_none=True)
    valid_until = fields.String(allow_none=True)


class SuggestionOut(Out):
    number = fields.String()
    model = fields.String()
    manufacturer = fields.String()
    differs = Anything(metadata={"type": "array", "items": {"type": "array"}})


class VerdictOut(PlainOut):
    """A verdict with everything it rests on."""

    ref = fields.String(allow_none=True)
    verdict = fields.String()
    compliant = fields.Boolean(allow_none=True)
    label = fields.String()
    detail = fields.String()
    on = fields.String()
    made_on = fields.String()
    known = fields.String()
    matched_by = fields.String(allow_none=True)
    reasons = fields.List(fields.Nested(ReasonOut))
    warnings = fields.List(fields.Nested(WarningOut))
    registration = fields.Nested(FoundOut, allow_none=True)
    entry = fields.Integer(allow_none=True)
    requirements = fields.List(fields.String())
    evidence = fields.List(fields.Nested(EvidenceOut))
    suggestions = fields.List(fields.Nested(SuggestionOut))
    head = fields.Nested(HeadOut)
    disclaimer = fields.String()
