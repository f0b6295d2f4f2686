"""Sound: from what an engine says to files that play."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from pipeline.errors import InvalidSetting
from pipeline.ground.tables import loaded


class Encoder(Protocol):
    """16-bit mono samples on their way into one file. What it gives is in order, and complete after `finish`."""

    media_type: str
    extension: str

    def __init__(self, sample_rate: int, samples: int | None = None) -> None:
        """`samples`: how many there will be, where that is known; the file then says so."""
        ...

    def feed(self, pcm: bytes) -> bytes: ...

    def finish(self) -> bytes: ...

    @staticmethod
    def exact(samples: int, sample_rate: int) -> int:
        """The least length, of `samples` or more, with which a file ends exactly where its sound does, even one that
        was begun without knowing its length."""
        ...


ENCODERS: dict[str, str] = {
    "wav": "pipeline.audio.formats.wav:WavEncoder",
    "mp3": "pipeline.audio.formats.mp3:Mp3Encoder",
    "opus": "pipeline.audio.formats.muxing:OpusEncoder",
    "flac": "pipeline.audio.formats.flac:FlacEncoder",
}
"""Formats of clips."""
KEPT = ("wav", "flac")
"""Endings of clips that hold their samples as they are; beside any other a WAV of the same samples is kept."""
JOINED: dict[str, str] = {
    **ENCODERS,
    "aac": "pipeline.audio.formats.muxing:AacEncoder",
    "pcm": "pipeline.audio.formats.wav:PcmEncoder",
}
"""What a whole run can be had as; clips only as what can say how long it is."""


def encoder(name: str, table: Mapping[str, str] = ENCODERS) -> type[Encoder]:
    """Raises InvalidSetting for a format that does not exist."""
    if name not in table:
        raise InvalidSetting(f"There is no audio format {name!r}; there is: {', '.join(table)}.")
    found: type[Encoder] = loaded(table[name])
    return found


def encoded(encoder: type[Encoder], pcm: bytes, sample_rate: int) -> bytes:
    """A whole file."""
    made = encoder(sample_rate, len(pcm) // 2)
    return made.feed(pcm) + made.finish()
