"""What is asked of the national catalog, and what programs get (contract.md)."""

from functools import cache
from typing import Any

from marshmallow import fields

from association.kernel.numbers import LARGEST_WHOLE
from association.web.fields import Day, In, Moment, Out, Several, Text, Whole, Word
from catalog.categories.editing import CONTROLS
from catalog.categories.rules import Basis, Binding, FactKind, StandardRole, Wording
from catalog.categories.words import EndWay, Manner
from catalog.vocabulary import Certainty, EvidenceKind, Proof


class Number(fields.Float):
    """A number as the file has it: 1000, not 1000.0."""

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return value


class CategoriesIn(In):
    """The catalog of one day, as known at a moment."""

    on = Day(load_default=None, metadata={"description": "目录所处的日期，默认今天 / day, default today"})
    known = Moment(
        load_default=None,
        metadata={"description": "知悉时点（日期或时刻），默认现在，不得晚于现在 / moment of knowledge, default now"},
    )


class EditionsIn(In):
    """Every edition, as known at a moment."""

    known = Moment(load_default=None, metadata={"description": "知悉时点，默认现在 / moment of knowledge, default now"})


class CitationOut(Out):
    issuer = fields.String()
    document = fields.String()
    number = fields.String(allow_none=True)
    date = Day(allow_none=True)


class EditionOut(Out):
    id = fields.String()
    name = fields.String()
    name_en = fields.String()
    begins = Day(data_key="from", attribute="from", allow_none=True)
    ends = Day(data_key="until", attribute="until", allow_none=True)
    known_from = Day(allow_none=True)
    certainty = Word(Certainty)
    citation = fields.Nested(CitationOut, allow_none=True)
    note = fields.String()


class EditionsOut(Out):
    items = fields.List(fields.Nested(EditionOut))


class SubtypeOut(Out):
    code = fields.String()
    name = fields.String()
    name_en = fields.String()
    wording = Word(Wording)
    begins = Day(data_key="from", attribute="from", allow_none=True)
    ends = Day(data_key="until", attribute="until", allow_none=True)


class RequirementOut(Out):
    id = fields.String()
    subtypes = fields.List(fields.String(), allow_none=True, metadata={"description": "null: all subtypes"})
    begins = Day(data_key="from", attribute="from", allow_none=True)
    ends = Day(data_key="until", attribute="until", allow_none=True)
    proof = Word(Proof)
    accepts = fields.List(Word(EvidenceKind))
    certainty = Word(Certainty)
    citation = fields.Nested(CitationOut, allow_none=True)
    note = fields.String()


class StandardOut(Out):
    number = fields.String()
    title = fields.String()
    binding = Word(Binding)
    role = Word(StandardRole)
    subtypes = fields.List(fields.String(), allow_none=True)
    begins = Day(data_key="from", attribute="from", allow_none=True, metadata={"description": "null: not established"})
    ends = Day(data_key="until", attribute="until", allow_none=True)
    successors = fields.List(fields.String())
    certainty = Word(Certainty)


class AllowedOut(Out):
    code = fields.String()
    name = fields.String()
    name_en = fields.String()


class AttributeOut(Out):
    key = fields.String()
    name = fields.String()
    name_en = fields.String()
    type = fields.String(metadata={"enum": ["text", "integer", "number", "boolean", "choice", "choices", "range"]})
    unit = fields.String(allow_none=True)
    minimum = Number(allow_none=True)
    maximum = Number(allow_none=True)
    pattern = fields.String(allow_none=True)
    required = fields.Boolean()
    subtypes = fields.List(fields.String(), allow_none=True)
    allowed = fields.List(fields.Nested(AllowedOut), allow_none=True)
    basis = Word(Basis)


class ClassOut(Out):
    code = fields.String()
    name = fields.String()
    name_en = fields.String()
    begins = Day(data_key="from", attribute="from", allow_none=True)
    ends = Day(data_key="until", attribute="until", allow_none=True)
    subtypes = fields.List(fields.Nested(SubtypeOut))
    requirements = fields.List(fields.Nested(RequirementOut))
    standards = fields.List(fields.Nested(StandardOut))
    attributes = fields.List(fields.Nested(AttributeOut))


class ClassesOut(Out):
    items = fields.List(fields.Nested(ClassOut))


# -- the desk -------------------------------------------------------------------------------------------------


class ReadIn(In):
    """A public page: the day it is about, and what was known when."""

    on = Day(load_default=None)
    known = Moment(load_default=None)


class DifferenceIn(In):
    """Two days to compare, perhaps as known at a moment."""

    first = Day(load_default=None, data_key="from")
    last = Day(load_default=None, data_key="to")
    known = Moment(load_default=None)


class PageIn(In):
    page = Whole(1, 100_000, load_default=1)


class LoadIn(In):
    """Loading what was shown: compared with which state, and why."""

    basis = Whole(0, LARGEST_WHOLE, required=True)
    reason = Text(500, load_default="", lines=True)


class EndFactIn(In):
    """A fact ends on a day, or is taken away."""

    way = Word(EndWay, required=True)
    last_day = Day(load_default=None, allow_none=True)
    reason = Text(500, load_default="", lines=True)


@cache
def fact_schema(kind: FactKind) -> type[In]:
    """The form of a fact: it bounds what is typed; whether it is right, the loader's rules say."""
    shape: dict[str, fields.Field[Any]] = {
        "reason": Text(500, load_default="", lines=True),
        "manner": Word(Manner, load_default=Manner.CORRECT),
        "begins": Day(load_default=None, allow_none=True),
    }
    for control in CONTROLS[kind]:
        if control.sort == "day":
            shape[control.name] = Day(load_default=None, allow_none=True)
        elif control.sort == "many":
            shape[control.name] = Several(Text(60), 20, load_default=list)
        else:
            shape[control.name] = Text(control.longest, lines=control.sort == "lines", load_default="")
    return type(f"{kind.name.title()}In", (In,), shape)
