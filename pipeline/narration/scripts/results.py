"""What a step of a script gives, and where later ones use it: as {id.field}."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

REFERENCE = re.compile(r"\{([A-Za-z_]\w{0,63})\.(\w{1,64})\}")
RESULTS: Mapping[str, tuple[str, ...]] = {
    "speak": ("text",),
    "llm_chat": ("response", "streamed", "chunks", "message", "provider", "model"),
    "document": ("text", "title", "author"),
    "pause": (),
    "sound": (),
    "dialogue": ("text",),
    "each": ("item", "number"),
}
"""What later steps may use of each, as {id.field}; of `each` only the steps within it."""


def filled(value: Any, results: Mapping[str, Mapping[str, Any]]) -> Any:
    """With the results of earlier steps in place of {id.field}; what is filled in is not read again."""
    if isinstance(value, str):
        return REFERENCE.sub(lambda found: _written(results, found[1], found[2], found[0]), value)
    if isinstance(value, dict):
        return {name: filled(inner, results) for name, inner in value.items()}
    if isinstance(value, list):
        return [filled(inner, results) for inner in value]
    return value


def _written(results: Mapping[str, Mapping[str, Any]], name: str, field: str, otherwise: str) -> str:
    value = results.get(name, {}).get(field, otherwise)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
