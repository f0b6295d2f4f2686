"""AAC in ADTS, for players that ask for it. It cannot say where its padding is: for joined sound, not for clips."""

from __future__ import annotations

from pipeline.audio.muxing import Muxer

BIT_RATE = 64_000


class AacEncoder(Muxer):
    media_type = "audio/aac"
    extension = "aac"

    def __init__(self, sample_rate: int, samples: int | None = None) -> None:
        super().__init__("aac", "adts", sample_rate, bit_rate=BIT_RATE)
