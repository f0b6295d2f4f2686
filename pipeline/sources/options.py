"""Options of one provider alone, told to it as they are: `top_p`, `seed`, `think`, `reasoning_effort` ..."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pipeline.errors import InvalidSetting
from pipeline.settings import mapping

LONGEST = 10_000
"""Bytes of all of them, as JSON."""
_TAKEN = frozenset(
    "model messages prompt system tools stream stream_options n temperature stop stop_sequences max_tokens "
    "max_completion_tokens num_predict api_key api_base base_url".split()
)
"""What has a field of its own in a request, or is not for a caller to say."""


def unfit(given: Mapping[str, Any]) -> str:
    """Why these cannot be given, or ""."""
    if taken := sorted(_TAKEN.intersection(given)):
        return f"{taken[0]} is none of them: it has a place of its own, or is not to be changed"
    if not isinstance(given.get("options", {}), Mapping):
        return "options (Ollama's) is a mapping"
    size = weight(given)
    if size is None:
        return "they are JSON"
    return f"they have {size:,} bytes as JSON; the most allowed is {LONGEST:,}" if size > LONGEST else ""


def weight(given: Mapping[str, Any]) -> int | None:
    """Bytes as JSON; None where it is none."""
    try:
        text = json.dumps(dict(given), ensure_ascii=False, allow_nan=False)
        return len(text.encode()) if all(isinstance(name, str) for name in given) else None
    except (TypeError, ValueError, RecursionError):
        return None


def options(env: Mapping[str, str], name: str) -> dict[str, Any]:
    """Those of a setting. Raises InvalidSetting, which names it."""
    given = mapping(env, name)
    if wrong := unfit(given):
        raise InvalidSetting(f"{name}: {wrong}.", setting=name)
    return given
