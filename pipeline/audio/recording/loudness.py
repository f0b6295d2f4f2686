"""How loud speech is (ITU-R BS.1770, mono, gated), and the gain that brings every voice to the same level."""

from __future__ import annotations

import math
from collections import OrderedDict
from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.audio.recording.weighting import BLOCK, Weighting
from pipeline.audio.seams import Samples, beyond, joined
from pipeline.types import Voice

Powers = NDArray[np.floating[Any]]

TARGET = -18.0
"""LUFS."""
NEAR = 0.9
"""LU that one clip may be off with its voice's gain before it gets a little more or less than that."""
LEARN = 10.0
"""Seconds of speech after which a voice is known."""
ENOUGH = 1.0
"""Seconds of speech that are worth learning from."""
USUAL, DOUBT = -21.0, 5.0
"""LUFS of a voice that nobody has heard yet, and the decibels by which it may well be off."""
VARIES = 1.0
"""Decibels by which a clip of a known voice may well be off; as much as a second of a clip may be off the whole."""
LULLS = 1.0
"""Decibels by which speech is louder than its loudness says: that counts its short pauses."""
AHEAD = 0.5
"""Seconds within which a clip that is heard as it is made should make good for having begun too loud or too soft."""
FIRM = 4.0
"""Decibels above or below its target that this may take."""
HURRY = 0.8
"""Seconds of a clip that may turn out to be a mere cry. Later it has as much time as was heard beyond them, if that is
more than AHEAD."""
FAINTEST = 0.01
"""The volume that any lower one counts as: what should be silent is so by its engine."""
MOST = 10.0
"""Ten times louder or softer at most: what is nearly silent stays so."""
_KNEE = 0.80
_CEILING = 0.98
"""Of full scale; peaks above the one are bent to stay below the other, so that nothing is ever clipped."""
_VOICES = 256
"""Voices remembered."""
_STEP = 0.1
"""Seconds of sound in a step ..."""
_OVERLAP = 4
"""... and steps in a block; one begins with every step."""
_BEGINNING = 15
"""Steps after which a sound is no longer one that has just begun."""
_ABSOLUTE = -70.0
_RELATIVE = -10.0
"""Gates: blocks more quiet than this, in LUFS or against the mean of the rest, are not speech."""


class Meter:
    """Loudness of sound as it comes; measured when read, better once than often."""

    def __init__(self, sample_rate: int) -> None:
        self._rate = sample_rate
        self._step = BLOCK * round(_STEP * sample_rate / BLOCK)
        self._weighting = Weighting(sample_rate, self._step)
        self._waiting: list[Samples] = []
        self._powers: list[Powers] = []
        self._samples = 0

    def feed(self, samples: Samples) -> None:
        self._waiting.append(samples)
        self._samples += len(samples)

    def read(self) -> tuple[float | None, float]:
        """LUFS (None where there is nothing to hear), and the seconds of speech that this was found in."""
        if not self._powers and not any(piece.any() for piece in self._waiting):
            return None, 0.0
        steps = self._measured()
        if len(steps) < _OVERLAP:
            return self.so_far()
        sums = np.cumsum(np.concatenate([[0.0], steps]))
        heard = _gated((sums[_OVERLAP:] - sums[:-_OVERLAP]) / _OVERLAP)
        return (_level(heard.mean()), _STEP * (len(heard) + _OVERLAP - 1)) if len(heard) else (None, 0.0)

    def so_far(self) -> tuple[float | None, float]:
        """The same as `read` will probably say, when the sound has only just begun: a pause changes nothing."""
        steps = self._measured()
        if len(steps) >= _BEGINNING:
            return self.read()
        rest = joined(self._waiting)
        if 2 * len(rest) >= self._step or len(rest) and not len(steps):
            last = copy(self._weighting).powers(np.concatenate([rest, np.zeros(self._step - len(rest), np.int16)]))
            steps = np.concatenate([steps, last * (self._step / len(rest))])
        heard = _gated(steps)
        seconds = min(_STEP * len(heard), self._samples / self._step * _STEP)
        return (_level(heard.mean()) - LULLS, seconds) if len(heard) else (None, 0.0)

    def weigh(self, samples: Samples) -> tuple[float, float]:
        """Of a piece by itself, its power times its seconds, and these."""
        whole = np.concatenate([samples, np.zeros(-len(samples) % self._step, np.int16)])
        power = float(Weighting(self._rate, self._step).powers(whole).sum())
        return power * self._step / self._rate, len(samples) / self._rate

    def _measured(self) -> Powers:
        """Of each whole step."""
        samples = joined(self._waiting)
        whole = len(samples) // self._step * self._step
        self._powers = [np.concatenate([*self._powers, self._weighting.powers(samples[:whole])])]
        self._waiting = [samples[whole:]]
        return self._powers[0]


