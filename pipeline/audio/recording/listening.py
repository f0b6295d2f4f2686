"""Hears an engine out: its sound as clean samples, its word times, its deadlines."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from contextlib import aclosing

import anyio.lowlevel
import numpy as np

from pipeline.audio.rates import Resampler
from pipeline.audio.recording.loudness import Meter
from pipeline.audio.seams import Samples, Seam, lead
from pipeline.errors import EngineError, EngineSilent, EngineTimeout
from pipeline.ground.alarm import STOOD_STILL
from pipeline.ports import Engine, Take
from pipeline.types import Handover, Voice, WordTime
from pipeline.utterance import plain, utter

SLOW = 0.050
"""Seconds after its first sound that an engine may take before its clip is announced unfinished, to a listener."""


class Sound:
    """What an engine says of one text, cleaned as it comes, at the clip's own sample rate."""

    def __init__(self, engine_rate: int, sample_rate: int) -> None:
        self.engine_rate = engine_rate
        self._rate = sample_rate
        self._seam = Seam(sample_rate)
        self._resampler = Resampler(engine_rate, sample_rate)
        self._odd = b""
        self.meter = Meter(sample_rate)
        self.raw: list[bytes] = []
        self.size = 0
        """Bytes of it."""
        self.heard = False
        """Whether any of it can be heard."""
        self._cleared = 0
        """Pieces of it."""
        self.clean: list[Samples] = []

    @property
    def cut(self) -> float:
        """Seconds taken away in front."""
        return self._seam.cut / self._rate

    def add(self, data: bytes) -> None:
        """Costs next to nothing; the work is done in `clear`, better once than often."""
        half = self.size & 1
        self.raw.append(data)
        self.size += len(data)
        if not self.heard:
            samples = np.frombuffer(data[half : len(data) - (self.size & 1)], np.int16)
            self.heard = lead(samples) < len(samples)

    def clear(self) -> bool:
        """Whether there is more of the clip now."""
        return self._keep(self._seam.feed(self._resampler.feed(self._new())))

    def finish(self) -> None:
        self._keep(self._seam.finish(self._resampler.finish(self._new())))

    def _new(self) -> Samples:
        """What was added since; half a sample is kept for later."""
        data = self._odd + b"".join(self.raw[self._cleared :])
        self._cleared = len(self.raw)
        whole = len(data) & ~1
        self._odd = data[whole:]
        return np.frombuffer(data[:whole], np.int16)

    def _keep(self, samples: Samples) -> bool:
        if len(samples):
            self.clean.append(samples)
            self.meter.feed(samples)
        return len(samples) > 0


class Listening:
    """Runs beside whoever reads it: the engine never waits for a disk."""

    def __init__(
        self,
        engine: Engine,
        text: str,
        voice: Voice,
        sample_rate: int,
        *,
        first: float,
        total: float,
        slow: float = SLOW,
    ) -> None:
        """`first`, `total`: seconds that there are until the first sound, and from there to the last; another engine
        that takes over begins anew."""
        self._engine = engine
        self._text = text
        self._voice = voice
        self._rate = sample_rate
        self._first, self._total = first, total
        self._slow = slow
        self._changed = asyncio.Event()
        self._begin()
        self.handovers: list[Handover] = []
        self.engine = engine.name
        """Who speaks."""
        self.announced = False
        self.over = False

    def _begin(self) -> None:
        self.sound = Sound(self._engine.sample_rate, self._rate)
        self.times: list[WordTime] = []
        self.since: float | None = None
        """When the first of its sound was there, on the loop's clock."""
        self._until = asyncio.get_running_loop().time() + self._first
        """When it has taken too long."""

    async def run(self) -> None:
        """Hears it out. Raises EngineError."""
        try:
            async with aclosing(utter(self._engine, self._text, self._voice)) as said:
                async for item in said:
                    if isinstance(item, bytes):
                        self._hear(item)
                    elif isinstance(item, WordTime):
                        self.times.append(plain(self.engine, item))
                    else:
                        self._hand_over(item)
            self.sound.finish()
        finally:
            self.over = True
            self._changed.set()
        if not self.sound.clean:
            raise EngineSilent(f"The voice {self.engine!r} ended without a sound.")

    @property
    def slow(self) -> bool:
        """So slow that the sound should be heard before it is whole."""
        return asyncio.get_running_loop().time() >= self._due()

    async def news(self) -> None:
        """Returns when there is more to hand on, when the voice turns out to be slow, or when it is over. Raises
        EngineTimeout when it takes too long."""
        loop = asyncio.get_running_loop()
        until = self._until if self.announced else min(self._due(), self._until)
        alarm = loop.call_at(until, self._changed.set)
        try:
            await self._changed.wait()
        finally:
            alarm.cancel()
        if (late := loop.time() - until) >= 0:
            await anyio.lowlevel.checkpoint()  # perhaps it is only this loop that was late
        self._changed.clear()
        if loop.time() >= self._until and not self.over:
            what, seconds = ("finish", self._total) if self.sound.size else ("make a sound", self._first)
            if late > STOOD_STILL:  # and so did the voice
                self._until = loop.time() + seconds
                return
            raise EngineTimeout(f"The voice {self.engine!r} did not {what} within {seconds:g} s.")

    def _due(self) -> float:
        """When the sound should be heard before it is whole."""
        return math.inf if self.since is None else self.since + self._slow

    def take(self, gains: Sequence[tuple[int, float]]) -> Take:
        return Take(b"".join(self.sound.raw), self.sound.engine_rate, tuple(self.times), tuple(gains))

    def _hear(self, data: bytes) -> None:
        if not data:
            return
        if not self.sound.size:
            self._until = asyncio.get_running_loop().time() + self._total
            self._changed.set()
        self.sound.add(data)
        if self.announced and self.sound.clear():
            self._changed.set()
        elif self.since is None and self.sound.heard:
            self.since = asyncio.get_running_loop().time()
            self._changed.set()

    def announce(self) -> None:
        """What is there is handed on: from now on it cannot begin anew."""
        self.announced = True
        self.sound.clear()

    def _hand_over(self, handover: Handover) -> None:
        if self.announced:
            raise EngineError(f"The voice {self.engine!r} broke off, and part of it was already heard.")
        self.engine = handover.to
        self.handovers.append(handover)
        self._begin()
        self._changed.set()


def repeated(take: Take, sample_rate: int) -> Sound:
    """The same as when it was first heard."""
    sound = Sound(take.sample_rate, sample_rate)
    sound.add(take.pcm)
    sound.finish()
    return sound
