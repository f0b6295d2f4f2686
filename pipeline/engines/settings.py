"""An engine's settings: read from the environment, with one plain line for what is wrong, and told apart."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path

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


def origin(*facts: object) -> str:
    """A few letters for where an engine's sound comes from, as part of its version: what one server or model said is
    never taken for what another one would say. Of a file it is the name and the size that count."""
    told = [(fact.name, fact.stat().st_size) if isinstance(fact, Path) else fact for fact in facts]
    return blake2b(repr(told).encode(), digest_size=6).hexdigest()
