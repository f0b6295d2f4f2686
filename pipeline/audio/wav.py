"""WAV: a header of 44 bytes and the samples as they are."""

from __future__ import annotations

import struct

_OPEN = 0xFFFFFFFF
"""As a length: not known yet. Players read on to the end of the file."""


class WavEncoder:
    media_type = "audio/wav"
    extension = "wav"

    def __init__(self, sample_rate: int) -> None:
        self.sample_rate = sample_rate
        self._begun = False

    def feed(self, pcm: bytes) -> bytes:
        if self._begun:
            return pcm
        self._begun = True
        return header(self.sample_rate, None) + pcm

    def finish(self) -> bytes:
        return self.feed(b"")

    @classmethod
    def whole(cls, pcm: bytes, sample_rate: int) -> bytes:
        return header(sample_rate, len(pcm)) + pcm


def header(sample_rate: int, size: int | None) -> bytes:
    """For `size` bytes of 16-bit mono; None while nobody knows how many."""
    known = size is not None and size + 36 < _OPEN
    riff, data = (size + 36, size) if size is not None and known else (_OPEN, _OPEN)
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF", riff, b"WAVE", b"fmt ", 16, 1, 1, sample_rate, sample_rate * 2, 2, 16, b"data", data,
    )  # fmt: skip
