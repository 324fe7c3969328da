"""Forms of pages: read through a schema, nothing typed is lost when it refuses."""

from typing import Any

from flask import request
from marshmallow import EXCLUDE, Schema, ValidationError, fields

from association.kernel.errors import Shortfall
from association.web.problems import fault, invalid, shortfalls_of


def read_form(schema: type[Schema]) -> dict[str, Any]:
    """The request's form as ``schema`` reads it. Raises Invalid with every shortfall at once."""
    return _read(schema, request.form)


def read_query(schema: type[Schema], *, strictly: bool = False) -> dict[str, Any]:
    """The request's query as ``schema`` reads it; empty fields count as not given. ``strictly`` for programs: what the
    schema does not know is refused, but for the language."""
    if strictly:
        known = {field.data_key or name for name, field in schema().load_fields.items()} | {"lang"}
        if unknown := [name for name in request.args if name not in known]:
            plain = fault("unknown")
            raise invalid([Shortfall(name[:60], plain.code, plain.detail) for name in unknown[:20]])
    return _read(schema, request.args, drop_empty=True)


def _read(schema: type[Schema], given: Any, *, drop_empty: bool = False) -> dict[str, Any]:
    form = schema(unknown=EXCLUDE)
    prefix = getattr(form, "open_prefix", None)
    data: dict[str, Any] = {name: given[name] for name in given if prefix and name.startswith(prefix) and given[name]}
    for name, field in form.load_fields.items():
        key = field.data_key or name
        if key not in given:
            continue
        if drop_empty and given[key] == "":
            continue
        data[key] = given.getlist(key) if isinstance(field, fields.List) else given[key]
    try:
        loaded: dict[str, Any] = form.load(data)
    except ValidationError as error:
        raise invalid(shortfalls_of(error.messages)) from error
    return loaded
