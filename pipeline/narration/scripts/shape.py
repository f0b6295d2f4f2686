"""Checks data against the part of JSON Schema that the script's schema is written in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]
Fault = tuple[Path, str]
_TYPES: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
}


def faults(data: Any, schema: Mapping[str, Any], root: Mapping[str, Any], path: Path = ()) -> Iterator[Fault]:
    """What is wrong, and where. `root`: the whole schema, in which references are looked up."""
    if "$ref" in schema:
        schema = _found(root, schema["$ref"])
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if types and not any(_is(data, name) for name in types):
        yield path, f"must be {' or '.join(_article(name) for name in types)}"
        return
    if "enum" in schema and data not in schema["enum"]:
        yield path, f"must be one of {', '.join(map(str, schema['enum']))}"
    if isinstance(data, dict):
        yield from _object(data, schema, root, path)
    elif isinstance(data, list):
        yield from _size(len(data), schema, "Items", "entries", path)
        for number, item in enumerate(data):
            yield from faults(item, schema.get("items", {}), root, (*path, number))
    elif isinstance(data, str):
        yield from _size(len(data), schema, "Length", "characters", path)
        if "pattern" in schema and not re.search(schema["pattern"], data):
            yield path, "must be a name of letters, digits and _"
    elif isinstance(data, int | float):
        if not schema.get("minimum", data) <= data <= schema.get("maximum", data):
            yield path, f"must be from {schema.get('minimum')} to {schema.get('maximum', 'anything')}"
    for branch in schema.get("allOf", ()):
        if _fits(data, branch["if"]):
            yield from faults(data, branch["then"], root, path)


def _object(data: Mapping[str, Any], schema: Mapping[str, Any], root: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    known = schema.get("properties", {})
    more = schema.get("additionalProperties", True)
    for name in schema.get("required", ()):
        if name not in data:
            yield path, f"lacks {name!r}"
    yield from _size(len(data), schema, "Properties", "entries", path)
    for name, value in data.items():
        if name in known:
            yield from faults(value, known[name], root, (*path, name))
        elif more is False:
            yield (*path, name), f"is not known here; there is {', '.join(known)}"
        elif isinstance(more, dict):
            yield from faults(value, more, root, (*path, name))


def _size(size: int, schema: Mapping[str, Any], what: str, unit: str, path: Path) -> Iterator[Fault]:
    if not schema.get(f"min{what}", 0) <= size <= schema.get(f"max{what}", size):
        yield path, f"must have {schema.get(f'min{what}', 0)} to {schema.get(f'max{what}', 'any number of')} {unit}"


def _is(data: Any, name: str) -> bool:
    if isinstance(data, bool):
        return name == "boolean"
    return isinstance(data, _TYPES[name]) or name == "integer" and isinstance(data, float) and data.is_integer()


def _article(name: str) -> str:
    return {"object": "a mapping", "array": "a list", "string": "a text"}.get(name, f"a {name}").replace("a i", "an i")


def _fits(data: Any, condition: Mapping[str, Any]) -> bool:
    wanted = condition["properties"]
    return isinstance(data, dict) and all(data.get(name) == rule["const"] for name, rule in wanted.items())


def _found(root: Mapping[str, Any], reference: str) -> Mapping[str, Any]:
    here: Any = root
    for name in reference.removeprefix("#/").split("/"):
        here = here[name]
    found: Mapping[str, Any] = here
    return found
