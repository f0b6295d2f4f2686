"""What one script may do, hold and be silent for: steps within steps, and texts of texts, multiply."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipeline.errors import InvalidScript
from pipeline.narration.scripts.results import LONGEST

STEPS = 100_000
HELD = 20_000_000
"""Characters of all results."""
SILENCE = 86_400.0
"""Seconds, of all pauses together."""


class Bounds:
    """Of one performance. Each method raises InvalidScript for what is too much."""

    def __init__(self) -> None:
        self._steps = 0
        self._held = 0
        self._silence = 0.0

    def step(self) -> None:
        """Another one begins."""
        self._steps += 1
        if self._steps > STEPS:
            raise InvalidScript(f"The script takes more than {STEPS:,} steps, each time that one is taken counted.")

    def held(self, result: Mapping[str, Any]) -> dict[str, Any]:
        """What is kept of a step's result."""
        kept = {key: value[:LONGEST] if isinstance(value, str) else value for key, value in result.items()}
        self._held += sum(len(value) for value in kept.values() if isinstance(value, str))
        if self._held > HELD:
            raise InvalidScript(f"The steps of the script give more than {HELD:,} characters for others to use.")
        return kept

    def silence(self, seconds: float) -> float:
        """The same, rounded."""
        self._silence += seconds
        if self._silence > SILENCE:
            raise InvalidScript(f"The script is silent for more than {SILENCE / 3600:g} hours in all.")
        return round(seconds, 3)
