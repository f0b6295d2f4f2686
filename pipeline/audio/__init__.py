"""Sound: from what an engine says to files that play."""

from __future__ import annotations

from importlib import import_module
from typing import Protocol

from pipeline.errors import InvalidSetting


class Encoder(Protocol):
    """One stream of 16-bit mono samples as one file; what it gives is in order, and complete after `finish`."""

    media_type: str
    extension: str

    def __init__(self, sample_rate: int) -> None: ...

    def feed(self, pcm: bytes) -> bytes: ...

    def finish(self) -> bytes: ...

    @classmethod
    def whole(cls, pcm: bytes, sample_rate: int) -> bytes:
        """A finished file, its length in its header where the format has such a thing."""
        ...


ENCODERS: dict[str, str] = {
    "wav": "pipeline.audio.wav:WavEncoder",
}


def encoder(name: str) -> type[Encoder]:
    """Raises InvalidSetting for a format that does not exist."""
    if name not in ENCODERS:
        raise InvalidSetting(f"There is no audio format {name!r}; there is: {', '.join(ENCODERS)}.")
    module, _, attribute = ENCODERS[name].partition(":")
    found: type[Encoder] = getattr(import_module(module), attribute)
    return found
