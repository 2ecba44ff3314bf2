"""The interface's description, OpenAPI 3.1, made from the rows that are answered."""

from __future__ import annotations

import re
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any, Final

import msgspec

from appliance.people import Permission
from appliance.web.api.operation import BASE, PLACES, Operation
from appliance.web.api.problem import MEDIA, TITLES, Problem
from appliance.web.api.telling import Happened

_COMPONENT: Final = "#/components/schemas/{name}"
_ALWAYS: Final = (401, 403, 429, 503)
KEY_HEADER: Final = {
    "name": "Idempotency-Key",
    "in": "header",
    "description": "The same key, with the same question, has effect once and gets the same answer, also much later.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": r"^[!-~]+$"},
}


def document(operations: Sequence[Operation]) -> dict[str, Any]:
    """Return the description of ``operations``."""
    kinds = [Problem, Happened]
    for operation in operations:
        kinds += [kind for kind in (operation.answer, operation.body) if kind is not None]
    _, components = msgspec.json.schema_components(dict.fromkeys(kinds), ref_template=_COMPONENT)
    paths: dict[str, dict[str, Any]] = {}
    for operation in operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    described: dict[str, Any] = _readable(
        {
            "openapi": "3.1.0",
            "info": {
                "title": "Giliran",
                "version": version("giliran"),
                "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
                "description": "The office's queue for other systems. Instants are milliseconds since 1970 (UTC).",
            },
            "servers": [{"url": BASE}],
            "security": [{"token": []}],
            "paths": paths,
            "components": {
                "schemas": components,
                "securitySchemes": {
                    "token": {
                        "type": "http",
                        "scheme": "bearer",
                        "description": "Made at /admin/tokens. Scopes: " + ", ".join(p.value for p in Permission),
                    }
                },
            },
        }
    )
    return described


def _operation(operation: Operation) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "path", "required": True, "schema": msgspec.json.schema(PLACES[name])}
        for name in operation.places
    ]
    parameters += _query(operation)
    if operation.changes:
        parameters.append(KEY_HEADER)
    told: dict[str, Any] = {
        "operationId": operation.name,
        "summary": operation.summary,
        "description": f"Needs one of the scopes: {', '.join(operation.need)}.",
        "tags": [operation.group],
        "parameters": parameters,
        "responses": _responses(operation),
    }
    if operation.body is not None:
        told["requestBody"] = {
            "required": operation.body_needed,
            "content": {"application/json": {"schema": _ref(operation.body)}},
        }
    return told


def _query(operation: Operation) -> list[dict[str, Any]]:
    if operation.query is None:
        return []
    schema = next(iter(msgspec.json.schema_components([operation.query])[1].values()))
    needed = schema.get("required", ())
    return [
        {"name": name, "in": "query", "required": name in needed, "schema": _flat(one)}
        for name, one in schema["properties"].items()
    ]


def _flat(schema: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a field of a query: what is not there is not null."""
    choices = [one for one in schema.get("anyOf", ()) if one != {"type": "null"}]
    if not choices:
        return schema
    return dict(choices[0])


def _responses(operation: Operation) -> dict[str, Any]:
    if operation.answer is None:
        content = {"text/event-stream": {"schema": {"type": "string"}}}
    else:
        content = {"application/json": {"schema": _ref(operation.answer)}}
    told: dict[str, Any] = {str(operation.status): {"description": "Done.", "content": content}}
    if operation.method == "GET":
        told["304"] = {"description": "It is still as `If-None-Match` says."}
    problem = {MEDIA: {"schema": _ref(Problem)}}
    statuses = {*_ALWAYS, *((404,) if operation.places else ())}
    statuses |= {400, 409, 413, 415, 422, 504, 507} if operation.changes else set()
    for status in sorted(statuses):
        told[str(status)] = {"description": TITLES[status], "content": problem}
    told["default"] = {"description": "Another problem.", "content": problem}
    return told


def _ref(kind: Any) -> dict[str, str]:
    return {"$ref": _COMPONENT.format(name=kind.__name__)}


def _readable(node: Any) -> Any:
    """Return a description whose patterns everybody can read: JSON Schema has ``$`` for Python's end of a text."""
    if isinstance(node, dict):
        return {
            name: re.sub(r"\\Z", "$", value) if name == "pattern" and isinstance(value, str) else _readable(value)
            for name, value in node.items()
        }
    if isinstance(node, list | tuple):
        return [_readable(one) for one in node]
    return node


def fields_of(kind: type[msgspec.Struct]) -> list[tuple[str, str, bool]]:
    """Return the fields of a structure for people: each one's name, its type in words, and whether it must be."""
    told = []
    for field in msgspec.structs.fields(kind):
        schema = msgspec.json.schema_components([field.type], ref_template="{name}")[0][0]
        told.append((field.encode_name, _in_words(schema), field.required))
    return told


def _in_words(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " | ".join(_in_words(one) for one in schema["anyOf"])
    if "$ref" in schema:
        return str(schema["$ref"])
    if schema.get("type") == "array":
        return f"[{_in_words(schema['items'])}]" if schema.get("items") else "[…]"
    if schema.get("type") == "object":
        inner = schema.get("additionalProperties")
        return f"{{…: {_in_words(inner)}}}" if isinstance(inner, dict) and inner else "{…}"
    if "enum" in schema:
        return " | ".join(f'"{one}"' for one in schema["enum"])
    shape = schema.get("pattern", "")
    return " ".join(part for part in (str(schema.get("type", "any")), re.sub(r"\\Z", "$", shape)) if part)
