"""Sound through FFmpeg's libraries in this process, in frames as they come."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import cast

import av
import numpy as np
from av.audio.stream import AudioStream

from pipeline.audio.rates import Resampler
from pipeline.audio.seams import Samples
from pipeline.errors import InvalidSetting

AAC_BIT_RATE, OPUS_BIT_RATE = 64_000, 32_000
OPUS_RATE = 48_000
"""Hertz: whatever goes in, Opus counts in these."""


class Muxer:
    """One codec in one container. Without a `path` the file is handed on in pieces."""

    def __init__(
        self,
        codec: str,
        container: str,
        sample_rate: int,
        *,
        bit_rate: int,
        rate: int | None = None,
        frame: int = 1024,
        path: Path | None = None,
        options: Mapping[str, str] | None = None,
    ) -> None:
        """`rate`: what the codec wants, if not that of the samples; `frame`: samples that it takes at a time."""
        self._pipe = _Pipe()
        self._rate = rate or sample_rate
        known = av.Codec(codec, "w").audio_rates
        if known and self._rate not in known:
            rates = ", ".join(map(str, sorted(known)))
            raise InvalidSetting(f"{codec.upper()} has no sample rate of {self._rate} Hz, only {rates}.")
        self._frame = frame
        self._resampler = Resampler(sample_rate, self._rate)
        self._rest: Samples = np.zeros(0, np.int16)
        self._count = 0
        self._file = av.open(str(path) if path else self._pipe, "w", format=container, options=dict(options or {}))
        self._stream = cast(AudioStream, self._file.add_stream(codec, rate=self._rate, layout="mono"))
        self._stream.bit_rate = bit_rate

    def feed(self, pcm: bytes) -> bytes:
        samples = np.concatenate([self._rest, self._resampler.feed(np.frombuffer(pcm, np.int16))])
        whole = len(samples) // self._frame * self._frame
        self._rest = samples[whole:]
        self._encode(samples[:whole])
        return self._pipe.take()

    def finish(self) -> bytes:
        rest = np.concatenate([self._rest, self._resampler.finish()])
        self._encode(rest if self._count or len(rest) else np.zeros(1, np.int16))  # no sound at all is no file
        self._file.mux(self._stream.encode(None))
        self._file.close()
        return self._pipe.take()

    @staticmethod
    def exact(samples: int, sample_rate: int) -> int:
        return samples

    def _encode(self, samples: Samples) -> None:
        for begin in range(0, len(samples), self._frame):
            part = samples[None, begin : begin + self._frame]
            frame = av.AudioFrame.from_ndarray(part, format="s16", layout="mono")
            frame.sample_rate, frame.pts = self._rate, self._count
            self._count += frame.samples
            self._file.mux(self._stream.encode(frame))


class AacEncoder(Muxer):
    """In ADTS, for players that ask for it. It cannot say where its padding is: for joined sound, not for clips."""

    media_type = "audio/aac"
    extension = "aac"

    def __init__(self, sample_rate: int, samples: int | None = None) -> None:
        super().__init__("aac", "adts", sample_rate, bit_rate=AAC_BIT_RATE)


class OpusEncoder(Muxer):
    """In Ogg."""

    media_type = "audio/ogg"
    extension = "opus"

    def __init__(self, sample_rate: int, samples: int | None = None) -> None:
        # A page for every frame would be heard soonest, and the file be a third bigger.
        pages = {"page_duration": "100000"}
        super().__init__(
            "libopus", "ogg", sample_rate, bit_rate=OPUS_BIT_RATE, rate=OPUS_RATE, frame=960, options=pages
        )


class _Pipe:
    def __init__(self) -> None:
        self._new: list[bytes] = []

    def write(self, data: bytes) -> int:
        self._new.append(bytes(data))
        return len(data)

    def take(self) -> bytes:
        data, self._new = b"".join(self._new), []
        return data
