"""PCM: the samples and nothing else, 16 bit little-endian mono."""

from __future__ import annotations


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
