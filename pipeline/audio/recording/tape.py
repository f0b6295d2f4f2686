"""A clip's samples as they will be heard: at the right loudness, and in the end with the pause that follows."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.recording.listening import Sound
from pipeline.audio.recording.loudness import Levels, Meter, amplified
from pipeline.audio.seams import Samples, joined
from pipeline.types import Voice

RISE, FALL = 24.0, 144.0
"""Decibels per second by which a gain may change within a clip that is heard before it is whole: what began with a hiss
is soon too loud."""


class Tape:
    def __init__(self, sample_rate: int, levels: Levels, voice: Voice) -> None:
        self._rate = sample_rate
        self._levels = levels
        self._voice = voice
        self.gains: list[tuple[int, float]] = []
        """(sample, factor): in decibels, the gain goes straight from one to the next."""
        self._pieces = 0
        """Of the sound, that were taken."""
        self._taken: list[Samples] = []
        self._count = 0
        """Samples taken."""
        self._heard = Meter(sample_rate)

    @property
    def samples(self) -> Samples:
        return joined(self._taken)

    def more(self, sound: Sound, engine: str) -> Samples:
        """What is new, as long as the sound goes on."""
        samples = joined(sound.clean[self._pieces :])
        if not len(samples):
            return samples
        wanted = self._levels.begun(engine, self._voice, sound.meter, self._heard, samples)
        self._glide(wanted, len(samples))
        loud = self._take(sound, samples)
        self._heard.feed(loud)
        return loud

    def rest(self, sound: Sound, engine: str, silence: int) -> Samples:
        """What is left of a sound that is whole, and so many samples of silence."""
        wanted = self._levels.whole(engine, self._voice, sound.meter)
        if not self.gains:
            self.gains.append((0, wanted))
        samples = joined([*sound.clean[self._pieces :], np.zeros(silence, np.int16)])
        return self._take(sound, samples)

    def _glide(self, wanted: float, count: int) -> None:
        """In the next `count` samples, as far as it may; the first gain of all holds from the beginning."""
        if not self.gains:
            self.gains.append((0, wanted))
        now = self.gains[-1][1]
        change = 20 * math.log10(wanted / now)
        if length := round(abs(change) / (RISE if change > 0 else FALL) * self._rate):
            way = min(1.0, count / length)
            self.gains.append((self._count + min(count, length), now * (wanted / now) ** way))
        if length < count:
            self.gains.append((self._count + count, self.gains[-1][1]))

    def _take(self, sound: Sound, samples: Samples) -> Samples:
        loud = amplified(samples, self._gain(len(samples)))
        self._pieces = len(sound.clean)
        self._count += len(samples)
        self._taken.append(loud)
        return loud

    def _gain(self, count: int) -> float | NDArray[np.float32]:
        places, factors = zip(*self.gains, strict=True)
        if min(factors) == max(factors):
            return float(factors[0])
        here = np.arange(self._count, self._count + count)
        return np.asarray(np.exp(np.interp(here, places, np.log(factors))), np.float32)
