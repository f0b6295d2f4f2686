"""How a voice has been lately: how soon it begins, how long it works on a second of sound, how fast it speaks."""

from __future__ import annotations

__all__ = ["Habit"]

FORGET = 0.85
"""Weight that a measurement keeps with each later one."""
START_UP, FACTOR = 0.2, 0.3
"""A voice nobody has heard yet: seconds before it begins, seconds of work for a second of sound."""
SPEED = 15.0
"""Characters in a second of speech, before anything is known."""
DOUBT = 0.1
"""Seconds by which a first guess may be wrong."""
UNSURE = 0.3
"""Part of the time that the first passage took, by which the guess for the second may be wrong."""


class Habit:
    """Learned from one passage after another, in one run or in all that speak with this voice; state is bounded."""

    def __init__(self) -> None:
        self.start_up, self.factor = START_UP, FACTOR
        """Seconds before it begins; seconds of work for a second of sound."""
        self.speed = SPEED
        """Characters that it says in a second."""
        self.doubt = DOUBT
        """Seconds by which `expect` has lately been wrong."""
        self._count = self._s = self._t = self._ss = self._st = 0.0  # decaying sums over (sound, time) pairs
        self._letters = self._seconds = 0.0

    @property
    def known(self) -> bool:
        """It has been heard."""
        return self._count > 0.0

    def expect(self, characters: int) -> float:
        """Seconds of work for so many characters."""
        return self.start_up + self.factor * self.sound(characters)

    def sound(self, characters: int) -> float:
        """Seconds for which so many characters will sound."""
        return characters / self.speed

    def learn(self, characters: int, seconds: float, taken: float) -> None:
        """So many characters became so many seconds of sound, in the time taken. Draws a line through the latest pairs
        (sound, work), held to the first guess by a light spring."""
        if seconds <= 0.0 or characters <= 0:
            return
        self._letters = FORGET * self._letters + characters
        self._seconds = FORGET * self._seconds + seconds
        self.speed = (self._letters + 2.0 * SPEED) / (self._seconds + 2.0)

        wrong = abs(taken - self.start_up - self.factor * seconds)
        if self.known:
            self.doubt += 0.3 * (min(wrong, 2.0) - self.doubt)
        else:
            self.doubt = max(DOUBT, UNSURE * taken)
        self._count, self._s, self._t = FORGET * self._count + 1, FORGET * self._s + seconds, FORGET * self._t + taken
        self._ss, self._st = FORGET * self._ss + seconds * seconds, FORGET * self._st + seconds * taken

        stiff, stiffer = 0.05, 0.3
        count, t = self._count + stiff, self._t + stiff * START_UP
        ss, st = self._ss + stiffer, self._st + stiffer * FACTOR
        det = count * ss - self._s * self._s
        start_up, factor = (t * ss - self._s * st) / det, (count * st - self._s * t) / det
        if start_up < 0.0:
            start_up, factor = 0.0, st / ss
        elif factor < 0.0:
            start_up, factor = t / count, 0.0
        self.start_up, self.factor = start_up, factor
