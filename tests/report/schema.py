"""Documents against docs/schema. Members that a schema does not name are faults here."""

from __future__ import annotations

from typing import Any

import jsonschema  # type: ignore[import-untyped]

CHECKER = jsonschema.Draft202012Validator


def faults(value: Any, schema: dict[str, Any]) -> list[str]:
    """What is wrong with a value, in the eyes of a schema, which must be one itself."""
    CHECKER.check_schema(schema)
    return [f"{one.json_path}: {one.message}" for one in CHECKER(strict(schema)).iter_errors(value)]


def strict(schema: Any) -> Any:
    """The same schema for jsonschema; members that it does not name are faults, since nobody could rely on them."""
    if isinstance(schema, list):
        return [strict(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    inner = {name: strict(one) for name, one in schema.items()}
    return inner | {"additionalProperties": False} if isinstance(schema.get("properties"), dict) else inner
