"""How large a passage may grow and how long text may wait."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Literal, Self, get_args

from pipeline.errors import InvalidLimits

Mode = Literal["adaptive", "fixed", "batch"]

_SIZES = ("sentence_buffer_size", "first_chunk_length", "min_chunk_length", "max_chunk_length")
LARGEST = 10_000
"""Of any size, whatever is asked for: no voice takes so many characters in one breath, and all that is known of a
passage is found in one go, while nobody else is served."""
_TIMES = ("max_idle_time", "max_buffer_time")


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes in sentences and characters, times in seconds. Raises `InvalidLimits` when they make no sense."""

    mode: Mode = "adaptive"
    sentence_buffer_size: int = 2
    """Sentences of a passage: exactly (fixed), at most (adaptive), not heeded (batch: always one)."""
    first_chunk_length: int = 80
    """Characters of the first passage, at most."""
    min_chunk_length: int = 20
    """Characters; a shorter sentence waits for the next one."""
    max_chunk_length: int = 300
    """Characters; a longer sentence is cut. No passage has more than 10,000."""
    max_idle_time: float = 0.25
    """Seconds without a token after which finished sentences are spoken."""
    max_buffer_time: float = 3.0
    """Seconds that the oldest text may wait."""

    def __post_init__(self) -> None:
        if self.mode not in get_args(Mode):
            known = ", ".join(get_args(Mode))
            raise InvalidLimits(f"mode is {self.mode!r}; choose one of {known}.", name="mode")
        for name in _SIZES:
            _check_size(name, getattr(self, name))
        for name in _TIMES:
            _check_time(name, getattr(self, name))
        if self.min_chunk_length > self.max_chunk_length:
            raise InvalidLimits(
                f"min_chunk_length ({self.min_chunk_length}) is over max_chunk_length ({self.max_chunk_length}); "
                "lower the one or raise the other.",
                name="min_chunk_length",
            )
        for name in _SIZES:
            object.__setattr__(self, name, min(getattr(self, name), LARGEST))

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Self:
        """The defaults with what is given in their place. Raises `InvalidLimits` for a name that is no limit."""
        names = [field.name for field in fields(cls)]
        for name in given:
            if name not in names:
                raise InvalidLimits(f"There is no limit named {name!r}; there are {', '.join(names)}.", name=str(name))
        return cls(**given)


def _check_size(name: str, value: object) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise InvalidLimits(f"{name} is {value!r}; give a whole number, 1 or more.", name=name)
    if value < 1:
        raise InvalidLimits(f"{name} is {value}; the least is 1.", name=name)


def _check_time(name: str, value: object) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        raise InvalidLimits(f"{name} is {value!r}; give a number of seconds.", name=name)
    if value < 0:
        raise InvalidLimits(f"{name} is {value:g}; a time cannot be below 0 seconds.", name=name)
