"""The OpenAPI document as a page for people: the same facts, no script, no other host."""

import json
from typing import Any

from flask import current_app

METHODS = ("get", "post", "put", "patch", "delete")


def described() -> dict[str, Any]:
    """Groups of operations with their parameters, bodies and answers, from the document programs get."""
    spec: dict[str, Any] = current_app.extensions["smorest"].spec.to_dict()
    schemas = spec.get("components", {}).get("schemas", {})
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, operations in spec["paths"].items():
        for method in METHODS:
            if method in operations:
                operation = operations[method]
                group = (operation.get("tags") or [""])[0]
                shared = operations.get("parameters", [])
                groups.setdefault(group, []).append(_operation(path, method, operation, shared))
    notes = {tag["name"]: tag.get("description", "") for tag in spec.get("tags", [])}
    return {
        "groups": [(notes.get(name) or name, operations) for name, operations in groups.items()],
        "schemas": sorted((name, _fields(schema)) for name, schema in schemas.items()),
        "info": spec["info"],
    }


def _operation(path: str, method: str, operation: dict[str, Any], shared: list[Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {})
    good = [code for code in operation["responses"] if code.startswith("2")]
    answer = operation["responses"][good[0]].get("content", {}) if good else {}
    return {
        "id": operation.get("operationId") or f"{method}-{path.strip('/').replace('/', '-')}",
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary") or operation.get("description", ""),
        "key": bool(operation.get("security")),
        "parameters": [
            {
                "name": one["name"],
                "place": one["in"],
                "required": one.get("required", False),
                "type": _type(one.get("schema", {})),
                "text": one.get("description", ""),
            }
            for one in [*shared, *operation.get("parameters", [])]
            if "name" in one
        ],
        "body": next((_name(content.get("schema", {})) for content in body.values()), ""),
        "status": good[0] if good else "",
        "answer": next((_name(content.get("schema", {})) for content in answer.values()), ""),
    }


def _name(schema: dict[str, Any]) -> str:
    return str(schema.get("$ref", "")).rpartition("/")[2]


def _type(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return _name(schema)
    if "enum" in schema:
        return " | ".join(str(one) for one in schema["enum"] if one is not None)
    kind = schema.get("type", "any")
    shown = "/".join(kind) if isinstance(kind, list) else str(kind)
    if "items" in schema:
        return f"[{_type(schema['items'])}]"
    for word in ("format", "maxLength", "minimum", "maximum"):
        if word in schema:
            shown += f", {word} {json.dumps(schema[word])}" if word != "format" else f" ({schema[word]})"
    return shown


def _fields(schema: dict[str, Any]) -> list[tuple[str, str, bool]]:
    required = set(schema.get("required", []))
    return [(name, _type(field), name in required) for name, field in schema.get("properties", {}).items()]
