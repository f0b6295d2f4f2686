"""How long a provider may be silent, as the settings say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.ground.settings import number


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a provider may be silent while it is listened to."""

    first: float = 300.0
    """Before its first word: models are loaded, long texts are read."""
    between: float = 60.0

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Patience:
        usual, least = cls(), 0.001
        return cls(
            number(env, "ALOUD_LLM_FIRST_TOKEN", usual.first, least),
            number(env, "ALOUD_LLM_TIMEOUT", usual.between, least),
        )
