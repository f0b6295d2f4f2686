"""Samples as they are, 16 bit little-endian mono: as WAV behind a header of 44 bytes, as PCM with nothing else."""

from __future__ import annotations

import struct

HEADER = 44
"""Bytes."""
_OPEN = 0xFFFFFFFF
"""As a length: not known. Players read on to the end of the file."""


class WavEncoder:
    media_type = "audio/wav"
    extension = "wav"

    def __init__(self, sample_rate: int, samples: int | None = None) -> None:
        self._header = header(sample_rate, samples)

    def feed(self, pcm: bytes) -> bytes:
        data, self._header = self._header + pcm, b""
        return data

    def finish(self) -> bytes:
        return self.feed(b"")

    @staticmethod
    def exact(samples: int, sample_rate: int) -> int:
        return samples


class PcmEncoder:
    media_type = "audio/pcm"
    extension = "pcm"

    def __init__(self, sample_rate: int, samples: int | None = None) -> None: ...

    def feed(self, pcm: bytes) -> bytes:
        return pcm

    def finish(self) -> bytes:
        return b""

    @staticmethod
    def exact(samples: int, sample_rate: int) -> int:
        return samples


def header(sample_rate: int, samples: int | None) -> bytes:
    """For so many samples of 16 bit mono; None while nobody knows how many."""
    size = _OPEN if samples is None else min(2 * samples, _OPEN)
    riff = min(size + HEADER - 8, _OPEN)
    return struct.pack(
        "<4sI4s4sIHHIIHH4sI",
        b"RIFF", riff, b"WAVE", b"fmt ", 16, 1, 1, sample_rate, sample_rate * 2, 2, 16, b"data", size,
    )  # fmt: skip


def sample_rate_of(header: bytes) -> int:
    """Of a header as `header` makes it."""
    rate: int = struct.unpack_from("<I", header, 24)[0]
    return rate
