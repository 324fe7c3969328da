"""Forms and JSON of the workbench; the class's own fields follow from its attributes."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from marshmallow import fields, post_load

from association.kernel.numbers import LARGEST_WHOLE
from association.web.fields import Anything, Day, Flag, In, Moment, Out, Several, Text, Value, Whole, Word
from catalog.categories.attributes import read_attribute, show_number, show_value
from catalog.categories.facts import Attribute
from catalog.products.rules import FIELDS
from catalog.vocabulary import CaseState, EvidenceKind

LONGEST_VALUE = 200


class RoundIn(In):
    """The paper of which submission of an application; without one of the last."""

    round = Whole(1, LARGEST_WHOLE, load_default=None)


class ChoiceIn(In):
    """What is to be registered: class and subtype first, each by itself or as one choice (``kind``: "01.siren")."""

    category = Text(2, load_default="")
    subtype = Text(40, load_default="")
    kind = Text(60, load_default="")

    @post_load
    def _take_apart(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        category, _dot, subtype = data["kind"].partition(".")
        return {"category": data["category"] or category, "subtype": data["subtype"] or subtype}


class ListIn(In):
    """Which part of the workbench."""

    state = Word(CaseState)
    page = Whole(1, 1_000_000, load_default=1)
    per_page = Whole(1, 200, load_default=20)


class PaperIn(In):
    """A piece of evidence; the file comes besides, or was kept before (``filing``)."""

    kind = Word(EvidenceKind, required=True)
    number = Text(120, required=True, blank=False)
    issuer = Text(60, required=True, blank=False)
    valid_from = Day(required=True)
    valid_until = Day(allow_none=True, load_default=None)
    filing = Whole(1, LARGEST_WHOLE, allow_none=True, load_default=None)


class SubmissionIn(In):
    """The declaration with which an enterprise vouches."""

    declared = Flag(load_default=False)


def form_of(attributes: Sequence[Attribute]) -> type[In]:
    """The form of a dossier of this class: plain fields, and one field for each attribute."""
    shape: dict[str, Any] = {key: Text(longest, lines=key == "standards") for key, (_label, longest) in FIELDS.items()}
    shape["subtype"] = Text(40)
    for attribute in attributes:
        name = f"attributes.{attribute.key}"
        if attribute.type == "choices":
            shape[name] = Several(Text(LONGEST_VALUE), 60)
        elif attribute.type == "range":
            shape[f"{name}.min"], shape[f"{name}.max"] = Text(LONGEST_VALUE), Text(LONGEST_VALUE)
        else:
            shape[name] = Text(LONGEST_VALUE)
    return In.from_dict(shape)  # type: ignore[return-value]


def dossier_of(
    form: Mapping[str, Any], attributes: Sequence[Attribute], *, groups: Collection[str] = ()
) -> dict[str, Any]:
    """What was typed, as a dossier; what the form did not contain is left out, and so kept as it was.

    ``groups`` names the groups of boxes that the form contained: nothing ticked there is empty, not absent.
    """
    dossier: dict[str, Any] = {key: form[key] for key in FIELDS if key in form}
    typed: Mapping[str, Any] = form.get("attributes", {})
    values: dict[str, Any] = {}
    for attribute in attributes:
        if attribute.key in typed:
            given = typed[attribute.key]
            values[attribute.key] = [given.get("min", ""), given.get("max", "")] if attribute.type == "range" else given
        elif attribute.type == "choices" and f"attributes.{attribute.key}" in groups:
            values[attribute.key] = []
    return {**dossier, "attributes": values} if values else dossier


def control_of(attribute: Attribute, raw: Any) -> Any:
    """What was kept, as the control for it shows it: codes ticked, two ends, yes or no, or text as it was typed."""
    value, fault = read_attribute(attribute, raw)
    known = fault is None and value is not None
    if attribute.type == "choices":
        return value if known else [raw] if isinstance(raw, str) and raw else list(raw or ())
    if attribute.type == "range":
        if isinstance(raw, list | tuple) and len(raw) == 2:
            return [show_number("" if one is None else one) for one in raw]
        ends = value if known and isinstance(value, list) else [raw or "", ""]
        return [show_number(one) for one in ends]
    if attribute.type in ("boolean", "choice"):
        return value if known else raw
    return "" if raw is None else show_number(raw)


def shown(attribute: Attribute, raw: Any) -> str:
    """A kept value for people: as it will be registered where it can be read, as it was typed where it cannot."""
    value, fault = read_attribute(attribute, raw)
    if fault is None:
        return show_value(attribute, value)
    return " ~ ".join(map(str, raw)) if isinstance(raw, list | tuple) else str(raw)


class DossierIn(In):
    """A dossier by program: typed values or text, both are read alike."""

    name = Text(200)
    name_en = Text(200)
    brand = Text(120)
    model = Text(120)
    manufacturer_name = Text(200)
    manufacturer_country = Text(2)
    manufacturer_uscc = Text(40)
    standards = Text(1000, lines=True, metadata={"description": "one a line, or parted by semicolons"})
    attributes = fields.Dict(keys=Text(60), values=Value(allow_none=True))
    authorisation = Whole(1, LARGEST_WHOLE, metadata={"description": "id of a filed document"})


class NewProductIn(DossierIn):
    category = Text(2, required=True, blank=False)
    subtype = Text(40, required=True, blank=False)


class ChangedProductIn(DossierIn):
    subtype = Text(40)


class ShortfallOut(Out):
    pointer = fields.String()
    code = fields.String()
    detail = fields.String()


class PaperOut(Out):
    id = fields.Integer()
    kind = fields.String()
    number = fields.String()
    issuer = fields.String()
    valid_from = Day()
    valid_until = Day(allow_none=True)
    filename = fields.String()
    sha256 = fields.String()


class ProductOut(Out):
    """A product of one's own workbench, with what still keeps it from being submitted."""

    id = fields.Integer()
    state = Word(CaseState)
    state_label = fields.String()
    category = fields.String()
    subtype = fields.String()
    dossier = Anything()
    evidence = fields.List(fields.Nested(PaperOut))
    shortfalls = fields.List(fields.Nested(ShortfallOut))
    registration_number = fields.String(allow_none=True)
    created_at = Moment()
    changed_at = Moment()
    submitted_at = Moment(allow_none=True)
    due_on = Day(allow_none=True)
    version = fields.Integer()


class ProductRowOut(Out):
    id = fields.Integer()
    state = Word(CaseState)
    category = fields.String()
    subtype = fields.String()
    title = fields.String()
    registration_number = fields.String(allow_none=True)
    changed_at = Moment()


class ProductPageOut(Out):
    items = fields.List(fields.Nested(ProductRowOut))
    page = fields.Integer()
    pages = fields.Integer()
    per_page = fields.Integer()
    total = fields.Integer()
