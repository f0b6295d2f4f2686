"""How long a provider may be silent, as the settings say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.errors import InvalidSetting


@dataclass(frozen=True, slots=True)
class Patience:
    """Seconds that a provider may be silent while it is listened to."""

    first: float = 300.0
    """Before its first word: models are loaded, long texts are read."""
    between: float = 60.0

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Patience:
        return cls(number(env, "ALOUD_LLM_FIRST_TOKEN", 300.0), number(env, "ALOUD_LLM_TIMEOUT", 60.0))


def number(env: Mapping[str, str], name: str, default: float, *, least: float = 0.001) -> float:
    """Raises InvalidSetting, which names the setting."""
    given = env.get(name) or str(default)
    try:
        value = float(given)
    except ValueError:
        value = float("nan")
    if not value >= least:
        raise InvalidSetting(f"{name} is a number of at least {least:g}; not {given!r}.")
    return value
