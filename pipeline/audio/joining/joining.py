"""A run's clips as one piece of sound, in any format, in constant memory, growing while the run does."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator, Iterable, Iterator
from contextlib import aclosing, closing
from functools import partial
from pathlib import Path, PurePosixPath

import anyio
import numpy as np
import soundfile

from pipeline.audio import JOINED, KEPT, Encoder, encoder
from pipeline.audio.formats.wav import HEADER, WavEncoder, sample_rate_of
from pipeline.audio.rates import Resampler
from pipeline.audio.seams import NONE, Samples
from pipeline.errors import NotHeld
from pipeline.events import Audio, Event, Pause, Sound, Speaking
from pipeline.ports import ClipStore, GrowingFile

_FIRST, _BLOCK = 1 << 13, 1 << 18
"""Samples of a clip's first block, and at most: its beginning is heard while the rest is still being encoded."""


class Join:
    """Everything that a run's events say is heard, one after the other, at the places that `begins` has."""

    def __init__(self, clips: ClipStore, run: str, sample_rate: int, format: str = "wav") -> None:
        self._clips = clips
        self._run = run
        self._rate = sample_rate
        self._encoder = encoder(format, JOINED)

    async def stream(self, events: AsyncIterator[Event], samples: int | None = None) -> AsyncGenerator[bytes, None]:
        """The file's bytes. `samples`: what `length` says of an ended run, so that the file's header can say it too.

        With `Speaking` among the events, a clip that grows is heard as it does. When it is broken off, that breaks
        this off, too: what was heard of it is no part of the run. Raises NotHeld when a clip is gone, StoreError when
        one is broken off."""
        encoder, heard = self._encoder(self._rate, samples), None
        async for event in events:
            if isinstance(event, Speaking):
                if self._growing(event) is not None:
                    heard = event.index
                    async with aclosing(self.clip(event)) as pieces:
                        async for piece in pieces:
                            if more := await anyio.to_thread.run_sync(encoder.feed, piece):
                                yield more
                continue
            if isinstance(event, Audio) and event.index == heard:
                continue
            with closing(self._sound(event)) as blocks:
                while (data := await anyio.to_thread.run_sync(_next, encoder, blocks)) is not None:
                    if data:
                        yield data
        yield await anyio.to_thread.run_sync(encoder.finish)

    async def clip(self, event: Speaking | Audio | Pause | Sound) -> AsyncGenerator[bytes, None]:
        """The samples of one clip, whole or growing, or of what is heard between clips. Raises as `stream` does."""
        if isinstance(event, Speaking | Audio) and (growing := self._growing(event)) is not None:
            async with aclosing(_grown(growing, self._rate)) as pieces:
                async for piece in pieces:
                    yield piece.tobytes()
            return
        with closing(self._sound(event)) as blocks:
            while (block := await anyio.to_thread.run_sync(next, blocks, None)) is not None:
                yield block.tobytes()

    def blocks(self, events: Iterable[Event]) -> Iterator[bytes]:
        """The file's bytes, of a run that has ended, in a thread. Raises NotHeld when a clip is gone."""
        heard = [event for event in events if isinstance(event, Audio | Sound | Pause)]
        encoder = self._encoder(self._rate, sum(map(self._length, heard)))
        for event in heard:
            with closing(self._sound(event)) as blocks:
                yield from iter(partial(_next, encoder, blocks), None)
        yield encoder.finish()

    async def length(self, events: Iterable[Event]) -> int:
        """Samples of all that is heard. Raises NotHeld when a clip is gone."""
        heard = [event for event in events if isinstance(event, Audio | Sound | Pause)]
        return await anyio.to_thread.run_sync(lambda: sum(map(self._length, heard)))

    def _sound(self, event: Event) -> Generator[Samples, None, None]:
        if isinstance(event, Pause):
            yield from _silence(round(event.seconds * self._rate))
        elif isinstance(event, Speaking | Audio | Sound):
            yield from _file(self._path(event), self._rate)

    def _growing(self, event: Speaking | Audio) -> GrowingFile | None:
        """Its samples, whatever it is compressed to."""
        name = PurePosixPath(event.url.partition("?")[0]).stem
        return self._clips.growing(self._run, f"{name}.{WavEncoder.extension}")

    def _length(self, event: Audio | Sound | Pause) -> int:
        if isinstance(event, Pause):
            return round(event.seconds * self._rate)
        with soundfile.SoundFile(self._path(event)) as file:
            return _samples(file, self._rate)

    def _path(self, event: Speaking | Audio | Sound) -> Path:
        name = PurePosixPath(event.url.partition("?")[0])
        for ending in KEPT:
            if (path := self._clips.path(self._run, f"{name.stem}.{ending}")) is not None:
                return path
        raise NotHeld(f"The clip {name.name} of the run {self._run} is no longer there.")


async def each(events: Iterable[Event]) -> AsyncGenerator[Event, None]:
    """Events that are all there, for those who take them as they come."""
    for event in events:
        yield event


async def _grown(file: GrowingFile, sample_rate: int) -> AsyncGenerator[Samples, None]:
    """The samples of a WAV while it grows: in the end as many as if it had been read when it was whole."""
    resampler: Resampler | None = None
    held, read, given, rate = b"", 0, 0, sample_rate
    async with aclosing(file.follow()) as blocks:
        async for block in blocks:
            held += block
            if resampler is None:
                if len(held) < HEADER:
                    continue
                rate = sample_rate_of(held)
                resampler, held = Resampler(rate, sample_rate), held[HEADER:]
            whole = len(held) & ~1
            samples = resampler.feed(np.frombuffer(held[:whole], np.int16))
            held, read, given = held[whole:], read + whole // 2, given + len(samples)
            yield samples
    last = NONE if resampler is None else resampler.finish()
    left = max(0, round(read / rate * sample_rate) - given)
    yield np.concatenate([last[:left], np.zeros(left - len(last[:left]), np.int16)])


# ---- in a thread ----------------------------------------------------------------------------------------------------


def _next(encoder: Encoder, blocks: Iterator[Samples]) -> bytes | None:
    samples = next(blocks, None)
    return None if samples is None else encoder.feed(samples.tobytes())


def _silence(left: int) -> Iterator[Samples]:
    while left > 0:
        yield np.zeros(min(left, _BLOCK), np.int16)
        left -= _BLOCK


def _file(path: Path, sample_rate: int) -> Generator[Samples, None, None]:
    with soundfile.SoundFile(path) as file:
        resampler, left, size, more = Resampler(file.samplerate, sample_rate), _samples(file, sample_rate), _FIRST, True
        while more:
            read = file.read(size, dtype="int16", always_2d=True)
            more, size = len(read) == size, min(2 * size, _BLOCK)
            samples: Samples = read[:, 0] if read.shape[1] == 1 else read.mean(axis=1).astype(np.int16)
            samples = (resampler.feed(samples) if more else resampler.finish(samples))[:left]
            if not more:
                samples = np.concatenate([samples, np.zeros(left - len(samples), np.int16)])
            left -= len(samples)
            yield samples


def _samples(file: soundfile.SoundFile, sample_rate: int) -> int:
    seconds: float = file.frames / file.samplerate
    return round(seconds * sample_rate)
