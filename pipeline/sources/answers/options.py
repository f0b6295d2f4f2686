"""Options of one provider alone, told to it as they are: `top_p`, `seed`, `think`, `reasoning_effort` ..."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from pipeline.errors import InvalidSetting
from pipeline.ground.settings import mapping

LONGEST = 10_000
"""Bytes of all of them, as JSON."""
_DEEPEST = 100
"""Levels of lists and mappings within one another."""
_TAKEN = frozenset(
    "model messages prompt system tools stream stream_options n temperature stop stop_sequences max_tokens "
    "max_completion_tokens num_predict n_predict api_key api_base base_url".split()
)
"""What has a field of its own in a request, or is not for a caller to say."""


def unfit(given: Mapping[str, Any]) -> str:
    """Why these cannot be given, or ""."""
    size, nested = weight(given), given.get("options", {})
    if size is None:
        return "they are JSON"
    if not isinstance(nested, Mapping):
        return "options (Ollama's) is a mapping"
    if taken := sorted(name for name in (*given, *nested) if name.lower() in _TAKEN):  # servers in Go know no case
        return f"{taken[0]} is none of them: it has a place of its own, or is not to be changed"
    return f"they have {size:,} bytes as JSON; the most allowed is {LONGEST:,}" if size > LONGEST else ""


def weight(given: Mapping[str, Any]) -> int | None:
    """Bytes as JSON; None where it is none, or too deep to be handed on."""
    try:
        text = json.dumps(dict(given), ensure_ascii=False, allow_nan=False)
        fit = all(isinstance(name, str) for name in given) and not _deeper(given, _DEEPEST)
        return len(text.encode()) if fit else None
    except (TypeError, ValueError, RecursionError):
        return None


def _deeper(value: object, levels: int) -> bool:
    within = value.values() if isinstance(value, Mapping) else value if isinstance(value, list | tuple) else None
    return within is not None and (not levels or any(_deeper(one, levels - 1) for one in within))


def options(env: Mapping[str, str], name: str) -> dict[str, Any]:
    """Those of a setting. Raises InvalidSetting, which names it."""
    given = mapping(env, name)
    if wrong := unfit(given):
        raise InvalidSetting(f"{name}: {wrong}.", setting=name)
    return given
