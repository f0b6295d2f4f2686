"""How loud speech is (ITU-R BS.1770, mono, gated), and the gain that brings every voice to the same level."""

from __future__ import annotations

import math
from collections import OrderedDict
from copy import copy

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.seams import Samples, joined
from pipeline.audio.weighting import BLOCK, Weighting
from pipeline.types import Voice

Powers = NDArray[np.float32]

TARGET = -18.0
"""LUFS."""
NEAR = 0.9
"""LU that one clip may be off with its voice's gain before it gets a little more or less than that."""
LEARN = 10.0
"""Seconds of speech after which a voice is known."""
ENOUGH = 1.0
"""Seconds of speech that are worth learning from."""
SHY = 1.2
"""Decibels less for the first moments of an unknown voice: speech begins more softly than it goes on."""
MOST = 10.0
"""Ten times louder or softer at most: what is nearly silent stays so."""
_KNEE = 0.80
_CEILING = 0.98
"""Of full scale; peaks above the one are bent to stay below the other, so that nothing is ever clipped."""
_VOICES = 256
"""Voices remembered."""
_STEP = 0.1
"""Seconds of sound in a step; a block has four."""
_ABSOLUTE = -70.0
_RELATIVE = -10.0
"""Gates: blocks more quiet than this, in LUFS or against the mean of the rest, are not speech."""


class Meter:
    """Loudness of sound as it comes; measured when read, better once than often."""

    def __init__(self, sample_rate: int) -> None:
        self._step = BLOCK * round(_STEP * sample_rate / BLOCK)
        self._weighting = Weighting(sample_rate, self._step)
        self._waiting: list[Samples] = []
        self._powers: list[Powers] = []

    def feed(self, samples: Samples) -> None:
        self._waiting.append(samples)

    def read(self) -> tuple[float | None, float]:
        """LUFS (None where there is nothing to hear), and the seconds of speech that this was found in."""
        samples = joined(self._waiting)
        if not self._powers and not samples.any():
            return None, 0.0
        whole = len(samples) // self._step * self._step
        self._powers.append(self._weighting.powers(samples[:whole]))
        self._waiting = [samples[whole:]]
        steps = np.concatenate(self._powers)
        if len(steps) < 4:
            padded = np.concatenate([samples[whole:], np.zeros(self._step * 4, np.int16)])[: self._step * 4]
            steps = np.concatenate([steps, copy(self._weighting).powers(padded)])[:4]
        sums = np.cumsum(np.concatenate([[0.0], steps]))
        blocks = (sums[4:] - sums[:-4]) / 4
        heard = blocks[blocks > _power(_ABSOLUTE)]
        if not len(heard):
            return None, 0.0
        heard = heard[heard > _power(_level(heard.mean()) + _RELATIVE)]
        return _level(heard.mean()), _STEP * len(heard)


class Levels:
    """Gains of the voices that were heard lately, shared by all recorders."""

    def __init__(self, target: float = TARGET) -> None:
        self._target = target
        self._known: OrderedDict[tuple[object, ...], tuple[float, float]] = OrderedDict()
        """Mean power of each voice, and the seconds of speech that it was learned from."""

    def gain(self, engine: str, voice: Voice, meter: Meter, *, learn: bool = False) -> float:
        """The factor for a clip, or for what there is of it: its voice's, unless that would be far off here.

        `learn`: the clip is whole, and the voice may be known better from now on."""
        key = (engine, voice.name, voice.language, voice.volume)
        target = self._target + max(-40.0, 20 * math.log10(voice.volume)) if voice.volume > 0 else self._target
        level, seconds = meter.read()
        power, learned = self._known.get(key, (0.0, 0.0))
        if level is None:
            return 1.0
        if learn and seconds >= ENOUGH and learned < LEARN:
            power = (power * learned + _power(level) * seconds) / (learned + seconds)
            learned += seconds
            self._known[key] = power, learned
            while len(self._known) > _VOICES:
                self._known.popitem(last=False)
        wanted = target - (_level(power) if learned else level)
        if not learned and not learn:
            wanted -= SHY * max(0.0, 1 - seconds / ENOUGH)
        over = level + wanted - target
        if seconds >= ENOUGH or not learned:
            wanted -= max(0.0, over - NEAR) + min(0.0, over + NEAR)
        return min(MOST, max(1 / MOST, 10 ** (wanted / 20)))


def amplified(samples: Samples, gain: float | NDArray[np.float32]) -> Samples:
    """Louder or softer by a factor (one for all, or one for each sample), and never clipped."""
    peak = max(int(samples.max()), -int(samples.min())) if len(samples) else 0
    if not peak:
        return samples
    scaled = samples * np.asarray(gain, np.float32)
    if peak * float(np.max(gain)) > _KNEE * 32767:
        size = np.abs(scaled) / 32767
        over, room = size > _KNEE, _CEILING - _KNEE
        bent = _KNEE + room * np.tanh((size[over] - _KNEE) / room)
        scaled[over] = np.copysign(bent * 32767, scaled[over])
    return np.asarray(np.rint(scaled, out=scaled), np.int16)


def _level(power: float) -> float:
    return float(-0.691 + 10 * np.log10(power))


def _power(level: float) -> float:
    return float(10 ** ((level + 0.691) / 10))
