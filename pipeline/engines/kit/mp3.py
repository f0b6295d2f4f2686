"""MP3 as it comes, piece by piece, to PCM."""

from __future__ import annotations

from itertools import chain
from typing import cast

import av
import numpy as np

from pipeline.errors import EngineError


class Decoder:
    """Mono at `rate`, which the sound must have."""

    def __init__(self, rate: int) -> None:
        self._rate = rate
        self._codec = cast(av.AudioCodecContext, av.CodecContext.create("mp3float", "r"))
        self.seconds = 0.0
        """Decoded so far."""

    def feed(self, data: bytes) -> bytes:
        """What can be heard of it by now. Raises EngineError for what is not MP3, or of another rate."""
        return self._decode(data)

    def end(self) -> bytes:
        """What was still held back."""
        return self._decode(None)

    def _decode(self, data: bytes | None) -> bytes:
        sound = b""
        try:
            packets = self._codec.parse(data or b"")
            for frame in chain.from_iterable(map(self._codec.decode, packets if data else [*packets, None])):
                if frame.sample_rate != self._rate or frame.layout.nb_channels != 1:
                    raise EngineError(
                        f"The sound is not mono at {self._rate} Hz, but {frame.layout.name} at {frame.sample_rate}."
                    )
                samples = frame.to_ndarray()[0]
                self.seconds += len(samples) / self._rate
                sound += (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
        except av.FFmpegError as error:
            raise EngineError(f"The sound cannot be decoded: {error}") from error
        return sound
