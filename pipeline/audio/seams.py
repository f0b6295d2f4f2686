"""Where one clip meets the next: silence trimmed to what was measured, edges faded, so that no join clicks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]

AUDIBLE = 103
"""A sample beyond this is heard: -50 dB of full scale."""
BEFORE = 0.010
"""Seconds of silence kept before the first audible sample."""
AFTER = 0.040
"""Seconds of silence kept after the last one."""
FADE = 0.005
"""Seconds."""
NONE: Samples = np.zeros(0, np.int16)
_LOOK = 4096
"""Samples looked at together."""


class Seam:
    """Trims and fades sound as it comes. What may still turn out to be trailing silence is held back.

    Sound without anything audible is kept whole. How the sound falls into pieces never changes the result."""

    def __init__(self, sample_rate: int) -> None:
        self._before = round(BEFORE * sample_rate)
        self._after = round(AFTER * sample_rate)
        self._fade = round(FADE * sample_rate)
        self.cut = 0
        """Samples taken away in front; known from the first audible one."""
        self._heard = False
        self._held: list[Samples] = []
        self._waiting = 0
        """Samples held."""
        self._quiet = 0
        """Samples since the last audible one."""
        self._given = 0

    def feed(self, samples: Samples) -> Samples:
        self._hold(samples)
        return self._give(self._known() - self._fade) if self._heard else NONE

    def finish(self, samples: Samples = NONE) -> Samples:
        """With the last of the sound."""
        self._hold(samples)
        if not self._heard:
            return joined(self._held)
        rest = self._give(self._known())
        fade = min(self._fade, len(rest))
        if fade:
            rest[-fade:] = rest[-fade:] * (np.arange(fade, dtype=np.float32)[::-1] / fade)
        return rest

    def _hold(self, samples: Samples) -> None:
        if not len(samples):
            return
        self._held.append(samples)
        self._waiting += len(samples)
        quiet = lead(samples[::-1])
        self._quiet = quiet if quiet < len(samples) else self._quiet + quiet
        if not self._heard and quiet < len(samples):
            self._heard = True
            self._drop_lead(self._waiting - len(samples) + lead(samples))

    def _known(self) -> int:
        """Samples held that are certainly part of the clip."""
        return self._waiting - max(0, self._quiet - self._after)

    def _drop_lead(self, first: int) -> None:
        self.cut = max(0, first - self._before)
        self._held = [joined(self._held)[self.cut :]]
        self._waiting -= self.cut

    def _give(self, count: int) -> Samples:
        if count <= 0:
            return NONE
        held = joined(self._held)
        given, self._held, self._waiting = held[:count].copy(), [held[count:]], self._waiting - count
        fading = min(self._fade - self._given, count)
        if fading > 0:
            ramp = np.arange(self._given, self._given + fading, dtype=np.float32) / self._fade
            given[:fading] = given[:fading] * ramp
        self._given += count
        return given


def lead(samples: Samples) -> int:
    """Samples before the first audible one; all of them when none is."""
    for begin in range(0, len(samples), _LOOK):
        loud = beyond(samples[begin : begin + _LOOK], AUDIBLE)
        first = int(loud.argmax())
        if loud[first]:
            return begin + first
    return len(samples)


def beyond(samples: Samples, level: int) -> NDArray[np.bool_]:
    """Which of them are louder, on either side: shifted by the level, all others are between 0 and twice as much."""
    return (samples + np.int16(level)).view(np.uint16) > 2 * level


def joined(pieces: Sequence[Samples]) -> Samples:
    """One after the other; a single one as it is."""
    pieces = [piece for piece in pieces if len(piece)]
    return pieces[0] if len(pieces) == 1 else np.concatenate([NONE, *pieces])
