"""As much of JSON Schema as docs/schema needs. Members that a schema does not name are faults here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool}
KNOWN = {
    *("$schema", "$id", "$defs", "$ref", "title", "description", "type", "properties", "required", "items"),
    *("const", "enum", "pattern", "minimum", "additionalProperties", "propertyNames"),
}


def faults(value: Any, schema: dict[str, Any]) -> list[str]:
    """What is wrong with a value, in the eyes of a schema."""
    return list(_faults(value, schema, schema, "$"))


def _faults(value: Any, schema: dict[str, Any], root: dict[str, Any], path: str) -> Iterator[str]:
    assert set(schema) <= KNOWN, f"this check does not know {set(schema) - KNOWN}"
    if "$ref" in schema:
        name = schema["$ref"].removeprefix("#/$defs/")
        yield from _faults(value, root["$defs"][name], root, path)
        return
    if "type" in schema and type(value) is not TYPES[schema["type"]]:
        yield f"{path} is no {schema['type']}"
        return
    if "const" in schema and value != schema["const"]:
        yield f"{path} is not {schema['const']}"
    if "enum" in schema and value not in schema["enum"]:
        yield f"{path} is none of {schema['enum']}"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{path} does not match {schema['pattern']}"
    if "minimum" in schema and value < schema["minimum"]:
        yield f"{path} is below {schema['minimum']}"
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _faults(item, schema["items"], root, f"{path}[{index}]")
    if isinstance(value, dict):
        yield from _members(value, schema, root, path)


def _members(value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any], path: str) -> Iterator[str]:
    yield from (f"{path} has no {name}" for name in schema.get("required", []) if name not in value)
    for name, member in value.items():
        inner = schema.get("properties", {}).get(name, schema.get("additionalProperties"))
        if inner is None:
            yield f"{path} has an unknown member {name}"
            continue
        if "propertyNames" in schema:
            yield from _faults(name, schema["propertyNames"], root, f"{path}: {name}")
        yield from _faults(member, inner, root, f"{path}.{name}")


def strict(schema: Any) -> Any:
    """The same schema for jsonschema; members that it does not name are faults, since nobody could rely on them."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: strict(one) for name, one in schema.items()}
    return inner | {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else inner
