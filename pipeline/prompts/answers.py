"""Answers that are data: the JSON found in what a model said, held against a schema."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pipeline.errors import SourceTruncated
from pipeline.ground.shape import Path, faults

_FENCE = re.compile(r"```(?:json)?[ \t]*\n(.*?)```", re.DOTALL | re.IGNORECASE)
_LONGEST, _MOST_TRIES = 1_000_000, 20
_TYPES = ("object", "array", "string", "number", "integer", "boolean", "null")
_COUNT: Mapping[str, Any] = {"type": "integer", "minimum": 0}
_TEXT: Mapping[str, Any] = {"type": "string"}
_SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "type": {"enum": _TYPES},
        "properties": {"type": "object", "additionalProperties": {"$ref": "#"}},
        "required": {"type": "array", "items": _TEXT},
        "additionalProperties": {"type": "boolean"},
        "items": {"$ref": "#"},
        "enum": {"type": "array"},
        **{f"{end}{what}": _COUNT for what in ("Items", "Length", "Properties") for end in ("min", "max")},
        **{end: {"type": "number"} for end in ("minimum", "maximum")},
        **dict.fromkeys(("$schema", "title", "description"), _TEXT),
    },
}
"""What an answer may be described with: whatever else JSON Schema has would be passed over."""


def misdescribed(schema: Any) -> Iterator[str]:
    """What is wrong with the description of an answer."""
    return (f"{_where('answer', path)} {told}" for path, told in faults(schema, _SCHEMA, _SCHEMA))


def read_answer(answer: str, schema: Mapping[str, Any]) -> Any:
    """The first JSON in the answer that fits; words and fences round it do not matter.

    Raises SourceTruncated, which says what does not fit."""
    if len(answer) > _LONGEST:
        raise SourceTruncated(f"The model's answer is longer than {_LONGEST} characters; it should be a short JSON.")
    problem = ""
    for value in _values(answer):
        found = next(faults(value, schema, schema), None)
        if found is None:
            return value
        problem = problem or f"{_where('the answer', found[0])} {found[1]}"
    raise SourceTruncated(f"The model's answer cannot be used: {problem or 'it holds no JSON'}.")


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


def _where(whole: str, path: Path) -> str:
    return ", ".join([whole, *(f"entry {part + 1}" if isinstance(part, int) else part for part in path)])
