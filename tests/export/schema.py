"""As much of JSON Schema as docs/innerchild.schema.json uses. What it does not know is an error, not a pass."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

TYPES = {"object": dict, "array": list, "string": str, "integer": int, "boolean": bool, "null": type(None)}
KNOWN = {
    "type", "required", "properties", "additionalProperties", "items", "enum", "const", "anyOf", "pattern", "minimum",
    "maximum", "maxLength", "$ref", "description", "title", "$schema", "$defs",
}  # fmt: skip


def faults(value: Any, schema: Mapping[str, Any], whole: Mapping[str, Any], where: str = "$") -> Iterator[str]:
    """Where a value is not what the schema says."""
    assert schema.keys() <= KNOWN, schema.keys() - KNOWN
    if "$ref" in schema:
        yield from faults(value, whole["$defs"][schema["$ref"].removeprefix("#/$defs/")], whole, where)
    if "anyOf" in schema and all(list(faults(value, each, whole)) for each in schema["anyOf"]):
        yield f"{where}: none of the choices"
    if "type" in schema and (type(value) is not TYPES[schema["type"]]):
        yield f"{where}: not of type {schema['type']}"
        return
    yield from (f"{where}: {fault}" for fault in _in_value(value, schema))
    if isinstance(value, list) and "items" in schema:
        for number, item in enumerate(value):
            yield from faults(item, schema["items"], whole, f"{where}[{number}]")
    if isinstance(value, dict):
        yield from _in_object(value, schema, whole, where)


def _in_value(value: Any, schema: Mapping[str, Any]) -> Iterator[str]:
    if "enum" in schema and value not in schema["enum"]:
        yield f"none of {schema['enum']}"
    if "const" in schema and value != schema["const"]:
        yield f"not {schema['const']}"
    if isinstance(value, str) and not re.search(schema.get("pattern", ""), value):
        yield "of another form"
    if isinstance(value, str) and len(value) > schema.get("maxLength", len(value)):
        yield "too long"
    if type(value) is int and not schema.get("minimum", value) <= value <= schema.get("maximum", value):
        yield "out of range"


def _in_object(value: dict[str, Any], schema: Mapping[str, Any], whole: Mapping[str, Any], where: str) -> Iterator[str]:
    known = schema.get("properties", {})
    yield from (f"{where}.{name}: missing" for name in schema.get("required", ()) if name not in value)
    for name, inside in value.items():
        if name in known:
            yield from faults(inside, known[name], whole, f"{where}.{name}")
        elif schema.get("additionalProperties") is False:
            yield f"{where}.{name}: not in the schema"
