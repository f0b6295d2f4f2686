"""Settings of the environment: read in one way, with one plain line for what is wrong."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import InvalidSetting

_YES, _NO = ("yes", "true", "1", "on"), ("no", "false", "0", "off")


def number(env: Mapping[str, str], name: str, default: float, least: float, most: float = math.inf) -> float:
    """From `least` to `most`; `default` where nothing is set. Raises InvalidSetting, which names the setting."""
    given = env.get(name, "").strip()
    if not given:
        return default
    try:
        value = float(given)
    except ValueError:
        value = math.nan
    if not least <= value <= most:
        allowed = f"of at least {least:g}" if most == math.inf else f"from {least:g} to {most:g}"
        raise InvalidSetting(f"{name} is a number {allowed}; not {given!r}.", setting=name)
    return value


def yes(env: Mapping[str, str], name: str, *, default: bool) -> bool:
    """Raises InvalidSetting, which names the setting."""
    given = env.get(name, "").strip().lower()
    if given and given not in _YES + _NO:
        raise InvalidSetting(f"{name} is yes or no; not {given!r}.", setting=name)
    return given in _YES if given else default


def key(env: Mapping[str, str], name: str) -> str:
    """A secret, without the end of a line that its file had. Raises InvalidSetting, which does not show it."""
    given = env.get(name, "").strip()
    if not (given.isascii() and given.isprintable()):
        raise InvalidSetting(f"{name} holds characters that no key has; copy it anew.", setting=name)
    return given


def mapping(env: Mapping[str, str], name: str) -> dict[str, Any]:
    """A JSON object. Raises InvalidSetting, which names the setting, and does not show what may hold a secret."""
    try:
        found = json.loads(env.get(name, "").strip() or "{}")
        json.dumps(found, allow_nan=False)
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise InvalidSetting(
            f'{name} is a JSON object, such as {{"top_p": 0.9}}, and what is set is none.', setting=name
        )
    return found


def listed(env: Mapping[str, str], name: str, default: str = "") -> tuple[str, ...]:
    return parted(env.get(name) or "") or parted(default)


def place(given: str | Path) -> Path:
    """With `~` as the user's home: what stands in a file of settings, no shell has read."""
    return Path(os.path.expanduser(given))


def parted(text: str) -> tuple[str, ...]:
    """By commas."""
    return tuple(part for part in map(str.strip, text.split(",")) if part)
