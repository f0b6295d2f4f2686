"""Reading an engine's settings from the environment, with one plain line for what is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from pipeline.errors import InvalidSetting


def number(env: Mapping[str, str], name: str, low: float, high: float, default: float = 0.0) -> float:
    """The setting as a number between `low` and `high`. Raises InvalidSetting, which names it."""
    text = env.get(name, "").strip()
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = float("nan")
    if not low <= value <= high:
        raise InvalidSetting(f"{name} must be a number from {low:g} to {high:g}, not '{text}'.", setting=name)
    return value
