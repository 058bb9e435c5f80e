"""The JSON schema of the plan, made of its shape for the type checker, so that the two cannot part."""

from __future__ import annotations

import json
import sys
from types import NoneType, UnionType
from typing import Any, get_args, get_origin, get_type_hints, is_typeddict

from segc.plan import shape

PRIMITIVE: dict[Any, str] = {str: "string", int: "integer", float: "number", bool: "boolean", NoneType: "null"}


def schema() -> dict[str, Any]:
    """The whole schema, JSON Schema of draft 2020-12."""
    shapes = {name: each for name, each in vars(shape).items() if is_typeddict(each) and each is not shape.Plan}
    made = _object(shape.Plan)
    made["properties"]["schema"] = {"const": "segc/plan/1"}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "segc/plan/1",
        **made,
        "$defs": {name: _object(each) for name, each in shapes.items()},
    }


def _object(each: Any) -> dict[str, Any]:
    hints = get_type_hints(each)
    described = {"description": " ".join((each.__doc__ or "").split())}
    properties = {name: _of(kind) for name, kind in hints.items()}
    return {
        **described,
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _of(kind: Any) -> dict[str, Any]:
    if is_typeddict(kind):
        return {"$ref": f"#/$defs/{kind.__name__}"}
    if get_origin(kind) is list:
        return {"type": "array", "items": _of(get_args(kind)[0])}
    if get_origin(kind) is UnionType:
        return {"anyOf": [_of(one) for one in get_args(kind)]}
    return {"type": PRIMITIVE[kind]}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(schema(), indent=2) + "\n")