class Levels:
    """Gains of the voices that were heard lately, shared by all recorders."""

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[object, ...], tuple[float, float]] = OrderedDict()
        """Mean power of each voice, and the seconds of speech that it was learned from."""

    def whole(self, engine: str, voice: Voice, meter: Meter) -> float:
        """The factor for a clip that is all there: its voice's, unless that would be far off here. The voice may be
        known better from now on."""
        level, seconds = meter.read()
        if level is None:
            return 1.0
        key, target = self._asked(engine, voice)
        power, learned = self._known.get(key, (0.0, 0.0))
        if seconds >= ENOUGH and learned < LEARN:
            power = (power * learned + _power(level) * seconds) / (learned + seconds)
            learned += seconds
            self._known[key] = power, learned
            while len(self._known) > _VOICES:
                self._known.popitem(last=False)
        wanted = target - (_level(power) if learned else level)
        off = level + wanted - target
        if seconds >= ENOUGH:
            wanted -= max(0.0, off - NEAR) + min(0.0, off + NEAR)
        return _factor(wanted)

    def begun(self, engine: str, voice: Voice, said: Meter, heard: Meter, coming: Samples) -> float:
        """The factor for what comes next of a clip that is heard while it is made. `said`: all that there is of it, as
        the engine says it; `coming`: the last of that; `heard`: the rest of it, as it was handed on."""
        key, target = self._asked(engine, voice)
        power, learned = self._known.get(key, (0.0, 0.0))
        usual, doubt = (_level(power), VARIES) if learned else (USUAL, DOUBT)
        level, seconds = said.so_far()
        if level is not None:
            usual += (level - usual) * doubt**2 / (doubt**2 + VARIES**2 / seconds)
        level, seconds = heard.read()
        before = _power(level) * seconds if level is not None else 0.0
        power, more = said.weigh(coming)
        ahead = max(AHEAD, seconds - HURRY)
        owed = (_power(target) * (seconds + more + ahead) - before) / (power + _power(usual) * ahead)
        least, most = (_power(target + firm) / _power(usual) for firm in (-FIRM, FIRM))
        return _factor(10 * math.log10(min(most, max(least, owed))))

    def _asked(self, engine: str, voice: Voice) -> tuple[tuple[object, ...], float]:
        """Under what a voice is known, and how loud it should be."""
        quieter = 20 * math.log10(max(FAINTEST, voice.volume))
        return (engine, voice.name, voice.language, voice.volume), TARGET + quieter


def amplified(samples: Samples, gain: float | NDArray[np.float32]) -> Samples:
    """Louder or softer by a factor (one for all, or one for each sample), and never clipped."""
    peak = max(int(samples.max()), -int(samples.min())) if len(samples) else 0
    if not peak:
        return samples
    scaled = samples * np.asarray(gain, np.float32)
    knee, room = _KNEE * 32767, (_CEILING - _KNEE) * 32767
    most = int(knee / np.max(gain))
    if peak > most:
        over = np.flatnonzero(beyond(samples, most))
        loud = np.abs(scaled[over])
        bent = np.minimum(loud, knee + room * np.tanh((loud - knee) / room))
        scaled[over] = np.copysign(bent, scaled[over])
    return np.rint(scaled, out=np.empty(len(samples), np.int16), casting="unsafe")


def _factor(decibels: float) -> float:
    return min(MOST, max(1 / MOST, 10 ** (decibels / 20)))


def _gated(powers: Powers) -> Powers:
    """Those that are speech."""
    heard = powers[powers > _power(_ABSOLUTE)]
    return heard[heard > heard.mean() * 10 ** (_RELATIVE / 10)] if len(heard) else heard


def _level(power: float | np.floating[Any]) -> float:
    return float(-0.691 + 10 * np.log10(power))


def _power(level: float) -> float:
    return float(10 ** ((level + 0.691) / 10))
