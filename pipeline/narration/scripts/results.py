"""What a step of a script gives, and where later ones use it: as {id.field}."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from pipeline.errors import InvalidScript

LONGEST = 1_000_000
"""Characters that one result may have, and of results in one step."""
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
    """With the results of earlier steps in place of {id.field}; what is filled in is not read again. Raises
    InvalidScript for more than any step may say: texts that repeat texts grow by leaps."""
    room = LONGEST

    def written(found: re.Match[str]) -> str:
        nonlocal room
        value = results.get(found[1], {}).get(found[2], found[0])
        text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        room -= len(text)
        if room < 0:
            raise InvalidScript(f"A step of the script fills in more than {LONGEST:,} characters of others' results.")
        return text

    def fill(value: Any) -> Any:
        if isinstance(value, str):
            return REFERENCE.sub(written, value)
        if isinstance(value, dict):
            return {name: fill(inner) for name, inner in value.items()}
        if isinstance(value, list):
            return [fill(inner) for inner in value]
        return value

    return fill(value)
