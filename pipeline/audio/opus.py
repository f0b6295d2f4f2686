"""Opus in Ogg, by FFmpeg's libraries in this process."""

from __future__ import annotations

import av
import numpy as np
from av.audio.stream import AudioStream

from pipeline.audio.rates import Resampler
from pipeline.audio.seams import Samples

BIT_RATE = 32_000
RATE = 48_000
"""Hertz: whatever goes in, Opus counts in these."""
_FRAME = 960
"""Samples: 20 ms."""


class OpusEncoder:
    media_type = "audio/ogg"
    extension = "opus"

    def __init__(self, sample_rate: int, samples: int | None = None) -> None:
        self._out = _Pipe()
        self._resampler = Resampler(sample_rate, RATE)
        self._rest = np.zeros(0, np.int16)
        self._count = 0
        # A page for each frame would be heard soonest, and be a third bigger.
        self._file = av.open(self._out, "w", format="ogg", options={"page_duration": "100000"})
        self._stream: AudioStream = self._file.add_stream("libopus", rate=RATE, layout="mono")
        self._stream.bit_rate = BIT_RATE

    def feed(self, pcm: bytes) -> bytes:
        samples = np.concatenate([self._rest, self._resampler.feed(np.frombuffer(pcm, np.int16))])
        whole = len(samples) // _FRAME * _FRAME
        self._rest = samples[whole:]
        self._encode(samples[:whole])
        return self._out.take()

    def finish(self) -> bytes:
        if not self._count and not len(self._rest):
            self._rest = np.zeros(1, np.int16)  # a file needs a page of sound
        self._encode(np.concatenate([self._rest, self._resampler.finish()]))
        self._file.mux(self._stream.encode(None))
        self._file.close()
        return self._out.take()

    @staticmethod
    def exact(samples: int, sample_rate: int) -> int:
        return samples

    def _encode(self, samples: Samples) -> None:
        for begin in range(0, len(samples), _FRAME):
            frame = av.AudioFrame.from_ndarray(samples[None, begin : begin + _FRAME], format="s16", layout="mono")
            frame.sample_rate, frame.pts = RATE, self._count
            self._count += frame.samples
            self._file.mux(self._stream.encode(frame))


class _Pipe:
    def __init__(self) -> None:
        self._new: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._new.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        data, self._new = b"".join(self._new), []
        return data
