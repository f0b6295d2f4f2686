"""How loud speech is (ITU-R BS.1770, mono), and the gain that brings every voice to the same level."""

from __future__ import annotations

import math
from collections import OrderedDict
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.seams import Samples
from pipeline.types import Voice

Powers = NDArray[np.float32]
Response = NDArray[np.complex128]

TARGET = -18.0
"""LUFS."""
NEAR = 1.0
"""LU that one clip may be off with its voice's gain before it gets a little more or less than that."""
LEARN = 10.0
"""Seconds of speech after which a voice is known."""
ENOUGH = 1.0
"""Seconds of speech that are worth learning from."""
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
    """Loudness of sound as it comes."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._step = round(_STEP * sample_rate)
        self._rest = np.zeros(0, np.int16)
        self._powers: list[Powers] = []

    def feed(self, samples: Samples) -> None:
        samples = np.concatenate([self._rest, samples])
        whole = len(samples) // self._step * self._step
        self._rest = samples[whole:]
        if whole:
            self._powers.append(self._measure(samples[:whole].reshape(-1, self._step)))

    def read(self) -> tuple[float | None, float]:
        """LUFS (None where there is nothing to hear), and the seconds of speech that this was found in."""
        steps = np.concatenate([np.zeros(0, np.float32), *self._powers])
        if len(steps) < 4:
            steps = np.concatenate([steps, self._remainder(), np.zeros(4, np.float32)])[:4]
        sums = np.cumsum(np.concatenate([[0.0], steps]))
        blocks = (sums[4:] - sums[:-4]) / 4
        heard = blocks[blocks > _power(_ABSOLUTE)]
        if not len(heard):
            return None, 0.0
        heard = heard[heard > _power(_level(heard.mean()) + _RELATIVE)]
        return _level(heard.mean()), _STEP * len(heard)

    def _remainder(self) -> Powers:
        padded = np.zeros((1, self._step), np.int16)
        padded[0, : len(self._rest)] = self._rest
        return self._measure(padded)

    def _measure(self, steps: Samples) -> Powers:
        spectrum = np.fft.rfft(steps.astype(np.float32) / 32768)
        powers = (spectrum.real**2 + spectrum.imag**2) @ _weights(self._step, self._rate)
        return np.asarray(powers, np.float32)


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
        wanted = target - _level(power) if learned else target - level
        over = level + wanted - target
        if seconds >= ENOUGH or not learned:
            wanted -= max(0.0, over - NEAR) + min(0.0, over + NEAR)
        return min(MOST, max(1 / MOST, 10 ** (wanted / 20)))


def amplified(samples: Samples, gain: float | NDArray[np.float32]) -> Samples:
    """Louder or softer by a factor (one for all, or one for each sample), and never clipped."""
    if not len(samples):
        return samples
    scaled = samples * (np.asarray(gain, np.float32) / 32768)
    if max(float(scaled.max()), -float(scaled.min())) > _KNEE:
        over = np.abs(scaled) > _KNEE
        peaks = scaled[over]
        room = _CEILING - _KNEE
        bent = _KNEE + room * np.tanh((np.abs(peaks) - _KNEE) / room)
        scaled[over] = np.copysign(bent, peaks)
    return np.asarray(np.rint(scaled * 32767), np.int16)


def _level(power: float) -> float:
    return float(-0.691 + 10 * np.log10(power))


def _power(level: float) -> float:
    return float(10 ** ((level + 0.691) / 10))


@lru_cache(maxsize=8)
def _weights(block: int, sample_rate: int) -> NDArray[np.float32]:
    """What each line of a block's spectrum adds to its mean square, heard through the K filter."""
    z = np.exp(-2j * np.pi * np.fft.rfftfreq(block))
    response = _shelf(sample_rate, z) * _high_pass(sample_rate, z)
    sides = np.full(len(z), 2.0)
    sides[0] = 1.0
    if block % 2 == 0:
        sides[-1] = 1.0
    return np.asarray(sides * np.abs(response) ** 2 / block**2, np.float32)


def _shelf(sample_rate: int, z: Response) -> Response:
    """The head: 4 dB more above 1.7 kHz."""
    k = math.tan(math.pi * 1681.974450955533 / sample_rate)
    q, high = 0.7071752369554196, 10 ** (3.999843853973347 / 20)
    band = high**0.4996667741545416
    above = _square(z, high + band * k / q + k * k, 2 * (k * k - high), high - band * k / q + k * k)
    return above / _square(z, 1 + k / q + k * k, 2 * (k * k - 1), 1 - k / q + k * k)


def _high_pass(sample_rate: int, z: Response) -> Response:
    """The ears: nothing below 38 Hz."""
    k, q = math.tan(math.pi * 38.13547087602444 / sample_rate), 0.5003270373238773
    scale = 1 + k / q + k * k
    return _square(z, 1, -2, 1) / _square(z, 1, 2 * (k * k - 1) / scale, (1 - k / q + k * k) / scale)


def _square(z: Response, *factors: float) -> Response:
    return np.asarray(factors[0] + factors[1] * z + factors[2] * z * z, np.complex128)
