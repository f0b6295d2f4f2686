"""Checks data against a JSON Schema, as far as scripts and templates use it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

Path = tuple[str | int, ...]
Fault = tuple[Path, str]
DEEPEST = 50
"""Levels of data that are looked at."""
_TYPES: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}
_NAMES = {"object": "a mapping", "array": "a list", "string": "a text", "integer": "an integer", "null": "null"}


def faults(data: Any, schema: Mapping[str, Any], root: Mapping[str, Any], path: Path = ()) -> Iterator[Fault]:
    """What is wrong, and where. `root`: the whole schema, in which references are looked up."""
    if "$ref" in schema:
        schema = _found(root, schema["$ref"])
    types = schema.get("type", [])
    types = [types] if isinstance(types, str) else types
    if len(path) > DEEPEST:
        yield path, "is nested too deeply"
        return
    if types and not any(_is(data, name) for name in types):
        quoted = "; in quotes it is one" if "string" in types and _bare(data) else ""
        like = f", such as {json.dumps(schema['examples'][0])}" if "examples" in schema else ""
        yield path, f"must be {' or '.join(_NAMES.get(name, f'a {name}') for name in types)}{like}{quoted}"
        return
    if "const" in schema and data != schema["const"]:
        yield path, f"must be {schema['const']}"
    if "enum" in schema and data not in schema["enum"]:
        yield path, f"must be one of {', '.join(map(str, schema['enum']))}"
    if isinstance(data, dict):
        yield from _object(data, schema, root, path)
    elif isinstance(data, list):
        yield from _size(len(data), "entries", schema, "Items", path)
        for number, item in enumerate(data):
            yield from faults(item, schema.get("items", {}), root, (*path, number))
    elif isinstance(data, str):
        yield from _size(len(data), "characters", schema, "Length", path)
        if "pattern" in schema and not re.search(schema["pattern"], data):
            yield path, f"must be {schema.get('title') or 'like ' + schema['pattern']}"
    elif isinstance(data, int | float) and not isinstance(data, bool):
        yield from _within(data, f"is {data}", schema.get("minimum"), schema.get("maximum"), path)
    for branch in schema.get("allOf", ()):
        if not any(faults(data, branch.get("if", {}), root, path)):
            yield from faults(data, branch.get("then", {}), root, path)


def _object(data: Mapping[str, Any], schema: Mapping[str, Any], root: Mapping[str, Any], path: Path) -> Iterator[Fault]:
    known = schema.get("properties", {})
    more = schema.get("additionalProperties", True)
    for name in schema.get("required", ()):
        if name not in data:
            yield path, f"lacks {name!r}"
    yield from _size(len(data), "entries", schema, "Properties", path)
    for name, value in data.items():
        if name in known:
            yield from faults(value, known[name], root, (*path, name))
        elif more is False:
            home = _home(name, schema, root)
            there = f"it belongs in {home}" if home else f"there is {', '.join(known)}"
            yield (*path, name), f"is not known here; {there}"
        elif isinstance(more, dict):
            yield from faults(value, more, root, (*path, name))


def _home(name: str, schema: Mapping[str, Any], root: Mapping[str, Any]) -> str:
    """Which of the properties knows that name; "" for none."""
    for branch in (schema, *(branch.get("then", {}) for branch in schema.get("allOf", ()))):
        for home, inner in branch.get("properties", {}).items():
            if name in (_found(root, inner["$ref"]) if "$ref" in inner else inner).get("properties", {}):
                return str(home)
    return ""


def _bare(data: Any) -> bool:
    """Whether it is what YAML makes of 7, yes or {a.b}."""
    return isinstance(data, int | float) or isinstance(data, dict) and bool(data) and not any(data.values())


def _size(size: int, unit: str, schema: Mapping[str, Any], what: str, path: Path) -> Iterator[Fault]:
    return _within(size, f"has {size} {unit}", schema.get(f"min{what}", 0), schema.get(f"max{what}"), path)


def _within(amount: float, told: str, least: float | None, most: float | None, path: Path) -> Iterator[Fault]:
    if not (amount if least is None else least) <= amount <= (amount if most is None else most):
        bounds = f"at most {most}" if least is None else f"at least {least}" if most is None else f"{least} to {most}"
        yield path, f"{told}; allowed: {bounds}"


def _is(data: Any, name: str) -> bool:
    if isinstance(data, bool):
        return name == "boolean"
    return isinstance(data, _TYPES[name]) or name == "integer" and isinstance(data, float) and data.is_integer()


def _found(root: Mapping[str, Any], reference: str) -> Mapping[str, Any]:
    here: Any = root
    for name in reference.split("/")[1:]:
        here = here[name]
    found: Mapping[str, Any] = here
    return found
