"""Opus in Ogg."""

from __future__ import annotations

from pipeline.audio.muxing import Muxer

BIT_RATE = 32_000
RATE = 48_000
"""Hertz: whatever goes in, Opus counts in these."""


class OpusEncoder(Muxer):
    media_type = "audio/ogg"
    extension = "opus"

    def __init__(self, sample_rate: int, samples: int | None = None) -> None:
        # A page for every frame would be heard soonest, and the file be a third bigger.
        pages = {"page_duration": "100000"}
        super().__init__("libopus", "ogg", sample_rate, bit_rate=BIT_RATE, rate=RATE, frame=960, options=pages)
