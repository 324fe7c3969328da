"""The national catalog of a day as programs get it. Pure."""

from datetime import date
from typing import Any

from association.kernel.i18n import pick
from catalog.categories.rules import (
    Attribute,
    CatalogClass,
    CatalogView,
    Edition,
    Requirement,
    Standard,
    Subtype,
)


def edition_json(view: CatalogView, edition: Edition) -> dict[str, Any]:
    """A state of the catalog."""
    return {
        "id": edition.id,
        "name": pick(edition),
        "name_en": edition.name_en,
        "from": edition.begins,
        "until": edition.ends,
        "known_from": edition.known_from,
        "certainty": edition.certainty.value,
        "citation": _citation(view, edition.citation),
        "note": pick(edition, "note"),
    }


def class_json(view: CatalogView, category: CatalogClass, on: date) -> dict[str, Any]:
    """A class with everything about it that holds on a day."""
    return {
        "code": category.code,
        "name": pick(category),
        "name_en": category.name_en,
        "from": category.begins,
        "until": category.ends,
        "subtypes": [_subtype(one) for one in view.subtypes(category.code, on)],
        "requirements": [_requirement(view, row) for row in view.requirement_rows(category.code, on)],
        "standards": [_standard(one, category.code) for one in view.standards(category.code) if one.in_force(on)],
        "attributes": [
            _attribute(one, on)
            for one in view.class_attributes(category.code)
            if one.allowed is None or one.allowed_on(on)
        ],
    }


def _citation(view: CatalogView, name: str) -> dict[str, Any] | None:
    found = view.citation(name)
    if found is None:
        return None
    return {"issuer": found.issuer, "document": found.document, "number": found.number, "date": found.date}


def _subtype(subtype: Subtype) -> dict[str, Any]:
    return {
        "code": subtype.code,
        "name": pick(subtype),
        "name_en": subtype.name_en,
        "wording": subtype.wording.value,
        "from": subtype.begins,
        "until": subtype.ends,
    }


def _requirement(view: CatalogView, row: Requirement) -> dict[str, Any]:
    return {
        "id": row.id,
        "subtypes": None if row.subtypes is None else in_order(view, row),
        "from": row.begins,
        "until": row.ends,
        "proof": row.proof.value,
        "accepts": sorted(kind.value for kind in row.accepts),
        "certainty": row.certainty.value,
        "citation": _citation(view, row.citation),
        "note": pick(row, "note"),
    }


def in_order(view: CatalogView, row: Requirement) -> list[str]:
    """The subtypes that a row names, in the catalog's order."""
    named = row.subtypes or frozenset()
    known = [one.code for one in view.subtypes(row.category) if one.code in named]
    return known + sorted(named.difference(known))


def _standard(standard: Standard, category: str) -> dict[str, Any]:
    scope = next(one for one in standard.scopes if one.category == category)
    return {
        "number": standard.number,
        "title": pick(standard, "title"),
        "binding": standard.binding.value,
        "role": scope.role.value,
        "subtypes": None if scope.subtypes is None else sorted(scope.subtypes),
        "from": standard.begins,
        "until": standard.ends,
        "successors": list(standard.successors),
        "certainty": standard.certainty.value,
    }


def _attribute(attribute: Attribute, on: date) -> dict[str, Any]:
    return {
        "key": attribute.key,
        "name": pick(attribute),
        "name_en": attribute.name_en,
        "type": attribute.type,
        "unit": attribute.unit,
        "minimum": attribute.minimum,
        "maximum": attribute.maximum,
        "pattern": attribute.pattern,
        "required": attribute.required,
        "subtypes": None if attribute.subtypes is None else sorted(attribute.subtypes),
        "allowed": None
        if attribute.allowed is None
        else [{"code": one.code, "name": pick(one), "name_en": one.name_en} for one in attribute.allowed_on(on)],
        "basis": attribute.basis.value,
    }
