"""A run's clips as one piece of sound, in any format, in constant memory, growing while the run does."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Iterable
from contextlib import closing
from pathlib import Path, PurePosixPath
from typing import Protocol

import anyio
import numpy as np
import soundfile
import soxr

from pipeline.audio import Encoder, encoder
from pipeline.audio.seams import Samples
from pipeline.errors import NotHeld
from pipeline.events import Audio, Event, Pause, Sound
from pipeline.ports import ClipStore

_BLOCK = 1 << 18
"""Samples at a time."""
KEPT = ("wav", "flac")
"""Endings under which the store holds PCM."""


class Join:
    """Everything that a run's events say is heard, one after the other, at the places that `begins` has."""

    def __init__(self, clips: ClipStore, run: str, sample_rate: int, format: str = "wav") -> None:
        self._clips = clips
        self._run = run
        self._rate = sample_rate
        self._encoder = encoder(format)

    @property
    def media_type(self) -> str:
        return self._encoder.media_type

    async def stream(self, events: AsyncIterator[Event], samples: int | None = None) -> AsyncGenerator[bytes, None]:
        """The file's bytes. `samples`: what `length` says of an ended run, so that the file's header can say it too.

        Raises NotHeld when a clip is gone."""
        encoder = self._encoder(self._rate, samples)
        async for event in events:
            reader = self._reader(event)
            if reader is None:
                continue
            with closing(reader):
                while (data := await anyio.to_thread.run_sync(_next, encoder, reader)) is not None:
                    if data:
                        yield data
        yield await anyio.to_thread.run_sync(encoder.finish)

    async def length(self, events: Iterable[Event]) -> int:
        """Samples of all that is heard."""
        readers = [reader for event in events if (reader := self._reader(event)) is not None]
        return await anyio.to_thread.run_sync(lambda: sum(reader.length() for reader in readers))

    def _reader(self, event: Event) -> Reader | None:
        if isinstance(event, Pause):
            return Silence(round(event.seconds * self._rate))
        if isinstance(event, Audio | Sound):
            return File(self._path(event), self._rate)
        return None

    def _path(self, event: Audio | Sound) -> Path:
        name = PurePosixPath(event.url.partition("?")[0])
        for ending in KEPT:
            if (path := self._clips.path(self._run, f"{name.stem}.{ending}")) is not None:
                return path
        raise NotHeld(f"The clip {name.name} of the run {self._run} is no longer there.")


class Reader(Protocol):
    """Sound, block by block, at the rate of the run."""

    def length(self) -> int: ...

    def read(self) -> Samples | None:
        """The next block, or None at the end."""
        ...

    def close(self) -> None: ...


def _next(encoder: Encoder, reader: Reader) -> bytes | None:
    samples = reader.read()
    return None if samples is None else encoder.feed(samples.tobytes())


class Silence:
    def __init__(self, samples: int) -> None:
        self._samples = samples
        self._left = samples

    def length(self) -> int:
        return self._samples

    def read(self) -> Samples | None:
        count = min(self._left, _BLOCK)
        self._left -= count
        return np.zeros(count, np.int16) if count else None

    def close(self) -> None: ...


class File:
    """A file of sound, opened when first read."""

    def __init__(self, path: Path, sample_rate: int) -> None:
        self._path = path
        self._rate = sample_rate
        self._file: soundfile.SoundFile | None = None
        self._resample: soxr.ResampleStream | None = None
        self._left = 0
        self._ended = False

    def length(self) -> int:
        with soundfile.SoundFile(self._path) as file:
            return self._length(file)

    def _length(self, file: soundfile.SoundFile) -> int:
        seconds: float = file.frames / file.samplerate
        return round(seconds * self._rate)

    def read(self) -> Samples | None:
        file = self._file or self._open()
        if self._ended:
            return None
        samples = file.read(_BLOCK, dtype="int16", always_2d=True)
        self._ended = last = len(samples) < _BLOCK
        mono: Samples = samples[:, 0] if samples.shape[1] == 1 else samples.mean(axis=1).astype(np.int16)
        if self._resample is not None:
            mono = self._resample.resample_chunk(mono, last=last)
        mono = mono[: self._left]
        if last and len(mono) < self._left:  # what a resampler swallowed
            mono = np.concatenate([mono, np.zeros(self._left - len(mono), np.int16)])
        self._left -= len(mono)
        return mono if len(mono) else None

    def close(self) -> None:
        if self._file is not None:
            self._file.close()

    def _open(self) -> soundfile.SoundFile:
        self._file = file = soundfile.SoundFile(self._path)
        self._left = self._length(file)
        if file.samplerate != self._rate:
            self._resample = soxr.ResampleStream(file.samplerate, self._rate, 1, dtype="int16")
        return file
