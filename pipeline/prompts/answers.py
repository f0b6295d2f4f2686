"""Answers that are data: the JSON found in what a model said, held against a schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.errors import SourceTruncated

__all__ = ["read_answer"]

_FENCE = re.compile(r"```(?:json)?[ \t]*\n(.*?)```", re.DOTALL | re.IGNORECASE)
_LONGEST, _MOST_TRIES, _DEEPEST = 1_000_000, 20, 20
_KINDS: Mapping[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "number": (int, float),
    "integer": (int,),
    "boolean": (bool,),
    "null": (type(None),),
}


def read_answer(answer: str, schema: Mapping[str, Any]) -> Any:
    """The first JSON in the answer that fits; words and fences round it do not matter.

    Of JSON Schema it knows type, properties, required, items, minItems, maxItems, enum, minimum and maximum. Raises
    SourceTruncated, which says what does not fit."""
    if len(answer) > _LONGEST:
        raise SourceTruncated(f"The model's answer is longer than {_LONGEST} characters; it should be a short JSON.")
    problems: list[str] = []
    for value in _values(answer):
        found = list(_problems(value, schema, "the answer", 0))
        if not found:
            return value
        problems = problems or found
    raise SourceTruncated(f"The model's answer cannot be used: {problems[0] if problems else 'it holds no JSON'}.")


def _values(answer: str) -> Iterator[Any]:
    decoder = json.JSONDecoder(parse_constant=_refuse)
    texts = [answer, *(fence[1] for fence in _FENCE.finditer(answer))][:_MOST_TRIES]
    starts = [found.start() for found in re.finditer(r"[\[{]", answer)][:_MOST_TRIES]
    for text in (*(text.strip() for text in texts), *(answer[start:] for start in starts)):
        try:
            yield decoder.raw_decode(text)[0]
        except (ValueError, RecursionError):
            continue


def _refuse(name: str) -> Any:
    raise ValueError(f"{name} is no number")


def _problems(value: Any, schema: Mapping[str, Any], where: str, depth: int) -> Iterator[str]:
    kind = schema.get("type")
    if depth > _DEEPEST:
        yield f"{where} is nested too deeply"
    elif kind and (type(value) is bool and kind != "boolean" or not isinstance(value, _KINDS.get(kind, ()))):
        yield f"{where} should be of type {kind}"
    elif "enum" in schema and value not in schema["enum"]:
        yield f"{where} should be one of {', '.join(str(choice) for choice in schema['enum'])}"
    elif isinstance(value, dict):
        for name in schema.get("required", ()):
            if name not in value:
                yield f"{where} lacks {name!r}"
        for name, inner in schema.get("properties", {}).items():
            if name in value:
                yield from _problems(value[name], inner, f"{where}, {name}", depth + 1)
    elif isinstance(value, list):
        if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
            yield f"{where} has {len(value)} entries"
        for number, item in enumerate(value, 1):
            yield from _problems(item, schema.get("items", {}), f"{where}, entry {number}", depth + 1)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if not schema.get("minimum", value) <= value <= schema.get("maximum", value):
            yield f"{where} is {value}, out of bounds"
